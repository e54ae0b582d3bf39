//! The steps of a verification one by one, for who makes a bundle: its content can be examined while it is being signed, and
//! its signatures while it is written. Whoever takes all steps, and finds nothing, has a bundle that
//! [`verify`](super::verify) accepts.

use super::{
    VerifyError, VerifyOptions, check_dev, check_dirty, check_identity, check_revoked, check_serial,
    environment, expect_type, hex_sha256, read, signers,
};
use crate::bundle::{self, BUNDLE_TYPE, MAX_ENVELOPE_BYTES, Message, Signature, Wire, payload};
use crate::trust::TrustFile;

/// Examines the content of a payload. Uncommitted changes are told last: where they are, nothing else is wrong.
pub fn content(payload: &[u8], trust: &TrustFile, options: &VerifyOptions) -> Result<(), VerifyError> {
    let environment = environment(trust, &options.environment)?;
    let (provenance, document) = read(payload)?;
    check_identity(&provenance.project, &provenance.environment, trust, options)?;
    check_dev(&provenance, trust)?;
    check_revoked(environment, || hex_sha256(payload))?;
    check_serial(provenance.serial, environment, options)?;
    document?;
    check_dirty(&provenance, environment)
}

/// Verifies the signatures of a message. Answers with the ids of the trusted keys whose signatures are valid.
pub fn signed_by(
    message: &Message,
    signatures: &[Signature],
    trust: &TrustFile,
    options: &VerifyOptions,
) -> Result<Vec<String>, VerifyError> {
    let role = &environment(trust, &options.environment)?.bundle;
    signers(message.bytes(), signatures, trust, role, &options.environment)
}

/// Examines whether bytes are the envelope of a bundle's message with these signatures, in canonical form.
pub fn envelope(bytes: &[u8], message: &Message, signatures: &[Signature]) -> Result<(), VerifyError> {
    if is_envelope(bytes, message, signatures) {
        return Ok(());
    }
    // What is wrong with it by itself is told as `verify` does.
    let wire = Wire::from_bytes(bytes)?;
    expect_type(&wire, BUNDLE_TYPE)?;
    wire.message()?;
    wire.signatures()?;
    Err(VerifyError::OtherThanExamined)
}

/// Examines whether the bundle of that envelope is revoked.
pub fn revocation(bytes: &[u8], trust: &TrustFile, options: &VerifyOptions) -> Result<(), VerifyError> {
    check_revoked(environment(trust, &options.environment)?, || hex_sha256(bytes))
}

/// Whether they are, without decoding a payload of some megabytes.
fn is_envelope(bytes: &[u8], message: &Message, signatures: &[Signature]) -> bool {
    let Some((text, rest)) = bundle::around(bytes, message.payload().len().div_ceil(3) * 4) else {
        return false;
    };
    let is_around = |wire: &Wire| {
        wire.has_no_payload()
            && wire.payload_type == BUNDLE_TYPE
            && wire.signatures().is_ok_and(|written| written == signatures)
    };
    bytes.len() <= MAX_ENVELOPE_BYTES
        && message.is_of_type(BUNDLE_TYPE)
        && Wire::from_bytes(&rest).is_ok_and(|wire| is_around(&wire))
        && payload::is_written_as(message.payload(), text)
}
