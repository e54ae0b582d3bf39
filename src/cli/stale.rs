//! `flagc stale`.

use std::path::Path;

use clap::Args;
use flagc::constancy::Extent;
use flagc::ops::past::{AsOf, Past, Reach};
use flagc::ops::refs;
use flagc::ops::stale::{self, Code, Options, Stale};
use flagc::report::stale::Report;
use flagc::report::{self, Summary};
use flagc::staleness::{State, day};
use flagc::workspace;

use super::check::rule_texts;
use super::output::Output;
use super::refs::{CodeArgs, say_doubts};
use super::{DONE, Failure, Format, Global, NO, Outcome};

/// Say which flags are done, since when, and what stands against taking them out.
#[derive(Args)]
pub(super) struct StaleArgs {
    /// As of this day, time or commit: 2026-08-25, 2026-08-25T09:00:00Z, a branch, a tag, a commit [default: now]
    #[arg(long, value_name = "DATE|COMMIT")]
    as_of: Option<String>,
    /// Only flags of this owner; may be given more than once
    #[arg(long, value_name = "OWNER", value_delimiter = ',')]
    owner: Vec<String>,
    /// Only flags in this state; may be given more than once
    #[arg(long, value_name = "STATE", value_delimiter = ',', value_enum)]
    state: Vec<StateArg>,
    /// Only what became stale since this revision: exit 1 if anything did
    #[arg(long, value_name = "REV")]
    new_since: Option<String>,
    #[command(flatten)]
    code: CodeArgs,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum StateArg {
    Active,
    Launched,
    Abandoned,
    Expired,
    Overdue,
    ReviewDue,
    Snoozed,
    Permanent,
}

impl From<StateArg> for State {
    fn from(state: StateArg) -> Self {
        match state {
            StateArg::Active => Self::Active,
            StateArg::Launched => Self::Launched,
            StateArg::Abandoned => Self::Abandoned,
            StateArg::Expired => Self::Expired,
            StateArg::Overdue => Self::Overdue,
            StateArg::ReviewDue => Self::ReviewDue,
            StateArg::Snoozed => Self::Snoozed,
            StateArg::Permanent => Self::Permanent,
        }
    }
}

pub(super) fn run(args: &StaleArgs, global: &Global, output: &Output) -> Outcome {
    output.allow(&[Format::Human, Format::Json, Format::Markdown, Format::Html, Format::Sarif])?;
    let start = global.start()?;
    let options = Options {
        as_of: as_of(args.as_of.as_deref())?,
        // Only the page shows what was served before.
        extent: if output.format == Format::Html { Extent::Whole } else { Extent::Present },
        owners: args.owner.clone(),
        states: args.state.iter().copied().map(State::from).collect(),
        new_since: args.new_since.clone(),
        code: code(args, &start, output)?,
    };
    let stale = stale::stale(&start, &options)?;
    let now = jiff::Timestamp::now().as_second();
    if stale.past.as_of > now + 86_400 && args.as_of.is_none() {
        let newest = day(stale.past.as_of);
        output.note(&format!(
            "the newest commit is dated {newest}, which is still to come: `--as-of` says another time"
        ));
    }
    output.result(&render(&stale, output));
    let fails = stale.fails();
    // The process ends here: giving a workspace and its history back piece by piece would be felt.
    std::mem::forget(stale);
    Ok(if fails { NO } else { DONE })
}

/// What is known of the services' code, if anything says where it lies.
fn code(args: &StaleArgs, start: &Path, output: &Output) -> Result<Option<Code>, Failure> {
    let Some(root) = workspace::find_root(start) else { return Ok(None) };
    let found = refs::refs(&root, &args.code.options(None)?, Some(jiff::Timestamp::now().as_second()))?;
    say_doubts(&found, output);
    let is_known = !found.scan.files.is_empty();
    Ok(is_known.then(|| Code { scan: found.scan, unsearched: found.unsearched.into_keys().collect() }))
}

/// A day begins at 0:00 UTC; what is neither a day nor a time is a revision.
fn as_of(text: Option<&str>) -> Result<AsOf, Failure> {
    let Some(text) = text else { return Ok(AsOf::Now(jiff::Timestamp::now().as_second())) };
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Ok(AsOf::Time(time.as_second()));
    }
    match text.parse::<jiff::civil::Date>() {
        Ok(day) => {
            let start = day.to_zoned(jiff::tz::TimeZone::UTC);
            let start = start.map_err(|_| Failure::usage(format!("`{text}` is too far away")))?;
            Ok(AsOf::Time(start.timestamp().as_second()))
        }
        Err(_) if looks_like_a_date(text) => Err(Failure::usage(format!(
            "there is no day `{text}`: write a day as 2026-08-25, a time as 2026-08-25T09:00:00Z"
        ))),
        Err(_) => Ok(AsOf::Revision(text.to_owned())),
    }
}

/// Whether a text begins with three numbers as a date does: no branch is called so by chance.
fn looks_like_a_date(text: &str) -> bool {
    let day = text.split(['T', 't', ' ']).next().unwrap_or_default();
    let is_number = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    match day.split('-').collect::<Vec<_>>()[..] {
        [year, month, day] => is_number(year, 4) && is_number(month, 2) && is_number(day, 2),
        _ => false,
    }
}

fn render(stale: &Stale, output: &Output) -> String {
    let past = &stale.past;
    let prefix = past.folder.as_deref().unwrap_or_default();
    let notes = notes(past);
    let report = Report {
        workspace: &past.loaded.workspace,
        sources: &past.loaded.sources,
        prefix,
        commit: past.commit.as_deref(),
        as_of: past.as_of,
        staleness: &stale.staleness,
        histories: &past.histories,
        shown: &stale.shown,
        by_state: stale.by_state,
        new: stale.new.as_ref(),
        over_budget: &stale.over_budget,
        notes: &notes,
    };
    let format = match output.format {
        Format::Json => report::stale::Format::Json,
        Format::Markdown => report::stale::Format::Markdown,
        Format::Html => report::stale::Format::Html,
        Format::Sarif => {
            let rules = rule_texts();
            let options = report::Options {
                color: false,
                unicode: true,
                width: output.width,
                prefix,
                version: env!("CARGO_PKG_VERSION"),
                rules: &rules,
            };
            let summary = Summary::of(&stale.findings, stale.shown.len(), 0);
            let (findings, sources) = (&stale.findings, &past.loaded.sources);
            return report::render(report::Format::Sarif, findings, sources, &summary, &options);
        }
        Format::Human | Format::Github | Format::Svg | Format::Dot | Format::Mermaid => {
            report::stale::Format::Human
        }
    };
    report::stale::render(format, &report)
}

/// What has to be known to read the answer right.
fn notes(past: &Past) -> Vec<String> {
    let note = match past.reach {
        Reach::Whole => return Vec::new(),
        Reach::Shallow => {
            "this is a shallow clone: what is older than its oldest commit is told as \"at least\"; fetch the rest with \
             `git fetch --unshallow` (in CI: `fetch-depth: 0`)"
        }
        Reach::Unborn => "nothing is committed yet: since when flags serve what they serve is not known",
        Reach::Outside => {
            "the workspace is in no Git repository: since when flags serve what they serve is not known"
        }
    };
    vec![note.to_owned()]
}
