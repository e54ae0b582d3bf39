//! A state on the way, and what is not safe about it.

use std::collections::BTreeSet;

use crate::compile::{Segments, demands};
use crate::model::{EnvironmentId, FlagId, VariantId, Workspace};
use crate::readiness::{self, Facts, Outcome, Verdict, words};

/// What is served and what is live.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) workspace: Workspace,
    pub(super) facts: Facts,
}

/// What does not change on the way.
#[derive(Debug)]
pub(super) struct Ground<'p> {
    pub(super) environment: EnvironmentId,
    pub(super) at: i64,
    pub(super) segments: &'p Segments,
    /// The flags that the way can touch: those that it changes, those that require them, and those that are evaluated by a
    /// service that is deployed.
    pub(super) flags: Vec<FlagId>,
    /// The flags that it changes.
    pub(super) changed: Vec<FlagId>,
    /// What nobody knew before, of flags that are not changed.
    pub(super) doubts: BTreeSet<Question>,
}

/// Flag, service, variant, live version.
pub(super) type Question = (FlagId, usize, VariantId, Option<String>);

impl<'p> Ground<'p> {
    pub(super) fn new(
        state: &State,
        segments: &'p Segments,
        environment: EnvironmentId,
        at: i64,
        changed: Vec<FlagId>,
        services: &BTreeSet<String>,
    ) -> Self {
        let workspace = &state.workspace;
        let is_touched = |id: &FlagId| {
            let flag = workspace.flag(*id);
            changed.contains(id)
                || flag.services.iter().any(|support| services.contains(support.service.value.as_str()))
                || demands(workspace, flag)
                    .is_ok_and(|demands| changed.iter().any(|id| demands.contains_key(id)))
        };
        let flags = (0..).map(FlagId).take(workspace.flags.len()).filter(is_touched).collect();
        let mut ground = Self { environment, at, segments, flags, changed, doubts: BTreeSet::new() };
        ground.doubts = ground.not_ready(state, |verdict, _| {
            matches!(verdict.outcome, Outcome::Unknown(_)).then(|| question(verdict))
        });
        ground
    }

    fn not_ready<T, C: FromIterator<T>>(
        &self,
        state: &State,
        take: impl Fn(&Verdict<'_>, &Workspace) -> Option<T>,
    ) -> C {
        let mut taken = Vec::new();
        for id in &self.flags {
            let (workspace, facts) = (&state.workspace, &state.facts);
            for verdict in readiness::survey(workspace, self.segments, facts, *id, Some(self.at)) {
                if verdict.environment == self.environment {
                    taken.extend(take(&verdict, workspace));
                }
            }
        }
        taken.into_iter().collect()
    }

    /// Why a state is not safe: something live cannot serve what it has to, or nobody knows whether it can. What nobody
    /// knew before about flags that the way does not change is not held against it.
    pub(super) fn danger(&self, state: &State) -> Option<String> {
        let mut dangers: Vec<(bool, String)> = self.not_ready(state, |verdict, workspace| {
            let is_changed = self.changed.contains(&verdict.flag);
            let is_new = is_changed || !self.doubts.contains(&question(verdict));
            (verdict.outcome == Outcome::Blocked || is_new).then(|| {
                let flag = workspace.flag(verdict.flag);
                let service = &flag.services[verdict.service].service.value;
                let kill =
                    if verdict.variant == flag.off_variant { ", so it could not be killed" } else { "" };
                let reason = words::reason(workspace, verdict);
                (!is_changed, format!("`{}` asks `{service}`: {reason}{kill}", flag.key))
            })
        });
        // What the way changes comes first.
        dangers.sort();
        match dangers.as_slice() {
            [] => None,
            [(_, only)] => Some(only.clone()),
            [(_, first), others @ ..] => Some(format!("{first} (and {} more)", others.len())),
        }
    }
}

fn question(verdict: &Verdict<'_>) -> Question {
    (verdict.flag, verdict.service, verdict.variant, verdict.live.map(words::version))
}
