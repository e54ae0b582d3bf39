//! TOML as a flat tree that knows where everything stands. One tree per file serves the schema, the spans and
//! the types: it is built from `toml_parser`'s events, so the grammar is the one of the `toml` crate.
//!
//! Parsing never fails: what is wrong becomes a [`Problem`], and what stands elsewhere in the file is still read.

mod build;
pub(crate) mod de;
mod json;
mod problems;
mod scalar;

use std::borrow::Cow;
use std::collections::HashMap;

pub use build::{Scratch, parse, parse_with};
pub use de::{Mismatch, from_item};
pub use json::{TreeJson, View};
pub use toml::value::Datetime;

use crate::source::Span;

/// Arrays and inline tables may stand this deep in each other; far beyond what a person writes, far below what
/// would exhaust a thread's stack.
pub const MAX_DEPTH: u32 = 64;

/// What one file says, and what is wrong with how it says it.
#[derive(Debug, Default)]
pub struct Tree<'s> {
    nodes: Vec<Node<'s>>,
    /// Keys of large tables: without it, a table of 100,000 keys would take a second to build.
    index: HashMap<u32, HashMap<Cow<'s, str>, u32>>,
    /// Everything that is wrong with the text, in the order of the text.
    pub problems: Vec<Problem>,
    /// Whether keys may be missing because part of the file could not be read.
    pub is_partial: bool,
}

/// Something that is wrong with the text itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// What kind of wrong.
    pub kind: ProblemKind,
    /// Where.
    pub span: Span,
}

/// The ways in which TOML text can be wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum ProblemKind {
    /// Not TOML: what the parser said, and what it expected.
    Syntax {
        /// In the parser's words.
        message: String,
        /// What would have been right here.
        expected: Option<String>,
        /// Whether keys may be missing from the tree because of it.
        structural: bool,
    },
    /// A key, or a table, that stands twice.
    Duplicate {
        /// The key as it was written.
        key: String,
        /// Where it stands first.
        first: Span,
    },
    /// An integer beyond ±(2^53−1), a NaN or an infinity: JSON readers disagree on those.
    NumberRange {
        /// The number as it was written.
        text: String,
    },
    /// TOML 1.1, which many editors and tools do not read yet.
    Newer {
        /// What is new about it.
        what: &'static str,
    },
}

#[derive(Debug)]
struct Node<'s> {
    key: Cow<'s, str>,
    key_span: Span,
    span: Span,
    value: Value<'s>,
    /// The next child of the same parent; 0 (the root, nobody's sibling) is none.
    next: u32,
    /// See [`tag`].
    tag: u32,
}

/// A key at a glance: its length, and its first, middle and last byte. Keys of one table nearly always differ in it, and
/// looking for one then compares numbers instead of text.
#[inline]
fn tag(key: &str) -> u32 {
    let bytes = key.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return 0 };
    let [length, ..] = bytes.len().to_le_bytes();
    u32::from_le_bytes([length, *first, bytes[bytes.len() / 2], *last])
}

/// A value as it was written.
#[derive(Debug)]
pub enum Value<'s> {
    /// Something unreadable, reported already; nothing more is to be said about it.
    Invalid,
    /// Text.
    String(Cow<'s, str>),
    /// A whole number within ±(2^53−1).
    Integer(i64),
    /// A finite number.
    Float(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// A date, a time or both.
    Datetime(Datetime),
    /// An array, or an array of tables.
    Array(Children),
    /// A table of any notation.
    Table(Children),
}

/// The children of a node: a linked list through the flat tree.
#[derive(Clone, Copy, Debug)]
pub struct Children {
    first: u32,
    last: u32,
    len: u32,
    origin: Origin,
}

/// How a table or an array came to be; decides what may be added to it later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// On the way to a `[header]`.
    Implicit,
    /// By its own `[header]`.
    Header,
    /// On the way of a dotted key.
    Dotted,
    /// `{ … }` or `[ … ]`: closed.
    Inline,
    /// By `[[header]]`.
    ArrayOfTables,
}

/// Names one value of a tree, so that it can be taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeId(u32);

/// One value of a tree, with its place.
#[derive(Clone, Copy, Debug)]
pub struct Item<'t> {
    tree: &'t Tree<'t>,
    id: u32,
}

impl<'s> Tree<'s> {
    /// The table that is the whole file.
    pub fn root<'t>(&'t self) -> Item<'t>
    where
        's: 't,
    {
        Item { tree: self, id: 0 }
    }

    /// Takes a value out of the tree: it was reported, and nothing more is to be said about it.
    pub fn invalidate(&mut self, id: NodeId) {
        if let Some(node) = self.nodes.get_mut(id.0 as usize) {
            node.value = Value::Invalid;
        }
    }

    fn root_at(&self, id: u32) -> Item<'_> {
        Item { tree: self, id }
    }
}

impl<'t> Item<'t> {
    fn node(self) -> &'t Node<'t> {
        &self.tree.nodes[self.id as usize]
    }

    /// Its name within the tree.
    pub fn id(self) -> NodeId {
        NodeId(self.id)
    }

    /// The key it stands behind; empty for the root and for elements of arrays.
    pub fn key(self) -> &'t str {
        &self.node().key
    }

    /// Where its key stands; for an element of an array, where the element stands.
    pub fn key_span(self) -> Span {
        self.node().key_span
    }

    /// Where the value stands: for a table under a `[header]`, the header.
    pub fn span(self) -> Span {
        self.node().span
    }

    /// The value.
    pub fn value(self) -> &'t Value<'t> {
        &self.node().value
    }

    /// The value behind `key`, if this is a table that has it.
    pub fn get(self, key: &str) -> Option<Self> {
        let Value::Table(_) = self.value() else { return None };
        if let Some(index) = self.tree.index.get(&self.id) {
            return index.get(key).map(|id| Self { tree: self.tree, id: *id });
        }
        let tag = tag(key);
        self.children().find(|child| child.node().tag == tag && child.key() == key)
    }

    /// The entries of a table or the elements of an array, in the order of the file; nothing for the rest.
    pub fn children(self) -> ItemChildren<'t> {
        let first = self.child_list().map_or(0, |children| children.first);
        ItemChildren { tree: self.tree, next: first }
    }

    /// How many entries or elements it has.
    pub fn len(self) -> usize {
        self.child_list().map_or(0, |children| children.len as usize)
    }

    /// Whether it has no entry and no element.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    fn child_list(self) -> Option<&'t Children> {
        match self.value() {
            Value::Array(children) | Value::Table(children) => Some(children),
            Value::Invalid
            | Value::String(_)
            | Value::Integer(_)
            | Value::Float(_)
            | Value::Boolean(_)
            | Value::Datetime(_) => None,
        }
    }

    /// Whether it is a table.
    pub fn is_table(self) -> bool {
        matches!(self.value(), Value::Table(_))
    }

    /// Whether it is an array.
    pub fn is_array(self) -> bool {
        matches!(self.value(), Value::Array(_))
    }

    /// The text, if it is a string.
    pub fn as_str(self) -> Option<&'t str> {
        match self.value() {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, if it is a boolean.
    pub fn as_bool(self) -> Option<bool> {
        match self.value() {
            Value::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    /// The number, if it is one; integers are within ±2^53 and so exact.
    pub fn as_f64(self) -> Option<f64> {
        match self.value() {
            #[expect(clippy::cast_precision_loss, reason = "integers beyond 2^53 were refused when read")]
            Value::Integer(value) => Some(*value as f64),
            Value::Float(value) => Some(*value),
            _ => None,
        }
    }

    /// What it is called in messages.
    pub fn type_name(self) -> &'static str {
        match self.value() {
            Value::Invalid => "an invalid value",
            Value::String(_) => "a string",
            Value::Integer(_) => "an integer",
            Value::Float(_) => "a number",
            Value::Boolean(_) => "a boolean",
            Value::Datetime(_) => "a date",
            Value::Array(_) => "a list",
            Value::Table(_) => "a table",
        }
    }

    /// The same value in JSON; dates become strings.
    pub fn to_json(self) -> serde_json::Value {
        json::to_json(self)
    }
}

/// The children of an [`Item`], in the order of the file.
#[derive(Clone, Debug)]
pub struct ItemChildren<'t> {
    tree: &'t Tree<'t>,
    next: u32,
}

impl<'t> Iterator for ItemChildren<'t> {
    type Item = Item<'t>;

    fn next(&mut self) -> Option<Item<'t>> {
        let id = std::mem::replace(&mut self.next, 0);
        if id == 0 {
            return None;
        }
        self.next = self.tree.nodes[id as usize].next;
        Some(Item { tree: self.tree, id })
    }
}
