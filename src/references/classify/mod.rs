//! What a mention of a key in source code is for, read from the syntax tree: an SDK's call, a constant, a comment. A tree
//! is looked at around the mentions, from the leaf upward; nothing here recurses, so depth costs nothing.

mod calls;
mod facts;
mod language;
mod literal;
mod node;
mod uses;

use super::Class;

pub use calls::MARKERS;
pub use facts::understand;
pub use language::Language;
pub use uses::uses;

/// A key in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// Where it begins, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Which key, by its position.
    pub flag: u32,
}

/// What a call asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// A key as text.
    Literal(String),
    /// A name that stands for one.
    Name(Path),
    /// Something that is made while the program runs.
    Dynamic,
}

/// A name as it is used: `Flags.NEW_CHECKOUT`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path {
    /// What stands before the name.
    pub qualifier: Option<String>,
    /// The name.
    pub name: String,
}

/// A call of an SDK.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// Where its key stands, in bytes.
    pub start: usize,
    /// What it asks for.
    pub key: Key,
}

/// A name that is given to a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Declaration {
    /// The class, enum, module or table around it.
    pub container: Option<String>,
    /// The name.
    pub name: String,
    /// The text; `None` where it is something else than a text.
    pub value: Option<String>,
    /// It cannot be seen outside of its function.
    pub is_local: bool,
    /// It is a generated function that asks for the flag: to use it is to read the flag.
    pub is_accessor: bool,
}

/// A name that is used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// Where, in bytes.
    pub start: usize,
    /// As it is used.
    pub path: Path,
    /// It is handed to something that asks for flags.
    pub reads: bool,
}

/// What a file says about flags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileFacts {
    /// The mentions of keys; what turned out to be none, such as the name of a variable, is left out.
    pub references: Vec<(Hit, Class)>,
    /// The calls of an SDK.
    pub calls: Vec<Call>,
    /// The names that are given to texts.
    pub declarations: Vec<Declaration>,
}
