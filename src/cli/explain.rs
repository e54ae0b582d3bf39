//! `flagc explain`.

use clap::Args;
use flagc::rules;
use flagc::workspace::did_you_mean;

use super::output::Output;
use super::{DONE, Failure, Format, Outcome};

/// Explain a rule, with an example; without one, list all rules.
#[derive(Args)]
pub(super) struct ExplainArgs {
    /// The rule
    rule: Option<String>,
}

pub(super) fn run(args: &ExplainArgs, output: &Output) -> Outcome {
    output.allow(&[Format::Human])?;
    let Some(name) = &args.rule else {
        let width = rules::ALL.iter().map(|rule| rule.id.0.len()).max().unwrap_or(0);
        for rule in rules::ALL {
            output.result(&format!("{:width$}  {:13}  {}\n", rule.id.0, rule.level.as_str(), rule.summary));
        }
        return Ok(DONE);
    };
    let Some(rule) = rules::ALL.iter().find(|rule| rule.id.0 == name) else {
        let names = rules::ALL.iter().map(|rule| rule.id.0);
        return Err(Failure::Usage(format!("there is no rule `{name}`"), did_you_mean(name, names)));
    };
    let level = rule.level.as_str();
    output.result(&format!("{name}  ({}, {level})\n{}\n\n{}", rule.group.as_str(), rule.summary, rule.page));
    Ok(DONE)
}
