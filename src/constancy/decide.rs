//! What a flag serves in each environment, from the beginning of time to its end, in one state of the workspace.

use std::borrow::Cow;

use ecow::EcoString;
use serde::{Deserialize, Serialize};

use crate::compile::{self, Segments};
use crate::exposure::{self, Analysis, Program, Survey, TooComplex};
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
    let config = &workspace.config;
    let simple: Vec<_> = config.environment_ids().map(|environment| simple(flag, environment)).collect();
    let is_open = simple.iter().any(Option::is_none);
    let survey = if is_open { Survey::new(workspace, flag, segments) } else { None };
    let analysis = survey.as_ref().map(Analysis::new);
    let decided = config.environment_ids().zip(simple).map(|(environment, simple)| {
        let pieces = match (simple, &analysis) {
            (Some(outcome), _) => vec![Piece { from: i64::MIN, outcome }],
            (None, None) => vec![Piece { from: i64::MIN, outcome: Outcome::Broken }],
            (None, Some(analysis)) => pieces(analysis, workspace, environment),
        };
        Timeline { environment: config.environment(environment).name.value.as_str().into(), pieces }
    });
    decided.collect()
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
            let mut values =
                split.shares.iter().map(|share| compile::canonical_text(&flag.variant(share.variant).value));
            let first = values.next()?;
            values.any(|value| value != first).then_some(Outcome::Varying)
        }
        Serve::Variant(_) | Serve::Split(_) => None,
    }
}

fn constant(flag: &Flag, variant: VariantId) -> Outcome {
    let variant = flag.variant(variant);
    Outcome::Constant {
        variant: variant.name.value.as_str().into(),
        value: compile::canonical_text(&variant.value),
    }
}

fn pieces(analysis: &Analysis<'_>, workspace: &Workspace, environment: EnvironmentId) -> Vec<Piece> {
    if analysis.too_complex {
        return vec![Piece { from: i64::MIN, outcome: Outcome::Undecided }];
    }
    if analysis.setting_in(environment).is_none() {
        return vec![Piece { from: i64::MIN, outcome: Outcome::Broken }];
    }
    let mut pieces: Vec<Piece> = Vec::new();
    let instants = exposure::instants(workspace, analysis.flag, environment);
    for from in std::iter::once(i64::MIN).chain(instants) {
        let outcome = outcome(analysis, workspace, environment, from).unwrap_or(Outcome::Undecided);
        if pieces.last().is_none_or(|last| last.outcome != outcome) {
            pieces.push(Piece { from, outcome });
        }
    }
    pieces
}

/// What is served at one time: constant where all variants that somebody can get have one value.
fn outcome(
    analysis: &Analysis<'_>,
    workspace: &Workspace,
    environment: EnvironmentId,
    at: i64,
) -> Result<Outcome, TooComplex> {
    let (flag, space) = (analysis.flag, analysis.solver.space());
    let program = Program::new(space, workspace, flag, environment, at)?;
    let mut only = None;
    for variant in flag.variant_ids() {
        if !analysis.solver.possible(&[&program.serves(space, &[variant])])? {
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
