//! `sign`: one more signature on an envelope that exists, after looking at what is signed.

use std::path::PathBuf;

use flagc_runtime::bundle::{BUNDLE_TYPE, Envelope, HEAD_TYPE, Head, Provenance};
use flagc_runtime::trust::{Role, TrustFile};

use super::{OpError, read};
use crate::artifact::{self, OutputFile, Visibility};
use crate::sign::{self, PublicKeys, SignError, Signer};

/// What to sign.
#[derive(Clone, Debug)]
pub struct SignOptions {
    /// The envelope.
    pub bundle: PathBuf,
    /// Where the signed envelope goes: the same place, unless another is wanted.
    pub output: PathBuf,
    /// A trust file: signatures that are there are checked against it, and the new ones must be by keys that it trusts
    /// for the environment. A program that signs needs it, so that its key is found.
    pub trust: Option<PathBuf>,
    /// The payload that the envelope must have: built by who signs, from the same commit.
    pub payload: Option<PathBuf>,
}

/// What was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedEnvelope {
    /// The environment that it is for.
    pub environment: String,
    /// The ids of all keys that have signed now.
    pub key_ids: Vec<String>,
}

/// Adds signatures to an envelope.
///
/// # Errors
/// An envelope that is malformed, holds another payload than expected or a wrong signature; a key that does not sign or
/// is not trusted; a file that cannot be read or written.
pub fn sign(options: &SignOptions, signers: &[Signer]) -> Result<SignedEnvelope, OpError> {
    let trust = options.trust.as_deref().map(read::trust).transpose()?;
    let mut envelope = read::envelope(&options.bundle)?;
    let environment = environment_of(&envelope, options)?;
    expect_payload(&envelope, options)?;
    let is_head = envelope.payload_type == HEAD_TYPE;
    let known = trust.as_ref().map(|trust| known_keys(trust, &environment, is_head)).transpose()?;
    let before: Vec<String> = ids(&envelope);
    sign::add_signatures(&mut envelope, signers, known.as_ref().unwrap_or(&PublicKeys::new()))?;
    let key_ids = ids(&envelope);
    if let Some(known) = known {
        let stranger = key_ids.iter().find(|id| !before.contains(id) && !known.contains_key(*id));
        if let Some(key_id) = stranger {
            return Err(OpError::NotTrusted { key_id: key_id.clone(), environment });
        }
    }
    let file = OutputFile {
        path: options.output.clone(),
        bytes: envelope.to_bytes(),
        visibility: Visibility::Shared,
    };
    artifact::write_all(&[file])?;
    Ok(SignedEnvelope { environment, key_ids })
}

/// The keys that a trust file names for an environment's bundles, or for its heads.
///
/// # Errors
/// An environment that the trust file does not have.
pub fn known_keys(trust: &TrustFile, environment: &str, heads: bool) -> Result<PublicKeys, OpError> {
    let Some(trusted) = trust.environments.get(environment) else {
        let known = trust.environments.keys().cloned().collect();
        return Err(OpError::UnknownEnvironment { name: environment.to_owned(), known });
    };
    let role: Option<&Role> = if heads { trusted.head.as_ref() } else { Some(&trusted.bundle) };
    let ids = role.map(|role| role.keys.as_slice()).unwrap_or_default();
    Ok(ids.iter().filter_map(|id| Some((id.clone(), trust.keys.get(id)?.clone()))).collect())
}

fn ids(envelope: &Envelope) -> Vec<String> {
    envelope.signatures.iter().map(|signature| signature.key_id.clone()).collect()
}

/// Only what readers would understand is signed.
fn environment_of(envelope: &Envelope, options: &SignOptions) -> Result<String, OpError> {
    let environment = match envelope.payload_type.as_str() {
        BUNDLE_TYPE => Provenance::from_payload(&envelope.payload).map(|provenance| provenance.environment),
        HEAD_TYPE => Head::from_payload(&envelope.payload).map(|head| head.environment),
        other => {
            return Err(OpError::NotSignable {
                path: options.bundle.clone(),
                reason: format!("its payload type is `{}`", other.escape_debug()),
            });
        }
    };
    environment
        .map_err(|error| OpError::NotSignable { path: options.bundle.clone(), reason: error.to_string() })
}

fn expect_payload(envelope: &Envelope, options: &SignOptions) -> Result<(), OpError> {
    let Some(path) = &options.payload else { return Ok(()) };
    if read::envelope_bytes(path)? == envelope.payload {
        return Ok(());
    }
    Err(OpError::NotSignable {
        path: options.bundle.clone(),
        reason: format!("its payload is another than `{}`", path.display()),
    })
}

impl From<crate::sign::KeyFormError> for OpError {
    fn from(error: crate::sign::KeyFormError) -> Self {
        Self::Sign(SignError::Key(error))
    }
}
