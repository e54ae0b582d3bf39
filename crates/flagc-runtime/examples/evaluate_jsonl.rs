//! Evaluates JSON lines from standard input: what a differential test against other SDKs drives.
//!
//! In: `{"document": {…} | "document_file": PATH, "flag": KEY, "context": {…}, "type": TYPE, "at": SECONDS,
//! "generation": 2 | 3}`; the type is `boolean`, `string`, `integer`, `float`, `object` or `any`, which is the default, as
//! is the system clock for `at`. Out: `{"variant", "value", "reason", "errorCode", "message", "metadata"}`, one line for each;
//! `reason` is `ERROR` and `errorCode` is `DOCUMENT_REFUSED` where the document cannot be loaded.

use std::collections::HashMap;
use std::error::Error;
use std::io::{self, BufRead, BufWriter, Write};

use flagc_runtime::{At, Context, Details, Document, ErrorCode, Evaluator, Generation};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let mut documents = HashMap::new();
    let mut out = BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let request: Value = serde_json::from_str(&line?)?;
        let answer = match answer(&request, &mut documents) {
            Ok(answer) => answer,
            Err(error) => json!({"variant": null, "value": null, "reason": "ERROR",
                "errorCode": "DOCUMENT_REFUSED", "message": error.to_string()}),
        };
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

fn answer(request: &Value, documents: &mut HashMap<String, Evaluator>) -> Result<Value, Box<dyn Error>> {
    let generation = request.get("generation").and_then(Value::as_u64).and_then(Generation::from_number);
    let Some(path) = request.get("document_file").and_then(Value::as_str) else {
        let bytes = request.get("document").ok_or("neither `document` nor `document_file`")?.to_string();
        return evaluate(&load(bytes.as_bytes(), generation)?, request);
    };
    let name = format!("{generation:?} {path}");
    if !documents.contains_key(&name) {
        documents.insert(name.clone(), load(&std::fs::read(path)?, generation)?);
    }
    evaluate(documents.get(&name).ok_or("not loaded")?, request)
}

fn load(bytes: &[u8], generation: Option<Generation>) -> Result<Evaluator, Box<dyn Error>> {
    let document = Document::from_bytes(bytes)?;
    Ok(Evaluator::new(match generation {
        Some(generation) => document.with_generation(generation),
        None => document,
    }))
}

fn evaluate(evaluator: &Evaluator, request: &Value) -> Result<Value, Box<dyn Error>> {
    let flag = request.get("flag").and_then(Value::as_str).ok_or("no `flag`")?;
    let context = request.get("context").cloned().unwrap_or(Value::Null);
    let context = Context::from_value(context).ok_or("`context` is not an object")?;
    let at = request.get("at").and_then(Value::as_i64).map_or_else(At::system_clock, At::unix);
    Ok(match request.get("type").and_then(Value::as_str).unwrap_or("any") {
        "boolean" => line(&evaluator.boolean(flag, &context, at)),
        "string" => line(&evaluator.string(flag, &context, at)),
        "integer" => line(&evaluator.integer(flag, &context, at)),
        "float" => line(&evaluator.float(flag, &context, at)),
        "object" => line(&evaluator.object(flag, &context, at)),
        "any" => line(&evaluator.resolve(flag, &context, at)),
        other => return Err(format!("unknown type `{other}`").into()),
    })
}

fn line<T: serde::Serialize>(details: &Details<T>) -> Value {
    json!({
        "variant": details.variant,
        "value": details.value,
        "reason": details.reason.as_str(),
        "errorCode": details.error_code.map(ErrorCode::as_str),
        "message": details.error_message,
        "metadata": details.metadata,
    })
}
