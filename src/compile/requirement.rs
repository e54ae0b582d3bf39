//! Requirements, compiled away. A requirement never asks for the off variant, so "G serves one of S" is the
//! conjunction of G's own decision and of G's requirements: each transitive requirement stands once.

use std::collections::BTreeMap;

use super::condition::condition;
use super::logic::Logic;
use super::serve::Truth;
use super::{Obstacle, Reason, Segments};
use crate::model::{EnvironmentId, Flag, FlagId, VariantId, Workspace};

/// What every transitive requirement of a flag must serve.
pub type Demands = BTreeMap<FlagId, Vec<VariantId>>;

/// Whether all requirements of a flag are met, as a truth.
///
/// # Errors
/// The first requirement that cannot be compiled.
pub fn met(
    workspace: &Workspace,
    flag: &Flag,
    environment: EnvironmentId,
    segments: &Segments,
) -> Result<Logic, Obstacle> {
    if flag.requires.is_empty() {
        return Ok(Logic::Boolean(true));
    }
    let demands = demands(workspace, flag)?;
    let mut parts = Vec::with_capacity(demands.len());
    for (id, wanted) in demands {
        let decision = decision(workspace, workspace.flag(id), &wanted, environment, segments)?;
        if decision == Logic::Boolean(false) {
            return Ok(decision);
        }
        parts.push(decision);
    }
    Ok(Logic::all(parts))
}

/// Gathers the requirements of requirements. Two demands on one flag leave what both allow.
pub fn demands(workspace: &Workspace, flag: &Flag) -> Result<Demands, Obstacle> {
    let mut demands = Demands::new();
    if flag.requires.is_empty() {
        return Ok(demands);
    }
    let mut open = vec![flag];
    while let Some(dependent) = open.pop() {
        for requirement in &dependent.requires {
            let obstacle = |reason| Obstacle { flag: dependent.key.to_string(), reason };
            let missing = || obstacle(Reason::UnknownRequirement(requirement.flag.value.to_string()));
            let id = workspace.flag_id(&requirement.flag.value).ok_or_else(missing)?;
            let required = workspace.flag(id);
            if required.key == flag.key {
                return Err(obstacle(Reason::Cycle));
            }
            let wanted: Option<Vec<VariantId>> =
                requirement.variants.iter().map(|variant| required.variant_id(&variant.value)).collect();
            let wanted =
                wanted.filter(|wanted| !wanted.contains(&required.off_variant)).ok_or_else(missing)?;
            if let Some(already) = demands.get_mut(&id) {
                already.retain(|variant| wanted.contains(variant));
            } else {
                demands.insert(id, wanted);
                open.push(required);
            }
        }
    }
    Ok(demands)
}

/// Whether a flag by itself, its requirements aside, serves one of `wanted`.
fn decision(
    workspace: &Workspace,
    flag: &Flag,
    wanted: &[VariantId],
    environment: EnvironmentId,
    segments: &Segments,
) -> Result<Logic, Obstacle> {
    let broken = || Obstacle { flag: flag.key.to_string(), reason: Reason::Broken };
    if flag.broken_in(environment) {
        return Err(broken());
    }
    if flag.killed_in(environment) {
        return Ok(Logic::Boolean(false));
    }
    let config = &workspace.config;
    let serves = |serve| Truth::of(serve, wanted, flag, segments);
    let mut decision = serves(flag.serve_in(environment));
    for step in flag.schedule_in(environment) {
        decision = decision.unless(Logic::since(step.at.value.0), serves(&step.serve), flag, segments);
    }
    for rule in flag.rules_in(environment).iter().rev() {
        let applies = match &rule.condition {
            Some(written) => condition(written, config, segments).ok_or_else(broken)?,
            None => Logic::Boolean(true),
        };
        decision = decision.unless(applies, serves(&rule.serve), flag, segments);
    }
    Ok(decision.into_logic(flag, segments))
}
