//! How long the analysis of one large flag takes: 50 rules of 20 conditions each, in several shapes.
//! `cargo bench --bench exposure` prints the least of ten runs for each.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use flagc::exposure::{Analysis, Survey};
use flagc::{compile, workspace};

const RULES: usize = 50;
const CONDITIONS: usize = 20;

fn settings() -> String {
    let mut text =
        "project = \"bench\"\nenvironments = [{ name = \"staging\" }, { name = \"production\" }]\n"
            .to_owned();
    for number in 0..CONDITIONS {
        let kind = ["string", "integer", "version", "boolean"][number % 4];
        let _ = write!(text, "[context.a{number}]\ntype = \"{kind}\"\n");
    }
    text
}

/// What rule `rule` asks of attribute `number`.
fn clause(rule: usize, number: usize) -> String {
    match number % 4 {
        0 => format!("a{number} = [\"v{}\", \"v{}\"]", rule % 7, (rule + number) % 11),
        1 => format!("a{number} = {{ gte = {}, lt = {} }}", rule % 13, 20 + (rule * number) % 17),
        2 => format!("a{number} = \">={}.{}.0\"", rule % 5, number % 3),
        _ => format!("a{number} = {}", (rule * number).is_multiple_of(3)),
    }
}

fn flag(rule: impl Fn(usize) -> (String, &'static str)) -> String {
    let mut text =
        "description = \"Large\"\nkind = \"ops\"\nowner = \"it\"\nserve = { on = 10 }\n".to_owned();
    for number in 0..RULES {
        let (condition, serve) = rule(number);
        let _ = write!(text, "[[rules]]\nif = {condition}\nserve = {serve}\n");
    }
    text
}

fn clauses(rule: usize) -> Vec<String> {
    (0..CONDITIONS).map(|number| clause(rule, number)).collect()
}

fn main() {
    let serve = |rule: usize| ["\"on\"", "{ on = 25 }", "\"off\""][rule % 3];
    let all = flag(|rule| (format!("{{ {} }}", clauses(rule).join(", ")), serve(rule)));
    let any = flag(|rule| {
        let parts: Vec<String> = clauses(rule).into_iter().map(|clause| format!("{{ {clause} }}")).collect();
        (format!("{{ any = [{}] }}", parts.join(", ")), serve(rule))
    });
    let nested = flag(|rule| {
        let pairs: Vec<String> =
            clauses(rule).chunks(2).map(|pair| format!("{{ {} }}", pair.join(", "))).collect();
        (
            format!("{{ any = [{}], not = {{ any = [{}] }} }}", pairs[..5].join(", "), pairs[5..].join(", ")),
            serve(rule),
        )
    });
    let same = flag(|rule| (format!("{{ {} }}", clauses(rule).join(", ")), "{ on = 10 }"));
    for (name, text) in [("all of", all), ("any of", any), ("nested", nested), ("all serve the same", same)] {
        measure(name, &text);
    }
}

fn measure(name: &str, text: &str) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("flagc.toml"), settings()).unwrap();
    std::fs::write(folder.path().join("large.toml"), text).unwrap();
    let loaded = workspace::load(folder.path());
    assert!(loaded.findings.is_empty(), "{:?}", loaded.findings);
    let segments = compile::segments(&loaded.workspace);
    let mut least = Duration::MAX;
    let mut verdict = "";
    for _ in 0..10 {
        let start = Instant::now();
        let survey = Survey::new(&loaded.workspace, &loaded.workspace.flags[0], &segments).unwrap();
        let analysis = Analysis::new(&survey);
        least = least.min(start.elapsed());
        verdict = if analysis.too_complex { "too complex" } else { "decided" };
    }
    println!("{name:<20} {:>8.2} ms   {verdict}", least.as_secs_f64() * 1e3);
}
