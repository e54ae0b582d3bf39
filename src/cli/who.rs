//! `flagc who`.

use std::fmt::Write as _;

use clap::Args;
use flagc::format::Instant;
use flagc::ops::evaluate;
use flagc::ops::who::{self, Exposure, Group};
use flagc::report::diff::{shares, shares_as_json};
use flagc::workspace;
use serde_json::{Value, json};

use super::output::{Output, json_line};
use super::{DONE, Format, Global, Outcome};

/// Say who is served what.
#[derive(Args)]
pub(super) struct WhoArgs {
    /// The flag
    flag: String,
    /// The environment
    #[arg(short, long = "env", value_name = "ENV")]
    environment: String,
    /// As of this time: RFC 3339, such as 2026-12-01T09:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<jiff::Timestamp>,
}

pub(super) fn run(args: &WhoArgs, global: &Global, output: &Output) -> Outcome {
    output.allow(&[Format::Human, Format::Json])?;
    let workspace = workspace::load(&global.root()?).workspace;
    let environment = evaluate::environment(&workspace, &args.environment)?;
    let at = args.at.unwrap_or_else(jiff::Timestamp::now).as_second();
    let exposure = who::who(&workspace, &args.flag, environment, at)?;
    output.answer(|| json_line(&to_json(&exposure)), || human(&exposure));
    Ok(DONE)
}

fn to_json(exposure: &Exposure) -> Value {
    let groups = |groups: &[Group]| -> Vec<Value> {
        let one = |group: &Group| {
            let witness = group.witness.as_ref();
            json!({
                "when": group.when,
                "serves": shares_as_json(&group.serves),
                "witness": witness.map(|(context, variant)| json!({"context": context, "variant": variant})),
            })
        };
        groups.iter().map(one).collect()
    };
    let scheduled = exposure.scheduled.iter();
    let scheduled: Vec<Value> = scheduled
        .map(|(at, then)| json!({"at": Instant(*at).to_string(), "regions": groups(then)}))
        .collect();
    json!({
        "version": 1,
        "flag": exposure.flag,
        "environment": exposure.environment,
        "regions": groups(&exposure.groups),
        "scheduled": scheduled,
    })
}

fn human(exposure: &Exposure) -> String {
    let mut text = format!("{}  {}\n", exposure.environment, exposure.flag);
    groups(&mut text, &exposure.groups, &exposure.off);
    for (at, then) in &exposure.scheduled {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "from {} on", Instant(*at));
        groups(&mut text, then, &exposure.off);
    }
    text
}

fn groups(text: &mut String, groups: &[Group], off: &str) {
    let width = groups.iter().map(|group| group.when.chars().count()).max().unwrap_or(0).min(60);
    for group in groups {
        let _ = writeln!(text, "  {:width$}   {}", group.when, shares(&group.serves, off));
        if let Some((context, variant)) = &group.witness {
            let _ = writeln!(text, "      e.g. {}   {variant}", Value::Object(context.clone()));
        }
    }
}
