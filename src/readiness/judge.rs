//! The verdicts: what a live version is asked for, and what it answers.

use smallvec::SmallVec;

use super::facts::{Fact, Facts, Known, Record};
use super::servable::{Servable, with_exposure};
use crate::compile::Segments;
use crate::model::{EnvironmentId, Flag, FlagId, Support, VariantId, VersionRange, Workspace, parse_range};
use crate::source::Span;

/// Whether a service can serve a variant of a flag in an environment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict<'f> {
    /// Where.
    pub environment: EnvironmentId,
    /// The flag.
    pub flag: FlagId,
    /// The service: a position in [`Flag::services`].
    pub service: usize,
    /// What must be served.
    pub variant: VariantId,
    /// The live version that was asked; `None` where none is known.
    pub live: Option<&'f Fact>,
    /// The answer.
    pub outcome: Outcome<'f>,
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome<'f> {
    /// It can.
    Ready,
    /// It cannot.
    Blocked,
    /// Nobody knows, which is never taken for ready.
    Unknown(Doubt<'f>),
}

/// Why nobody knows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Doubt<'f> {
    /// No deployment file says what is live in the environment.
    NoRecord,
    /// One does, but it cannot be believed.
    Unbelievable(&'f Record),
    /// One does, and does not list the service.
    NotListed(&'f Record),
    /// The version is no semantic one, and says nothing of what it was built with.
    Opaque,
    /// It cannot, and the flag is too complex to say whether it has to.
    TooComplex,
}

/// Any of the ranges; most needs are a single one.
pub type Needs = SmallVec<[VersionRange; 1]>;

/// What a service's versions must satisfy to serve a variant: any of the ranges, and where they are written. `None` where
/// every version can.
pub fn needs_of(support: &Support, variant: VariantId) -> Option<(Needs, Span)> {
    let (_, written) = support.variants.iter().find(|(named, _)| *named == variant)?;
    let span = written.iter().map(|range| range.span).reduce(Span::to).unwrap_or(support.service.span);
    // INVARIANT: the loader has read them all before.
    Some((written.iter().filter_map(|range| parse_range(&range.value).ok()).collect(), span))
}

/// What would not be ready if it had to be: all that live versions cannot serve of one flag, in all environments.
/// [`settle`] leaves what has to be.
pub fn candidates<'f>(workspace: &Workspace, facts: &'f Facts, id: FlagId) -> Vec<Verdict<'f>> {
    let flag = workspace.flag(id);
    let mut verdicts = Vec::new();
    for (service, support) in flag.services.iter().enumerate() {
        let of_service = facts.of(&support.service.value);
        for variant in support.variants.iter().map(|(variant, _)| *variant) {
            let Some((needs, _)) = needs_of(support, variant) else { continue };
            for environment in workspace.config.environment_ids() {
                if flag.broken_in(environment) {
                    continue;
                }
                let known = facts.known(of_service, environment);
                // Most live versions can: nothing is gathered for them.
                if let Known::Live(live) = known
                    && live.iter().all(|fact| answer(flag, variant, &needs, fact) == Outcome::Ready)
                {
                    continue;
                }
                let answers = answers(flag, variant, &needs, known);
                let open = answers.into_iter().filter(|(_, outcome)| *outcome != Outcome::Ready);
                verdicts.extend(open.map(|(live, outcome)| Verdict {
                    environment,
                    flag: id,
                    service,
                    variant,
                    live,
                    outcome,
                }));
            }
        }
    }
    verdicts
}

/// Of [`candidates`] of one flag, those that have to be ready and are not: for a variant that somebody can get, or the off
/// variant.
pub fn settle<'f>(
    workspace: &Workspace,
    mut candidates: Vec<Verdict<'f>>,
    servable: Servable<'_>,
    as_of: Option<i64>,
) -> Vec<Verdict<'f>> {
    candidates.retain_mut(|verdict| {
        let flag = workspace.flag(verdict.flag);
        if verdict.variant == flag.off_variant {
            return true;
        }
        let serves = servable.serves(workspace, flag, verdict.environment, verdict.variant, as_of);
        if serves.is_err() && verdict.outcome == Outcome::Blocked {
            verdict.outcome = Outcome::Unknown(Doubt::TooComplex);
        }
        serves.unwrap_or(true)
    });
    candidates
}

/// Everything that is not ready of a flag whose exposure is not known yet.
pub fn survey<'f>(
    workspace: &Workspace,
    segments: &Segments,
    facts: &'f Facts,
    id: FlagId,
    as_of: Option<i64>,
) -> Vec<Verdict<'f>> {
    let candidates = candidates(workspace, facts, id);
    if candidates.is_empty() {
        return candidates;
    }
    with_exposure(workspace, segments, workspace.flag(id), |servable| {
        settle(workspace, candidates, servable, as_of)
    })
}

/// What every live version of every service of a flag answers when it is asked for a variant, whether or not anybody can
/// get it today.
pub fn verdicts<'f>(
    workspace: &Workspace,
    facts: &'f Facts,
    id: FlagId,
    environment: EnvironmentId,
    variant: VariantId,
) -> Vec<Verdict<'f>> {
    let flag = workspace.flag(id);
    let mut verdicts = Vec::new();
    for (service, support) in flag.services.iter().enumerate() {
        let known = facts.known(facts.of(&support.service.value), environment);
        let answers = match needs_of(support, variant) {
            Some((needs, _)) => answers(flag, variant, &needs, known),
            // What every version can serve needs no facts.
            None => SmallVec::from_iter([(None, Outcome::Ready)]),
        };
        for (live, outcome) in answers {
            verdicts.push(Verdict { environment, flag: id, service, variant, live, outcome });
        }
    }
    verdicts
}

type Answers<'f> = SmallVec<[(Option<&'f Fact>, Outcome<'f>); 4]>;

fn answers<'f>(flag: &Flag, variant: VariantId, needs: &[VersionRange], known: Known<'f>) -> Answers<'f> {
    match known {
        Known::NoRecord => SmallVec::from_iter([(None, Outcome::Unknown(Doubt::NoRecord))]),
        Known::Unbelievable(record) => {
            SmallVec::from_iter([(None, Outcome::Unknown(Doubt::Unbelievable(record)))])
        }
        Known::NotListed(record) => SmallVec::from_iter([(None, Outcome::Unknown(Doubt::NotListed(record)))]),
        Known::Live(live) => {
            live.iter().map(|fact| (Some(fact), answer(flag, variant, needs, fact))).collect()
        }
    }
}

/// What a version answers when it is asked for a variant that needs one of these ranges.
pub fn answer<'f>(flag: &Flag, variant: VariantId, needs: &[VersionRange], fact: &Fact) -> Outcome<'f> {
    let has = |written: &ecow::EcoString| {
        written.split_once(':') == Some((flag.key.as_str(), flag.variant(variant).name.value.as_str()))
    };
    match &fact.semantic {
        Some(version) if needs.iter().any(|range| range.contains(version)) => Outcome::Ready,
        _ if fact.capabilities.iter().any(has) => Outcome::Ready,
        None if fact.capabilities.is_empty() => Outcome::Unknown(Doubt::Opaque),
        Some(_) | None => Outcome::Blocked,
    }
}
