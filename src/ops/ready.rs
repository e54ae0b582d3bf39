//! `ready`: could this be turned on, before anybody edits it?

use std::collections::BTreeSet;

use super::target::{self, Target};
use super::{OpError, plan};
use crate::compile::{self, Segments, demands};
use crate::exposure::variants_of;
use crate::model::{EnvironmentId, Flag, FlagId, VariantId, Workspace};
use crate::plan::Plan;
use crate::readiness::{self, Facts, Row};

/// What is asked.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// A flag, or a release.
    pub target: &'a str,
    /// Where.
    pub environment: EnvironmentId,
    /// What is to be served; everything that a flag can serve where nothing is named.
    pub serve: Option<&'a str>,
    /// The time that is now, in seconds since 1970.
    pub at: i64,
}

/// Whether it could.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What was asked about.
    pub target: Target,
    /// Every live version of every service, asked for every variant.
    pub rows: Vec<Row>,
    /// Requirements that nobody meets today.
    pub notes: Vec<String>,
    /// The way there, where it is not ready and a way is known.
    pub plan: Option<Plan>,
}

impl Answer {
    /// Whether everything is ready.
    pub fn is_ready(&self) -> bool {
        self.rows.iter().all(Row::is_ready)
    }
}

/// Asks every live version of every service whether it can serve the variants: those of the target, the off variants for
/// which the kill switches wait, and those that the target requires of other flags.
///
/// # Errors
/// A target, a variant or an environment that does not exist, or a flag with errors.
pub fn ready(workspace: &Workspace, request: &Request<'_>) -> Result<Answer, OpError> {
    let (environment, at) = (request.environment, request.at);
    let target = target::find(workspace, request.target)?;
    let segments = compile::segments(workspace);
    target::compiled(workspace, &target.flags, environment, &segments)?;
    let facts = Facts::new(workspace, Some(at));
    let mut questions: Vec<(FlagId, VariantId)> = Vec::new();
    let mut notes = Vec::new();
    for id in &target.flags {
        let flag = workspace.flag(*id);
        match request.serve {
            Some(name) => questions.push((*id, target::variant(workspace, *id, name)?)),
            None => questions.extend(flag.variant_ids().map(|variant| (*id, variant))),
        }
        questions.push((*id, flag.off_variant));
        let required = demands(workspace, flag).map_err(OpError::NotCompiled)?;
        for (required, wanted) in required {
            let served = served(workspace, &segments, required, environment, at);
            let met: Vec<VariantId> =
                wanted.iter().copied().filter(|variant| served.contains(variant)).collect();
            let off = workspace.flag(required).off_variant;
            if met.is_empty() {
                notes.push(unmet(workspace, *id, required, &wanted, environment));
            }
            let asked = if met.is_empty() { wanted.into_iter().take(1).collect() } else { met };
            questions.extend(asked.into_iter().chain([off]).map(|variant| (required, variant)));
        }
    }
    let mut rows = Vec::new();
    for (index, (id, variant)) in questions.iter().enumerate() {
        if !questions[..index].contains(&(*id, *variant)) {
            let verdicts = readiness::verdicts(workspace, &facts, *id, environment, *variant);
            rows.extend(verdicts.iter().map(|verdict| Row::new(workspace, verdict)));
        }
    }
    for id in dependents(workspace, &target, environment) {
        let flag = workspace.flag(id);
        let before = rows.len();
        for variant in written(flag, environment) {
            let verdicts = readiness::verdicts(workspace, &facts, id, environment, variant);
            let asked = verdicts.iter().map(|verdict| Row::new(workspace, verdict));
            rows.extend(asked.filter(|row| !row.is_ready()));
        }
        if rows.len() > before {
            notes.push(format!("`{}` requires it, and goes on with it", flag.key));
        }
    }
    notes.dedup();
    let is_ready = rows.iter().all(Row::is_ready);
    let asked = plan::Request { target: request.target, environment, to: None, serve: request.serve, at };
    let plan = if is_ready { None } else { plan::plan(workspace, &asked).ok() };
    Ok(Answer { target, rows, notes, plan })
}

/// The flags that require one of the target's, and are not killed.
fn dependents(workspace: &Workspace, target: &Target, environment: EnvironmentId) -> Vec<FlagId> {
    let waits = |id: &FlagId| {
        let flag = workspace.flag(*id);
        !flag.broken_in(environment)
            && !flag.killed_in(environment)
            && !target.flags.contains(id)
            && demands(workspace, flag)
                .is_ok_and(|demands| target.flags.iter().any(|target| demands.contains_key(target)))
    };
    (0..).map(FlagId).take(workspace.flags.len()).filter(waits).collect()
}

/// What a flag serves, besides its off variant, once its requirements are met.
fn written(flag: &Flag, environment: EnvironmentId) -> BTreeSet<VariantId> {
    let rules = flag.rules_in(environment).iter().map(|rule| &rule.serve);
    let steps = flag.schedule_in(environment).iter().map(|step| &step.serve);
    let serves = std::iter::once(flag.serve_in(environment)).chain(rules).chain(steps);
    serves.flat_map(|serve| variants_of(serve, flag)).filter(|variant| *variant != flag.off_variant).collect()
}

/// What somebody can get; nothing where that is too complex to say.
fn served(
    workspace: &Workspace,
    segments: &Segments,
    flag: FlagId,
    environment: EnvironmentId,
    at: i64,
) -> Vec<VariantId> {
    let flag = workspace.flag(flag);
    readiness::servable(workspace, segments, flag, environment, Some(at)).unwrap_or_default()
}

fn unmet(
    workspace: &Workspace,
    dependent: FlagId,
    required: FlagId,
    wanted: &[VariantId],
    environment: EnvironmentId,
) -> String {
    let flag = workspace.flag(required);
    let names: Vec<&str> = wanted.iter().map(|variant| flag.variant(*variant).name.value.as_str()).collect();
    format!(
        "`{}` requires `{}` to serve {}, which nobody gets in `{}` yet",
        workspace.flag(dependent).key,
        flag.key,
        names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or "),
        workspace.config.environment(environment).name.value
    )
}
