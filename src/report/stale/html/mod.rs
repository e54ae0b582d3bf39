//! One page that needs nothing else: no network, no fonts, no script to be read. The script sorts and filters what is
//! there without it. Everything that comes from files is escaped, and the page forbids all that it does not bring.

mod pictures;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::Report;
use crate::format::Instant;
use crate::model::{Flag, FlagId};
use crate::staleness::{self, Blocker, Due, State, blocker, day, days_until};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

pub(super) fn render(report: &Report<'_>) -> String {
    let project = escape(&report.workspace.config.project);
    let mut page = String::with_capacity(64 * 1024);
    let _ = write!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'\">\n<meta \
         name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Flags that are done: \
         {project}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
        digest(STYLE),
        digest(SCRIPT)
    );
    head(&mut page, report, &project);
    page.push_str("<main>\n<div class=\"pictures\">\n");
    page.push_str(&pictures::debt(report));
    page.push_str(&pictures::ages(report));
    page.push_str("</div>\n<h2 id=\"flags\">Flags</h2>\n");
    filters(&mut page, report);
    page.push_str(pictures::LEGEND);
    table(&mut page, report);
    let _ = write!(
        page,
        "</main>\n<footer>flagc stale, as of {}. Dates are UTC.</footer>\n<script>{SCRIPT}</script>\n</body>\n</html>\n",
        Instant(report.as_of)
    );
    page
}

/// How a content security policy names a text.
fn digest(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

/// Text of files in HTML, between tags and in quotes.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in crate::report::visible(text).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            plain => escaped.push(plain),
        }
    }
    escaped
}

fn head(page: &mut String, report: &Report<'_>, project: &str) {
    let commit =
        report.commit.map(|commit| format!(", commit <code>{}</code>", &commit[..commit.len().min(12)]));
    let _ = write!(
        page,
        "<header>\n<h1>Flags that are done: {project}</h1>\n<p class=\"quiet\">As of <time datetime=\"{}\">{}</time>{}</p>\n",
        Instant(report.as_of),
        day(report.as_of),
        commit.unwrap_or_default()
    );
    for note in report.notes {
        let _ = writeln!(page, "<p class=\"note\">{}</p>", escape(note));
    }
    for (owner, count, budget) in report.over_budget {
        let owner = escape(owner);
        let _ = writeln!(page, "<p class=\"note\">{owner} has {count} stale, and may have {budget}.</p>");
    }
    page.push_str("<ul class=\"counts\">");
    for (state, count) in report.counts() {
        let _ = write!(page, "<li><b>{count}</b> {}</li>", state.as_str());
    }
    page.push_str("</ul>\n</header>\n");
}

fn filters(page: &mut String, report: &Report<'_>) {
    let flags = || report.shown.iter().map(|id| report.of(*id));
    let states: BTreeSet<State> = flags().map(|(_, staleness, _)| staleness.state).collect();
    let owners: BTreeSet<&str> = flags().map(|(flag, ..)| flag.owner.value.as_str()).collect();
    let kinds: BTreeSet<&str> = flags().map(|(flag, ..)| flag.kind.as_str()).collect();
    page.push_str(
        "<form>\n<label>Search <input type=\"search\" name=\"text\" autocomplete=\"off\"></label>\n",
    );
    select(page, "State", "state", states.into_iter().map(State::as_str));
    select(page, "Owner", "owner", owners.into_iter());
    select(page, "Kind", "kind", kinds.into_iter());
    page.push_str("<output id=\"count\" class=\"quiet\" aria-live=\"polite\"></output>\n</form>\n");
}

fn select<'o>(page: &mut String, label: &str, name: &str, options: impl Iterator<Item = &'o str>) {
    let _ = write!(page, "<label>{label} <select name=\"{name}\"><option value=\"\">all</option>");
    for option in options.map(escape) {
        let _ = write!(page, "<option value=\"{option}\">{option}</option>");
    }
    page.push_str("</select></label>\n");
}

fn table(page: &mut String, report: &Report<'_>) {
    page.push_str("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"flags\">\n<table class=\"flags\">\n<thead><tr>");
    for (name, sorts) in [
        ("Flag", true),
        ("State", true),
        ("Owner", true),
        ("Kind", true),
        ("Since", true),
        ("What it served", false),
        ("In the way", true),
    ] {
        let _ = if sorts {
            write!(page, "<th scope=\"col\" aria-sort=\"none\"><button type=\"button\">{name}</button></th>")
        } else {
            write!(page, "<th scope=\"col\">{name}</th>")
        };
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    let start = pictures::start(report);
    for id in report.shown {
        row(page, report, *id, start);
    }
    page.push_str("</tbody>\n</table>\n</div>\n");
}

fn row(page: &mut String, report: &Report<'_>, id: FlagId, start: i64) {
    let (flag, staleness, history) = report.of(id);
    let (key, owner, kind) = (escape(&flag.key), escape(&flag.owner.value), flag.kind.as_str());
    let state = staleness.state;
    let text = escape(&format!("{} {}", flag.key, flag.owner.value).to_lowercase());
    let _ = writeln!(
        page,
        "<tr data-state=\"{}\" data-owner=\"{owner}\" data-kind=\"{kind}\" data-text=\"{text}\">\n<th scope=\"row\" \
         data-sort=\"{key}\"><code>{key}</code><p>{}</p></th>",
        state.as_str(),
        file(report, flag)
    );
    let rank = State::ALL.iter().position(|known| *known == state).unwrap_or_default();
    let class = if state.is_stale() { "state stale" } else { "state" };
    let _ = writeln!(
        page,
        "<td class=\"{class}\" data-sort=\"{rank}\">{}</td><td class=\"owner\">{owner}</td><td>{kind}</td>",
        state.as_str()
    );
    let (sort, since) = match (staleness.since, staleness.due) {
        (Some(since), _) => {
            (since, format!("{}<p>{} days</p>", day(since), (report.as_of - since).max(0) / 86_400))
        }
        (None, Some(Due { at, state })) => {
            (at, format!("<p>{} in {} days</p>", state.as_str(), days_until(Due { at, state }, report.as_of)))
        }
        (None, None) => (i64::MAX, String::new()),
    };
    let _ = writeln!(page, "<td class=\"number\" data-sort=\"{sort}\">{since}</td>");
    let _ = writeln!(page, "<td class=\"served\">{}", pictures::timeline(report, flag, history, start));
    let seen = staleness::seen(&staleness.signals, report.as_of);
    let _ = writeln!(
        page,
        "<p>{}</p></td>",
        seen.iter().map(|line| escape(line)).collect::<Vec<_>>().join("<br>")
    );
    let blockers: Vec<String> = staleness
        .blockers
        .iter()
        .filter(|found| **found != Blocker::NotSearched)
        .map(|found| format!("<li>{}</li>", escape(&blocker(found).text)))
        .collect();
    let list = if blockers.is_empty() { String::new() } else { format!("<ul>{}</ul>", blockers.concat()) };
    let _ = writeln!(page, "<td data-sort=\"{}\">{list}</td>\n</tr>", blockers.len());
}

fn file(report: &Report<'_>, flag: &Flag) -> String {
    escape(&report.sources.file(flag.file).path)
}
