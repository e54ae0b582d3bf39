//! `flagc refs`.

use std::path::PathBuf;

use clap::Args;
use flagc::artifact::{OutputFile, Visibility, write_all};
use flagc::finding::Severity;
use flagc::format::Days;
use flagc::ops::OpError;
use flagc::ops::refs::{self, Found, Options};
use flagc::report::references::{Report, render};
use flagc::report::{self, Summary};

use super::check::rule_texts;
use super::output::Output;
use super::{DONE, Failure, Format, Global, NO, Outcome};

/// Say where the services' code names flags, and what of that does not fit.
#[derive(Args)]
pub(super) struct RefsArgs {
    /// Only this service
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    #[command(flatten)]
    code: CodeArgs,
    /// Write the answer into FILE: with `--format json`, a report for another repository
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Whose code is looked at.
#[derive(Args)]
pub(super) struct CodeArgs {
    /// Look at this code besides what service files name
    #[arg(long, value_name = "SERVICE=PATH", value_parser = code)]
    code: Vec<(String, PathBuf)>,
    /// Join what `flagc refs --format json` found in other repositories
    #[arg(long, value_name = "FILE", num_args = 1..)]
    refs: Vec<PathBuf>,
    /// Do not believe reports on code that was committed longer ago than so many days [default: as `[references]` in
    /// flagc.toml says, else 14d]
    #[arg(long, value_name = "DAYS", value_parser = days)]
    refs_max_age: Option<Days>,
}

fn code(text: &str) -> Result<(String, PathBuf), String> {
    let (service, path) = text.split_once('=').ok_or("it is written SERVICE=PATH")?;
    Ok((service.to_owned(), PathBuf::from(path)))
}

fn days(text: &str) -> Result<Days, String> {
    let days: Option<u32> = text.strip_suffix('d').and_then(|days| days.parse().ok());
    days.map(Days).ok_or_else(|| "write a number of days, such as `14d`".to_owned())
}

impl CodeArgs {
    /// What is asked, for one service or all.
    pub(super) fn options(&self, service: Option<&str>) -> Result<Options, Failure> {
        let reports = self.refs.iter().map(|path| refs::report(path)).collect::<Result<Vec<_>, OpError>>()?;
        Ok(Options {
            service: service.map(str::to_owned),
            code: self.code.clone(),
            current: std::env::current_dir().unwrap_or_default(),
            reports,
            max_age: self.refs_max_age,
        })
    }
}

/// Says which reports are not believed.
pub(super) fn say_doubts(found: &Found, output: &Output) {
    for doubt in &found.doubts {
        output.note(&format!("{doubt}: it is not believed"));
    }
}

pub(super) fn run(args: &RefsArgs, global: &Global, output: &Output) -> Outcome {
    output.allow(&[Format::Human, Format::Json, Format::Markdown, Format::Sarif, Format::Github])?;
    let root = global.root()?;
    let options = args.code.options(args.service.as_deref())?;
    let found = refs::refs(&root, &options, Some(jiff::Timestamp::now().as_second()))?;
    let text = text(&found, args, output);
    match &args.output {
        Some(path) => {
            let file =
                OutputFile { path: path.clone(), bytes: text.into_bytes(), visibility: Visibility::Shared };
            write_all(&[file]).map_err(OpError::from)?;
        }
        None => output.result(&text),
    }
    let failed = found.findings.iter().any(|finding| finding.severity == Severity::Error);
    Ok(if failed { NO } else { DONE })
}

fn text(found: &Found, args: &RefsArgs, output: &Output) -> String {
    let flags: Vec<&str> = found.workspace.flags.iter().map(|flag| flag.key.as_str()).collect();
    let told = Report {
        service: args.service.as_deref(),
        scan: &found.scan,
        committed: found.committed.as_ref(),
        unsearched: &found.unsearched,
        flags: &flags,
    };
    let findings = |format| {
        let rules = rule_texts();
        let options = report::Options {
            color: output.color && args.output.is_none(),
            unicode: true,
            width: output.width,
            prefix: "",
            version: env!("CARGO_PKG_VERSION"),
            rules: &rules,
        };
        let summary = Summary::of(&found.findings, flags.len(), found.workspace.services.len());
        report::render(format, &found.findings, &found.sources, &summary, &options)
    };
    match output.format {
        Format::Json => render(report::references::Format::Json, &told),
        Format::Markdown => render(report::references::Format::Markdown, &told),
        Format::Sarif => findings(report::Format::Sarif),
        Format::Github => findings(report::Format::Github),
        Format::Human | Format::Html | Format::Svg | Format::Dot | Format::Mermaid => {
            let list = render(report::references::Format::Human, &told);
            if found.findings.is_empty() {
                list
            } else {
                format!("{list}\n{}", findings(report::Format::Human))
            }
        }
    }
}
