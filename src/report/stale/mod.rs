//! Which flags are done, as text: one file for each format.

mod html;
mod human;
mod json;
mod markdown;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use ecow::EcoString;

use crate::constancy::FlagHistory;
use crate::model::{Flag, FlagId, Workspace};
use crate::source::Sources;
use crate::staleness::{Due, Staleness, State};

/// What is told.
#[derive(Clone, Copy, Debug)]
pub struct Report<'r> {
    /// The workspace.
    pub workspace: &'r Workspace,
    /// Its files.
    pub sources: &'r Sources,
    /// Its folder relative to the root of the repository, with `/` between folders; empty for the root.
    pub prefix: &'r str,
    /// The commit that was judged, in hex.
    pub commit: Option<&'r str>,
    /// The time that is now, in seconds since 1970.
    pub as_of: i64,
    /// Every flag's, in the order of the workspace.
    pub staleness: &'r [Staleness],
    /// Every flag's, in the order of the workspace.
    pub histories: &'r [FlagHistory],
    /// The flags to be told of, in this order.
    pub shown: &'r [FlagId],
    /// Whether states were asked for by name, so that flags that are not stale are told of as well.
    pub by_state: bool,
    /// Those of them that became stale since a revision; none where none was named.
    pub new: Option<&'r BTreeSet<FlagId>>,
    /// Owners with more stale flags than they may have: who, how many, how many they may have.
    pub over_budget: &'r [(EcoString, u32, u32)],
    /// What has to be known to read the rest right, such as that the clone is shallow.
    pub notes: &'r [String],
}

/// The ways to tell it. Findings have formats of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A table for a terminal.
    Human,
    /// For programs: one document.
    Json,
    /// One page with pictures.
    Html,
    /// For one issue that is kept up to date: by owner.
    Markdown,
}

/// Writes it; the text ends with a newline.
pub fn render(format: Format, report: &Report<'_>) -> String {
    match format {
        Format::Human => human::render(report),
        Format::Json => json::render(report),
        Format::Html => html::render(report),
        Format::Markdown => markdown::render(report),
    }
}

impl<'r> Report<'r> {
    fn of(&self, id: FlagId) -> (&'r Flag, &'r Staleness, &'r FlagHistory) {
        let index = id.0 as usize;
        (self.workspace.flag(id), &self.staleness[index], &self.histories[index])
    }

    /// The flags to be told of one by one: the stale ones, and others where their state was asked for; with a revision to
    /// compare with, those that became stale since.
    fn stale(&self) -> impl Iterator<Item = (&'r Flag, &'r Staleness)> {
        let is_told = |id: &&FlagId| match self.new {
            Some(new) => new.contains(*id),
            None => self.by_state || self.of(**id).1.state.is_stale(),
        };
        self.shown.iter().filter(is_told).map(|id| (self.of(*id).0, self.of(*id).1))
    }

    /// The flags that will be stale before long, the next one first.
    fn due(&self) -> Vec<(&'r Flag, Due)> {
        let within = i64::from(self.workspace.config.stale.due_within.0) * 86_400;
        let due = self.shown.iter().filter_map(|id| {
            let (flag, staleness, _) = self.of(*id);
            Some((flag, staleness.due.filter(|due| due.at - self.as_of <= within)?))
        });
        due.collect()
    }

    /// How many of the flags to be told of are in each state.
    fn counts(&self) -> Vec<(State, usize)> {
        let count = |state| self.shown.iter().filter(|id| self.of(**id).1.state == state).count();
        State::ALL.into_iter().map(|state| (state, count(state))).filter(|(_, count)| *count > 0).collect()
    }
}
