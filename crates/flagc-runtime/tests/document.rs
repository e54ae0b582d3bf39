//! Documents and evaluation: what is read, what is refused, and the details of an answer.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use flagc_runtime::{At, Context, Document, DocumentError, ErrorCode, Evaluator, Generation, JsonError};
use flagc_runtime::{MAX_DEPTH, Reason, ValueType};
use serde_json::{Map, Value, json};

const NOW: At = At::unix(1_700_000_000);

fn evaluator(flags: &Value) -> Evaluator {
    Evaluator::new(Document::from_value(&json!({"flags": flags})).unwrap())
}

/// One flag `f` with these keys over those of a plain boolean flag.
fn flag(keys: &Value) -> Value {
    let mut flag =
        json!({"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off"});
    for (key, value) in keys.as_object().unwrap() {
        flag[key] = value.clone();
    }
    flag
}

fn one(keys: &Value) -> Evaluator {
    evaluator(&json!({"f": flag(keys)}))
}

fn refusal(document: &Value) -> String {
    Document::from_value(document).unwrap_err().to_string()
}

#[test]
fn static_flag_serves_its_default_variant() {
    let evaluator = one(&json!({}));
    let details = evaluator.boolean("f", &Context::new(), NOW);
    assert_eq!((details.value, details.variant, details.reason), (Some(false), Some("off"), Reason::Static));
    assert_eq!(details.error_code, None);
}

#[test]
fn empty_targeting_is_none() {
    for targeting in [json!({}), json!(null)] {
        let evaluator = one(&json!({"targeting": targeting}));
        assert_eq!(evaluator.resolve("f", &Context::new(), NOW).reason, Reason::Static);
    }
}

#[test]
fn rule_without_result_serves_the_default_variant() {
    let evaluator = one(&json!({"targeting": {"if": [{"var": "x"}, "on"]}}));
    let details = evaluator.boolean("f", &Context::new(), NOW);
    assert_eq!((details.variant, details.reason), (Some("off"), Reason::Default));
    let details = evaluator.boolean("f", &Context::new().set("x", 1), NOW);
    assert_eq!((details.variant, details.reason), (Some("on"), Reason::TargetingMatch));
}

#[test]
fn shorthand_rule_names_variants_true_and_false() {
    let variants = json!({"true": "yes", "false": "no"});
    let evaluator = one(&json!({"variants": variants, "defaultVariant": "false",
        "targeting": {"===": [{"var": "x"}, 1]}}));
    assert_eq!(evaluator.string("f", &Context::new().set("x", 1), NOW).value, Some("yes"));
    assert_eq!(evaluator.string("f", &Context::new(), NOW).variant, Some("false"));
}

#[test]
fn no_default_variant_means_the_callers_default() {
    for default in [json!(null), json!("")] {
        let evaluator = one(&json!({"defaultVariant": default, "targeting": {"if": [{"var": "x"}, "on"]}}));
        let details = evaluator.boolean("f", &Context::new(), NOW);
        assert_eq!((details.value, details.variant, details.reason), (None, None, Reason::Default));
        assert_eq!(details.error_code, None);
    }
    let mut without = flag(&json!({}));
    without.as_object_mut().unwrap().remove("defaultVariant");
    let details_of = evaluator(&json!({"f": without}));
    let details = details_of.boolean("f", &Context::new(), NOW);
    assert_eq!((details.reason, details.unwrap_or(true)), (Reason::Default, true));
}

#[test]
fn disabled_flag_means_the_callers_default() {
    let evaluator = one(&json!({"state": "DISABLED", "metadata": {"a": 1}}));
    let details = evaluator.boolean("f", &Context::new(), NOW);
    assert_eq!((details.value, details.variant, details.reason), (None, None, Reason::Disabled));
    assert_eq!(details.error_code, None);
    assert_eq!(details.metadata.get("a"), Some(&json!(1)));
}

#[test]
fn missing_flag_is_an_error() {
    let evaluator = one(&json!({}));
    let details = evaluator.resolve("nope", &Context::new(), NOW);
    assert_eq!((details.reason, details.error_code), (Reason::Error, Some(ErrorCode::FlagNotFound)));
    assert_eq!(details.error_message.as_deref(), Some("flag `nope` is not in the document"));
}

#[test]
fn unknown_operator_fails_its_flag_alone() {
    let evaluator =
        evaluator(&json!({"bad": flag(&json!({"targeting": {"nope": 1}})), "good": flag(&json!({}))}));
    let details = evaluator.boolean("bad", &Context::new(), NOW);
    assert_eq!((details.value, details.error_code), (None, Some(ErrorCode::ParseError)));
    assert_eq!(details.error_message.as_deref(), Some("unknown operator `nope`"));
    assert_eq!(evaluator.boolean("good", &Context::new(), NOW).error_code, None);
}

#[test]
fn result_that_names_no_variant_is_an_error() {
    let evaluator = one(&json!({"targeting": {"var": "x"}}));
    for result in [json!("blue"), json!(1), json!([1]), json!({"a": 1})] {
        let details = evaluator.boolean("f", &Context::new().set("x", result), NOW);
        assert_eq!((details.value, details.error_code), (None, Some(ErrorCode::General)));
    }
}

#[test]
fn getters_refuse_values_of_another_type() {
    let values = json!({"bool": true, "text": "t", "int": 3, "whole": 3.0, "float": 3.5, "object": {"a": 1},
        "list": [1], "null": null});
    let evaluator = one(&json!({"variants": values, "defaultVariant": null, "targeting": {"var": "x"}}));
    let typed = |variant: &str| {
        let context = Context::new().set("x", variant);
        let mut names = Vec::new();
        let codes = [
            evaluator.boolean("f", &context, NOW).error_code,
            evaluator.string("f", &context, NOW).error_code,
            evaluator.integer("f", &context, NOW).error_code,
            evaluator.float("f", &context, NOW).error_code,
            evaluator.object("f", &context, NOW).error_code,
        ];
        for (name, code) in ["boolean", "string", "integer", "float", "object"].into_iter().zip(codes) {
            match code {
                None => names.push(name),
                Some(code) => assert_eq!(code, ErrorCode::TypeMismatch),
            }
        }
        names.join(" ")
    };
    assert_eq!(typed("bool"), "boolean");
    assert_eq!(typed("text"), "string");
    assert_eq!(typed("int"), "integer float");
    assert_eq!(typed("whole"), "integer float");
    assert_eq!(typed("float"), "float");
    assert_eq!(typed("object"), "object");
    assert_eq!(typed("list"), "object");
    assert_eq!(typed("null"), "");
}

#[test]
fn type_mismatch_carries_no_value_and_says_which_variant() {
    let evaluator = one(&json!({}));
    let details = evaluator.string("f", &Context::new(), NOW);
    assert_eq!((details.value, details.variant, details.reason), (None, None, Reason::Error));
    assert_eq!(details.error_message.as_deref(), Some("the value of variant `off` is not a string"));
}

#[test]
fn flag_metadata_stands_over_that_of_the_set() {
    let document =
        json!({"flags": {"f": flag(&json!({"metadata": {"a": 2}}))}, "metadata": {"a": 1, "b": "x"}});
    let evaluator = Evaluator::new(Document::from_value(&document).unwrap());
    let details = evaluator.resolve("f", &Context::new(), NOW);
    assert_eq!(Value::Object(details.metadata.clone()), json!({"a": 2, "b": "x"}));
    assert_eq!(evaluator.resolve("nope", &Context::new(), NOW).metadata.get("a"), Some(&json!(1)));
}

#[test]
fn flags_may_be_a_list_with_keys() {
    let mut listed = flag(&json!({"description": "flagd's schema allows more keys"}));
    listed["key"] = json!("f");
    let evaluator = evaluator(&json!([listed]));
    assert_eq!(evaluator.boolean("f", &Context::new(), NOW).value, Some(false));
    assert_eq!(
        refusal(&json!({"flags": [flag(&json!({}))]})),
        "flag `number 0`: has no `key`, which a list of flags needs"
    );
}

#[test]
fn references_are_put_in_place_and_may_nest() {
    let document = json!({"flags": {"f": flag(&json!({"targeting": {"if": [{"$ref": "outer"}, "on", "off"]}}))},
        "$evaluators": {"outer": {"!": [{"$ref": "inner ä\"}"}]}, "inner ä\"}": {"===": [{"var": "x"}, "{\"$ref\":\"outer\"}"]}}});
    let evaluator = Evaluator::new(Document::from_value(&document).unwrap());
    assert_eq!(evaluator.boolean("f", &Context::new(), NOW).value, Some(true));
    let context = Context::new().set("x", "{\"$ref\":\"outer\"}");
    assert_eq!(evaluator.boolean("f", &context, NOW).value, Some(false));
}

#[test]
fn reference_to_itself_and_reference_bombs_fail_the_flag() {
    let twice = |name: &str| json!({"or": [{"$ref": name}, {"$ref": name}]});
    let mut bomb = json!({"loop": {"!": [{"$ref": "loop"}]}, "b0": true});
    for n in 1..40 {
        bomb[format!("b{n}")] = twice(&format!("b{}", n - 1));
    }
    for start in ["loop", "b39"] {
        let document =
            json!({"$evaluators": bomb, "flags": {"f": flag(&json!({"targeting": {"$ref": start}}))}});
        let evaluator = Evaluator::new(Document::from_value(&document).unwrap());
        let details = evaluator.resolve("f", &Context::new(), NOW);
        assert_eq!(details.error_code, Some(ErrorCode::ParseError), "{start}");
        assert!(details.error_message.unwrap().contains("`$ref`"));
    }
}

#[test]
fn malformed_documents_are_refused_with_the_flag_named() {
    let refused = |keys: Value| refusal(&json!({"flags": {"f": flag(&keys)}}));
    assert_eq!(refused(json!({"state": "on"})), "flag `f`: `state` must be `ENABLED` or `DISABLED`");
    assert_eq!(refused(json!({"variants": []})), "flag `f`: `variants` must be an object");
    assert_eq!(
        refused(json!({"defaultVariant": "blue"})),
        "flag `f`: `defaultVariant` names `blue`, which is not among the variants"
    );
    assert_eq!(
        refused(json!({"defaultVariant": true})),
        "flag `f`: `defaultVariant` must be a variant's name or null"
    );
    assert_eq!(refused(json!({"metadata": []})), "flag `f`: `metadata` must be an object");
    assert_eq!(refusal(&json!({"flags": {"f": 1}})), "flag `f`: must be an object");
    assert_eq!(refusal(&json!({})), "`flags` must be an object or a list");
    assert_eq!(refusal(&json!([])), "the document must be an object");
    assert_eq!(refusal(&json!({"flags": {}, "metadata": 1})), "`metadata` must be an object");
    assert_eq!(refusal(&json!({"flags": {}, "$evaluators": 1})), "`$evaluators` must be an object");
    assert_eq!(
        refusal(&json!({"flags": {}, "flagc": {"bucketing": 1}})),
        "bucketing generation 1 is not supported (known: 2, 3)"
    );
}

#[test]
fn deep_nesting_is_refused_before_parsing() {
    let brackets = format!("{{\"flags\": {}", "[".repeat(100_000));
    let error = Document::from_bytes(brackets.as_bytes()).unwrap_err();
    assert_eq!(error, DocumentError::Json(JsonError::TooDeep { offset: 10 + MAX_DEPTH - 1 }));
    // Brackets in texts do not count.
    let text = json!({"flags": {"f": flag(&json!({"metadata": {"a": "[\\\"{".repeat(1000)}}))}});
    assert!(Document::from_bytes(text.to_string().as_bytes()).is_ok());
}

#[test]
fn rules_as_deep_as_the_limit_evaluate_on_a_small_stack() {
    let mut rule = json!("on");
    for _ in 0..61 {
        rule = json!({"if": [true, rule]});
    }
    let document = json!({"flags": {"f": flag(&json!({"targeting": rule}))}}).to_string();
    let thread = std::thread::Builder::new().stack_size(512 << 10).spawn(move || {
        let evaluator = Evaluator::new(Document::from_bytes(document.as_bytes()).unwrap());
        evaluator.boolean("f", &Context::new(), NOW).value
    });
    assert_eq!(thread.unwrap().join().unwrap(), Some(true));
}

#[test]
fn oversize_documents_are_refused_by_their_length() {
    let error = Document::from_bytes(&vec![b' '; (16 << 20) + 1]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the document is not readable: 16777217 bytes are more than the limit of 16777216"
    );
}

#[test]
fn bytes_that_are_no_json_are_refused() {
    for bytes in
        [&b""[..], b"\xff\xfe", b"\xef\xbb\xbf{\"flags\":{}}", b"{\"flags\":{}", b"{\"flags\":{}}x", b"\0"]
    {
        assert!(matches!(Document::from_bytes(bytes), Err(DocumentError::Json(JsonError::Malformed(_)))));
    }
}

#[test]
fn bucketing_generation_comes_from_the_document() {
    let document = json!({"flags": {}, "flagc": {"bucketing": 3}});
    assert_eq!(Document::from_value(&document).unwrap().generation(), Generation::Three);
    assert_eq!(Document::from_value(&json!({"flags": {}})).unwrap().generation(), Generation::Two);
}

#[test]
fn flags_are_listed_by_key_with_their_types() {
    let flags = json!({
        "z": flag(&json!({})),
        "a": flag(&json!({"variants": {"on": 1, "off": 2.5}})),
        "m": flag(&json!({"variants": {"on": {}, "off": [1]}, "targeting": {"if": [true, "on"]}})),
        "x": flag(&json!({"variants": {"on": "t", "off": false}})),
    });
    let evaluator = evaluator(&flags);
    let listed: Vec<_> =
        evaluator.flags().map(|flag| (flag.key(), flag.value_type(), flag.has_targeting())).collect();
    assert_eq!(
        listed,
        [
            ("a", ValueType::Float, false),
            ("m", ValueType::Object, true),
            ("x", ValueType::Mixed, false),
            ("z", ValueType::Boolean, false)
        ]
    );
}

#[test]
fn trace_names_branch_and_bucket() {
    let split =
        json!({"fractional": [{"cat": ["seed", {"var": "targetingKey"}]}, ["on", 25_000], ["off", 75_000]]});
    let rule = json!({"if": [{"===": [{"var": "x"}, 1]}, "on", {"===": [{"var": "x"}, 2]}, split, "off"]});
    let evaluator = one(&json!({"targeting": rule}));
    let trace = |x: i32| evaluator.resolve_traced("f", &Context::with_targeting_key("u").set("x", x), NOW);
    assert_eq!((trace(1).1.branch, trace(1).1.buckets.len()), (Some(0), 0));
    assert_eq!((trace(3).1.branch, trace(3).0.variant), (Some(2), Some("off")));
    let (details, trace) = trace(2);
    assert_eq!(trace.branch, Some(1));
    let [bucket] = &trace.buckets[..] else { panic!("{trace:?}") };
    assert_eq!(bucket.bucket, (u64::from(bucket.hash) * 100_000) >> 32);
    assert_eq!(bucket.total_weight, 100_000);
    assert!(bucket.interval.contains(&bucket.bucket));
    assert_eq!(details.variant == Some("on"), bucket.interval == (0..25_000));
}

#[test]
fn trace_names_the_branch_of_the_outermost_if() {
    let is = |x: i32| json!({"===": [{"var": "x"}, x]});
    let inner = |x: i32| json!({"if": [is(x), "on", is(x + 1), "off"]});
    let rule = json!({"if": [is(0), "on", {"or": [is(1), is(2), is(3)]}, inner(1), is(4), "off", inner(5)]});
    let evaluator = one(&json!({"targeting": rule}));
    let trace = |x: i32| {
        let (details, trace) = evaluator.resolve_traced("f", &Context::new().set("x", x), NOW);
        (trace.branch, details.variant, details.reason)
    };
    let (matched, default) = (Reason::TargetingMatch, Reason::Default);
    assert_eq!(trace(0), (Some(0), Some("on"), matched));
    assert_eq!(trace(1), (Some(1), Some("on"), matched));
    assert_eq!(trace(2), (Some(1), Some("off"), matched));
    assert_eq!(trace(3), (Some(1), Some("off"), default));
    assert_eq!(trace(4), (Some(2), Some("off"), matched));
    assert_eq!(trace(5), (Some(3), Some("on"), matched));
    assert_eq!(trace(6), (Some(3), Some("off"), matched));
    assert_eq!(trace(7), (Some(3), Some("off"), default));
}

#[test]
fn a_flag_of_many_variants_serves_each_of_them() {
    let names: Vec<String> = (0..500).map(|number| format!("v{}", number * 7 % 500)).collect();
    let variants: Map<String, Value> = names.iter().map(|name| (name.clone(), json!(name))).collect();
    let rule = json!({"if": [{"===": [{"var": "x"}, "v3"]}, "v3", {"var": "x"}]});
    let evaluator = one(&json!({"variants": variants, "defaultVariant": "v0", "targeting": rule}));
    for name in &names {
        let context = Context::new().set("x", name.as_str());
        assert_eq!(evaluator.string("f", &context, NOW).value, Some(name.as_str()));
    }
    let details = evaluator.string("f", &Context::new().set("x", "v500"), NOW);
    assert_eq!(details.error_code, Some(ErrorCode::General));
}

#[test]
fn time_is_the_callers() {
    let rule = json!({"if": [{">=": [{"var": "$flagd.timestamp"}, 1000]}, "on", "off"]});
    let evaluator = one(&json!({"targeting": rule}));
    assert_eq!(evaluator.boolean("f", &Context::new(), At::unix(999)).value, Some(false));
    assert_eq!(evaluator.boolean("f", &Context::new(), At::unix(1000)).value, Some(true));
}

#[test]
fn many_references_to_many_evaluators_load_in_time_that_grows_with_the_document() {
    let mut evaluators = serde_json::Map::new();
    let mut references = Vec::new();
    for n in 0..60_000 {
        evaluators.insert(format!("evaluator-{n:06}"), json!(n));
        references.push(json!({"$ref": format!("evaluator-{:06}", 59_999)}));
    }
    let rule = json!({"if": [{"in": [59_999, references]}, "on", "off"]});
    let document = json!({"$evaluators": evaluators, "flags": {"f": flag(&json!({"targeting": rule}))}});
    let evaluator = Evaluator::new(Document::from_value(&document).unwrap());
    assert_eq!(evaluator.boolean("f", &Context::new(), NOW).value, Some(true));
}

#[test]
fn nested_walks_over_the_context_end_with_the_budget() {
    let rule = json!({"some": [{"var": "x"}, {"in": [{"var": ""}, {"map": [[1, 2, 3, 4, 5, 6, 7, 8], {"var": ""}]}]}]});
    let evaluator = one(&json!({"targeting": {"if": [rule, "on", "off"]}}));
    let with_items = |count: usize| Context::new().set("x", vec![0; count]);
    assert_eq!(evaluator.boolean("f", &with_items(1_000), NOW).variant, Some("off"));
    let details = evaluator.boolean("f", &with_items(100_000), NOW);
    assert_eq!(details.error_code, Some(ErrorCode::General));
}
