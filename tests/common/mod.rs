//! What the tests that check workspaces share: write one, check it, show what was found.

#![allow(dead_code, reason = "each test uses its part of it")]

use std::path::Path;
use std::process::Command;

use flagc::finding::{self, Finding};
use flagc::history;
use flagc::ops::{self, removal};
use flagc::references;
use flagc::report::{self, Format, Options, Summary};
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
    pub sources: Sources,
    pub findings: Vec<Finding>,
    summary: Summary,
}

/// Checks a workspace, and makes sure that every finding can be shown. Where its flags stand in their lives is left out:
/// cases that lie in this repository would age with it.
pub fn check(root: &Path) -> Checked {
    sound(ops::check::check_loaded(workspace::load(root), history::head_time(root)))
}

/// Checks a workspace as if it had been committed on a day, and it were another day now (such as `2026-03-01`): all that
/// it says of the lives of flags included.
pub fn check_aged(root: &Path, committed: &str, now: &str) -> Checked {
    let folder = tempfile::tempdir().unwrap();
    copy(root, folder.path());
    let git = |arguments: &[&str]| {
        let date = format!("{committed}T00:00:00Z");
        let status = Command::new("git")
            .arg("-C")
            .arg(folder.path())
            .args(["-c", "user.name=t", "-c", "user.email=t@example.com"])
            .args(arguments)
            .envs([("GIT_AUTHOR_DATE", date.as_str()), ("GIT_COMMITTER_DATE", date.as_str())])
            .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")])
            .status()
            .unwrap();
        assert!(status.success(), "git {arguments:?}");
    };
    git(&["init", "-q"]);
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "all"]);
    let now: jiff::Timestamp = format!("{now}T00:00:00Z").parse().unwrap();
    let options = ops::check::Options { as_of: Some(now.as_second()), ..ops::check::Options::default() };
    let checked = ops::check::check_with(folder.path(), &options).unwrap();
    assert_eq!(checked.skipped, None);
    sound(checked)
}

/// What is found in the code of a workspace's services.
pub fn check_code(root: &Path) -> Checked {
    let found = ops::refs::refs(root, &ops::refs::Options::default(), None).unwrap();
    let summary = Summary::of(&found.findings, found.workspace.flags.len(), found.workspace.services.len());
    Checked { sources: found.sources, findings: found.findings, summary }
}

pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn sound(checked: ops::check::Checked) -> Checked {
    let summary = Summary::of(&checked.findings, checked.flag_count(), checked.workspace.services.len());
    let checked = Checked { sources: checked.sources, findings: checked.findings, summary };
    checked.assert_sound();
    checked
}

/// 2026-11-01T00:00:00Z: a time at which workspaces are compared.
const COMPARED_AT: i64 = 1_793_491_200;

/// Checks a workspace with what became of the flags of another; `refs.json` beside that says where code names them.
pub fn check_against(root: &Path, base: &Path) -> Checked {
    let mut head = workspace::load(root);
    let refs = std::fs::read(base.with_file_name("refs.json")).ok();
    let reports = refs
        .map(|refs| references::parse(&String::from_utf8(refs).unwrap()).unwrap().scan)
        .unwrap_or_default();
    let removals = removal::removals(&workspace::load(base), &mut head, COMPARED_AT, &reports, None).unwrap();
    let mut checked = check(root);
    removal::without_repetition(&mut checked.findings, &removals);
    checked.findings.extend(removals);
    checked.sources = head.sources;
    finding::sort(&mut checked.findings);
    checked.summary = Summary::of(&checked.findings, checked.summary.flags, checked.summary.services);
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
    /// The findings as a terminal of 100 columns shows them; empty where there is none.
    pub fn render(&self) -> String {
        if self.findings.is_empty() {
            return String::new();
        }
        let options =
            Options { color: false, unicode: true, width: 100, prefix: "", version: "0.0.0", rules: &[] };
        report::render(Format::Human, &self.findings, &self.sources, &self.summary, &options)
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
                let text = self.sources.files.get(file.0 as usize).map(|file| &*file.text);
                assert!(text.is_some_and(|text| text.get(span.range()).is_some()), "no text: {finding:?}");
            }
        }
    }
}
