//! `flagc diff`.

use std::path::PathBuf;

use clap::Args;
use flagc::diff::{Revision, Verdict, judge};
use flagc::finding::{Finding, Severity};
use flagc::ops::diff::{self, Compared};
use flagc::report;
use flagc::report::diff::{Judged, Report, Told};

use super::check::rule_texts;
use super::output::Output;
use super::{DONE, Format, Global, NO, Outcome};

/// Say who gets something else between two revisions.
#[derive(Args)]
pub(super) struct DiffArgs {
    /// What to compare with [default: the merge base with the main branch]
    base: Option<String>,
    /// What to compare [default: the work tree]
    head: Option<String>,
    /// As of this time: RFC 3339, such as 2026-12-01T09:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<jiff::Timestamp>,
    /// Judge the change by the policies of `flagc.toml`; exit 1 if it breaks one, or removes a flag too early
    #[arg(long)]
    policy: bool,
    /// A team that has approved the change; may be given more than once
    #[arg(long, value_name = "TEAM", value_delimiter = ',', requires = "policy")]
    approved_by: Vec<String>,
    /// Where services' code names flags, as `flagc refs --format json` writes it: a flag that is read may not be removed
    #[arg(long, value_name = "FILE", num_args = 1..)]
    refs: Vec<PathBuf>,
}

pub(super) fn run(args: &DiffArgs, global: &Global, output: &Output) -> Outcome {
    output.allow(&[Format::Human, Format::Markdown, Format::Json, Format::Github])?;
    let at = args.at.unwrap_or_else(jiff::Timestamp::now).as_second();
    let compared = diff::diff(&global.start()?, args.base.as_deref(), args.head.as_deref(), at, &args.refs)?;
    say_what_is_wrong(&compared, output);
    let (base, head) = (&compared.pair.base.loaded.workspace, &compared.pair.head.loaded.workspace);
    let verdicts = if args.policy {
        judge(&base.config, &head.config, &compared.diff, &args.approved_by)
    } else {
        Vec::new()
    };
    let is_sound = !compared.removals.iter().any(|finding| finding.severity == Severity::Error);
    let is_kept = verdicts.iter().all(|verdict| verdict.broken.is_empty());
    output.result(&render(&compared, &verdicts, output));
    // The process ends here: giving two workspaces back piece by piece would be felt.
    std::mem::forget(compared);
    Ok(if is_kept && (is_sound || !args.policy) { DONE } else { NO })
}

/// What does not load cannot be compared, so its findings are told, on stderr.
fn say_what_is_wrong(compared: &Compared, output: &Output) {
    let names = [&compared.pair.base.name, &compared.pair.head.name];
    for ((findings, sources), name) in compared.findings.iter().zip(compared.sources()).zip(names) {
        let errors: Vec<Finding> =
            findings.iter().filter(|finding| finding.severity == Severity::Error).cloned().collect();
        if errors.is_empty() {
            continue;
        }
        output.note(&format!("{name} has errors; what they concern is not compared:"));
        let rules = rule_texts();
        let options = report::Options {
            color: false,
            unicode: true,
            width: output.width,
            prefix: "",
            version: env!("CARGO_PKG_VERSION"),
            rules: &rules,
        };
        let summary = report::Summary::of(&errors, 0, 0);
        output.note(&report::render(report::Format::Human, &errors, sources, &summary, &options));
    }
}

/// The verdicts with the places of the policies.
fn judged<'c>(compared: &'c Compared, verdicts: &'c [Verdict]) -> Vec<Judged<'c>> {
    let place = |verdict: &'c Verdict| {
        let side = match verdict.revision {
            Revision::Base => &compared.pair.base,
            Revision::Head => &compared.pair.head,
        };
        let file = side.loaded.sources.file(side.loaded.workspace.config.file);
        let (start, end) = (file.position(verdict.span.start), file.position(verdict.span.end));
        Judged { verdict, file: &file.path, start, end }
    };
    verdicts.iter().map(place).collect()
}

/// What tells against removals, with its places.
fn told(compared: &Compared) -> Vec<Told<'_>> {
    let place = |finding: &'_ Finding| {
        let file = compared.pair.head.loaded.sources.file(finding.place.file);
        let span = finding.place.span;
        (file, file.position(span.start), file.position(span.end))
    };
    let told = compared.removals.iter().map(|finding| {
        let (file, start, end) = place(finding);
        Told { finding, file: &file.path, start, end }
    });
    told.collect()
}

fn render(compared: &Compared, verdicts: &[Verdict], output: &Output) -> String {
    let (base, head) = (&compared.pair.base, &compared.pair.head);
    let report = Report {
        diff: &compared.diff,
        base: (&base.name, base.commit.as_deref()),
        head: (&head.name, head.commit.as_deref()),
        policies: &judged(compared, verdicts),
        removals: &told(compared),
        prefix: head.folder.as_deref().unwrap_or_default(),
    };
    let format = match output.format {
        Format::Markdown => report::diff::Format::Markdown,
        Format::Json => report::diff::Format::Json,
        Format::Github => report::diff::Format::Github,
        Format::Human | Format::Sarif | Format::Html | Format::Svg | Format::Dot | Format::Mermaid => {
            report::diff::Format::Human
        }
    };
    report::diff::render(format, &report)
}
