//! Conditions of JSONLogic, before anybody knows the types of the attributes: what is asked, in flagd's terms.
//! Everything that flagd can ask and this format cannot is an error that says so in plain words.

use super::json::Json;
use super::operand::{Operand, number, operand, text, texts};
use super::version;

/// A condition over leaves of some kind. Made by the functions below, which fold constants.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Condition<Leaf> {
    Constant(bool),
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Leaf(Leaf),
}

/// A question to an attribute, or to the clock.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Ask {
    Attribute(String, Question),
    /// `$flagd.timestamp` within bounds, in seconds.
    Time(Bounds),
}

/// What is asked of an attribute. `loose` marks JSONLogic's converting comparisons.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Question {
    Equal {
        value: Scalar,
        loose: bool,
    },
    OneOf(Vec<Scalar>),
    Missing {
        loose: bool,
    },
    /// A part of a text, or an item of a list: flagd decides when it evaluates.
    Contains(String),
    /// One of these is an item of the list.
    HasItem(Vec<String>),
    Within(Bounds),
    StartsWith(String),
    EndsWith(String),
    /// Any of these ranges, in this format's notation.
    Version(Vec<String>),
    /// A bare `var` as a condition.
    Truth,
}

/// A constant that an attribute is compared with.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scalar {
    Text(String),
    Boolean(bool),
    Number(f64),
}

/// Bounds of a number; those that are given must all hold.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Bounds {
    pub(super) gt: Option<f64>,
    pub(super) gte: Option<f64>,
    pub(super) lt: Option<f64>,
    pub(super) lte: Option<f64>,
}

impl Bounds {
    pub(super) fn hold(&self, value: f64) -> bool {
        self.gt.is_none_or(|bound| value > bound)
            && self.gte.is_none_or(|bound| value >= bound)
            && self.lt.is_none_or(|bound| value < bound)
            && self.lte.is_none_or(|bound| value <= bound)
    }

    /// Both at once; `None` where both give the same bound.
    pub(super) fn and(&self, other: &Self) -> Option<Self> {
        let merge = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(_), Some(_)) => None,
            (a, b) => Some(a.or(b)),
        };
        Some(Self {
            gt: merge(self.gt, other.gt)?,
            gte: merge(self.gte, other.gte)?,
            lt: merge(self.lt, other.lt)?,
            lte: merge(self.lte, other.lte)?,
        })
    }
}

impl<Leaf> Condition<Leaf> {
    pub(super) fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::junction(parts, false)
    }

    pub(super) fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::junction(parts, true)
    }

    /// `absorbing` is the constant that decides the whole; the other adds nothing.
    fn junction(parts: impl IntoIterator<Item = Self>, absorbing: bool) -> Self {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Self::Constant(value) if value == absorbing => return Self::Constant(absorbing),
                Self::Constant(_) => {}
                Self::All(inner) if !absorbing => kept.extend(inner),
                Self::Any(inner) if absorbing => kept.extend(inner),
                other => kept.push(other),
            }
        }
        match kept.len() {
            0 => Self::Constant(!absorbing),
            1 => kept.swap_remove(0),
            _ if absorbing => Self::Any(kept),
            _ => Self::All(kept),
        }
    }

    pub(super) fn negate(self) -> Self {
        match self {
            Self::Constant(value) => Self::Constant(!value),
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    /// Calls `visit` with every leaf.
    pub(super) fn visit<'c>(&'c self, visit: &mut impl FnMut(&'c Leaf)) {
        match self {
            Self::Constant(_) => {}
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.visit(visit)),
            Self::Not(inner) => inner.visit(visit),
            Self::Leaf(leaf) => visit(leaf),
        }
    }

    /// The number of its parts.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Constant(_) | Self::Leaf(_) => 1,
            Self::All(parts) | Self::Any(parts) => parts.iter().map(Self::size).sum::<usize>() + 1,
            Self::Not(inner) => inner.size() + 1,
        }
    }
}

/// A condition, and whether flagd may answer something else than true or false (`null`, which counts as false): that
/// matters only where the answer itself names the variant.
pub(super) struct Read {
    pub(super) condition: Condition<Ask>,
    pub(super) nullable: bool,
}

/// Reads a condition.
pub(super) fn read(logic: &Json) -> Result<Read, String> {
    match logic {
        Json::Bool(value) => Ok(certain(Condition::Constant(*value))),
        Json::Null => Ok(Read { condition: Condition::Constant(false), nullable: true }),
        Json::Object(_) => {
            let (operator, arguments) = logic
                .as_operation()
                .ok_or_else(|| format!("`{logic}` is not an operation with a single operator"))?;
            operation(operator, arguments, logic)
        }
        Json::Number(_) | Json::Text(_) | Json::List(_) => {
            Err(format!("`{logic}` stands where a condition is expected"))
        }
    }
}

fn operation(operator: &str, arguments: &[Json], logic: &Json) -> Result<Read, String> {
    match operator {
        "and" => junction(arguments, Condition::all),
        "or" => junction(arguments, Condition::any),
        "!" => single(operator, arguments).map(|inner| certain(inner.condition.negate())),
        "!!" => single(operator, arguments).map(|inner| certain(inner.condition)),
        "if" | "?:" => choice(arguments),
        "==" => equal(arguments, true, logic).map(certain),
        "===" => equal(arguments, false, logic).map(certain),
        "!=" => equal(arguments, true, logic).map(|condition| certain(condition.negate())),
        "!==" => equal(arguments, false, logic).map(|condition| certain(condition.negate())),
        "<" | "<=" | ">" | ">=" => compare(operator, arguments, logic).map(certain),
        "in" => contains(arguments, logic).map(certain),
        "some" => some(arguments, logic).map(certain),
        "starts_with" => affix(arguments, logic, Question::StartsWith).map(uncertain),
        "ends_with" => affix(arguments, logic, Question::EndsWith).map(uncertain),
        "sem_ver" => sem_ver(arguments, logic).map(uncertain),
        "var" => match operand(logic)? {
            Operand::Attribute(name) => Ok(uncertain(ask(name, Question::Truth))),
            Operand::Time | Operand::Literal(_) => Err(format!("`{logic}` is used as a condition")),
        },
        "$ref" => Err(format!("`{logic}` names no shared evaluator")),
        "fractional" => Err("a split (`fractional`) decides inside of a condition".to_owned()),
        _ => Err(format!("`{operator}` has no counterpart among the conditions of this format")),
    }
}

fn certain(condition: Condition<Ask>) -> Read {
    Read { condition, nullable: false }
}

fn uncertain(condition: Condition<Ask>) -> Read {
    Read { condition, nullable: true }
}

fn ask(attribute: &str, question: Question) -> Condition<Ask> {
    Condition::Leaf(Ask::Attribute(attribute.to_owned(), question))
}

fn junction(arguments: &[Json], join: fn(Vec<Condition<Ask>>) -> Condition<Ask>) -> Result<Read, String> {
    if arguments.is_empty() {
        return Err("an `and` or `or` of nothing".to_owned());
    }
    let parts: Vec<Read> = arguments.iter().map(read).collect::<Result<_, _>>()?;
    let nullable = parts.iter().any(|part| part.nullable);
    Ok(Read { condition: join(parts.into_iter().map(|part| part.condition).collect()), nullable })
}

fn single(operator: &str, arguments: &[Json]) -> Result<Read, String> {
    match arguments {
        [only] => read(only),
        _ => Err(format!("`{operator}` with {} arguments", arguments.len())),
    }
}

/// An `if` whose outcomes are truth values.
fn choice(arguments: &[Json]) -> Result<Read, String> {
    let (pairs, rest) = arguments.as_chunks::<2>();
    let mut whole = match rest {
        [otherwise] => read(otherwise)?,
        _ => Read { condition: Condition::Constant(false), nullable: true },
    };
    for [condition, then] in pairs.iter().rev() {
        let (condition, then) = (read(condition)?.condition, read(then)?);
        let otherwise = Condition::all([condition.clone().negate(), whole.condition]);
        let both = Condition::all([condition, then.condition]);
        let condition = Condition::any([both, otherwise]);
        if condition.size() > super::targeting::MAX_SIZE {
            return Err("its conditions nest too much to be written down".to_owned());
        }
        whole = Read { condition, nullable: whole.nullable || then.nullable };
    }
    Ok(whole)
}

fn equal(arguments: &[Json], loose: bool, logic: &Json) -> Result<Condition<Ask>, String> {
    let [left, right] = arguments else { return Err(format!("`{logic}` does not compare two values")) };
    match (operand(left)?, operand(right)?) {
        (Operand::Attribute(name), Operand::Literal(literal))
        | (Operand::Literal(literal), Operand::Attribute(name)) => {
            let question = match literal {
                Json::Null => Question::Missing { loose },
                Json::List(_) | Json::Object(_) => {
                    return Err(format!("`{name}` is compared with `{literal}`"));
                }
                scalar => Question::Equal { value: self::scalar(scalar)?, loose },
            };
            Ok(ask(name, question))
        }
        (Operand::Time, Operand::Literal(literal)) | (Operand::Literal(literal), Operand::Time) => {
            let second = Some(number(literal)?);
            Ok(Condition::Leaf(Ask::Time(Bounds { gte: second, lte: second, ..Bounds::default() })))
        }
        _ => Err(format!("`{logic}` does not compare an attribute with a constant")),
    }
}

fn scalar(literal: &Json) -> Result<Scalar, String> {
    match literal {
        Json::Text(text) => Ok(Scalar::Text(text.clone())),
        Json::Bool(value) => Ok(Scalar::Boolean(*value)),
        Json::Number(_) => number(literal).map(Scalar::Number),
        Json::Null | Json::List(_) | Json::Object(_) => Err(format!("a list holds `{literal}`")),
    }
}

fn compare(operator: &str, arguments: &[Json], logic: &Json) -> Result<Condition<Ask>, String> {
    let operands: Vec<Operand<'_>> = arguments.iter().map(operand).collect::<Result<_, _>>()?;
    let (subject, bounds) = match operands.as_slice() {
        [subject, Operand::Literal(bound)] => (subject, bound_above(mirrored(operator), number(bound)?)),
        [Operand::Literal(bound), subject] => (subject, bound_above(operator, number(bound)?)),
        [Operand::Literal(low), subject, Operand::Literal(high)] if operator.starts_with('<') => {
            let low = bound_above(operator, number(low)?);
            let high = bound_above(mirrored(operator), number(high)?);
            (subject, Bounds { lt: high.lt, lte: high.lte, ..low })
        }
        _ => return Err(format!("`{logic}` does not compare an attribute with a constant")),
    };
    match subject {
        Operand::Attribute(name) => Ok(ask(name, Question::Within(bounds))),
        Operand::Time => Ok(Condition::Leaf(Ask::Time(bounds))),
        Operand::Literal(_) => Err(format!("`{logic}` compares constants")),
    }
}

fn mirrored(operator: &str) -> &str {
    match operator {
        "<" => ">",
        "<=" => ">=",
        ">" => "<",
        _ => "<=",
    }
}

/// The bound that `bound OPERATOR value` puts on the value.
fn bound_above(operator: &str, bound: f64) -> Bounds {
    let (bound, none) = (Some(bound), Bounds::default());
    match operator {
        "<" => Bounds { gt: bound, ..none },
        "<=" => Bounds { gte: bound, ..none },
        ">" => Bounds { lt: bound, ..none },
        _ => Bounds { lte: bound, ..none },
    }
}

fn contains(arguments: &[Json], logic: &Json) -> Result<Condition<Ask>, String> {
    let [needle, haystack] = arguments else { return Err(format!("`{logic}` does not have two arguments")) };
    match (operand(needle)?, operand(haystack)?) {
        (Operand::Attribute(_), Operand::Literal(Json::List(items))) if items.is_empty() => {
            Ok(Condition::Constant(false))
        }
        (Operand::Attribute(name), Operand::Literal(Json::List(items))) => {
            let items = items.iter().map(scalar).collect::<Result<_, _>>()?;
            Ok(ask(name, Question::OneOf(items)))
        }
        (Operand::Literal(part), Operand::Attribute(name)) => {
            Ok(ask(name, Question::Contains(text(part)?.to_owned())))
        }
        _ => {
            Err(format!("`{logic}` does not look for an attribute in a list, or for a text in an attribute"))
        }
    }
}

/// `some` over a list, where the test of an item is equality.
fn some(arguments: &[Json], logic: &Json) -> Result<Condition<Ask>, String> {
    let other = || format!("`{logic}` asks more of a list than whether it contains a text");
    let [list, test] = arguments else { return Err(other()) };
    let Operand::Attribute(name) = operand(list)? else { return Err(other()) };
    let item =
        |json: &Json| matches!(json.as_operation(), Some(("var", [Json::Text(path)])) if path.is_empty());
    let wanted = match test.as_operation() {
        Some(("==" | "===", [left, right])) if item(left) => vec![text(right)?.to_owned()],
        Some(("==" | "===", [left, right])) if item(right) => vec![text(left)?.to_owned()],
        Some(("in", [left, Json::List(items)])) if item(left) && !items.is_empty() => texts(items)?,
        _ => return Err(other()),
    };
    Ok(ask(name, Question::HasItem(wanted)))
}

fn affix(
    arguments: &[Json],
    logic: &Json,
    question: fn(String) -> Question,
) -> Result<Condition<Ask>, String> {
    let [subject, part] = arguments else { return Err(format!("`{logic}` does not have two arguments")) };
    match (operand(subject)?, operand(part)?) {
        (Operand::Attribute(name), Operand::Literal(part)) => Ok(ask(name, question(text(part)?.to_owned()))),
        _ => Err(format!("`{logic}` does not compare an attribute with a constant")),
    }
}

fn sem_ver(arguments: &[Json], logic: &Json) -> Result<Condition<Ask>, String> {
    let [left, operator, right] = arguments else {
        return Err(format!("`{logic}` does not have three arguments"));
    };
    let written = operator.as_text().unwrap_or_default();
    let (name, operator, version) = match (operand(left)?, operand(right)?) {
        (Operand::Attribute(name), Operand::Literal(version)) => (name, written, version),
        (Operand::Literal(version), Operand::Attribute(name)) => {
            let mirrored = if written.starts_with(['<', '>']) { mirrored(written) } else { written };
            (name, mirrored, version)
        }
        _ => return Err(format!("`{logic}` does not compare an attribute with a constant")),
    };
    let ranges = version::ranges(operator, text(version)?)?;
    Ok(ask(name, Question::Version(ranges)))
}
