//! For programs. Keys may be added; none goes away within a version.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Report;
use crate::constancy::{Serves, Since, Standing};
use crate::format::Instant;
use crate::model::FlagId;
use crate::report::to_json_line;
use crate::staleness::{self, Told, blocker, signal};

#[derive(Serialize)]
struct Document<'r> {
    version: u8,
    as_of: String,
    commit: Option<&'r str>,
    notes: &'r [String],
    flags: Vec<Row<'r>>,
    over_budget: Vec<Overdrawn<'r>>,
}

#[derive(Serialize)]
struct Overdrawn<'r> {
    owner: &'r str,
    stale: u32,
    budget: u32,
}

#[derive(Serialize)]
struct Row<'r> {
    flag: &'r str,
    owner: &'r str,
    kind: &'r str,
    state: &'r str,
    since: Option<String>,
    at_least: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<bool>,
    file: &'r str,
    added: Option<Date<'r>>,
    due: Option<Due>,
    environments: BTreeMap<&'r str, Environment<'r>>,
    signals: Vec<Sign>,
    blockers: Vec<Sign>,
}

#[derive(Serialize)]
struct Date<'r> {
    since: String,
    commit: Option<&'r str>,
    at_least: bool,
}

#[derive(Serialize)]
struct Due {
    at: String,
    state: &'static str,
    at_least: bool,
}

#[derive(Serialize)]
struct Environment<'r> {
    constant: Option<&'r str>,
    since: Option<String>,
    commit: Option<&'r str>,
    at_least: bool,
    changes_at: Option<String>,
}

#[derive(Serialize)]
struct Sign {
    kind: &'static str,
    text: String,
}

pub(super) fn render(report: &Report<'_>) -> String {
    to_json_line(&Document {
        version: 1,
        as_of: Instant(report.as_of).to_string(),
        commit: report.commit,
        notes: report.notes,
        flags: report.shown.iter().map(|id| row(report, *id)).collect(),
        over_budget: report
            .over_budget
            .iter()
            .map(|(owner, stale, budget)| Overdrawn { owner, stale: *stale, budget: *budget })
            .collect(),
    })
}

fn row<'r>(report: &Report<'r>, id: FlagId) -> Row<'r> {
    let (flag, staleness, history) = report.of(id);
    let environments = report.workspace.config.environments.iter().zip(&history.standings);
    Row {
        flag: &flag.key,
        owner: &flag.owner.value,
        kind: flag.kind.as_str(),
        state: staleness.state.as_str(),
        since: staleness.since.map(|since| Instant(since).to_string()),
        at_least: staleness.at_least,
        new: report.new.map(|new| new.contains(&id)),
        file: &report.sources.file(flag.file).path,
        added: history.added.as_ref().map(date),
        due: staleness.due.map(due),
        environments: environments
            .map(|(named, standing)| (&*named.name.value, environment(standing)))
            .collect(),
        signals: staleness.signals.iter().map(|seen| sign(signal(seen, report.as_of))).collect(),
        blockers: staleness.blockers.iter().map(|found| sign(blocker(found))).collect(),
    }
}

fn environment(standing: &Standing) -> Environment<'_> {
    let since = standing.since.as_ref();
    Environment {
        constant: match &standing.serves {
            Serves::Constant(variant) => Some(variant),
            Serves::Varying | Serves::Unknown | Serves::Absent => None,
        },
        since: since.map(|since| Instant(since.time).to_string()),
        commit: since.and_then(|since| since.commit.as_deref()),
        at_least: since.is_some_and(|since| since.at_least),
        changes_at: standing.changes_at.map(|at| Instant(at).to_string()),
    }
}

fn due(due: staleness::Due) -> Due {
    Due { at: Instant(due.at).to_string(), state: due.state.as_str(), at_least: due.at_least }
}

fn date(since: &Since) -> Date<'_> {
    Date { since: Instant(since.time).to_string(), commit: since.commit.as_deref(), at_least: since.at_least }
}

fn sign(told: Told) -> Sign {
    Sign { kind: told.kind, text: told.text }
}
