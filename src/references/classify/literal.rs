//! Texts in code, and expressions that stand for a key.

use tree_sitter::Node;

use super::language::Language;
use super::node::{Parsed, split_path, upward};
use super::{Key, Path};

/// What turns an entry of an enum into its text, in one language or another.
const ACCESSORS: &[&str] = &[
    "key",
    "getKey",
    "get_key",
    "value",
    "getValue",
    "rawValue",
    "Value",
    "Key",
    "as_str",
    "to_string",
    "name",
    "id",
    "flagKey",
    "into",
    "as_ref",
    "code",
];

/// The content of a text without its quotes; `None` where part of it is made while the program runs.
pub(super) fn content<'t>(parsed: &Parsed<'t>, string: Node<'_>) -> Option<&'t str> {
    let mut cursor = string.walk();
    if string.children(&mut cursor).any(|child| Parsed::is(parsed.kinds.interpolations, child)) {
        return None;
    }
    let text = parsed.text_of(string);
    // Kotlin's grammar does not set `$name` apart.
    if parsed.language == Language::Kotlin && text.contains('$') {
        return None;
    }
    if let Some(symbol) = text.strip_prefix(':') {
        return Some(symbol.trim_matches('"'));
    }
    let start = text.find(['"', '\'', '`'])?;
    let quote = text[start..].chars().next()?;
    let open = text[start..].chars().take_while(|c| *c == quote).count();
    // An empty text is two quotes, a raw one may have three or more on each side.
    let open = if open == text[start..].chars().count() { open / 2 } else { open };
    let inner = text.get(start + open..)?;
    let inner = inner.trim_end_matches('#');
    inner.get(..inner.len().checked_sub(open)?)
}

/// The text around a position, if it is all there is between its quotes.
pub(super) fn exact<'n>(parsed: &'n Parsed<'_>, start: usize, end: usize) -> Option<Node<'n>> {
    let node = parsed.at(start, end)?;
    let string = upward(node).take(4).find(|node| Parsed::is(parsed.kinds.strings, *node))?;
    (content(parsed, string) == parsed.text.get(start..end)).then_some(string)
}

/// What an expression in the place of a key stands for.
pub(super) fn key(parsed: &Parsed<'_>, expression: Node<'_>) -> Option<Key> {
    let mut node = expression;
    loop {
        if Parsed::is(parsed.kinds.strings, node) {
            return Some(content(parsed, node).map_or(Key::Dynamic, |text| Key::Literal(text.to_owned())));
        }
        let kind = node.kind();
        if kind.contains("conditional")
            || kind.contains("ternary")
            || kind == "if_expression"
            || kind == "elvis_expression"
        {
            // Each of the texts is a mention of its own.
            return None;
        }
        let wraps = kind.contains("parenthesized")
            || kind.contains("reference_expression")
            || kind.ends_with("as_expression")
            || matches!(
                kind,
                "non_null_expression"
                    | "argument"
                    | "literal_element"
                    | "satisfies_expression"
                    | "cast_expression"
            );
        match node.named_child(0).filter(|_| wraps) {
            Some(inner) => node = inner,
            None => break,
        }
    }
    Some(path(parsed.text_of(node)).map_or(Key::Dynamic, Key::Name))
}

/// A path of names, without what turns an entry into its text.
pub(super) fn path(text: &str) -> Option<Path> {
    let mut text = text.trim().trim_start_matches(['&', '*']);
    // A text that is turned into another type of text is still that text, which is a mention of its own.
    if text.starts_with('"') {
        return None;
    }
    for _ in 0..3 {
        let bare = text.strip_suffix("()").unwrap_or(text);
        let (name, before) = split_path(bare);
        if before.is_empty() || !ACCESSORS.contains(&name) {
            text = bare;
            break;
        }
        text = before;
    }
    let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | ':' | '?' | '!' | '@');
    if text.is_empty() || !text.chars().all(is_path) || text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (name, before) = split_path(text);
    let qualifier = split_path(before).0;
    let qualifier = (!qualifier.is_empty()).then(|| qualifier.to_owned());
    (!name.is_empty()).then(|| Path { qualifier, name: name.to_owned() })
}
