//! Any bytes as a flagd document: loaded and evaluated, without a panic and within bounds.

#![no_main]

use flagc_runtime::{At, Context, Document, Evaluator};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|bytes: &[u8]| {
    let Ok(document) = Document::from_bytes(bytes) else { return };
    let evaluator = Evaluator::new(document);
    let contexts = [
        json!({}),
        json!({"targetingKey": "u-1", "a": 1, "b": [1, "x"], "c": {"d": null}, "v": "1.2.3-rc.1"}),
    ];
    for context in contexts.into_iter().filter_map(Context::from_value) {
        for flag in evaluator.flags() {
            let _ = evaluator.resolve_traced(flag.key(), &context, At::unix(1_700_000_000));
        }
    }
});
