//! For programs: version 1 of the form in the documentation.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::words;
use crate::constancy::Serves;
use crate::format::Instant;
use crate::report::to_json_line;
use crate::retire::{Blocker, Plan, Stay, Step, Use};

#[derive(Serialize)]
struct JsonPlan<'a> {
    version: u8,
    flag: &'a str,
    file: &'a str,
    owner: &'a str,
    blocked: bool,
    blockers: Vec<Value>,
    environments: Map<String, Value>,
    value: Option<&'a Value>,
    steps: Vec<Value>,
    notes: &'a [String],
}

pub(super) fn render(plan: &Plan) -> String {
    to_json_line(&JsonPlan {
        version: 1,
        flag: &plan.flag,
        file: &plan.file,
        owner: &plan.owner,
        blocked: !plan.blockers.is_empty(),
        blockers: plan.blockers.iter().map(blocker).collect(),
        environments: plan.stays.iter().map(|one| (one.environment.clone(), stay(one))).collect(),
        value: plan.value(),
        steps: plan.steps.iter().map(step).collect(),
        notes: &plan.notes,
    })
}

/// As `stale` says it, with the value.
fn stay(stay: &Stay) -> Value {
    let constant = match &stay.serves {
        Serves::Constant(variant) => Some(variant.as_str()),
        Serves::Varying | Serves::Unknown | Serves::Absent => None,
    };
    let since = stay.since.as_ref();
    json!({
        "constant": constant,
        "value": stay.value,
        "decides": stay.decides,
        "since": since.map(|since| Instant(since.time).to_string()),
        "commit": since.and_then(|since| since.commit.clone()),
        "at_least": since.is_some_and(|since| since.at_least),
        "until": stay.changes_at.map(|at| Instant(at).to_string()),
    })
}

fn blocker(blocker: &Blocker) -> Value {
    let mut value = json!({"kind": words::kind(blocker), "message": words::blocker(blocker)});
    match blocker {
        Blocker::NotFinished { environment, .. } | Blocker::Unknown { environment } => {
            value["environment"] = json!(environment);
        }
        Blocker::Required { by, file, at, .. } => {
            value["flag"] = json!(by);
            value["location"] = location(file, *at);
        }
        Blocker::Unreadable { flag } => value["flag"] = json!(flag),
        Blocker::NoReport { service } => value["service"] = json!(service),
        Blocker::Dynamic { at } => {
            value["service"] = json!(at.service);
            value["location"] = location(&at.file, (at.line, at.column));
        }
    }
    value
}

fn step(step: &Step) -> Value {
    match step {
        Step::Code { service, uses } => {
            json!({"do": "code", "service": service, "references": uses.iter().map(reference).collect::<Vec<_>>()})
        }
        Step::Dependent { flag, file, at } => {
            json!({"do": "dependent", "flag": flag, "location": location(file, *at)})
        }
        Step::Requirement { of, file, at } => {
            json!({"do": "requirement", "flag": of, "location": location(file, *at)})
        }
        Step::Release { release, file, left } => {
            json!({"do": "release", "release": release, "file": file, "left": left})
        }
        Step::File { file } => json!({"do": "file", "file": file}),
    }
}

fn reference(one: &Use) -> Value {
    json!({"class": one.class.as_str(), "file": one.file, "line": one.line, "column": one.column})
}

fn location(file: &str, (line, column): (usize, usize)) -> Value {
    json!({"file": file, "line": line, "column": column})
}
