//! Verdicts in words.

use super::facts::{Fact, Record, RecordState};
use super::judge::{Doubt, Outcome, Verdict, needs_of};
use crate::exposure::{row, serve_span, variants_of};
use crate::format::Instant;
use crate::model::{EnvironmentId, Flag, VariantId, Workspace};
use crate::source::{Place, Span};

/// A version, with the group of instances that runs it: `2.3.7 (us)`.
pub fn version(fact: &Fact) -> String {
    match &fact.instance {
        Some(instance) => format!("{} ({instance})", fact.version),
        None => fact.version.to_string(),
    }
}

/// Versions in a row.
pub fn versions<'f>(facts: impl IntoIterator<Item = &'f Fact>) -> String {
    row(&facts.into_iter().map(version).collect::<Vec<_>>())
}

/// What a service's versions must satisfy, as it is written: `>=2.4.0 or =2.3.7`; empty where every version will do.
pub fn needs(flag: &Flag, service: usize, variant: VariantId) -> String {
    let support = flag.services.get(service);
    let named = support.and_then(|support| support.variants.iter().find(|(named, _)| *named == variant));
    let ranges = named.map(|(_, ranges)| ranges.iter().map(|range| range.value.as_str()).collect::<Vec<_>>());
    ranges.unwrap_or_default().join(" or ")
}

/// Where a flag says what a service's versions must satisfy; where it names the service if it says nothing.
pub fn needs_place(flag: &Flag, service: usize, variant: VariantId) -> Place {
    let span = flag.services.get(service).map_or(Span::default(), |support| {
        needs_of(support, variant).map_or(support.service.span, |(_, span)| span)
    });
    Place { file: flag.file, span }
}

/// Where a flag says first that it serves a variant in an environment, if it does.
pub fn served_at(flag: &Flag, environment: EnvironmentId, variant: VariantId) -> Option<Place> {
    let place = |span| Place { file: flag.file, span };
    if let Some(span) = flag.kill_in(environment) {
        return (variant == flag.off_variant).then(|| place(span));
    }
    let rules = flag.rules_in(environment).iter().map(|rule| &rule.serve);
    let steps = flag.schedule_in(environment).iter().map(|step| &step.serve);
    let mut serves = std::iter::once(flag.serve_in(environment)).chain(rules).chain(steps);
    serves.find(|serve| variants_of(serve, flag).contains(&variant)).map(|serve| place(serve_span(serve)))
}

/// Why a verdict is what it is, in a clause.
pub fn reason(workspace: &Workspace, verdict: &Verdict<'_>) -> String {
    let flag = workspace.flag(verdict.flag);
    let service = flag.services.get(verdict.service).map_or("", |support| support.service.value.as_str());
    let environment = &workspace.config.environment(verdict.environment).name.value;
    let variant = &flag.variant(verdict.variant).name.value;
    let needs = needs(flag, verdict.service, verdict.variant);
    let live = verdict.live.map_or_else(String::new, version);
    let is = if verdict.live.is_some_and(|fact| fact.place.is_some()) { " is live and" } else { "" };
    match verdict.outcome {
        Outcome::Ready if needs.is_empty() => format!("every version can serve `{variant}`"),
        Outcome::Ready => match verdict.live.map(|fact| fact.semantic.is_some()) {
            Some(true) => format!("{live} can serve `{variant}`, which needs {needs}"),
            _ => format!("{live} was built with `{}:{variant}`", flag.key),
        },
        Outcome::Blocked => match verdict.live.map(|fact| fact.semantic.is_some()) {
            Some(true) => format!("{live}{is} cannot serve `{variant}`, which needs {needs}"),
            _ => format!("{live}{is} was built without `{}:{variant}`", flag.key),
        },
        Outcome::Unknown(Doubt::NoRecord) => {
            format!("nothing records what is live of `{service}` in `{environment}`")
        }
        Outcome::Unknown(Doubt::Unbelievable(record)) => unbelievable(environment, record),
        Outcome::Unknown(Doubt::NotListed(_)) => {
            format!("what is recorded for `{environment}` does not list `{service}`")
        }
        Outcome::Unknown(Doubt::Opaque) => {
            format!("{live} is no full semantic version, and does not say what it was built with")
        }
        Outcome::Unknown(Doubt::TooComplex) => {
            format!(
                "{live} cannot serve `{variant}`, and `{}` is too complex to say whether anybody gets it",
                flag.key
            )
        }
    }
}

/// Why a record is not believed.
pub fn unbelievable(environment: &str, record: &Record) -> String {
    match (record.state, record.recorded_at) {
        (RecordState::Stale, Some(at)) => {
            format!("what is live in `{environment}` was recorded at {}, too long ago", Instant(at))
        }
        _ => format!("the record of what is live in `{environment}` has errors"),
    }
}
