//! What a flag does in an environment at one time: who may pass at all (its requirements), and which branch decides.

use super::facts::Gathered;
use super::formula::Formula;
use super::solve::TooComplex;
use super::space::Space;
use crate::compile::{Demands, Obstacle, demands};
use crate::model::{Condition, EnvironmentId, Flag, Serve, VariantId, Workspace};

/// More branches than this are too complex to be looked at.
const MAX_BRANCHES: usize = 1_000;

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
        let mut required = Vec::new();
        // Of a killed flag nothing else is read, and those whose requirements are unsound are never asked about.
        let demands =
            if flag.killed_in(environment) { Ok(Demands::default()) } else { demands(workspace, flag) };
        for (id, wanted) in demands.unwrap_or_default() {
            required.push((Decisions::new(space, workspace, workspace.flag(id), environment, at)?, wanted));
        }
        let met = Formula::all(required.iter().map(|(decisions, wanted)| decisions.serve(space, wanted)));
        Ok(Self { own, demands: required, met })
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
    fn new(
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
        let schedule = flag.schedule_in(environment);
        branches.push(match schedule.iter().rposition(|step| step.at.value.0 <= at) {
            Some(index) => everybody(BranchId::Step(index), Some(&schedule[index].serve)),
            None => everybody(BranchId::Serve, Some(flag.serve_in(environment))),
        });
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
