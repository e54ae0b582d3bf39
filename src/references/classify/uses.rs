//! Where names that stand for keys are used.

use std::collections::BTreeSet;

use tree_sitter::Node;

use super::glance::glance_at_uses;
use super::language::Language;
use super::literal::path;
use super::names::Names;
use super::node::{Parsed, parse};
use super::purpose::{is_test, purpose};
use super::trail::{Extent, Trail, Visitor, walk};
use super::{Class, Declaration, Use};

/// Gathers uses.
struct Uses<'p, 't> {
    parsed: &'p Parsed<'t>,
    wanted: &'p BTreeSet<&'p str>,
    at: &'p [usize],
    names: Names,
    found: Vec<Use>,
}

/// The uses of names in a file, and what the file itself gives these names to. `at` is where they stand, in bytes, in
/// order.
pub fn uses(
    language: Language,
    text: &str,
    wanted: &BTreeSet<&str>,
    at: &[usize],
) -> (Vec<Use>, Vec<Declaration>) {
    if let Some(uses) = glance_at_uses(language, text, at) {
        return (uses, Vec::new());
    }
    study_uses(language, text, wanted, at)
}

/// The same, by the file's grammar.
pub(super) fn study_uses(
    language: Language,
    text: &str,
    wanted: &BTreeSet<&str>,
    at: &[usize],
) -> (Vec<Use>, Vec<Declaration>) {
    let Some(parsed) = parse(language, text) else { return (Vec::new(), Vec::new()) };
    let places: Vec<_> = at.iter().map(|at| *at..at + 1).collect();
    let mut visitor = Uses { parsed: &parsed, wanted, at, names: Names::default(), found: Vec::new() };
    walk(&parsed.tree, &places, Extent::Places, &mut visitor);
    let mut declarations = visitor.names.declarations;
    declarations.retain(|declaration| wanted.contains(declaration.name.as_str()));
    (visitor.found, declarations)
}

impl<'n> Visitor<'n> for Uses<'_, '_> {
    fn enter(&mut self, trail: Trail<'_, 'n>, field: Option<&str>) {
        self.names.enter(self.parsed, trail, field);
    }

    fn leave(&mut self, open: usize) {
        self.names.leave(open);
    }

    fn place(&mut self, index: usize, trail: Trail<'_, 'n>) {
        let Some(start) = self.at.get(index) else { return };
        if let Some(used) = used(self.parsed, self.wanted, trail) {
            self.found.push(Use { start: *start, scopes: self.names.scopes(), ..used });
        }
    }
}

/// What a name is used for; `None` where it is given to something.
fn used(parsed: &Parsed<'_>, wanted: &BTreeSet<&str>, trail: Trail<'_, '_>) -> Option<Use> {
    let node = trail.node()?;
    let name = parsed.text_of(node);
    if !Parsed::is(parsed.kinds.names, node) || !wanted.contains(name) {
        return None;
    }
    if trail.upward().any(|node| Parsed::is(parsed.kinds.imports, node)) {
        return None;
    }
    let is_given = trail.upward().take(4).skip(1).any(|outer| {
        let given = parsed.name_of(outer);
        given.is_some_and(|given| {
            given.byte_range().contains(&node.start_byte())
                && path(parsed.text_of(given).trim_matches(['"', '\''])).is_some_and(|path| path.name == name)
        })
    });
    let is_own_name = |node: Node<'_>| Parsed::is(parsed.kinds.containers, node);
    if is_given || trail.up(1).is_some_and(is_own_name) || defines(parsed, node, trail.up(1)) {
        return None;
    }
    // The whole path: the name with what stands before it, and what turns it into its text.
    let mut levels = 0;
    while let Some(outer) = trail.up(levels + 1) {
        let is_path = path(parsed.text_of(outer)).is_some_and(|path| path.name == name);
        if !is_path || Parsed::ends_a_value(outer) {
            break;
        }
        levels += 1;
    }
    let whole = trail.outer(levels);
    let path = path(parsed.text_of(whole.node()?)).filter(|path| path.name == name)?;
    let class = if is_test(parsed, trail) { Class::Test } else { purpose(parsed, whole) };
    Some(Use { start: node.start_byte(), path, class, scopes: Vec::new() })
}

/// Whether a name is that of a function, a method or a parameter where it is defined.
fn defines(parsed: &Parsed<'_>, node: Node<'_>, around: Option<Node<'_>>) -> bool {
    let Some(around) = around else { return false };
    around.child_by_field_name("name") == Some(node)
        && (Parsed::is_scope(around)
            || ["parameter", "signature", "enum"].iter().any(|word| around.kind().contains(word)))
        && !Parsed::is(parsed.kinds.calls, around)
}
