//! `can-deploy`: whether a version of a service can serve what the flags serve, before it goes out or back.

use std::collections::BTreeSet;

use ecow::EcoString;

use super::{OpError, target};
use crate::compile::{self, Obstacle};
use crate::model::{EnvironmentId, Flag, FlagId, VariantId, Workspace};
use crate::readiness::{self, Fact, Facts, Outcome, Row, answer, needs_of, words};
use crate::workspace::nearest;

/// What is to go out.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The service.
    pub service: &'a str,
    /// The version: semantic, or any label.
    pub version: &'a str,
    /// What it was built with: `FLAG:VARIANT`.
    pub capabilities: &'a [String],
    /// Where to; all environments where none is named.
    pub environments: Vec<EnvironmentId>,
    /// The time that is now, in seconds since 1970.
    pub at: i64,
}

/// What would come of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Where.
    pub environment: String,
    /// The flags that the service evaluates there.
    pub flags: usize,
    /// What the version cannot serve, or nobody knows whether it can.
    pub rows: Vec<Row>,
}

/// Asks for each environment what a version could not serve.
///
/// # Errors
/// A service or a capability that names nothing.
pub fn can_deploy(workspace: &Workspace, request: &Request<'_>) -> Result<Vec<Answer>, OpError> {
    let service = request.service;
    let asks: Vec<FlagId> = (0..)
        .map(FlagId)
        .zip(&workspace.flags)
        .filter(|(_, flag)| flag.services.iter().any(|support| support.service.value == service))
        .map(|(id, _)| id)
        .collect();
    if asks.is_empty() && workspace.service_id(service).is_none() {
        let names = workspace.services.iter().map(|known| known.name.as_str());
        let nearest = nearest(service, names).map(str::to_owned);
        return Err(OpError::UnknownService { name: service.to_owned(), nearest });
    }
    request.capabilities.iter().try_for_each(|capability| known_capability(workspace, capability))?;
    let segments = compile::segments(workspace);
    let capabilities: Vec<EcoString> = request.capabilities.iter().map(EcoString::from).collect();
    let all = workspace.config.environment_ids();
    let wanted: BTreeSet<EnvironmentId> = request.environments.iter().copied().collect();
    let mut answers = Vec::new();
    for environment in all.filter(|environment| wanted.is_empty() || wanted.contains(environment)) {
        let mut facts = Facts::new(workspace, Some(request.at));
        let fact = Fact::imagined(request.version, capabilities.clone());
        facts.imagine(service, environment, vec![fact.clone()]);
        let mut rows = Vec::new();
        for id in &asks {
            let flag = workspace.flag(*id);
            if let Err(obstacle) = compile::check_flag(workspace, flag, environment, &segments) {
                rows.extend(doubts(workspace, flag, (service, &fact), environment, &obstacle));
                continue;
            }
            let verdicts = readiness::survey(workspace, &segments, &facts, *id, Some(request.at));
            let here = verdicts.iter().filter(|verdict| {
                verdict.environment == environment && flag.services[verdict.service].service.value == service
            });
            rows.extend(here.map(|verdict| Row::new(workspace, verdict)));
        }
        let name = workspace.config.environment(environment).name.value.to_string();
        answers.push(Answer { environment: name, flags: asks.len(), rows });
    }
    Ok(answers)
}

/// Of a flag with errors nobody knows what it serves: every variant that the version cannot serve is in doubt.
fn doubts(
    workspace: &Workspace,
    flag: &Flag,
    (service, fact): (&str, &Fact),
    environment: EnvironmentId,
    obstacle: &Obstacle,
) -> Vec<Row> {
    let mut rows = Vec::new();
    for (index, support) in flag.services.iter().enumerate().filter(|(_, at)| at.service.value == service) {
        let cannot = |variant: &VariantId| {
            needs_of(support, *variant)
                .is_some_and(|(ranges, _)| answer(flag, *variant, &ranges, fact) != Outcome::Ready)
        };
        let doubtful = support.variants.iter().map(|(variant, _)| *variant).filter(cannot);
        rows.extend(doubtful.map(|variant| Row {
            environment: workspace.config.environment(environment).name.value.to_string(),
            flag: flag.key.to_string(),
            service: service.to_owned(),
            variant: flag.variant(variant).name.value.to_string(),
            is_off: variant == flag.off_variant,
            verdict: "unknown",
            live: Some(fact.version.to_string()),
            instance: None,
            needs: words::needs(flag, index, variant),
            reason: format!("nobody knows what it serves: {obstacle}"),
            places: vec![words::needs_place(flag, index, variant)],
        }));
    }
    rows
}

/// `FLAG:VARIANT`, both of which exist.
fn known_capability(workspace: &Workspace, capability: &str) -> Result<(), OpError> {
    let Some((key, variant)) = capability.split_once(':') else {
        return Err(OpError::Capability { text: capability.to_owned() });
    };
    let Some(id) = workspace.flag_id(key) else {
        let keys = workspace.flags.iter().map(|flag| flag.key.as_str());
        let nearest = nearest(key, keys).map(str::to_owned);
        return Err(OpError::UnknownFlag { key: key.to_owned(), nearest });
    };
    target::variant(workspace, id, variant).map(|_| ())
}
