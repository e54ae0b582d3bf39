//! Which services have to go out before flags may be turned on, at which version, and in which order.

use std::collections::{BTreeMap, BTreeSet};

use semver::Version;

use super::state::{Ground, State};
use super::versions::{Needs, least, semantic};
use super::{Goal, PlanError};
use crate::graph::call_order;
use crate::model::{FlagId, Operator, ServiceId, VariantId, VersionRange, Workspace};
use crate::readiness::{self, Fact, Outcome, needs_of};

/// Services that go out in one step.
pub(super) type Group = Vec<Rollout>;

/// A service that goes out.
#[derive(Debug)]
pub(super) struct Rollout {
    pub(super) service: String,
    /// The version that goes out; `None` where one that will do is on its way, and the others have to go.
    pub(super) version: Option<Version>,
    /// Whether every later version will do as well.
    pub(super) or_later: bool,
    /// What is live before, and stays.
    pub(super) kept: Vec<Fact>,
    /// What is live before, and has to be gone.
    pub(super) replaced: Vec<Fact>,
}

impl Rollout {
    /// What is live before.
    pub(super) fn before(&self) -> impl Iterator<Item = &Fact> {
        self.kept.iter().chain(&self.replaced)
    }

    /// The version that goes out.
    pub(super) fn coming(&self) -> Option<Fact> {
        self.version.as_ref().map(|version| Fact::imagined(&version.to_string(), Vec::new()))
    }
}

/// What a flag asks of a service.
pub(super) struct Asked {
    pub(super) flag: FlagId,
    pub(super) variant: VariantId,
    pub(super) ranges: Vec<VersionRange>,
}

impl Asked {
    /// Whether a version can.
    pub(super) fn is_answered_by(&self, workspace: &Workspace, fact: &Fact) -> bool {
        let flag = workspace.flag(self.flag);
        readiness::answer(flag, self.variant, &self.ranges, fact) == Outcome::Ready
    }

    /// Whether this version and all above it can.
    fn has_no_end_above(&self, version: &Version) -> bool {
        let is_open = |range: &VersionRange| {
            let operators = range.comparators.iter().map(|comparator| comparator.operator);
            operators.into_iter().all(|at| matches!(at, Operator::Greater | Operator::GreaterOrEqual))
        };
        self.ranges.iter().any(|range| range.contains(version) && is_open(range))
    }

    fn words(&self, workspace: &Workspace) -> String {
        let flag = workspace.flag(self.flag);
        format!("`{}` of `{}`", flag.variant(self.variant).name.value, flag.key)
    }
}

/// The services that evaluate flags.
pub(super) fn services_of(workspace: &Workspace, flags: &[FlagId]) -> BTreeSet<String> {
    let supports = flags.iter().flat_map(|id| &workspace.flag(*id).services);
    supports.map(|support| support.service.value.to_string()).collect()
}

/// The services that cannot serve what is planned, or of which nobody knows, in groups: callees before callers.
pub(super) fn rollouts(
    state: &State,
    ground: &Ground<'_>,
    services: &BTreeSet<String>,
    goals: &[Goal],
) -> Result<Vec<Group>, PlanError> {
    let workspace = &state.workspace;
    let mut due: BTreeMap<&str, Rollout> = BTreeMap::new();
    for service in services {
        if let Some(rollout) = rollout(state, ground, service, goals)? {
            due.insert(service, rollout);
        }
    }
    let known: Vec<_> = due.keys().filter_map(|service| workspace.service_id(service)).collect();
    let mut take = |id: &ServiceId| due.remove(workspace.service(*id).name.as_str());
    let order = call_order(workspace, &known);
    let called: Vec<Group> = order.iter().map(|group| group.iter().filter_map(&mut take).collect()).collect();
    // Those that no file describes call nobody, as far as anybody knows.
    Ok(due.into_values().map(|rollout| vec![rollout]).chain(called).collect())
}

/// How a service has to go out, if it has to.
fn rollout(
    state: &State,
    ground: &Ground<'_>,
    service: &str,
    goals: &[Goal],
) -> Result<Option<Rollout>, PlanError> {
    let (workspace, environment) = (&state.workspace, ground.environment);
    let planned: Vec<FlagId> = goals.iter().map(|goal| goal.flag).collect();
    let asked = questions(state, ground, service, goals, &planned);
    if asked.is_empty() {
        return Ok(None);
    }
    let live = state.facts.live(service, environment);
    let is_ready = |fact: &Fact| asked.iter().all(|question| question.is_answered_by(workspace, fact));
    let (kept, replaced): (Vec<Fact>, Vec<Fact>) = live.iter().cloned().partition(is_ready);
    if replaced.is_empty() && !kept.is_empty() {
        return Ok(None);
    }
    let is_on_its_way = |old: &Fact| kept.iter().any(|fact| fact.instance == old.instance);
    if !replaced.is_empty() && replaced.iter().all(is_on_its_way) {
        return Ok(Some(Rollout {
            service: service.to_owned(),
            version: None,
            or_later: false,
            kept,
            replaced,
        }));
    }
    let highest = semantic(&state.facts, service, environment).into_iter().max();
    let all = questions(state, ground, service, goals, &ground.flags);
    let facts = &state.facts;
    let find = |asked: &[Asked]| {
        let needs: Needs = asked.iter().map(|asked| asked.ranges.clone()).collect();
        least(workspace, facts, service, &needs, highest.as_ref())
    };
    // Better a version that breaks another flag, which is said, than none at all.
    let version = find(&all).or_else(|| find(&asked)).ok_or_else(|| PlanError::NoVersion {
        service: service.to_owned(),
        needs: asked.iter().map(|asked| asked.words(workspace)).collect::<Vec<_>>().join(", "),
    })?;
    let or_later = all.iter().all(|asked| asked.has_no_end_above(&version));
    Ok(Some(Rollout { service: service.to_owned(), version: Some(version), or_later, kept, replaced }))
}

/// What flags ask of a service, as far as not every version can serve it.
fn questions(
    state: &State,
    ground: &Ground<'_>,
    service: &str,
    goals: &[Goal],
    flags: &[FlagId],
) -> Vec<Asked> {
    let workspace = &state.workspace;
    let mut asked = Vec::new();
    for id in flags {
        let flag = workspace.flag(*id);
        let Some(support) = flag.services.iter().find(|support| support.service.value == service) else {
            continue;
        };
        let served =
            readiness::servable(workspace, ground.segments, flag, ground.environment, Some(ground.at));
        // What is too complex to say may have to be served.
        let mut variants = served.unwrap_or_else(|_| flag.variant_ids().collect());
        variants.push(flag.off_variant);
        variants.extend(goals.iter().filter(|goal| goal.flag == *id).map(|goal| goal.variant));
        variants.sort_unstable();
        variants.dedup();
        for variant in variants {
            if let Some((ranges, _)) = needs_of(support, variant) {
                asked.push(Asked { flag: *id, variant, ranges: ranges.into_vec() });
            }
        }
    }
    asked
}
