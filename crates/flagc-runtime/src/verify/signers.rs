//! Whose signatures count: distinct keys that the environment's role names, verified over DSSE's encoding, the message.

use super::VerifyError;
use crate::bundle::Signature;
use crate::trust::{PublicKey, Role, TrustError, TrustFile};

/// No more signatures are looked at: each costs a pass over the payload.
const MAX_SIGNATURES: usize = 16;

/// The ids of the role's keys that have signed, or an error where they are fewer than the role's threshold. Signatures
/// of unknown keys are passed over; a key counts once.
pub(crate) fn signers(
    message: &[u8],
    signatures: &[Signature],
    trust: &TrustFile,
    role: &Role,
    environment: &str,
) -> Result<Vec<String>, VerifyError> {
    if signatures.is_empty() {
        return Err(VerifyError::Unsigned);
    }
    let mut counted: Vec<(String, PublicKey)> = Vec::new();
    for signature in signatures.iter().take(MAX_SIGNATURES) {
        let Some(key) = trusted_key(&signature.key_id, trust, role)? else { continue };
        if counted.iter().any(|(_, other)| *other == key) {
            continue;
        }
        if key.verifies(message, &signature.sig) {
            counted.push((signature.key_id.clone(), key));
        }
    }
    // INVARIANT: a threshold of zero, which a trust file that was never checked may hold, accepts nothing.
    let threshold = role.threshold.max(1);
    if counted.len() < threshold {
        let (environment, valid) = (environment.to_owned(), counted.len());
        return Err(VerifyError::Threshold { environment, valid, threshold });
    }
    Ok(counted.into_iter().map(|(key_id, _)| key_id).collect())
}

fn trusted_key(key_id: &str, trust: &TrustFile, role: &Role) -> Result<Option<PublicKey>, VerifyError> {
    if !role.keys.iter().any(|id| id == key_id) {
        return Ok(None);
    }
    let Some(key) = trust.keys.get(key_id) else { return Ok(None) };
    let key = key.public_key().map_err(|error| TrustError::Key { key_id: key_id.to_owned(), error })?;
    Ok(Some(key))
}
