//! What a flag reads by itself, its requirements aside.

use super::{Attributes, Reads};
use crate::graph;
use crate::model::{Condition, EnvironmentId, Flag, Rule, Serve};

/// The rules of a flag that are ever looked at, and what is served by them and behind them. A rule for everybody ends
/// the list: what follows is not read.
pub struct Decisive<'w> {
    /// The rules.
    pub rules: &'w [Rule],
    /// What they serve, and what is served where none of them matches.
    pub serves: Vec<&'w Serve>,
}

/// What decides about a flag in an environment; `None` where it can serve its off variant alone, or has errors.
pub fn decisive(flag: &Flag, environment: EnvironmentId) -> Option<Decisive<'_>> {
    if flag.killed_in(environment) || flag.broken_in(environment) {
        return None;
    }
    let rules = flag.rules_in(environment);
    let last = rules.iter().position(|rule| rule.condition.is_none());
    let rules = &rules[..last.map_or(rules.len(), |last| last + 1)];
    let mut serves: Vec<&Serve> = rules.iter().map(|rule| &rule.serve).collect();
    if last.is_none() {
        serves.push(flag.serve_in(environment));
        serves.extend(flag.schedule_in(environment).iter().map(|step| &step.serve));
    }
    let gives_more = |serve: &&Serve| match serve {
        Serve::Variant(variant) => variant.value != flag.off_variant,
        Serve::Split(_) => asks_for_identity(flag, serve),
    };
    serves.iter().any(gives_more).then_some(Decisive { rules, serves })
}

/// Whether it matters for a serve who the user is: a split that gives something else than the off variant, which the
/// unidentified get.
pub fn asks_for_identity(flag: &Flag, serve: &Serve) -> bool {
    match serve {
        Serve::Variant(_) => false,
        Serve::Split(split) => split.shares.iter().any(|share| share.variant != flag.off_variant),
    }
}

/// What a flag reads in an environment; `None` where it can serve its off variant alone.
pub fn reads(flag: &Flag, environment: EnvironmentId, segments: &[Attributes]) -> Option<Reads> {
    let decisive = decisive(flag, environment)?;
    let mut reads = Reads::default();
    for written in decisive.rules.iter().filter_map(|rule| rule.condition.as_ref()) {
        condition(written, segments, &mut reads.conditions);
    }
    if decisive.serves.iter().any(|serve| asks_for_identity(flag, serve)) {
        reads.identities.insert(flag.bucket_by.value);
    }
    Some(reads)
}

/// What a flag reads in any of these environments.
pub fn all(flag: &Flag, environments: impl Iterator<Item = EnvironmentId>, segments: &[Attributes]) -> Reads {
    let mut all = Reads::default();
    for scene in environments.filter_map(|environment| reads(flag, environment, segments)) {
        all.extend(&scene);
    }
    all
}

/// Adds what a condition reads, given what every segment reads.
pub fn condition(condition: &Condition, segments: &[Attributes], reads: &mut Attributes) {
    condition.for_each_leaf(&mut |leaf| match leaf {
        Condition::Clause(clause) => reads.insert(clause.attribute.value),
        Condition::Segment(segment) => reads.extend(&segments[segment.value.0 as usize]),
        Condition::All(_) | Condition::Any(_) | Condition::Not(_) => {}
    });
}

/// The segments that a condition uses, by position.
pub fn uses(condition: &Condition) -> Box<[u32]> {
    graph::segments_in(condition).into_iter().map(|(segment, _)| segment.0).collect()
}
