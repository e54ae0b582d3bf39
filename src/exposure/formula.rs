//! Boolean formulas over cells, in negation normal form: the negation of "lies in these cells" is "lies in the others",
//! so nothing needs a sign.

use super::cells::CellSet;

/// A dimension of a [`super::Space`]: something about the context that is in exactly one cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DimensionId(pub(super) u32);

/// A formula over the dimensions of one space.
#[derive(Clone, Debug, PartialEq)]
pub enum Formula {
    /// Always true, or never.
    Constant(bool),
    /// The dimension lies in one of the cells; neither none nor all of them.
    In(DimensionId, CellSet),
    /// All parts hold; at least two.
    All(Vec<Formula>),
    /// At least one part holds; at least two.
    Any(Vec<Formula>),
}

impl Formula {
    /// That all parts hold.
    pub fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::join(parts, false)
    }

    /// That at least one part holds.
    pub fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::join(parts, true)
    }

    /// `decisive` is the truth of one part that settles the whole.
    fn join(parts: impl IntoIterator<Item = Self>, decisive: bool) -> Self {
        let mut joined = Vec::new();
        for part in parts {
            match part {
                Self::Constant(value) if value == decisive => return Self::Constant(decisive),
                Self::Constant(_) => {}
                Self::All(parts) if !decisive => joined.extend(parts),
                Self::Any(parts) if decisive => joined.extend(parts),
                part => joined.push(part),
            }
        }
        match joined.pop() {
            None => Self::Constant(!decisive),
            Some(only) if joined.is_empty() => only,
            Some(last) => {
                joined.push(last);
                if decisive { Self::Any(joined) } else { Self::All(joined) }
            }
        }
    }

    /// `if condition { then } else { otherwise }`.
    pub fn choose(condition: &Self, negated: &Self, then: Self, otherwise: Self) -> Self {
        match (then, otherwise) {
            (Self::Constant(true), Self::Constant(true)) => Self::Constant(true),
            (Self::Constant(true), otherwise) => Self::any([condition.clone(), otherwise]),
            (Self::Constant(false), otherwise) => Self::all([negated.clone(), otherwise]),
            (then, Self::Constant(true)) => Self::any([negated.clone(), then]),
            (then, Self::Constant(false)) => Self::all([condition.clone(), then]),
            (then, otherwise) => {
                Self::any([Self::all([condition.clone(), then]), Self::all([negated.clone(), otherwise])])
            }
        }
    }

    /// That it does not hold; `count` says how many cells a dimension has.
    #[must_use]
    pub fn negate(&self, count: &impl Fn(DimensionId) -> usize) -> Self {
        match self {
            Self::Constant(value) => Self::Constant(!value),
            Self::In(dimension, cells) => Self::In(*dimension, cells.complement(count(*dimension))),
            Self::All(parts) => Self::Any(parts.iter().map(|part| part.negate(count)).collect()),
            Self::Any(parts) => Self::All(parts.iter().map(|part| part.negate(count)).collect()),
        }
    }
}
