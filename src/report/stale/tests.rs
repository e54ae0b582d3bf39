//! What people write into flags stays text, and what is written for an issue fits into one.
#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;

use base64::Engine as _;
use sha2::Digest as _;

use super::*;
use crate::constancy::{Period, Serves, Since, Standing};
use crate::staleness::judge_all;
use crate::workspace::{Given, GivenContent, Loaded, load_given};

const DAY: i64 = 86_400;
/// 2026-01-05T00:00:00Z.
const ADDED: i64 = 1_767_571_200;
const NOW: i64 = ADDED + 400 * DAY;

const HOSTILE: &str = "<script>alert('1')</script>&\"><img src=x>";

fn load(owner: &str, count: usize) -> Loaded {
    let settings = "project = \"shop\"\nenvironments = [{ name = \"staging\" }, { name = \"production\", critical = true }]\n\
                    [stale.budget]\ndefault = 1\n";
    let flag =
        format!("description = '''{HOSTILE}'''\nkind = \"release\"\nowner = '''{owner}'''\nserve = \"on\"\n");
    let file = |path: String, text: &str| Given { path, content: GivenContent::Bytes(text.into()) };
    let mut files = vec![file("flagc.toml".to_owned(), settings)];
    files.extend((0..count).map(|number| file(format!("flag-{number}.toml"), &flag)));
    load_given(files, &Loaded::default())
}

fn since(days: i64, at_least: bool) -> Since {
    Since { time: ADDED + days * DAY, commit: None, at_least }
}

/// Staging serves `on` from the start, production after a split and a time when it could not be compiled.
fn history() -> FlagHistory {
    let on = Serves::Constant("on".into());
    let period = |serves: &Serves, days| Period { serves: serves.clone(), since: since(days, days == 0) };
    let standing = |periods: Vec<Period>| Standing {
        serves: on.clone(),
        since: periods.first().map(|period| period.since.clone()),
        changes_at: None,
        periods,
    };
    FlagHistory {
        unchanged: None,
        added: Some(since(0, true)),
        standings: vec![
            standing(vec![period(&on, 0)]),
            standing(vec![
                period(&on, 300),
                period(&Serves::Unknown, 200),
                period(&Serves::Varying, 100),
                period(&Serves::Constant("off".into()), 0),
            ]),
        ],
    }
}

fn told(format: Format, owner: &str, count: usize) -> String {
    told_of(format, owner, &vec![history(); count])
}

fn told_of(format: Format, owner: &str, histories: &[FlagHistory]) -> String {
    let count = histories.len();
    let loaded = load(owner, count);
    assert!(loaded.findings.is_empty(), "{:?}", loaded.findings);
    let staleness = judge_all(&loaded.workspace, histories, &[], NOW);
    let shown: Vec<FlagId> = staleness.iter().map(|staleness| staleness.flag).collect();
    let notes = ["the clone is shallow: `fetch-depth: 0`".to_owned()];
    let over_budget = [(EcoString::from(owner), u32::try_from(count).unwrap(), 1)];
    render(
        format,
        &Report {
            by_state: false,
            workspace: &loaded.workspace,
            sources: &loaded.sources,
            prefix: "",
            commit: Some("0123456789abcdef"),
            as_of: NOW,
            staleness: &staleness,
            histories,
            shown: &shown,
            new: None,
            over_budget: &over_budget,
            notes: &notes,
        },
    )
}

/// The text between two others.
fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    text.split_once(before).unwrap().1.split_once(after).unwrap().0
}

#[test]
fn what_files_say_is_text_on_the_page() {
    let page = told(Format::Html, HOSTILE, 2);
    let body = page.split_once("</style>").unwrap().1;
    assert_eq!(body.matches("<script").count(), 1, "the page's own script and no other");
    assert!(!body.contains("<img"), "an owner or a description became an element");
    let escaped = "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;&gt;&lt;img src=x&gt;";
    for place in ["<p class=\"says\">", "<option>", "<th scope=\"row\">", "<p class=\"note\">", "<td>"] {
        assert!(body.contains(&format!("{place}{escaped}")), "not after {place}");
    }
}

#[test]
fn the_page_allows_what_it_brings_and_nothing_else() {
    let page = told(Format::Html, "team-a", 1);
    for (name, text) in [
        ("style-src", between(&page, "<style>", "</style>")),
        ("script-src", between(&page, "<script>", "</script>")),
    ] {
        let digest = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(text.as_bytes()));
        assert!(page.contains(&format!("{name} 'sha256-{digest}'")), "the policy does not name the {name}");
    }
    assert!(page.contains("default-src 'none'"));
    for outside in ["http:", "https:", "src=\"", "@import", "url(h", " style=", " onclick="] {
        assert!(!page.contains(outside), "the page has {outside}");
    }
}

#[test]
fn bars_lie_where_their_times_are() {
    let page = told(Format::Html, "team-a", 1);
    let row = between(&page, "<tbody>\n<tr><th scope=\"row\"><code>", "</tr>");
    let mut bars = String::new();
    for bar in row.split("<rect ").skip(1) {
        let _ = writeln!(bars, "{}", bar.split_once("</title>").unwrap().0);
    }
    // 400 days from the start to the end.
    insta::assert_snapshot!(bars, @r#"
    class="constant" x="0%" y="4" width="100%" height="10"><title>staging: on from 2026-01-05 or before to 2027-02-09
    class="constant" x="75%" y="22" width="25%" height="10"><title>production: on from 2026-11-01 to 2027-02-09
    class="unknown" x="50%" y="22" width="25%" height="10"><title>production: not known from 2026-07-24 to 2026-11-01
    class="varying" x="25%" y="22" width="25%" height="10"><title>production: varying from 2026-04-15 to 2026-07-24
    class="off" x="0%" y="25" width="25%" height="4"><title>production: off from 2026-01-05 or before to 2026-04-15
    "#);
    let changes = between(row, "<details>", "</details>");
    assert_eq!(
        changes,
        "<summary>3 changes</summary><ul><li><b>staging</b> on from 2026-01-05 or before</li><li><b>production</b> on from \
         2026-11-01, not known from 2026-07-24, varying from 2026-04-15, off from 2026-01-05 or before</li></ul>"
    );
}

#[test]
fn an_issue_has_room_for_the_report_of_thousands() {
    let all = told(Format::Markdown, "team-a", 100);
    assert_eq!(all.matches("| `flag-").count(), 100);
    assert!(!all.contains("not fit"));
    let most = told(Format::Markdown, "team-a", 3_000);
    assert!(most.starts_with("<!-- flagc stale -->\n"));
    assert!((60_000..65_536).contains(&most.chars().count()), "{} characters", most.chars().count());
    let listed = most.matches("| `flag-").count();
    assert!(most.contains("### team-a (3000 flags, of 1 allowed)"));
    assert!(most.contains(&format!("\n{} more stale flags do not fit here", 3_000 - listed)));
}

#[test]
fn what_a_short_history_cannot_tell_is_no_date() {
    let mut short = history();
    short.standings[1] = short.standings[0].clone();
    let told = |format| told_of(format, "team-a", &[short.clone()]);
    // Thirty days after the oldest commit that is known.
    assert!(told(Format::Human).contains("release, team-a since 2026-02-04 or before\n"));
    assert!(told(Format::Markdown).contains("| launched | 2026-02-04 or before |"));
    assert!(told(Format::Html).contains(">2026-02-04</span> or before<p>at least 370 days</p>"));
    assert!(told(Format::Json).contains(r#""since":"2026-02-04T00:00:00Z","at_least":true"#));
    let known = told_of(Format::Human, "team-a", &[history()]);
    assert!(known.contains("release, team-a since 2026-12-01\n"), "{known}");
}
