//! `flagc eval`.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use flagc::explain::{self, Question};
use flagc::ops::OpError;
use flagc::ops::check;
use flagc::ops::evaluate::{self, Answer, Decided};
use flagc_runtime::{At, Context};
use serde::Serialize;
use serde_json::Value;

use super::output::{Output, json_line};
use super::{DONE, Failure, Format, Global, NO, Outcome};

/// Evaluate one flag for one context.
#[derive(Args)]
pub(super) struct EvalArgs {
    /// The flag
    flag: String,
    /// The environment
    #[arg(short, long = "env", value_name = "ENV", required_unless_present = "bundle")]
    environment: Option<String>,
    /// The evaluation context: a JSON object, or @FILE that holds one
    #[arg(long, value_name = "JSON|@FILE", default_value = "{}")]
    context: String,
    /// Evaluate the bundle or the flagd document in this file instead of the workspace
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
    /// Verify the bundle against this trust file first
    #[arg(long, value_name = "FILE", requires_all = ["bundle", "environment"])]
    trust: Option<PathBuf>,
    /// Show the way to the answer: requirements, rules, conditions with what they saw, buckets
    #[arg(long)]
    explain: bool,
    /// Evaluate as if it were this time: RFC 3339, such as 2026-12-01T09:00:00Z
    #[arg(long, value_name = "TIME")]
    at: Option<jiff::Timestamp>,
}

pub(super) fn run(args: &EvalArgs, global: &Global, output: &Output) -> Outcome {
    output.allow(&[Format::Human, Format::Json])?;
    let context = parse_context(&args.context)?;
    let at = args.at.map_or_else(At::system_clock, |at| At::unix(at.as_second()));
    let mut path = None;
    let answer = match (&args.bundle, &args.environment) {
        (Some(bundle), environment) => {
            let loaded = evaluate::load(bundle, args.trust.as_deref(), environment.as_deref())?;
            if !loaded.verified {
                output.note(
                    "UNVERIFIED: anybody can have written this document; `--trust FILE -e ENV` verifies it",
                );
            }
            evaluate::in_bundle(&loaded, &args.flag, &context, at)?
        }
        (None, Some(name)) => {
            let checked = check::check(&global.root()?);
            let environment = evaluate::environment(&checked.workspace, name)?;
            let (workspace, sources) = (&checked.workspace, &checked.sources);
            let answer = evaluate::in_workspace(workspace, &args.flag, environment, &context, at)?;
            let question = Question { workspace, sources, environment, context: &context, at };
            path = args.explain.then(|| evaluate::path(&question, &args.flag));
            answer
        }
        (None, None) => return Err(Failure::usage("name the environment with `-e ENV`")),
    };
    let path = match path {
        Some(Err(OpError::NotCompiled(obstacle))) => {
            output.note(&format!("the way to the answer cannot be shown: {obstacle}"));
            None
        }
        path => path.transpose()?,
    };
    output.answer(|| to_json(&answer, path.as_ref()), || human(&answer, args.explain, path.as_ref()));
    Ok(if answer.error.is_some() { NO } else { DONE })
}

fn parse_context(text: &str) -> Result<Context, Failure> {
    let text = match text.strip_prefix('@') {
        None => text.to_owned(),
        Some(path) => std::fs::read_to_string(path)
            .map_err(|source| Failure::Op(OpError::Read { path: path.into(), source }))?,
    };
    let wrong = |reason: String| {
        let help =
            "give a JSON object, such as '{\"targetingKey\": \"u-1\", \"country\": \"DE\"}'".to_owned();
        Failure::Usage(format!("the context is not a JSON object: {reason}"), Some(help))
    };
    let value: Value = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    if value.is_null() {
        return Err(wrong("it is `null`".to_owned()));
    }
    Context::from_value(value).ok_or_else(|| wrong("it is another JSON value".to_owned()))
}

/// The answer as JSON; the keys stand in this order.
#[derive(Serialize)]
struct JsonAnswer<'a> {
    version: u8,
    flag: &'a str,
    environment: Option<&'a str>,
    variant: Option<&'a str>,
    value: Option<&'a Value>,
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<JsonError<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<JsonRule<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket: Option<JsonBucket>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a explain::Path>,
}

#[derive(Serialize)]
struct JsonError<'a> {
    code: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
struct JsonRule<'a> {
    index: usize,
    name: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonBucket {
    position: u64,
    total: u64,
    from: u64,
    to: u64,
}

fn to_json(answer: &Answer, path: Option<&explain::Path>) -> String {
    json_line(&JsonAnswer {
        version: 1,
        flag: &answer.flag,
        environment: answer.environment.as_deref(),
        variant: answer.variant.as_deref(),
        value: answer.value.as_ref(),
        reason: answer.reason,
        error: answer.error.as_ref().map(|(code, message)| JsonError { code, message }),
        rule: match &answer.decided {
            Decided::Rule(index, name) => Some(JsonRule { index: *index, name: name.as_deref() }),
            Decided::Killed
            | Decided::Requirements
            | Decided::Serve(_)
            | Decided::Constant
            | Decided::Unknown => None,
        },
        bucket: answer.buckets.last().map(|bucket| JsonBucket {
            position: bucket.position,
            total: bucket.total,
            from: bucket.interval.start,
            to: bucket.interval.end,
        }),
        path,
    })
}

fn human(answer: &Answer, explain: bool, path: Option<&explain::Path>) -> String {
    let mut text = match (&answer.variant, &answer.value, &answer.error) {
        (_, _, Some((code, message))) => format!("error {code}: {message}\n"),
        (variant, value, None) => {
            let variant = variant.as_deref().unwrap_or("the caller's default");
            let value = value.as_ref().map(|value| format!(" = {value}")).unwrap_or_default();
            format!("{variant}{value}   ({})\n", answer.reason)
        }
    };
    if explain {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {}", decided(&answer.decided));
        let buckets = if path.is_some() { &[][..] } else { &answer.buckets };
        for bucket in buckets {
            let interval = &bucket.interval;
            let _ = writeln!(
                text,
                "  bucket {} of {}, in [{}, {})",
                bucket.position, bucket.total, interval.start, interval.end
            );
        }
    }
    if let Some(path) = path {
        text.push('\n');
        text.push_str(&super::path::shown(path));
    }
    text
}

fn decided(decided: &Decided) -> String {
    match decided {
        Decided::Killed => "the kill switch decided: `enabled = false`".to_owned(),
        Decided::Requirements => "a requirement is not met".to_owned(),
        Decided::Rule(index, Some(name)) => format!("rule {} decided: {name}", index + 1),
        Decided::Rule(index, None) => format!("rule {} decided", index + 1),
        Decided::Serve(None) => "no rule applies: `serve` decided".to_owned(),
        Decided::Serve(Some(second)) => {
            format!(
                "no rule applies: the step of the schedule at {} decided",
                flagc::format::Instant(*second)
            )
        }
        Decided::Constant => "the same for everybody".to_owned(),
        Decided::Unknown => "which rule decided is not known: a bundle has no names of rules".to_owned(),
    }
}
