//! `diff`: load two states, leave out what cannot differ, compare the rest.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ecow::EcoString;

use super::removal::removals;
use super::revisions::{self, Pair, Side, Unchanged};
use super::{OpError, read};
use crate::compile;
use crate::diff::{self, Change, Class, Diff, Request};
use crate::finding::Finding;
use crate::graph;
use crate::model::{Condition, Flag, Service, Workspace};
use crate::rule;
use crate::rules;
use crate::source::Sources;
use crate::workspace::{self, WORKSPACE_FILE};

/// Two states and what changes between them.
#[derive(Debug)]
pub struct Compared {
    /// The states.
    pub pair: Pair,
    /// What changes.
    pub diff: Diff,
    /// What is wrong with the base's files, and with the head's: what does not load cannot be compared.
    pub findings: [Vec<Finding>; 2],
    /// What tells against the removal of flags; the places are in the head's files, with those that are gone behind them.
    pub removals: Vec<Finding>,
}

impl Compared {
    /// The files that findings speak of.
    pub fn sources(&self) -> [&Sources; 2] {
        [&self.pair.base.loaded.sources, &self.pair.head.loaded.sources]
    }
}

/// Compares two states of the workspace around `start`; see [`revisions::load_pair`]. `at` is in seconds since 1970;
/// `refs` are files that say where services' code names flags.
///
/// # Errors
/// Those of [`revisions::load_pair`], and a file of `refs` that cannot be read.
pub fn diff(
    start: &Path,
    base: Option<&str>,
    head: Option<&str>,
    at: i64,
    refs: &[PathBuf],
) -> Result<Compared, OpError> {
    let reports = read::reports(refs)?;
    let mut pair = revisions::load_pair(start, base, head)?;
    let findings = [settled(&mut pair.base), settled(&mut pair.head)];
    let (base, head) = (&pair.base.loaded.workspace, &pair.head.loaded.workspace);
    let (base_segments, head_segments) = (compile::segments(base), compile::segments(head));
    let keys: BTreeSet<&EcoString> = base.flags.iter().chain(&head.flags).map(|flag| &flag.key).collect();
    let flags = keys.into_iter().filter(|key| !is_surely_same(key, base, head, &pair.unchanged));
    let request = Request {
        base: diff::Side { workspace: base, segments: &base_segments },
        head: diff::Side { workspace: head, segments: &head_segments },
        flags: flags.cloned().collect(),
        at,
    };
    let mut diff = diff::compare(&request);
    let changed_services = changed_services(base, head, &pair.unchanged);
    reach(&mut diff, &pair, &changed_services);
    let scheduled = diff.scheduled.iter_mut().map(|scheduled| &mut scheduled.change);
    for change in diff.changes.iter_mut().chain(scheduled) {
        place(change, &pair);
    }
    let root = if pair.head.commit.is_none() { workspace::find_root(start) } else { None };
    // Where there is no workspace any more, it has moved as a whole.
    let removals = match pair.head.folder {
        Some(_) => removals(&pair.base.loaded, &mut pair.head.loaded, at, &reports, root.as_deref())?,
        None => Vec::new(),
    };
    Ok(Compared { pair, diff, findings, removals })
}

fn settled(side: &mut Side) -> Vec<Finding> {
    let findings = std::mem::take(&mut side.loaded.findings);
    rule::settle(rules::ALL, &side.loaded.workspace, findings)
}

/// Whether nothing that a flag depends on differs.
fn is_surely_same(key: &EcoString, base: &Workspace, head: &Workspace, unchanged: &Unchanged) -> bool {
    let (Some(_), Some(id)) = (base.flag_id(key), head.flag_id(key)) else { return false };
    let Ok(required) = compile::demands(head, head.flag(id)) else { return false };
    let mut flags = std::iter::once(head.flag(id)).chain(required.keys().map(|id| head.flag(*id)));
    unchanged.settings
        && flags.all(|flag| {
            unchanged.flags.contains(&flag.key)
                && segments_of(flag, head).iter().all(|segment| unchanged.segments.contains(segment))
        })
}

/// The segments that a flag uses, itself or through others, in any environment.
fn segments_of(flag: &Flag, workspace: &Workspace) -> BTreeSet<EcoString> {
    let own = flag.behaviour.rules.iter();
    let rules = own.chain(flag.environments.iter().filter_map(|over| over.rules.as_ref()).flatten());
    let mut open: Vec<&Condition> = rules.filter_map(|rule| rule.condition.as_ref()).collect();
    let mut names = BTreeSet::new();
    while let Some(condition) = open.pop() {
        for (id, _) in graph::segments_in(condition) {
            let segment = workspace.segment(id);
            if names.insert(segment.name.clone()) {
                open.extend(&segment.condition);
            }
        }
    }
    names
}

/// The services that are described otherwise than before.
fn changed_services(base: &Workspace, head: &Workspace, unchanged: &Unchanged) -> BTreeSet<EcoString> {
    let described = |workspace: &Workspace, name: &EcoString| {
        let said = |service: &Service| {
            let texts =
                |list: &[crate::format::Text]| list.iter().map(|text| text.value.clone()).collect::<Vec<_>>();
            (
                texts(&service.calls),
                service.provides.as_ref().map(|provides| texts(&provides.value)),
                service.sdk.as_ref().map(|sdk| sdk.value.clone()),
            )
        };
        workspace.services.iter().find(|service| service.name == *name).map(said)
    };
    let names = base.services.iter().chain(&head.services).map(|service| &service.name);
    names
        .filter(|name| !unchanged.services.contains(*name) && described(base, name) != described(head, name))
        .cloned()
        .collect()
}

/// Carries changes of services and deployments to the flags that they evaluate.
fn reach(diff: &mut Diff, pair: &Pair, changed_services: &BTreeSet<EcoString>) {
    let head = &pair.head.loaded.workspace;
    let deployed: Vec<(&str, BTreeSet<&EcoString>)> = head
        .deployments
        .iter()
        .filter(|deployment| !pair.unchanged.deployments.contains(&deployment.environment))
        .map(|deployment| {
            let services = deployment.live.iter().map(|live| &live.service.value).collect();
            (deployment.environment.as_str(), services)
        })
        .collect();
    if changed_services.is_empty() && deployed.is_empty() {
        return;
    }
    for flag in &head.flags {
        let services: Vec<&EcoString> = flag.services.iter().map(|support| &support.service.value).collect();
        let concerned = services.iter().filter(|service| changed_services.contains(**service));
        let mut notes: Vec<(Option<&str>, String)> =
            concerned.map(|service| (None, format!("service {service} is described otherwise"))).collect();
        for (environment, live) in &deployed {
            let names: Vec<&str> = services
                .iter()
                .filter(|service| live.contains(**service))
                .map(|service| service.as_str())
                .collect();
            if !names.is_empty() {
                notes.push((Some(environment), format!("what is live of {}", names.join(", "))));
            }
        }
        for (environment, note) in notes {
            diff.changes.push(Change {
                environment: environment.map(str::to_owned),
                flag: flag.key.clone(),
                file: String::new(),
                owner: flag.owner.value.clone(),
                class: Class::Metadata,
                off: flag.variant(flag.off_variant).name.value.clone(),
                services: services.iter().map(|service| (*service).clone()).collect(),
                regions: Vec::new(),
                values: Vec::new(),
                notes: vec![note],
                through: Vec::new(),
            });
        }
    }
}

/// Says in which file the flag is, and through which other files the change reaches it.
fn place(change: &mut Change, pair: &Pair) {
    let side = if change.class == Class::Removed { &pair.base } else { &pair.head };
    let (workspace, sources) = (&side.loaded.workspace, &side.loaded.sources);
    let Some(id) = workspace.flag_id(&change.flag) else { return };
    let flag = workspace.flag(id);
    change.file.clone_from(&sources.file(flag.file).path);
    if change.regions.is_empty() || matches!(change.class, Class::New | Class::Removed) {
        return;
    }
    let required = compile::demands(workspace, flag).unwrap_or_default();
    let required: Vec<&Flag> = required.keys().map(|id| workspace.flag(*id)).collect();
    let mut files = BTreeSet::new();
    for other in &required {
        if !pair.unchanged.flags.contains(&other.key) {
            files.insert(sources.file(other.file).path.clone());
        }
    }
    for flag in std::iter::once(flag).chain(required) {
        for name in segments_of(flag, workspace).difference(&pair.unchanged.segments) {
            let segment = workspace.segments.iter().find(|segment| segment.name == *name);
            files.extend(segment.map(|segment| sources.file(segment.file).path.clone()));
        }
    }
    // Where something else explains it, the settings need not.
    if !pair.unchanged.settings && files.is_empty() && pair.unchanged.flags.contains(&change.flag) {
        files.insert(WORKSPACE_FILE.to_owned());
    }
    change.through = files.into_iter().collect();
}
