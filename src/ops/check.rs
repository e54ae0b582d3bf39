//! `check`: load, run the rules, settle the levels.

use std::path::Path;

use crate::compile;
use crate::finding::{Finding, Severity};
use crate::history;
use crate::model::Workspace;
use crate::readiness::Facts;
use crate::rule::{self, Context};
use crate::rules;
use crate::source::Sources;
use crate::workspace::{self, Loaded};

/// A workspace and everything that was found in it.
#[derive(Debug)]
pub struct Checked {
    /// What could be understood.
    pub workspace: Workspace,
    /// The files.
    pub sources: Sources,
    /// All findings with their levels, in the order of the files.
    pub findings: Vec<Finding>,
}

impl Checked {
    /// Whether there is a finding at error level.
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// The flags that were seen, also those that could not be read.
    pub fn flag_count(&self) -> usize {
        self.workspace.flags.len() + self.workspace.unreadable_flags.len()
    }
}

/// Checks the workspace in `root`.
pub fn check(root: &Path) -> Checked {
    check_loaded(workspace::load(root), history::head_time(root))
}

/// Checks a workspace that was loaded, as of a time in seconds since 1970.
pub fn check_loaded(loaded: Loaded, as_of: Option<i64>) -> Checked {
    let Loaded { workspace, sources, mut findings } = loaded;
    let segments = compile::segments(&workspace);
    let facts = Facts::new(&workspace, as_of);
    let context = Context {
        workspace: &workspace,
        sources: &sources,
        rules: rules::ALL,
        segments: &segments,
        facts: &facts,
        as_of,
    };
    findings.extend(rule::run(&context));
    let findings = rule::settle(rules::ALL, &workspace, findings);
    Checked { workspace, sources, findings }
}
