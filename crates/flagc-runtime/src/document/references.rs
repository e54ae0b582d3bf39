//! `$evaluators` and `{"$ref": name}`: shared rules, put in place before compiling. flagd replaces text; here the tree is
//! replaced, so that no character of a rule can break it.

use std::borrow::Cow;
use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::json::{Object, Tree};

/// The most values that references may put in place in one document: evaluators can name each other, and a chain of
/// doublings would not end.
const MAX_NODES: usize = 1 << 20;

/// The shared rules of a document.
pub(super) struct Evaluators<'a> {
    rules: HashMap<Cow<'a, str>, Tree<'a>, RandomState>,
    /// How many values references have put in place.
    nodes: usize,
}

impl<'a> Evaluators<'a> {
    pub(super) fn new(rules: Object<'a>) -> Self {
        Self { rules: rules.into_iter().collect(), nodes: 0 }
    }

    /// Replaces every reference in `tree`; one that names no evaluator stays, and is then an unknown operator.
    /// An error says which reference cannot be put in place.
    pub(super) fn resolve(&mut self, tree: Tree<'a>) -> Result<Tree<'a>, String> {
        if self.rules.is_empty() { Ok(tree) } else { self.replace(tree, 0, false) }
    }

    fn replace(&mut self, tree: Tree<'a>, depth: usize, shared: bool) -> Result<Tree<'a>, String> {
        if depth > crate::json::MAX_DEPTH {
            return Err("`$ref` refers to itself, or nests too deeply".to_owned());
        }
        self.nodes += usize::from(shared);
        if self.nodes > MAX_NODES {
            return Err("references of `$ref` make the document too large".to_owned());
        }
        match tree {
            Tree::Object(entries) => match self.referred(&entries) {
                Some(rule) => self.replace(rule, depth + 1, true),
                None => entries
                    .into_iter()
                    .map(|(key, value)| Ok((key, self.replace(value, depth + 1, shared)?)))
                    .collect::<Result<_, String>>()
                    .map(Tree::Object),
            },
            Tree::List(items) => items
                .into_iter()
                .map(|item| self.replace(item, depth + 1, shared))
                .collect::<Result<_, _>>()
                .map(Tree::List),
            scalar => Ok(scalar),
        }
    }

    fn referred(&self, entries: &Object<'a>) -> Option<Tree<'a>> {
        let [(key, Tree::Text(name))] = &entries[..] else { return None };
        if key == "$ref" { self.rules.get(name).cloned() } else { None }
    }
}
