//! `flagc check`.

use std::path::{Path, PathBuf};

use clap::Args;
use flagc::finding::{Finding, Severity};
use flagc::ops::OpError;
use flagc::ops::check::{self, Checked};
use flagc::report::{self, RuleText, Summary};
use flagc::rule::Level;
use flagc::rules;

use super::output::Output;
use super::{DONE, Failure, Format, Global, NO, Outcome};

/// Prove what can be proved about the workspace.
#[derive(Args)]
pub(super) struct CheckArgs {
    /// Show only findings in these files and folders; the whole workspace is read all the same
    paths: Vec<PathBuf>,
    /// Treat warnings as errors
    #[arg(long, value_name = "WHAT", value_parser = ["warnings"])]
    deny: Option<String>,
    /// Take what is live from this file for this run; its name says the environment, unless it is ENV=FILE
    #[arg(long, value_name = "[ENV=]FILE")]
    deployments: Vec<String>,
    /// As of this time: RFC 3339, such as 2026-12-01T09:00:00Z [default: when HEAD was committed]
    #[arg(long, value_name = "TIME")]
    as_of: Option<jiff::Timestamp>,
    /// The change is what differs from the merge base with this revision: only in its files can age be an error
    /// [default: the commit that is checked out, and what is not committed]
    #[arg(long, value_name = "BASE")]
    against: Option<String>,
    /// Where services' code names flags, as `flagc refs --format json` writes it: a flag that is read may not be removed
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "against")]
    refs: Vec<PathBuf>,
}

pub(super) fn run(args: &CheckArgs, global: &Global, output: &Output) -> Outcome {
    output.allow(&[Format::Human, Format::Json, Format::Sarif, Format::Github])?;
    let root = global.root()?;
    let wanted = args.paths.iter().map(|path| existing(path)).collect::<Result<Vec<_>, _>>()?;
    let as_of = args.as_of.map(jiff::Timestamp::as_second);
    let options = check::Options {
        deployments: args.deployments.clone(),
        as_of,
        against: args.against.clone(),
        refs: args.refs.clone(),
    };
    let mut checked = check::check_with(&root, &options)?;
    if args.deny.is_some() {
        for finding in &mut checked.findings {
            finding.severity = Severity::Error;
        }
    }
    if let Some(why) = &checked.skipped {
        output.note(why);
    }
    let shown = filter(&checked, &root, &wanted);
    print(&shown, &checked, &root, output);
    let failed = shown.iter().any(|finding| finding.severity == Severity::Error);
    // The process ends here: giving 100,000 flags back piece by piece would be felt.
    std::mem::forget(checked);
    Ok(if failed { NO } else { DONE })
}

/// A PATH, which is read from where the user stands, whatever `-C` says. One that does not exist is a mistake: it would
/// hide every finding.
fn existing(path: &Path) -> Result<PathBuf, Failure> {
    path.canonicalize().map_err(|source| OpError::Read { path: path.to_path_buf(), source }.into())
}

/// The findings in the given files and folders; all of them where none is given. Findings of `flagc.toml` concern
/// every file, so they are always shown.
fn filter(checked: &Checked, root: &Path, wanted: &[PathBuf]) -> Vec<Finding> {
    let root = absolute(root);
    let concerns = |finding: &&Finding| {
        let path = &checked.sources.file(finding.place.file).path;
        let file = root.join(path);
        wanted.is_empty() || path == "flagc.toml" || wanted.iter().any(|wanted| file.starts_with(wanted))
    };
    checked.findings.iter().filter(concerns).cloned().collect()
}

fn absolute(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

/// Prints findings in the format that was asked for.
pub(super) fn print(findings: &[Finding], checked: &Checked, root: &Path, output: &Output) {
    let summary = Summary::of(findings, checked.flag_count(), checked.workspace.services.len());
    let rules = rule_texts();
    let format = match output.format {
        Format::Human | Format::Markdown | Format::Html | Format::Svg | Format::Dot | Format::Mermaid => {
            report::Format::Human
        }
        Format::Json => report::Format::Json,
        Format::Sarif => report::Format::Sarif,
        Format::Github => report::Format::Github,
    };
    let options = report::Options {
        color: output.color,
        unicode: true,
        width: output.width,
        prefix: &prefix(root),
        version: env!("CARGO_PKG_VERSION"),
        rules: &rules,
    };
    output.result(&report::render(format, findings, &checked.sources, &summary, &options));
}

/// The workspace's folder relative to the folder that holds `.git`: code hosts name files from there.
fn prefix(root: &Path) -> String {
    let root = absolute(root);
    let repository = root.ancestors().find(|folder| folder.join(".git").exists());
    let relative = repository.and_then(|repository| root.strip_prefix(repository).ok());
    let parts =
        relative.into_iter().flat_map(Path::components).map(|part| part.as_os_str().to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

/// What the rules say of themselves.
pub(super) fn rule_texts() -> Vec<RuleText<'static>> {
    rules::ALL
        .iter()
        .map(|rule| RuleText {
            id: rule.id.0,
            summary: rule.summary,
            help: rule.page,
            severity: Some(match rule.level {
                Level::Fixed | Level::Error => Severity::Error,
                Level::Warning => Severity::Warning,
            }),
        })
        .collect()
}
