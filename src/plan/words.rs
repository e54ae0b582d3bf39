//! What is said about a plan besides its steps.

use ecow::EcoString;

use super::moves::Move;
use super::rollout::{Asked, Group};
use super::state::Ground;
use super::{Goal, Pin};
use crate::exposure::served;
use crate::model::{Flag, Workspace};
use crate::readiness::{needs_of, words};
use crate::workspace::listed;

/// What has to stay while the flags are on.
pub(super) fn pins(workspace: &Workspace, rollouts: &[Group], goals: &[Goal]) -> Vec<Pin> {
    let mut pins = Vec::new();
    for goal in goals {
        let flag = workspace.flag(goal.flag);
        for (index, support) in flag.services.iter().enumerate() {
            for variant in [goal.variant, flag.off_variant] {
                let Some((ranges, _)) = needs_of(support, variant) else { continue };
                let asked = Asked { flag: goal.flag, variant, ranges: ranges.into_vec() };
                let replaced = rollouts
                    .iter()
                    .flatten()
                    .filter(|rollout| support.service.value == rollout.service)
                    .flat_map(|rollout| &rollout.replaced);
                let out = replaced.filter(|fact| !asked.is_answered_by(workspace, fact)).map(words::version);
                pins.push(Pin {
                    service: support.service.value.to_string(),
                    flag: flag.key.to_string(),
                    variant: flag.variant(variant).name.value.to_string(),
                    needs: words::needs(flag, index, variant),
                    out: out.collect(),
                });
            }
        }
    }
    pins
}

/// What else is to be known.
pub(super) fn notes(workspace: &Workspace, ground: &Ground<'_>, moves: &[Move]) -> Vec<String> {
    let environment = &workspace.config.environment(ground.environment).name.value;
    let mut notes = Vec::new();
    for goal in moves.iter().flatten() {
        let flag = workspace.flag(goal.flag);
        if flag.killed_in(ground.environment) {
            notes
                .push(format!("`{}` is killed in `{environment}`: whoever killed it has to agree", flag.key));
        }
        notes.extend(torn(workspace, flag, moves).map(|release| {
            format!("`{}` goes together with the other flags of `{release}`: plan that", flag.key)
        }));
        let later = flag.schedule_in(ground.environment).iter().filter(|step| step.at.value.0 > ground.at);
        for step in later {
            notes.push(format!(
                "`{}` has a schedule: at {} `serve` becomes {}",
                flag.key,
                step.at.value,
                served(&step.serve, flag)
            ));
        }
    }
    for together in moves.iter().filter(|together| together.len() > 1) {
        let keys: Vec<&str> = together.iter().map(|goal| workspace.flag(goal.flag).key.as_str()).collect();
        notes.push(format!("steps with one number are one commit: {} go together", listed(&keys)));
    }
    notes
}

/// The releases that a flag is part of, other flags of which stay behind.
fn torn<'w>(workspace: &'w Workspace, flag: &'w Flag, moves: &'w [Move]) -> impl Iterator<Item = &'w str> {
    let moves_along =
        |key: &EcoString| moves.iter().flatten().any(|goal| workspace.flag(goal.flag).key == *key);
    let releases = workspace.releases.iter().filter(move |release| {
        release.flags.iter().any(|named| named.value == flag.key)
            && release.flags.iter().any(|named| !moves_along(&named.value))
    });
    releases.map(|release| release.name.as_str())
}
