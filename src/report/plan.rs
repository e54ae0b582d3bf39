//! Plans, as text and as JSON.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::plan::{Action, Pin, Plan, Step};

/// A plan as JSON; see `docs/ready.md`.
#[derive(Debug, Serialize)]
pub struct PlanJson {
    version: u8,
    safe: bool,
    steps: Vec<StepJson>,
    back: Vec<StepJson>,
    pins: Vec<PinJson>,
    notes: Vec<String>,
}

/// A step as JSON.
#[derive(Debug, Default, Serialize)]
pub struct StepJson {
    step: usize,
    #[serde(rename = "do")]
    verb: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    or_later: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    beside: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gone: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    serve: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enabled: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    circle: Vec<String>,
    safe: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Debug, Serialize)]
struct PinJson {
    service: String,
    flag: String,
    variant: String,
    needs: String,
    out: Vec<String>,
}

/// A plan for programs.
pub fn plan_as_json(plan: &Plan) -> PlanJson {
    let pins = plan.pins.iter().map(|pin| PinJson {
        service: pin.service.clone(),
        flag: pin.flag.clone(),
        variant: pin.variant.clone(),
        needs: pin.needs.clone(),
        out: pin.out.clone(),
    });
    PlanJson {
        version: 1,
        safe: plan.is_safe(),
        steps: steps_as_json(&plan.steps),
        back: steps_as_json(&plan.back),
        pins: pins.collect(),
        notes: plan.notes.clone(),
    }
}

/// Steps for programs.
pub fn steps_as_json(steps: &[Step]) -> Vec<StepJson> {
    steps.iter().map(step_as_json).collect()
}

fn step_as_json(step: &Step) -> StepJson {
    let json = StepJson {
        step: step.number,
        circle: step.circle.clone(),
        safe: step.danger.is_none(),
        reason: step.danger.clone(),
        ..StepJson::default()
    };
    match step.action.clone() {
        Action::Deploy { service, version, instance, or_later, beside } => StepJson {
            verb: "deploy",
            service: Some(service),
            version: Some(version),
            instance,
            or_later: Some(or_later),
            beside: Some(beside),
            ..json
        },
        Action::Gone { service, versions } => {
            StepJson { verb: "wait", service: Some(service), gone: Some(versions), ..json }
        }
        Action::Set { flag, variant } => {
            StepJson { verb: "set", flag: Some(flag), serve: Some(Value::String(variant)), ..json }
        }
        Action::Kill { flag, variant } => StepJson {
            verb: "set",
            flag: Some(flag),
            serve: Some(Value::String(variant)),
            enabled: Some(false),
            ..json
        },
        Action::Ramp { flag, shares } => {
            let shares = shares.into_iter().map(|(variant, percent)| (variant, number(percent)));
            let serve = Some(Value::Object(shares.collect::<Map<_, _>>()));
            StepJson { verb: "ramp", flag: Some(flag), serve, ..json }
        }
        Action::Watch => StepJson { verb: "wait", ..json },
    }
}

/// A whole number without a fraction, as people write percentages.
fn number(percent: f64) -> Value {
    serde_json::from_str(&percent.to_string()).unwrap_or(Value::Null)
}

/// A plan for people.
pub fn plan_as_text(plan: &Plan) -> String {
    let mut text = String::new();
    if plan.steps.is_empty() {
        text.push_str("nothing is left to do\n");
    }
    steps(&mut text, &plan.steps);
    if !plan.back.is_empty() {
        text.push_str("\nthe way back\n");
        steps(&mut text, &plan.back);
    }
    pins(&mut text, &plan.pins);
    for note in &plan.notes {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "\nnote: {note}");
    }
    text
}

/// Steps, one a line; those that happen together share a number.
pub fn steps(text: &mut String, steps: &[Step]) {
    let mut last = 0;
    for step in steps {
        let number = if step.number == last { String::new() } else { format!("{}.", step.number) };
        let together = if step.circle.is_empty() || step.number == last {
            String::new()
        } else {
            format!("   (they call each other in a circle: {})", step.circle.join(", "))
        };
        let _ = writeln!(text, "  {number:>3} {}{together}", words(&step.action));
        if let Some(danger) = &step.danger {
            let _ = writeln!(text, "      NOT SAFE: {danger}");
        }
        last = step.number;
    }
}

fn words(action: &Action) -> String {
    match action {
        Action::Deploy { service, version, instance, or_later, beside } => {
            let version = match instance {
                Some(instance) => format!("{version} ({instance})"),
                None => version.clone(),
            };
            let later = if *or_later { " or later" } else { "" };
            let beside = match beside.as_slice() {
                [] => ", and record it".to_owned(),
                beside => format!(", beside {}", beside.join(" and ")),
            };
            format!("deploy {service} {version}{later}{beside}")
        }
        Action::Gone { service, versions } => {
            format!("wait until {service} {} is gone", versions.join(" and "))
        }
        Action::Set { flag, variant } => format!("{flag}: serve {variant} to everybody whom no rule takes"),
        Action::Kill { flag, variant } => format!("{flag}: kill it, everybody gets {variant}"),
        Action::Ramp { flag, shares } => {
            let shares: Vec<String> =
                shares.iter().map(|(variant, percent)| format!("{variant} to {percent} %")).collect();
            format!("{flag}: serve {}", shares.join(", "))
        }
        Action::Watch => "watch what it does".to_owned(),
    }
}

fn pins(text: &mut String, pins: &[Pin]) {
    if pins.is_empty() {
        return;
    }
    text.push_str("\nwhile it is on\n");
    for pin in pins {
        let _ = write!(text, "  {} stays at {}, for {} of {}", pin.service, pin.needs, pin.variant, pin.flag);
        if !pin.out.is_empty() {
            let _ = write!(text, "; {} must not come back", pin.out.join(" and "));
        }
        text.push('\n');
    }
}
