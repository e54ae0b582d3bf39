//! What a flag serves in each environment, from the beginning of time to its end, in one state of the workspace.

use std::borrow::Cow;
use std::cell::OnceCell;

use ecow::EcoString;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::compile::Segments;
use crate::exposure::{self, MAX_MOMENTS, Program, Solver, Survey, TooComplex};
use crate::model::{EnvironmentId, Flag, Rule, Serve, Step, VariantId, Workspace};

/// What everybody gets.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Outcome {
    /// The same.
    Constant {
        /// The variant's name.
        variant: EcoString,
        /// Its value: canonical JSON. Two outcomes with equal values are the same, whatever the variants are called.
        value: EcoString,
    },
    /// Not the same.
    Varying,
    /// It cannot be compiled, so it cannot have been released.
    Broken,
    /// It is too complex to be decided.
    Undecided,
}

impl Outcome {
    /// Whether services get the same of both.
    pub fn serves_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Constant { value, .. }, Self::Constant { value: other, .. }) => value == other,
            (Self::Varying, Self::Varying) | (Self::Broken, Self::Broken) => true,
            // Of two that nobody could decide, nobody knows whether they are the same.
            (Self::Constant { .. } | Self::Varying | Self::Broken | Self::Undecided, _) => false,
        }
    }
}

/// What is served from a time on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Piece {
    /// Seconds since 1970; the least number is the beginning of time.
    pub from: i64,
    /// What.
    pub outcome: Outcome,
}

/// What is served in an environment: the first piece begins with time, each ends where the next begins.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timeline {
    /// The environment's name.
    pub environment: EcoString,
    /// In the order of time; neighbours differ.
    pub pieces: Vec<Piece>,
}

/// The workspace as [`without_whole_splits`] makes it; itself where it has none.
pub(super) fn as_meant(workspace: &Workspace) -> Cow<'_, Workspace> {
    let is_whole = |serve: &Serve| matches!(serve, Serve::Split(split) if split.shares.len() == 1);
    let mut meant = Cow::Borrowed(workspace);
    if workspace.flags.iter().flat_map(Flag::serves).any(is_whole) {
        without_whole_splits(meant.to_mut());
    }
    meant
}

/// Makes splits that give everything to one variant what they mean to people: a variant. Those who cannot be identified
/// get the off variant still, which is no reason to keep a flag.
pub(super) fn without_whole_splits(workspace: &mut Workspace) {
    for flag in &mut workspace.flags {
        let behaviour = &mut flag.behaviour;
        whole(&mut behaviour.serve);
        whole_rules(&mut behaviour.rules);
        whole_steps(&mut behaviour.schedule);
        for over in &mut flag.environments {
            over.serve.iter_mut().for_each(whole);
            over.rules.iter_mut().for_each(|rules| whole_rules(rules));
            over.schedule.iter_mut().for_each(|steps| whole_steps(steps));
        }
    }
}

fn whole_rules(rules: &mut [Rule]) {
    for rule in rules {
        whole(&mut rule.serve);
    }
}

fn whole_steps(steps: &mut [Step]) {
    for step in steps {
        whole(&mut step.serve);
    }
}

fn whole(serve: &mut Serve) {
    if let Serve::Split(split) = serve
        && let [only] = &*split.shares
    {
        *serve = Serve::Variant(crate::source::Spanned { value: only.variant, span: split.span });
    }
}

/// What a flag serves in every environment. `workspace` must know everything that the flag requires.
pub fn timelines(workspace: &Workspace, segments: &Segments, flag: &Flag) -> Vec<Timeline> {
    Inquiry::new(workspace, segments, flag).timelines()
}

/// The same where each of some environments serves everybody one variant from a time on, and no schedule will change it;
/// `None` where one does not.
pub(super) fn timelines_if_constant(
    workspace: &Workspace,
    segments: &Segments,
    flag: &Flag,
    environments: &[EnvironmentId],
    at: i64,
) -> Option<Vec<Timeline>> {
    let mut inquiry = Inquiry::new(workspace, segments, flag);
    environments
        .iter()
        .all(|environment| inquiry.is_constant_from(*environment, at))
        .then(|| inquiry.timelines())
}

/// Questions about one flag, which share what they need to know of it.
struct Inquiry<'w> {
    workspace: &'w Workspace,
    segments: &'w Segments,
    flag: &'w Flag,
    /// Made when a question needs it.
    survey: OnceCell<Option<Survey<'w>>>,
    /// What was found out, by an environment that stands for all that say the same.
    known: SmallVec<[(EnvironmentId, Vec<Piece>); 2]>,
}

impl<'w> Inquiry<'w> {
    fn new(workspace: &'w Workspace, segments: &'w Segments, flag: &'w Flag) -> Self {
        Self { workspace, segments, flag, survey: OnceCell::new(), known: SmallVec::new() }
    }

    fn survey(&self) -> Option<&Survey<'w>> {
        self.survey.get_or_init(|| Survey::new(self.workspace, self.flag, self.segments)).as_ref()
    }

    fn timelines(&mut self) -> Vec<Timeline> {
        let config = &self.workspace.config;
        let timeline = |environment| Timeline {
            environment: config.environment(environment).name.value.as_str().into(),
            pieces: self.pieces(environment),
        };
        config.environment_ids().map(timeline).collect()
    }

    fn pieces(&mut self, environment: EnvironmentId) -> Vec<Piece> {
        let always = |outcome| vec![Piece { from: i64::MIN, outcome }];
        if let Some(outcome) = simple(self.flag, environment) {
            return always(outcome);
        }
        let surveyed = self.survey().and_then(|survey| Some((survey, survey.like(environment)?)));
        let Some((survey, like)) = surveyed else { return always(Outcome::Broken) };
        if let Some((_, pieces)) = self.known.iter().find(|(known, _)| *known == like) {
            return pieces.clone();
        }
        let pieces = pieces(&Solver::new(survey.space()), self.workspace, self.flag, like);
        self.known.push((like, pieces.clone()));
        pieces
    }

    fn is_constant_from(&mut self, environment: EnvironmentId, at: i64) -> bool {
        if let Some(outcome) = simple(self.flag, environment) {
            return matches!(outcome, Outcome::Constant { .. });
        }
        // Most flags are not constant, and one time is enough to see that.
        let (workspace, flag) = (self.workspace, self.flag);
        if exposure::surely_varies(workspace, flag, environment, at) {
            return false;
        }
        let Some(survey) = self.survey().filter(|survey| survey.like(environment).is_some()) else {
            return false;
        };
        let now = outcome(&Solver::new(survey.space()), workspace, flag, environment, at);
        matches!(now, Ok(Outcome::Constant { .. }))
            && self.pieces(environment).last().is_some_and(|last| last.from <= at)
    }
}

/// The outcome where it can be read off: a kill, or one variant for everybody at any time.
fn simple(flag: &Flag, environment: EnvironmentId) -> Option<Outcome> {
    if flag.broken_in(environment) {
        return Some(Outcome::Broken);
    }
    if flag.killed_in(environment) {
        return Some(constant(flag, flag.off_variant));
    }
    let is_plain = flag.requires.is_empty()
        && flag.rules_in(environment).is_empty()
        && flag.schedule_in(environment).is_empty();
    match flag.serve_in(environment) {
        Serve::Variant(variant) if is_plain => Some(constant(flag, variant.value)),
        // No share is empty: somebody gets each.
        Serve::Split(split) if is_plain => {
            let mut values = split.shares.iter().map(|share| &flag.variant(share.variant).json);
            let first = values.next()?;
            values.any(|value| value != first).then_some(Outcome::Varying)
        }
        Serve::Variant(_) | Serve::Split(_) => None,
    }
}

fn constant(flag: &Flag, variant: VariantId) -> Outcome {
    let variant = flag.variant(variant);
    Outcome::Constant { variant: variant.name.value.as_str().into(), value: variant.json.clone() }
}

fn pieces(solver: &Solver<'_>, workspace: &Workspace, flag: &Flag, environment: EnvironmentId) -> Vec<Piece> {
    let instants = exposure::instants(workspace, flag, environment);
    if instants.len() >= MAX_MOMENTS {
        return vec![Piece { from: i64::MIN, outcome: Outcome::Undecided }];
    }
    let mut pieces: Vec<Piece> = Vec::new();
    for from in std::iter::once(i64::MIN).chain(instants) {
        let outcome = outcome(solver, workspace, flag, environment, from).unwrap_or(Outcome::Undecided);
        if pieces.last().is_none_or(|last| last.outcome != outcome) {
            pieces.push(Piece { from, outcome });
        }
    }
    pieces
}

/// What is served at one time: constant where all variants that somebody can get have one value.
fn outcome(
    solver: &Solver<'_>,
    workspace: &Workspace,
    flag: &Flag,
    environment: EnvironmentId,
    at: i64,
) -> Result<Outcome, TooComplex> {
    let space = solver.space();
    let program = Program::new(space, workspace, flag, environment, at)?;
    let mut only = None;
    for variant in flag.variant_ids() {
        if !solver.possible(&[&program.serves(space, &[variant])])? {
            continue;
        }
        let served = constant(flag, variant);
        match &only {
            None => only = Some(served),
            Some(first) if served.serves_as(first) => {}
            Some(_) => return Ok(Outcome::Varying),
        }
    }
    Ok(only.unwrap_or(Outcome::Broken))
}
