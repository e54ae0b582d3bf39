//! `flagc ready`.

use std::fmt::Write as _;

use clap::Args;
use flagc::ops::{check, evaluate, ready};
use flagc::readiness::Row;
use flagc::report::plan::{StepJson, steps, steps_as_json};
use flagc::report::readiness::{RowJson, rows_as_json, rows_as_text};
use flagc::source::Sources;
use serde::Serialize;

use super::output::{Output, json_line};
use super::{DONE, Format, Global, NO, Outcome};

/// Say whether a flag or a release could be turned on.
#[derive(Args)]
pub(super) struct ReadyArgs {
    /// The flag or the release; `flag:NAME` or `release:NAME` where both exist
    #[arg(value_name = "FLAG|RELEASE")]
    target: String,
    /// The environment
    #[arg(short, long = "env", value_name = "ENV")]
    environment: String,
    /// Ask for this variant alone, and for the off variant
    #[arg(long, value_name = "VARIANT")]
    serve: Option<String>,
    #[command(flatten)]
    facts: FactsArgs,
}

/// What is live, and when.
#[derive(Args)]
pub(super) struct FactsArgs {
    /// Take what is live from this file; its name says the environment, unless it is ENV=FILE
    #[arg(long, value_name = "[ENV=]FILE")]
    pub(super) deployments: Vec<String>,
    /// As of this time: RFC 3339, such as 2026-12-01T09:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<jiff::Timestamp>,
}

impl FactsArgs {
    /// The time that is now, in seconds since 1970.
    pub(super) fn at(&self) -> i64 {
        self.at.unwrap_or_else(jiff::Timestamp::now).as_second()
    }
}

pub(super) fn run(args: &ReadyArgs, global: &Global, output: &Output) -> Outcome {
    output.allow(&[Format::Human, Format::Json])?;
    let loaded = check::load(&global.root()?, &args.facts.deployments)?;
    let environment = evaluate::environment(&loaded.workspace, &args.environment)?;
    let request = ready::Request {
        target: &args.target,
        environment,
        serve: args.serve.as_deref(),
        at: args.facts.at(),
    };
    let answer = ready::ready(&loaded.workspace, &request)?;
    output.answer(|| to_json(&answer, &loaded.sources), || human(args, &answer, &loaded.sources));
    Ok(if answer.is_ready() { DONE } else { NO })
}

#[derive(Serialize)]
struct JsonAnswer<'a> {
    version: u8,
    ready: bool,
    verdicts: Vec<RowJson<'a>>,
    notes: &'a [String],
    left: Vec<StepJson>,
}

fn to_json(answer: &ready::Answer, sources: &Sources) -> String {
    json_line(&JsonAnswer {
        version: 1,
        ready: answer.is_ready(),
        verdicts: rows_as_json(&answer.rows, sources),
        notes: &answer.notes,
        left: answer.plan.as_ref().map(|plan| steps_as_json(&plan.steps)).unwrap_or_default(),
    })
}

/// What is ready is counted where something is not.
fn human(args: &ReadyArgs, answer: &ready::Answer, sources: &Sources) -> String {
    let verdict = if answer.is_ready() { "ready" } else { "not ready" };
    let mut text = format!("{} in {}: {verdict}\n\n", args.target, args.environment);
    let shown: Vec<&Row> = answer.rows.iter().filter(|row| answer.is_ready() || !row.is_ready()).collect();
    text.push_str(&rows_as_text(&shown, sources));
    let hidden = answer.rows.len() - shown.len();
    // Writing to a string cannot fail.
    if hidden > 0 {
        let _ = writeln!(text, "  ready: {hidden} of {} answers", answer.rows.len());
    }
    if answer.rows.is_empty() {
        text.push_str("  no service is listed in its `[services]`\n");
    }
    for note in &answer.notes {
        let _ = writeln!(text, "\nnote: {note}");
    }
    if let Some(plan) = answer.plan.as_ref().filter(|plan| !plan.steps.is_empty()) {
        text.push_str("\nwhat is left\n");
        steps(&mut text, &plan.steps);
    }
    text
}
