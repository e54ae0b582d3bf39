//! What depends on what, as text: for people in a terminal, as a picture, for programs that draw, for others.

mod dot;
mod human;
mod json;
mod layout;
mod mermaid;
mod svg;
mod words;

use crate::graph::Selection;
use crate::model::{EnvironmentId, Workspace};
use crate::source::Sources;

/// A graph with what it is about.
#[derive(Clone, Copy, Debug)]
pub struct Report<'g> {
    /// What is shown.
    pub selection: &'g Selection,
    /// The workspace it is of.
    pub workspace: &'g Workspace,
    /// Its files.
    pub sources: &'g Sources,
    /// The environment it is about, where only one is.
    pub environment: Option<EnvironmentId>,
}

/// The format of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For a terminal: every edge on a line.
    Human,
    /// For programs; versioned.
    Json,
    /// A picture.
    Svg,
    /// For Graphviz.
    Dot,
    /// For Markdown.
    Mermaid,
}

/// Renders a graph; the text ends with a newline, and is the same for the same workspace.
pub fn render(format: Format, report: &Report<'_>) -> String {
    match format {
        Format::Human => human::render(report),
        Format::Json => json::render(report),
        Format::Svg => svg::render(report),
        Format::Dot => dot::render(report),
        Format::Mermaid => mermaid::render(report),
    }
}
