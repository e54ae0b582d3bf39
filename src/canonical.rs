//! Canonical JSON (RFC 8785), written directly: keys are put in order before they are written, and only a number with a
//! fraction or an exponent takes the long way.

use std::io::Write as _;

use ecow::EcoString;
use serde_json::Value;

/// Integers up to here are written digit by digit in ECMAScript; larger ones round.
const MAX_INTEGER: u64 = (1 << 53) - 1;

/// A value as it stands in documents.
pub fn to_text(value: &Value) -> EcoString {
    let mut bytes = Vec::new();
    self::value(value, &mut bytes);
    String::from_utf8_lossy(&bytes).as_ref().into()
}

/// Appends a value.
pub fn value(value: &Value, bytes: &mut Vec<u8>) {
    match value {
        Value::Null => bytes.extend_from_slice(b"null"),
        Value::Bool(value) => boolean(*value, bytes),
        Value::Number(number) => match number.as_i64().filter(|value| value.unsigned_abs() <= MAX_INTEGER) {
            Some(integer) => self::integer(integer, bytes),
            None => long_way(number, bytes),
        },
        Value::String(text) => self::text(text, bytes),
        Value::Array(items) => list(items, bytes, self::value),
        Value::Object(entries) => {
            object(entries.iter().map(|(key, entry)| (key.as_str(), entry)), bytes, self::value);
        }
    }
}

/// Appends `true` or `false`.
pub fn boolean(value: bool, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(if value { b"true" } else { b"false" });
}

/// Appends a finite number.
pub fn number(value: f64, bytes: &mut Vec<u8>) {
    #[expect(clippy::cast_precision_loss, reason = "2^53 − 1 is exact")]
    const EXACT: f64 = MAX_INTEGER as f64;
    if value.fract() == 0.0 && value.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "a whole number within ±(2^53−1)")]
        return integer(value as i64, bytes);
    }
    long_way(&value, bytes);
}

fn integer(value: i64, bytes: &mut Vec<u8>) {
    // Writing to a vector cannot fail.
    let _ = write!(bytes, "{value}");
}

/// Numbers as ECMAScript writes them. Finite ones cannot fail; should one ever, the empty place is no JSON.
fn long_way(number: &impl serde::Serialize, bytes: &mut Vec<u8>) {
    bytes.extend(serde_json_canonicalizer::to_vec(number).unwrap_or_default());
}

/// Appends text in quotes.
pub fn text(text: &str, bytes: &mut Vec<u8>) {
    let is_escaped = |byte: u8| matches!(byte, 0..0x20 | b'"' | b'\\');
    // No way out of the loop before its end, so that many bytes are looked at in one step.
    if text.bytes().fold(false, |any, byte| any | is_escaped(byte)) {
        // serde_json escapes as RFC 8785 asks for; writing to a vector cannot fail.
        let _ = serde_json::to_writer(bytes, text);
    } else {
        bytes.push(b'"');
        bytes.extend_from_slice(text.as_bytes());
        bytes.push(b'"');
    }
}

/// Appends a list.
pub fn list<T>(items: &[T], bytes: &mut Vec<u8>, write: impl Fn(&T, &mut Vec<u8>)) {
    bytes.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            bytes.push(b',');
        }
        write(item, bytes);
    }
    bytes.push(b']');
}

/// Appends an object, its keys in the order of their UTF-16 code units.
pub fn object<'e, T: ?Sized + 'e>(
    entries: impl Iterator<Item = (&'e str, &'e T)>,
    bytes: &mut Vec<u8>,
    write: impl Fn(&T, &mut Vec<u8>),
) {
    let mut entries: Vec<(&str, &T)> = entries.collect();
    if entries.iter().all(|(key, _)| key.is_ascii()) {
        entries.sort_unstable_by_key(|(key, _)| *key);
    } else {
        entries.sort_unstable_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    }
    bytes.push(b'{');
    for (index, (key, entry)) in entries.into_iter().enumerate() {
        if index > 0 {
            bytes.push(b',');
        }
        text(key, bytes);
        bytes.push(b':');
        write(entry, bytes);
    }
    bytes.push(b'}');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn written(written: &Value) -> Vec<u8> {
        let mut bytes = Vec::new();
        value(written, &mut bytes);
        bytes
    }

    fn by_the_library(value: &Value) -> Vec<u8> {
        serde_json_canonicalizer::to_vec(value).unwrap_or_default()
    }

    #[test]
    fn keys_are_ordered_by_utf16_and_not_by_utf8() {
        let value = json!({"\u{fb33}": 1, "\u{1f600}": 2, "€": 3, "\r": 4, "1": 5, "\u{80}": 6, "ö": 7});
        assert_eq!(written(&value), by_the_library(&value));
    }

    #[test]
    fn numbers_are_written_as_ecmascript_writes_them() {
        let numbers = [0.0, -0.0, 1e21, 1e20, 1e-7, 0.000_001, 4.5, 2e-3, 9_007_199_254_740_993.0, 5e-324];
        for value in numbers.into_iter().chain([f64::MAX, f64::MIN, 9_007_199_254_740_991.0]) {
            let mut bytes = Vec::new();
            number(value, &mut bytes);
            assert_eq!(bytes, by_the_library(&json!(value)), "{value}");
            assert_eq!(written(&json!(value)), bytes, "{value}");
        }
        for value in [0, -1, i64::MAX, i64::MIN, 1 << 53, (1 << 53) - 1, -(1 << 53)] {
            assert_eq!(written(&json!(value)), by_the_library(&json!(value)), "{value}");
        }
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 32, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                proptest::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|entries| Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_the_library_for_rfc_8785_writes(value in any_value()) {
            prop_assert_eq!(written(&value), by_the_library(&value));
        }
    }
}
