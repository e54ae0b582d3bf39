//! What is served: a variant, or a bucket of a split.

use ecow::EcoString;

use super::condition::{is_number, is_string, within};
use super::logic::Logic;
use crate::format::AttributeType;
use crate::model::{Bounds, Config, Flag, Serve, Share, Split, Step, VariantId, WHOLE};

/// The largest integer that every SDK spells alike: 2^53 − 1.
const MAX_INTEGER: f64 = 9_007_199_254_740_991.0;

/// What is served, as an expression whose value is the name of a variant.
pub fn outcome(serve: &Serve, flag: &Flag, config: &Config) -> Logic {
    match serve {
        Serve::Variant(variant) => name(flag, variant.value),
        Serve::Split(split) => split_outcome(split, flag, config),
    }
}

/// The name of a variant.
pub fn name(flag: &Flag, variant: VariantId) -> Logic {
    Logic::Text(flag.variant(variant).name.value.clone())
}

fn split_outcome(split: &Split, flag: &Flag, config: &Config) -> Logic {
    match &*split.shares {
        [only] if only.variant == flag.off_variant => name(flag, flag.off_variant),
        // Everybody who can be identified.
        [only] => choice(is_identified(flag, config), name(flag, only.variant), name(flag, flag.off_variant)),
        shares => {
            choice(is_identified(flag, config), bucket(shares, flag, config), name(flag, flag.off_variant))
        }
    }
}

/// `{"if": [condition, then, otherwise]}` where the three are values, not truths.
pub fn choice(condition: Logic, then: Logic, otherwise: Logic) -> Logic {
    Logic::Operation("if", vec![condition, then, otherwise])
}

/// The environment's `serve`, replaced by the last step whose time has come.
pub fn scheduled(serve: Logic, schedule: &[Step], flag: &Flag, config: &Config) -> Logic {
    schedule.iter().fold(serve, |before, step| {
        let after = outcome(&step.serve, flag, config);
        if after == before { before } else { choice(Logic::since(step.at.value.0), after, before) }
    })
}

/// Whether a truth holds of what is served: is it one of `wanted`, none of which is the off variant.
pub fn serves_one_of(serve: &Serve, wanted: &[VariantId], flag: &Flag, config: &Config) -> Logic {
    let split = match serve {
        Serve::Variant(variant) => return Logic::Boolean(wanted.contains(&variant.value)),
        Serve::Split(split) => split,
    };
    let weight: u32 =
        split.shares.iter().filter(|share| wanted.contains(&share.variant)).map(|share| share.weight).sum();
    match weight {
        0 => Logic::Boolean(false),
        WHOLE => is_identified(flag, config),
        _ => {
            let names: Vec<&EcoString> = split
                .shares
                .iter()
                .filter(|share| wanted.contains(&share.variant))
                .map(|share| &flag.variant(share.variant).name.value)
                .collect();
            let bucket = bucket(&split.shares, flag, config);
            let hit = match names.as_slice() {
                [only] => Logic::binary("===", bucket, Logic::Text((*only).clone())),
                _ => Logic::binary("in", bucket, Logic::texts(names)),
            };
            Logic::all([is_identified(flag, config), hit])
        }
    }
}

/// Whether the user has an identity of the declared type: a string that is not empty, or a whole number.
fn is_identified(flag: &Flag, config: &Config) -> Logic {
    let attribute = config.attribute(flag.bucket_by.value);
    let value = Logic::Variable(attribute.name.value.clone());
    if attribute.kind == AttributeType::Integer {
        let exact = Bounds { gte: Some(-MAX_INTEGER), lte: Some(MAX_INTEGER), ..Bounds::default() };
        return Logic::all([is_number(&value, attribute), within(&value, exact)]);
    }
    Logic::all([is_string(value.clone()), Logic::binary("!==", value, Logic::text(""))])
}

/// flagd's `fractional` over seed and identity: the bucket's variant.
fn bucket(shares: &[Share], flag: &Flag, config: &Config) -> Logic {
    let attribute = config.attribute(flag.bucket_by.value);
    let value = Logic::Variable(attribute.name.value.clone());
    let identity = match attribute.kind {
        AttributeType::Integer => digits(&value),
        AttributeType::String
        | AttributeType::Boolean
        | AttributeType::Number
        | AttributeType::Version
        | AttributeType::List => value,
    };
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
