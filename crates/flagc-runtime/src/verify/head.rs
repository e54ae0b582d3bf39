//! Heads: which bundle is current. A head is verified first, with the time of the caller; then the bundle must be the
//! very bytes that it names.

use super::{
    Verified, VerifyError, VerifyOptions, check_identity, environment, expect_type, hex_sha256, signers,
    verify,
};
use crate::bundle::{HEAD_TYPE, Head, Wire};
use crate::evaluate::At;
use crate::trust::{EnvironmentTrust, TrustFile};

/// How far, in seconds, the clock of a head's writer may be ahead of the reader's.
pub const CLOCK_SKEW: i64 = 300;

/// The head that was accepted last, which the caller keeps across restarts. It counts within its epoch alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Floor {
    /// The trust file's epoch at that time.
    pub epoch: u64,
    /// The head's version.
    pub version: u64,
    /// The digest of the bundle that it named.
    pub bundle_sha256: String,
}

/// A head that passed every check.
#[derive(Clone, Debug)]
pub struct VerifiedHead {
    head: Head,
}

impl VerifiedHead {
    /// What the head says.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// What to keep, once the bundle is accepted, too.
    pub fn floor(&self) -> Floor {
        let Head { epoch, version, bundle, .. } = &self.head;
        Floor { epoch: *epoch, version: *version, bundle_sha256: bundle.sha256.clone() }
    }

    /// Verifies the bundle that this head names: size and digest, then all that [`verify`] examines, then the serial.
    pub fn verify_bundle(
        &self,
        bytes: &[u8],
        trust: &TrustFile,
        options: &VerifyOptions,
    ) -> Result<Verified, VerifyError> {
        let named = &self.head.bundle;
        let size = bytes.len() as u64;
        if size != named.size || hex_sha256(bytes) != named.sha256 {
            return Err(VerifyError::NotTheHeadsBundle(named.sha256.clone()));
        }
        let verified = verify(bytes, trust, options)?;
        if verified.provenance().serial != named.serial {
            return Err(VerifyError::NotTheHeadsBundle(named.sha256.clone()));
        }
        Ok(verified)
    }
}

/// Verifies a head at the time `now`.
///
/// In this order: length, envelope in canonical form, exact payload type, signatures of the environment's role for
/// heads, project and environment, epoch, expiry and age, and that it is not older than `floor`.
pub fn verify_head(
    bytes: &[u8],
    trust: &TrustFile,
    options: &VerifyOptions,
    now: At,
    floor: Option<&Floor>,
) -> Result<VerifiedHead, VerifyError> {
    let wire = Wire::from_bytes(bytes)?;
    expect_type(&wire, HEAD_TYPE)?;
    let (message, signatures) = (wire.message()?, wire.signatures()?);
    let environment = environment(trust, &options.environment)?;
    let role =
        environment.head.as_ref().ok_or_else(|| VerifyError::NoHeadRole(options.environment.clone()))?;
    signers(message.bytes(), &signatures, trust, role, &options.environment)?;
    let head = Head::from_payload(message.payload())?;
    check_identity(&head.project, &head.environment, trust, options)?;
    if head.epoch != trust.epoch {
        return Err(VerifyError::Epoch { found: head.epoch, expected: trust.epoch });
    }
    check_time(&head, environment, now)?;
    check_floor(&head, floor)?;
    Ok(VerifiedHead { head })
}

fn check_time(head: &Head, environment: &EnvironmentTrust, now: At) -> Result<(), VerifyError> {
    let now = now.unix_seconds();
    if now >= head.expires_at {
        return Err(VerifyError::HeadExpired { expires_at: head.expires_at, now });
    }
    if head.issued_at > now.saturating_add(CLOCK_SKEW) {
        return Err(VerifyError::HeadFromTheFuture { issued_at: head.issued_at, now });
    }
    let Some(limit) = environment.max_head_age.as_ref().map(crate::trust::Age::seconds) else {
        return Ok(());
    };
    let age = now.saturating_sub(head.issued_at);
    if age > limit { Err(VerifyError::HeadTooOld { age, limit }) } else { Ok(()) }
}

fn check_floor(head: &Head, floor: Option<&Floor>) -> Result<(), VerifyError> {
    let Some(floor) = floor.filter(|floor| floor.epoch == head.epoch) else { return Ok(()) };
    if head.version < floor.version {
        return Err(VerifyError::HeadOlder { found: head.version, accepted: floor.version });
    }
    if head.version == floor.version && head.bundle.sha256 != floor.bundle_sha256 {
        return Err(VerifyError::HeadConflict(head.version));
    }
    Ok(())
}
