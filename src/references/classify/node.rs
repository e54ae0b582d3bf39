//! Small questions about nodes of a syntax tree.

use tree_sitter::{Node, Parser, Tree};

use super::guard::is_safe;
use super::language::{Kinds, Language};

/// How much of a receiver is looked at, in bytes.
const TAIL: usize = 96;

/// A text with its tree.
pub(super) struct Parsed<'t> {
    pub(super) text: &'t str,
    pub(super) tree: Tree,
    pub(super) kinds: &'static Kinds,
    pub(super) language: Language,
}

/// Parses a text; `None` where the grammar cannot be used, or not for this text.
pub(super) fn parse(language: Language, text: &str) -> Option<Parsed<'_>> {
    if !is_safe(language, text) {
        return None;
    }
    let mut parser = Parser::new();
    parser.set_language(&language.grammar()?).ok()?;
    let tree = parser.parse(text, None)?;
    Some(Parsed { text, tree, kinds: language.kinds(), language })
}

impl<'t> Parsed<'t> {
    pub(super) fn text_of(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// The end of a node's text, where a receiver has the name that matters.
    pub(super) fn tail_of(&self, node: Node<'_>) -> &'t str {
        let text = self.text_of(node);
        let mut start = text.len().saturating_sub(TAIL);
        while !text.is_char_boundary(start) {
            start += 1;
        }
        &text[start..]
    }

    /// Where the name stands that a node gives.
    pub(super) fn name_of<'n>(&self, node: Node<'n>) -> Option<Node<'n>> {
        let (_, field, _) = self.kinds.declarations.iter().find(|(kind, ..)| *kind == node.kind())?;
        if !field.is_empty() {
            return node.child_by_field_name(field);
        }
        if node.kind() == "import" {
            // What is imported, and its other name.
            return node.named_child(1);
        }
        // Modifiers and annotations stand first in Kotlin.
        node.named_child(0).filter(|first| first.kind() != "modifiers").or_else(|| node.named_child(1))
    }

    /// Where the name stands that a node gives, and what it is given to, if to anything.
    pub(super) fn named_value<'n>(&self, node: Node<'n>) -> Option<(Node<'n>, Option<Node<'n>>)> {
        let (_, _, field) = self.kinds.declarations.iter().find(|(kind, ..)| *kind == node.kind())?;
        let name = self.name_of(node)?;
        let count = u32::try_from(node.named_child_count()).ok()?;
        let value = if node.kind() == "object_declaration" {
            let mut cursor = node.walk();
            node.named_children(&mut cursor).find(|child| child.kind() == "delegation_specifiers")
        } else if node.kind() == "import" {
            node.named_child(0)
        } else if field.is_empty() {
            node.named_child(count.checked_sub(1)?)
        } else {
            node.child_by_field_name(field)
        };
        Some((name, value.filter(|value| *value != name)))
    }

    pub(super) fn is(kinds: &[&str], node: Node<'_>) -> bool {
        kinds.contains(&node.kind())
    }

    /// Whether what stands inside cannot be seen outside.
    pub(super) fn is_scope(node: Node<'_>) -> bool {
        let kind = node.kind();
        kind.contains("function") && kind != "function_type"
            || kind.contains("lambda")
            || kind.contains("closure")
            || kind.contains("method_declaration")
            || matches!(
                kind,
                "method_definition"
                    | "method"
                    | "singleton_method"
                    | "constructor_declaration"
                    | "func_literal"
                    | "local_function_statement"
            )
    }

    /// Whether a value cannot reach further than this node.
    pub(super) fn ends_a_value(node: Node<'_>) -> bool {
        let kind = node.kind();
        kind.ends_with("block")
            || kind.ends_with("body")
            || kind.ends_with("statement")
            || matches!(kind, "source_file" | "program" | "module" | "compilation_unit" | "statements")
            || Self::is_scope(node)
    }

    /// What a call calls: the name, and what stands before it.
    pub(super) fn callee(&self, call: Node<'_>) -> Option<(&'t str, &'t str)> {
        for (name, receiver) in [("name", "object"), ("method", "receiver")] {
            if let Some(found) = call.child_by_field_name(name) {
                let receiver = call.child_by_field_name(receiver);
                return Some((
                    self.text_of(found),
                    receiver.map(|node| self.tail_of(node)).unwrap_or_default(),
                ));
            }
        }
        let fields = ["function", "constructor", "type"];
        let function = fields
            .iter()
            .find_map(|field| call.child_by_field_name(field))
            .or_else(|| call.named_child(0))?;
        // Types in between, as in `get_struct_value::<Limits>`.
        let is_generic = function.kind() == "generic_function";
        let function = function.child_by_field_name("function").filter(|_| is_generic).unwrap_or(function);
        Some(split_path(self.tail_of(function)))
    }

    /// Whether a call makes an object.
    pub(super) fn is_construction(&self, call: Node<'_>) -> bool {
        let makes =
            matches!(call.kind(), "object_creation_expression" | "new_expression" | "constructor_invocation");
        let capital = |name: &str| name.chars().next().is_some_and(char::is_uppercase);
        makes
            || (self.language == Language::Kotlin && self.callee(call).is_some_and(|(name, _)| capital(name)))
    }

    /// The first arguments of a call: their names, where they have one, and their values.
    pub(super) fn arguments<'n>(&self, call: Node<'n>, most: usize) -> Vec<(Option<&'t str>, Node<'n>)> {
        let mut cursor = call.walk();
        // Kotlin wraps the list once more.
        let mut lists: Vec<Node<'n>> = call.children(&mut cursor).collect();
        lists.extend(lists.clone().into_iter().filter(|node| node.kind() == "call_suffix").flat_map(
            |node| {
                let mut inner = node.walk();
                node.children(&mut inner).collect::<Vec<_>>()
            },
        ));
        let Some(list) = lists.into_iter().find(|node| Self::is(self.kinds.arguments, *node)) else {
            return Vec::new();
        };
        let mut cursor = list.walk();
        let written = list.named_children(&mut cursor).filter(|node| !Self::is(self.kinds.comments, *node));
        written
            .take(most)
            .filter_map(|argument| {
                if !Self::is(self.kinds.argument, argument) {
                    return Some((None, argument));
                }
                let count = u32::try_from(argument.named_child_count()).ok()?;
                let value = argument.named_child(count.checked_sub(1)?)?;
                let name = (count > 1).then(|| argument.named_child(0)).flatten();
                Some((name.map(|name| self.text_of(name).trim_end_matches([':', '=', ' '])), value))
            })
            .collect()
    }
}

/// A path of names as its last name and what stands before it; type arguments at the end do not matter.
pub(super) fn split_path(text: &str) -> (&str, &str) {
    let end = without_types(text.trim_end()).trim_end_matches(['!', '?']);
    let name_start = end
        .rfind(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
        .map_or(0, |at| at + end[at..].chars().next().map_or(1, char::len_utf8));
    let (before, name) = end.split_at(name_start);
    (name, before.trim_end().trim_end_matches(['.', ':', '?', '!', '&']).trim_end())
}

/// The text without `<…>` at its end.
fn without_types(text: &str) -> &str {
    if !text.ends_with('>') {
        return text;
    }
    let mut depth = 0_usize;
    for (at, character) in text.char_indices().rev() {
        match character {
            '>' => depth += 1,
            '<' if depth <= 1 => return text[..at].trim_end_matches(':'),
            '<' => depth -= 1,
            _ => {}
        }
    }
    text
}
