//! `$evaluators` and `{"$ref": name}`: shared rules, put in place before compiling. flagd replaces text; here the tree is
//! replaced, so that no character of a rule can break it.

use serde_json::{Map, Value};

/// The most values that references may put in place in one document: evaluators can name each other, and a chain of
/// doublings would not end.
const MAX_NODES: usize = 1 << 20;

/// The shared rules of a document.
pub(super) struct Evaluators {
    rules: Map<String, Value>,
    /// How many values references have put in place.
    nodes: usize,
}

impl Evaluators {
    pub(super) fn new(rules: Map<String, Value>) -> Self {
        Self { rules, nodes: 0 }
    }

    /// Replaces every reference in `value`; one that names no evaluator stays, and is then an unknown operator.
    /// An error says which reference cannot be put in place.
    pub(super) fn resolve(&mut self, value: Value) -> Result<Value, String> {
        if self.rules.is_empty() { Ok(value) } else { self.replace(value, 0, false) }
    }

    fn replace(&mut self, value: Value, depth: usize, shared: bool) -> Result<Value, String> {
        if depth > crate::json::MAX_DEPTH {
            return Err("`$ref` refers to itself, or nests too deeply".to_owned());
        }
        self.nodes += usize::from(shared);
        if self.nodes > MAX_NODES {
            return Err("references of `$ref` make the document too large".to_owned());
        }
        match value {
            Value::Object(map) => match self.referred(&map) {
                Some(rule) => self.replace(rule, depth + 1, true),
                None => map
                    .into_iter()
                    .map(|(key, value)| Ok((key, self.replace(value, depth + 1, shared)?)))
                    .collect::<Result<_, String>>()
                    .map(Value::Object),
            },
            Value::Array(items) => items
                .into_iter()
                .map(|item| self.replace(item, depth + 1, shared))
                .collect::<Result<_, _>>()
                .map(Value::Array),
            scalar => Ok(scalar),
        }
    }

    fn referred(&self, map: &Map<String, Value>) -> Option<Value> {
        if map.len() != 1 {
            return None;
        }
        map.get("$ref").and_then(Value::as_str).and_then(|name| self.rules.get(name)).cloned()
    }
}
