//! `eval`: one answer for one context, from the workspace or from a bundle, through the runtime that services use.

use std::path::Path;

use flagc_runtime::bundle::{Envelope, Provenance};
use flagc_runtime::verify::VerifyOptions;
use flagc_runtime::{At, Context, Document, Evaluator};
use serde_json::Value;

use super::verify::VerifyRequest;
use super::{OpError, read};
use crate::compile::{self, CompiledFlag, Decider, Obstacle, Probe};
use crate::explain::{self, Question};
use crate::model::{EnvironmentId, Flag, Workspace};
use crate::workspace::nearest;

/// An answer, with how it came about as far as the rule that decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The flag.
    pub flag: String,
    /// The environment, where it is known.
    pub environment: Option<String>,
    /// The variant that is served.
    pub variant: Option<String>,
    /// Its value.
    pub value: Option<Value>,
    /// OpenFeature's reason.
    pub reason: &'static str,
    /// OpenFeature's error code and what went wrong, if something did.
    pub error: Option<(&'static str, String)>,
    /// What decided.
    pub decided: Decided,
    /// Where the user falls in the splits that were asked.
    pub buckets: Vec<Bucket>,
}

/// What decided an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decided {
    /// The kill switch.
    Killed,
    /// A requirement that is not met.
    Requirements,
    /// A rule, by its index from 0 and its name.
    Rule(usize, Option<String>),
    /// No rule; the environment's `serve`, or the step of its schedule with this instant.
    Serve(Option<i64>),
    /// Nothing: all rules serve the same.
    Constant,
    /// Not known: a bundle holds no names of rules.
    Unknown,
}

/// Where a user falls in a split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// From 0, below the total.
    pub position: u64,
    /// The sum of the weights.
    pub total: u64,
    /// The positions that get the same.
    pub interval: std::ops::Range<u64>,
}

/// The id of an environment by name.
///
/// # Errors
/// [`OpError::UnknownEnvironment`].
pub fn environment(workspace: &Workspace, name: &str) -> Result<EnvironmentId, OpError> {
    workspace.config.environment_id(name).ok_or_else(|| OpError::UnknownEnvironment {
        name: name.to_owned(),
        known: workspace.config.environments.iter().map(|known| known.name.value.to_string()).collect(),
    })
}

/// Evaluates a flag of the workspace.
///
/// # Errors
/// A flag that does not exist or cannot be compiled.
pub fn in_workspace(
    workspace: &Workspace,
    key: &str,
    environment: EnvironmentId,
    context: &Context,
    at: At,
) -> Result<Answer, OpError> {
    let flag = find(workspace, key)?;
    let segments = compile::segments(workspace);
    let compiled =
        compile::standalone(workspace, flag, environment, &segments).map_err(OpError::NotCompiled)?;
    let (mut answer, branch) = answer(&compiled.evaluator, key, context, at);
    answer.environment = Some(workspace.config.environment(environment).name.value.to_string());
    let probe = Probe { config: &workspace.config, segments: &segments, context, at };
    answer.decided = decided(flag, environment, &compiled.flag, branch, &probe)?;
    Ok(answer)
}

/// How a flag of the workspace comes to its answer.
///
/// # Errors
/// A flag that does not exist, or a part of the way that cannot be compiled.
pub fn path(question: &Question<'_>, key: &str) -> Result<explain::Path, OpError> {
    let flag = find(question.workspace, key)?;
    explain::explain(question, flag).map_err(OpError::NotCompiled)
}

fn find<'w>(workspace: &'w Workspace, key: &str) -> Result<&'w Flag, OpError> {
    let unknown = || {
        let keys = workspace.flags.iter().map(|flag| flag.key.as_str());
        OpError::UnknownFlag { key: key.to_owned(), nearest: nearest(key, keys).map(str::to_owned) }
    };
    workspace.flag_id(key).map(|id| workspace.flag(id)).ok_or_else(unknown)
}

/// A flagd document that is ready to be evaluated.
#[derive(Debug)]
pub struct LoadedDocument {
    /// The runtime over it.
    pub evaluator: Evaluator,
    /// The environment it says it is for.
    pub environment: Option<String>,
    /// Whether a trust file accepted it.
    pub verified: bool,
}

/// Loads a signed bundle, verified if a trust file and an environment are named, or a bare flagd document.
///
/// # Errors
/// A file that cannot be read, a bundle that is refused, or something that is no flagd document.
pub fn load(path: &Path, trust: Option<&Path>, environment: Option<&str>) -> Result<LoadedDocument, OpError> {
    if let (Some(trust), Some(environment)) = (trust, environment) {
        let request = VerifyRequest {
            bundle: path.to_path_buf(),
            trust: trust.to_path_buf(),
            expected: VerifyOptions::new(environment),
            extract: None,
        };
        let verified = super::verify::verify(&request)?;
        let environment = Some(environment.to_owned());
        return Ok(LoadedDocument { evaluator: verified.evaluator(), environment, verified: true });
    }
    let bytes = read::envelope_bytes(path)?;
    let payload = Envelope::from_bytes(&bytes).map_or(bytes, |envelope| envelope.payload);
    let document = Document::from_bytes(&payload)
        .map_err(|error| OpError::Document { what: path.display().to_string(), reason: error.to_string() })?;
    let says = Provenance::from_payload(&payload).ok().map(|provenance| provenance.environment);
    if let (Some(wanted), Some(says)) = (environment, &says)
        && wanted != says
    {
        let reason = format!("it is for environment `{}`, not `{wanted}`", says.escape_debug());
        return Err(OpError::Document { what: path.display().to_string(), reason });
    }
    Ok(LoadedDocument { evaluator: Evaluator::new(document), environment: says, verified: false })
}

/// Evaluates a flag of a loaded bundle.
///
/// # Errors
/// A flag that the bundle does not have.
pub fn in_bundle(loaded: &LoadedDocument, key: &str, context: &Context, at: At) -> Result<Answer, OpError> {
    let evaluator = &loaded.evaluator;
    if evaluator.document().flag(key).is_none() {
        let nearest = nearest(key, evaluator.flags().map(flagc_runtime::Flag::key)).map(str::to_owned);
        return Err(OpError::UnknownFlag { key: key.to_owned(), nearest });
    }
    let (answer, _) = answer(evaluator, key, context, at);
    Ok(Answer { environment: loaded.environment.clone(), ..answer })
}

/// Asks the runtime, and for the branch of the top-level `if` that decided.
fn answer(evaluator: &Evaluator, key: &str, context: &Context, at: At) -> (Answer, Option<usize>) {
    let (details, trace) = evaluator.resolve_traced(key, context, at);
    let buckets = trace.buckets.iter().map(|bucket| Bucket {
        position: bucket.bucket,
        total: bucket.total_weight,
        interval: bucket.interval.clone(),
    });
    let message = details.error_message.as_deref().unwrap_or_default().to_owned();
    let answer = Answer {
        flag: key.to_owned(),
        environment: None,
        variant: details.variant.map(str::to_owned),
        value: details.value.cloned(),
        reason: details.reason.as_str(),
        error: details.error_code.map(|code| (code.as_str(), message)),
        decided: Decided::Unknown,
        buckets: buckets.collect(),
    };
    (answer, trace.branch)
}

/// What a branch of the compiled flag stands for in the flag's file.
fn decided(
    flag: &Flag,
    environment: EnvironmentId,
    compiled: &CompiledFlag,
    branch: Option<usize>,
    probe: &Probe<'_>,
) -> Result<Decided, OpError> {
    if flag.killed_in(environment) {
        return Ok(Decided::Killed);
    }
    let rules = flag.rules_in(environment);
    let defect = |reason| OpError::NotCompiled(Obstacle { flag: flag.key.to_string(), reason });
    Ok(match compiled.decider(branch, rules, probe).map_err(defect)? {
        Decider::Requirements => Decided::Requirements,
        Decider::Rule(index) => {
            let name = rules.get(index).and_then(|rule| rule.name.as_ref());
            Decided::Rule(index, name.map(|name| name.value.to_string()))
        }
        Decider::Otherwise if compiled.branches.is_empty() && !rules.is_empty() => Decided::Constant,
        Decider::Otherwise => {
            let steps = flag.schedule_in(environment).iter().map(|step| step.at.value.0);
            Decided::Serve(steps.filter(|instant| *instant <= probe.at.unix_seconds()).max())
        }
    })
}
