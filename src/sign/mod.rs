//! Signing: keys, where they come from, and envelopes. A signature is handed out only after it was verified with the public
//! key that it claims.

mod key;
mod pem;
mod program;
mod source;
pub(crate) mod wire;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flagc_runtime::bundle::{Envelope, Message, Signature, pae};
use flagc_runtime::trust::TrustedKey;

pub use key::{KeyFormError, PrivateKey, public_key_from_pem};
pub use source::{KeyError, KeySource};

/// What signs.
#[derive(Debug)]
pub enum Signer {
    /// A key at hand.
    Key(Box<PrivateKey>),
    /// A program, with its arguments: see [`KeySource::Program`].
    Program(String),
}

/// Public keys by their id, as in a trust file.
pub type PublicKeys = BTreeMap<String, TrustedKey>;

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// No key was named.
    #[error("there is no key to sign with")]
    NoKey,
    /// The key does not sign.
    #[error("the key does not sign: {0}")]
    Key(#[from] KeyFormError),
    /// A program gave no signature.
    #[error("the program `{command}` did not sign: {reason}")]
    Program {
        /// The program and its arguments.
        command: String,
        /// What went wrong.
        reason: String,
    },
    /// A program's output is a signature by no known key.
    #[error("the program `{command}` gave no signature by any of the {known} keys in the trust file")]
    UnknownSigner {
        /// The program and its arguments.
        command: String,
        /// How many keys were tried.
        known: usize,
    },
    /// A signature that was just made is wrong.
    #[error("the signature by key `{0}` does not verify")]
    Faulty(String),
    /// A signature in the envelope is wrong: somebody changed the payload, or the signature.
    #[error("the envelope's signature by key `{0}` does not verify")]
    Existing(String),
}

impl SignError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::NoKey => Some("make one with `flagc keygen` and name it with `--key`".to_owned()),
            Self::Key(error) => error.help(),
            Self::UnknownSigner { .. } => Some(
                "`flagc trust add` its public key; the program must write the raw signature (64 bytes of Ed25519, DER of \
                 ECDSA over SHA-256) or its base64"
                    .to_owned(),
            ),
            Self::Existing(_) => Some("build the bundle again and sign that".to_owned()),
            Self::Program { .. } | Self::Faulty(_) => None,
        }
    }
}

/// Signs a payload. `known` are the keys among which the one of a [`Signer::Program`] is found.
pub fn sign(
    payload_type: &str,
    payload: Vec<u8>,
    signers: &[Signer],
    known: &PublicKeys,
) -> Result<Envelope, SignError> {
    let mut envelope = Envelope { payload, payload_type: payload_type.to_owned(), signatures: Vec::new() };
    add_signatures(&mut envelope, signers, known)?;
    Ok(envelope)
}

/// Signatures of a message, in the order of their keys' ids. `check` is shown them before they are handed out, and may
/// answer with the ids of keys whose signatures it found right; the others are verified here.
pub fn signatures<T>(
    message: &Message,
    signers: &[Signer],
    known: &PublicKeys,
    check: impl FnOnce(&[Signature]) -> (T, Vec<String>),
) -> Result<(Vec<Signature>, T), SignError> {
    let mut made = make(message.bytes(), signers, known)?;
    let mut signatures = Vec::new();
    put(&mut signatures, &made);
    let (checked, right) = check(&signatures);
    made.retain(|(signature, _)| !right.contains(&signature.key_id));
    confirm(message.bytes(), &made)?;
    Ok((signatures, checked))
}

/// Adds signatures to an envelope. Signatures that it has by `known` keys must be right; one by the same key is replaced.
/// They end up in the order of their keys' ids, which is that of a trust file.
pub fn add_signatures(
    envelope: &mut Envelope,
    signers: &[Signer],
    known: &PublicKeys,
) -> Result<(), SignError> {
    if signers.is_empty() {
        return Err(SignError::NoKey);
    }
    let message = pae(&envelope.payload_type, &envelope.payload);
    for signature in &envelope.signatures {
        if known.get(&signature.key_id).is_some_and(|key| !verifies(key, &message, &signature.sig)) {
            return Err(SignError::Existing(signature.key_id.clone()));
        }
    }
    let made = make(&message, signers, known)?;
    confirm(&message, &made)?;
    put(&mut envelope.signatures, &made);
    Ok(())
}

/// A signature, and the key that is still to confirm it: none where it was found by verifying.
type Made = (Signature, Option<TrustedKey>);

fn make(message: &[u8], signers: &[Signer], known: &PublicKeys) -> Result<Vec<Made>, SignError> {
    if signers.is_empty() {
        return Err(SignError::NoKey);
    }
    let sign = |signer: &Signer| match signer {
        Signer::Key(key) => Ok((key.sign(message)?, Some(key.public()?.1))),
        Signer::Program(command) => Ok((sign_with_program(command, message, known)?, None)),
    };
    signers.iter().map(sign).collect()
}

fn confirm(message: &[u8], made: &[Made]) -> Result<(), SignError> {
    for (signature, key) in made {
        if key.as_ref().is_some_and(|key| !verifies(key, message, &signature.sig)) {
            return Err(SignError::Faulty(signature.key_id.clone()));
        }
    }
    Ok(())
}

/// One by the same key is replaced.
fn put(signatures: &mut Vec<Signature>, made: &[Made]) {
    for (signature, _) in made {
        signatures.retain(|other| other.key_id != signature.key_id);
        signatures.push(signature.clone());
    }
    signatures.sort_by(|a, b| a.key_id.cmp(&b.key_id));
}

fn verifies(key: &TrustedKey, message: &[u8], signature: &[u8]) -> bool {
    key.verifies(message, signature).unwrap_or(false)
}

/// Runs the program once, and finds the key by the one thing that proves it: the signature verifies.
fn sign_with_program(command: &str, message: &[u8], known: &PublicKeys) -> Result<Signature, SignError> {
    let output = program::run(command, message)
        .map_err(|reason| SignError::Program { command: command.to_owned(), reason })?;
    let compact: Vec<u8> = output.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let decoded = STANDARD.decode(compact).unwrap_or_default();
    for sig in [output, decoded] {
        let signed_by = known.iter().find(|(_, key)| verifies(key, message, &sig));
        if let Some((key_id, _)) = signed_by {
            return Ok(Signature { key_id: key_id.clone(), sig });
        }
    }
    Err(SignError::UnknownSigner { command: command.to_owned(), known: known.len() })
}
