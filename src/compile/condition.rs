//! Conditions in the portable subset: each matcher becomes logic that means the same in every SDK, whatever type the
//! value has. Why each guard is there was measured against flagd's SDKs; `docs/portable-subset.md` lists it.

use ecow::EcoString;

use super::logic::Logic;
use super::parts::Segments;
use crate::format::AttributeType;
use crate::model::{Attribute, Bounds, Clause, Condition, Config, Matcher, VersionRange};

/// A condition as logic; `None` where it uses a segment that cannot be compiled.
pub fn condition(condition: &Condition, config: &Config, segments: &Segments) -> Option<Logic> {
    let parts = |parts: &[Condition]| -> Option<Vec<Logic>> {
        parts.iter().map(|part| self::condition(part, config, segments)).collect()
    };
    match condition {
        Condition::All(conditions) => parts(conditions).map(Logic::all),
        Condition::Any(conditions) => parts(conditions).map(Logic::any),
        Condition::Not(inner) => self::condition(inner, config, segments).map(Logic::negate),
        Condition::Segment(segment) => segments.get(segment.value).cloned(),
        Condition::Clause(clause) => Some(self::clause(clause, config, segments)),
    }
}

fn clause(clause: &Clause, config: &Config, segments: &Segments) -> Logic {
    let attribute = config.attribute(clause.attribute.value);
    let guards = segments.guards(clause.attribute.value);
    let value = || Logic::Variable(attribute.name.value.clone());
    match &clause.matcher {
        Matcher::Exists(true) => Logic::binary("!==", value(), Logic::Null),
        Matcher::Exists(false) => Logic::binary("===", value(), Logic::Null),
        Matcher::OneOf(texts) => one_of(value(), texts),
        Matcher::StartsWith(texts) => any_text(texts, |text| Logic::binary("starts_with", value(), text)),
        Matcher::EndsWith(texts) => Logic::all([
            guards.string.clone(),
            any_text(texts, |text| Logic::binary("ends_with", value(), text)),
        ]),
        Matcher::Contains(texts) => {
            Logic::all([guards.string.clone(), any_text(texts, |text| Logic::binary("in", text, value()))])
        }
        Matcher::Boolean(values) => Logic::any(values.iter().map(|expected| is_boolean(&value(), *expected))),
        Matcher::NumberOneOf(numbers) => {
            let equal = numbers.iter().map(|number| {
                within(&value(), Bounds { gte: Some(*number), lte: Some(*number), ..Bounds::default() })
            });
            Logic::all([guards.number.clone(), Logic::any(equal)])
        }
        Matcher::Within(bounds) => Logic::all([guards.number.clone(), within(&value(), **bounds)]),
        Matcher::Version(ranges) => Logic::all([
            guards.version.clone(),
            Logic::any(ranges.iter().map(|range| in_range(&value(), range))),
        ]),
        Matcher::ListContains(texts) => Logic::all([
            guards.no_string.clone(),
            any_text(texts, |text| Logic::binary("in", text, Logic::Operation("merge", vec![value()]))),
        ]),
    }
}

/// Whether a value is of the attribute's declared type. Elements decide for a list: any value but a string passes here.
pub fn has_type(attribute: &Attribute) -> Logic {
    let value = Logic::Variable(attribute.name.value.clone());
    match attribute.kind {
        AttributeType::String => is_string(value),
        AttributeType::Boolean => Logic::any([true, false].map(|expected| is_boolean(&value, expected))),
        AttributeType::Integer | AttributeType::Number => is_number(&value, attribute),
        AttributeType::Version => is_version(&value),
        AttributeType::List => is_string(value).negate(),
    }
}

fn any_text(texts: &[EcoString], test: impl Fn(Logic) -> Logic) -> Logic {
    Logic::any(texts.iter().map(|text| test(Logic::Text(text.clone()))))
}

fn one_of(value: Logic, texts: &[EcoString]) -> Logic {
    match texts {
        [text] => Logic::binary("===", value, Logic::Text(text.clone())),
        _ => Logic::binary("in", value, Logic::texts(texts)),
    }
}

/// Whether the value is a string: every string starts with nothing, and nothing else does.
pub(super) fn is_string(value: Logic) -> Logic {
    Logic::binary("starts_with", value, Logic::text(""))
}

/// Python takes `1 === true`, so the spelling decides too: `true` in JavaScript, `True` in Python.
fn is_boolean(value: &Logic, expected: bool) -> Logic {
    let spellings = if expected { ["true", "True"] } else { ["false", "False"] };
    let spelt = Logic::binary(
        "in",
        Logic::Operation("cat", vec![value.clone()]),
        Logic::List(spellings.map(Logic::text).to_vec()),
    );
    Logic::all([Logic::binary("===", value.clone(), Logic::Boolean(expected)), spelt])
}

/// Whether the value is a number, and a whole one where the attribute is an integer. Raw comparisons turn null into 0
/// and read digits in text; lists and objects pass some of them.
pub(super) fn is_number(value: &Logic, attribute: &Attribute) -> Logic {
    let spelling = || Logic::Operation("cat", vec![value.clone()]);
    let booleans = Logic::List(["true", "True", "false", "False"].map(Logic::text).to_vec());
    let number = Logic::all([
        Logic::binary("!==", value.clone(), Logic::Null),
        is_string(value.clone()).negate(),
        Logic::binary("in", spelling(), booleans).negate(),
        Logic::binary("in", value.clone(), Logic::Operation("merge", vec![value.clone()])),
        Logic::binary("in", Logic::text("object"), spelling()).negate(),
    ]);
    match attribute.kind {
        AttributeType::Integer => {
            let rest = Logic::Operation("%", vec![value.clone(), Logic::Number(1.0)]);
            let whole = Logic::Operation("<=", vec![Logic::Number(0.0), rest, Logic::Number(0.0)]);
            Logic::all([number, whole])
        }
        AttributeType::String
        | AttributeType::Boolean
        | AttributeType::Number
        | AttributeType::Version
        | AttributeType::List => number,
    }
}

/// Whether a value that is a number lies within the bounds.
pub(super) fn within(value: &Logic, bounds: Bounds) -> Logic {
    let bound = |operator, bound: Option<f64>| {
        bound.map(|bound| Logic::binary(operator, value.clone(), Logic::Number(bound)))
    };
    let bounds =
        [bound(">", bounds.gt), bound(">=", bounds.gte), bound("<", bounds.lt), bound("<=", bounds.lte)];
    Logic::all(bounds.into_iter().flatten())
}

/// Whether the value is a string that all SDKs either read as the same version or not at all. They disagree on white
/// space at the ends, on a second `v`, on more than 250 characters, and on `1-rc` and `1.2+b`, where numbers are missing
/// before the rest; and a capital `V` is no `v`.
pub(super) fn is_version(value: &Logic) -> Logic {
    let starts_with = |prefix| Logic::binary("starts_with", value.clone(), Logic::text(prefix));
    let from = |start| Logic::Operation("substr", vec![value.clone(), Logic::Number(start)]);
    let has = |part| Logic::binary("in", Logic::text(part), value.clone());
    let is_read = |parts: Vec<Logic>| {
        let version = Logic::Operation("cat", parts);
        Logic::Operation("sem_ver", vec![version, Logic::text(">="), Logic::text("0.0.0-0")])
    };
    // Behind a version of its own, a version is a prerelease, which has no white space in it and none at its end.
    let is_clean = is_read(vec![Logic::text("0.0.0-"), value.clone(), Logic::text("x")]);
    // With one more number in front, only what lacked a number is still a version.
    let is_partial = |version| is_read(vec![Logic::text("0."), version]);
    Logic::all([
        is_string(value.clone()),
        Logic::binary("===", from(250.0), Logic::text("")),
        is_clean,
        Logic::any([
            starts_with("V"),
            starts_with("vv"),
            Logic::all([
                Logic::any([has("-"), has("+")]),
                Logic::any([is_partial(value.clone()), is_partial(from(1.0))]),
            ]),
        ])
        .negate(),
    ])
}

fn in_range(value: &Logic, range: &VersionRange) -> Logic {
    Logic::all(range.comparators.iter().map(|comparator| {
        let version = Logic::text(&comparator.version.to_string());
        Logic::Operation("sem_ver", vec![value.clone(), Logic::text(comparator.operator.as_str()), version])
    }))
}
