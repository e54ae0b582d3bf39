//! What a file with mentions of keys, or with calls of an SDK, says.

use tree_sitter::Node;

use super::calls::{self, is_client, is_evaluation, is_short_evaluation, speaks_of_flags};
use super::language::Language;
use super::literal::{content, exact, key, path};
use super::node::{Parsed, parse, upward};
use super::{Call, Class, Declaration, FileFacts, Hit, Key};

/// A file that says so near its beginning is generated.
const HEAD: usize = 2048;

/// Understands a file: `hits` are the keys in it, `markers` where words of an SDK's methods stand, in bytes.
pub fn understand(language: Language, file: &str, text: &str, hits: &[Hit], markers: &[usize]) -> FileFacts {
    let Some(parsed) = parse(language, text) else {
        let unknown = hits.iter().map(|hit| (*hit, Class::Unknown));
        return FileFacts { references: unknown.collect(), ..FileFacts::default() };
    };
    let mut facts = FileFacts::default();
    let generated = is_generated(file, text);
    for hit in hits {
        let Some(class) = class_of(&parsed, *hit) else { continue };
        if class == Class::Read
            && generated
            && let Some(accessor) = accessor(&parsed, *hit)
        {
            facts.declarations.push(accessor);
            facts.references.push((*hit, Class::Declared));
            continue;
        }
        if class == Class::Declared {
            facts.declarations.extend(declaration_around(&parsed, *hit));
        }
        facts.references.push((*hit, class));
    }
    for marker in markers {
        facts.calls.extend(call_at(&parsed, *marker));
    }
    // The whole tree is only gone through where a call asks by a name, which may stand anywhere.
    if facts.calls.iter().any(|call| matches!(call.key, Key::Name(_))) {
        facts.declarations.extend(declarations(&parsed));
    }
    facts.calls.sort();
    facts.calls.dedup();
    facts.declarations.sort();
    facts.declarations.dedup();
    facts
}

/// Whether a program wrote the file.
fn is_generated(file: &str, text: &str) -> bool {
    let head: String = text.chars().take(HEAD).collect::<String>().to_ascii_lowercase();
    head.contains("generated")
        || head.contains("do not edit")
        || file.to_ascii_lowercase().contains("generated")
}

/// What a mention is for; `None` where it is none: the name of something.
fn class_of(parsed: &Parsed<'_>, hit: Hit) -> Option<Class> {
    let node = parsed.at(hit.start, hit.end)?;
    if upward(node).any(|node| Parsed::is(parsed.kinds.comments, node)) {
        return Some(Class::Comment);
    }
    let Some(string) = exact(parsed, hit.start, hit.end) else {
        let in_string = upward(node).any(|node| Parsed::is(parsed.kinds.strings, node));
        if in_string && is_docstring(parsed, node) {
            return Some(Class::Comment);
        }
        // A word in a sentence is a word; a key with a sign in it is hardly one by chance.
        let is_distinctive = parsed.text[hit.start..hit.end].contains(['-', '_', '.']);
        return (is_distinctive && (in_string || !Parsed::is(parsed.kinds.names, node)))
            .then_some(Class::Unknown);
    };
    if is_docstring(parsed, string) {
        return Some(Class::Comment);
    }
    Some(purpose(parsed, string))
}

/// A text that stands alone is a comment in Python.
fn is_docstring(parsed: &Parsed<'_>, node: Node<'_>) -> bool {
    let string = upward(node).filter(|node| Parsed::is(parsed.kinds.strings, *node)).last();
    let alone = string
        .and_then(|string| string.parent())
        .is_some_and(|parent| parent.kind() == "expression_statement");
    parsed.language == Language::Python && alone
}

/// What a text that is a key is for, by what stands around it.
pub(super) fn purpose(parsed: &Parsed<'_>, value: Node<'_>) -> Class {
    let kinds = parsed.kinds;
    let mut child = value;
    while let Some(node) = child.parent() {
        let kind = node.kind();
        if Parsed::is(kinds.arguments, node) {
            let Some(call) = node.parent() else { return Class::Unknown };
            let call = if call.kind() == "call_suffix" { call.parent().unwrap_or(call) } else { call };
            if Parsed::is(kinds.calls, call) || Parsed::is(kinds.annotations, call) {
                if let Some(class) = call_purpose(parsed, call) {
                    return class;
                }
                child = call;
                continue;
            }
        } else if kind == "jsx_attribute" {
            let about = upward(node)
                .take(2)
                .any(|node| node.named_child(0).is_some_and(|name| speaks_of_flags(parsed.text_of(name))));
            return if about { Class::Read } else { Class::Unknown };
        } else if Parsed::is(kinds.subscripts, node) {
            let object = node.named_child(0);
            let about =
                object.is_some_and(|object| object != child && speaks_of_flags(parsed.text_of(object)));
            return if about { Class::Read } else { Class::Unknown };
        } else if let Some(class) = declared(parsed, node, child) {
            return class;
        } else if is_compared(kind) || (Parsed::ends_a_value(node) && !is_argument(parsed, node)) {
            return Class::Unknown;
        }
        child = node;
    }
    Class::Unknown
}

/// Whether a node puts its parts together, or compares them.
fn is_compared(kind: &str) -> bool {
    ["binary", "additive", "comparison", "equality"].iter().any(|word| kind.contains(word))
}

/// What handing a key to a call is for; `None` where the call only wraps it.
fn call_purpose(parsed: &Parsed<'_>, call: Node<'_>) -> Option<Class> {
    let (name, receiver) = parsed.callee(call).unwrap_or_default();
    let asks = is_evaluation(name)
        || (is_short_evaluation(name) && is_client(receiver))
        || speaks_of_flags(name)
        || (speaks_of_flags(receiver) && !receiver.contains("log"));
    let wraps =
        parsed.is_construction(call) || matches!(name, "String" | "from" | "of" | "Some" | "lazy" | "freeze");
    if wraps && !is_evaluation(name) {
        return None;
    }
    Some(if asks { Class::Read } else { Class::Unknown })
}

fn is_argument(parsed: &Parsed<'_>, node: Node<'_>) -> bool {
    node.parent().is_some_and(|parent| Parsed::is(parsed.kinds.arguments, parent))
}

/// Whether a node gives its child a name, and so declares it.
fn declared(parsed: &Parsed<'_>, node: Node<'_>, child: Node<'_>) -> Option<Class> {
    let (_, name, _) = parsed.kinds.declarations.iter().find(|(kind, ..)| *kind == node.kind())?;
    let is_name = if name.is_empty() {
        node.named_child(0) == Some(child)
    } else {
        node.child_by_field_name(name) == Some(child)
    };
    if is_name {
        return Some(Class::Unknown);
    }
    if node.kind() != "pair" {
        return Some(Class::Declared);
    }
    // Named arguments, and an object of options in the place of arguments.
    if is_argument(parsed, node) {
        return None;
    }
    let object = node.parent()?;
    if is_argument(parsed, object) {
        let call = object.parent().and_then(|list| list.parent())?;
        return Some(call_purpose(parsed, call).unwrap_or(Class::Declared));
    }
    Some(Class::Declared)
}

/// The name that a key is given where it is declared.
fn declaration_around(parsed: &Parsed<'_>, hit: Hit) -> Option<Declaration> {
    let string = exact(parsed, hit.start, hit.end)?;
    upward(string).skip(1).find_map(|node| declaration(parsed, node))
}

/// All names that the file gives to texts.
fn declarations(parsed: &Parsed<'_>) -> Vec<Declaration> {
    let mut found = Vec::new();
    let mut cursor = parsed.tree.walk();
    loop {
        let node = cursor.node();
        if parsed.kinds.declarations.iter().any(|(kind, ..)| *kind == node.kind()) {
            found.extend(declaration(parsed, node));
        }
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
}

/// The name that a node gives, and the text that it gives it to.
pub(super) fn declaration(parsed: &Parsed<'_>, node: Node<'_>) -> Option<Declaration> {
    let (_, _, value_field) = parsed.kinds.declarations.iter().find(|(kind, ..)| *kind == node.kind())?;
    let name = name_of(parsed, node)?;
    let count = u32::try_from(node.named_child_count()).ok()?;
    let value = if value_field.is_empty() {
        node.named_child(count.checked_sub(1)?)
    } else {
        node.child_by_field_name(value_field)
    };
    let value = value.filter(|value| *value != name);
    let named = parsed.text_of(name).split([':', '=']).next().unwrap_or_default();
    let written = if matches!(node.kind(), "match_arm") { parsed.text_of(name) } else { named };
    let path = path(written.trim().trim_matches(['"', '\'']))?;
    let outer = upward(node).skip(1).find_map(|outer| container_name(parsed, outer));
    let container = path.qualifier.filter(|qualifier| *qualifier != "Self" && *qualifier != "self").or(outer);
    let mut around = upward(node).skip(1);
    let is_local = node.kind() != "match_arm" && around.any(Parsed::is_scope);
    let value = value.and_then(|value| text_in(parsed, value));
    Some(Declaration { container, name: path.name, value, is_local, is_accessor: false })
}

/// Where the name stands that a node gives.
pub(super) fn name_of<'n>(parsed: &Parsed<'_>, node: Node<'n>) -> Option<Node<'n>> {
    let (_, field, _) = parsed.kinds.declarations.iter().find(|(kind, ..)| *kind == node.kind())?;
    if !field.is_empty() {
        return node.child_by_field_name(field);
    }
    // Modifiers and annotations stand first in Kotlin.
    node.named_child(0).filter(|first| first.kind() != "modifiers").or_else(|| node.named_child(1))
}

/// The one text that a value is, as such or wrapped.
fn text_in(parsed: &Parsed<'_>, value: Node<'_>) -> Option<String> {
    let mut node = value;
    for _ in 0..6 {
        if Parsed::is(parsed.kinds.strings, node) {
            return content(parsed, node).map(str::to_owned);
        }
        let kind = node.kind();
        if kind.contains("binary")
            || kind.contains("additive")
            || kind.contains("object")
            || kind.contains("list_literal")
        {
            return None;
        }
        if Parsed::is(parsed.kinds.calls, node) {
            // A call without arguments turns a text into another form of it: `"key".freeze`.
            let first = parsed.arguments(node).first().map(|(_, first)| *first);
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

fn container_name(parsed: &Parsed<'_>, node: Node<'_>) -> Option<String> {
    if Parsed::is(parsed.kinds.containers, node) {
        let fields = ["name", "type"];
        let name = fields
            .iter()
            .find_map(|field| node.child_by_field_name(field))
            .or_else(|| node.named_child(0))?;
        return path(parsed.text_of(name)).map(|path| path.name);
    }
    // The table that an entry stands in.
    if matches!(node.kind(), "variable_declarator" | "assignment" | "const_item" | "static_item" | "var_spec")
    {
        let fields = ["name", "left"];
        let name = fields.iter().find_map(|field| node.child_by_field_name(field))?;
        return path(parsed.text_of(name)).map(|path| path.name);
    }
    None
}

/// The generated function around a call that reads a flag.
fn accessor(parsed: &Parsed<'_>, hit: Hit) -> Option<Declaration> {
    let string = exact(parsed, hit.start, hit.end)?;
    let value = Some(parsed.text.get(hit.start..hit.end)?.to_owned());
    for node in upward(string).skip(1) {
        let names =
            Parsed::is_scope(node) || parsed.kinds.declarations.iter().any(|(kind, ..)| *kind == node.kind());
        if !names {
            continue;
        }
        let name =
            ["name", "left", "pattern", "key"].iter().find_map(|field| node.child_by_field_name(field));
        let Some(path) = name.and_then(|name| path(parsed.text_of(name))) else { continue };
        // A field that every accessor has.
        if matches!(path.name.as_str(), "Value" | "ValueWithDetails" | "value" | "details" | "get") {
            continue;
        }
        return Some(Declaration {
            container: None,
            name: path.name,
            value,
            is_local: false,
            is_accessor: true,
        });
    }
    None
}

/// The call of an SDK whose method's name holds a marker.
fn call_at(parsed: &Parsed<'_>, marker: usize) -> Option<Call> {
    let name = parsed.at(marker, marker + 1).filter(|node| Parsed::is(parsed.kinds.names, *node))?;
    let call = upward(name).take(5).find(|node| Parsed::is(parsed.kinds.calls, *node))?;
    let (called, receiver) = parsed.callee(call)?;
    if called != parsed.text_of(name) || !is_evaluation(called) {
        return None;
    }
    let arguments = parsed.arguments(call);
    let is_key = |name: &str| calls::KEY_ARGUMENTS.contains(&name.to_ascii_lowercase().as_str());
    let named = arguments.iter().find(|(name, _)| name.is_some_and(is_key));
    let place = usize::from(parsed.language == Language::Go);
    let (_, argument) = named.or_else(|| arguments.get(place))?;
    // The default stands beside the key; without one it is another method of the same name.
    let about = is_client(receiver) || called.starts_with("use") || speaks_of_openfeature(parsed.text);
    if arguments.len() < place + 2 || !about {
        return None;
    }
    Some(Call { start: argument.start_byte(), key: key(parsed, *argument)? })
}

fn speaks_of_openfeature(text: &str) -> bool {
    ["openfeature", "OpenFeature", "open_feature", "open-feature"].iter().any(|name| text.contains(name))
}
