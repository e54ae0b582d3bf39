//! A list for a terminal: the stale flags with what was seen and what is in the way, those that will be stale, a count.

use std::fmt::Write as _;

use super::Report;
use crate::format::Instant;
use crate::report::visible;
use crate::staleness::{Blocker, blocker, day_since, left, seen};

pub(super) fn render(report: &Report<'_>) -> String {
    let mut text = String::new();
    for note in report.notes {
        let _ = writeln!(text, "note: {note}");
    }
    let done: Vec<_> = report.stale().collect();
    let due = report.due();
    let keys = done.iter().map(|(flag, _)| flag).chain(due.iter().map(|(flag, ..)| flag));
    let width = keys.map(|flag| flag.key.chars().count()).max().unwrap_or(0);
    for (flag, staleness) in done {
        let since = day_since(staleness).map(|since| format!(" since {since}")).unwrap_or_default();
        let (state, kind, owner) = (staleness.state.as_str(), flag.kind.as_str(), visible(&flag.owner.value));
        let _ = writeln!(text, "{state:<10}  {:<width$}  {kind}, {owner}{since}", flag.key);
        for seen in seen(&staleness.signals, report.as_of) {
            let _ = writeln!(text, "{:12}{seen}", "");
        }
        let blockers: Vec<String> = staleness
            .blockers
            .iter()
            .filter(|found| **found != Blocker::NotSearched)
            .map(|found| blocker(found).text)
            .collect();
        if !blockers.is_empty() {
            in_the_way(&mut text, &blockers);
        }
    }
    if !due.is_empty() && report.new.is_none() {
        if !text.is_empty() {
            text.push('\n');
        }
        for (flag, due) in due {
            let left = left(due, report.as_of);
            let _ = writeln!(text, "due         {:<width$}  {} {left}", flag.key, due.state.as_str());
        }
    }
    if !text.is_empty() {
        text.push('\n');
    }
    for (owner, count, budget) in report.over_budget {
        let owner = visible(owner);
        let plural = if *count == 1 { "" } else { "s" };
        let _ = writeln!(text, "`{owner}` has {count} stale flag{plural} and may have {budget}");
    }
    let counts: Vec<String> =
        report.counts().into_iter().map(|(state, count)| format!("{count} {}", state.as_str())).collect();
    let new = report.new.map(|new| format!("{} new; ", new.len())).unwrap_or_default();
    let counts = if counts.is_empty() { "no flags".to_owned() } else { counts.join(", ") };
    let _ = writeln!(text, "{new}{counts}, as of {}", Instant(report.as_of));
    text
}

/// What is in the way, in lines of at most 100 columns if each of them can be.
fn in_the_way(text: &mut String, blockers: &[String]) {
    let mut line = format!("{:12}in the way:", "");
    for (index, blocker) in blockers.iter().enumerate() {
        if index > 0 {
            line.push(';');
            if line.chars().count() + blocker.chars().count() + 2 > 100 {
                let _ = writeln!(text, "{line}");
                line = " ".repeat(23);
            }
        }
        let _ = write!(line, " {blocker}");
    }
    let _ = writeln!(text, "{line}");
}
