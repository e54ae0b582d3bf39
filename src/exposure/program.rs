//! What a flag does in an environment at one time: who may pass at all (its requirements), and which branch decides.

use std::collections::BTreeMap;

use super::facts::Gathered;
use super::formula::Formula;
use super::solve::TooComplex;
use super::space::Space;
use crate::compile::{Demands, Obstacle, demands};
use crate::model::{Condition, EnvironmentId, Flag, SegmentId, Serve, VariantId, Workspace};

/// Conditions of more parts than this, segments spelled out, are too complex to be looked at.
const MAX_SIZE: u64 = 100_000;

/// More branches than this are too complex to be looked at.
const MAX_BRANCHES: usize = 1_000;

/// The sizes of conditions with all segments spelled out, each segment measured once: one that uses another twice
/// doubles it, and forty of those could never be written down.
#[derive(Default)]
struct SegmentSizes(BTreeMap<SegmentId, u64>);

impl SegmentSizes {
    fn of(&mut self, condition: &Condition, workspace: &Workspace) -> u64 {
        match condition {
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().fold(1, |size: u64, part| size.saturating_add(self.of(part, workspace)))
            }
            Condition::Not(inner) => self.of(inner, workspace),
            Condition::Segment(segment) => {
                if let Some(size) = self.0.get(&segment.value) {
                    return *size;
                }
                let written = workspace.segment(segment.value).condition.as_ref();
                let size = written.map_or(1, |written| self.of(written, workspace));
                self.0.insert(segment.value, size);
                size
            }
            Condition::Clause(_) => 1,
        }
    }
}

/// A flag in an environment, at one time.
#[derive(Debug)]
pub struct Program<'w> {
    /// What the flag itself decides.
    pub own: Decisions<'w>,
    /// Every transitive requirement: what it decides, and what of that is wanted.
    pub demands: Vec<(Decisions<'w>, Vec<VariantId>)>,
    /// That all requirements are met.
    pub met: Formula,
}

/// The branches of a flag, of which the first that applies decides.
#[derive(Debug)]
pub struct Decisions<'w> {
    /// Its workspace.
    pub workspace: &'w Workspace,
    /// The flag.
    pub flag: &'w Flag,
    /// In order; the last one takes everybody.
    pub branches: Vec<Branch<'w>>,
}

/// A branch.
#[derive(Debug)]
pub struct Branch<'w> {
    /// Which one.
    pub id: BranchId,
    /// Who it is for, as it is written; `None` is everybody.
    pub written: Option<&'w Condition>,
    /// Who it is for.
    pub condition: Formula,
    /// Who it is not for.
    pub negated: Formula,
    /// What it serves; `None` is the off variant of a killed flag.
    pub serve: Option<&'w Serve>,
}

/// Which branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BranchId {
    /// The kill switch.
    Killed,
    /// The rule with this index.
    Rule(usize),
    /// The environment's own `serve`.
    Serve,
    /// The step of the schedule with this index.
    Step(usize),
}

/// Adds everything that a flag and its requirements ask in an environment.
pub fn gather(
    gathered: &mut Gathered,
    workspace: &Workspace,
    flag: &Flag,
    environment: EnvironmentId,
) -> Result<(), Obstacle> {
    if flag.killed_in(environment) {
        // Nothing else of it is read.
        return Ok(());
    }
    let required = demands(workspace, flag)?;
    for flag in std::iter::once(flag).chain(required.keys().map(|id| workspace.flag(*id))) {
        if flag.killed_in(environment) {
            continue;
        }
        let steps = flag.schedule_in(environment).iter().map(|step| &step.serve);
        for serve in std::iter::once(flag.serve_in(environment)).chain(steps) {
            gathered.serve(serve, flag, &workspace.config);
        }
        for rule in flag.rules_in(environment) {
            gathered.serve(&rule.serve, flag, &workspace.config);
            if let Some(condition) = &rule.condition {
                gathered.condition(condition, workspace);
            }
        }
    }
    Ok(())
}

/// The instants at which a flag, or one that it requires, begins to serve something else, sorted.
pub fn instants(workspace: &Workspace, flag: &Flag, environment: EnvironmentId) -> Vec<i64> {
    let required = demands(workspace, flag).unwrap_or_default();
    let flags = std::iter::once(flag).chain(required.keys().map(|id| workspace.flag(*id)));
    let steps =
        flags.filter(|flag| !flag.killed_in(environment)).flat_map(|flag| flag.schedule_in(environment));
    let mut instants: Vec<i64> = steps.map(|step| step.at.value.0).collect();
    instants.sort_unstable();
    instants.dedup();
    instants
}

/// Every transitive requirement of a flag at a time: what it decides, and what of that is wanted.
pub(super) fn required<'w>(
    space: &Space,
    workspace: &'w Workspace,
    flag: &Flag,
    environment: EnvironmentId,
    at: i64,
) -> Result<Vec<(Decisions<'w>, Vec<VariantId>)>, TooComplex> {
    // Of a killed flag nothing else is read, and those whose requirements are unsound are never asked about.
    let demands = if flag.killed_in(environment) { Ok(Demands::default()) } else { demands(workspace, flag) };
    let decided = demands.unwrap_or_default().into_iter().map(|(id, wanted)| {
        Ok((Decisions::new(space, workspace, workspace.flag(id), environment, at)?, wanted))
    });
    decided.collect()
}

/// That all requirements are met.
pub(super) fn met(space: &Space, required: &[(Decisions<'_>, Vec<VariantId>)]) -> Formula {
    Formula::all(required.iter().map(|(decisions, wanted)| decisions.serve(space, wanted)))
}

/// What a flag that is not killed serves at a time when no rule applies.
pub(super) fn last(flag: &Flag, environment: EnvironmentId, at: i64) -> (BranchId, &Serve) {
    let schedule = flag.schedule_in(environment);
    match schedule.iter().rposition(|step| step.at.value.0 <= at) {
        Some(index) => (BranchId::Step(index), &schedule[index].serve),
        None => (BranchId::Serve, flag.serve_in(environment)),
    }
}

impl<'w> Program<'w> {
    /// The program of a flag whose questions were gathered into `space`; `at` in seconds since 1970.
    pub fn new(
        space: &Space,
        workspace: &'w Workspace,
        flag: &'w Flag,
        environment: EnvironmentId,
        at: i64,
    ) -> Result<Self, TooComplex> {
        let own = Decisions::new(space, workspace, flag, environment, at)?;
        let demands = required(space, workspace, flag, environment, at)?;
        let met = met(space, &demands);
        Ok(Self { own, demands, met })
    }

    /// That the flag serves one of these variants.
    pub fn serves(&self, space: &Space, wanted: &[VariantId]) -> Formula {
        let decided = self.own.serve(space, wanted);
        if wanted.contains(&self.own.flag.off_variant) {
            Formula::any([space.negate(&self.met), decided])
        } else {
            Formula::all([self.met.clone(), decided])
        }
    }
}

impl<'w> Decisions<'w> {
    pub(super) fn new(
        space: &Space,
        workspace: &'w Workspace,
        flag: &'w Flag,
        environment: EnvironmentId,
        at: i64,
    ) -> Result<Self, TooComplex> {
        let everybody = |id, serve| Branch {
            id,
            written: None,
            condition: Formula::Constant(true),
            negated: Formula::Constant(false),
            serve,
        };
        if flag.killed_in(environment) {
            return Ok(Self { workspace, flag, branches: vec![everybody(BranchId::Killed, None)] });
        }
        let rules = flag.rules_in(environment);
        if rules.len() > MAX_BRANCHES {
            return Err(TooComplex);
        }
        let mut sizes = SegmentSizes::default();
        let written = rules.iter().filter_map(|rule| rule.condition.as_ref());
        let size = written.fold(0, |size: u64, written| size.saturating_add(sizes.of(written, workspace)));
        if size > MAX_SIZE {
            return Err(TooComplex);
        }
        let mut branches = Vec::with_capacity(rules.len() + 1);
        for (index, rule) in rules.iter().enumerate() {
            let written = rule.condition.as_ref();
            let condition =
                written.map_or(Formula::Constant(true), |written| space.condition(written, workspace));
            let negated = space.negate(&condition);
            branches.push(Branch {
                id: BranchId::Rule(index),
                written,
                condition,
                negated,
                serve: Some(&rule.serve),
            });
        }
        let (id, serve) = last(flag, environment, at);
        branches.push(everybody(id, Some(serve)));
        Ok(Self { workspace, flag, branches })
    }

    /// The formulas that hold together where a branch decides.
    pub fn fires(&self, index: usize) -> Vec<&Formula> {
        let before = self.branches[..index].iter().map(|branch| &branch.negated);
        std::iter::once(&self.branches[index].condition).chain(before).collect()
    }

    /// What a branch serves, to those it is for: that it is one of the wanted.
    pub fn branch_serves(&self, space: &Space, index: usize, wanted: &[VariantId]) -> Formula {
        match self.branches[index].serve {
            Some(serve) => space.serves(serve, wanted, self.flag, &self.workspace.config),
            None => Formula::Constant(wanted.contains(&self.flag.off_variant)),
        }
    }

    /// That the flag by itself, its requirements aside, serves one of the wanted.
    pub fn serve(&self, space: &Space, wanted: &[VariantId]) -> Formula {
        let mut decided = Formula::Constant(false);
        for (index, branch) in self.branches.iter().enumerate().rev() {
            let here = self.branch_serves(space, index, wanted);
            decided = match &branch.condition {
                Formula::Constant(true) => here,
                condition => Formula::choose(condition, &branch.negated, here, decided),
            };
        }
        decided
    }
}
