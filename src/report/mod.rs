//! From findings to text: one function for every output format, each in its own file. The findings are data and the
//! text is data; who prints, and on what kind of terminal, is decided above.

pub mod diff;
mod escape;
mod github;
pub mod graph;
mod human;
mod json;
mod lines;
mod markup;
pub mod plan;
pub mod readiness;
pub mod references;
pub mod retire;
mod sarif;
mod snippet;
pub mod stale;
#[cfg(test)]
mod tests;

pub use escape::{visible, visible_lines};

use crate::finding::{Finding, Severity};
use crate::source::Sources;
use json::{Location, location};

/// An output format of `flagc check`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people: the line, the span, a label, advice.
    Human,
    /// Versioned JSON for programs.
    Json,
    /// SARIF 2.1.0 for code scanning.
    Sarif,
    /// Workflow commands that GitHub Actions turns into annotations.
    Github,
}

impl Format {
    /// All formats, in the order of the documentation.
    pub const ALL: [Self; 4] = [Self::Human, Self::Json, Self::Sarif, Self::Github];

    /// Its name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Github => "github",
        }
    }
}

/// What was looked at and how much was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Flags that were checked.
    pub flags: usize,
    /// Services that were checked.
    pub services: usize,
    /// Findings at error level.
    pub errors: usize,
    /// Findings at warning level.
    pub warnings: usize,
}

impl Summary {
    /// Counts the findings by severity.
    pub fn of(findings: &[Finding], flags: usize, services: usize) -> Self {
        let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
        Self { flags, services, errors, warnings: findings.len() - errors }
    }

    /// `2 errors, 1 warning in 14 flags`.
    pub fn sentence(&self) -> String {
        let found = match (self.errors, self.warnings) {
            (0, 0) => "no findings".to_owned(),
            (errors, 0) => counted(errors, "error"),
            (0, warnings) => counted(warnings, "warning"),
            (errors, warnings) => {
                format!("{}, {}", counted(errors, "error"), counted(warnings, "warning"))
            }
        };
        format!("{found} in {}", counted(self.flags, "flag"))
    }
}

/// What the formats need to know about the world outside.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    /// Whether to write ANSI colours (`human`).
    pub color: bool,
    /// Whether to draw with more than ASCII (`human`).
    pub unicode: bool,
    /// Columns of the terminal (`human`); less than 40 is taken as 40.
    pub width: usize,
    /// The workspace's folder relative to the root of its repository, with `/` between folders; empty where it is the
    /// root. Code hosts name files from there (`sarif`, `github`).
    pub prefix: &'a str,
    /// The version of flagc (`sarif`).
    pub version: &'a str,
    /// What is known about each rule (`sarif`), sorted by id.
    pub rules: &'a [RuleText<'a>],
}

/// A rule as the outside sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleText<'a> {
    /// Its stable name.
    pub id: &'a str,
    /// What it finds, in one sentence.
    pub summary: &'a str,
    /// Its page, in Markdown.
    pub help: &'a str,
    /// How much its findings weigh unless the workspace says otherwise; none where it is silent.
    pub severity: Option<Severity>,
}

/// Writes findings in one of the formats; the text ends with a newline. Findings appear in the order given.
pub fn render(
    format: Format,
    findings: &[Finding],
    sources: &Sources,
    summary: &Summary,
    options: &Options<'_>,
) -> String {
    match format {
        Format::Human => human::render(findings, sources, summary, options),
        Format::Json => json::render(findings, sources, summary),
        Format::Sarif => sarif::render(findings, sources, options),
        Format::Github => github::render(findings, sources, summary, options),
    }
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// A path of the workspace as seen from the root of its repository.
fn repository_path(prefix: &str, path: &str) -> String {
    match prefix.trim_end_matches('/') {
        "" => path.to_owned(),
        folder => format!("{folder}/{path}"),
    }
}

/// One JSON document on one line.
fn to_json_line(document: &impl serde::Serialize) -> String {
    // INVARIANT: the documents are structs of strings, numbers and lists; only maps with other keys than strings and
    // failing `Serialize` implementations could make this an error.
    let mut text = serde_json::to_string(document).unwrap_or_default();
    text.push('\n');
    text
}
