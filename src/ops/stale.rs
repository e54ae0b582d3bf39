//! `stale`: which flags are done, since when, and what stands against taking them out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use ecow::EcoString;

use super::OpError;
use super::check::known_owners;
use super::past::{self, AsOf, Past};
use crate::constancy::Extent;
use crate::finding::{Finding, Severity};
use crate::model::{Flag, FlagId, Workspace};
use crate::owners::Owners;
use crate::references::{Class, Scan};
use crate::rule::{self, Life};
use crate::rules;
use crate::staleness::{self, Evidence, Mentions, Staleness, State};
use crate::workspace::{self, nearest};

/// What is asked.
#[derive(Clone, Debug)]
pub struct Options {
    /// The time that is now.
    pub as_of: AsOf,
    /// Whether all that flags ever served is wanted, or only since when they serve what they do.
    pub extent: Extent,
    /// Only flags of these owners; all where none is named.
    pub owners: Vec<String>,
    /// Only flags in these states; all where none is named.
    pub states: Vec<State>,
    /// What was stale at this revision already is no news.
    pub new_since: Option<String>,
    /// What is known of the services' code; `None` where none was looked at.
    pub code: Option<Code>,
}

/// What is known of the services' code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Code {
    /// What was found in it.
    pub scan: Scan,
    /// Services whose code was not looked at.
    pub unsearched: BTreeSet<String>,
}

/// The answer.
#[derive(Debug)]
pub struct Stale {
    /// The workspace and its past.
    pub past: Past,
    /// Every flag's, in the order of the workspace.
    pub staleness: Vec<Staleness>,
    /// The flags that were asked for, the most pressing first, then those that will be.
    pub shown: Vec<FlagId>,
    /// Those of them that were not stale at the revision that was named; `None` where none was.
    pub new: Option<BTreeSet<FlagId>>,
    /// Whether states were asked for by name.
    pub by_state: bool,
    /// Owners with more stale flags than they may have: who, how many, how many they may have.
    pub over_budget: Vec<(EcoString, u32, u32)>,
    /// What the rules on the lives of flags say of those that are shown, with their levels.
    pub findings: Vec<Finding>,
}

impl Stale {
    /// Where a flag stands.
    pub fn of(&self, id: FlagId) -> &Staleness {
        &self.staleness[id.0 as usize]
    }

    /// Whether the answer is one that should stop somebody: with a revision to compare with, a flag that became stale
    /// since; without, a finding at error level, or a budget that is overdrawn.
    pub fn fails(&self) -> bool {
        match &self.new {
            Some(new) => !new.is_empty(),
            None => {
                !self.over_budget.is_empty()
                    || self.findings.iter().any(|finding| finding.severity == Severity::Error)
            }
        }
    }
}

/// Judges the flags of the workspace around a folder.
///
/// # Errors
/// See [`past::past`]; an owner whom no flag names.
pub fn stale(start: &Path, options: &Options) -> Result<Stale, OpError> {
    let past = past::past(start, &options.as_of, options.extent)?;
    let workspace = &past.loaded.workspace;
    let root = workspace::find_root(start);
    let owners = root.map(|root| known_owners(&root, &workspace.config)).unwrap_or_default();
    let mut evidence = match &options.code {
        Some(code) => evidence(workspace, code),
        None => vec![Evidence::default(); workspace.flags.len()],
    };
    for (flag, evidence) in workspace.flags.iter().zip(&mut evidence) {
        evidence.owner_unknown = !owners.is_empty() && !owners.know(&flag.owner.value);
    }
    let staleness = staleness::judge_all(workspace, &past.histories, &evidence, past.as_of);
    for owner in &options.owners {
        if !workspace.flags.iter().any(|flag| flag.owner.value == owner.as_str()) {
            let owners = workspace.flags.iter().map(|flag| flag.owner.value.as_str());
            let nearest = nearest(owner, owners).map(str::to_owned);
            return Err(OpError::UnknownOwner { name: owner.clone(), nearest });
        }
    }
    let wanted = |flag: &Flag, staleness: &Staleness| {
        (options.owners.is_empty() || options.owners.iter().any(|owner| flag.owner.value == owner.as_str()))
            && (options.states.is_empty() || options.states.contains(&staleness.state))
    };
    let mut shown: Vec<&Staleness> =
        staleness.iter().filter(|staleness| wanted(workspace.flag(staleness.flag), staleness)).collect();
    shown.sort_by_key(|staleness| {
        let due = staleness.due.map_or(i64::MAX, |due| due.at);
        (staleness.state, staleness.since.unwrap_or(i64::MAX), due, staleness.flag)
    });
    let shown: Vec<FlagId> = shown.into_iter().map(|staleness| staleness.flag).collect();
    let new = match &options.new_since {
        Some(revision) => Some(new_since(start, revision, &past, &staleness, &shown)?),
        None => None,
    };
    let findings = findings(&past, &staleness, &shown, &owners);
    let over_budget = over_budget(&past, &staleness, options);
    let by_state = !options.states.is_empty();
    Ok(Stale { past, staleness, shown, new, by_state, over_budget, findings })
}

/// What code says of each flag. A service that a flag lists and whose code is not known stands in its way.
fn evidence(workspace: &Workspace, code: &Code) -> Vec<Evidence> {
    let mut classes: BTreeMap<&str, BTreeMap<Class, usize>> = BTreeMap::new();
    for reference in &code.scan.references {
        *classes.entry(&reference.flag).or_default().entry(reference.class).or_default() += 1;
    }
    let mut of_flag = |flag: &Flag| {
        let counted = classes.remove(flag.key.as_str()).unwrap_or_default();
        let reads = counted.iter().filter(|(class, _)| class.needs_the_flag()).map(|(_, count)| count).sum();
        let listed = flag.services.iter().map(|support| support.service.value.as_str());
        let unsearched = listed
            .filter(|service| code.unsearched.contains(*service) || !code.scan.knows(service, &flag.key))
            .map(EcoString::from)
            .collect();
        let mentions = Mentions {
            classes: counted.into_iter().map(|(class, count)| (class.as_str(), count)).collect(),
            reads,
            unsearched,
            dynamic: code.scan.dynamic.len(),
        };
        Evidence { mentions: Some(mentions), owner_unknown: false }
    };
    workspace.flags.iter().map(&mut of_flag).collect()
}

/// The flags that are stale now and were not at a revision.
fn new_since(
    start: &Path,
    revision: &str,
    now: &Past,
    staleness: &[Staleness],
    shown: &[FlagId],
) -> Result<BTreeSet<FlagId>, OpError> {
    let then = past::past(start, &AsOf::Revision(revision.to_owned()), Extent::Present)?;
    let judged = staleness::judge_all(&then.loaded.workspace, &then.histories, &[], then.as_of);
    let was_stale: BTreeSet<&str> = judged
        .iter()
        .filter(|staleness| staleness.state.is_stale())
        .map(|staleness| then.loaded.workspace.flag(staleness.flag).key.as_str())
        .collect();
    let is_new = |id: &&FlagId| {
        let flag = now.loaded.workspace.flag(**id);
        let mut keys = flag.previous_keys.iter().map(|key| key.value.as_str()).chain([flag.key.as_str()]);
        staleness[id.0 as usize].state.is_stale() && !keys.any(|key| was_stale.contains(key))
    };
    Ok(shown.iter().filter(is_new).copied().collect())
}

fn findings(past: &Past, staleness: &[Staleness], shown: &[FlagId], owners: &Owners) -> Vec<Finding> {
    let workspace = &past.loaded.workspace;
    let shown: Vec<Staleness> = shown.iter().map(|id| staleness[id.0 as usize].clone()).collect();
    let life = Life { workspace, staleness: &shown, owners, as_of: Some(past.as_of) };
    let found = rule::run_on_life(rules::ALL, &life);
    rule::settle(rules::ALL, workspace, found)
}

fn over_budget(past: &Past, staleness: &[Staleness], options: &Options) -> Vec<(EcoString, u32, u32)> {
    let workspace = &past.loaded.workspace;
    let mut stale: BTreeMap<&EcoString, u32> = BTreeMap::new();
    for staleness in staleness.iter().filter(|staleness| staleness.state.is_stale()) {
        *stale.entry(&workspace.flag(staleness.flag).owner.value).or_default() += 1;
    }
    let asked = |owner: &EcoString| {
        options.owners.is_empty() || options.owners.iter().any(|asked| owner.as_str() == asked)
    };
    let over = stale.into_iter().filter_map(|(owner, count)| {
        let budget = workspace.config.stale.budget_of(owner)?;
        (count > budget && asked(owner)).then(|| (owner.clone(), count, budget))
    });
    over.collect()
}
