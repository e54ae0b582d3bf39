//! The two halves of a verification, for who makes a bundle and has its payload at hand: the content is examined while it
//! is being signed, and the signatures when they are there.

use std::thread;

use super::{
    VerifyError, VerifyOptions, check_dev, check_dirty, check_identity, check_revoked, check_serial,
    environment, expect_type, hex_sha256, read, signers,
};
use crate::bundle::{self, BUNDLE_TYPE, MAX_ENVELOPE_BYTES, Message, Signature, Wire, payload};
use crate::trust::TrustFile;

/// Examines the content of a payload as [`verify`](super::verify) does once the signatures are right. Uncommitted changes
/// are told last: where they are, nothing else is wrong.
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

/// Verifies a bundle whose content was examined before: all that [`verify`](super::verify) does, but that the payload is
/// compared with that of `message`. Answers with the ids of the trusted keys whose signatures are valid.
pub fn signatures(
    bytes: &[u8],
    message: &Message,
    trust: &TrustFile,
    options: &VerifyOptions,
) -> Result<Vec<String>, VerifyError> {
    let signed_by = |message: &[u8], signatures: &[Signature]| {
        let environment = environment(trust, &options.environment)?;
        let signed_by = signers(message, signatures, trust, &environment.bundle, &options.environment)?;
        check_revoked(environment, || hex_sha256(bytes))?;
        Ok(signed_by)
    };
    if let Some((text, signatures)) = expected(bytes, message) {
        let is_written = || payload::is_written_as(message.payload(), text);
        let (is_written, signed_by) = thread::scope(|scope| {
            // Where no thread can be had, or it was lost, they are compared here.
            let comparing = thread::Builder::new().spawn_scoped(scope, is_written).ok();
            let signed_by = signed_by(message.bytes(), &signatures);
            (comparing.and_then(|comparing| comparing.join().ok()).unwrap_or_else(is_written), signed_by)
        });
        if is_written {
            return signed_by;
        }
    }
    // Something else than what was expected: what is wrong with it is told as `verify` does.
    let wire = Wire::from_bytes(bytes)?;
    expect_type(&wire, BUNDLE_TYPE)?;
    let (found, signatures) = (wire.message()?, wire.signatures()?);
    let signed_by = signed_by(found.bytes(), &signatures)?;
    if found.payload() == message.payload() { Ok(signed_by) } else { Err(VerifyError::OtherPayload) }
}

/// The base64 in an envelope that looks, around its payload, as one of that message must; and the signatures.
fn expected<'b>(bytes: &'b [u8], message: &Message) -> Option<(&'b [u8], Vec<Signature>)> {
    let (text, rest) = bundle::around(bytes, message.payload().len())?;
    let wire = Wire::from_bytes(&rest).ok()?;
    let is_expected = bytes.len() <= MAX_ENVELOPE_BYTES
        && wire.has_no_payload()
        && wire.payload_type == BUNDLE_TYPE
        && message.is_of_type(BUNDLE_TYPE);
    let signatures = wire.signatures().ok()?;
    is_expected.then_some((text, signatures))
}
