//! Where names that stand for keys are used.

use std::collections::BTreeSet;

use super::facts::{declaration, is_parameter, name_of, purpose};
use super::language::Language;
use super::literal::path;
use super::node::{Parsed, parse, upward};
use super::{Class, Declaration, Use};

/// The uses of names in a file, and what the file itself gives these names to. `at` is where they stand, in bytes.
pub fn uses(
    language: Language,
    text: &str,
    names: &BTreeSet<&str>,
    at: &[usize],
) -> (Vec<Use>, Vec<Declaration>) {
    let Some(parsed) = parse(language, text) else { return (Vec::new(), Vec::new()) };
    let (mut uses, mut declarations) = (Vec::new(), Vec::new());
    for start in at {
        let Some(node) = parsed.at(*start, start + 1) else { continue };
        let name = parsed.text_of(node);
        if !Parsed::is(parsed.kinds.names, node) || !names.contains(name) {
            continue;
        }
        let around: Vec<_> = upward(node).take(4).collect();
        if upward(node).any(|node| Parsed::is(parsed.kinds.imports, node)) {
            continue;
        }
        let declares = around.iter().skip(1).find_map(|outer| {
            let written = name_of(&parsed, *outer)?;
            let is_it = written.byte_range().contains(&node.start_byte());
            declaration(&parsed, *outer).filter(|found| is_it && found.name == name)
        });
        if let Some(declaration) = declares {
            declarations.push(declaration);
            continue;
        }
        if Parsed::is(parsed.kinds.containers, around[around.len().min(2) - 1]) || defines(&parsed, node) {
            continue;
        }
        // The whole path: the name with what stands before it, and what turns it into its text.
        let mut whole = node;
        while let Some(outer) = whole.parent() {
            let is_path = path(parsed.text_of(outer)).is_some_and(|path| path.name == name);
            if !is_path || Parsed::ends_a_value(outer) {
                break;
            }
            whole = outer;
        }
        let Some(path) = path(parsed.text_of(whole)).filter(|path| path.name == name) else { continue };
        if path.qualifier.is_none() && is_parameter(&parsed, node, name) {
            continue;
        }
        uses.push(Use { start: node.start_byte(), path, reads: purpose(&parsed, whole) == Class::Read });
    }
    (uses, declarations)
}

/// Whether a name is that of a function, a method or a parameter where it is defined.
fn defines(parsed: &Parsed<'_>, node: tree_sitter::Node<'_>) -> bool {
    let Some(parent) = node.parent() else { return false };
    let by_field = parent.child_by_field_name("name") == Some(node);
    by_field
        && (Parsed::is_scope(parent)
            || parent.kind().contains("parameter")
            || parent.kind().contains("signature")
            || parent.kind().contains("enum"))
        && !Parsed::is(parsed.kinds.calls, parent)
}
