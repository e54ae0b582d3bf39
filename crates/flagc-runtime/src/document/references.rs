//! `$evaluators` and `{"$ref": name}`: shared rules, put in place before compiling. flagd replaces text; here values are
//! replaced, so that no character of a rule can break it.

use std::borrow::Cow;
use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::json::{MAX_DEPTH, Node, Tape, View};

/// The most values that references may put in place in one document: evaluators can name each other, and a chain of
/// doublings would not end.
const MAX_NODES: usize = 1 << 20;

/// The shared rules of a document.
#[derive(Default)]
pub(super) struct Evaluators<'t, 'a> {
    rules: HashMap<&'t str, View<'t, 'a>, RandomState>,
    /// How many values references have put in place.
    nodes: usize,
}

impl<'t, 'a> Evaluators<'t, 'a> {
    pub(super) fn new(rules: View<'t, 'a>) -> Self {
        Self { rules: rules.entries().map(|(name, rule)| (name.as_ref(), rule)).collect(), nodes: 0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// A copy of `rule` with every reference replaced; one that names no evaluator stays, and is then an unknown operator.
    /// An error says which reference cannot be put in place.
    pub(super) fn resolve(&mut self, rule: View<'_, 'a>) -> Result<Tape<'a>, String> {
        let mut tape = Tape::new();
        self.replace(rule, 0, false, &mut tape)?;
        Ok(tape)
    }

    fn replace(
        &mut self,
        value: View<'_, 'a>,
        depth: usize,
        shared: bool,
        tape: &mut Tape<'a>,
    ) -> Result<(), String> {
        if depth > MAX_DEPTH {
            return Err("`$ref` refers to itself, or nests too deeply".to_owned());
        }
        self.nodes += usize::from(shared);
        if self.nodes > MAX_NODES {
            return Err("references of `$ref` make the document too large".to_owned());
        }
        if let Some(rule) = self.referred(value) {
            return self.replace(rule, depth + 1, true, tape);
        }
        let head = tape.len();
        tape.push(value.node().clone());
        for item in value.items() {
            self.replace(item, depth + 1, shared, tape)?;
        }
        for (key, value) in value.entries() {
            tape.push(Node::Text(key.clone()));
            self.replace(value, depth + 1, shared, tape)?;
        }
        let inside = tape.len() - head - 1;
        if let Some(Node::List { nodes, .. } | Node::Object { nodes, .. }) = tape.get_mut(head) {
            *nodes = u32::try_from(inside).map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    fn referred(&self, value: View<'_, 'a>) -> Option<View<'t, 'a>> {
        let Node::Object { keys: 1, .. } = value.node() else { return None };
        let (key, name) = value.entries().next()?;
        let name = name.as_text().filter(|_| key == "$ref")?;
        self.rules.get(Cow::as_ref(name)).copied()
    }
}
