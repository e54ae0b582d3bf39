//! What a rule is, and how rules are run: they look at a workspace and say what they find; how much it weighs is
//! decided here, in one place, from the rule's default and the workspace's `[lints]`.

use rayon::prelude::*;

use crate::compile::Segments;
use crate::exposure::{self, Analysis, Survey};
use crate::finding::{self, Finding, RuleId, Severity};
use crate::format::LintLevel;
use crate::model::{Flag, Workspace};
use crate::source::Sources;

/// A rule: its metadata, its page, and what it does.
#[derive(Debug)]
pub struct Rule {
    /// Its name in kebab-case.
    pub id: RuleId,
    /// The group it belongs to.
    pub group: Group,
    /// How much its findings weigh unless the workspace says otherwise.
    pub level: Level,
    /// What it finds, in a line.
    pub summary: &'static str,
    /// Its page for `flagc explain`: Markdown, with an example.
    pub page: &'static str,
    /// Where its findings come from.
    pub check: Check,
}

/// What a rule is about; a group can be given a level in `[lints]` as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Whether a file is readable text and TOML.
    Syntax,
    /// Whether a file has the keys and the values of the format.
    Schema,
    /// Whether names refer to something that exists.
    Names,
    /// Whether what is written has a meaning.
    Meaning,
    /// Whether the flags do what their owners expect, in every SDK.
    Behaviour,
    /// Whether the services can do together what the flags ask of them.
    Coordination,
}

impl Group {
    /// All groups, in the order of the documentation.
    pub const ALL: [Self; 6] =
        [Self::Syntax, Self::Schema, Self::Names, Self::Meaning, Self::Behaviour, Self::Coordination];

    /// Its name in `[lints]`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Schema => "schema",
            Self::Names => "names",
            Self::Meaning => "meaning",
            Self::Behaviour => "behaviour",
            Self::Coordination => "coordination",
        }
    }
}

/// How much a rule's findings weigh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Always an error: what it finds has no meaning that could be compiled, so no workspace can lower it.
    Fixed,
    /// An error unless the workspace says otherwise.
    Error,
    /// A warning unless the workspace says otherwise.
    Warning,
}

impl Level {
    /// The level as the documentation names it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fixed => "error, fixed",
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// Where a rule's findings come from.
#[derive(Clone, Copy)]
pub enum Check {
    /// From loading: the rule's file holds its page, the loader finds it on the way.
    Load,
    /// From looking at each flag by itself.
    Flag(fn(&Context<'_>, &Flag, &mut Vec<Finding>)),
    /// From what a flag serves to whom. All rules of this kind share one analysis of the flag; there is none for a flag
    /// that cannot be compiled, or is killed, in every environment.
    Exposure(fn(&Context<'_>, &Analysis<'_>, &mut Vec<Finding>)),
    /// The same, and from looking at the whole workspace besides.
    ExposureAndWorkspace(
        fn(&Context<'_>, &Analysis<'_>, &mut Vec<Finding>),
        fn(&Context<'_>, &mut Vec<Finding>),
    ),
    /// From looking at the whole workspace.
    Workspace(fn(&Context<'_>, &mut Vec<Finding>)),
}

impl std::fmt::Debug for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Load => "Load",
            Self::Flag(_) => "Flag",
            Self::Exposure(_) => "Exposure",
            Self::ExposureAndWorkspace(..) => "ExposureAndWorkspace",
            Self::Workspace(_) => "Workspace",
        })
    }
}

/// What rules look at.
#[derive(Debug)]
pub struct Context<'w> {
    /// The workspace.
    pub workspace: &'w Workspace,
    /// Its files.
    pub sources: &'w Sources,
    /// All rules there are, for the rules that speak of rules.
    pub rules: &'w [&'w Rule],
    /// The segments as logic, for the rules that compile flags.
    pub segments: &'w Segments,
}

/// Runs all rules. Flags are looked at in parallel; the order of the findings does not show it.
pub fn run(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut flag_checks = Vec::new();
    let mut exposure_checks = Vec::new();
    for rule in context.rules {
        match rule.check {
            Check::Load => {}
            Check::Flag(check) => flag_checks.push(check),
            // The analysis is the dearest part of a check: it is not made for rules that are not heard.
            Check::Exposure(_) | Check::ExposureAndWorkspace(..)
                if severity(rule, context.workspace).is_none() => {}
            Check::Exposure(check) => exposure_checks.push(check),
            Check::ExposureAndWorkspace(check, workspace) => {
                exposure_checks.push(check);
                workspace(context, &mut findings);
            }
            Check::Workspace(check) => check(context, &mut findings),
        }
    }
    let by_flag = context.workspace.flags.par_iter().map(|flag| {
        let mut findings = Vec::new();
        for check in &flag_checks {
            check(context, flag, &mut findings);
        }
        if !exposure_checks.is_empty()
            && !exposure::is_plain(context.workspace, flag)
            && let Some(survey) = Survey::new(context.workspace, flag, context.segments)
        {
            let analysis = Analysis::new(&survey);
            for check in &exposure_checks {
                check(context, &analysis, &mut findings);
            }
        }
        findings
    });
    findings.extend(by_flag.flatten_iter().collect::<Vec<_>>());
    findings
}

/// Gives every finding its severity, drops what the workspace allows, and sorts.
pub fn settle(rules: &[&Rule], workspace: &Workspace, mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.retain_mut(|finding| {
        let rule = rules.iter().find(|rule| rule.id == finding.rule);
        match rule.map_or(Some(Severity::Error), |rule| severity(rule, workspace)) {
            Some(severity) => {
                finding.severity = severity;
                true
            }
            None => false,
        }
    });
    finding::sort(&mut findings);
    findings
}

/// How much a rule weighs in this workspace; `None` where it is allowed. The rule's own entry in `[lints]` wins over
/// its group's.
pub fn severity(rule: &Rule, workspace: &Workspace) -> Option<Severity> {
    let lints = &workspace.config.lints;
    let said = |name: &str| lints.iter().find(|(lint, _)| lint.value == name).map(|(_, level)| *level);
    let level = match rule.level {
        Level::Fixed => return Some(Severity::Error),
        Level::Error => LintLevel::Error,
        Level::Warning => LintLevel::Warn,
    };
    match said(rule.id.0).or_else(|| said(rule.group.as_str())).unwrap_or(level) {
        LintLevel::Allow => None,
        LintLevel::Warn => Some(Severity::Warning),
        LintLevel::Error => Some(Severity::Error),
    }
}
