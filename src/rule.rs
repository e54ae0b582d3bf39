//! What a rule is, and how rules are run: they look at a workspace and say what they find; how much it weighs is
//! decided here, in one place, from the rule's default and the workspace's `[lints]`.

use rayon::prelude::*;

use crate::compile::Segments;
use crate::constancy::Standing;
use crate::contract::Readings;
use crate::exposure::{self, Analysis, Survey};
use crate::finding::{self, Finding, RuleId, Severity};
use crate::format::LintLevel;
use crate::model::{Flag, FlagId, Workspace};
use crate::owners::Owners;
use crate::readiness::{self, Facts, Servable, Verdict};
use crate::references::Code;
use crate::retire::Use;
use crate::source::FileId;
use crate::staleness::Staleness;

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
    /// Whether flags have an end.
    Lifecycle,
}

impl Group {
    /// All groups, in the order of the documentation.
    pub const ALL: [Self; 7] = [
        Self::Syntax,
        Self::Schema,
        Self::Names,
        Self::Meaning,
        Self::Behaviour,
        Self::Coordination,
        Self::Lifecycle,
    ];

    /// Its name in `[lints]`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Schema => "schema",
            Self::Names => "names",
            Self::Meaning => "meaning",
            Self::Behaviour => "behaviour",
            Self::Coordination => "coordination",
            Self::Lifecycle => "lifecycle",
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

/// Looks at what is not ready.
pub type ReadinessCheck = fn(&Context<'_>, &[Verdict<'_>], &mut Vec<Finding>);

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
    /// From what is live and not ready: all verdicts of the workspace that are not [`readiness::Outcome::Ready`], by flag.
    Readiness(ReadinessCheck),
    /// From what flags read of the context. All rules of this kind share what was found out about it.
    Contract(fn(&Context<'_>, &Readings<'_>, &mut Vec<Finding>)),
    /// From looking at the whole workspace.
    Workspace(fn(&Context<'_>, &mut Vec<Finding>)),
    /// From where flags stand in their lives.
    Life(fn(&Life<'_>, &mut Vec<Finding>)),
    /// From looking at the services' code: `flagc refs` finds it, not `check`, which reads no code.
    Code(fn(&Code<'_>, &mut Vec<Finding>)),
    /// From comparing with an earlier state: a flag's file is gone.
    Removal(fn(&Removal<'_>, &mut Vec<Finding>)),
}

impl std::fmt::Debug for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Load => "Load",
            Self::Flag(_) => "Flag",
            Self::Exposure(_) => "Exposure",
            Self::ExposureAndWorkspace(..) => "ExposureAndWorkspace",
            Self::Readiness(_) => "Readiness",
            Self::Contract(_) => "Contract",
            Self::Workspace(_) => "Workspace",
            Self::Life(_) => "Life",
            Self::Code(_) => "Code",
            Self::Removal(_) => "Removal",
        })
    }
}

/// What rules look at.
#[derive(Debug)]
pub struct Context<'w> {
    /// The workspace.
    pub workspace: &'w Workspace,
    /// All rules there are, for the rules that speak of rules.
    pub rules: &'w [&'w Rule],
    /// The segments as logic, for the rules that compile flags.
    pub segments: &'w Segments,
    /// What is live.
    pub facts: &'w Facts,
    /// The time that is now, in seconds since 1970: what a schedule has left behind need not be ready any more.
    pub as_of: Option<i64>,
}

/// What the rules on the lives of flags look at.
#[derive(Clone, Copy, Debug)]
pub struct Life<'l> {
    /// The workspace.
    pub workspace: &'l Workspace,
    /// Where flags stand in their lives; nothing where no date is known.
    pub staleness: &'l [Staleness],
    /// Who is known as an owner.
    pub owners: &'l Owners,
    /// The time that is now, in seconds since 1970.
    pub as_of: Option<i64>,
}

/// A flag whose file is gone since an earlier state of the workspace.
#[derive(Clone, Copy, Debug)]
pub struct Removal<'r> {
    /// The workspace as it was.
    pub base: &'r Workspace,
    /// Its segments as logic.
    pub segments: &'r Segments,
    /// The flag as it was.
    pub flag: &'r Flag,
    /// The file that is gone, as findings name it.
    pub file: FileId,
    /// The workspace as it is.
    pub head: &'r Workspace,
    /// The flag that bears another key now, if it only was renamed; bundles know nothing of former keys.
    pub renamed: Option<&'r Flag>,
    /// What the flag served in the environments of the base, at the time in question.
    pub standings: &'r [Standing],
    /// Where services' code names it, as far as that is known.
    pub uses: &'r [Use],
}

/// Asks all rules about a flag that is gone.
pub fn run_removal(rules: &[&Rule], removal: &Removal<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in rules {
        if let Check::Removal(check) = rule.check {
            check(removal, &mut findings);
        }
    }
    findings
}

/// The checks that look at each flag, and those that look at what came of it.
#[derive(Default)]
struct Checks {
    flag: Vec<fn(&Context<'_>, &Flag, &mut Vec<Finding>)>,
    exposure: Vec<fn(&Context<'_>, &Analysis<'_>, &mut Vec<Finding>)>,
    readiness: Vec<ReadinessCheck>,
}

/// Runs the rules on the lives of flags.
pub fn run_on_life(rules: &[&Rule], life: &Life<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in rules {
        if let Check::Life(check) = rule.check {
            check(life, &mut findings);
        }
    }
    findings
}

/// Runs all rules on the workspace by itself. Flags are looked at in parallel; the order of the findings does not show it.
pub fn run(context: &Context<'_>) -> Vec<Finding> {
    let mut checks = Checks::default();
    for rule in context.rules {
        match rule.check {
            Check::Load
            | Check::Contract(_)
            | Check::Workspace(_)
            | Check::Life(_)
            | Check::Code(_)
            | Check::Removal(_) => {}
            Check::Flag(check) => checks.flag.push(check),
            // The analysis is the dearest part of a check: it is not made for rules that are not heard.
            Check::Exposure(_) | Check::ExposureAndWorkspace(..) | Check::Readiness(_)
                if severity(rule, context.workspace).is_none() => {}
            Check::Exposure(check) | Check::ExposureAndWorkspace(check, _) => checks.exposure.push(check),
            Check::Readiness(check) => checks.readiness.push(check),
        }
    }
    let flags = context.workspace.flags.par_iter().enumerate();
    // Of nearly all flags there is nothing to tell, and there may be a hundred thousand.
    let by_flag = flags
        .map(|(index, flag)| run_flag(context, &checks, index, flag))
        .filter(|(found, not_ready)| !found.is_empty() || !not_ready.is_empty());
    let (mut findings, by_flag) = rayon::join(|| run_whole(context), || by_flag.collect::<Vec<_>>());
    let mut verdicts = Vec::new();
    for (found, not_ready) in by_flag {
        findings.extend(found);
        verdicts.extend(not_ready);
    }
    for check in &checks.readiness {
        check(context, &verdicts, &mut findings);
    }
    findings
}

/// Runs the rules that look at code.
pub fn run_on_code(rules: &[&Rule], code: &Code<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in rules {
        if let Check::Code(check) = rule.check {
            check(code, &mut findings);
        }
    }
    findings
}

/// Runs what looks at the whole workspace.
fn run_whole(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut readings = None;
    for rule in context.rules {
        match rule.check {
            Check::Load
            | Check::Flag(_)
            | Check::Exposure(_)
            | Check::Readiness(_)
            | Check::Life(_)
            | Check::Code(_)
            | Check::Removal(_) => {}
            Check::ExposureAndWorkspace(..) | Check::Contract(_)
                if severity(rule, context.workspace).is_none() => {}
            Check::ExposureAndWorkspace(_, check) | Check::Workspace(check) => check(context, &mut findings),
            Check::Contract(check) => {
                let readings = readings.get_or_insert_with(|| Readings::new(context.workspace));
                check(context, readings, &mut findings);
            }
        }
    }
    findings
}

/// Looks at one flag: what is found, and what is not ready for it.
fn run_flag<'c>(
    context: &Context<'c>,
    checks: &Checks,
    index: usize,
    flag: &Flag,
) -> (Vec<Finding>, Vec<Verdict<'c>>) {
    let (workspace, mut findings) = (context.workspace, Vec::new());
    for check in &checks.flag {
        check(context, flag, &mut findings);
    }
    let open = match u32::try_from(index) {
        Ok(id) if !checks.readiness.is_empty() => readiness::candidates(workspace, context.facts, FlagId(id)),
        _ => Vec::new(),
    };
    let is_ready = open.is_empty();
    let settle = |servable| readiness::settle(workspace, open, servable, context.as_of);
    let is_plain = exposure::is_plain(workspace, flag);
    // Where others are required, a plain flag need not serve at all times what it serves at one.
    if is_plain && (is_ready || flag.requires.is_empty()) {
        return (findings, settle(Servable::Plain));
    }
    if checks.exposure.is_empty() && is_ready {
        return (findings, Vec::new());
    }
    let Some(survey) = Survey::new(workspace, flag, context.segments) else {
        return (findings, settle(Servable::Dark));
    };
    let analysis = Analysis::new(&survey);
    if !is_plain {
        for check in &checks.exposure {
            check(context, &analysis, &mut findings);
        }
    }
    (findings, settle(Servable::Analysed(&analysis)))
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
