//! One scalar: from its text to a value, with everything that can be wrong with it.

use std::borrow::Cow;

use toml_parser::decoder::{Encoding, IntegerRadix, ScalarKind};
use toml_parser::{ErrorSink, ParseError, Raw};

use super::{Datetime, Value};

/// The largest integer that every JSON reader keeps exactly: 2^53 − 1.
const MAX_INTEGER: i64 = (1 << 53) - 1;

/// What a scalar turned out to be.
pub(super) enum Scalar<'s> {
    /// A value; `newer` says what is TOML 1.1 about its notation.
    Value { value: Value<'s>, newer: Option<&'static str> },
    /// A number that JSON readers disagree on.
    OutOfRange,
}

/// Decodes one scalar; `errors` hears what the TOML grammar has against it.
pub(super) fn decode<'s>(
    raw: Raw<'s>,
    span: toml_parser::Span,
    encoding: Option<Encoding>,
    errors: &mut dyn ErrorSink,
) -> Scalar<'s> {
    if raw.is_empty() {
        errors.report_error(ParseError::new("a value is missing").with_unexpected(span));
        return Scalar::Value { value: Value::Invalid, newer: None };
    }
    if let Some(text) = plain_text(raw.as_str(), encoding) {
        return Scalar::Value { value: Value::String(Cow::Borrowed(text)), newer: None };
    }
    let mut text = Cow::Borrowed("");
    let mut failed = false;
    let kind = {
        let mut sink = |error: ParseError| {
            failed = true;
            errors.report_error(error);
        };
        raw.decode_scalar(&mut text, &mut sink)
    };
    if failed {
        return Scalar::Value { value: Value::Invalid, newer: None };
    }
    let newer = newer_notation(raw.as_str(), encoding, kind);
    let value = match kind {
        ScalarKind::String => Some(Value::String(text)),
        ScalarKind::Boolean(value) => Some(Value::Boolean(value)),
        ScalarKind::DateTime => return datetime(span, &text, newer, errors),
        ScalarKind::Float => text.parse().ok().filter(|value: &f64| value.is_finite()).map(Value::Float),
        ScalarKind::Integer(radix) => integer(&text, radix).map(Value::Integer),
    };
    value.map_or(Scalar::OutOfRange, |value| Scalar::Value { value, newer })
}

/// The text of a basic string in which nothing is escaped, which is nearly every one: it stands there as it is.
fn plain_text(raw: &str, encoding: Option<Encoding>) -> Option<&str> {
    let text = match encoding {
        Some(Encoding::BasicString) => raw.strip_prefix('"')?.strip_suffix('"')?,
        _ => return None,
    };
    let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\' && byte != 0x7f;
    text.bytes().all(is_plain).then_some(text)
}

fn integer(text: &str, radix: IntegerRadix) -> Option<i64> {
    let value = i64::from_str_radix(text, radix.value()).ok()?;
    (-MAX_INTEGER..=MAX_INTEGER).contains(&value).then_some(value)
}

fn datetime<'s>(
    span: toml_parser::Span,
    text: &str,
    newer: Option<&'static str>,
    errors: &mut dyn ErrorSink,
) -> Scalar<'s> {
    let value = match text.parse::<Datetime>() {
        Ok(value) => Value::Datetime(value),
        Err(error) => {
            errors.report_error(ParseError::new(error.to_string()).with_unexpected(span));
            Value::Invalid
        }
    };
    Scalar::Value { value, newer }
}

/// What TOML 1.0 readers would refuse in this scalar.
fn newer_notation(raw: &str, encoding: Option<Encoding>, kind: ScalarKind) -> Option<&'static str> {
    match (encoding, kind) {
        (Some(Encoding::BasicString | Encoding::MlBasicString), _) => newer_escape(raw),
        (None, ScalarKind::DateTime) => {
            let colons = raw.split(['Z', 'z', '+']).next().unwrap_or(raw).matches(':').count();
            let clock = raw.get(10..).is_none_or(|clock| !clock.contains('-'));
            (colons == 1 && clock).then_some("a time without seconds")
        }
        _ => None,
    }
}

fn newer_escape(raw: &str) -> Option<&'static str> {
    let mut bytes = raw.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'\\' {
            match bytes.next() {
                Some(b'e') => return Some("the escape `\\e`"),
                Some(b'x') => return Some("the escape `\\x`"),
                _ => {}
            }
        }
    }
    None
}
