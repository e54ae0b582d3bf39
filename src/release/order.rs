//! Whether a step of a flag comes before a step of a flag that it requires, so that it has no effect until then.

use super::{Setting, moments, space};
use crate::exposure::{Context, Program, Solver, TooComplex, context};
use crate::model::{Flag, FlagId, VariantId};

/// A step that has no effect for somebody until another flag's step comes.
#[derive(Clone, Debug)]
pub struct Early {
    /// The step: its position in the flag's schedule.
    pub step: usize,
    /// When it has an effect, in seconds since 1970.
    pub until: i64,
    /// The required flag whose step that is.
    pub required: FlagId,
    /// Somebody who waits; `None` where no identity was found.
    pub witness: Option<Context>,
}

/// The first step of a flag that turns it on for somebody who does not get it before a flag that it requires takes a later
/// step.
///
/// # Errors
/// Where that takes more steps than are allowed.
pub fn early(setting: Setting<'_>, flag: &Flag) -> Result<Option<Early>, TooComplex> {
    let Setting { workspace, environment, .. } = setting;
    let steps = flag.schedule_in(environment);
    let required = crate::compile::demands(workspace, flag).unwrap_or_default();
    let step_of = |at: i64| {
        let mut required = required.keys().copied();
        required
            .find(|id| workspace.flag(*id).schedule_in(environment).iter().any(|step| step.at.value.0 == at))
    };
    if steps.is_empty() || required.is_empty() {
        return Ok(None);
    }
    let space = space(setting, &[flag]);
    let solver = Solver::new(&space);
    let on: Vec<VariantId> =
        (0..flag.variants.len()).filter_map(|index| u16::try_from(index).ok().map(VariantId)).collect();
    let on: Vec<VariantId> = on.into_iter().filter(|variant| *variant != flag.off_variant).collect();
    let program = |at| Program::new(&space, workspace, flag, environment, at);
    let later: Vec<(i64, FlagId)> =
        moments(setting, &[flag]).into_iter().filter_map(|at| Some((at, step_of(at)?))).collect();
    for (step, at) in steps.iter().map(|step| step.at.value.0).enumerate() {
        let (before, now) = (program(at.saturating_sub(1))?, program(at)?);
        let was_off = space.negate(&before.own.serve(&space, &on));
        let is_on = now.own.serve(&space, &on);
        let unmet = space.negate(&now.met);
        for (until, required) in later.iter().copied().filter(|(until, _)| *until > at) {
            let then = program(until)?;
            let stays_on = then.own.serve(&space, &on);
            if let Some(found) = solver.smallest(&[&was_off, &is_on, &unmet, &then.met, &stays_on])? {
                return Ok(Some(Early { step, until, required, witness: context(&space, &found) }));
            }
        }
    }
    Ok(None)
}
