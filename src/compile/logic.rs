//! Targeting logic as flagd reads it: JSONLogic, built with the little algebra that keeps it small.

use std::sync::Arc;

use ecow::EcoString;

use crate::canonical;

/// An expression. Booleans are only ever constants that folding could not remove.
#[derive(Clone, Debug, PartialEq)]
pub enum Logic {
    /// `null`, which is what a missing attribute reads as.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number within ±(2^53−1).
    Number(f64),
    /// Text: a variant, a value to compare with.
    Text(EcoString),
    /// `{"var": NAME}`.
    Variable(EcoString),
    /// A list of values.
    List(Vec<Logic>),
    /// `{OPERATOR: [ARGUMENTS]}`.
    Operation(&'static str, Vec<Logic>),
    /// A part that stands in many places: a segment, a guard.
    Shared(Arc<Part>),
}

/// A part of an expression that is built and written once, with its size.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    logic: Logic,
    size: u64,
    /// Empty for one that is too large for any flag.
    json: Vec<u8>,
}

/// The name under which flagd hands over the time of evaluation, in seconds since 1970.
const TIMESTAMP: &str = "$flagd.timestamp";

impl Logic {
    /// Text.
    pub fn text(text: &str) -> Self {
        Self::Text(EcoString::from(text))
    }

    /// Any of the texts, as a list.
    pub fn texts<'t>(texts: impl IntoIterator<Item = &'t EcoString>) -> Self {
        Self::List(texts.into_iter().map(|text| Self::Text(text.clone())).collect())
    }

    /// An operation with two arguments.
    pub fn binary(operator: &'static str, left: Self, right: Self) -> Self {
        Self::Operation(operator, vec![left, right])
    }

    /// Whether the evaluation takes place at that second or later.
    #[expect(
        clippy::cast_precision_loss,
        reason = "instants of the years 0 to 9999 are far below 2^53 seconds"
    )]
    pub fn since(second: i64) -> Self {
        Self::binary(">=", Self::Variable(EcoString::from(TIMESTAMP)), Self::Number(second as f64))
    }

    /// Makes it a part that can stand in many places without being copied.
    #[must_use]
    pub fn share(self) -> Self {
        match self {
            Self::Boolean(_) | Self::Shared(_) => self,
            logic => Self::Shared(Arc::new(Part::new(logic))),
        }
    }

    /// The items of a shared part, written, where they can stand among those of a junction: `and` within `and` is one
    /// `and`, and so is `or`.
    fn part_of(&self, junction: &str) -> Option<&[u8]> {
        match self {
            Self::Shared(part) => part.items_of(junction),
            _ => None,
        }
    }

    /// The number of nodes it is written with; saturating, since shared parts can make it astronomical.
    pub fn size(&self) -> u64 {
        match self {
            Self::Null | Self::Boolean(_) | Self::Number(_) | Self::Text(_) | Self::Variable(_) => 1,
            Self::List(items) => items.iter().map(Self::size).fold(1, u64::saturating_add),
            Self::Operation(operator, items) => items.iter().fold(1, |sum: u64, item| {
                sum.saturating_add(item.size() - u64::from(item.part_of(operator).is_some()))
            }),
            Self::Shared(part) => part.size,
        }
    }

    /// All of them; constants fold.
    pub fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::junction("and", false, parts)
    }

    /// At least one of them; constants fold.
    pub fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::junction("or", true, parts)
    }

    /// `absorbing` is the constant that decides the whole; the other one adds nothing.
    fn junction(operator: &'static str, absorbing: bool, parts: impl IntoIterator<Item = Self>) -> Self {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Self::Boolean(value) if value == absorbing => return Self::Boolean(absorbing),
                Self::Boolean(_) => {}
                Self::Operation(inner, items) if inner == operator => kept.extend(items),
                other => kept.push(other),
            }
        }
        match kept.len() {
            0 => Self::Boolean(!absorbing),
            1 => kept.swap_remove(0),
            _ => Self::Operation(operator, kept),
        }
    }

    /// The complement.
    pub fn negate(self) -> Self {
        match self {
            Self::Boolean(value) => Self::Boolean(!value),
            Self::Operation("!", mut inner) if inner.len() == 1 => inner.swap_remove(0),
            other => Self::Operation("!", vec![other]),
        }
    }

    /// `then` where `condition` holds, else `otherwise`: all three are truth values.
    pub fn choose(condition: Self, then: Self, otherwise: Self) -> Self {
        match (condition, then, otherwise) {
            (Self::Boolean(true), then, _) => then,
            (Self::Boolean(false), _, otherwise) => otherwise,
            (_, then, otherwise) if then == otherwise => then,
            (condition, Self::Boolean(true), otherwise) => Self::any([condition, otherwise]),
            (condition, Self::Boolean(false), otherwise) => Self::all([condition.negate(), otherwise]),
            (condition, then, Self::Boolean(false)) => Self::all([condition, then]),
            (condition, then, Self::Boolean(true)) => Self::any([condition.negate(), then]),
            (condition, then, Self::Operation("if", rest)) => {
                Self::Operation("if", [condition, then].into_iter().chain(rest).collect())
            }
            (condition, then, otherwise) => Self::Operation("if", vec![condition, then, otherwise]),
        }
    }
}

impl Part {
    fn new(logic: Logic) -> Self {
        let size = logic.size();
        let mut json = Vec::new();
        // Whatever has a larger part in it is refused before it is written.
        if size <= super::MAX_SIZE {
            logic.write(&mut json);
        }
        Self { logic, size, json }
    }

    fn items_of(&self, junction: &str) -> Option<&[u8]> {
        let Logic::Operation(operator @ ("and" | "or"), _) = &self.logic else { return None };
        if *operator != junction {
            return None;
        }
        let inside = self.json.strip_prefix(b"{\"")?.strip_prefix(operator.as_bytes())?;
        inside.strip_prefix(b"\":[")?.strip_suffix(b"]}")
    }
}

impl Logic {
    /// Appends it as canonical JSON (RFC 8785).
    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Null => bytes.extend_from_slice(b"null"),
            Self::Boolean(value) => canonical::boolean(*value, bytes),
            Self::Number(value) => canonical::number(*value, bytes),
            Self::Text(text) => canonical::text(text, bytes),
            Self::Variable(name) => {
                bytes.extend_from_slice(b"{\"var\":");
                canonical::text(name, bytes);
                bytes.push(b'}');
            }
            Self::List(items) => canonical::list(items, bytes, Self::write),
            Self::Operation(operator, arguments) => {
                // No operator has anything in it that would have to be escaped.
                bytes.extend_from_slice(b"{\"");
                bytes.extend_from_slice(operator.as_bytes());
                bytes.extend_from_slice(b"\":");
                canonical::list(arguments, bytes, |argument, bytes| match argument.part_of(operator) {
                    Some(items) => bytes.extend_from_slice(items),
                    None => argument.write(bytes),
                });
                bytes.push(b'}');
            }
            Self::Shared(part) if part.json.is_empty() => part.logic.write(bytes),
            Self::Shared(part) => bytes.extend_from_slice(&part.json),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn var(name: &str) -> Logic {
        Logic::Variable(EcoString::from(name))
    }

    #[test]
    fn constants_fold() {
        assert_eq!(Logic::all([Logic::Boolean(true), var("a")]), var("a"));
        assert_eq!(Logic::all([Logic::Boolean(false), var("a")]), Logic::Boolean(false));
        assert_eq!(Logic::any([]), Logic::Boolean(false));
        assert_eq!(Logic::all([]), Logic::Boolean(true));
        assert_eq!(Logic::choose(var("c"), Logic::Boolean(true), Logic::Boolean(false)), var("c"));
        assert_eq!(Logic::choose(var("c"), var("x"), var("x")), var("x"));
        assert_eq!(var("a").negate().negate(), var("a"));
    }

    #[test]
    fn a_shared_part_is_counted_wherever_it_stands() {
        let part = Logic::any([var("a"), var("b")]).share();
        assert_eq!(part.size(), 3);
        assert_eq!(Logic::Operation("and", vec![part.clone(), part]).size(), 7);
    }
}
