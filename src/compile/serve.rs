//! What is served: a variant, or a bucket of a split.

use ecow::EcoString;

use super::condition::{is_number, is_string, within};
use super::logic::Logic;
use super::parts::Segments;
use crate::format::AttributeType;
use crate::model::{Attribute, Bounds, Flag, Serve, Share, VariantId, WHOLE};

/// The largest integer that every SDK spells alike: 2^53 − 1.
const MAX_INTEGER: f64 = 9_007_199_254_740_991.0;

/// What is served, and to whom.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// This variant, to everybody.
    Variant(VariantId),
    /// What this says, to everybody who can be identified; the off variant to others.
    Identified(Logic),
}

impl Outcome {
    /// What a `serve` gives.
    pub fn of(serve: &Serve, flag: &Flag, segments: &Segments) -> Self {
        let split = match serve {
            Serve::Variant(variant) => return Self::Variant(variant.value),
            Serve::Split(split) => split,
        };
        match &*split.shares {
            [only] if only.variant == flag.off_variant => Self::Variant(flag.off_variant),
            [only] => Self::Identified(name(flag, only.variant)),
            shares => Self::Identified(bucket(shares, flag, segments)),
        }
    }

    /// An expression whose value is the name of a variant.
    pub fn into_logic(self, flag: &Flag, segments: &Segments) -> Logic {
        match self {
            Self::Variant(variant) => name(flag, variant),
            Self::Identified(served) => {
                choice(is_identified(flag, segments), served, name(flag, flag.off_variant))
            }
        }
    }
}

/// The name of a variant.
pub fn name(flag: &Flag, variant: VariantId) -> Logic {
    Logic::Text(flag.variant(variant).name.value.clone())
}

/// `{"if": [condition, then, otherwise]}` where the three are values, not truths.
pub fn choice(condition: Logic, then: Logic, otherwise: Logic) -> Logic {
    Logic::Operation("if", vec![condition, then, otherwise])
}

/// Whether one of some variants is served, none of which is the off variant.
#[derive(Clone, Debug, PartialEq)]
pub enum Truth {
    /// This holds for everybody.
    Plain(Logic),
    /// This holds for everybody who can be identified; nothing does for others.
    Identified(Logic),
}

impl Truth {
    /// Whether a `serve` gives one of `wanted`.
    pub fn of(serve: &Serve, wanted: &[VariantId], flag: &Flag, segments: &Segments) -> Self {
        let split = match serve {
            Serve::Variant(variant) => return Self::Plain(Logic::Boolean(wanted.contains(&variant.value))),
            Serve::Split(split) => split,
        };
        let hits = || split.shares.iter().filter(|share| wanted.contains(&share.variant));
        match hits().map(|share| share.weight).sum() {
            0 => return Self::Plain(Logic::Boolean(false)),
            WHOLE => return Self::Identified(Logic::Boolean(true)),
            _ => {}
        }
        let names: Vec<&EcoString> = hits().map(|share| &flag.variant(share.variant).name.value).collect();
        let bucket = bucket(&split.shares, flag, segments);
        Self::Identified(match names.as_slice() {
            [only] => Logic::binary("===", bucket, Logic::Text((*only).clone())),
            _ => Logic::binary("in", bucket, Logic::texts(names)),
        })
    }

    /// `then` where `condition` holds, else this. Where neither holds for users without an identity, that is asked once.
    #[must_use]
    pub fn unless(self, condition: Logic, then: Self, flag: &Flag, segments: &Segments) -> Self {
        match (then, self) {
            (Self::Identified(then), Self::Identified(otherwise)) => {
                Self::Identified(Logic::choose(condition, then, otherwise))
            }
            (Self::Identified(then), Self::Plain(Logic::Boolean(false))) => {
                Self::Identified(Logic::all([condition, then]))
            }
            (Self::Plain(Logic::Boolean(false)), Self::Identified(otherwise)) => {
                Self::Identified(Logic::all([condition.negate(), otherwise]))
            }
            (then, otherwise) => {
                let [then, otherwise] = [then, otherwise].map(|truth| truth.into_logic(flag, segments));
                Self::Plain(Logic::choose(condition, then, otherwise))
            }
        }
    }

    /// As an expression.
    pub fn into_logic(self, flag: &Flag, segments: &Segments) -> Logic {
        match self {
            Self::Plain(truth) => truth,
            Self::Identified(truth) => Logic::all([is_identified(flag, segments), truth]),
        }
    }
}

/// Whether the user can be identified.
pub fn is_identified(flag: &Flag, segments: &Segments) -> Logic {
    segments.guards(flag.bucket_by.value).identity.clone()
}

/// Whether an attribute is an identity of the declared type: a string that is not empty, or a whole number.
pub fn is_identity(attribute: &Attribute) -> Logic {
    let value = Logic::Variable(attribute.name.value.clone());
    if attribute.kind == AttributeType::Integer {
        let exact = Bounds { gte: Some(-MAX_INTEGER), lte: Some(MAX_INTEGER), ..Bounds::default() };
        return Logic::all([is_number(&value, attribute), within(&value, exact)]);
    }
    Logic::all([is_string(value.clone()), Logic::binary("!==", value, Logic::text(""))])
}

/// An identity as it is hashed: a whole number by its digits.
pub fn hashed(attribute: &Attribute) -> Logic {
    let value = Logic::Variable(attribute.name.value.clone());
    match attribute.kind {
        AttributeType::Integer => digits(&value),
        AttributeType::String
        | AttributeType::Boolean
        | AttributeType::Number
        | AttributeType::Version
        | AttributeType::List => value,
    }
}

/// flagd's `fractional` over seed and identity: the bucket's variant.
fn bucket(shares: &[Share], flag: &Flag, segments: &Segments) -> Logic {
    let identity = segments.guards(flag.bucket_by.value).hashed.clone();
    let seeded = Logic::Operation("cat", vec![Logic::Text(flag.seed.clone()), identity]);
    let weighted = shares
        .iter()
        .map(|share| Logic::List(vec![name(flag, share.variant), Logic::Number(f64::from(share.weight))]));
    Logic::Operation("fractional", std::iter::once(seeded).chain(weighted).collect())
}

/// A whole number's decimal digits. Python spells -0.0 as `-0` and a float from 10^15 on with an exponent, so large ones
/// are spelt in two halves; everybody else spells them alike.
fn digits(value: &Logic) -> Logic {
    const LARGE: f64 = 1e15;
    const HALF: f64 = 1e8;
    let number = Logic::Number;
    let operation = |operator, arguments| Logic::Operation(operator, arguments);
    let spelling = |value: Logic| Logic::Operation("cat", vec![value]);
    let negative = || Logic::binary("<", value.clone(), number(0.0));
    let size = || choice(negative(), Logic::binary("*", value.clone(), number(-1.0)), value.clone());
    let low = || Logic::binary("%", size(), number(HALF));
    let high = Logic::binary("/", Logic::binary("-", size(), low()), number(HALF));
    // A one in front keeps the zeros of the lower half, and is cut off again.
    let padded = spelling(operation("+", vec![low(), number(HALF)]));
    let halves = vec![
        choice(negative(), Logic::text("-"), Logic::text("")),
        high,
        Logic::binary("substr", padded, number(1.0)),
    ];
    let is_zero = operation("<=", vec![number(0.0), value.clone(), number(0.0)]);
    let is_small = operation("<", vec![number(-LARGE), value.clone(), number(LARGE)]);
    operation(
        "if",
        vec![is_zero, Logic::text("0"), is_small, spelling(value.clone()), operation("cat", halves)],
    )
}
