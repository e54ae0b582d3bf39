//! Which flags are turned on, in which order, and what they end at.

use super::{Goal, PlanError};
use crate::compile::{Obstacle, Segments, demands};
use crate::graph::{self, Node};
use crate::model::{EnvironmentId, Flag, FlagId, VariantId, Workspace};
use crate::readiness;

/// Flags that are turned on together, by the same stages: each required one by itself before, the flags of a release in
/// one commit.
pub(super) type Move = Vec<Goal>;

/// Why there are no moves.
pub(super) enum NoMoves {
    Plan(PlanError),
    Obstacle(Obstacle),
}

/// The moves that bring the targets to a weight: first what they require and nobody gets yet, in the order of the
/// requirements. `serve` names the variant to roll out.
pub(super) fn moves(
    workspace: &Workspace,
    segments: &Segments,
    targets: &[FlagId],
    environment: EnvironmentId,
    (serve, weight, at): (Option<&str>, u32, i64),
) -> Result<Vec<Move>, NoMoves> {
    let mut required: Vec<Goal> = Vec::new();
    let mut together = Vec::new();
    for id in targets {
        let flag = workspace.flag(*id);
        let variant = rolled_out(flag, serve).map_err(NoMoves::Plan)?;
        together.push(Goal { flag: *id, variant, weight });
        let demands = demands(workspace, flag).map_err(NoMoves::Obstacle)?;
        for (needed, wanted) in demands.into_iter().filter(|_| weight > 0) {
            let known = required.iter().any(|goal| goal.flag == needed) || targets.contains(&needed);
            let needed_flag = workspace.flag(needed);
            let served = readiness::servable(workspace, segments, needed_flag, environment, Some(at));
            let is_met = served.is_ok_and(|served| served.iter().any(|variant| wanted.contains(variant)));
            if let (false, false, Some(variant)) = (known, is_met, wanted.first()) {
                required.push(Goal { flag: needed, variant: *variant, weight });
            }
        }
    }
    let position = positions(workspace);
    let place = |goal: &Goal| position.get(goal.flag.0 as usize).copied().unwrap_or(usize::MAX);
    required.sort_by_key(place);
    together.sort_by_key(place);
    Ok(required.into_iter().map(|goal| vec![goal]).chain([together]).collect())
}

/// Where each flag stands when what is required comes first.
fn positions(workspace: &Workspace) -> Vec<usize> {
    let mut positions = vec![usize::MAX; workspace.flags.len()];
    let order = graph::order(&graph::requirements(workspace)).unwrap_or_default();
    for (place, node) in order.into_iter().enumerate() {
        if let Node::Flag(FlagId(id)) = node {
            positions[id as usize] = place;
        }
    }
    positions
}

/// The variant that is meant when a flag is turned on: the one that is named, else the only one besides the off variant, else
/// `on`.
fn rolled_out(flag: &Flag, serve: Option<&str>) -> Result<VariantId, PlanError> {
    let others: Vec<VariantId> = flag.variant_ids().filter(|variant| *variant != flag.off_variant).collect();
    let named = serve.or(Some("on")).and_then(|name| flag.variant_id(name));
    match (named, others.as_slice()) {
        (Some(named), _) if named != flag.off_variant => Ok(named),
        (Some(off), _) if serve.is_some() => Err(PlanError::OffVariant {
            flag: flag.key.to_string(),
            variant: flag.variant(off).name.value.to_string(),
        }),
        (_, [only]) => Ok(*only),
        _ => Err(PlanError::SeveralVariants {
            flag: flag.key.to_string(),
            variants: others.iter().map(|id| flag.variant(*id).name.value.to_string()).collect(),
        }),
    }
}
