//! For one issue that is kept up to date: the stale flags by owner, then those that will be. It begins with a mark by which
//! the next run finds it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Report;
use crate::model::Flag;
use crate::report::markup::{code_in_table as code, escape as cell};
use crate::staleness::{self, Blocker, Staleness, blocker, day, day_since, left};

/// By this the next run finds the report.
const MARK: &str = "<!-- flagc stale -->";

/// In bytes, less what is said of the rest: GitHub refuses the text of an issue that has more than 65,536 characters.
const LIMIT: usize = 65_000;

pub(super) fn render(report: &Report<'_>) -> String {
    let mut text = format!("{MARK}\n## Flags that are done\n\n");
    let counts: Vec<String> =
        report.counts().into_iter().map(|(state, count)| format!("{count} {}", state.as_str())).collect();
    let counts = if counts.is_empty() { "no flags".to_owned() } else { counts.join(" · ") };
    let commit = report.commit.map(|commit| format!(", commit `{}`", &commit[..commit.len().min(12)]));
    let _ = writeln!(text, "{counts} — as of {}{}.", day(report.as_of), commit.unwrap_or_default());
    for note in report.notes {
        let _ = writeln!(text, "\n> {}", cell(note));
    }
    let mut owners: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for (flag, staleness) in report.stale() {
        owners.entry(&flag.owner.value).or_default().push((flag, staleness));
    }
    let mut left_out = 0;
    for (owner, flags) in owners {
        let over = report.over_budget.iter().find(|(other, ..)| other.as_str() == owner);
        let over = over.map(|(_, _, budget)| format!(", of {budget} allowed")).unwrap_or_default();
        let plural = if flags.len() == 1 { "flag" } else { "flags" };
        let head = format!(
            "\n### {} ({} {plural}{over})\n\n| flag | state | since | what was seen | in the way |\n| --- | --- | --- | \
             --- | --- |\n",
            cell(owner),
            flags.len()
        );
        let rows = flags.into_iter().map(|(flag, staleness)| row(report, flag, staleness));
        left_out += add(&mut text, &head, rows);
    }
    if left_out > 0 {
        let plural = if left_out == 1 { "flag does" } else { "flags do" };
        let _ = writeln!(text, "\n{left_out} more stale {plural} not fit here; `flagc stale` lists all.");
    }
    let due = report.due();
    if report.new.is_none() {
        let head = "\n### Due before long\n\n| flag | owner | becomes | when |\n| --- | --- | --- | --- |\n";
        let rows = due.into_iter().map(|(flag, due)| {
            let left = left(due, report.as_of);
            let (key, owner) = (code(&flag.key), cell(&flag.owner.value));
            format!("| {key} | {owner} | {} | {left} |\n", due.state.as_str())
        });
        let left_out = add(&mut text, head, rows);
        if left_out > 0 {
            let _ = writeln!(text, "\nAnd {left_out} more.");
        }
    }
    text
}

/// Adds a table if it has rows, and says how many of them did not fit.
fn add(text: &mut String, head: &str, rows: impl Iterator<Item = String>) -> usize {
    let mut head = Some(head);
    let mut left_out = 0;
    for row in rows {
        if text.len() + head.map_or(0, str::len) + row.len() > LIMIT {
            left_out += 1;
            continue;
        }
        text.push_str(head.take().unwrap_or_default());
        text.push_str(&row);
    }
    left_out
}

fn row(report: &Report<'_>, flag: &Flag, staleness: &Staleness) -> String {
    let since = day_since(staleness).unwrap_or_default();
    let blockers = staleness.blockers.iter().filter(|found| **found != Blocker::NotSearched);
    let blockers: Vec<String> = blockers.map(|found| cell(&blocker(found).text)).collect();
    format!(
        "| {} | {} | {since} | {} | {} |\n",
        code(&flag.key),
        staleness.state.as_str(),
        seen(report, staleness),
        blockers.join("<br>")
    )
}

fn seen(report: &Report<'_>, staleness: &Staleness) -> String {
    let told = staleness::seen(&staleness.signals, report.as_of);
    told.iter().map(|line| cell(line)).collect::<Vec<_>>().join("<br>")
}
