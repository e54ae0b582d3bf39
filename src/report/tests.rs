//! One fixture, rendered in every format: the snapshots in `snapshots/` are what people and programs get to see.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::finding::RuleId;
use crate::source::{FileId, Place, SourceFile, Span};

const FLAG: &str = "description = \"Zahlung für alle\" # ünïcode\nserve = \"of\"\n\n[environments.production]\nenabled = true\n\n[[environments.production.rules]]\nif = { country = \"DE\" }\nserve = \"on\"\n";
const SERVICE: &str =
    "# Tabs and CRLF\r\n\towner =\t\"team-orders\"\r\ncalls = [\r\n  \"payments\",\r\n  \"orders\",\r\n]";

const RULES: [RuleText<'static>; 2] = [
    RuleText {
        id: "call-cycle",
        summary: "services call each other in a circle",
        help: "# call-cycle\n\nA *circle* has no order.\n",
        severity: Some(Severity::Warning),
    },
    RuleText {
        id: "unknown-variant",
        summary: "a variant that the flag does not have",
        help: "",
        severity: Some(Severity::Error),
    },
];

fn sources() -> Sources {
    let file = |path: &str, text: &str| SourceFile { path: path.into(), text: text.into() };
    Sources {
        files: vec![
            file("check out/zahlung%für alle.toml", FLAG),
            file("checkout/unreadable.toml", ""),
            file("services/orders.toml", SERVICE),
        ],
    }
}

/// Where `needle` stands in a file of the fixture.
fn at(file: u32, needle: &str) -> Place {
    let sources = sources();
    let start = sources.files[file as usize].text.find(needle).unwrap();
    Place { file: FileId(file), span: Span::new(start, start + needle.len()) }
}

fn finding(rule: &'static str, place: Place, message: &str) -> Finding {
    Finding::new(RuleId(rule), place.file, place.span, message)
}

fn fixture() -> Vec<Finding> {
    let end = SERVICE.len();
    let mut cycle =
        finding("call-cycle", at(2, "[\r\n  \"payments\",\r\n  \"orders\",\r\n]"), "`orders` calls itself")
            .label("this list");
    cycle.severity = Severity::Warning;
    vec![
        finding("unknown-variant", at(0, "\"of\""), "no variant is named `of`")
            .label("not a variant")
            .help("did you mean `off`?")
            .flag("zahlung"),
        finding("service-not-ready", at(0, "\"on\""), "`orders` cannot serve `on`")
            .label("served here")
            .help("deploy orders 1.8.0 first,\nor lower the share")
            .flag("zahlung")
            .environment("production")
            .related(at(0, "country"), "for these users")
            .related(at(0, "description"), "in this flag")
            .related(at(2, "\"team-orders\""), "who to ask"),
        finding("unreadable-file", Place { file: FileId(1), span: Span::new(0, 0) }, "not UTF-8"),
        cycle,
        finding(
            "syntax",
            Place { file: FileId(2), span: Span::new(end, end) },
            "the file ends in the middle of a value",
        ),
    ]
}

fn options() -> Options<'static> {
    Options { color: false, unicode: true, width: 100, prefix: "flags", version: "1.2.3", rules: &RULES }
}

fn rendered(format: Format, findings: &[Finding], sources: &Sources, options: &Options<'_>) -> String {
    render(format, findings, sources, &Summary::of(findings, 14, 3), options)
}

/// JSON with one value a line, so that a change is one line of a diff.
fn pretty(text: &str) -> String {
    let document: serde_json::Value = serde_json::from_str(text).unwrap();
    format!("{document:#}\n")
}

#[test]
fn every_format_shows_the_fixture() {
    for format in Format::ALL {
        let text = rendered(format, &fixture(), &sources(), &options());
        assert!(text.ends_with('\n'));
        let shown = match format {
            Format::Human | Format::Github => text,
            Format::Json | Format::Sarif => pretty(&text),
        };
        insta::assert_snapshot!(format.as_str(), shown);
    }
}

#[test]
fn human_follows_the_terminal_it_is_told_about() {
    let narrow = Options { unicode: false, width: 44, ..options() };
    let text = rendered(Format::Human, &fixture()[..2], &sources(), &narrow);
    insta::assert_snapshot!("human_ascii_narrow", text);
    let foreign = |character: char| !character.is_ascii() && !"üï".contains(character);
    assert!(!text.contains(foreign), "only the file's own text: {text}");

    assert!(!text.contains('\u{1b}'));
    let colored = Options { color: true, ..options() };
    assert!(rendered(Format::Human, &fixture(), &sources(), &colored).contains("\u{1b}["));
}

#[test]
fn nothing_found_is_said_in_every_format() {
    let text = |format| rendered(format, &[], &sources(), &options());
    assert_eq!(text(Format::Human), "no findings in 14 flags\n");
    assert_eq!(text(Format::Github), "no findings in 14 flags\n");
    assert_eq!(
        text(Format::Json),
        "{\"version\":1,\"findings\":[],\"summary\":{\"flags\":14,\"services\":3,\"errors\":0,\"warnings\":0}}\n"
    );
    let sarif: serde_json::Value = serde_json::from_str(&text(Format::Sarif)).unwrap();
    assert_eq!(sarif["runs"][0]["results"], serde_json::json!([]));
}

#[test]
fn spans_outside_of_the_text_and_unknown_files_are_survived() {
    let sources = sources();
    let length = u32::try_from(FLAG.len()).unwrap();
    let offsets = (0..length + 3).chain([u32::MAX]);
    for (start, end) in offsets
        .flat_map(|start| [0, start, start + u32::from(start < length), u32::MAX].map(|end| (start, end)))
    {
        for file in [0, 1, 9] {
            let place = Place { file: FileId(file), span: Span { start, end } };
            let finding = finding("syntax", place, "m").label("here").related(place, "there");
            for format in Format::ALL {
                let text = rendered(format, std::slice::from_ref(&finding), &sources, &options());
                assert!(!text.is_empty());
            }
        }
    }
}

#[test]
fn sarif_fingerprints_survive_a_move_and_tell_repetitions_apart() {
    let fingerprints = |findings: &[Finding]| -> Vec<String> {
        let text = rendered(Format::Sarif, findings, &sources(), &options());
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        let results = document["runs"][0]["results"].as_array().unwrap();
        let print = |result: &serde_json::Value| {
            result["partialFingerprints"]["flagcRuleKeyEnvironment/v1"].as_str().unwrap().to_owned()
        };
        results.iter().map(print).collect()
    };
    let here = finding("dead-rule", at(0, "country"), "a").flag("f").environment("production");
    let moved = finding("dead-rule", at(0, "serve"), "b").flag("f").environment("production");
    let other = finding("dead-rule", at(0, "country"), "a").flag("f").environment("staging");
    let all = fingerprints(&[here.clone(), moved.clone(), other]);
    assert_eq!(fingerprints(&[moved]), fingerprints(&[here]));
    assert_eq!(all[1], format!("{}:2", all[0]));
    assert_ne!(all[2], all[0]);
}

#[test]
fn github_annotates_ten_of_each_level_and_logs_the_rest() {
    let mut findings = vec![finding("unknown-variant", at(0, "\"of\""), "m"); 12];
    for finding in findings.iter().take(2).cloned().collect::<Vec<_>>() {
        findings.push(Finding { severity: Severity::Warning, ..finding });
    }
    let text = rendered(Format::Github, &findings, &sources(), &options());
    assert_eq!(text.matches("::error ").count(), 10);
    assert_eq!(text.matches("::warning ").count(), 2);
    let tail: Vec<&str> = text.lines().skip(12).collect();
    assert_eq!(
        tail,
        [
            "::group::2 more findings, not shown as annotations",
            "error unknown-variant flags/check out/zahlung%für alle.toml:2:9 m",
            "error unknown-variant flags/check out/zahlung%für alle.toml:2:9 m",
            "::endgroup::",
            "::notice title=flagc::12 errors, 2 warnings in 14 flags; 2 more findings, not shown as annotations: see the log of this step",
            "12 errors, 2 warnings in 14 flags",
        ]
    );
}

#[test]
fn hostile_text_stays_text() {
    let hostile = "x\u{1b}[31m\n::error::y\r##[error]z\u{202e}%0A::,\u{7}\u{9b}2J";
    let sources = Sources {
        files: vec![SourceFile {
            path: format!("{hostile}.toml"),
            text: format!("a = '{hostile}'\n").into(),
        }],
    };
    let place = Place { file: FileId(0), span: Span::new(5, 8) };
    let found = finding("syntax", place, hostile)
        .label(hostile)
        .help(hostile)
        .flag(hostile)
        .environment(hostile)
        .related(place, hostile);
    let found = vec![found; 12];
    let plain = |text: &str| {
        text.chars().all(|character| character == '\n' || !character.is_control() && character != '\u{202e}')
    };

    let human = rendered(Format::Human, &found[..1], &sources, &options());
    assert!(plain(&human), "{human:?}");
    insta::assert_snapshot!("human_hostile", human);

    let github = rendered(Format::Github, &found, &sources, &options());
    assert!(plain(&github), "{github:?}");
    for line in github.lines() {
        let command = line.starts_with("::");
        assert!(command || !line.contains("##["), "{line}");
        assert!(!line.trim_start().starts_with("::error::"), "{line}");
    }
    assert_eq!(github.lines().count(), 10 + 1 + 2 + 1 + 1 + 1);

    for format in [Format::Json, Format::Sarif] {
        let text = rendered(format, &found, &sources, &options());
        assert_eq!(text.lines().count(), 1);
        assert!(!text.contains(['\u{1b}', '\r', '\u{7}']), "{text:?}");
    }
}

#[test]
fn long_lines_and_long_spans_are_cut() {
    let line = format!("a = [{}]", "1234567, ".repeat(100_000));
    let many = "b = 1\n".repeat(5_000);
    let file = |path: &str, text: String| SourceFile { path: path.into(), text: text.into() };
    let sources = Sources { files: vec![file("long.toml", line), file("many.toml", many)] };
    let far = Place { file: FileId(0), span: Span::new(450_005, 450_012) };
    let wide = Place { file: FileId(1), span: Span::new(6, 29_000) };
    let found = [finding("syntax", far, "m").label("here"), finding("syntax", wide, "m").label("here")];
    let text = rendered(Format::Human, &found, &sources, &options());
    assert!(text.len() < 4_000, "{}", text.len());
    assert!(text.contains("long.toml:1:450006"), "{text}");
    assert!(text.contains("many.toml:2:1"), "{text}");
    let under = text.lines().position(|line| line.contains("here")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let column = lines[under - 1].chars().position(|character| character == '─').unwrap();
    let marked: String = lines[under - 2].chars().skip(column).take(7).collect();
    assert_eq!(marked, "1234567");
}

#[test]
fn columns_count_characters_across_checkpoints() {
    let text = format!("{}x\ny", "ü".repeat(3_000));
    let sources = Sources { files: vec![SourceFile { path: "a.toml".into(), text: text.into() }] };
    let table = lines::LineTable::new(&sources);
    for offset in (0..6_004).step_by(2).chain([6_001, 6_002, 6_003]) {
        let place = Place { file: FileId(0), span: Span::new(offset, offset) };
        assert_eq!(table.region(place).start, sources.files[0].position(u32::try_from(offset).unwrap()));
    }
}
