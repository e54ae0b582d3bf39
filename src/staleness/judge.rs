//! The judgement of one flag, on what is known of its history and of the code.

use std::collections::BTreeMap;

use ecow::EcoString;
use rayon::prelude::*;

use super::{Blocker, Due, Signal, Staleness, State};
use crate::constancy::{Asked, FlagHistory, Serves, Since};
use crate::format::{Date, Days};
use crate::model::{Config, EnvironmentId, Flag, FlagId, Workspace};

const DAY: i64 = 86_400;

/// What is known of a flag from elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// What code says of it; `None` where no code was looked at.
    pub mentions: Option<Mentions>,
    /// Whether nobody knows its owner.
    pub owner_unknown: bool,
}

/// What code says of a flag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentions {
    /// How often, by class of reference.
    pub classes: Vec<(&'static str, usize)>,
    /// How many of these need it to exist.
    pub reads: usize,
    /// Services whose code was not looked at, or not wholly.
    pub unsearched: Vec<EcoString>,
    /// Keys that are built at run time.
    pub dynamic: usize,
}

/// The environments that decide whether a flag is done: the critical ones, else the last in promotion order.
pub fn deciding(config: &Config) -> Vec<EnvironmentId> {
    let critical: Vec<_> = config.environment_ids().filter(|id| config.environment(*id).critical).collect();
    if critical.is_empty() { config.environment_ids().last().into_iter().collect() } else { critical }
}

/// The end of a day, 24:00 UTC, in seconds since 1970.
pub fn end_of(date: Date) -> i64 {
    start_of(date).saturating_add(DAY)
}

fn start_of(date: Date) -> i64 {
    let instant = date.0.to_zoned(jiff::tz::TimeZone::UTC);
    instant.map_or(i64::MAX, |zoned| zoned.timestamp().as_second())
}

/// What has to be known of each flag's history to tell in which state it is at a time, in seconds since 1970, and what will
/// become of it: in the order of the workspace. [`Asked::Constancy`] goes by the environments that decide.
pub fn asked(workspace: &Workspace, as_of: i64) -> Vec<Asked> {
    let of_flag = |flag: &Flag| {
        let policy = workspace.config.kinds.of(flag.kind);
        if rests(flag, as_of).is_some() {
            Asked::Nothing
        } else if policy.review_every.is_some() {
            Asked::Standings
        } else if policy.launched_after.is_some() || policy.abandoned_after.is_some() {
            Asked::Constancy
        } else if policy.max_age.is_some() {
            Asked::Arrival
        } else {
            Asked::Nothing
        }
    };
    workspace.flags.iter().map(of_flag).collect()
}

/// The state of a flag that is left alone, whatever it serves.
fn rests(flag: &Flag, as_of: i64) -> Option<State> {
    let life = flag.lifetime.as_deref()?;
    let is_snoozed = |until: Date| as_of < end_of(until);
    if life.permanent.is_some() {
        Some(State::Permanent)
    } else if life.snooze.as_ref().is_some_and(|(until, _)| is_snoozed(until.value)) {
        Some(State::Snoozed)
    } else {
        None
    }
}

/// Judges all flags as of a time, in seconds since 1970. `histories` and `evidence` are in the order of the workspace;
/// where there is less evidence than flags, nothing else is known of the others.
pub fn judge_all(
    workspace: &Workspace,
    histories: &[FlagHistory],
    evidence: &[Evidence],
    as_of: i64,
) -> Vec<Staleness> {
    let mut dependents: BTreeMap<&str, Vec<&EcoString>> = BTreeMap::new();
    for flag in &workspace.flags {
        for requirement in &flag.requires {
            dependents.entry(&requirement.flag.value).or_default().push(&flag.key);
        }
    }
    let nothing = Evidence::default();
    let indices = histories.par_iter().enumerate();
    let ids = indices.filter_map(|(index, history)| Some((FlagId(u32::try_from(index).ok()?), history)));
    ids.map(|(id, history)| {
        let evidence = evidence.get(id.0 as usize).unwrap_or(&nothing);
        let dependents = dependents.get(workspace.flag(id).key.as_str()).map_or(&[][..], Vec::as_slice);
        judge(workspace, id, history, dependents, evidence, as_of)
    })
    .collect()
}

fn judge(
    workspace: &Workspace,
    id: FlagId,
    history: &FlagHistory,
    dependents: &[&EcoString],
    evidence: &Evidence,
    as_of: i64,
) -> Staleness {
    let flag = workspace.flag(id);
    let config = &workspace.config;
    let life = Life { flag, config, history, as_of, constant: constant(config, history) };
    let (state, began, due) = life.state();
    Staleness {
        flag: id,
        state,
        since: began.map(|began| began.at),
        at_least: began.is_some_and(|began| began.at_least),
        signals: life.signals(evidence),
        blockers: blockers(dependents, &life, evidence),
        due: due.filter(|_| state == State::Active),
    }
}

/// When something began, in seconds since 1970; ordered by that. Of two that are the same, the one that is sure is later:
/// the other began then or before.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Start {
    time: i64,
    is_sure: bool,
}

impl Start {
    fn of(since: &Since) -> Self {
        Self { time: since.time, is_sure: !since.at_least }
    }
}

/// What all environments that decide serve to everybody, and nothing is going to change that.
struct Constant {
    variant: EcoString,
    /// The youngest of their dates; `None` where one is not known.
    since: Option<Start>,
}

fn constant(config: &Config, history: &FlagHistory) -> Option<Constant> {
    let mut constant: Option<Constant> = None;
    for environment in deciding(config) {
        let standing = history.standings.get(usize::from(environment.0))?;
        let Serves::Constant(variant) = &standing.serves else { return None };
        if standing.changes_at.is_some() {
            return None;
        }
        let since = standing.since.as_ref().map(Start::of);
        constant = Some(match constant {
            None => Constant { variant: variant.clone(), since },
            Some(known) if known.variant != *variant => return None,
            Some(known) => {
                Constant { since: known.since.zip(since).map(|(one, other)| one.max(other)), ..known }
            }
        });
    }
    constant
}

struct Life<'l> {
    flag: &'l Flag,
    config: &'l Config,
    history: &'l FlagHistory,
    as_of: i64,
    constant: Option<Constant>,
}

impl Life<'_> {
    /// The state, what began with it, and what is to come.
    fn state(&self) -> (State, Option<Due>, Option<Due>) {
        if let Some(state) = rests(self.flag, self.as_of) {
            return (state, None, None);
        }
        let ends = self.ends();
        let passed = ends.iter().filter(|end| end.at <= self.as_of);
        // The states are in order of weight.
        if let Some(end) = passed.min_by_key(|end| end.state) {
            return (end.state, Some(*end), None);
        }
        (State::Active, None, ends.into_iter().min_by_key(|end| (end.at, end.state)))
    }

    /// When each reason to be stale begins to hold, as far as it is known.
    fn ends(&self) -> Vec<Due> {
        let policy = self.config.kinds.of(self.flag.kind);
        let after = |start: Option<Start>, days: Option<Days>, state| {
            let Start { time, is_sure } = start?;
            let at = time.saturating_add(i64::from(days?.0) * DAY);
            Some(Due { at, state, at_least: !is_sure })
        };
        let expires = self.flag.expires.map(|date| Due {
            at: end_of(date.value),
            state: State::Expired,
            at_least: false,
        });
        let constant = self.constant.as_ref().and_then(|constant| {
            let off = &self.flag.variant(self.flag.off_variant).name.value;
            let (days, state) = if constant.variant == *off {
                (policy.abandoned_after, State::Abandoned)
            } else {
                (policy.launched_after, State::Launched)
            };
            after(constant.since, days, state)
        });
        let overdue = after(self.born().as_ref().map(Start::of), policy.max_age, State::Overdue);
        let review = after(self.last_change(), policy.review_every, State::ReviewDue);
        [expires, constant, overdue, review].into_iter().flatten().collect()
    }

    /// When it was made: as it says itself, else by the commit that added it.
    fn born(&self) -> Option<Since> {
        match self.flag.created {
            Some(date) => Some(Since { time: start_of(date.value), commit: None, at_least: false }),
            None => self.history.added.clone(),
        }
    }

    /// Since when all environments have served what they serve; where not everybody gets the same, since when nothing was
    /// changed that it depends on. As far as that is known.
    fn last_change(&self) -> Option<Start> {
        let times = self.history.standings.iter().map(|standing| standing.since.as_ref().map(Start::of));
        match times.collect::<Option<Vec<_>>>() {
            Some(times) => times.into_iter().max().or_else(|| self.born().as_ref().map(Start::of)),
            None => self.history.unchanged.as_ref().map(Start::of),
        }
    }

    fn signals(&self, evidence: &Evidence) -> Vec<Signal> {
        let mut signals = Vec::new();
        for (environment, standing) in self.config.environments.iter().zip(&self.history.standings) {
            let environment: EcoString = environment.name.value.as_str().into();
            if let Serves::Constant(variant) = &standing.serves {
                let (variant, since) = (variant.clone(), standing.since.clone());
                signals.push(Signal::Constant { environment: environment.clone(), variant, since });
            }
            if let Some(at) = standing.changes_at {
                signals.push(Signal::Scheduled { environment, at });
            }
        }
        if let Some(born) = self.born() {
            let days = (self.as_of - born.time).max(0) / DAY;
            let limit = self.config.kinds.of(self.flag.kind).max_age.map(|days| days.0);
            signals.push(Signal::Age { days, at_least: born.at_least, limit });
        }
        if let Some(date) = self.flag.expires {
            signals.push(Signal::Expires { at: end_of(date.value) });
        }
        if let Some(mentions) = &evidence.mentions {
            let counted = mentions.classes.iter().filter(|(_, count)| *count > 0);
            signals.extend(counted.map(|(class, count)| Signal::References { class, count: *count }));
        }
        if evidence.owner_unknown {
            signals.push(Signal::OwnerUnknown);
        }
        signals
    }
}

fn blockers(dependents: &[&EcoString], life: &Life<'_>, evidence: &Evidence) -> Vec<Blocker> {
    let mut blockers: Vec<Blocker> =
        dependents.iter().map(|key| Blocker::Dependent((*key).clone())).collect();
    let wanted = life.constant.as_ref().map(|constant| &constant.variant);
    for (environment, standing) in life.config.environments.iter().zip(&life.history.standings) {
        let environment: EcoString = environment.name.value.as_str().into();
        match &standing.serves {
            Serves::Varying => blockers.push(Blocker::Varies(environment)),
            Serves::Unknown => blockers.push(Blocker::NotKnown(environment)),
            Serves::Constant(variant) if wanted.is_some_and(|wanted| wanted != variant) => {
                blockers.push(Blocker::Differs { environment, variant: variant.clone() });
            }
            Serves::Constant(_) | Serves::Absent => {}
        }
    }
    match &evidence.mentions {
        None => blockers.push(Blocker::NotSearched),
        Some(mentions) => {
            if mentions.reads > 0 {
                blockers.push(Blocker::Read(mentions.reads));
            }
            blockers.extend(mentions.unsearched.iter().cloned().map(Blocker::Unsearched));
            if mentions.dynamic > 0 {
                blockers.push(Blocker::DynamicKeys(mentions.dynamic));
            }
        }
    }
    blockers
}
