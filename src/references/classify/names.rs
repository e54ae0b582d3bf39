//! What a file gives names to: constants, entries of enums and tables, variables; and what hides them: parameters and
//! other variables, whose values are not known here.

use tree_sitter::Node;

use super::literal::{path, text_in};
use super::node::Parsed;
use super::trail::Trail;
use super::{Declaration, Scope};

/// How many scopes are told of a place; more are not nested by anybody.
const MOST_SCOPES: usize = 16;

/// Gathers names in a walk. What is open at a place is kept with the depth of the node that opened it.
#[derive(Default)]
pub(super) struct Names {
    /// Classes, enums, modules, and tables that have a name.
    containers: Vec<(usize, String)>,
    /// Where names can be seen that cannot be seen outside.
    scopes: Vec<(usize, Scope)>,
    /// Those of these in which that is so of every name: functions.
    functions: Vec<(usize, Scope)>,
    /// Where names are bound to what is not written here: parameters, variables of loops; and where they can be seen.
    pattern: Option<(usize, Scope)>,
    /// What was found.
    pub(super) declarations: Vec<Declaration>,
}

impl Names {
    /// Takes note of a node, before what is inside.
    pub(super) fn enter(&mut self, parsed: &Parsed<'_>, trail: Trail<'_, '_>, field: Option<&str>) {
        let Some(node) = trail.node() else { return };
        let depth = trail.depth();
        if self.pattern.is_none() {
            self.pattern = pattern(trail, field).map(|scope| (depth, scope));
        }
        let is_name =
            Parsed::is(parsed.kinds.names, node) || node.kind() == "shorthand_property_identifier_pattern";
        if let Some((_, scope)) = self.pattern
            && is_name
            && node.child_count() == 0
        {
            self.declarations.push(Declaration::hidden(parsed.text_of(node), scope));
        }
        self.declare(parsed, node);
        self.containers.extend(container_name(parsed, node).map(|name| (depth, name)));
        let scope = (node.start_byte(), node.end_byte());
        if Parsed::is_scope(node) {
            self.scopes.push((depth, scope));
            self.functions.push((depth, scope));
        } else if Parsed::is(parsed.kinds.containers, node) || is_loop(node) || is_block(node) {
            self.scopes.push((depth, scope));
        }
    }

    /// Closes what was opened at a node, after what is inside.
    pub(super) fn leave(&mut self, depth: usize) {
        self.containers.pop_if(|(opened, _)| *opened >= depth);
        self.scopes.pop_if(|(opened, _)| *opened >= depth);
        self.functions.pop_if(|(opened, _)| *opened >= depth);
        self.pattern = self.pattern.filter(|(opened, _)| *opened < depth);
    }

    /// The scopes that are open, from the inside out.
    pub(super) fn scopes(&self) -> Vec<Scope> {
        self.scopes.iter().rev().map(|(_, scope)| *scope).take(MOST_SCOPES).collect()
    }

    /// The name that a node gives, and what it gives it to.
    fn declare(&mut self, parsed: &Parsed<'_>, node: Node<'_>) {
        let Some((name, value)) = parsed.named_value(node) else { return };
        let function = self.pattern.or(self.functions.last().copied()).map(|(_, scope)| scope);
        let is_arm = node.kind() == "match_arm";
        let written = parsed.text_of(name);
        let bare = if is_arm { written } else { written.split([':', '=']).next().unwrap_or_default() };
        let Some(path) = path(bare.trim().trim_matches(['"', '\''])) else {
            // Several names at once.
            if let Some(scope) = function {
                let names = written.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'));
                let names = names.filter(|name| !name.is_empty()).take(16);
                self.declarations.extend(names.map(|name| Declaration::hidden(name, scope)));
            }
            return;
        };
        let of_object = path.is_own() || written.starts_with('@');
        let scope = function.filter(|_| !is_arm && !of_object);
        let qualifier =
            path.qualifier.filter(|qualifier| !matches!(qualifier.as_str(), "Self" | "self" | "this"));
        let text = value.and_then(|value| text_in(parsed, value));
        let alias = value.filter(|_| text.is_none() && !is_arm).and_then(|value| alias(parsed, value));
        self.declarations.push(Declaration {
            container: qualifier.or_else(|| self.containers.last().map(|(_, name)| name.clone())),
            name: path.name,
            value: text,
            alias,
            scope,
            is_entry: is_entry(node),
            is_accessor: false,
        });
    }
}

/// Where the names can be seen that a node binds to what is not written there.
fn pattern(trail: Trail<'_, '_>, field: Option<&str>) -> Option<Scope> {
    let (node, around) = (trail.node()?, trail.up(1)?);
    let kind = node.kind();
    let is_list = kind.contains("parameter") && !kind.starts_with("type_") && node.is_named();
    let owner = if is_list || matches!(field, Some("parameter" | "parameters")) {
        // A class that is built from its parameters.
        if around.kind() == "primary_constructor" { trail.up(2)? } else { around }
    } else if is_loop(around)
        && (matches!(field, Some("left" | "name" | "pattern")) || kind.contains("variable_declaration"))
    {
        around
    } else if around.kind() == "range_clause" && field == Some("left") {
        trail.up(2)?
    } else {
        return None;
    };
    Some((owner.start_byte(), owner.end_byte()))
}

fn is_loop(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "for_statement"
            | "enhanced_for_statement"
            | "foreach_statement"
            | "for_in_statement"
            | "for_expression"
            | "for_in_clause"
            | "for"
    )
}

/// A piece of code with parameters of its own that is no function of its grammar.
fn is_block(node: Node<'_>) -> bool {
    matches!(node.kind(), "do_block" | "block") && node.child_by_field_name("parameters").is_some()
}

/// Whether a name can only be used with the name of its table in front.
fn is_entry(node: Node<'_>) -> bool {
    matches!(node.kind(), "pair" | "keyed_element" | "field_initializer")
}

/// The name that a name is another one of.
fn alias(parsed: &Parsed<'_>, value: Node<'_>) -> Option<super::Path> {
    let is_one = value.named_child_count() == 1 && value.kind() == "expression_list";
    let value = if is_one { value.named_child(0)? } else { value };
    (value.end_byte() - value.start_byte() < 256).then(|| path(parsed.text_of(value))).flatten()
}

fn container_name(parsed: &Parsed<'_>, node: Node<'_>) -> Option<String> {
    let name = if Parsed::is(parsed.kinds.containers, node) {
        let fields = ["name", "type"];
        fields.iter().find_map(|field| node.child_by_field_name(field)).or_else(|| node.named_child(0))?
    } else if matches!(
        node.kind(),
        "variable_declarator" | "assignment" | "const_item" | "static_item" | "var_spec" | "pair"
    ) {
        // The table that entries stand in.
        ["name", "left", "key"].iter().find_map(|field| node.child_by_field_name(field))?
    } else {
        return None;
    };
    path(parsed.text_of(name).trim_matches(['"', '\''])).map(|path| path.name)
}
