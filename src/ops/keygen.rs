//! `keygen`: a key pair in two files.

use std::path::{Path, PathBuf};

use flagc_runtime::trust::Algorithm;

use super::OpError;
use crate::artifact::{self, OutputFile, Visibility};
use crate::sign::PrivateKey;

/// What to make.
#[derive(Clone, Debug)]
pub struct KeygenOptions {
    /// The files' name: `NAME.pem` and `NAME.pub.pem`.
    pub name: PathBuf,
    /// For which algorithm.
    pub algorithm: Algorithm,
    /// Whether keys that exist are replaced, and so lost.
    pub replace: bool,
}

/// A new key pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeKey {
    /// Its id.
    pub key_id: String,
    /// The file of the private key: its owner alone can read it.
    pub private: PathBuf,
    /// The file of the public key.
    pub public: PathBuf,
}

/// Makes a key pair.
///
/// # Errors
/// A key that exists already, no randomness, or a file that cannot be written.
pub fn keygen(options: &KeygenOptions) -> Result<MadeKey, OpError> {
    let private = with_ending(&options.name, ".pem");
    let public = with_ending(&options.name, ".pub.pem");
    if !options.replace {
        let existing = [&private, &public].into_iter().find(|path| path.symlink_metadata().is_ok());
        if let Some(path) = existing {
            return Err(OpError::KeyExists { path: path.clone() });
        }
    }
    let key = PrivateKey::generate(options.algorithm)?;
    let (key_id, trusted) = key.public()?;
    let pem = key.to_pem()?;
    artifact::write_all(&[
        OutputFile { path: private.clone(), bytes: pem.as_bytes().to_vec(), visibility: Visibility::Private },
        OutputFile {
            path: public.clone(),
            bytes: trusted.public_key.into_bytes(),
            visibility: Visibility::Shared,
        },
    ])?;
    Ok(MadeKey { key_id, private, public })
}

/// `release` and `release.pem` both name `release.pem` and `release.pub.pem`.
fn with_ending(name: &Path, ending: &str) -> PathBuf {
    let name = if name.extension().is_some_and(|extension| extension == "pem") {
        name.with_extension("")
    } else {
        name.to_path_buf()
    };
    let mut name = name.into_os_string();
    name.push(ending);
    name.into()
}
