//! The signed bundle's outer form: a DSSE 1.0 envelope, one canonical JSON file. The envelope names no algorithm: that
//! belongs to the key in the reader's trust file.

mod head;
pub(crate) mod payload;
mod provenance;

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::json::{self, JsonError, MAX_DOCUMENT_BYTES};

pub use head::{Head, HeadBundle};
pub use provenance::{PayloadError, Provenance, Source, Tool};

/// The payload type of a bundle.
pub const BUNDLE_TYPE: &str = "application/vnd.flagc.bundle.v1+json";

/// The payload type of a head.
pub const HEAD_TYPE: &str = "application/vnd.flagc.head.v1+json";

/// The schema of payload, head and trust file that this version writes and reads.
pub const SCHEMA: u64 = 1;

/// The largest envelope that is read, in bytes: the largest document in base64, and room for signatures.
pub const MAX_ENVELOPE_BYTES: usize = MAX_DOCUMENT_BYTES / 3 * 4 + (1 << 16);

/// Why bytes are not an envelope.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// No JSON, or too large; an envelope has no other keys than those of [`Envelope`].
    #[error("the file is not a signed envelope: {0}")]
    Json(#[from] JsonError),
    /// The same content has another, canonical form: RFC 8785, without a newline at the end.
    #[error("the envelope is not canonical JSON (no spaces, keys in order, no newline at the end)")]
    NotCanonical,
    /// Not standard base64 with padding.
    #[error("`{0}` of the envelope is not canonical base64")]
    Base64(&'static str),
}

/// A DSSE envelope, decoded.
///
/// ```
/// use flagc_runtime::bundle::{BUNDLE_TYPE, Envelope, Signature, pae};
///
/// let payload = b"{}".to_vec();
/// assert_eq!(pae(BUNDLE_TYPE, &payload), b"DSSEv1 36 application/vnd.flagc.bundle.v1+json 2 {}");
///
/// let envelope = Envelope {
///     payload,
///     payload_type: BUNDLE_TYPE.to_owned(),
///     signatures: vec![Signature { key_id: "b460".to_owned(), sig: vec![1, 2, 3] }],
/// };
/// assert_eq!(Envelope::from_bytes(&envelope.to_bytes())?, envelope);
/// # Ok::<(), flagc_runtime::bundle::EnvelopeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The bytes that are signed.
    pub payload: Vec<u8>,
    /// What they are: [`BUNDLE_TYPE`] or [`HEAD_TYPE`].
    pub payload_type: String,
    /// Written in the order of the trust file's keys.
    pub signatures: Vec<Signature>,
}

/// One signature over [`pae`] of an envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Which key: see [`key_id`](crate::trust::key_id).
    pub key_id: String,
    /// The signature: 64 bytes of Ed25519, or DER of ECDSA.
    pub sig: Vec<u8>,
}

impl Envelope {
    /// The envelope as a file: canonical JSON.
    pub fn to_bytes(&self) -> Vec<u8> {
        let signatures = self.signatures.iter().map(|signature| WireSignature {
            key_id: Cow::Borrowed(&signature.key_id),
            sig: Cow::Owned(STANDARD.encode(&signature.sig)),
        });
        let wire = Wire {
            payload: Cow::Owned(STANDARD.encode(&self.payload)),
            payload_type: Cow::Borrowed(&self.payload_type),
            signatures: signatures.collect(),
        };
        wire.to_bytes()
    }

    /// Reads an envelope; what is not canonical is refused. Nothing is verified.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        Wire::from_bytes(bytes)?.decode()
    }
}

/// The envelope as it is written: base64 not yet decoded.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wire<'a> {
    #[serde(borrow)]
    payload: Cow<'a, str>,
    #[serde(borrow, rename = "payloadType")]
    pub(crate) payload_type: Cow<'a, str>,
    #[serde(borrow)]
    signatures: Vec<WireSignature<'a>>,
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct WireSignature<'a> {
    #[serde(borrow, rename = "keyid")]
    key_id: Cow<'a, str>,
    #[serde(borrow)]
    sig: Cow<'a, str>,
}

/// What an envelope begins with; the payload's base64 follows.
const HEAD: &[u8] = br#"{"payload":""#;

/// An envelope's bytes in two, as if its payload's base64 had that length: that base64, and the envelope without it.
pub(crate) fn around(bytes: &[u8], length: usize) -> Option<(&[u8], Vec<u8>)> {
    let (head, rest) = bytes.split_at_checked(HEAD.len())?;
    let (text, tail) = rest.split_at_checked(length)?;
    Some((text, [head, tail].concat()))
}

impl<'a> Wire<'a> {
    pub(crate) fn from_bytes(bytes: &'a [u8]) -> Result<Self, EnvelopeError> {
        json::check_length(bytes, MAX_ENVELOPE_BYTES)?;
        Self::glance(bytes).map_or_else(|| Self::read(bytes), Ok)
    }

    fn read(bytes: &'a [u8]) -> Result<Self, EnvelopeError> {
        let wire: Self = serde_json::from_slice(bytes).map_err(|error| json::refusal(bytes, &error))?;
        if wire.is_written_as(bytes) { Ok(wire) } else { Err(EnvelopeError::NotCanonical) }
    }

    /// The envelope, where it is sound: its payload, of some megabytes, is looked through once, and what stands around it
    /// is read without it.
    fn glance(bytes: &'a [u8]) -> Option<Self> {
        /// What stands behind a payload in canonical form, and how far from the end it is looked for.
        const BEHIND: &[u8] = br#"","payloadType":"#;
        const TAIL: usize = 1 << 12;
        let rest = bytes.strip_prefix(HEAD)?;
        let start = rest.len().saturating_sub(TAIL);
        let place = rest.get(start..)?.windows(BEHIND.len()).position(|part| part == BEHIND)?;
        let (payload, around) = around(bytes, start + place)?;
        // Nothing ends a text before its end, stands for something else in it, or may not stand in it.
        let is_special = |byte: &u8| *byte < b' ' || *byte == b'"' || *byte == b'\\';
        if payload.iter().fold(false, |found, byte| found | is_special(byte)) {
            return None;
        }
        let Wire { payload_type, signatures, .. } = Wire::read(&around).ok()?;
        let owned = |WireSignature { key_id, sig }| WireSignature {
            key_id: Cow::Owned(Cow::into_owned(key_id)),
            sig: Cow::Owned(Cow::into_owned(sig)),
        };
        Some(Self {
            payload: Cow::Borrowed(str::from_utf8(payload).ok()?),
            payload_type: Cow::Owned(payload_type.into_owned()),
            signatures: signatures.into_iter().map(owned).collect(),
        })
    }

    pub(crate) fn decode(self) -> Result<Envelope, EnvelopeError> {
        Ok(Envelope {
            payload: decode(&self.payload, "payload")?,
            signatures: self.signatures()?,
            payload_type: self.payload_type.into_owned(),
        })
    }

    pub(crate) fn signatures(&self) -> Result<Vec<Signature>, EnvelopeError> {
        let signatures = self.signatures.iter().map(|signature| {
            Ok(Signature {
                key_id: signature.key_id.clone().into_owned(),
                sig: decode(&signature.sig, "sig")?,
            })
        });
        signatures.collect()
    }

    pub(crate) fn has_no_payload(&self) -> bool {
        self.payload.is_empty()
    }

    /// What is signed, decoded once, to the place where it is needed.
    pub(crate) fn message(&self) -> Result<Message, EnvelopeError> {
        let text = self.payload.as_bytes();
        let padding = text.iter().rev().take_while(|byte| **byte == b'=').count();
        let length = (text.len() / 4 * 3).saturating_sub(padding);
        let head = pae_head(&self.payload_type, length);
        let start = head.len();
        let mut bytes = vec![0; start + text.len().div_ceil(4) * 3];
        let (before, place) = bytes.split_at_mut(start);
        before.copy_from_slice(head.as_bytes());
        if payload::decode(text, place) != Some(length) {
            return Err(EnvelopeError::Base64("payload"));
        }
        bytes.truncate(start + length);
        Ok(Message { bytes, start })
    }

    /// Whether these bytes, which were read as this envelope, are the ones that it is written as.
    fn is_written_as(&self, bytes: &[u8]) -> bool {
        if !matches!(self.payload, Cow::Borrowed(_)) {
            return self.to_bytes() == bytes;
        }
        // A payload that had nothing to decode is written as it was read, and is not written again to compare.
        let (payload_type, signatures) = (Cow::Borrowed(&*self.payload_type), self.signatures.clone());
        let rest = Wire { payload: Cow::Borrowed(""), payload_type, signatures }.to_bytes();
        let tail = rest.get(HEAD.len()..).unwrap_or_default();
        bytes.len() == rest.len() + self.payload.len() && bytes.starts_with(HEAD) && bytes.ends_with(tail)
    }

    /// The fields stand in the order of RFC 8785, and `serde_json` escapes as that asks for.
    fn to_bytes(&self) -> Vec<u8> {
        // Texts and lists of texts always serialise.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

fn decode(base64: &str, what: &'static str) -> Result<Vec<u8>, EnvelopeError> {
    STANDARD.decode(base64).map_err(|_| EnvelopeError::Base64(what))
}

/// What is signed: DSSE's pre-authentication encoding of a payload, which is its end.
#[derive(Clone, Debug)]
pub struct Message {
    bytes: Vec<u8>,
    start: usize,
}

impl Message {
    /// As [`pae`], in the place of the payload, which has some megabytes.
    pub fn new(payload_type: &str, mut payload: Vec<u8>) -> Self {
        let head = pae_head(payload_type, payload.len());
        let start = head.len();
        payload.splice(..0, head.into_bytes());
        Self { bytes: payload, start }
    }

    /// All of it.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The payload.
    pub fn payload(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }

    /// Whether it was made of a payload of that type.
    pub(crate) fn is_of_type(&self, payload_type: &str) -> bool {
        self.bytes.starts_with(pae_head(payload_type, self.payload().len()).as_bytes())
    }
}

/// DSSE's pre-authentication encoding: what a signature is made of.
pub fn pae(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let head = pae_head(payload_type, payload.len());
    let mut bytes = Vec::with_capacity(head.len() + payload.len());
    bytes.extend_from_slice(head.as_bytes());
    bytes.extend_from_slice(payload);
    bytes
}

fn pae_head(payload_type: &str, length: usize) -> String {
    format!("DSSEv1 {} {payload_type} {length} ", payload_type.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glance_reads_what_reading_does_and_nothing_else() {
        let signature = |key_id: &str| Signature { key_id: key_id.to_owned(), sig: vec![250, 251, 252] };
        let (mut glances, mut refusals) = (0, 0);
        for signatures in [vec![], vec![signature("b460")], vec![signature("a\"\n"), signature("ü")]] {
            let payload_type = BUNDLE_TYPE.to_owned();
            let bytes = Envelope { payload: b"{\"flags\":{}}".to_vec(), payload_type, signatures }.to_bytes();
            for index in 0..=bytes.len() {
                for (byte, insert) in (0..=255).flat_map(|byte| [(byte, false), (byte, true)]) {
                    let mut changed = bytes.clone();
                    let end = if insert { index } else { bytes.len().min(index + 1) };
                    changed.splice(index..end, [byte]);
                    let read = Wire::read(&changed).map(|wire| wire.to_bytes());
                    if let Some(glance) = Wire::glance(&changed) {
                        assert_eq!(read, Ok(glance.to_bytes()), "{byte} at {index}");
                        glances += 1;
                    }
                    refusals += usize::from(read.is_err());
                }
            }
        }
        assert!(glances > 5_000 && refusals > 5_000, "{glances} {refusals}");
    }

    #[test]
    fn an_envelope_of_many_signatures_is_read_without_a_glance() {
        let signature = |number: usize| Signature { key_id: format!("{number:064x}"), sig: vec![7; 64] };
        for count in [0, 1, 15, 30, 100] {
            let signatures: Vec<Signature> = (0..count).map(signature).collect();
            let (payload, payload_type) = (b"{}".repeat(5_000), BUNDLE_TYPE.to_owned());
            let envelope = Envelope { payload, payload_type, signatures };
            let bytes = envelope.to_bytes();
            assert_eq!(Wire::glance(&bytes).is_some(), count < 30, "{count}");
            assert_eq!(Envelope::from_bytes(&bytes), Ok(envelope));
        }
    }
}
