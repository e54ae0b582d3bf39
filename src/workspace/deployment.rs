//! A deployment from outside of the workspace takes the place of its own for one run.

use std::path::Path;

use super::aside::Texts;
use super::discover::{Found, Nature, Origin};
use super::load::{Desk, Loaded, parse_as};
use super::resolve;
use crate::format::{DeploymentFile, FileKind};
use crate::source::{FileId, SourceFile};

/// Takes what is live in an environment from `bytes`, called `path` in findings, and forgets what the workspace says of it.
pub fn replace_deployment(loaded: &mut Loaded, environment: &str, path: String, bytes: Vec<u8>) {
    let deployments = &mut loaded.workspace.deployments;
    let known = deployments.iter().position(|deployment| deployment.environment == environment);
    if let Some(known) = known {
        let replaced = deployments.remove(known).file;
        loaded.findings.retain(|finding| finding.place.file != replaced);
    }
    let file = FileId(u32::try_from(loaded.sources.files.len()).unwrap_or(u32::MAX));
    let found = Found { path, origin: Origin::Bytes(bytes), nature: Nature::File };
    let mut findings = Vec::new();
    let desk = &mut Desk::new(Path::new(""), Texts::Kept);
    let (read, typed) = parse_as::<DeploymentFile>(desk, &found, file, FileKind::Deployment, &mut findings);
    let intact = findings.is_empty();
    let deployment = resolve::deployment(typed.unwrap_or_default(), environment, file, intact);
    deployments.insert(known.unwrap_or(deployments.len()), deployment);
    deployments.sort_by(|one, other| one.environment.cmp(&other.environment));
    loaded.sources.files.push(SourceFile { path: found.path, text: read.text });
    loaded.findings.extend(findings);
}
