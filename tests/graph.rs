//! The graph of whole workspaces: what counts where, circles, hostile text, and the places of every edge.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod common;

use std::path::Path;

use common::{FLAG, SETTINGS, write};
use flagc::ops::graph::{GraphOptions, graph};
use flagc::report::graph::{Format, Report, render};
use flagc::workspace::{self, Loaded};
use serde_json::Value;

fn load(files: &[(&str, &str)]) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        write(folder.path(), path, text.as_bytes());
    }
    workspace::load(folder.path())
}

fn shown(loaded: &Loaded, format: Format, focus: Option<&str>, environment: Option<&str>) -> String {
    let found = graph(&loaded.workspace, GraphOptions { focus, environment }).unwrap();
    let report = Report {
        selection: &found.selection,
        workspace: &loaded.workspace,
        sources: &loaded.sources,
        environment: found.environment,
    };
    render(format, &report)
}

/// The edges as `from kind to`.
fn edges(loaded: &Loaded, focus: Option<&str>, environment: Option<&str>) -> Vec<String> {
    let json: Value = serde_json::from_str(&shown(loaded, Format::Json, focus, environment)).unwrap();
    let text = |edge: &Value, key: &str| edge[key].as_str().unwrap().to_owned();
    let edges = json["edges"].as_array().unwrap();
    edges.iter().map(|edge| ["from", "kind", "to"].map(|key| text(edge, key)).join(" ")).collect()
}

fn service(calls: &str) -> String {
    format!("description = \"A service\"\nowner = \"team-a\"\ncalls = [{calls}]\n")
}

const SEGMENT: &str = "description = \"Us\"\nowner = \"team-a\"\n[if]\ntargetingKey = \"u-1\"\n";

#[test]
fn an_environment_has_its_own_rules_and_a_killed_flag_reads_nothing() {
    let flag = format!(
        "{FLAG}\n[[rules]]\nif = {{ segment = \"us\" }}\nserve = \"on\"\n\n[environments.production]\nenabled = false\n\n\
         [requires]\nother = \"on\"\n"
    );
    let loaded = load(&[
        ("flagc.toml", SETTINGS),
        ("a.toml", &flag),
        ("other.toml", FLAG),
        ("segments/us.toml", SEGMENT),
    ]);
    assert!(loaded.findings.is_empty(), "{:?}", loaded.findings);
    let both = ["flag:a requires flag:other", "flag:a uses-segment segment:us"];
    assert_eq!(edges(&loaded, None, None), both);
    assert_eq!(edges(&loaded, None, Some("dev")), both);
    assert!(edges(&loaded, None, Some("production")).is_empty());
}

#[test]
fn a_circle_of_callers_is_shown_once_around_and_ends() {
    let files = [
        ("flagc.toml", SETTINGS.to_owned()),
        ("a.toml", format!("{FLAG}\n[services]\none = {{}}\n")),
        ("services/one.toml", service("\"two\"")),
        ("services/two.toml", service("\"three\"")),
        ("services/three.toml", service("\"one\", \"three\"")),
        ("services/far.toml", service("")),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let loaded = load(&files);
    let all = [
        "service:one evaluates flag:a",
        "service:one calls service:two",
        "service:three calls service:one",
        "service:three calls service:three",
        "service:two calls service:three",
    ];
    assert_eq!(edges(&loaded, Some("two"), None), all);
    assert_eq!(edges(&loaded, Some("flag:a"), None), all);
    for format in [Format::Human, Format::Svg, Format::Dot, Format::Mermaid] {
        let text = shown(&loaded, format, Some("two"), None);
        assert!(text.contains("three") && !text.contains("far"), "{text}");
    }
}

#[test]
fn every_place_of_an_edge_is_told_with_its_line() {
    let flag = format!(
        "{FLAG}\n[[rules]]\nif = {{ segment = \"us\" }}\nserve = \"on\"\n\n[[rules]]\n\
         if = {{ not = {{ segment = \"us\" }} }}\nserve = \"off\"\n"
    );
    let loaded = load(&[("flagc.toml", SETTINGS), ("a.toml", &flag), ("segments/us.toml", SEGMENT)]);
    let json: Value = serde_json::from_str(&shown(&loaded, Format::Json, None, None)).unwrap();
    let locations = json["edges"][0]["locations"].as_array().unwrap();
    let lines: Vec<u64> = locations.iter().map(|location| location["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [7, 11]);
    assert!(shown(&loaded, Format::Human, None, None).contains("a.toml:7, 11"));
}

/// Folders and versions of deployments are what people, or other programs, make of them.
#[test]
fn hostile_text_is_shown_and_never_obeyed() {
    let attack = "\"];</text><script>alert(1)</script>\\N&lt; \u{202e}%%{init}%%";
    let quoted = Value::from(attack).to_string().replace("\\u202e", "\u{202e}");
    let live = format!(
        "recorded_at = 2026-11-20T09:14:03Z\n[[live]]\nservice = \"orders\"\nversion = {}\n",
        quoted.replace('\u{202e}', "\\u202e")
    );
    let loaded = load(&[
        ("flagc.toml", SETTINGS),
        ("<b onload=\"x\">&amp;/a.toml", &format!("{FLAG}\n[services]\norders = {{}}\n")),
        ("services/orders.toml", &service("")),
        ("deployments/production.toml", &live),
    ]);
    let svg = shown(&loaded, Format::Svg, None, Some("production"));
    assert!(svg.contains("&lt;script&gt;") && svg.contains("&amp;amp;"), "{svg}");
    assert!(!svg.contains("<script") && !svg.contains("<b ") && !svg.contains('\u{202e}'), "{svg}");
    // Markup opens and closes as often as it should: nothing of the text became part of it.
    assert_eq!(svg.matches('<').count(), svg.matches('>').count());
    let dot = shown(&loaded, Format::Dot, None, Some("production"));
    for line in dot.lines() {
        let marks = line.replace("\\\\", "").replace("\\\"", "").matches('"').count();
        assert_eq!(marks % 2, 0, "{line}");
    }
    assert!(dot.contains("\\\\N&amp;lt;") && !dot.contains("<script"), "{dot}");
    let mermaid = shown(&loaded, Format::Mermaid, None, Some("production"));
    for label in mermaid.lines().filter(|line| line.contains('"')) {
        assert_eq!(label.matches('"').count(), 2, "{label}");
    }
    assert!(!mermaid.contains("<script") && !mermaid.contains("%%{"), "{mermaid}");
    let json: Value = serde_json::from_str(&shown(&loaded, Format::Json, None, None)).unwrap();
    assert_eq!(json["nodes"][0]["file"], "<b onload=\"x\">&amp;/a.toml");
}

#[test]
fn the_same_workspace_gives_the_same_bytes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("flags");
    for format in [Format::Human, Format::Json, Format::Svg, Format::Dot, Format::Mermaid] {
        let once = shown(&workspace::load(&root), format, None, Some("production"));
        let twice = shown(&workspace::load(&root), format, None, Some("production"));
        assert_eq!(once, twice);
        assert!(once.ends_with('\n') && once.contains("new-checkout-flow"));
    }
}

#[test]
fn a_circle_of_fifty_flags_names_the_line_of_every_requirement() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "flagc.toml", SETTINGS.as_bytes());
    for index in 0..50 {
        // Each requirement stands on a line of its own.
        let comments = "# more\n".repeat(index);
        let next = (index + 1) % 50;
        let flag = format!("{FLAG}\n{comments}[requires]\nflag-{next:02} = \"on\"\n");
        write(folder.path(), &format!("flag-{index:02}.toml"), flag.as_bytes());
    }
    let checked = common::check(folder.path());
    assert_eq!(checked.rules(), ["requirement-cycle"]);
    let text = checked.render();
    for index in 0..50 {
        let place = format!("flag-{index:02}.toml:{}:1", index + 7);
        assert!(text.contains(&place), "no {place} in\n{text}");
    }
    assert_eq!(checked.findings[0].related.len(), 49);
}
