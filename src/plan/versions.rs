//! The least version of a service that can serve what is asked of it.

use std::collections::BTreeSet;

use semver::{BuildMetadata, Prerelease, Version};

use crate::model::{Comparator, EnvironmentId, Operator, VersionRange, Workspace};
use crate::readiness::Facts;

/// What a version must satisfy: all of these, each by one of its ranges.
pub(super) type Needs = Vec<Vec<VersionRange>>;

/// The least version that satisfies everything and is not below `floor`; where there is none, the greatest below it. Only
/// versions that somebody names are thought of: the bounds of ranges, and what is live somewhere.
pub(super) fn least(
    workspace: &Workspace,
    facts: &Facts,
    service: &str,
    needs: &Needs,
    floor: Option<&Version>,
) -> Option<Version> {
    let bounds = needs.iter().flatten().flat_map(|range| &range.comparators).filter_map(lowest);
    let environments = workspace.config.environment_ids();
    let live = environments.flat_map(|environment| semantic(facts, service, environment));
    let candidates: BTreeSet<Version> = bounds.chain(live).collect();
    let will_do =
        |version: &&Version| needs.iter().all(|ranges| ranges.iter().any(|range| range.contains(version)));
    let not_below = |version: &&Version| floor.is_none_or(|floor| *version >= floor);
    let above = candidates.iter().filter(not_below).find(will_do);
    above.or_else(|| candidates.iter().rev().find(will_do)).cloned()
}

/// What is live of a service in an environment, as far as it has an order.
pub(super) fn semantic(facts: &Facts, service: &str, environment: EnvironmentId) -> Vec<Version> {
    let plain = |version: &Version| Version { build: BuildMetadata::EMPTY, ..version.clone() };
    facts.live(service, environment).iter().filter_map(|fact| fact.semantic.as_ref().map(plain)).collect()
}

/// The first release that a comparison lets through, if it has a lower bound.
fn lowest(comparator: &Comparator) -> Option<Version> {
    let version = &comparator.version;
    match comparator.operator {
        Operator::Equal | Operator::GreaterOrEqual => Some(version.clone()),
        Operator::Greater if version.pre.is_empty() => {
            Some(Version { patch: version.patch.checked_add(1)?, ..version.clone() })
        }
        Operator::Greater => Some(Version { pre: Prerelease::EMPTY, ..version.clone() }),
        Operator::Less | Operator::LessOrEqual => None,
    }
}
