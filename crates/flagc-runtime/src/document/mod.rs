//! A flagd document, read and compiled once: flags with their variants and rules in typed form.

mod compile;
mod families;
mod halves;
mod index;
mod parse;
mod references;
mod simplify;
mod texts;

use std::sync::Arc;

use serde_json::{Map, Value};
use thiserror::Error;

use crate::bucket::Generation;
use crate::choice::Choice;
use crate::json::{self, Duplicates, JsonError, MAX_DOCUMENT_BYTES};
use crate::operator::Rules;
use crate::operator::program::Way;
use crate::value;

use index::Index;
pub(crate) use parse::{document as read, flagc};

/// Metadata of a flag or of a flag set: names and scalar values.
pub type Metadata = Map<String, Value>;

/// Why a document was refused as a whole. A rule that cannot be read refuses its flag alone, when that is evaluated.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum DocumentError {
    /// No JSON, or beyond the limits.
    #[error("the document is not readable: {0}")]
    Json(#[from] JsonError),
    /// The document as a whole, or its `flags`, `metadata` or `$evaluators`, has the wrong type.
    #[error("{what} must be {expected}")]
    Shape {
        /// Which part.
        what: &'static str,
        /// What stands there in a flagd document.
        expected: &'static str,
    },
    /// A flag has no or a wrong `key`, `state`, `variants`, `defaultVariant` or `metadata`.
    #[error("flag `{flag}`: {problem}")]
    Flag {
        /// The flag's key, or its place in a list of flags.
        flag: String,
        /// What is wrong.
        problem: String,
    },
    /// `flagc.bucketing` names a generation that this version does not know.
    #[error("bucketing generation {0} is not supported (known: 2, 3)")]
    Bucketing(Value),
}

/// A compiled flagd document.
///
/// ```
/// use flagc_runtime::Document;
///
/// let document = Document::from_bytes(
///     br#"{"flags": {"dark": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off"}}}"#,
/// )?;
/// assert_eq!(document.flags().count(), 1);
/// # Ok::<(), flagc_runtime::DocumentError>(())
/// ```
#[derive(Debug)]
pub struct Document {
    /// Sorted by key.
    pub(crate) flags: Vec<Flag>,
    index: Index,
    /// What the flags' rules are made of, in one part or two.
    pub(crate) rules: Vec<Rules>,
    pub(crate) metadata: Arc<Metadata>,
    pub(crate) generation: Generation,
}

/// One compiled flag.
#[derive(Debug)]
pub struct Flag {
    pub(crate) key: Box<str>,
    pub(crate) enabled: bool,
    /// Sorted by name; shared by flags that have the same.
    pub(crate) variants: Arc<[Variant]>,
    /// The place of the default among the variants; `None` means the caller's own default.
    pub(crate) default: Option<u32>,
    pub(crate) targeting: Targeting,
    /// In which part of the document's rules its own lies.
    pub(crate) part: usize,
    /// What is decided whoever asks; none where a rule decides.
    pub(crate) settled: Option<Choice>,
    /// The flag's own metadata over the flag set's; shared by all flags that have none of their own.
    pub(crate) metadata: Arc<Metadata>,
}

#[derive(Debug)]
pub(crate) struct Variant {
    pub(crate) name: Box<str>,
    pub(crate) value: Value,
}

#[derive(Debug)]
pub(crate) enum Targeting {
    /// The flag serves its default variant.
    None,
    Rule(Way),
    /// The rule could not be compiled; the message says why.
    Invalid(String),
}

/// The type that all variants of a flag share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueType {
    /// `true` or `false`.
    Boolean,
    /// Text.
    String,
    /// Numbers without a fraction.
    Integer,
    /// Numbers, at least one with a fraction.
    Float,
    /// Objects or lists.
    Object,
    /// No variants, `null`, or variants of several types.
    Mixed,
}

impl Document {
    /// Reads and compiles a document. Limits: [`MAX_DOCUMENT_BYTES`](crate::MAX_DOCUMENT_BYTES) and
    /// [`MAX_DEPTH`](crate::MAX_DEPTH).
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DocumentError> {
        json::read(
            bytes,
            MAX_DOCUMENT_BYTES,
            Duplicates::LastCounts,
            |reader| Ok(parse::document(reader)?.0),
        )?
    }

    /// Compiles a document that is already parsed; how large it is and how deep it nests is the caller's care.
    pub fn from_value(value: &Value) -> Result<Self, DocumentError> {
        json::read_written(&value.to_string(), |reader| Ok(parse::document(reader)?.0))?
    }

    /// All flags, sorted by key.
    pub fn flags(&self) -> impl ExactSizeIterator<Item = &Flag> {
        self.flags.iter()
    }

    /// The flag of that key.
    pub fn flag(&self, key: &str) -> Option<&Flag> {
        self.index.find(key, &self.flags)
    }

    /// The flag of that key, where one look finds it: nearly always, when there is one.
    #[inline]
    pub(crate) fn glance(&self, key: &str) -> Option<&Flag> {
        self.index.glance(key, &self.flags)
    }

    /// The metadata of the flag set.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The bucketing generation that `fractional` uses: `flagc.bucketing`, or 2 in a document without it.
    pub fn generation(&self) -> Generation {
        self.generation
    }

    /// The same document with another bucketing generation: for documents that do not say which fleet they are for.
    #[must_use]
    pub fn with_generation(mut self, generation: Generation) -> Self {
        self.generation = generation;
        self
    }
}

impl Flag {
    /// The flag's key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether `state` is `ENABLED`.
    pub fn is_enabled(&self) -> bool {
        self.enabled
    }

    /// Names and values of the variants.
    pub fn variants(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> {
        self.variants.iter().map(|variant| (&*variant.name, &variant.value))
    }

    /// The name of the default variant; `None` where each caller uses its own default.
    pub fn default_variant(&self) -> Option<&str> {
        self.default.and_then(|place| self.variants.get(place as usize)).map(|variant| &*variant.name)
    }

    /// Whether a rule decides, rather than the default variant alone.
    pub fn has_targeting(&self) -> bool {
        !matches!(self.targeting, Targeting::None)
    }

    /// The flag's metadata, over that of the flag set.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The type that the flag's variants share.
    pub fn value_type(&self) -> ValueType {
        let mut types = self.variants.iter().map(|variant| ValueType::of(&variant.value));
        let first = types.next().unwrap_or(ValueType::Mixed);
        types.fold(first, ValueType::join)
    }

    /// The place of the variant of that name.
    #[inline]
    pub(crate) fn variant(&self, name: &str) -> Option<u32> {
        /// Nearly all flags have no more: those are looked through.
        const FEW: usize = 8;
        let is_it = |variant: &Variant| value::same(variant.name.as_bytes(), name.as_bytes());
        if self.variants.len() <= FEW {
            return (0..).zip(&*self.variants).find(|(_, variant)| is_it(variant)).map(|(place, _)| place);
        }
        let place = self.variants.binary_search_by(|variant| (*variant.name).cmp(name)).ok()?;
        u32::try_from(place).ok()
    }
}

impl ValueType {
    fn of(value: &Value) -> Self {
        match value {
            Value::Bool(_) => Self::Boolean,
            Value::String(_) => Self::String,
            Value::Number(n) if n.as_f64().is_some_and(|n| n.fract() != 0.0) => Self::Float,
            Value::Number(_) => Self::Integer,
            Value::Object(_) | Value::Array(_) => Self::Object,
            Value::Null => Self::Mixed,
        }
    }

    fn join(self, other: Self) -> Self {
        match (self, other) {
            (a, b) if a == b => a,
            (Self::Integer, Self::Float) | (Self::Float, Self::Integer) => Self::Float,
            _ => Self::Mixed,
        }
    }
}
