//! What else a file's meaning depends on, read from its text without resolving anything: it may name too much, never too
//! little.

use std::collections::{BTreeSet, HashSet};

use ecow::EcoString;
use sha2::{Digest as _, Sha256};

use super::world::Name;
use crate::model::{Condition, Flag, SegmentId, Workspace};
use crate::syntax::{self, Item, Value};

/// The names in a flag's or a segment's file that lead to other files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Refers {
    /// Keys of flags in `[requires]`.
    pub requires: Vec<EcoString>,
    /// Segments in conditions.
    pub segments: Vec<EcoString>,
    /// `previous_keys`.
    pub previous_keys: Vec<EcoString>,
    /// A digest of all that the file says but for its words to people: files with the same one are compiled alike.
    pub says: [u8; 32],
}

/// Texts that nothing is compiled from: it only matters that they are there.
const WORDS: [&str; 2] = ["description", "owner"];

/// Reads them; what is not UTF-8 names nothing.
pub(super) fn refers(bytes: &[u8]) -> Refers {
    let mut refers = Refers { says: Sha256::digest(bytes).into(), ..Refers::default() };
    let Ok(text) = std::str::from_utf8(bytes) else { return refers };
    let tree = syntax::parse(text);
    let root = tree.root();
    // What is wrong with a text may lie in any part of it.
    if tree.problems.is_empty() && !text.contains("<<<<<<<") {
        refers.says = says(root);
    }
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

/// A digest of a tree, in the order of the file: the order of variants has a meaning.
fn says(root: Item<'_>) -> [u8; 32] {
    let mut digest = Sha256::new();
    let mut part = |kind: u8, content: &[u8]| {
        digest.update([kind]);
        digest.update(u64::try_from(content.len()).unwrap_or(u64::MAX).to_le_bytes());
        digest.update(content);
    };
    // With the depth of each item the order of the leaves tells the tree.
    let mut open = vec![(root, 0_u64)];
    while let Some((item, depth)) = open.pop() {
        part(0, &depth.to_le_bytes());
        part(1, item.key().as_bytes());
        match item.value() {
            Value::Invalid => part(2, b""),
            Value::String(text) if depth == 1 && WORDS.contains(&item.key()) => {
                part(3, &[u8::from(text.is_empty())]);
            }
            Value::String(text) => part(4, text.as_bytes()),
            Value::Integer(value) => part(5, &value.to_le_bytes()),
            Value::Float(value) => part(6, &value.to_bits().to_le_bytes()),
            Value::Boolean(value) => part(7, &[u8::from(*value)]),
            Value::Datetime(value) => part(8, value.to_string().as_bytes()),
            Value::Array(_) => part(9, b""),
            Value::Table(_) => part(10, b""),
        }
        let children: Vec<Item<'_>> = item.children().collect();
        open.extend(children.into_iter().rev().map(|child| (child, depth + 1)));
    }
    digest.finalize().into()
}

/// What a flag of a workspace depends on, as far as it is among the names that were `touched`: itself, what it requires
/// and the segments used, all transitively. What could not be resolved means nothing that could be served.
pub(super) fn depends_on(workspace: &Workspace, flag: &Flag, touched: &HashSet<Name>) -> Vec<Name> {
    let mut names = BTreeSet::from([Name::Flag(flag.key.clone())]);
    let (mut flags, mut segments, mut seen) = (vec![flag], Vec::new(), BTreeSet::new());
    while let Some(flag) = flags.pop() {
        for requirement in &flag.requires {
            let key: EcoString = requirement.flag.value.as_str().into();
            let required = workspace.flag_id(&key).map(|id| workspace.flag(id));
            if names.insert(Name::Flag(key)) {
                flags.extend(required);
            }
        }
        flag.rules()
            .filter_map(|rule| rule.condition.as_ref())
            .for_each(|condition| uses(condition, &mut segments));
    }
    while let Some(id) = segments.pop() {
        if seen.insert(id) {
            let segment = workspace.segment(id);
            names.insert(Name::Segment(segment.name.clone()));
            segment.condition.iter().for_each(|condition| uses(condition, &mut segments));
        }
    }
    names.into_iter().filter(|name| touched.contains(name)).collect()
}

fn uses(condition: &Condition, segments: &mut Vec<SegmentId>) {
    condition.for_each_leaf(&mut |leaf| {
        if let Condition::Segment(segment) = leaf {
            segments.push(segment.value);
        }
    });
}
