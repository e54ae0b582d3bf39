//! `trust`: who may sign for which environment. The file lies beside `flagc.toml`, where a review guards it.

use std::path::{Path, PathBuf};

use flagc_runtime::bundle::SCHEMA;
use flagc_runtime::trust::{EnvironmentTrust, Role, TrustFile};

use super::{OpError, evaluate, read};
use crate::artifact::{self, OutputFile, Visibility};
use crate::model::Workspace;
use crate::sign;

/// The trust file of a workspace.
pub const TRUST_FILE: &str = "trust.json";

/// What a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleName {
    /// Bundles.
    Bundle,
    /// Heads: which bundle is current.
    Head,
}

/// Keys to be trusted.
#[derive(Clone, Debug)]
pub struct AddOptions {
    /// The trust file; made if it does not exist.
    pub file: PathBuf,
    /// Files of public keys.
    pub public_keys: Vec<PathBuf>,
    /// For these environments; for all where none is named.
    pub environments: Vec<String>,
    /// For what.
    pub role: RoleName,
    /// How many keys must sign from now on; as before, and 1 in the beginning, unless given.
    pub threshold: Option<usize>,
}

/// A key to be trusted no more.
#[derive(Clone, Debug)]
pub struct RetireOptions {
    /// The trust file.
    pub file: PathBuf,
    /// The id, or its beginning.
    pub key: String,
    /// In these environments; wherever it stands where none is named.
    pub environments: Vec<String>,
    /// For this; for everything unless given.
    pub role: Option<RoleName>,
}

/// What a trust file became.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    /// The ids of the keys that it was about.
    pub key_ids: Vec<String>,
    /// The file now.
    pub trust: TrustFile,
}

/// Trusts keys. Nothing is taken away, so `epoch` stays.
///
/// # Errors
/// A key, an environment or a threshold that cannot be; a file that cannot be read or written.
pub fn add(workspace: &Workspace, options: &AddOptions) -> Result<Changed, OpError> {
    let mut trust = existing(&options.file, workspace)?;
    let mut key_ids = Vec::new();
    for path in &options.public_keys {
        let (key_id, key) = sign::public_key_from_pem(&read::text(path)?)
            .map_err(|error| OpError::PublicKey { path: path.clone(), error })?;
        trust.keys.insert(key_id.clone(), key);
        key_ids.push(key_id);
    }
    for name in environments(workspace, &options.environments)? {
        add_to(&mut trust, &name, &key_ids, options)?;
    }
    write(&options.file, &trust)?;
    Ok(Changed { key_ids, trust })
}

/// Ceases to trust a key, and raises `epoch`: heads that were written before count no more.
///
/// # Errors
/// A key that is not there, or whose absence leaves fewer keys than must sign.
pub fn retire(options: &RetireOptions) -> Result<Changed, OpError> {
    let mut trust = show(&options.file)?;
    let key_id = find_key(&trust, &options.key)?;
    let known: Vec<String> = trust.environments.keys().cloned().collect();
    if let Some(name) = options.environments.iter().find(|name| !known.contains(name)) {
        return Err(OpError::UnknownEnvironment { name: name.clone(), known });
    }
    let before = trust.environments.clone();
    let concerned = |name: &String| options.environments.is_empty() || options.environments.contains(name);
    for (_, environment) in trust.environments.iter_mut().filter(|(name, _)| concerned(name)) {
        if options.role != Some(RoleName::Head) {
            environment.bundle.keys.retain(|id| *id != key_id);
        }
        if let Some(head) = environment.head.as_mut().filter(|_| options.role != Some(RoleName::Bundle)) {
            head.keys.retain(|id| *id != key_id);
        }
    }
    let still_trusted = roles(&trust).any(|role| role.keys.contains(&key_id));
    if still_trusted && trust.environments == before {
        let asked = if options.environments.is_empty() { &known } else { &options.environments };
        return Err(OpError::NotTrusted { key_id, environment: asked.join("`, `") });
    }
    if !still_trusted {
        trust.keys.remove(&key_id);
    }
    trust.epoch = trust.epoch.saturating_add(1);
    write(&options.file, &trust)?;
    Ok(Changed { key_ids: vec![key_id], trust })
}

fn roles(trust: &TrustFile) -> impl Iterator<Item = &Role> {
    trust.environments.values().flat_map(|trusted| std::iter::once(&trusted.bundle).chain(&trusted.head))
}

/// Reads a trust file.
///
/// # Errors
/// A file that cannot be read or used.
pub fn show(file: &Path) -> Result<TrustFile, OpError> {
    read::trust(file)
}

/// The file as it is, or an empty one for the workspace's project.
fn existing(file: &Path, workspace: &Workspace) -> Result<TrustFile, OpError> {
    let project = workspace.config.project.to_string();
    if project.is_empty() {
        return Err(OpError::NoProject);
    }
    if file.symlink_metadata().is_err() {
        return Ok(empty(project));
    }
    let trust = read::trust(file)?;
    if trust.project == project {
        return Ok(trust);
    }
    Err(OpError::OtherProject { path: file.to_path_buf(), found: trust.project, expected: project })
}

/// A trust file that trusts nobody.
pub(super) fn empty(project: String) -> TrustFile {
    TrustFile {
        schema: SCHEMA,
        project,
        epoch: 1,
        dev: false,
        keys: std::collections::BTreeMap::new(),
        environments: std::collections::BTreeMap::new(),
    }
}

/// An environment whose bundles one of these keys signs.
pub(super) fn signed_by(keys: Vec<String>) -> EnvironmentTrust {
    EnvironmentTrust {
        bundle: Role { keys, threshold: 1 },
        head: None,
        allow_dirty: false,
        max_head_age: None,
        min_serial: 0,
        revoked_bundles: Vec::new(),
    }
}

fn environments(workspace: &Workspace, names: &[String]) -> Result<Vec<String>, OpError> {
    if names.is_empty() {
        let all = workspace.config.environments.iter();
        return Ok(all.map(|environment| environment.name.value.to_string()).collect());
    }
    names.iter().map(|name| evaluate::environment(workspace, name).map(|_| name.clone())).collect()
}

fn add_to(
    trust: &mut TrustFile,
    name: &str,
    key_ids: &[String],
    options: &AddOptions,
) -> Result<(), OpError> {
    let role = match options.role {
        RoleName::Bundle => {
            let environment = trust.environments.entry(name.to_owned());
            &mut environment.or_insert_with(|| signed_by(Vec::new())).bundle
        }
        RoleName::Head => {
            let Some(environment) = trust.environments.get_mut(name) else {
                return Err(OpError::NoBundleKey { environment: name.to_owned() });
            };
            environment.head.get_or_insert_with(|| Role { keys: Vec::new(), threshold: 1 })
        }
    };
    for key_id in key_ids {
        if !role.keys.contains(key_id) {
            role.keys.push(key_id.clone());
        }
    }
    role.threshold = options.threshold.unwrap_or(role.threshold);
    Ok(())
}

fn find_key(trust: &TrustFile, beginning: &str) -> Result<String, OpError> {
    let mut matching = trust.keys.keys().filter(|id| !beginning.is_empty() && id.starts_with(beginning));
    match (matching.next(), matching.next()) {
        (Some(id), None) => Ok(id.clone()),
        (found, _) => Err(OpError::UnknownKey { key: beginning.to_owned(), ambiguous: found.is_some() }),
    }
}

/// Writes a trust file that a reader will accept, or nothing.
pub(super) fn write(file: &Path, trust: &TrustFile) -> Result<(), OpError> {
    trust.check().map_err(|error| OpError::Trust { path: file.to_path_buf(), error })?;
    let file =
        OutputFile { path: file.to_path_buf(), bytes: trust.to_bytes(), visibility: Visibility::Shared };
    Ok(artifact::write_all(&[file])?)
}
