//! Values while a rule is evaluated: borrowed from the context or the document wherever that is possible, and the
//! coercions of JSONLogic (those of ECMAScript), which never fail.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt::{self, Write};

use serde_json::{Map, Value};

use crate::operator::Texts;

/// A value of a rule: JSON, with NaN and the infinities that arithmetic may make.
#[derive(Clone, Debug)]
pub(crate) enum Val<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'a, str>),
    List(List<'a>),
    Object(Object<'a>),
}

/// A number as JSON wrote it. Arithmetic and comparison are in `f64`, as in every flagd SDK; the integer forms are
/// kept because bucketing generation 3 encodes 64-bit integers exactly.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Number {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

/// A list: one that stands in the context or the document, or one that an operator made.
#[derive(Clone, Debug)]
pub(crate) enum List<'a> {
    Json(&'a Vec<Value>),
    Texts(Texts<'a>),
    Made(Vec<Val<'a>>),
}

/// An object. Operators make none; the evaluation data as a whole (`{"var": ""}`) has no JSON form of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Object<'a> {
    Json(&'a Map<String, Value>),
    Data,
}

impl Number {
    #[expect(clippy::cast_precision_loss, reason = "JSONLogic's numbers are doubles")]
    pub(crate) fn as_f64(self) -> f64 {
        match self {
            Self::Unsigned(n) => n as f64,
            Self::Signed(n) => n as f64,
            Self::Float(n) => n,
        }
    }
}

impl<'a> List<'a> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Json(items) => items.len(),
            Self::Texts(items) => items.len(),
            Self::Made(items) => items.len(),
        }
    }

    pub(crate) fn get(&self, index: usize) -> Option<Val<'a>> {
        match self {
            Self::Json(items) => items.get(index).map(Val::from),
            Self::Texts(items) => items.get(index).map(|text| Val::Text(Cow::Borrowed(text))),
            Self::Made(items) => items.get(index).cloned(),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Val<'a>> + '_ {
        (0..self.len()).map(|index| self.get(index).unwrap_or(Val::Null))
    }
}

impl<'a> From<&'a Value> for Val<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(b) => Self::Bool(*b),
            Value::Number(n) => Self::Number(number(n)),
            Value::String(s) => Self::Text(Cow::Borrowed(s)),
            Value::Array(items) => Self::List(List::Json(items)),
            Value::Object(map) => Self::Object(Object::Json(map)),
        }
    }
}

pub(crate) fn number(n: &serde_json::Number) -> Number {
    if let Some(n) = n.as_u64() {
        Number::Unsigned(n)
    } else if let Some(n) = n.as_i64() {
        Number::Signed(n)
    } else {
        Number::Float(n.as_f64().unwrap_or(f64::NAN))
    }
}

impl Val<'_> {
    pub(crate) fn float(n: f64) -> Self {
        Self::Number(Number::Float(n))
    }

    /// JSONLogic's truth: `null`, `false`, `0`, NaN, `""` and `[]` are false, all else is true.
    pub(crate) fn is_truthy(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(b) => *b,
            Self::Number(n) => {
                let n = n.as_f64();
                n != 0.0 && !n.is_nan()
            }
            Self::Text(s) => !s.is_empty(),
            Self::List(list) => list.len() > 0,
            Self::Object(_) => true,
        }
    }

    /// ECMAScript's `ToNumber`; NaN where there is no number.
    pub(crate) fn to_number(&self) -> f64 {
        match self {
            Self::Null => 0.0,
            Self::Bool(b) => f64::from(u8::from(*b)),
            Self::Number(n) => n.as_f64(),
            Self::Text(s) => text_to_number(s),
            Self::List(list) => match (list.len(), list.get(0)) {
                (0, _) => 0.0,
                (1, Some(Self::Bool(_))) => f64::NAN, // its text is `true` or `false`
                (1, Some(only)) => only.to_number(),
                _ => f64::NAN,
            },
            Self::Object(_) => f64::NAN,
        }
    }

    /// ECMAScript's `ToString`, written to `out`; errors are those of `out` alone.
    pub(crate) fn write_text(&self, out: &mut impl Write) -> fmt::Result {
        match self {
            Self::Null => out.write_str("null"),
            Self::Bool(true) => out.write_str("true"),
            Self::Bool(false) => out.write_str("false"),
            Self::Number(n) => write_number(*n, out),
            Self::Text(s) => out.write_str(s),
            Self::List(list) => {
                for (index, item) in list.iter().enumerate() {
                    if index > 0 {
                        out.write_char(',')?;
                    }
                    if !matches!(item, Val::Null) {
                        item.write_text(out)?;
                    }
                }
                Ok(())
            }
            Self::Object(_) => out.write_str("[object Object]"),
        }
    }
}

impl<'a> Val<'a> {
    pub(crate) fn to_text(&self) -> Cow<'a, str> {
        if let Self::Text(s) = self {
            return s.clone();
        }
        let mut text = String::new();
        // Writing to a String does not fail.
        let _ = self.write_text(&mut text);
        Cow::Owned(text)
    }
}

/// `===`: no coercion; lists and objects are equal to themselves alone.
pub(crate) fn strict_equals(a: &Val, b: &Val) -> bool {
    match (a, b) {
        (Val::Null, Val::Null) | (Val::Object(Object::Data), Val::Object(Object::Data)) => true,
        (Val::Bool(a), Val::Bool(b)) => a == b,
        (Val::Number(a), Val::Number(b)) => same_number(a.as_f64(), b.as_f64()),
        (Val::Text(a), Val::Text(b)) => a == b,
        (Val::List(List::Json(a)), Val::List(List::Json(b))) => std::ptr::eq(*a, *b),
        (Val::List(List::Texts(a)), Val::List(List::Texts(b))) => a.is(*b),
        (Val::Object(Object::Json(a)), Val::Object(Object::Json(b))) => std::ptr::eq(*a, *b),
        _ => false,
    }
}

/// Equality of texts, which mostly are short: those are compared without a call, first and last bytes at once.
#[inline]
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    match a.len() {
        0..4 => a.iter().zip(b).all(|(a, b)| a == b),
        4..8 => a.first_chunk::<4>() == b.first_chunk() && a.last_chunk::<4>() == b.last_chunk(),
        8..=16 => a.first_chunk::<8>() == b.first_chunk() && a.last_chunk::<8>() == b.last_chunk(),
        17..=32 => a.first_chunk::<16>() == b.first_chunk() && a.last_chunk::<16>() == b.last_chunk(),
        _ => a == b,
    }
}

/// `===` of values that stand in the context or the document.
pub(crate) fn strict_equals_json(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::String(a), Value::String(b)) => a == b,
        (Value::Array(_) | Value::Object(_), _) | (_, Value::Array(_) | Value::Object(_)) => {
            strict_equals(&Val::from(a), &Val::from(b))
        }
        (Value::Number(a), Value::Number(b)) => same_number(number(a).as_f64(), number(b).as_f64()),
        _ => a == b,
    }
}

/// `==`: ECMAScript's, with one difference that flagd's SDKs share: `null` equals `0` and `false`.
pub(crate) fn loose_equals(a: &Val, b: &Val) -> bool {
    match (a, b) {
        (Val::Null, Val::Number(_) | Val::Bool(_)) | (Val::Number(_) | Val::Bool(_), Val::Null) => {
            same_number(a.to_number(), b.to_number())
        }
        (Val::Null, _) | (_, Val::Null) => matches!((a, b), (Val::Null, Val::Null)),
        (Val::Number(_) | Val::Bool(_), _) | (_, Val::Number(_) | Val::Bool(_)) => {
            same_number(a.to_number(), b.to_number())
        }
        (Val::Text(_), Val::List(_) | Val::Object(_)) | (Val::List(_) | Val::Object(_), Val::Text(_)) => {
            a.to_text() == b.to_text()
        }
        _ => strict_equals(a, b),
    }
}

/// The order of `<` and its kin; `None` where the two cannot be compared, so that every comparison is false.
pub(crate) fn order(a: &Val, b: &Val) -> Option<Ordering> {
    let is_text = |v: &Val| matches!(v, Val::Text(_) | Val::List(_) | Val::Object(_));
    if is_text(a) && is_text(b) {
        return Some(a.to_text().as_ref().cmp(b.to_text().as_ref()));
    }
    a.to_number().partial_cmp(&b.to_number())
}

#[expect(clippy::float_cmp, reason = "equality of numbers is exact in JSONLogic")]
fn same_number(a: f64, b: f64) -> bool {
    a == b
}

/// ECMAScript's `StringToNumber`: surrounding white space, decimal, `0x`, `0o`, `0b`, `Infinity`; `""` is 0.
fn text_to_number(text: &str) -> f64 {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if text.is_empty() {
        return 0.0;
    }
    let radix = match text.get(..2) {
        Some("0x" | "0X") => Some(16),
        Some("0o" | "0O") => Some(8),
        Some("0b" | "0B") => Some(2),
        _ => None,
    };
    if let Some(radix) = radix {
        let digits = text.get(2..).unwrap_or_default();
        return digits_to_number(digits, radix);
    }
    match text {
        "Infinity" | "+Infinity" => f64::INFINITY,
        "-Infinity" => f64::NEG_INFINITY,
        // Rust reads `inf` and `nan` too, which are no numbers here.
        _ if text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-')) => {
            text.parse().unwrap_or(f64::NAN)
        }
        _ => f64::NAN,
    }
}

fn digits_to_number(digits: &str, radix: u32) -> f64 {
    if digits.is_empty() {
        return f64::NAN;
    }
    digits
        .chars()
        .try_fold(0.0, |sum: f64, c| c.to_digit(radix).map(|d| sum * f64::from(radix) + f64::from(d)))
        .unwrap_or(f64::NAN)
}

/// ECMAScript's `Number::toString` in base ten.
fn write_number(n: Number, out: &mut impl Write) -> fmt::Result {
    const EXACT: u64 = 1 << 53;
    match n {
        Number::Unsigned(n) if n <= EXACT => write!(out, "{n}"),
        Number::Signed(n) if n.unsigned_abs() <= EXACT => write!(out, "{n}"),
        _ => write_float(n.as_f64(), out),
    }
}

fn write_float(n: f64, out: &mut impl Write) -> fmt::Result {
    if n.is_nan() {
        return out.write_str("NaN");
    }
    if n.is_infinite() {
        return out.write_str(if n > 0.0 { "Infinity" } else { "-Infinity" });
    }
    if n == 0.0 {
        return out.write_char('0');
    }
    let magnitude = n.abs();
    if n < 0.0 {
        out.write_char('-')?;
    }
    // Both print the shortest digits that read back as the same double; they differ in layout alone.
    if (1e-6..1e21).contains(&magnitude) {
        return write!(out, "{magnitude}");
    }
    let text = format!("{magnitude:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if exponent.starts_with('-') => write!(out, "{digits}e{exponent}"),
        Some((digits, exponent)) => write!(out, "{digits}e+{exponent}"),
        None => out.write_str(&text),
    }
}
