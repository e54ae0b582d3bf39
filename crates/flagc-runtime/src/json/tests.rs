//! The reader beside `serde_json`: the same texts taken, the same values read.

use serde_json::{Value, json};

use super::*;

/// What the reader makes of a text, and what `serde_json` does; a key that stands twice is neither.
fn both(text: &[u8]) -> Option<(Option<Value>, Option<Value>)> {
    let ours = match value(text, 1 << 16) {
        Ok(value) => Some(value),
        Err(error) if error.to_string().contains("stands twice") => return None,
        Err(_) => None,
    };
    Some((ours, serde_json::from_slice(text).ok()))
}

fn agree(text: &[u8]) {
    if let Some((ours, theirs)) = both(text) {
        assert_eq!(ours, theirs, "{}", String::from_utf8_lossy(text));
    }
}

const TEXTS: [&str; 8] = [
    r#"{"a":[1,-2,0,-0,1.5,1e3,18446744073709551615,18446744073709551616,-9223372036854775808],"b":null}"#,
    r#"["plain","\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00","é😀","eight by","sixteen letters!"]"#,
    r#"{"":{},"x":[],"y":[[[true,false]]],"and":[{"starts_with":[{"var":"x"},""]},{"!==":[{"var":"x"},""]}]}"#,
    " \t\r\n{ \"a\" : [ 1 , 2 ] , \"b b\" : \"c  d\" }\n",
    "[1 2]",
    "tr ue",
    r#"{"a" "b"}"#,
    r#"{"k":1.7976931348623157e308,"l":[0.1,1e999]}"#,
];

#[test]
fn reads_what_serde_json_reads() {
    for text in TEXTS {
        agree(text.as_bytes());
    }
    assert!(both(TEXTS[0].as_bytes()).is_some_and(|(ours, _)| ours.is_some()));
    assert!(both(TEXTS[3].as_bytes()).is_some_and(|(ours, _)| ours.is_some()));
    assert!(both(TEXTS[4].as_bytes()).is_some_and(|(ours, _)| ours.is_none()));
}

#[test]
fn reads_what_serde_json_reads_of_broken_texts() {
    const BYTES: &[u8] = b"\"\\{}[]:, \n0129.eE+-tfnulax\x00\x1f\x7f\xc3\xa9\xff/";
    let mut state = 1_u64;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or(0) % below
    };
    let mut taken = 0;
    for round in 0..60_000 {
        let mut text = TEXTS[round % TEXTS.len()].as_bytes().to_vec();
        for _ in 0..=draw(2) {
            let (at, byte) = (draw(text.len()), BYTES[draw(BYTES.len())]);
            match draw(3) {
                0 => text[at] = byte,
                1 => text.insert(at, byte),
                _ => drop(text.remove(at)),
            }
        }
        agree(&text);
        taken += usize::from(serde_json::from_slice::<Value>(&text).is_ok());
    }
    assert!(taken > 1_000, "{taken}");
}

#[test]
fn texts_of_every_length_end_at_their_quote() {
    for length in 0..40 {
        for special in ["", "\\n", "é", "\u{7f}", "\\\"", "\u{1f}"] {
            let text = format!("[\"{}{special}{}\",1]", "a".repeat(length), "b".repeat(40 - length));
            agree(text.as_bytes());
        }
    }
}

#[test]
fn keys_that_stand_twice_are_refused_or_the_last_counts() {
    let text = br#"{"b":1,"a":{"x":1,"y":2,"x":3},"c":0}"#;
    assert!(
        value(text, 99).is_err_and(|error| error.to_string() == "the key `x` stands twice in one object")
    );
    let last = read(text, 99, Duplicates::LastCounts, |reader| {
        let mut tape = Tape::new();
        reader.value(&mut tape)?;
        Ok(View::of(&tape).to_value())
    });
    assert_eq!(last, Ok(json!({"b": 1, "a": {"x": 3, "y": 2}, "c": 0})));
}

#[test]
fn nesting_is_read_up_to_the_limit_and_no_deeper() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(value(nested(MAX_DEPTH).as_bytes(), 1 << 16).is_ok());
    let variable = |depth: usize| nested(depth).replace("[]", r#"[{"var":"x"}]"#);
    assert!(value(variable(MAX_DEPTH - 1).as_bytes(), 1 << 16).is_ok());
    assert!(value(variable(MAX_DEPTH).as_bytes(), 1 << 16).is_err());
    let deeper = value(nested(MAX_DEPTH + 1).as_bytes(), 1 << 16);
    assert_eq!(deeper, Err(JsonError::TooDeep { offset: MAX_DEPTH }));
    let spaced = format!(" {}", nested(MAX_DEPTH + 1).replace('[', "[ "));
    assert_eq!(value(spaced.as_bytes(), 1 << 16), Err(JsonError::TooDeep { offset: 1 + 2 * MAX_DEPTH }));
}
