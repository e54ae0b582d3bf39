//! What the tests that check workspaces share: write one, check it, show what was found.

#![allow(dead_code, reason = "each test uses its part of it")]

use std::fmt::Write as _;
use std::path::Path;

use flagc::finding::Finding;
use flagc::model::Workspace;
use flagc::rule::{self, Context};
use flagc::rules;
use flagc::source::{Place, Sources};
use flagc::workspace;

/// Settings that most tests need no more of.
pub const SETTINGS: &str =
    "project = \"shop\"\nenvironments = [{ name = \"dev\" }, { name = \"production\" }]\n";

/// A flag with nothing wrong with it.
pub const FLAG: &str =
    "description = \"New checkout\"\nkind = \"release\"\nowner = \"team-checkout\"\nserve = \"off\"\n";

/// A workspace as `flagc check` sees it.
pub struct Checked {
    pub workspace: Workspace,
    pub sources: Sources,
    pub findings: Vec<Finding>,
}

/// Loads a workspace, runs all rules, settles what they found, and makes sure that every finding can be shown.
pub fn check(root: &Path) -> Checked {
    let loaded = workspace::load(root);
    let context = Context { workspace: &loaded.workspace, sources: &loaded.sources, rules: rules::ALL };
    let mut findings = loaded.findings;
    findings.extend(rule::run(&context));
    let findings = rule::settle(rules::ALL, &loaded.workspace, findings);
    let checked = Checked { workspace: loaded.workspace, sources: loaded.sources, findings };
    checked.assert_sound();
    checked
}

/// Writes files into a temporary folder and checks it as a workspace.
pub fn check_files(files: &[(&str, &str)]) -> Checked {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        write(folder.path(), path, text.as_bytes());
    }
    check(folder.path())
}

/// Writes one file of a workspace, and the folders on the way to it.
pub fn write(root: &Path, path: &str, bytes: &[u8]) {
    let file = root.join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, bytes).unwrap();
}

impl Checked {
    /// The findings as text; the golden files are written and compared through this function alone.
    pub fn render(&self) -> String {
        let mut text = String::new();
        for finding in &self.findings {
            let (severity, rule) = (finding.severity.as_str(), finding.rule);
            writeln!(text, "{}: {severity}[{rule}]: {}", self.shown(finding.place), finding.message).unwrap();
            let covered = self.sources.text(finding.place);
            if !covered.is_empty() {
                let first = covered.lines().next().unwrap_or_default();
                writeln!(text, "  | {first}").unwrap();
            }
            if let Some(label) = &finding.label {
                writeln!(text, "  ^ {label}").unwrap();
            }
            for related in &finding.related {
                writeln!(text, "  - {}: {}", self.shown(related.place), related.message).unwrap();
            }
            if let Some(help) = &finding.help {
                writeln!(text, "  = help: {help}").unwrap();
            }
            let about = [("flag", &finding.flag), ("environment", &finding.environment)];
            for (what, name) in about {
                if let Some(name) = name {
                    writeln!(text, "  = {what}: {name}").unwrap();
                }
            }
        }
        text
    }

    /// The names of the rules that found something, in the order of the findings.
    pub fn rules(&self) -> Vec<&'static str> {
        self.findings.iter().map(|finding| finding.rule.0).collect()
    }

    /// Each finding's rule and the text it marks.
    pub fn marked(&self) -> Vec<(&'static str, &str)> {
        self.findings.iter().map(|finding| (finding.rule.0, self.sources.text(finding.place))).collect()
    }

    /// The helps, in the order of the findings; empty where there is none.
    pub fn helps(&self) -> Vec<&str> {
        self.findings.iter().map(|finding| finding.help.as_deref().unwrap_or_default()).collect()
    }

    fn shown(&self, place: Place) -> String {
        let file = self.sources.file(place.file);
        format!("{}:{}", file.path, file.position(place.span.start))
    }

    /// Every finding is of a known rule, reads as the house wants it, and lies on whole characters of its file.
    fn assert_sound(&self) {
        for finding in &self.findings {
            assert!(rules::ALL.iter().any(|rule| rule.id == finding.rule), "not registered: {finding:?}");
            let message = &finding.message;
            assert!(!message.is_empty(), "{finding:?}");
            assert!(!message.ends_with('.'), "no full stop: {finding:?}");
            assert!(message.starts_with(|c: char| !c.is_uppercase()), "lower case: {finding:?}");
            let places = finding.related.iter().map(|related| related.place).chain([finding.place]);
            for Place { file, span } in places {
                let text = self.sources.files.get(file.0 as usize).map(|file| file.text.as_str());
                assert!(text.is_some_and(|text| text.get(span.range()).is_some()), "no text: {finding:?}");
            }
        }
    }
}
