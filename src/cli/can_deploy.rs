//! `flagc can-deploy`.

use std::fmt::Write as _;

use clap::Args;
use flagc::ops::can_deploy::{self, Answer};
use flagc::ops::{check, evaluate};
use flagc::report::readiness::{RowJson, rows_as_json, rows_as_text};
use flagc::source::Sources;
use serde::Serialize;

use super::output::{Output, json_line};
use super::ready::FactsArgs;
use super::{DONE, Failure, Format, Global, NO, Outcome};

/// Say which flags a version of a service would break, on its way out or back.
#[derive(Args)]
pub(super) struct CanDeployArgs {
    /// The service
    service: String,
    /// The version: semantic, or any label
    version: String,
    /// The environment; may be given more than once [default: all]
    #[arg(short, long = "env", value_name = "ENV")]
    environment: Vec<String>,
    /// What the version was built with; may be given more than once
    #[arg(long, value_name = "FLAG:VARIANT", value_delimiter = ',')]
    capability: Vec<String>,
    #[command(flatten)]
    facts: FactsArgs,
}

pub(super) fn run(args: &CanDeployArgs, global: &Global, output: &Output) -> Outcome {
    output.allow(&[Format::Human, Format::Json])?;
    if args.version.trim().is_empty() {
        return Err(Failure::usage("the version is empty"));
    }
    let loaded = check::load(&global.root()?, &args.facts.deployments)?;
    let environments = args
        .environment
        .iter()
        .map(|name| evaluate::environment(&loaded.workspace, name))
        .collect::<Result<_, _>>()?;
    let request = can_deploy::Request {
        service: &args.service,
        version: &args.version,
        capabilities: &args.capability,
        environments,
        at: args.facts.at(),
    };
    let answers = can_deploy::can_deploy(&loaded.workspace, &request)?;
    output.answer(|| to_json(args, &answers, &loaded.sources), || human(args, &answers, &loaded.sources));
    Ok(if answers.iter().all(|answer| answer.rows.is_empty()) { DONE } else { NO })
}

#[derive(Serialize)]
struct JsonAnswer<'a> {
    version: u8,
    service: &'a str,
    deploy: &'a str,
    can_deploy: bool,
    environments: Vec<JsonEnvironment<'a>>,
    verdicts: Vec<RowJson<'a>>,
}

#[derive(Serialize)]
struct JsonEnvironment<'a> {
    environment: &'a str,
    flags: usize,
    can_deploy: bool,
}

fn to_json(args: &CanDeployArgs, answers: &[Answer], sources: &Sources) -> String {
    let environments = answers.iter().map(|answer| JsonEnvironment {
        environment: &answer.environment,
        flags: answer.flags,
        can_deploy: answer.rows.is_empty(),
    });
    json_line(&JsonAnswer {
        version: 1,
        service: &args.service,
        deploy: &args.version,
        can_deploy: answers.iter().all(|answer| answer.rows.is_empty()),
        environments: environments.collect(),
        verdicts: rows_as_json(answers.iter().flat_map(|answer| &answer.rows), sources),
    })
}

fn human(args: &CanDeployArgs, answers: &[Answer], sources: &Sources) -> String {
    let mut text = String::new();
    for answer in answers {
        let flags = answer.flags;
        let verdict = if answer.rows.is_empty() { "yes" } else { "no" };
        let plural = if flags == 1 { "flag asks" } else { "flags ask" };
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{} {} in {}: {verdict}   ({flags} {plural} {})",
            args.service, args.version, answer.environment, args.service
        );
        text.push_str(&rows_as_text(&answer.rows.iter().collect::<Vec<_>>(), sources));
    }
    text
}
