//! What a flag serves on its way: the environment's `serve`, and the stages of a ramp.

use crate::format::ChangeClass;
use crate::model::{EnvironmentId, Flag, Override, Policy, Serve, Share, Split, VariantId, WHOLE, Workspace};
use crate::source::{Span, Spanned};

/// The stages of a ramp, in thousandths of a percent.
const STAGES: [u32; 6] = [1_000, 5_000, 10_000, 25_000, 50_000, WHOLE];

/// What an environment serves at a time, in seconds since 1970, when no rule matches.
pub(super) fn in_force(flag: &Flag, environment: EnvironmentId, at: i64) -> &Serve {
    let schedule = flag.schedule_in(environment);
    let passed = schedule.iter().rfind(|step| step.at.value.0 <= at);
    passed.map_or_else(|| flag.serve_in(environment), |step| &step.serve)
}

/// How many get a variant, in thousandths of a percent.
pub(super) fn weight_of(serve: &Serve, variant: VariantId) -> u32 {
    match serve {
        Serve::Variant(served) if served.value == variant => WHOLE,
        Serve::Variant(_) => 0,
        Serve::Split(split) => {
            split.shares.iter().filter(|share| share.variant == variant).map(|share| share.weight).sum()
        }
    }
}

/// The stages between two weights, the last one included; one alone on the way down. `most` bounds each of them.
pub(super) fn stages(from: u32, to: u32, most: Option<u32>) -> Vec<u32> {
    if to <= from {
        return if to < from { vec![to] } else { Vec::new() };
    }
    let mut stages = Vec::new();
    let mut weight = from;
    while weight < to {
        let next = STAGES.into_iter().find(|stage| *stage > weight).unwrap_or(WHOLE);
        let bound = most.map_or(WHOLE, |most| weight.saturating_add(most.max(1)));
        weight = next.min(bound).min(to);
        stages.push(weight);
    }
    stages
}

/// A serve in which so many get a variant. Others keep what is left, the off variant gives way first.
pub(super) fn with_weight(flag: &Flag, serve: &Serve, variant: VariantId, weight: u32) -> Serve {
    if weight >= WHOLE {
        return Serve::Variant(Spanned::new(variant, Span::default()));
    }
    let mut left = WHOLE - weight;
    let mut shares = Vec::new();
    for id in flag.variant_ids().filter(|id| *id != flag.off_variant) {
        let weight = if id == variant { weight } else { weight_of(serve, id).min(left) };
        if id != variant {
            left -= weight;
        }
        if weight > 0 {
            shares.push(Share { variant: id, weight });
        }
    }
    if shares.is_empty() {
        return Serve::Variant(Spanned::new(flag.off_variant, Span::default()));
    }
    if left > 0 {
        shares.push(Share { variant: flag.off_variant, weight: left });
    }
    match shares.as_slice() {
        [only] => Serve::Variant(Spanned::new(only.variant, Span::default())),
        _ => Serve::Split(Split { shares: shares.into(), span: Span::default() }),
    }
}

/// Writes a serve into an environment, as a person would who turns the flag on from now on: the kill switch is taken
/// back, and steps of the environment's own schedule that have passed are taken out.
pub(super) fn write(flag: &mut Flag, environment: EnvironmentId, serve: Serve, at: i64) {
    flag.killed = None;
    let over = override_in(flag, environment);
    over.killed = None;
    over.serve = Some(serve);
    if let Some(schedule) = &mut over.schedule {
        *schedule = schedule.iter().filter(|step| step.at.value.0 > at).cloned().collect();
    }
}

/// Throws the kill switch in an environment.
pub(super) fn kill(flag: &mut Flag, environment: EnvironmentId) {
    override_in(flag, environment).killed = Some(Span::default());
}

fn override_in(flag: &mut Flag, environment: EnvironmentId) -> &mut Override {
    let known = flag.environments.iter().position(|over| over.environment.value == environment);
    let index = known.unwrap_or_else(|| {
        let environment = Spanned::new(environment, Span::default());
        let added = Override { environment, killed: None, serve: None, rules: None, schedule: None };
        flag.environments = flag.environments.iter().cloned().chain([added]).collect();
        flag.environments.len() - 1
    });
    &mut flag.environments[index]
}

/// How many percentage points a policy lets a variant grow at once, in thousandths of a percent.
pub(super) fn max_step(workspace: &Workspace, environment: EnvironmentId) -> Option<u32> {
    let name = &workspace.config.environment(environment).name.value;
    let concerns = |policy: &&Policy| {
        (policy.environments.is_empty() || policy.environments.iter().any(|named| named.value == *name))
            && (policy.classes.is_empty() || policy.classes.contains(&ChangeClass::RampUp))
    };
    let steps = workspace.config.policies.iter().filter(concerns).filter_map(|policy| policy.max_step);
    // A step is a percentage with at most three decimals, at most 100.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what fits")]
    let weight = |step: f64| (step * f64::from(WHOLE) / 100.0).round().clamp(0.0, f64::from(WHOLE)) as u32;
    steps.map(weight).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_goes_by_stages_and_no_further_than_allowed() {
        assert_eq!(stages(0, 50_000, None), [1_000, 5_000, 10_000, 25_000, 50_000]);
        assert_eq!(stages(5_000, 30_000, None), [10_000, 25_000, 30_000]);
        assert_eq!(stages(0, WHOLE, Some(25_000)), [1_000, 5_000, 10_000, 25_000, 50_000, 75_000, WHOLE]);
        assert_eq!(stages(50_000, 5_000, None), [5_000]);
        assert!(stages(5_000, 5_000, None).is_empty());
    }
}
