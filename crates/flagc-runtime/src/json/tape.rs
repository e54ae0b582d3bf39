//! JSON as a flat list of nodes that borrow their texts: a list or an object is followed by what stands in it. A tape is
//! made once and used for one value after the other.

use std::borrow::Cow;

use serde_json::{Map, Number, Value};

use crate::operator::guard::Guard;

/// One value, or the head of one.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Node<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'a, str>),
    /// So many items, each with all that stands in it, and as many nodes up to the end of the last.
    List {
        items: u32,
        nodes: u32,
    },
    /// So many keys, each a text and then its value, and as many nodes up to the end of the last.
    Object {
        keys: u32,
        nodes: u32,
    },
    /// A run of items of an `and` that is a guard on the attribute named by the text that follows.
    Guard(Guard),
}

/// A value, or several, one after the other.
pub(crate) type Tape<'a> = Vec<Node<'a>>;

/// One value of a tape.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'t, 'a> {
    /// Begins with the value's own node.
    nodes: &'t [Node<'a>],
}

impl<'t, 'a> View<'t, 'a> {
    /// The first value of a tape; `null` where it is empty.
    pub(crate) fn of(tape: &'t [Node<'a>]) -> Self {
        Self { nodes: if tape.is_empty() { &[Node::Null] } else { tape } }
    }

    /// The value's own node.
    pub(crate) fn node(&self) -> &'t Node<'a> {
        self.nodes.first().unwrap_or(&Node::Null)
    }

    /// The value with all that stands in it.
    pub(crate) fn all(&self) -> &'t [Node<'a>] {
        self.nodes.get(..self.length()).unwrap_or_default()
    }

    fn length(&self) -> usize {
        match self.node() {
            Node::List { nodes, .. } | Node::Object { nodes, .. } => 1 + *nodes as usize,
            Node::Guard(_) => 2,
            Node::Null | Node::Bool(_) | Node::Number(_) | Node::Text(_) => 1,
        }
    }

    pub(crate) fn as_text(&self) -> Option<&'t Cow<'a, str>> {
        match self.node() {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The values in a list; nothing where it is none.
    pub(crate) fn items(&self) -> Values<'t, 'a> {
        match self.node() {
            Node::List { .. } => self.inside(),
            _ => Values { rest: &[] },
        }
    }

    /// The keys of an object, each with its value; nothing where it is none.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&'t Cow<'a, str>, Self)> + use<'t, 'a> {
        let mut values = match self.node() {
            Node::Object { .. } => self.inside(),
            _ => Values { rest: &[] },
        };
        std::iter::from_fn(move || Some((values.next()?.as_text()?, values.next()?)))
    }

    /// The name that follows a guard.
    pub(crate) fn guarded(&self) -> &'t Cow<'a, str> {
        const NONE: &Cow<'static, str> = &Cow::Borrowed("");
        match self.nodes.get(1) {
            Some(Node::Text(name)) => name,
            _ => NONE,
        }
    }

    fn inside(&self) -> Values<'t, 'a> {
        Values { rest: self.all().get(1..).unwrap_or_default() }
    }

    /// The value of a key, where this is an object that has it.
    pub(crate) fn get(&self, key: &str) -> Option<Self> {
        self.entries().find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    /// The same value in owned form.
    pub(crate) fn to_value(self) -> Value {
        match self.node() {
            // A guard outside of the conditions that ask for it makes the reader begin anew.
            Node::Null | Node::Guard(_) => Value::Null,
            Node::Bool(b) => Value::Bool(*b),
            Node::Number(n) => Value::Number(n.clone()),
            Node::Text(text) => Value::String(text.as_ref().to_owned()),
            Node::List { .. } => Value::Array(self.items().map(View::to_value).collect()),
            Node::Object { .. } => Value::Object(self.to_map()),
        }
    }

    /// An object in owned form.
    pub(crate) fn to_map(self) -> Map<String, Value> {
        self.entries().map(|(key, value)| (key.as_ref().to_owned(), value.to_value())).collect()
    }
}

/// Values that follow each other on a tape.
#[derive(Clone, Debug)]
pub(crate) struct Values<'t, 'a> {
    rest: &'t [Node<'a>],
}

impl<'t, 'a> Iterator for Values<'t, 'a> {
    type Item = View<'t, 'a>;

    fn next(&mut self) -> Option<View<'t, 'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let value = View { nodes: self.rest };
        self.rest = self.rest.get(value.length()..).unwrap_or_default();
        Some(value)
    }
}
