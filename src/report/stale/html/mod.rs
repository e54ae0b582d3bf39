//! One page that needs nothing else: no network, no fonts, no script to be read. The script sorts and filters what is
//! there without it. Everything that comes from files is escaped, and the page forbids all that it does not bring.

mod pictures;
mod rows;
mod timeline;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use self::timeline::Axis;
use super::Report;
use crate::format::Instant;
use crate::staleness::{State, day};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

pub(super) fn render(report: &Report<'_>) -> String {
    let project = escape(&report.workspace.config.project);
    let axis = Axis::of(report);
    let mut page = String::with_capacity(64 * 1024);
    let _ = write!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'\">\n<meta \
         name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Flags that are done: \
         {project}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{}",
        digest(STYLE),
        digest(SCRIPT),
        axis.shared()
    );
    head(&mut page, report, &project);
    page.push_str("<main>\n<div class=\"pictures\">\n");
    page.push_str(&pictures::debt(report));
    page.push_str(&pictures::ages(report));
    page.push_str("</div>\n<h2>Flags</h2>\n");
    filters(&mut page, report);
    page.push_str(timeline::LEGEND);
    rows::table(&mut page, report, &axis);
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
fn escape(text: &str) -> String {
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

/// The same, with what stands between backticks set as code. Left as it is where a backtick has no partner.
fn marked(text: &str) -> String {
    let escaped = escape(text);
    let parts: Vec<&str> = escaped.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return escaped;
    }
    let set = |(index, part): (usize, &&str)| {
        if index % 2 == 1 { format!("<code>{part}</code>") } else { (*part).to_owned() }
    };
    parts.iter().enumerate().map(set).collect()
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
        let _ = writeln!(page, "<p class=\"note\">{}</p>", marked(note));
    }
    for (owner, count, budget) in report.over_budget {
        let (owner, plural) = (escape(owner), if *count == 1 { "" } else { "s" });
        let _ = writeln!(
            page,
            "<p class=\"note\">{owner} has {count} stale flag{plural} and may have {budget}.</p>"
        );
    }
    page.push_str("<ul class=\"counts\">");
    for (state, count) in report.counts() {
        let state = state.as_str();
        let _ = write!(page, "<li><a href=\"#state={state}\"><b>{count}</b> {state}</a></li>");
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
    page.push_str(
        "<button type=\"reset\">Show all</button>\n<output id=\"count\" class=\"quiet\"></output>\n</form>\n",
    );
}

fn select<'o>(page: &mut String, label: &str, name: &str, options: impl Iterator<Item = &'o str>) {
    let _ = write!(page, "<label>{label} <select name=\"{name}\"><option value=\"\">all</option>");
    for option in options.map(escape) {
        let _ = write!(page, "<option>{option}</option>");
    }
    page.push_str("</select></label>\n");
}
