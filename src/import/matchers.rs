//! Conditions as the inline tables of a rule's `if`, written as a person would: several tests of one attribute in one
//! matcher where that is possible.

use toml_edit::{Array, InlineTable, Value};

use super::condition::{Bounds, Condition, Scalar};
use super::types::{Match, Matcher};

/// The table of an `if`. A condition that is constant has no table of its own: rules for everybody have no `if`.
pub(super) fn table(condition: &Condition<Match>) -> InlineTable {
    match condition {
        Condition::Constant(_) => InlineTable::new(),
        Condition::Leaf(Match { attribute, matcher }) => {
            InlineTable::from_iter([(attribute.as_str(), value(matcher))])
        }
        Condition::Not(inner) => match inner.as_ref() {
            Condition::Leaf(Match { attribute, matcher: Matcher::Exists(exists) }) => {
                InlineTable::from_iter([(attribute.as_str(), value(&Matcher::Exists(!exists)))])
            }
            inner => InlineTable::from_iter([("not", table(inner))]),
        },
        Condition::Any(parts) => match merged(parts, either).as_slice() {
            [only] => table(only),
            parts => InlineTable::from_iter([("any", tables(parts))]),
        },
        Condition::All(parts) => all(&merged(&negations(parts), both)),
    }
}

/// "Not this and not that" as "none of them": one `not`, where the first of them stood.
fn negations(parts: &[Condition<Match>]) -> Vec<Condition<Match>> {
    let is_exists =
        |part: &Condition<Match>| matches!(part, Condition::Leaf(Match { matcher: Matcher::Exists(_), .. }));
    let mut negated = Vec::new();
    let mut kept = Vec::with_capacity(parts.len());
    let mut place = None;
    for part in parts {
        match part {
            // `not exists` has a matcher of its own.
            Condition::Not(inner) if !is_exists(inner) => {
                place.get_or_insert(kept.len());
                negated.push(inner.as_ref().clone());
            }
            other => kept.push(other.clone()),
        }
    }
    if let Some(place) = place {
        kept.insert(place, Condition::any(negated).negate());
    }
    kept
}

/// Entries of one table, as far as their keys differ; the rest stands in `all`.
fn all(parts: &[Condition<Match>]) -> InlineTable {
    let mut whole = InlineTable::new();
    let mut rest = Array::new();
    for part in parts {
        let part = table(part);
        if part.iter().any(|(key, _)| whole.contains_key(key)) {
            rest.push(part);
        } else {
            whole.extend(part);
        }
    }
    if !rest.is_empty() {
        whole.insert("all", rest.into());
    }
    whole
}

fn tables(parts: &[Condition<Match>]) -> Array {
    parts.iter().map(table).collect()
}

/// Merges tests of one attribute, each with the first that it fits to.
fn merged(
    parts: &[Condition<Match>],
    merge: fn(&Matcher, &Matcher) -> Option<Matcher>,
) -> Vec<Condition<Match>> {
    let mut kept: Vec<Condition<Match>> = Vec::with_capacity(parts.len());
    for part in parts {
        if kept.contains(part) {
            continue;
        }
        let fitting = kept.iter_mut().find_map(|earlier| match (earlier, part) {
            (Condition::Leaf(earlier), Condition::Leaf(part)) if earlier.attribute == part.attribute => {
                merge(&earlier.matcher, &part.matcher).map(|matcher| (earlier, matcher))
            }
            _ => None,
        });
        match fitting {
            Some((earlier, matcher)) => earlier.matcher = matcher,
            None => kept.push(part.clone()),
        }
    }
    kept
}

/// One matcher for "this or that", if there is one.
fn either(this: &Matcher, that: &Matcher) -> Option<Matcher> {
    use Matcher::{Contains, EndsWith, Ranges, StartsWith, Values};
    Some(match (this, that) {
        (Values(a), Values(b)) => Values(joined(a, b)),
        (Ranges(a), Ranges(b)) => Ranges(joined(a, b)),
        (StartsWith(a), StartsWith(b)) => StartsWith(joined(a, b)),
        (EndsWith(a), EndsWith(b)) => EndsWith(joined(a, b)),
        (Contains(a), Contains(b)) => Contains(joined(a, b)),
        _ => return None,
    })
}

fn joined<T: Clone + PartialEq>(a: &[T], b: &[T]) -> Vec<T> {
    a.iter().chain(b.iter().filter(|value| !a.contains(value))).cloned().collect()
}

/// One matcher for "this and that", if there is one.
fn both(this: &Matcher, that: &Matcher) -> Option<Matcher> {
    match (this, that) {
        (Matcher::Within(a), Matcher::Within(b)) => a.and(b).map(Matcher::Within),
        (Matcher::Ranges(a), Matcher::Ranges(b)) => match (a.as_slice(), b.as_slice()) {
            ([a], [b]) => Some(Matcher::Ranges(vec![format!("{a}, {b}")])),
            _ => None,
        },
        _ => None,
    }
}

fn value(matcher: &Matcher) -> Value {
    let operator = |name: &'static str, value: Value| InlineTable::from_iter([(name, value)]).into();
    match matcher {
        Matcher::Values(values) => one_or_many(values.iter().map(scalar).collect()),
        Matcher::Ranges(ranges) => texts(ranges),
        Matcher::Within(bounds) => within(bounds).into(),
        Matcher::StartsWith(parts) => operator("starts_with", texts(parts)),
        Matcher::EndsWith(parts) => operator("ends_with", texts(parts)),
        Matcher::Contains(parts) => operator("contains", texts(parts)),
        Matcher::Exists(exists) => operator("exists", (*exists).into()),
    }
}

fn within(bounds: &Bounds) -> InlineTable {
    let Bounds { gt, gte, lt, lte } = *bounds;
    let given = [("gt", gt), ("gte", gte), ("lt", lt), ("lte", lte)].into_iter();
    given.filter_map(|(name, bound)| bound.map(|bound| (name, number(bound)))).collect()
}

fn scalar(scalar: &Scalar) -> Value {
    match scalar {
        Scalar::Text(text) => text.as_str().into(),
        Scalar::Boolean(value) => (*value).into(),
        Scalar::Number(value) => number(*value),
    }
}

fn texts(texts: &[String]) -> Value {
    one_or_many(texts.iter().map(|text| text.as_str().into()).collect())
}

fn one_or_many(mut values: Vec<Value>) -> Value {
    if values.len() == 1 { values.swap_remove(0) } else { values.into_iter().collect::<Array>().into() }
}

/// A number within ±(2^53−1), whole ones without a fraction.
pub(super) fn number(value: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "whole, and within ±2^53")]
    if value.fract() == 0.0 { (value as i64).into() } else { value.into() }
}
