//! `who`: the whole exposure of one flag in one environment.

use super::OpError;
use crate::compile;
use crate::diff::Shares;
use crate::exposure::{self, Context, Gathered, Program, Region, Solver, Space};
use crate::model::{EnvironmentId, Workspace};
use crate::workspace::nearest;

/// Who is served what.
#[derive(Clone, Debug, PartialEq)]
pub struct Exposure {
    /// The flag.
    pub flag: String,
    /// The environment.
    pub environment: String,
    /// What a killed flag serves.
    pub off: String,
    /// All users, in the order in which the flag asks.
    pub groups: Vec<Group>,
    /// Later times at which a schedule changes that, in seconds since 1970, with the groups from then on.
    pub scheduled: Vec<(i64, Vec<Group>)>,
}

/// Users for whom the flag decides alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Who, in words.
    pub when: String,
    /// What they get, in percent of them.
    pub serves: Shares,
    /// One of them, and what they get.
    pub witness: Option<(Context, String)>,
}

/// Says who is served what at a time, in seconds since 1970.
///
/// # Errors
/// A flag that does not exist, cannot be compiled, or is too complex.
pub fn who(
    workspace: &Workspace,
    key: &str,
    environment: EnvironmentId,
    at: i64,
) -> Result<Exposure, OpError> {
    let Some(id) = workspace.flag_id(key) else {
        let keys = workspace.flags.iter().map(|flag| flag.key.as_str());
        return Err(OpError::UnknownFlag {
            key: key.to_owned(),
            nearest: nearest(key, keys).map(str::to_owned),
        });
    };
    let flag = workspace.flag(id);
    let segments = compile::segments(workspace);
    compile::check_flag(workspace, flag, environment, &segments).map_err(OpError::NotCompiled)?;
    let mut gathered = Gathered::default();
    exposure::gather(&mut gathered, workspace, flag, environment).map_err(OpError::NotCompiled)?;
    let space = Space::new(gathered);
    let solver = Solver::patient(&space);
    let too_complex = |_| OpError::TooComplex { key: key.to_owned() };
    let groups = |at| -> Result<Vec<Group>, OpError> {
        let program = Program::new(&space, workspace, flag, environment, at).map_err(too_complex)?;
        let regions = exposure::regions(&solver, &[&program], &|_| true).map_err(too_complex)?;
        Ok(regions.iter().map(group).collect())
    };
    let now = groups(at)?;
    let mut scheduled: Vec<(i64, Vec<Group>)> = Vec::new();
    for later in exposure::instants(workspace, flag, environment).into_iter().filter(|later| *later > at) {
        let then = groups(later)?;
        let before = scheduled.last().map_or(&now, |(_, groups)| groups);
        if !says_the_same(before, &then) {
            scheduled.push((later, then));
        }
    }
    Ok(Exposure {
        flag: key.to_owned(),
        environment: workspace.config.environment(environment).name.value.to_string(),
        off: flag.variant(flag.off_variant).name.value.to_string(),
        groups: now,
        scheduled,
    })
}

fn says_the_same(one: &[Group], other: &[Group]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| a.when == b.when && a.serves == b.serves)
}

fn group(region: &Region) -> Group {
    Group {
        when: region.when.clone(),
        serves: crate::diff::shares(&region.joint, 0, |_| true),
        witness: region.witness.as_ref().map(|(context, outcomes)| {
            (context.clone(), outcomes.first().map(ToString::to_string).unwrap_or_default())
        }),
    }
}
