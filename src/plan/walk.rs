//! The way, walked on a model of the workspace: each step is taken, and the state behind it is looked at.

use super::moves::{Move, NoMoves, moves};
use super::rollout::{Group, Rollout, rollouts, services_of};
use super::serve::{self, max_step};
use super::state::{Ground, State};
use super::words::{notes, pins};
use super::{Action, Goal, Plan, PlanError, Step};
use crate::compile::{Obstacle, Segments};
use crate::model::{EnvironmentId, FlagId, Serve, VariantId, WHOLE, Workspace};
use crate::readiness::{Fact, Facts, Known, words};

/// What a plan is for.
#[derive(Clone, Copy, Debug)]
pub struct Request<'p> {
    /// The flags to turn on: together, where they are several.
    pub flags: &'p [FlagId],
    /// Where.
    pub environment: EnvironmentId,
    /// What is to be served, by name; what is meant where nothing is named.
    pub serve: Option<&'p str>,
    /// To how many, in thousandths of a percent.
    pub weight: u32,
    /// The time that is now, in seconds since 1970.
    pub at: i64,
}

/// Why there is no plan.
#[derive(Debug)]
pub enum NoPlan {
    /// Nobody can go it.
    Plan(PlanError),
    /// A flag has errors.
    Obstacle(Obstacle),
}

/// Plans the way from what is live and served now.
///
/// # Errors
/// [`NoPlan`].
pub fn plan(
    workspace: &Workspace,
    segments: &Segments,
    facts: &Facts,
    request: &Request<'_>,
) -> Result<Plan, NoPlan> {
    let Request { flags, environment, serve, weight, at } = *request;
    let moves =
        moves(workspace, segments, flags, environment, (serve, weight, at)).map_err(|none| match none {
            NoMoves::Plan(error) => NoPlan::Plan(error),
            NoMoves::Obstacle(obstacle) => NoPlan::Obstacle(obstacle),
        })?;
    let state = State { workspace: workspace.clone(), facts: facts.clone() };
    let changed: Vec<FlagId> = moves.iter().flatten().map(|goal| goal.flag).collect();
    let services = services_of(workspace, &changed);
    let ground = Ground::new(&state, segments, environment, at, changed, &services);
    let mut walk = Walk { ground, state, steps: Vec::new(), number: 0 };
    let goals: Vec<Goal> = moves.iter().flatten().copied().collect();
    // Nobody has to be able to serve what is taken from everybody.
    let rollouts = match weight {
        0 => Vec::new(),
        _ => rollouts(&walk.state, &walk.ground, &services, &goals).map_err(NoPlan::Plan)?,
    };
    for group in &rollouts {
        walk.deploy(group);
    }
    for group in &moves {
        walk.turn_on(group);
    }
    let steps = std::mem::take(&mut walk.steps);
    walk.number = 0;
    for group in moves.iter().rev() {
        walk.kill(group);
    }
    for group in rollouts.iter().rev() {
        walk.withdraw(group);
    }
    let pins = if weight == 0 { Vec::new() } else { pins(workspace, &rollouts, &goals) };
    let notes = notes(workspace, &walk.ground, &moves);
    Ok(Plan { flags: goals, steps, back: walk.steps, pins, notes })
}

struct Walk<'p> {
    ground: Ground<'p>,
    state: State,
    steps: Vec<Step>,
    number: usize,
}

impl Walk<'_> {
    fn push(&mut self, action: Action, circle: Vec<String>) {
        let danger = self.ground.danger(&self.state);
        self.steps.push(Step { number: self.number, action, circle, danger });
    }

    fn deploy(&mut self, group: &Group) {
        let circle: Vec<String> = if group.len() > 1 {
            group.iter().map(|rollout| rollout.service.clone()).collect()
        } else {
            Vec::new()
        };
        if group.iter().any(|rollout| rollout.version.is_some()) {
            self.number += 1;
        }
        for rollout in group {
            let Some(new) = rollout.coming() else { continue };
            let (service, version) = (rollout.service.clone(), new.version.to_string());
            let doubt = self.disbelief(&service);
            let beside = rollout.before().map(words::version).collect();
            self.imagine(&service, rollout.before().cloned().chain([new]).collect());
            self.push(
                Action::Deploy { service, version, instance: None, or_later: rollout.or_later, beside },
                circle.clone(),
            );
            // What a record that is not believed leaves open stays open: something else may be live.
            if let (Some(doubt), Some(step)) = (doubt, self.steps.last_mut()) {
                step.danger = Some(doubt);
            }
        }
        if group.iter().any(|rollout| !rollout.replaced.is_empty()) {
            self.number += 1;
        }
        for rollout in group {
            self.imagine(&rollout.service, rollout.kept.iter().cloned().chain(rollout.coming()).collect());
            if !rollout.replaced.is_empty() {
                let versions = rollout.replaced.iter().map(words::version).collect();
                self.push(Action::Gone { service: rollout.service.clone(), versions }, circle.clone());
            }
        }
    }

    /// The way back of [`Walk::deploy`], where it is known what was live before.
    fn withdraw(&mut self, group: &Group) {
        let group: Vec<&Rollout> = group.iter().filter(|rollout| !rollout.replaced.is_empty()).collect();
        if group.is_empty() {
            return;
        }
        self.number += 1;
        for rollout in &group {
            let service = &rollout.service;
            let beside: Vec<String> = rollout
                .kept
                .iter()
                .map(words::version)
                .chain(rollout.coming().map(|new| words::version(&new)))
                .collect();
            self.imagine(service, rollout.before().cloned().chain(rollout.coming()).collect());
            for old in &rollout.replaced {
                let (service, version) = (service.clone(), old.version.to_string());
                let instance = old.instance.as_ref().map(ToString::to_string);
                let beside = beside.clone();
                self.push(Action::Deploy { service, version, instance, or_later: false, beside }, Vec::new());
            }
        }
        if group.iter().any(|rollout| rollout.version.is_some()) {
            self.number += 1;
        }
        for rollout in &group {
            let Some(new) = rollout.coming() else { continue };
            self.imagine(&rollout.service, rollout.before().cloned().collect());
            let versions = vec![words::version(&new)];
            self.push(Action::Gone { service: rollout.service.clone(), versions }, Vec::new());
        }
    }

    /// Why the record of what is live of a service is not believed, if it is not.
    fn disbelief(&self, service: &str) -> Option<String> {
        let facts = &self.state.facts;
        match facts.known(facts.of(service), self.ground.environment) {
            Known::Unbelievable(record) => {
                let environment = self.state.workspace.config.environment(self.ground.environment);
                let reason = words::unbelievable(&environment.name.value, record);
                Some(format!("`{service}`: {reason}: record anew what is live first"))
            }
            Known::NoRecord | Known::NotListed(_) | Known::Live(_) => None,
        }
    }

    fn imagine(&mut self, service: &str, live: Vec<Fact>) {
        self.state.facts.imagine(service, self.ground.environment, live);
    }

    /// Ramps flags by common stages, each stage in one commit.
    fn turn_on(&mut self, group: &Move) {
        let most = max_step(&self.state.workspace, self.ground.environment);
        // Those that go together go on from the one that is furthest, so that none is ever ahead of another.
        let furthest = group.iter().map(|goal| self.weight(goal)).max().unwrap_or(0);
        let target = group.iter().map(|goal| goal.weight).max().unwrap_or(0);
        let mut stages = serve::stages(furthest, target, most);
        if stages.is_empty() && group.iter().any(|goal| self.weight(goal) != goal.weight) {
            stages.push(target);
        }
        for (index, stage) in stages.into_iter().enumerate() {
            let due: Vec<Goal> = group.iter().filter(|goal| self.weight(goal) != stage).copied().collect();
            if index > 0 {
                self.number += 1;
                self.push(Action::Watch, Vec::new());
            }
            self.number += 1;
            // They are one commit, so there is one state behind them.
            let actions: Vec<Action> = due.iter().filter_map(|goal| self.serve(goal, stage)).collect();
            for action in actions {
                self.push(action, Vec::new());
            }
        }
    }

    /// How many get the variant of a goal when no rule matches.
    fn weight(&self, goal: &Goal) -> u32 {
        let flag = self.state.workspace.flag(goal.flag);
        if flag.killed_in(self.ground.environment) {
            return 0;
        }
        serve::weight_of(serve::in_force(flag, self.ground.environment, self.ground.at), goal.variant)
    }

    /// Serves a variant to so many, and says how that is written.
    fn serve(&mut self, goal: &Goal, weight: u32) -> Option<Action> {
        let (environment, at) = (self.ground.environment, self.ground.at);
        let flag = self.state.workspace.flags.get_mut(goal.flag.0 as usize)?;
        let before = serve::in_force(flag, environment, at);
        let serve = serve::with_weight(flag, before, goal.variant, weight);
        let name = |variant: VariantId| flag.variant(variant).name.value.to_string();
        let action = match &serve {
            Serve::Variant(variant) => {
                Action::Set { flag: flag.key.to_string(), variant: name(variant.value) }
            }
            Serve::Split(split) => {
                let shares = split.shares.iter().filter(|share| share.variant != flag.off_variant);
                let percent = |weight: u32| f64::from(weight) * 100.0 / f64::from(WHOLE);
                Action::Ramp {
                    flag: flag.key.to_string(),
                    shares: shares.map(|share| (name(share.variant), percent(share.weight))).collect(),
                }
            }
        };
        serve::write(flag, environment, serve, at);
        Some(action)
    }

    /// Kills flags, in one commit.
    fn kill(&mut self, group: &Move) {
        self.number += 1;
        let mut actions = Vec::new();
        for goal in group.iter().rev() {
            if let Some(flag) = self.state.workspace.flags.get_mut(goal.flag.0 as usize) {
                serve::kill(flag, self.ground.environment);
                let variant = flag.variant(flag.off_variant).name.value.to_string();
                actions.push(Action::Kill { flag: flag.key.to_string(), variant });
            }
        }
        for action in actions {
            self.push(action, Vec::new());
        }
    }
}
