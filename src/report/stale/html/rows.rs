//! The table: one row for each flag.

use std::fmt::Write as _;

use super::timeline::{self, Axis};
use super::{escape, marked};
use crate::model::{EnvironmentId, FlagId};
use crate::report::stale::Report;
use crate::staleness::{self, Blocker, Staleness, State, blocker, day, left};
use crate::syntax;

/// The columns, and whether they sort.
const COLUMNS: [(&str, bool); 7] = [
    ("Flag", true),
    ("State", true),
    ("Owner", true),
    ("Kind", true),
    ("Since", true),
    ("What it served", false),
    ("In the way", true),
];

pub(super) fn table(page: &mut String, report: &Report<'_>, axis: &Axis) {
    page.push_str("<table class=\"flags\">\n<colgroup>");
    page.push_str(&"<col>".repeat(COLUMNS.len()));
    page.push_str("</colgroup>\n<thead><tr>");
    for (name, sorts) in COLUMNS {
        let _ = if sorts {
            write!(page, "<th scope=\"col\" aria-sort=\"none\"><button type=\"button\">{name}</button></th>")
        } else {
            write!(
                page,
                "<th scope=\"col\"><div class=\"life\"><span>{name}</span>{}</div></th>",
                axis.labels()
            )
        };
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    let deciding = staleness::deciding(&report.workspace.config);
    for id in report.shown {
        row(page, report, *id, axis, &deciding);
    }
    page.push_str("</tbody>\n</table>\n");
}

fn row(page: &mut String, report: &Report<'_>, id: FlagId, axis: &Axis, deciding: &[EnvironmentId]) {
    let (flag, staleness, history) = report.of(id);
    let file = report.sources.file(flag.file);
    let says = description(&file.text)
        .map(|says| format!("<p class=\"says\">{}</p>", escape(&says)))
        .unwrap_or_default();
    let _ = writeln!(
        page,
        "<tr><th scope=\"row\"><code>{}</code>{says}<p>{}</p></th>",
        escape(&flag.key),
        escape(&file.path)
    );
    let state = staleness.state.as_str();
    let rank = State::ALL.iter().position(|known| *known == staleness.state).unwrap_or_default();
    let (sort, since) = since(staleness, report.as_of);
    let _ = writeln!(
        page,
        "<td data-sort=\"{rank}\"><span class=\"state {state}\">{state}</span></td><td>{}</td><td>{}</td><td \
         class=\"number\" data-sort=\"{sort}\">{since}</td>",
        escape(&flag.owner.value),
        flag.kind.as_str()
    );
    let seen = staleness::seen(&staleness.signals, report.as_of);
    let seen: Vec<String> = seen.iter().map(|line| format!("<p>{}</p>", marked(line))).collect();
    let life = timeline::life(report, flag, history, axis, deciding);
    let _ = writeln!(page, "<td>{life}{}{}</td>", seen.concat(), timeline::changes(report, history));
    let _ = writeln!(page, "{}</tr>", in_the_way(staleness));
}

/// By what the column sorts, and what stands in it.
fn since(staleness: &Staleness, as_of: i64) -> (i64, String) {
    match (staleness.since, staleness.due) {
        (Some(since), _) => {
            let (least, before) = if staleness.at_least { ("at least ", " or before") } else { ("", "") };
            let days = (as_of - since).max(0) / 86_400;
            let plural = if days == 1 { "day" } else { "days" };
            let day = format!("<span class=\"day\">{}</span>{before}", day(since));
            (since, format!("{day}<p>{least}{days} {plural}</p>"))
        }
        (None, Some(due)) => (due.at, format!("<p>{} {}</p>", due.state.as_str(), left(due, as_of))),
        (None, None) => (i64::MAX, String::new()),
    }
}

fn in_the_way(staleness: &Staleness) -> String {
    let told = staleness.blockers.iter().filter(|found| **found != Blocker::NotSearched);
    let told: Vec<String> = told.map(|found| format!("<li>{}</li>", marked(&blocker(found).text))).collect();
    let list = if told.is_empty() { String::new() } else { format!("<ul>{}</ul>", told.concat()) };
    format!("<td data-sort=\"{}\">{list}</td>", told.len())
}

/// What a flag's file says the flag is for. It is nowhere else: nothing that is compiled needs it.
fn description(text: &str) -> Option<String> {
    let tree = syntax::parse(text);
    let says = tree.root().get("description")?.as_str()?.trim().to_owned();
    (!says.is_empty()).then_some(says)
}
