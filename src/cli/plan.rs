//! `flagc plan`.

use clap::Args;
use flagc::ops::{check, evaluate, plan};
use flagc::report::plan::{plan_as_json, plan_as_text};

use super::output::{Output, json_line};
use super::ready::FactsArgs;
use super::{DONE, Failure, Format, Global, NO, Outcome};

/// Print the whole way to a flag or a release that is on, and back.
#[derive(Args)]
pub(super) struct PlanArgs {
    /// The flag or the release; `flag:NAME` or `release:NAME` where both exist
    #[arg(value_name = "FLAG|RELEASE")]
    target: String,
    /// The environment
    #[arg(short, long = "env", value_name = "ENV")]
    environment: String,
    /// How many are to get it in the end, in percent [default: 100]
    #[arg(long, value_name = "PERCENT")]
    to: Option<String>,
    /// The variant to roll out [default: the only one besides the off variant, or `on`]
    #[arg(long, value_name = "VARIANT")]
    serve: Option<String>,
    #[command(flatten)]
    facts: FactsArgs,
}

pub(super) fn run(args: &PlanArgs, global: &Global, output: &Output) -> Outcome {
    output.allow(&[Format::Human, Format::Json])?;
    let to = args.to.as_deref().map(percent).transpose()?;
    let loaded = check::load(&global.root()?, &args.facts.deployments)?;
    let environment = evaluate::environment(&loaded.workspace, &args.environment)?;
    let request = plan::Request {
        target: &args.target,
        environment,
        to,
        serve: args.serve.as_deref(),
        at: args.facts.at(),
    };
    let plan = plan::plan(&loaded.workspace, &request)?;
    output.answer(
        || json_line(&plan_as_json(&plan)),
        || {
            format!(
                "{} in {}: {}\n\n{}",
                args.target,
                args.environment,
                if plan.is_safe() { "every step is safe" } else { "not every step is safe" },
                plan_as_text(&plan)
            )
        },
    );
    Ok(if plan.is_safe() { DONE } else { NO })
}

/// A percentage with at most three decimals, in thousandths.
fn percent(text: &str) -> Result<u32, Failure> {
    let wrong =
        || Failure::usage(format!("`{text}` is not a percentage from 0 to 100 with at most three decimals"));
    let number = text.strip_suffix('%').unwrap_or(text).trim();
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(decimals) || decimals.len() > 3 {
        return Err(wrong());
    }
    let thousandths = format!("{whole}{decimals:0<3}").parse::<u32>().map_err(|_| wrong())?;
    if thousandths <= 100_000 { Ok(thousandths) } else { Err(wrong()) }
}
