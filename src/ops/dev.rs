//! The key for trying things out: made on first use in a folder that Git never sees, trusted by the trust file beside it
//! and by no other.

use std::path::{Path, PathBuf};

use flagc_runtime::trust::{Algorithm, TrustFile};

use super::{OpError, read, trust};
use crate::artifact::{self, OutputFile, Visibility};
use crate::model::Config;
use crate::sign::{KeySource, PrivateKey, Signer};

/// The folder beside `flagc.toml`.
pub const DEV_FOLDER: &str = ".flagc";

/// A key for trying things out.
#[derive(Debug)]
pub struct DevKey {
    /// Signs.
    pub signer: Signer,
    /// Trusts it for every environment of the workspace, committed or not.
    pub trust: TrustFile,
    /// Where the trust file lies.
    pub trust_file: PathBuf,
    /// Whether it was made just now.
    pub made: bool,
}

/// Gets the key of the workspace in `root`, and makes it if there is none. The trust file follows the workspace's
/// environments.
///
/// # Errors
/// A key that cannot be made or read, or a file that cannot be written.
pub fn dev_key(root: &Path, config: &Config) -> Result<DevKey, OpError> {
    let folder = root.join(DEV_FOLDER);
    // A link could have been committed, and would have a key written to where it points.
    if folder.symlink_metadata().is_ok_and(|metadata| !metadata.is_dir()) {
        return Err(OpError::Misplaced { path: folder, wanted: "folder" });
    }
    let (key_file, trust_file) = (folder.join("dev.pem"), folder.join(trust::TRUST_FILE));
    let made = key_file.symlink_metadata().is_err();
    if made {
        make(&folder, &key_file)?;
    }
    let signer = KeySource::File(key_file).open(|_| None)?;
    let trust = trust_in(&signer, config)?;
    if !read::trust(&trust_file).is_ok_and(|existing| existing == trust) {
        trust::write(&trust_file, &trust)?;
    }
    Ok(DevKey { signer, trust, trust_file, made })
}

/// The `.gitignore` keeps the folder out of Git whatever the repository's own says.
fn make(folder: &Path, key_file: &Path) -> Result<(), OpError> {
    let pem = PrivateKey::generate(Algorithm::Ed25519)?.to_pem()?;
    let ignore = OutputFile {
        path: folder.join(".gitignore"),
        bytes: b"*\n".to_vec(),
        visibility: Visibility::Shared,
    };
    let key = OutputFile {
        path: key_file.to_path_buf(),
        bytes: pem.as_bytes().to_vec(),
        visibility: Visibility::Private,
    };
    Ok(artifact::write_all(&[ignore, key])?)
}

fn trust_in(signer: &Signer, config: &Config) -> Result<TrustFile, OpError> {
    let mut trust = trust::empty(config.project.to_string());
    trust.dev = true;
    let Signer::Key(key) = signer else { return Ok(trust) };
    let (key_id, key) = key.public()?;
    trust.keys.insert(key_id.clone(), key);
    for environment in &config.environments {
        let mut trusted = trust::signed_by(vec![key_id.clone()]);
        trusted.allow_dirty = true;
        trust.environments.insert(environment.name.value.to_string(), trusted);
    }
    Ok(trust)
}
