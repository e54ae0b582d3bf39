//! `check`: load, run the rules, settle the levels.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{OpError, evaluate, past, read, refs, removal, revisions};
use crate::finding::{self, Finding, Severity};
use crate::history::{self, HistoryError};
use crate::model::{Config, Workspace};
use crate::owners::{Owners, PLACES};
use crate::readiness::Facts;
use crate::rule::{self, Context, Group, Life, Rule};
use crate::rules;
use crate::source::{FileId, Sources};
use crate::staleness::{self, Staleness};
use crate::workspace::{self, Aside, Loaded, Texts};
use crate::{compile, constancy};

/// A workspace and everything that was found in it.
#[derive(Debug)]
pub struct Checked {
    /// What could be understood.
    pub workspace: Workspace,
    /// The files.
    pub sources: Sources,
    /// All findings with their levels, in the order of the files.
    pub findings: Vec<Finding>,
    /// Why rules that need a date, or the past, were not run.
    pub skipped: Option<String>,
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

/// What a check goes by besides the workspace.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Files that say what is live, in place of the workspace's own for one run: `FILE`, whose stem names the environment,
    /// or `ENV=FILE`.
    pub deployments: Vec<String>,
    /// The time that is now, in seconds since 1970; when the commit that is checked out was committed unless said
    /// otherwise.
    pub as_of: Option<i64>,
    /// The change that is looked at is what differs from the merge base with this revision; what the commit that is
    /// checked out changed, and what is not committed, unless said otherwise.
    pub against: Option<String>,
    /// Files that say where services' code names flags: a flag that is read may not be removed.
    pub refs: Vec<PathBuf>,
}

/// Checks the workspace in `root`.
pub fn check(root: &Path) -> Checked {
    let loaded = workspace::load(root);
    // Without options there is nothing that could be asked for in vain.
    let as_of = history::head_time(root);
    let known = || life(root, &loaded, as_of, None).unwrap_or_else(|error| skipped(&error));
    let (found, (life, skipped)) = rayon::join(|| run(&loaded, as_of), known);
    Checked { skipped, ..settle(loaded, found, as_of, &life) }
}

/// Checks the workspace in `root` by the options.
///
/// # Errors
/// A deployment file that cannot be read, or is for no environment of the workspace, and a revision that does not exist.
pub fn check_with(root: &Path, options: &Options) -> Result<Checked, OpError> {
    let head = history::head_time(root);
    // Inside a repository, what is committed is compared with what every file says.
    if head.is_none()
        && options.against.is_none()
        && let Some(checked) = check_lightly(root, options)?
    {
        return Ok(checked);
    }
    let (checked, _) = check_by(root, options, head, Texts::Kept)?;
    Ok(checked)
}

/// Checks a workspace outside of every repository, and has no more texts in memory than what was found calls for. `None`
/// where one of those is not what it was any more.
fn check_lightly(root: &Path, options: &Options) -> Result<Option<Checked>, OpError> {
    let (mut checked, aside) = check_by(root, options, None, Texts::SetAside)?;
    let files: BTreeSet<FileId> = checked.findings.iter().flat_map(Finding::files).collect();
    Ok(aside.bring_back(root, &mut checked.sources, files).then_some(checked))
}

fn check_by(
    root: &Path,
    options: &Options,
    head: Option<i64>,
    texts: Texts,
) -> Result<(Checked, Aside), OpError> {
    let mut loaded = load_with(root, &options.deployments, texts)?;
    let aside = std::mem::take(&mut loaded.aside);
    let as_of = options.as_of.or(head);
    let known = || life(root, &loaded, as_of, options.against.as_deref());
    let (found, known) = rayon::join(|| run(&loaded, as_of), known);
    let (life, skipped) = match known {
        Ok(known) => known,
        Err(error) if options.against.is_some() => return Err(error),
        Err(error) => skipped(&error),
    };
    let gone = match &options.against {
        Some(revision) => {
            let base = revisions::left_at(root, revision, &loaded)?;
            let reports = read::reports(&options.refs)?;
            let at = as_of.or(base.time).unwrap_or_default();
            removal::removals(&base.loaded, &mut loaded, at, &reports, Some(root))?
        }
        None => Vec::new(),
    };
    let mut checked = Checked { skipped, ..settle(loaded, found, as_of, &life) };
    removal::without_repetition(&mut checked.findings, &gone);
    checked.findings.extend(gone);
    finding::sort(&mut checked.findings);
    Ok((checked, aside))
}

/// What is known of the flags' lives.
#[derive(Debug, Default)]
struct Lives {
    staleness: Vec<Staleness>,
    owners: Owners,
    /// The files that the change touches; `None` where nobody knows.
    touched: Option<BTreeSet<String>>,
}

/// Judges where the flags stand in their lives, if any rule asks for it.
fn life(
    root: &Path,
    loaded: &Loaded,
    as_of: Option<i64>,
    against: Option<&str>,
) -> Result<(Lives, Option<String>), OpError> {
    let workspace = &loaded.workspace;
    let asks = |rule: &&Rule| rule.group == Group::Lifecycle && rule::severity(rule, workspace).is_some();
    if !rules::ALL.iter().copied().any(|rule| asks(&rule)) || workspace.flags.is_empty() {
        return Ok((Lives::default(), None));
    }
    let Some(as_of) = as_of else {
        let why = match revisions::open(root) {
            Err(OpError::History(error))
                if !matches!(error, HistoryError::NotARepository { .. } | HistoryError::NoCommits { .. }) =>
            {
                format!("{error}: rules that need a date were skipped")
            }
            Ok(_) | Err(_) => {
                "no commit says what time it is: rules that need a date were skipped".to_owned()
            }
        };
        let owners = known_owners(root, &workspace.config);
        return Ok((Lives { owners, ..Lives::default() }, Some(why)));
    };
    let days = i64::from(workspace.config.kinds.longest()) + 1;
    let horizon = as_of.saturating_sub(days * 86_400);
    let recent = match past::recent(root, loaded, as_of, horizon, against) {
        Ok(recent) => recent,
        // The time was given.
        Err(OpError::History(HistoryError::NotARepository { .. } | HistoryError::NoCommits { .. })) => {
            past::Recent { histories: constancy::present(workspace, as_of), touched: None, is_cut: false }
        }
        Err(error) => return Err(error),
    };
    let staleness = staleness::judge_all(workspace, &recent.histories, &[], as_of);
    let owners = known_owners(root, &workspace.config);
    let why = "this clone is shallow: how long flags have been as they are is not known from before its oldest \
               commit (`fetch-depth: 0`, `git fetch --unshallow`)";
    let cut = recent.is_cut.then(|| why.to_owned());
    Ok((Lives { staleness, owners, touched: recent.touched }, cut))
}

/// Who is known as an owner, by the workspace and by the repository around it.
pub(super) fn known_owners(root: &Path, config: &Config) -> Owners {
    let repository = refs::repository_of(root);
    let codeowners = PLACES.iter().find_map(|place| std::fs::read_to_string(repository.join(place)).ok());
    Owners::new(config, codeowners.as_deref())
}

fn skipped(error: &OpError) -> (Lives, Option<String>) {
    (Lives::default(), Some(format!("rules that need the past were skipped: {error}")))
}

/// Loads the workspace in `root`, with what is live taken from elsewhere.
///
/// # Errors
/// See [`check_with`].
pub fn load(root: &Path, deployments: &[String]) -> Result<Loaded, OpError> {
    load_with(root, deployments, Texts::Kept)
}

fn load_with(root: &Path, deployments: &[String], texts: Texts) -> Result<Loaded, OpError> {
    let mut loaded = workspace::load_with(root, texts);
    for given in deployments {
        let config = &loaded.workspace.config;
        let named = given.split_once('=').filter(|(name, _)| config.environment_id(name).is_some());
        let (environment, path) = match named {
            Some((environment, path)) => (environment, path),
            None if !Path::new(given).exists() && given.contains('=') => {
                (given.split('=').next().unwrap_or(given), given.as_str())
            }
            None => {
                (Path::new(given).file_stem().and_then(|stem| stem.to_str()).unwrap_or(given), given.as_str())
            }
        };
        evaluate::environment(&loaded.workspace, environment)?;
        let bytes = read::small(Path::new(path))?;
        workspace::replace_deployment(&mut loaded, environment, path.to_owned(), bytes);
    }
    Ok(loaded)
}

/// Checks a workspace that was loaded, as of a time in seconds since 1970. Where its flags stand in their lives is not
/// looked at.
pub fn check_loaded(loaded: Loaded, as_of: Option<i64>) -> Checked {
    let found = run(&loaded, as_of);
    settle(loaded, found, as_of, &Lives::default())
}

/// What the rules on the workspace by itself find.
fn run(loaded: &Loaded, as_of: Option<i64>) -> Vec<Finding> {
    let workspace = &loaded.workspace;
    rule::run(&Context {
        workspace,
        rules: rules::ALL,
        segments: &compile::segments(workspace),
        facts: &Facts::new(workspace, as_of),
        as_of,
    })
}

/// Adds what was found on loading, and what the lives of the flags give rise to; every finding gets its level.
fn settle(loaded: Loaded, found: Vec<Finding>, as_of: Option<i64>, lives: &Lives) -> Checked {
    let Loaded { workspace, sources, mut findings, .. } = loaded;
    let Lives { staleness, owners, touched } = lives;
    findings.extend(found);
    findings.extend(rule::run_on_life(rules::ALL, &Life { workspace: &workspace, staleness, owners, as_of }));
    let mut findings = rule::settle(rules::ALL, &workspace, findings);
    if let Some(touched) = touched {
        spare_the_untouched(&mut findings, &sources, touched);
    }
    Checked { workspace, sources, findings, skipped: None }
}

/// Age comes by itself: in files that a change does not touch it is a warning at most, so that no commit fails for what
/// somebody else left behind.
fn spare_the_untouched(findings: &mut [Finding], sources: &Sources, touched: &BTreeSet<String>) {
    let comes_by_itself = |finding: &Finding| {
        rules::ALL.iter().any(|rule| rule.id == finding.rule && rule.group == Group::Lifecycle)
    };
    for finding in findings.iter_mut().filter(|finding| finding.severity == Severity::Error) {
        if !touched.contains(&sources.file(finding.place.file).path) && comes_by_itself(finding) {
            finding.severity = Severity::Warning;
        }
    }
}
