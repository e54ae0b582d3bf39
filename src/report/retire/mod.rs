//! The way a flag is taken out, as text: for people in a terminal, for an issue or a pull request, for programs.

mod human;
mod json;
mod markdown;
mod words;

use crate::retire::Plan;

/// The format of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For a terminal.
    Human,
    /// For an issue: a list of things to do.
    Markdown,
    /// For programs; versioned.
    Json,
}

/// Renders a plan.
pub fn render(format: Format, plan: &Plan) -> String {
    match format {
        Format::Human => human::render(plan),
        Format::Markdown => markdown::render(plan),
        Format::Json => json::render(plan),
    }
}
