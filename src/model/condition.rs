//! Conditions, typed by the attributes they read.

use ecow::EcoString;

use super::{AttributeId, SegmentId, VersionRange};
use crate::source::{Span, Spanned};

/// Who a rule or a segment is for.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All of them must hold.
    All(Box<[Condition]>),
    /// At least one of them must hold.
    Any(Box<[Condition]>),
    /// It must not hold: plain complement.
    Not(Box<Condition>),
    /// The user belongs to the segment.
    Segment(Spanned<SegmentId>),
    /// An attribute is as the matcher says.
    Clause(Clause),
}

/// An attribute and what it must be like.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// The attribute, and where its name stands.
    pub attribute: Spanned<AttributeId>,
    /// What it must be like.
    pub matcher: Matcher,
    /// Where that stands.
    pub span: Span,
}

/// What an attribute must be like. But for [`Matcher::Exists`], none holds on a missing value or one of another type
/// than the attribute's.
#[derive(Clone, Debug, PartialEq)]
pub enum Matcher {
    /// It is there (or is not): any value but null, of any type.
    Exists(bool),
    /// A string: equal to one of them.
    OneOf(Box<[EcoString]>),
    /// A string: begins with one of them.
    StartsWith(Box<[EcoString]>),
    /// A string: ends with one of them.
    EndsWith(Box<[EcoString]>),
    /// A string: has one of them in it.
    Contains(Box<[EcoString]>),
    /// A boolean: equal to one of them.
    Boolean(Box<[bool]>),
    /// An integer or a number: equal to one of them.
    NumberOneOf(Box<[f64]>),
    /// An integer or a number: within all bounds.
    Within(Box<Bounds>),
    /// A version: within one of the ranges.
    Version(Box<[VersionRange]>),
    /// A list: has one of them as an element.
    ListContains(Box<[EcoString]>),
}

/// Bounds of a number; those that are given must all hold.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bounds {
    /// Greater than.
    pub gt: Option<f64>,
    /// Greater than or equal.
    pub gte: Option<f64>,
    /// Less than.
    pub lt: Option<f64>,
    /// Less than or equal.
    pub lte: Option<f64>,
}

impl Condition {
    /// Calls `visit` with every clause and every segment reference in it, in the order of the file.
    pub fn for_each_leaf<'c>(&'c self, visit: &mut impl FnMut(&'c Condition)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.for_each_leaf(visit)),
            Self::Not(inner) => inner.for_each_leaf(visit),
            Self::Segment(_) | Self::Clause(_) => visit(self),
        }
    }
}
