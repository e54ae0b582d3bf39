//! The provider for OpenFeature's Rust SDK.

#![cfg(feature = "open-feature")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, Waker};

use flagc_runtime::provider::FlagcProvider;
use flagc_runtime::{Document, Evaluator, Store};
use open_feature::provider::FeatureProvider;
use open_feature::{
    EvaluationContext, EvaluationContextFieldValue, EvaluationErrorCode, EvaluationReason, Value,
};
use serde_json::json;

/// Nothing in the provider waits.
fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut TaskContext::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the provider waits"),
    }
}

fn provider() -> FlagcProvider {
    let flag = |state: &str, variants: serde_json::Value| {
        json!({"state": state, "variants": variants, "defaultVariant": "off",
            "targeting": {"if": [{"===": [{"var": "user.plan"}, "pro"]}, "on"]}, "metadata": {"team": "a"}})
    };
    let document = json!({"flags": {
        "bool": flag("ENABLED", json!({"on": true, "off": false})),
        "disabled": flag("DISABLED", json!({"on": true, "off": false})),
        "object": flag("ENABLED", json!({"on": {"a": [1, 2.5]}, "off": {"a": null}})),
        "key": {"state": "ENABLED", "variants": {"u1": "hit"}, "targeting": {"var": "targetingKey"}},
    }});
    let document = Document::from_value(&document).unwrap();
    FlagcProvider::new(Arc::new(Store::new(Evaluator::new(document))))
}

fn pro() -> EvaluationContext {
    let user = EvaluationContextFieldValue::new_struct(json!({"plan": "pro"}));
    EvaluationContext::default().with_targeting_key("u1").with_custom_field("user", user)
}

#[test]
fn value_comes_with_variant_reason_and_metadata() {
    let details = now(provider().resolve_bool_value("bool", &pro())).unwrap();
    assert!(details.value);
    assert_eq!(details.variant.as_deref(), Some("on"));
    assert_eq!(details.reason, Some(EvaluationReason::TargetingMatch));
    assert_eq!(details.flag_metadata.unwrap().values.len(), 1);
}

#[test]
fn targeting_key_is_an_attribute() {
    assert_eq!(now(provider().resolve_string_value("key", &pro())).unwrap().value, "hit");
}

#[test]
fn structures_are_converted_or_refused() {
    let details = now(provider().resolve_struct_value("object", &pro())).unwrap();
    assert_eq!(details.value.fields["a"], Value::Array(vec![Value::Int(1), Value::Float(2.5)]));
    let error = now(provider().resolve_struct_value("object", &EvaluationContext::default())).unwrap_err();
    assert_eq!(error.code, EvaluationErrorCode::TypeMismatch);
}

#[test]
fn what_has_no_value_is_an_error() {
    let code = |flag: &str| now(provider().resolve_bool_value(flag, &pro())).unwrap_err().code;
    assert_eq!(code("nope"), EvaluationErrorCode::FlagNotFound);
    assert_eq!(code("object"), EvaluationErrorCode::TypeMismatch);
    assert_eq!(code("disabled"), EvaluationErrorCode::General("DISABLED".to_owned()));
    assert_eq!(
        now(provider().resolve_int_value("bool", &pro())).unwrap_err().code,
        EvaluationErrorCode::TypeMismatch
    );
    let error = now(provider().resolve_float_value("bool", &pro())).unwrap_err();
    assert_eq!(error.message.as_deref(), Some("the value of variant `on` is not a number"));
}
