//! What else a file's meaning depends on, read from its text without resolving anything: it may name too much, never too
//! little.

use ecow::EcoString;

use crate::syntax::{self, Item};

/// The names in a flag's or a segment's file that lead to other files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Refers {
    /// Keys of flags in `[requires]`.
    pub requires: Vec<EcoString>,
    /// Segments in conditions.
    pub segments: Vec<EcoString>,
    /// `previous_keys`.
    pub previous_keys: Vec<EcoString>,
}

/// Reads them; what is not UTF-8 names nothing.
pub(super) fn refers(bytes: &[u8]) -> Refers {
    let mut refers = Refers::default();
    let Ok(text) = std::str::from_utf8(bytes) else { return refers };
    let tree = syntax::parse(text);
    let root = tree.root();
    if let Some(requires) = root.get("requires") {
        refers.requires = requires.children().map(|entry| entry.key().into()).collect();
    }
    if let Some(keys) = root.get("previous_keys") {
        texts(keys, &mut refers.previous_keys);
    }
    if text.contains("segment") {
        let mut open = vec![root];
        while let Some(item) = open.pop() {
            for child in item.children() {
                if child.key() == "segment" {
                    texts(child, &mut refers.segments);
                }
                open.push(child);
            }
        }
    }
    for names in [&mut refers.requires, &mut refers.segments] {
        names.sort();
        names.dedup();
    }
    refers
}

/// A text, or the texts of a list.
fn texts(item: Item<'_>, names: &mut Vec<EcoString>) {
    let elements = item.children().filter_map(Item::as_str);
    names.extend(item.as_str().into_iter().chain(elements).map(EcoString::from));
}
