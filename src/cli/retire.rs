//! `flagc retire`.

use std::path::{Path, PathBuf};

use clap::Args;
use flagc::ops::OpError;
use flagc::ops::refs;
use flagc::ops::retire::{self, Applied, Edit, Prepared};
use flagc::report::retire::{Format as PlanFormat, render};
use flagc::report::visible;
use flagc::retire::uses;

use super::output::Output;
use super::refs::{CodeArgs, say_doubts};
use super::{DONE, Failure, Format, Global, NO, Outcome, shown};

/// Say how a flag is taken out, and what stands in the way.
#[derive(Args)]
pub(super) struct RetireArgs {
    /// The flag
    flag: String,
    /// Delete its file, and take it out of releases and of requirements that are met for everybody
    #[arg(long)]
    apply: bool,
    /// Write rules for Polyglot Piranha into a new folder: they put the value that stays into the services' code
    #[arg(long, value_name = "DIR")]
    piranha: Option<PathBuf>,
    #[command(flatten)]
    code: CodeArgs,
    /// As of this time: RFC 3339, such as 2026-12-01T09:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    as_of: Option<jiff::Timestamp>,
}

pub(super) fn run(args: &RetireArgs, global: &Global, output: &Output) -> Outcome {
    output.allow(&[Format::Human, Format::Json, Format::Markdown])?;
    let root = global.root()?;
    let at = args.as_of.unwrap_or_else(jiff::Timestamp::now).as_second();
    let found = refs::refs(&root, &args.code.options(None)?, Some(jiff::Timestamp::now().as_second()))?;
    say_doubts(&found, output);
    let uses = (!found.scan.files.is_empty()).then(|| uses(&found.scan, &args.flag));
    let prepared = retire::plan(&root, &args.flag, at, uses.as_ref())?;
    if let Some(folder) = &args.piranha {
        write_rules(folder, &prepared, output)?;
    }
    if args.apply {
        return apply(&root, prepared, output);
    }
    output.result(&render(format(output), &prepared.plan));
    Ok(if prepared.plan.blockers.is_empty() { DONE } else { NO })
}

fn format(output: &Output) -> PlanFormat {
    match output.format {
        Format::Json => PlanFormat::Json,
        Format::Markdown => PlanFormat::Markdown,
        Format::Human
        | Format::Sarif
        | Format::Github
        | Format::Html
        | Format::Svg
        | Format::Dot
        | Format::Mermaid => PlanFormat::Human,
    }
}

fn write_rules(folder: &Path, prepared: &Prepared, output: &Output) -> Result<(), Failure> {
    let notes = retire::write_rules(folder, &prepared.plan).map_err(OpError::from)?;
    output.note(&format!("wrote rules into {}; `clean.py` there says how to use them", shown(folder)));
    for note in notes {
        output.note(&format!("note: {}", visible(&note)));
    }
    Ok(())
}

/// Prints the edits where they were made, and the plan where they were not.
fn apply(root: &Path, prepared: Prepared, output: &Output) -> Outcome {
    let plan = render(format(output), &prepared.plan);
    let edits = prepared.edits.clone();
    match retire::apply(root, prepared) {
        Ok(applied) => {
            let is_plain = output.format == Format::Human;
            let diff: String = edits.iter().map(Edit::diff).collect();
            output.result(if is_plain { &diff } else { &plan });
            told(root, &edits, &applied, output);
            Ok(DONE)
        }
        Err(refusal) => {
            output.result(&plan);
            Err(OpError::from(refusal).into())
        }
    }
}

fn told(root: &Path, edits: &[Edit], applied: &Applied, output: &Output) {
    for edit in edits {
        let verb = if edit.after.is_some() { "wrote" } else { "deleted" };
        output.note(&format!("{verb} {}", visible(&shown(&root.join(&edit.file)))));
    }
    for warning in &applied.warnings {
        output.note(&format!("note: `flagc check` says now: {}", visible(warning)));
    }
}
