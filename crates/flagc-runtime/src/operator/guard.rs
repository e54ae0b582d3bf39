//! Guards: what `flagc build` writes out in portable operators, so that every SDK reads a value alike, decided here by
//! looking at the value once. `json::templates` recognises them.

use serde_json::Value;

use super::sem_ver;

/// What a guard asks of a top-level attribute.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub(crate) enum Guard {
    /// Is it a number?
    Number,
    /// Is it a number without a fraction?
    Integer,
    /// Is it a text that is not empty?
    FilledText,
    /// Is it a text that every SDK reads as the same version?
    Version,
}

/// The longest text, in UTF-16 units, that the guard takes for a version.
pub(crate) const MAX_VERSION_LENGTH: usize = 250;

/// Whether the answer is yes for what was found.
#[inline]
pub(crate) fn holds(guard: Guard, found: Option<&Value>) -> bool {
    match (guard, found) {
        (Guard::Number, Some(Value::Number(_))) => true,
        (Guard::Integer, Some(Value::Number(number))) => {
            !number.is_f64() || number.as_f64().is_some_and(|n| n.fract() == 0.0)
        }
        (Guard::FilledText, Some(Value::String(text))) => !text.is_empty(),
        (Guard::Version, Some(Value::String(text))) => is_version(text),
        (Guard::Number | Guard::Integer | Guard::FilledText | Guard::Version, _) => false,
    }
}

/// A version is ASCII, so its bytes are its units.
#[inline(never)]
fn is_version(text: &str) -> bool {
    text.len() <= MAX_VERSION_LENGTH && !text.starts_with('V') && sem_ver::is_version(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{At, Context, Document, Evaluator};
    use serde_json::json;

    fn number_guard() -> Vec<Value> {
        let x = json!({"var": "x"});
        vec![
            json!({"!==": [x, null]}),
            json!({"!": [{"starts_with": [x, ""]}]}),
            json!({"!": [{"in": [{"cat": [x]}, ["true", "True", "false", "False"]]}]}),
            json!({"in": [x, {"merge": [x]}]}),
            json!({"!": [{"in": ["object", {"cat": [x]}]}]}),
        ]
    }

    fn version_guard() -> Vec<Value> {
        let x = json!({"var": "x"});
        let read = |parts: Value| json!({"sem_ver": [{"cat": parts}, ">=", "0.0.0-0"]});
        let partial = json!({"or": [read(json!(["0.", x])), read(json!(["0.", {"substr": [x, 1]}]))]});
        let marked = json!({"or": [{"in": ["-", x]}, {"in": ["+", x]}]});
        vec![
            json!({"starts_with": [x, ""]}),
            json!({"===": [{"substr": [x, 250]}, ""]}),
            read(json!(["0.0.0-", x, "x"])),
            json!({"!": [{"or": [
                {"starts_with": [x, "V"]}, {"starts_with": [x, "vv"]}, {"and": [marked, partial]},
            ]}]}),
            json!({"sem_ver": [x, ">=", "1.2.0"]}),
        ]
    }

    fn filled_guard() -> Vec<Value> {
        vec![json!({"starts_with": [{"var": "x"}, ""]}), json!({"!==": [{"var": "x"}, ""]})]
    }

    /// Evaluates `{"if": [{"and": parts}, "on", "off"]}`, as it stands or with a part in front that keeps the guard from
    /// being recognised and changes nothing.
    fn serves(parts: &[Value], value: &Value, hidden: bool) -> bool {
        let hide = |part: &Value| if hidden { json!({"!!": [part]}) } else { part.clone() };
        let parts: Vec<Value> = parts.iter().map(hide).collect();
        let document = json!({"flags": {"f": {
            "state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
            "targeting": {"if": [{"and": parts}, "on", "off"]},
        }}});
        let document = Document::from_value(&document).unwrap_or_else(|error| unreachable!("{error}"));
        let context = Context::new().set("x", value.clone());
        Evaluator::new(document).boolean("f", &context, At::unix(0)).value == Some(true)
    }

    #[test]
    fn a_guard_has_the_truth_of_what_it_stands_for() {
        let values = [
            json!(null),
            json!(""),
            json!("a"),
            json!("1"),
            json!(0),
            json!(-0.0),
            json!(5.5),
            json!(1e308),
            json!(true),
            json!(false),
            json!([]),
            json!([1]),
            json!([[]]),
            json!({}),
            json!({"a": 1}),
            json!("object"),
            json!("true"),
            json!("1.2.3"),
            json!("v1.2.3"),
            json!("V1.2.3"),
            json!("vv1.2.3"),
            json!(" 1.2.3"),
            json!("1.2.3 "),
            json!("2"),
            json!("1.2"),
            json!("1.2-rc"),
            json!("2-rc"),
            json!("v2-rc"),
            json!("1.2.3-rc.1"),
            json!("1.2.3+b"),
            json!("2+b"),
            json!("01.2.3"),
            json!("1.2.3.4"),
            json!("9007199254740992.0.0"),
            json!("é"),
            json!("1.2.3-é"),
            json!(format!("1.2.3-{}", "a".repeat(244))),
            json!(format!("1.2.3-{}", "a".repeat(245))),
        ];
        for guard in [number_guard(), version_guard(), filled_guard()] {
            for value in &values {
                assert_eq!(serves(&guard, value, false), serves(&guard, value, true), "{value} {guard:?}");
            }
        }
    }

    #[test]
    fn guards_are_recognised_and_what_only_looks_like_one_is_not() {
        let recognised = |parts: Vec<Value>| {
            let text = json!({"if": [{"and": parts}, "on", "off"]}).to_string();
            let flag =
                format!(r#"{{"flags":{{"f":{{"state":"ENABLED","variants":{{}},"targeting":{text}}}}}}}"#);
            let document = Document::from_bytes(flag.as_bytes());
            document.is_ok_and(|document| format!("{document:?}").contains("Guard("))
        };
        assert!(recognised(number_guard()) && recognised(version_guard()) && recognised(filled_guard()));
        assert!(!recognised(number_guard()[..4].to_vec()));
        assert!(!recognised(version_guard()[..4].to_vec()), "nothing compares the version");
        let other = vec![json!({"starts_with": [{"var": "x"}, ""]}), json!({"!==": [{"var": "y"}, ""]})];
        assert!(!recognised(other));
    }
}
