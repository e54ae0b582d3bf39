//! What most conditions are made of: one question about one top-level attribute, answered without making a value.

use serde_json::Value;

use super::compare::Comparison;
use super::text::Affix;
use super::{Env, Place, Run, Text};
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

/// Whether the answer is true.
#[inline]
pub(crate) fn holds(asked: Test, name: Place, env: &Env) -> bool {
    let found = env.attribute(name);
    match (asked, found) {
        (Test::Is(text), Some(Value::String(found))) => value::same(found.as_bytes(), env.rules.bytes(text)),
        (Test::IsNot(text), Some(Value::String(found))) => {
            !value::same(found.as_bytes(), env.rules.bytes(text))
        }
        (Test::IsNot(_), _) => true,
        (Test::Affix(affix, text), Some(Value::String(found))) => {
            affix.is_of(found.as_bytes(), env.rules.bytes(text))
        }
        (Test::In(run), Some(Value::String(found))) => {
            env.rules.texts(run).any(|text| value::same(found.as_bytes(), text))
        }
        (Test::Is(_) | Test::Affix(..) | Test::In(_), _) => false,
        (Test::Order(comparison, number), found) => {
            let number = env.rules.number(number);
            match found.and_then(Value::as_f64) {
                Some(found) => comparison.holds_for(found.partial_cmp(&number)),
                None => comparison.holds_for(order(found, number)),
            }
        }
    }
}

/// The answer as a value.
pub(crate) fn eval<'a>(asked: Test, name: Place, env: &Env) -> Val<'a> {
    match (asked, env.attribute(name)) {
        (Test::Affix(..), Some(Value::String(_))) => Val::Bool(holds(asked, name, env)),
        (Test::Affix(..), _) => Val::Null,
        (Test::Is(_) | Test::IsNot(_) | Test::In(_) | Test::Order(..), _) => {
            Val::Bool(holds(asked, name, env))
        }
    }
}

#[cold]
fn order(found: Option<&Value>, number: f64) -> Option<std::cmp::Ordering> {
    value::order(&found.map_or(Val::Null, Val::from), &Val::float(number))
}
