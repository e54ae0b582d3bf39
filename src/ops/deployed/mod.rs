//! `deployed`: the record of what is live in an environment, edited by the delivery pipeline. The file is read with the
//! whole workspace, edited as text, checked as `check` would, and only then written.

mod desk;
mod import;

pub use import::{ImportedDeployment, Origin, import};

use std::path::PathBuf;

use super::OpError;
use crate::deployed::{self, EditError, Entry, Join, Scope, Several, usable};
use crate::format::Instant;

use desk::Desk;

/// Where and when.
#[derive(Clone, Debug)]
pub struct Target {
    /// The workspace.
    pub root: PathBuf,
    /// The environment.
    pub environment: String,
    /// When what is recorded was true.
    pub recorded_at: Instant,
    /// Whether nothing is to be written.
    pub dry_run: bool,
}

/// What an edit changed.
#[derive(Debug)]
pub struct Edited {
    /// The file, relative to the workspace.
    pub file: String,
    /// The file.
    pub path: PathBuf,
    /// When what is recorded was true.
    pub recorded_at: Instant,
    /// The services that were spoken of, sorted by name.
    pub services: Vec<Change>,
    /// The edit as a unified diff; empty where nothing changes.
    pub diff: String,
    /// Whether the file was written.
    pub written: bool,
    /// What somebody should know about it.
    pub notes: Vec<String>,
}

/// What is live of a service, before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The service.
    pub service: String,
    /// In the order of the file.
    pub before: Vec<Entry>,
    /// In the order of the file.
    pub after: Vec<Entry>,
}

/// Records a version of a service as live.
///
/// # Errors
/// An [`EditError`], an environment that does not exist, or a file that cannot be written.
pub fn set(target: &Target, new: &Entry, how: Join) -> Result<Edited, OpError> {
    usable("service", &new.service)?;
    usable("version", &new.version)?;
    new.instance.as_deref().map_or(Ok(()), |instance| usable("instance", instance))?;
    for capability in new.capabilities.iter().flatten() {
        usable("capability", capability)?;
    }
    let mut desk = Desk::open(target)?;
    desk.require_service(&new.service)?;
    desk.require_capabilities(new.capabilities.as_deref().unwrap_or_default())?;
    let scope = Scope { service: &new.service, instance: new.instance.as_deref() };
    let wanted =
        deployed::join(scope, &desk.before, new, how).map_err(|Several { versions }| EditError::Several {
            service: new.service.clone(),
            instance: new.instance.clone(),
            versions,
            new: new.version.clone(),
        })?;
    desk.rewrite(scope, &wanted)?;
    desk.finish(target, &[new.service.as_str()])
}

/// Records that a version of a service, or all of it, is live no more.
///
/// # Errors
/// As for [`set`], and [`EditError::NotLive`] where there is nothing to remove.
pub fn remove(target: &Target, scope: Scope<'_>, version: Option<&str>) -> Result<Edited, OpError> {
    usable("service", scope.service)?;
    version.map_or(Ok(()), |version| usable("version", version))?;
    scope.instance.map_or(Ok(()), |instance| usable("instance", instance))?;
    let mut desk = Desk::open(target)?;
    let before = desk.before.clone();
    let (left, gone) = deployed::remove(scope, &before, version);
    if gone.is_empty() {
        let live: Vec<&Entry> = before.iter().filter(|entry| entry.service == scope.service).collect();
        if live.is_empty() {
            desk.require_service(scope.service)?;
        }
        return Err(not_live(target, scope, version, &live).into());
    }
    desk.rewrite(scope, &left)?;
    desk.finish(target, &[scope.service])
}

fn not_live(target: &Target, scope: Scope<'_>, version: Option<&str>, live: &[&Entry]) -> EditError {
    let version = version.map(|version| format!(" {version}")).unwrap_or_default();
    let instance = scope.instance.map(|instance| format!(" in `{instance}`")).unwrap_or_default();
    EditError::NotLive {
        what: format!("`{}{version}`{instance}", scope.service),
        environment: target.environment.clone(),
        live: live.iter().map(|entry| words(entry)).collect(),
    }
}

/// `1.8.2`, or `2.4.1 (eu)`.
pub fn words(entry: &Entry) -> String {
    match &entry.instance {
        Some(instance) => format!("{} ({instance})", entry.version),
        None => entry.version.clone(),
    }
}
