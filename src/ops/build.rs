//! `build`: check, compile, describe, sign, write. What prevents an environment from being compiled refuses the whole
//! build before anything is written.

use std::collections::BTreeMap;
use std::path::Path;

use ecow::EcoString;
use flagc_runtime::bundle::{Provenance, SCHEMA, Source, Tool};
use rayon::prelude::*;

use super::OpError;
use super::check::Checked;
use super::evaluate;
use crate::compile::{self, CompiledFlag, Obstacle};
use crate::history::{self, Facts, Head, Input};
use crate::model::{EnvironmentId, Workspace};

/// What a bundle says of where it comes from.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The commit, if the workspace lies in Git.
    pub commit: Option<String>,
    /// Its time, RFC 3339 in UTC.
    pub commit_time: Option<String>,
    /// Whether what was read differs from the commit.
    pub dirty: bool,
    /// `sha256:…` over every file that was read.
    pub inputs: String,
    /// The number of first-parent commits, or what the user said.
    pub serial: u64,
}

/// A payload that is ready to be signed.
#[derive(Clone, Debug)]
pub struct Built {
    /// The environment.
    pub environment: String,
    /// The payload: a flagd document that knows where it comes from.
    pub payload: Vec<u8>,
    /// The flags in it, with their sizes in bytes.
    pub sizes: Vec<(EcoString, usize)>,
}

/// What came of compiling.
#[derive(Debug)]
pub enum Compiled {
    /// A payload for every environment that was asked for.
    Payloads(Vec<Built>),
    /// What prevents it: by environment. Findings of the check say it with places.
    Refused(Vec<(String, Vec<Obstacle>)>),
}

/// What to make of a workspace that is not committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uncommitted {
    /// Refuse it.
    Refuse,
    /// Build it, and say so in the bundle.
    Mark,
    /// Build it, say so, and count its serial as 0 where Git has none: for trying things out.
    Try,
}

/// Where the workspace comes from, as Git knows it.
///
/// # Errors
/// What Git cannot answer, a workspace that is not committed, or no serial.
pub fn origin(
    root: &Path,
    checked: &Checked,
    serial: Option<u64>,
    uncommitted: Uncommitted,
) -> Result<Origin, OpError> {
    let files = checked.sources.files.iter();
    let inputs: Vec<Input<'_>> =
        files.map(|file| Input { path: &file.path, bytes: file.text.as_bytes() }).collect();
    let facts = history::describe(root, &inputs, serial)?;
    let dirty = facts.is_dirty();
    if dirty && uncommitted == Uncommitted::Refuse {
        return Err(OpError::Dirty { reason: differences(&facts) });
    }
    let (commit, counted) = match facts.head {
        Head::Commit(commit) => (Some((commit.id, commit.time)), Some(commit.serial)),
        Head::Outside | Head::Unborn => (None, serial),
    };
    let serial = match counted {
        Some(serial) => serial,
        None if uncommitted == Uncommitted::Try => 0,
        None => return Err(OpError::NoSerial { root: root.to_path_buf() }),
    };
    let (commit, commit_time) = commit.unzip();
    Ok(Origin { commit, commit_time, dirty, inputs: facts.inputs, serial })
}

/// How what was read differs from what is committed, in a line.
fn differences(facts: &Facts) -> String {
    /// More would hide the message they belong to.
    const SHOWN: usize = 5;
    match facts.head {
        Head::Outside => "it does not lie in a Git repository".to_owned(),
        Head::Unborn => "its repository has no commit yet".to_owned(),
        Head::Commit(_) => {
            let mut shown: Vec<String> = facts.changes.iter().take(SHOWN).map(ToString::to_string).collect();
            if facts.changes.len() > SHOWN {
                shown.push(format!("and {} more", facts.changes.len() - SHOWN));
            }
            shown.join(", ")
        }
    }
}

/// The environments to build, by name; all of them where none is named.
///
/// # Errors
/// A name that the workspace does not have.
pub fn select(workspace: &Workspace, names: &[String]) -> Result<Vec<EnvironmentId>, OpError> {
    if names.is_empty() {
        return Ok(workspace.config.environment_ids().collect());
    }
    let mut ids: Vec<EnvironmentId> =
        names.iter().map(|name| evaluate::environment(workspace, name)).collect::<Result<_, _>>()?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// Compiles the environments. `dev` marks a payload that only a developer's own trust file accepts.
pub fn compile(checked: &Checked, environments: &[EnvironmentId], origin: &Origin, dev: bool) -> Compiled {
    let workspace = &checked.workspace;
    let mut built = Vec::new();
    let mut refused = Vec::new();
    for id in environments {
        let environment = workspace.config.environment(*id).name.value.to_string();
        let mut obstacles: Vec<Obstacle> = workspace
            .unreadable_flags
            .iter()
            .map(|flag| Obstacle { flag: flag.clone(), reason: compile::Reason::Broken })
            .collect();
        match compile::compile(workspace, *id) {
            Ok(flags) if obstacles.is_empty() => {
                let provenance = || provenance(workspace, &environment, &flags, origin, dev);
                let payload = compile::payload(provenance, &flags);
                let sizes = flags.iter().map(|flag| (flag.key.clone(), flag.json.len())).collect();
                built.push(Built { environment, payload, sizes });
            }
            Ok(_) => refused.push((environment, obstacles)),
            Err(more) => {
                obstacles.extend(more);
                refused.push((environment, obstacles));
            }
        }
    }
    if refused.is_empty() { Compiled::Payloads(built) } else { Compiled::Refused(refused) }
}

fn provenance(
    workspace: &Workspace,
    environment: &str,
    flags: &[CompiledFlag],
    origin: &Origin,
    dev: bool,
) -> Provenance {
    Provenance {
        bucketing: u64::from(workspace.config.bucketing.generation.number()),
        dev,
        environment: environment.to_owned(),
        project: workspace.config.project.to_string(),
        releases: BTreeMap::new(),
        revs: flags.par_iter().map(|flag| (flag.key.to_string(), compile::revision(flag))).collect(),
        schema: SCHEMA,
        serial: origin.serial,
        source: Source {
            commit: origin.commit.clone(),
            commit_time: origin.commit_time.clone(),
            dirty: origin.dirty,
            inputs: origin.inputs.clone(),
            repository: workspace.config.repository.as_ref().map(ToString::to_string),
        },
        tool: Tool { name: "flagc".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
    }
}
