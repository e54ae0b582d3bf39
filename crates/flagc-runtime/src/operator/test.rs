//! What most conditions are made of: one question about one top-level attribute, answered without making a value.

use serde_json::Value;

use super::compare::Comparison;
use super::text::Affix;
use super::{Env, Place, Rules, Run, Text};
use crate::value::{self, Val};

/// A question about an attribute.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Test {
    /// `===` a text.
    Is(Text),
    /// `!==` a text.
    IsNot(Text),
    /// `starts_with` or `ends_with` a text; the value is `null` where the attribute is no text.
    Affix(Affix, Text),
    /// `in` a list of texts.
    In(Run),
    /// An ordering, with the number on its right side.
    Order(Comparison, Place),
}

impl Test {
    /// Whether it is not true of anything but texts.
    pub(crate) fn asks_for_text(self) -> bool {
        match self {
            Self::Is(_) | Self::Affix(..) | Self::In(_) => true,
            Self::IsNot(_) | Self::Order(..) => false,
        }
    }
}

/// Whether the answer is true of what was found.
#[inline]
pub(crate) fn holds(asked: Test, found: Option<&Value>, rules: &Rules) -> bool {
    match (asked, found) {
        (Test::Is(text), Some(Value::String(found))) => value::same(found.as_bytes(), rules.bytes(text)),
        (Test::IsNot(text), Some(Value::String(found))) => !value::same(found.as_bytes(), rules.bytes(text)),
        (Test::IsNot(_), _) => true,
        (Test::Affix(affix, text), Some(Value::String(found))) => {
            affix.is_of(found.as_bytes(), rules.bytes(text))
        }
        (Test::In(run), Some(Value::String(found))) => {
            rules.texts(run).any(|text| value::same(found.as_bytes(), text))
        }
        (Test::Is(_) | Test::Affix(..) | Test::In(_), _) => false,
        (Test::Order(comparison, number), Some(Value::Number(found))) => {
            let number = rules.number(number);
            found.as_f64().is_some_and(|found| comparison.holds_for(found.partial_cmp(&number)))
        }
        (Test::Order(comparison, number), found) => comparison.holds_for(order(found, rules.number(number))),
    }
}

/// The answer as a value.
pub(crate) fn eval<'a>(asked: Test, name: Place, env: &Env) -> Val<'a> {
    let found = env.attribute(name);
    match (asked, found) {
        (Test::Affix(..), None) => Val::Null,
        (Test::Affix(..), Some(other)) if !other.is_string() => Val::Null,
        _ => Val::Bool(holds(asked, found, env.rules)),
    }
}

#[cold]
fn order(found: Option<&Value>, number: f64) -> Option<std::cmp::Ordering> {
    value::order(&found.map_or(Val::Null, Val::from), &Val::float(number))
}
