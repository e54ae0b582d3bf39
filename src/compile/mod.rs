//! From the model to a flagd document that means the same in every SDK: the portable subset. Requirements, segments,
//! environments and schedules do not exist in flagd; they are compiled away here.

mod bound;
mod condition;
mod decision;
mod document;
mod logic;
mod parts;
mod probe;
mod requirement;
mod serve;
mod standalone;

use ecow::EcoString;
use rayon::prelude::*;

pub use document::{payload, revision};
pub use parts::{Segments, segments};
pub use probe::{Probe, Served};
pub use requirement::{Demands, demands};
pub use standalone::{Standalone, standalone};

use crate::model::{EnvironmentId, Flag, Rule, SegmentId, Workspace};
use decision::Decisions;
use logic::Logic;
use serve::Outcome;

/// A flag's targeting may have this many nodes; beyond it a service would load for seconds what nobody can review.
pub const MAX_SIZE: u64 = 50_000;

/// A flag of a flagd document.
#[derive(Clone, Debug, PartialEq)]
pub struct CompiledFlag {
    /// Its key.
    pub key: EcoString,
    /// Its value in the document: canonical JSON (RFC 8785).
    pub json: Box<[u8]>,
    /// What its top-level `if` asks, in order; empty where one variant is served to everybody. A requirement that nobody
    /// meets stands here as well, though nothing is left to ask.
    pub branches: Vec<Branch>,
}

/// A branch of a flag's top-level `if`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Branch {
    /// A requirement is not met.
    Requirements,
    /// The rule with this index, from 0.
    Rule(usize),
    /// The user cannot be identified, and from here on gets the off variant, whatever decides.
    Unidentified,
    /// What stands behind the conditions: a rule for everybody, or the environment's `serve` and the steps of its schedule.
    Otherwise,
}

/// What decides an answer, in the terms of the flag's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decider {
    /// A requirement that is not met.
    Requirements,
    /// The rule with this index, from 0.
    Rule(usize),
    /// No rule.
    Otherwise,
}

impl CompiledFlag {
    /// What decided where the evaluation of this flag went along `branch`, or along none. `rules` are the flag's in the
    /// environment that it was compiled for, `probe` is who asked.
    ///
    /// # Errors
    /// Never for a flag that was compiled, but for a defect of flagc.
    pub fn decider(
        &self,
        branch: Option<usize>,
        rules: &[Rule],
        probe: &Probe<'_>,
    ) -> Result<Decider, Reason> {
        // Where nobody meets a requirement, nothing is left to ask, and there is no branch to go along.
        let unmet = || self.branches.first().filter(|first| **first == Branch::Requirements);
        let rule = match branch.map_or_else(unmet, |branch| self.branches.get(branch)) {
            Some(Branch::Requirements) => return Ok(Decider::Requirements),
            Some(Branch::Rule(index)) => Some(*index),
            // All rules behind it send a user without an identity the same way, so which of them did has to be asked.
            Some(Branch::Unidentified) => probe.rule(rules)?,
            // Behind the last branch stands a rule for everybody, or what the environment serves.
            Some(Branch::Otherwise) | None => rules.iter().position(|rule| rule.condition.is_none()),
        };
        Ok(rule.map_or(Decider::Otherwise, Decider::Rule))
    }
}

/// Why a flag cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// The flag in whose file the reason lies.
    pub flag: String,
    /// The reason.
    pub reason: Reason,
}

/// Why a flag cannot be compiled. All but the size are reported as findings by the loader or a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Its file has errors.
    Broken,
    /// It requires a flag or a variant that does not exist, or the required flag's off variant.
    UnknownRequirement(String),
    /// It requires itself, through others.
    Cycle,
    /// Its targeting would have more than [`MAX_SIZE`] nodes: this many.
    TooLarge(u64),
    /// The runtime does not load what was compiled: a defect of flagc.
    Rejected(String),
}

impl std::fmt::Display for Obstacle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let flag = &self.flag;
        match &self.reason {
            Reason::Broken => write!(f, "`{flag}` has errors"),
            Reason::UnknownRequirement(required) => {
                write!(f, "`{flag}` requires `{required}`, which cannot be met")
            }
            Reason::Cycle => write!(f, "`{flag}` is part of a circle of requirements"),
            Reason::TooLarge(size) => write!(f, "`{flag}` compiles to {size} nodes, more than {MAX_SIZE}"),
            Reason::Rejected(why) => {
                write!(f, "`{flag}` compiles to something that the runtime refuses: {why}")
            }
        }
    }
}

/// Compiles every flag for an environment, in the order of the keys.
///
/// # Errors
/// Every flag that cannot be compiled.
pub fn compile(
    workspace: &Workspace,
    environment: EnvironmentId,
) -> Result<Vec<CompiledFlag>, Vec<Obstacle>> {
    let segments = segments(workspace);
    let compiled: Vec<Result<CompiledFlag, Obstacle>> = workspace
        .flags
        .par_iter()
        .map_init(Vec::new, |place, flag| compile_in(place, workspace, flag, environment, &segments))
        .collect();
    let mut flags = Vec::with_capacity(compiled.len());
    let mut obstacles = Vec::new();
    for outcome in compiled {
        match outcome {
            Ok(flag) => flags.push(flag),
            Err(obstacle) => obstacles.push(obstacle),
        }
    }
    obstacles.dedup();
    if obstacles.is_empty() { Ok(flags) } else { Err(obstacles) }
}

/// Compiles one flag for an environment. The result stands alone: it needs no other flag.
///
/// # Errors
/// Why it cannot be compiled.
pub fn compile_flag(
    workspace: &Workspace,
    flag: &Flag,
    environment: EnvironmentId,
    segments: &Segments,
) -> Result<CompiledFlag, Obstacle> {
    compile_in(&mut Vec::with_capacity(1024), workspace, flag, environment, segments)
}

fn compile_in(
    place: &mut Vec<u8>,
    workspace: &Workspace,
    flag: &Flag,
    environment: EnvironmentId,
    segments: &Segments,
) -> Result<CompiledFlag, Obstacle> {
    let (outcome, branches) = outcome(workspace, flag, environment, segments)?;
    Ok(document::flag(flag, &outcome, branches, place))
}

/// Whether a flag is sure to compile to no more than [`MAX_SIZE`], as far as a glance tells.
pub fn is_surely_small(workspace: &Workspace, flag: &Flag, segments: &Segments) -> bool {
    bound::size(workspace, flag, segments) <= MAX_SIZE
}

/// Whether a segment compiles, to no more than [`MAX_SIZE`].
pub fn is_small_segment(segments: &Segments, segment: SegmentId) -> bool {
    segments.get(segment).is_some_and(|logic| logic.size() <= MAX_SIZE)
}

/// Whether a flag compiles for an environment, without writing it down.
///
/// # Errors
/// Why it cannot be compiled.
pub fn check_flag(
    workspace: &Workspace,
    flag: &Flag,
    environment: EnvironmentId,
    segments: &Segments,
) -> Result<(), Obstacle> {
    outcome(workspace, flag, environment, segments).map(|_| ())
}

/// What a flag serves, as logic, and the branches of its top-level `if`.
fn outcome(
    workspace: &Workspace,
    flag: &Flag,
    environment: EnvironmentId,
    segments: &Segments,
) -> Result<(Logic, Vec<Branch>), Obstacle> {
    let broken = || Obstacle { flag: flag.key.to_string(), reason: Reason::Broken };
    if flag.broken_in(environment) {
        return Err(broken());
    }
    let config = &workspace.config;
    let off = Outcome::Variant(flag.off_variant);
    let requirements = if flag.killed_in(environment) {
        Logic::Boolean(false)
    } else {
        requirement::met(workspace, flag, environment, segments)?
    };
    if requirements == Logic::Boolean(false) {
        let unmet = (!flag.killed_in(environment)).then_some(Branch::Requirements);
        return Ok((off.into_logic(flag, segments), unmet.into_iter().collect()));
    }
    let mut decisions = Decisions::default();
    if requirements != Logic::Boolean(true) {
        decisions.when(requirements.negate(), off, Branch::Requirements);
    }
    let mut otherwise = None;
    for (index, rule) in flag.rules_in(environment).iter().enumerate() {
        let outcome = Outcome::of(&rule.serve, flag, segments);
        let Some(written) = &rule.condition else {
            otherwise = Some(outcome);
            break;
        };
        let condition = condition::condition(written, config, segments).ok_or_else(broken)?;
        decisions.when(condition, outcome, Branch::Rule(index));
    }
    let last = otherwise.unwrap_or_else(|| scheduled(flag, environment, segments, &mut decisions));
    let (targeting, branches) = decisions.otherwise(last, flag, segments);
    let size = targeting.size();
    if size > MAX_SIZE {
        return Err(Obstacle { flag: flag.key.to_string(), reason: Reason::TooLarge(size) });
    }
    Ok((targeting, branches))
}

/// The environment's `serve`, before which the steps of its schedule are decided, the last one first. A step that serves
/// what is served before it changes nothing.
fn scheduled(
    flag: &Flag,
    environment: EnvironmentId,
    segments: &Segments,
    decisions: &mut Decisions,
) -> Outcome {
    let serve = Outcome::of(flag.serve_in(environment), flag, segments);
    let mut steps: Vec<(Logic, Outcome)> = Vec::new();
    for step in flag.schedule_in(environment) {
        let outcome = Outcome::of(&step.serve, flag, segments);
        let before = steps.last().map_or(&serve, |(_, outcome)| outcome);
        if outcome != *before {
            steps.push((Logic::since(step.at.value.0), outcome));
        }
    }
    for (since, outcome) in steps.into_iter().rev() {
        decisions.when(since, outcome, Branch::Otherwise);
    }
    serve
}
