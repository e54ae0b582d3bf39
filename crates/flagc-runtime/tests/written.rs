//! One document in many forms: what counts is what it says, not how it is written.

#![allow(missing_docs, clippy::unwrap_used)]

use flagc_runtime::{At, Context, Document, Evaluator};
use serde_json::{Value, json};

const NOW: At = At::unix(1_700_000_000);

/// A flag with these keys over those of a usual one.
fn flag(keys: &Value) -> Value {
    let mut flag =
        json!({"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off"});
    flag.as_object_mut().unwrap().extend(keys.as_object().unwrap().clone());
    flag
}

/// What a document serves for some contexts, whatever it is written like.
fn served(text: &str) -> Vec<Option<String>> {
    let evaluator = Evaluator::new(Document::from_bytes(text.as_bytes()).unwrap());
    let contexts = [json!({}), json!({"x": ""}), json!({"x": "1.2.3"}), json!({"x": 7}), json!({"x": ["a"]})];
    let contexts = contexts.map(|context| Context::from_value(context).unwrap());
    let served =
        contexts.iter().map(|context| evaluator.resolve("f", context, NOW).variant.map(str::to_owned));
    served.collect()
}

#[test]
fn a_document_means_the_same_however_it_is_written() {
    let filled = json!({"and": [{"starts_with": [{"var": "x"}, ""]}, {"!==": [{"var": "x"}, ""]}]});
    let rules = [
        json!({"if": [filled, "on", "off"]}),
        // Guards in places where more than their truth counts, or where `var` reads something else.
        json!({"if": [{"==": [filled, true]}, "on", "off"]}),
        json!({"if": [{"some": [[{"x": "a"}], filled]}, "on", "off"]}),
        json!({"if": [{"in": [{"cat": [filled]}, ["true"]]}, {"if": [filled, "on"]}, "off"]}),
        json!({"if": [true, {"and": [filled, "on"]}, "off"]}),
        json!({"if": [{"missing": [{"and": ["x"], "or": filled}]}, "on", "off"]}),
    ];
    for rule in rules {
        let document = json!({"$evaluators": {}, "flags": {"f": flag(&json!({"targeting": rule}))}});
        let compact = document.to_string();
        let spaced = serde_json::to_string_pretty(&document).unwrap();
        let escaped = compact.replace("starts_with", "starts\\u005fwith");
        let twice = compact.replace("\"state\":", "\"state\":\"DISABLED\",\"state\":");
        assert_ne!(compact, twice);
        for other in [spaced, escaped, twice] {
            assert_eq!(served(&compact), served(&other), "{rule}");
        }
    }
}

#[test]
fn references_may_stand_before_what_they_name() {
    let rule = r#"{"if": [{"$ref": "is-x"}, "on", "off"]}"#;
    let flag = flag(&json!({"targeting": serde_json::from_str::<Value>(rule).unwrap()}));
    let flags = format!(r#""flags": {{"f": {flag}}}"#);
    let evaluators = r#""$evaluators": {"is-x": {"===": [{"var": "x"}, 7]}}"#;
    let on: Vec<bool> = served(&format!("{{{flags}, {evaluators}}}"))
        .iter()
        .map(|name| name.as_deref() == Some("on"))
        .collect();
    assert_eq!(on, [false, false, false, true, false]);
    assert_eq!(served(&format!("{{{flags}, {evaluators}}}")), served(&format!("{{{evaluators}, {flags}}}")));
}

#[test]
fn the_last_flag_of_a_key_in_a_list_counts() {
    let with = |default: &str| flag(&json!({"key": "f", "defaultVariant": default}));
    let evaluator =
        Evaluator::new(Document::from_value(&json!({"flags": [with("off"), with("on")]})).unwrap());
    assert_eq!(evaluator.flags().len(), 1);
    assert_eq!(evaluator.boolean("f", &Context::new(), NOW).value, Some(true));
}

#[test]
fn the_last_flag_of_a_key_in_an_object_counts() {
    let good = flag(&json!({"defaultVariant": "on"}));
    for earlier in [flag(&json!({"defaultVariant": "off"})), json!({"state": 1}), json!(null)] {
        let text = format!(r#"{{"flags": {{"f": {earlier}, "a": {good}, "f": {good}}}}}"#);
        assert_eq!(served(&text), vec![Some("on".to_owned()); 5]);
        let text = format!(
            r#"{{"flags": {{"f": {good}, "f": {earlier}, "flags": {good}}}, "flags": {{"f": {good}}}}}"#
        );
        assert_eq!(served(&text), vec![Some("on".to_owned()); 5]);
    }
}
