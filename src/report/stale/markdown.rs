//! For one issue that is kept up to date: the stale flags by owner, then those that will be. It begins with a mark by which
//! the next run finds it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Report;
use crate::report::markup::{code_in_table as code, escape as cell};
use crate::staleness::{self, Blocker, Due, Staleness, blocker, day, days_until};

/// By this the next run finds the report.
const MARK: &str = "<!-- flagc stale -->";

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
    for (owner, flags) in owners {
        let over = report.over_budget.iter().find(|(other, ..)| other.as_str() == owner);
        let over = over.map(|(_, _, budget)| format!(", of {budget} allowed")).unwrap_or_default();
        let plural = if flags.len() == 1 { "flag" } else { "flags" };
        let _ = writeln!(text, "\n### {} ({} {plural}{over})\n", cell(owner), flags.len());
        text.push_str(
            "| flag | state | since | what was seen | in the way |\n| --- | --- | --- | --- | --- |\n",
        );
        for (flag, staleness) in flags {
            let since = staleness.since.map(day).unwrap_or_default();
            let blockers: Vec<String> = staleness
                .blockers
                .iter()
                .filter(|found| **found != Blocker::NotSearched)
                .map(|found| cell(&blocker(found).text))
                .collect();
            let _ = writeln!(
                text,
                "| {} | {} | {since} | {} | {} |",
                code(&flag.key),
                staleness.state.as_str(),
                seen(report, staleness),
                blockers.join("<br>")
            );
        }
    }
    let due = report.due();
    if !due.is_empty() && report.new.is_none() {
        text.push_str(
            "\n### Due before long\n\n| flag | owner | becomes | in |\n| --- | --- | --- | --- |\n",
        );
        for (flag, _, at, state) in due {
            let days = days_until(Due { at, state }, report.as_of);
            let plural = if days == 1 { "day" } else { "days" };
            let (key, owner) = (code(&flag.key), cell(&flag.owner.value));
            let _ = writeln!(text, "| {key} | {owner} | {} | {days} {plural} |", state.as_str());
        }
    }
    text
}

fn seen(report: &Report<'_>, staleness: &Staleness) -> String {
    let told = staleness::seen(&staleness.signals, report.as_of);
    told.iter().map(|line| cell(line)).collect::<Vec<_>>().join("<br>")
}
