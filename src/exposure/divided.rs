//! Whether a flag divides its users by bucket: whether two users who differ in nothing but their identity can get
//! different variants.

use super::facts::Gathered;
use super::program::{Program, gather, instants};
use super::regions::regions;
use super::solve::{Solver, TooComplex};
use super::space::Space;
use crate::compile::{self, Segments};
use crate::model::{EnvironmentId, Flag, Workspace};

/// Of flags that require more than this, directly and through others, nobody asks.
const MAX_REQUIRED: usize = 100;

/// Whether buckets decide what somebody gets of a flag in an environment, at any time, requirements included. A flag that
/// cannot be compiled there divides nobody.
pub fn divides(
    workspace: &Workspace,
    flag: &Flag,
    environment: EnvironmentId,
    segments: &Segments,
) -> Result<bool, TooComplex> {
    if compile::demands(workspace, flag).is_ok_and(|required| required.len() > MAX_REQUIRED) {
        return Err(TooComplex);
    }
    let mut gathered = Gathered::default();
    if compile::check_flag(workspace, flag, environment, segments).is_err()
        || gather(&mut gathered, workspace, flag, environment).is_err()
    {
        return Ok(false);
    }
    let space = Space::new(gathered);
    let solver = Solver::new(&space);
    let off = &flag.variant(flag.off_variant).name.value;
    for at in std::iter::once(i64::MIN).chain(instants(workspace, flag, environment)) {
        let program = Program::new(&space, workspace, flag, environment, at)?;
        // Of two variants that a bucket decides between, one is not the off variant.
        let regions = regions(&solver, &[&program], &|outcomes| outcomes.first() != Some(off))?;
        if regions.iter().any(|region| region.joint.len() > 1) {
            return Ok(true);
        }
    }
    Ok(false)
}
