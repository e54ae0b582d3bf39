//! The glances that spare most flags an analysis are right: where one is sure that there is nothing to find, the analysis
//! finds nothing; where one is sure that not everybody gets the same, the solver finds two who do not.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;

use std::fmt::Write as _;

use common::write;
use flagc::constancy::{Outcome, timelines};
use flagc::exposure::{Analysis, Survey, is_plain, surely_varies};
use flagc::readiness::Facts;
use flagc::rule::{Check, Context};
use flagc::workspace::{self, Loaded};
use flagc::{compile, rules};

const SETTINGS: &str = r#"
project = "shop"
environments = [{ name = "dev" }, { name = "production", critical = true }]
[context.country]
type = "string"
values = ["AU", "DE", "US"]
[context.tier]
type = "string"
[context.age]
type = "integer"
[context.roles]
type = "list"
[context.appVersion]
type = "version"
"#;

const CLAUSES: [&str; 23] = [
    "country = \"DE\"",
    "country = [\"AU\", \"DE\", \"US\"]",
    "country = [\"US\", \"DE\"]",
    "country = { exists = true }",
    "tier = \"pro\"",
    "tier = { starts_with = \"p\" }",
    "tier = { exists = false }",
    "age = { gte = 18 }",
    "age = { gt = 17, lt = 18 }",
    "age = { gte = 16, lt = 65 }",
    "age = 7",
    "roles = \"admin\"",
    "roles = [\"admin\", \"owner\"]",
    "roles = \"owner\"",
    "appVersion = \">=5.2.0\"",
    "appVersion = \"<0.0.0-0\"",
    "appVersion = \"^4.1.0\"",
    "targetingKey = \"u-1\"",
    "targetingKey = { exists = true }",
    "segment = \"grown-ups\"",
    "segment = \"nobody\"",
    "segment = \"insiders\"",
    "segment = [\"insiders\", \"grown-ups\"]",
];

/// `SplitMix64` (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((bits ^ (bits >> 31)) % end as u64).unwrap()
    }

    fn one<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }

    fn condition(&mut self, depth: usize) -> String {
        let mut parts: Vec<String> = vec![self.one(&CLAUSES).to_owned()];
        let name = |part: &str| part.split(' ').next().unwrap().to_owned();
        for _ in 0..self.below(3) {
            let part = match self.below(if depth == 0 { 2 } else { 4 }) {
                0 | 1 => self.one(&CLAUSES).to_owned(),
                2 => format!("not = {}", self.condition(depth - 1)),
                _ => format!("any = [{}, {}]", self.condition(depth - 1), self.condition(depth - 1)),
            };
            if parts.iter().all(|known| name(known) != name(&part)) {
                parts.push(part);
            }
        }
        format!("{{ {} }}", parts.join(", "))
    }

    fn serve(&mut self) -> &'static str {
        self.one(&[
            "\"off\"",
            "\"on\"",
            "\"on\"",
            "\"new\"",
            "{ on = 50 }",
            "{ on = 20, new = 20 }",
            "{ on = 0 }",
        ])
    }

    fn rules(&mut self, header: &str, text: &mut String) {
        for _ in 0..self.below(4) {
            let (condition, serve) = (self.condition(1), self.serve());
            let _ = write!(text, "[[{header}rules]]\nif = {condition}\nserve = {serve}\n");
        }
    }

    fn schedule(&mut self, header: &str, text: &mut String) {
        for month in 1..=self.below(8).saturating_sub(5) {
            let (day, serve) = (1 + self.below(2), self.serve());
            let _ =
                write!(text, "[[{header}schedule]]\nat = 2027-0{month}-0{day}T00:00:00Z\nserve = {serve}\n");
        }
    }

    /// A flag that may require one of those before it.
    fn flag(&mut self, number: usize) -> String {
        let mut text = "description = \"It\"\nkind = \"release\"\nowner = \"it\"\n".to_owned();
        let _ = writeln!(text, "serve = {}", self.serve());
        if self.below(4) == 0 {
            text.push_str("bucket_by = \"age\"\n");
        }
        if self.below(5) == 0 {
            text.push_str("seed = \"shared\"\n");
        }
        text.push_str("[variants]\noff = 0\non = 1\nnew = 2\n");
        if number > 0 && self.below(4) == 0 {
            let wanted = self.one(&["\"on\"", "[\"on\", \"new\"]"]);
            let _ = writeln!(text, "[requires]\nf{} = {wanted}", self.below(number));
        }
        self.rules("", &mut text);
        self.schedule("", &mut text);
        if self.below(2) == 0 {
            let _ = writeln!(text, "[environments.production]\nserve = {}", self.serve());
            self.rules("environments.production.", &mut text);
            self.schedule("environments.production.", &mut text);
        }
        text
    }
}

/// Three thousand flags, all of which can be compiled.
fn generated() -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "flagc.toml", SETTINGS.as_bytes());
    let segment = |condition: &str| format!("description = \"It\"\nowner = \"it\"\nif = {condition}\n");
    write(folder.path(), "segments/grown-ups.toml", segment("{ age = { gte = 18 } }").as_bytes());
    write(folder.path(), "segments/nobody.toml", segment("{ age = { gte = 18, lt = 3 } }").as_bytes());
    let insiders = "{ any = [{ tier = \"staff\", appVersion = \">=5.2.0\" }, { roles = \"beta\", not = { country = \"AU\" } }] }";
    write(folder.path(), "segments/insiders.toml", segment(insiders).as_bytes());
    let mut random = Random(7);
    for number in 0..3000 {
        write(folder.path(), &format!("f{number}.toml"), random.flag(number).as_bytes());
    }
    let loaded = workspace::load(folder.path());
    for flag in &loaded.workspace.flags {
        assert!(flag.broken.is_empty(), "{} is broken", flag.key);
    }
    loaded
}

#[test]
fn where_it_is_sure_that_not_everybody_gets_the_same_the_solver_says_so_too() {
    let loaded = generated();
    let (workspace, segments) = (&loaded.workspace, compile::segments(&loaded.workspace));
    let (mut sure, mut varying, mut requiring) = (0, 0, 0);
    for flag in &workspace.flags {
        let timelines = timelines(workspace, &segments, flag);
        for (environment, timeline) in workspace.config.environment_ids().zip(&timelines) {
            // The steps of the schedules lie in the first days of January and February 2027.
            for at in ["2026-06-01T00:00:00Z", "2027-01-02T12:00:00Z", "2027-06-01T00:00:00Z"] {
                let at = at.parse::<jiff::Timestamp>().unwrap().as_second();
                let piece = timeline.pieces.iter().rfind(|piece| piece.from <= at).unwrap();
                let varies = piece.outcome == Outcome::Varying;
                varying += usize::from(varies);
                if surely_varies(workspace, flag, environment, at) {
                    sure += 1;
                    requiring += usize::from(!flag.requires.is_empty());
                    let text = &loaded.sources.files[flag.file.0 as usize].text;
                    assert!(varies, "{} at {at}\n{text}\n{timeline:?}", flag.key);
                }
            }
        }
    }

    assert!(sure > 1000 && requiring > 100, "{sure} of {varying}, {requiring}");
}

#[test]
fn where_the_glance_is_sure_the_analysis_finds_nothing() {
    let loaded = generated();
    let segments = compile::segments(&loaded.workspace);
    let facts = Facts::new(&loaded.workspace, None);
    let context = Context {
        workspace: &loaded.workspace,
        rules: rules::ALL,
        segments: &segments,
        facts: &facts,
        as_of: None,
    };
    let (mut sure, mut found, mut requiring) = (0, 0, 0);
    for flag in &loaded.workspace.flags {
        let survey = Survey::new(&loaded.workspace, flag, &segments).unwrap();
        let analysis = Analysis::new(&survey);
        let mut findings = Vec::new();
        for rule in rules::ALL {
            if let Check::Exposure(check) | Check::ExposureAndWorkspace(check, _) = rule.check {
                check(&context, &analysis, &mut findings);
            }
        }
        found += usize::from(!findings.is_empty());
        if is_plain(&loaded.workspace, flag) {
            sure += 1;
            requiring += usize::from(!flag.requires.is_empty());
            let text = &loaded.sources.files[flag.file.0 as usize].text;
            assert!(findings.is_empty(), "{}\n{text}\n{findings:#?}", flag.key);
        }
    }
    // The glance settles some, and the analysis has something to say about others.
    let flags = loaded.workspace.flags.len();

    assert!(sure > 100 && requiring > 20 && found > 500, "{sure} of {flags}, {requiring}, {found}");
}
