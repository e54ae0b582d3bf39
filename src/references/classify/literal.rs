//! Texts in code, and expressions that stand for a key.

use tree_sitter::Node;

use super::calls::defines_a_flag;
use super::language::Language;
use super::node::{Parsed, split_path};
use super::{Hit, Key, Path};

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
    "String",
    "toString",
    "ToString",
    "to_s",
    "clone",
    "to_owned",
];

/// What makes a collection of what it is called with.
const LISTS: &[&str] = &[
    "of",
    "ofEntries",
    "asList",
    "listOf",
    "setOf",
    "mapOf",
    "arrayOf",
    "mutableListOf",
    "hashSetOf",
    "Set",
    "Map",
    "list",
    "set",
    "dict",
    "frozenset",
    "append",
    "concat",
];

/// What makes another form of a text, or an object of it.
const WRAPPERS: &[&str] =
    &["string", "str", "from", "of", "some", "lazy", "freeze", "symbol", "new", "borrowed"];

/// How much longer than its text a literal of it can be: quotes, prefixes, a symbol's colon. Bytes.
const MOST_QUOTES: usize = 32;

/// How many parts of an expression are looked at.
const MOST_PARTS: usize = 64;

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
    // An entry of `%w[…]`.
    if string.kind().starts_with("bare_") {
        return Some(text);
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

/// Whether a text is the mention, and nothing more between its quotes.
pub(super) fn exact(parsed: &Parsed<'_>, string: Node<'_>, hit: Hit) -> bool {
    let around = (string.end_byte() - string.start_byte()).saturating_sub(hit.end - hit.start);
    around < MOST_QUOTES
        && Parsed::is(parsed.kinds.strings, string)
        && content(parsed, string) == parsed.text.get(hit.start..hit.end)
}

/// What an expression in the place of a key stands for: as many keys as it may choose from, and where they stand.
pub(super) fn keys(parsed: &Parsed<'_>, expression: Node<'_>) -> Vec<(usize, Key)> {
    let mut keys = Vec::new();
    let mut open = vec![expression];
    for _ in 0..MOST_PARTS {
        let Some(node) = open.pop() else { break };
        if let Some(text) = joined(parsed, node) {
            keys.push((node.start_byte(), Key::Literal(text)));
        } else if let Some(choice) = choice(parsed, node) {
            open.extend(choice);
        } else if let Some(inner) = wrapped(parsed, node) {
            open.push(inner);
        } else if !is_choice_of_blocks(node) {
            let is_text = Parsed::is(parsed.kinds.strings, node);
            let path = path(parsed.text_of(node)).filter(|_| !is_text);
            keys.push((node.start_byte(), path.map_or(Key::Dynamic, Key::Name)));
        }
    }
    keys
}

/// A text, or texts one after the other.
fn joined(parsed: &Parsed<'_>, node: Node<'_>) -> Option<String> {
    let mut text = String::new();
    let mut open = vec![node];
    for _ in 0..MOST_PARTS {
        let Some(node) = open.pop() else { return Some(text) };
        let kind = node.kind();
        if Parsed::is(parsed.kinds.strings, node) {
            text.push_str(content(parsed, node)?);
            continue;
        }
        let is_list = matches!(kind, "concatenated_string" | "chained_string");
        let mut cursor = node.walk();
        let is_sum = (kind.contains("binary") || kind.contains("additive"))
            && node.child_count() == 3
            && node.child(1).is_some_and(|sign| sign.kind() == "+");
        if !is_list && !is_sum {
            return None;
        }
        let parts: Vec<_> = node.named_children(&mut cursor).take(MOST_PARTS).collect();
        open.extend(parts.into_iter().rev());
    }
    None
}

/// What an expression chooses from.
fn choice<'n>(parsed: &Parsed<'_>, node: Node<'n>) -> Option<Vec<Node<'n>>> {
    let kind = node.kind();
    let operator = node.child_by_field_name("operator").map(|operator| parsed.text_of(operator));
    if kind == "elvis_expression" || matches!(operator, Some("??" | "||" | "or")) {
        return Some([node.named_child(0), node.named_child(1)].into_iter().flatten().collect());
    }
    if let (Some(one), Some(other)) =
        (node.child_by_field_name("consequence"), node.child_by_field_name("alternative"))
        && !is_choice_of_blocks(node)
    {
        return Some(vec![one, other]);
    }
    let is_python = parsed.language == Language::Python && kind == "conditional_expression";
    is_python.then(|| [node.named_child(0), node.named_child(2)].into_iter().flatten().collect())
}

/// Whether an expression chooses with blocks, in which each text is a mention of its own.
fn is_choice_of_blocks(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "if_expression" | "match_expression" | "when_expression" | "switch_expression" | "if"
    )
}

/// What an expression only wraps.
fn wrapped<'n>(parsed: &Parsed<'_>, node: Node<'n>) -> Option<Node<'n>> {
    let kind = node.kind();
    if Parsed::is(parsed.kinds.calls, node) {
        let arguments = parsed.arguments(node, 2);
        let (name, _) = parsed.callee(node)?;
        if let [(None, argument)] = arguments.as_slice() {
            return matches!(name, "string" | "String" | "str" | "from").then_some(*argument);
        }
        // A text that is turned into another type of text: `"key".to_string()`.
        let fields = ["object", "receiver", "function"];
        let receiver = fields.iter().find_map(|field| node.child_by_field_name(field))?;
        let receiver = receiver.child_by_field_name("value").unwrap_or(receiver);
        return (arguments.is_empty() && Parsed::is(parsed.kinds.strings, receiver)).then_some(receiver);
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
                | "type_conversion_expression"
        );
    let cast = node.child_by_field_name("value").filter(|_| kind == "cast_expression");
    cast.or_else(|| node.named_child(0).filter(|_| wraps))
}

/// The one text that a value is, as such or wrapped.
pub(super) fn text_in(parsed: &Parsed<'_>, value: Node<'_>) -> Option<String> {
    let mut node = value;
    for _ in 0..6 {
        if Parsed::is(parsed.kinds.strings, node) {
            return content(parsed, node).map(str::to_owned);
        }
        if is_many(node) {
            return joined(parsed, node);
        }
        if Parsed::is(parsed.kinds.calls, node) {
            // A call without arguments turns a text into another form of it: `"key".freeze`.
            let first = parsed.arguments(node, 1).first().map(|(_, first)| *first);
            if first.is_some() && !holds_its_argument(parsed, node) {
                return None;
            }
            let fields = ["receiver", "object"];
            let receiver = || fields.iter().find_map(|field| node.child_by_field_name(field));
            node = first.or_else(receiver).or_else(|| node.named_child(0))?;
            continue;
        }
        let mut cursor = node.walk();
        let next = node.named_children(&mut cursor).find(|child| !Parsed::is(parsed.kinds.comments, *child));
        node = next?;
    }
    None
}

/// Whether what a call makes is its argument, or an object that stands for it; what any other call gives back is not
/// known before the program runs.
fn holds_its_argument(parsed: &Parsed<'_>, call: Node<'_>) -> bool {
    let (name, receiver) = parsed.callee(call).unwrap_or_default();
    let of_key = name == "of" && (receiver.ends_with("Key") || defines_a_flag(receiver));
    if LISTS.contains(&name) && !of_key {
        return false;
    }
    let is_type = name.starts_with(char::is_uppercase);
    let of_language = match parsed.language {
        Language::Python | Language::Rust => is_type,
        Language::Go => is_type && (receiver.is_empty() || defines_a_flag(name)),
        Language::Java
        | Language::Kotlin
        | Language::TypeScript
        | Language::Tsx
        | Language::CSharp
        | Language::Ruby => false,
    };
    let wraps = of_key || WRAPPERS.iter().any(|wrapper| wrapper.eq_ignore_ascii_case(name));
    of_language || wraps || parsed.is_construction(call) || defines_a_flag(name)
}

/// Whether an expression is made of several.
fn is_many(node: Node<'_>) -> bool {
    let kind = node.kind();
    if kind == "composite_literal" {
        let of = node.child_by_field_name("type").map(|of| of.kind());
        return matches!(of, Some("slice_type" | "array_type" | "map_type" | "implicit_length_array_type"));
    }
    // An object is made anew by its class, and holds texts of its own.
    let is_object = kind.contains("object") && !kind.contains("creation");
    is_object
        || ["binary", "additive", "list_literal", "concatenated", "chained", "comprehension"]
            .iter()
            .any(|word| kind.contains(word))
        || matches!(
            kind,
            "array"
                | "list"
                | "set"
                | "dictionary"
                | "hash"
                | "string_array"
                | "symbol_array"
                | "array_expression"
                | "array_initializer"
                | "array_creation_expression"
                | "initializer_expression"
                | "collection_expression"
                | "collection_literal"
        )
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
        if before.is_empty() || matches!(before, "this" | "self" | "cls") || !ACCESSORS.contains(&name) {
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
