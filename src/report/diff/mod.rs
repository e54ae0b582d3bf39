//! What a change means, as text: for people in a terminal, for a comment on a pull request, for programs.

mod github;
mod human;
mod json;
mod markdown;
mod words;

pub use json::shares_as_json;
pub(super) use words::percent;
pub use words::shares;

use crate::diff::{Diff, Verdict};
use crate::finding::Finding;
use crate::source::Position;

/// A diff with the names of its sides.
#[derive(Clone, Copy, Debug)]
pub struct Report<'d> {
    /// What changes.
    pub diff: &'d Diff,
    /// The base, as it was asked for, and its commit.
    pub base: (&'d str, Option<&'d str>),
    /// The head, likewise.
    pub head: (&'d str, Option<&'d str>),
    /// What became of the policies, where they were asked for.
    pub policies: &'d [Judged<'d>],
    /// What tells against the removal of flags.
    pub removals: &'d [Told<'d>],
    /// Goes before the paths of files: the workspace's folder in the repository.
    pub prefix: &'d str,
}

/// A policy's verdict with the place of the policy.
#[derive(Clone, Copy, Debug)]
pub struct Judged<'d> {
    /// The verdict.
    pub verdict: &'d Verdict,
    /// The file, relative to the workspace.
    pub file: &'d str,
    /// Where its name begins.
    pub start: Position,
    /// Where its name ends.
    pub end: Position,
}

/// A finding with its place.
#[derive(Clone, Copy, Debug)]
pub struct Told<'d> {
    /// The finding.
    pub finding: &'d Finding,
    /// The file, relative to the workspace; it may be gone.
    pub file: &'d str,
    /// Where the marked text begins.
    pub start: Position,
    /// Where it ends.
    pub end: Position,
}

/// The format of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For a terminal.
    Human,
    /// For a comment.
    Markdown,
    /// For programs; versioned.
    Json,
    /// Workflow commands of GitHub.
    Github,
}

/// Renders a diff.
pub fn render(format: Format, report: &Report<'_>) -> String {
    match format {
        Format::Human => human::render(report),
        Format::Markdown => markdown::render(report),
        Format::Json => json::render(report),
        Format::Github => github::render(report),
    }
}
