//! What a text or a name that stands for a key is for, by what is around it.

use tree_sitter::Node;

use super::calls::{is_client, is_evaluation, is_short_evaluation, speaks_of_flags, speaks_of_logs};
use super::language::Language;
use super::literal::exact;
use super::node::Parsed;
use super::trail::Trail;
use super::{Class, Hit};

/// How many nodes of a grammar a text is made of, at most.
const STRING: usize = 4;

/// What a mention is for; `None` where it is none: the name of something.
pub(super) fn class_of(parsed: &Parsed<'_>, hit: Hit, trail: Trail<'_, '_>) -> Option<Class> {
    let node = trail.node()?;
    if trail.upward().any(|node| Parsed::is(parsed.kinds.comments, node)) {
        return Some(Class::Comment);
    }
    // The file that is brought in may be called like a flag.
    if is_source(trail) {
        return None;
    }
    let string = trail.find(STRING, |node| Parsed::is(parsed.kinds.strings, node));
    if string.is_some_and(|string| is_docstring(parsed, string)) {
        return Some(Class::Comment);
    }
    if is_test(parsed, trail) {
        return Some(Class::Test);
    }
    let Some(string) = string.filter(|string| string.node().is_some_and(|node| exact(parsed, node, hit)))
    else {
        let in_string = trail.upward().any(|node| Parsed::is(parsed.kinds.strings, node));
        // A word in a sentence is a word; a key with a sign in it is hardly one by chance.
        let is_distinctive = parsed.text[hit.start..hit.end].contains(['-', '_', '.']);
        let is_name = Parsed::is(parsed.kinds.names, node);
        return (is_distinctive && (in_string || !is_name)).then_some(Class::Unknown);
    };
    Some(purpose(parsed, string))
}

/// Whether a text names what is brought in from elsewhere.
fn is_source(trail: Trail<'_, '_>) -> bool {
    let levels = trail.upward().zip(trail.upward().skip(1));
    levels.take(STRING + 1).any(|(node, around)| {
        around.kind().contains("import") || around.child_by_field_name("source") == Some(node)
    })
}

/// A text that stands alone is a comment in Python.
fn is_docstring(parsed: &Parsed<'_>, string: Trail<'_, '_>) -> bool {
    let around = string.upward().skip(1).find(|node| node.kind() != "concatenated_string");
    parsed.language == Language::Python && around.is_some_and(|node| node.kind() == "expression_statement")
}

/// Whether something stands in a module of tests beside the code, as is usual in Rust.
pub(super) fn is_test(parsed: &Parsed<'_>, trail: Trail<'_, '_>) -> bool {
    let is_marked = |node: Node<'_>| {
        let before = node.prev_named_sibling().filter(|before| before.kind() == "attribute_item");
        before.is_some_and(|before| {
            let text = parsed.text_of(before);
            text.contains("cfg(test)") || text.trim_end_matches(']').ends_with("test")
        })
    };
    let is_item = |node: &Node<'_>| matches!(node.kind(), "mod_item" | "function_item");
    // Functions and modules are hardly nested.
    parsed.language == Language::Rust && trail.upward().filter(is_item).take(8).any(is_marked)
}

/// What a text that is a key, or a name that stands for one, is for.
pub(super) fn purpose(parsed: &Parsed<'_>, value: Trail<'_, '_>) -> Class {
    let kinds = parsed.kinds;
    let nodes: Vec<Node<'_>> = value.upward().collect();
    for level in 1..nodes.len() {
        let (child, node) = (nodes[level - 1], nodes[level]);
        let around = nodes.get(level + 1).copied();
        let kind = node.kind();
        if Parsed::is(kinds.arguments, node) {
            let call =
                around.filter(|call| call.kind() != "call_suffix").or_else(|| nodes.get(level + 2).copied());
            let Some(call) = call else { return Class::Unknown };
            let is_note = nodes[level..].iter().take(4).any(|node| Parsed::is(kinds.annotations, *node));
            if (Parsed::is(kinds.calls, call) || is_note)
                && let Some(class) = call_purpose(parsed, call, is_note)
            {
                return class;
            }
        } else if kind == "token_tree" {
            return in_macro(parsed, node, around);
        } else if kind == "jsx_attribute" {
            let about = [Some(node), around]
                .into_iter()
                .flatten()
                .any(|node| node.named_child(0).is_some_and(|name| speaks_of_flags(parsed.text_of(name))));
            return if about { Class::Read } else { Class::Unknown };
        } else if Parsed::is(kinds.subscripts, node) {
            let object = node.named_child(0).filter(|object| *object != child);
            let about = object.is_some_and(|object| speaks_of_flags(parsed.text_of(object)));
            return if about { Class::Read } else { Class::Unknown };
        } else if Parsed::is(kinds.calls, node)
            && !Parsed::is(kinds.arguments, child)
            && child.kind() != "call_suffix"
        {
            // Something is asked of the flag itself: `Flags.NEW.isEnabled()`.
            if parsed.callee(node).is_some_and(|(name, _)| asks(name)) {
                return Class::Read;
            }
        } else if let Some(class) = declared(parsed, &nodes[level..], child) {
            return class;
        } else if is_compared(parsed, node)
            || (Parsed::ends_a_value(node) && !around.is_some_and(|node| Parsed::is(kinds.arguments, node)))
        {
            return Class::Unknown;
        }
    }
    Class::Unknown
}

/// Whether a node puts its parts together, or compares them; to choose one of two is neither.
fn is_compared(parsed: &Parsed<'_>, node: Node<'_>) -> bool {
    let kind = node.kind();
    if matches!(kind, "concatenated_string" | "chained_string") {
        return true;
    }
    let is_binary = ["binary", "additive", "comparison", "equality"].iter().any(|word| kind.contains(word));
    let operator = node.child_by_field_name("operator").map(|operator| parsed.text_of(operator));
    is_binary && !matches!(operator, Some("??" | "||" | "or"))
}

fn asks(name: &str) -> bool {
    is_evaluation(name) || speaks_of_flags(name)
}

/// Whether a call asks for a flag.
pub(super) fn is_flag_call(parsed: &Parsed<'_>, call: Node<'_>) -> bool {
    let (name, receiver) = parsed.callee(call).unwrap_or_default();
    asks(name)
        || (speaks_of_flags(receiver) && !speaks_of_logs(receiver))
        || is_short(parsed, call, name, receiver)
}

/// Whether a call is one of Go's short ones.
pub(super) fn is_short(parsed: &Parsed<'_>, call: Node<'_>, name: &str, receiver: &str) -> bool {
    if parsed.language != Language::Go || !is_short_evaluation(name) {
        return false;
    }
    let arguments = parsed.arguments(call, 5);
    let is_context = |text: &str| {
        text.to_ascii_lowercase().contains("ctx") || text.ends_with("Context()") || {
            text.starts_with("context.")
        }
    };
    let first = arguments.first().is_some_and(|(_, first)| is_context(parsed.tail_of(*first)));
    (3..=5).contains(&arguments.len()) && (first || (is_client(receiver) && arguments.len() > 3))
}

/// What handing a key to a call is for; `None` where the call only wraps it.
fn call_purpose(parsed: &Parsed<'_>, call: Node<'_>, is_note: bool) -> Option<Class> {
    let (name, _) = parsed.callee(call).unwrap_or_default();
    let is_type =
        name.starts_with(char::is_uppercase) && matches!(parsed.language, Language::Python | Language::Rust);
    let wraps = parsed.is_construction(call)
        || is_type
        || matches!(name, "String" | "string" | "from" | "of" | "new" | "lazy" | "freeze");
    if wraps && !is_note && !is_evaluation(name) && !is_flag_short(parsed, call) {
        return None;
    }
    Some(if is_flag_call(parsed, call) { Class::Read } else { Class::Unknown })
}

fn is_flag_short(parsed: &Parsed<'_>, call: Node<'_>) -> bool {
    let (name, receiver) = parsed.callee(call).unwrap_or_default();
    is_short(parsed, call, name, receiver)
}

/// What handing a key to a macro is for, or to a call in what is handed to a macro: there is no more than tokens there.
fn in_macro(parsed: &Parsed<'_>, tokens: Node<'_>, around: Option<Node<'_>>) -> Class {
    let called = tokens.prev_named_sibling().filter(|before| before.end_byte() == tokens.start_byte());
    let of_macro = around.filter(|around| around.kind() == "macro_invocation");
    let name = called.or_else(|| of_macro.and_then(|called| called.child_by_field_name("macro")));
    match name.map(|name| parsed.text_of(name)) {
        Some("vec") => Class::Declared,
        Some(name) if asks(name) => Class::Read,
        Some(_) | None => Class::Unknown,
    }
}

/// Whether a node, the first of these, gives its child a name, and so declares it.
fn declared(parsed: &Parsed<'_>, nodes: &[Node<'_>], child: Node<'_>) -> Option<Class> {
    let node = *nodes.first()?;
    if node.kind() == "type_alias_declaration" {
        return Some(Class::Declared);
    }
    let name = parsed.name_of(node)?;
    if name == child {
        return Some(Class::Unknown);
    }
    let is_arguments =
        |at: usize| nodes.get(at).is_some_and(|node| Parsed::is(parsed.kinds.arguments, *node));
    if node.kind() != "pair" {
        return Some(Class::Declared);
    }
    // Named arguments, and an object of options in the place of arguments.
    if is_arguments(1) {
        return None;
    }
    if is_arguments(2) {
        let call = nodes.get(3).copied()?;
        let is_note = nodes.get(4).is_some_and(|node| Parsed::is(parsed.kinds.annotations, *node));
        return Some(call_purpose(parsed, call, is_note).unwrap_or(Class::Declared));
    }
    Some(Class::Declared)
}
