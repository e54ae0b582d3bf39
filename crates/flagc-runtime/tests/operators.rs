//! Every operator, by cases in `operators/*.json`: a rule, a context, and the text of the result, `null`, or `ERROR` and
//! its code. What flagd's JavaScript and Python cores agree on is in these cases as they answer it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::fs;

use flagc_runtime::{At, Context, Details, Document, Evaluator, Generation};
use serde_json::{Value, json};

#[test]
fn every_case_gives_its_result() {
    let mut files: Vec<_> =
        fs::read_dir("tests/operators").unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 8, "{files:?}");
    for file in files {
        let cases: Vec<Value> = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        assert!(cases.len() >= 10, "{}", file.display());
        for case in cases {
            assert_eq!(result(&case), case["result"], "{}: {case}", file.display());
        }
    }
}

/// The result of a case's rule, seen from outside: as the variant that it names.
fn result(case: &Value) -> Value {
    let wanted = case["result"].as_str().unwrap_or("unused");
    let mut variants = json!({"the default": 0});
    variants[wanted] = json!(1);
    let flag = json!({"state": "ENABLED", "variants": variants, "defaultVariant": "the default",
        "targeting": case["rule"]});
    let document = Document::from_value(&json!({"flags": {"the-flag": flag}})).unwrap();
    let generation = case.get("generation").and_then(Value::as_u64).unwrap_or(2);
    let document = document.with_generation(Generation::from_number(generation).unwrap());
    let context = Context::from_value(case.get("context").cloned().unwrap_or_default()).unwrap();
    answer(&Evaluator::new(document).resolve("the-flag", &context, At::unix(1_700_000_000)))
}

fn answer(details: &Details<&Value>) -> Value {
    match (details.error_code, details.variant) {
        (Some(code), _) => {
            let message = details.error_message.as_deref().unwrap_or_default();
            // A result that names no variant is a result, too, and not the wanted one.
            match message.strip_prefix("the rule's result `") {
                Some(rest) => json!(rest.strip_suffix("` is not among the variants").unwrap()),
                None => json!(format!("ERROR {code}")),
            }
        }
        (None, Some("the default")) => Value::Null,
        (None, variant) => json!(variant),
    }
}
