//! `plan`: the way to a flag or a release that is on, and back.

use super::{OpError, target};
use crate::compile;
use crate::model::{EnvironmentId, WHOLE, Workspace};
use crate::plan::{self, NoPlan, Plan};
use crate::readiness::Facts;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// A flag, or a release.
    pub target: &'a str,
    /// Where.
    pub environment: EnvironmentId,
    /// To how many, in thousandths of a percent; to everybody where nothing is said.
    pub to: Option<u32>,
    /// What is to be served; what is meant where nothing is named.
    pub serve: Option<&'a str>,
    /// The time that is now, in seconds since 1970.
    pub at: i64,
}

/// Plans the way from what is live and served now.
///
/// # Errors
/// A target or a variant that does not exist, a flag with errors, or [`OpError::NoPlan`].
pub fn plan(workspace: &Workspace, request: &Request<'_>) -> Result<Plan, OpError> {
    let Request { environment, serve, at, .. } = *request;
    let target = target::find(workspace, request.target)?;
    if let Some(serve) = serve {
        target.flags.iter().try_for_each(|flag| target::variant(workspace, *flag, serve).map(|_| ()))?;
    }
    let segments = compile::segments(workspace);
    target::compiled(workspace, &target.flags, environment, &segments)?;
    let facts = Facts::new(workspace, Some(at));
    let weight = request.to.unwrap_or(WHOLE);
    let request = plan::Request { flags: &target.flags, environment, serve, weight, at };
    plan::plan(workspace, &segments, &facts, &request).map_err(|none| match none {
        NoPlan::Plan(error) => OpError::NoPlan(error),
        NoPlan::Obstacle(obstacle) => OpError::NotCompiled(obstacle),
    })
}
