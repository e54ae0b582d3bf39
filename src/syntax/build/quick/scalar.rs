//! Numbers, dates and truth values without quotes. The most frequent forms are read here; others as every file's are.

use toml_parser::Raw;

use crate::syntax::scalar::{Scalar, decode};
use crate::syntax::{Datetime, Value};

/// Reads a scalar that begins at the byte `start`; `None` where something is wrong with it.
pub(super) fn read(text: &str, start: usize) -> Option<Value<'_>> {
    match text {
        "true" => return Some(Value::Boolean(true)),
        "false" => return Some(Value::Boolean(false)),
        _ => {}
    }
    if let Some(number) = integer(text) {
        return Some(Value::Integer(number));
    }
    if let Some(date) = date(text) {
        return Some(Value::Datetime(date));
    }
    let span = toml_parser::Span::new_unchecked(start, start + text.len());
    let mut failed = false;
    let mut sink = |_| failed = true;
    match decode(Raw::new_unchecked(text, None, span), span, None, &mut sink) {
        Scalar::Value { value, newer: None } if !failed => Some(value),
        Scalar::Value { .. } | Scalar::OutOfRange => None,
    }
}

/// Digits alone, few enough to be exact in every JSON reader.
fn integer(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    if bytes.is_empty() || bytes.len() > 15 || (bytes.len() > 1 && bytes[0] == b'0') {
        return None;
    }
    digits(bytes)
}

/// `2026-10-01`, on a day that every month has.
fn date(text: &str) -> Option<Datetime> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text.as_bytes() else { return None };
    let year = u16::try_from(digits(&[y1, y2, y3, y4])?).ok()?;
    let month = u8::try_from(digits(&[m1, m2])?).ok()?;
    let day = u8::try_from(digits(&[d1, d2])?).ok()?;
    let date = toml::value::Date { year, month, day };
    let is_sure = (1..=12).contains(&month) && (1..=28).contains(&day);
    is_sure.then_some(Datetime { date: Some(date), time: None, offset: None })
}

fn digits(bytes: &[u8]) -> Option<i64> {
    bytes
        .iter()
        .try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + i64::from(byte - b'0')))
}
