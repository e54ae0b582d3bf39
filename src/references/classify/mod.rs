//! What a mention of a key in source code is for, read from the syntax tree: an SDK's call, a constant, a comment. A tree
//! is walked over once, and looked at around the mentions, from the leaf upward; nothing here recurses.

mod calls;
mod facts;
mod glance;
mod guard;
mod language;
mod lexis;
mod literal;
mod names;
mod node;
mod purpose;
mod trail;
mod uses;

#[cfg(test)]
mod tests;

use super::{Class, Reason};

pub use calls::{CAMEL, SNAKE};
pub use facts::{is_generated, may_ask_in_short, understand};
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

impl Path {
    /// Whether it is a name of the object itself.
    pub fn is_own(&self) -> bool {
        matches!(self.qualifier.as_deref(), Some("this" | "self" | "cls"))
    }
}

/// Where a piece of code begins and ends in which names can be seen, in bytes.
pub type Scope = (usize, usize);

/// A call of an SDK.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// Where its key stands, in bytes.
    pub start: usize,
    /// What it asks for.
    pub key: Key,
    /// The scopes around it, from the inside out.
    pub scopes: Vec<Scope>,
}

/// A name that is given to something.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Declaration {
    /// The class, enum, module or table around it.
    pub container: Option<String>,
    /// The name.
    pub name: String,
    /// The text that it stands for; `None` where it is something else.
    pub value: Option<String>,
    /// The name that it is another name of.
    pub alias: Option<Path>,
    /// It cannot be seen outside of this.
    pub scope: Option<Scope>,
    /// It is used with the name of its table in front, if there is one.
    pub is_entry: bool,
    /// It is a generated function that asks for the flag: to use it is to read the flag.
    pub is_accessor: bool,
}

impl Declaration {
    /// A name in a scope whose value is not known.
    fn hidden(name: &str, scope: Scope) -> Self {
        Self { name: name.to_owned(), scope: Some(scope), ..Self::default() }
    }
}

/// A name that is used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// Where, in bytes.
    pub start: usize,
    /// As it is used.
    pub path: Path,
    /// What for.
    pub class: Class,
    /// The scopes around it, from the inside out.
    pub scopes: Vec<Scope>,
}

/// What a file says about flags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileFacts {
    /// Why no grammar could be used, where none could: what mentions are for is not known, nor what calls there are.
    pub unread: Option<Reason>,
    /// The mentions of keys; what turned out to be none, such as the name of a variable, is left out.
    pub references: Vec<(Hit, Class)>,
    /// The calls of an SDK.
    pub calls: Vec<Call>,
    /// The names that are given to something.
    pub declarations: Vec<Declaration>,
}
