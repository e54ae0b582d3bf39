//! Verification: envelope bytes in, a bundle that may be served out. Every refusal is an error of its own, and what is
//! active stays active.

mod digest;
mod head;
mod signers;
pub mod steps;

use std::sync::Arc;

use thiserror::Error;

use crate::bundle::{BUNDLE_TYPE, EnvelopeError, Message, PayloadError, Provenance, Wire};
use crate::document::{self, Document, DocumentError};
use crate::evaluate::Evaluator;
use crate::json::{self, Duplicates, MAX_DOCUMENT_BYTES};
use crate::trust::{EnvironmentTrust, TrustError, TrustFile};

pub(crate) use digest::hex_sha256;
pub use head::{CLOCK_SKEW, Floor, VerifiedHead, verify_head};
use signers::signers;

/// What a reader expects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerifyOptions {
    /// The environment whose flags are wanted.
    pub environment: String,
    /// The project whose flags are wanted, where that is to be more than what the trust file says.
    pub project: Option<String>,
    /// Bundles of a lower serial are refused: the serial of the bundle that was accepted last. The trust file's
    /// `min_serial` holds as well.
    pub min_serial: u64,
}

impl VerifyOptions {
    /// Expects bundles of an environment, of the trust file's project and of any serial that it allows.
    pub fn new(environment: impl Into<String>) -> Self {
        Self { environment: environment.into(), ..Self::default() }
    }
}

/// Why a bundle was refused, in the order in which it is examined.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// The trust file itself cannot be used.
    #[error("the trust file cannot be used: {0}")]
    Trust(#[from] TrustError),
    /// Too large, or not an envelope in canonical form.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// A head where a bundle is wanted, or the other way round, or something else.
    #[error("the payload type is `{found}`, not `{expected}`")]
    PayloadType {
        /// The envelope's.
        found: String,
        /// The only one that is accepted here.
        expected: &'static str,
    },
    /// The trust file says nothing of that environment.
    #[error("the trust file trusts no key for environment `{0}`")]
    UnknownEnvironment(String),
    /// The trust file names no keys for heads of that environment.
    #[error("the trust file trusts no key for heads of environment `{0}`")]
    NoHeadRole(String),
    /// No signatures at all.
    #[error("the envelope is not signed")]
    Unsigned,
    /// Not enough of the trusted keys have signed.
    #[error(
        "{valid} of {threshold} required signatures by keys trusted for environment `{environment}` are valid"
    )]
    Threshold {
        /// The environment.
        environment: String,
        /// How many distinct trusted keys have signed.
        valid: usize,
        /// How many must have.
        threshold: usize,
    },
    /// The signed bytes are no payload, or of a schema or bucketing generation that is not known.
    #[error(transparent)]
    Payload(#[from] PayloadError),
    /// Another payload, or other signatures, than those that were examined.
    #[error("the envelope holds another payload, or other signatures, than those that were examined")]
    OtherThanExamined,
    /// Signed for another project.
    #[error("signed for project `{found}`, not `{expected}`")]
    Project {
        /// The payload's.
        found: String,
        /// The one that is wanted.
        expected: String,
    },
    /// Signed for another environment.
    #[error("signed for environment `{found}`, not `{expected}`")]
    Environment {
        /// The payload's.
        found: String,
        /// The one that is wanted.
        expected: String,
    },
    /// Built from an uncommitted workspace.
    #[error("built from uncommitted changes, which the trust file does not allow for environment `{0}`")]
    Dirty(String),
    /// Signed with a key for trying things out.
    #[error("signed for development only (`dev`), which this trust file does not accept")]
    Dev,
    /// On the trust file's list of revoked bundles.
    #[error("the bundle with SHA-256 `{0}` is revoked")]
    Revoked(String),
    /// Older than what is allowed.
    #[error("serial {found} is older than the least that is accepted, {least}")]
    MinSerial {
        /// The payload's.
        found: u64,
        /// The greater of the trust file's and the reader's own.
        least: u64,
    },
    /// The payload is signed, but no flagd document.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// A head of another epoch than the trust file's.
    #[error("the head is of epoch {found}, not {expected}")]
    Epoch {
        /// The head's.
        found: u64,
        /// The trust file's.
        expected: u64,
    },
    /// The head has expired. What is active stays active; the caller raises an alarm.
    #[error("the head expired at {expires_at}; it is {now} (seconds since 1970)")]
    HeadExpired {
        /// When it expired.
        expires_at: i64,
        /// The time that the caller gave.
        now: i64,
    },
    /// The head was written later than now.
    #[error("the head was issued at {issued_at}, but it is only {now} (seconds since 1970)")]
    HeadFromTheFuture {
        /// When it says that it was written.
        issued_at: i64,
        /// The time that the caller gave.
        now: i64,
    },
    /// The head is older than the trust file allows.
    #[error("the head is {age} seconds old; the trust file allows {limit}")]
    HeadTooOld {
        /// Its age in seconds.
        age: i64,
        /// `max_head_age` in seconds.
        limit: i64,
    },
    /// An older head than the one that was accepted last.
    #[error("the head has version {found}, but version {accepted} was accepted before")]
    HeadOlder {
        /// The head's version.
        found: u64,
        /// The version that was accepted.
        accepted: u64,
    },
    /// Two heads of one version name different bundles: somebody who can sign heads contradicts himself. An alarm.
    #[error("two heads of version {0} name different bundles")]
    HeadConflict(u64),
    /// Size, digest or serial are not those that the head names.
    #[error("the bundle is not the one that the head names, `{0}`")]
    NotTheHeadsBundle(String),
}

/// A bundle that passed every check.
#[derive(Clone, Debug)]
pub struct Verified {
    message: Message,
    provenance: Provenance,
    document: Arc<Document>,
    envelope_sha256: String,
    envelope_size: u64,
    signed_by: Vec<String>,
}

impl Verified {
    /// The bytes that are signed: a flagd document.
    pub fn payload(&self) -> &[u8] {
        self.message.payload()
    }

    /// Where the payload comes from.
    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// Evaluates the bundle's flags. All evaluators of one bundle share its compiled form.
    pub fn evaluator(&self) -> Evaluator {
        Evaluator::shared(Arc::clone(&self.document))
    }

    /// Hex SHA-256 of the envelope's bytes: the bundle's name in a store.
    pub fn envelope_sha256(&self) -> &str {
        &self.envelope_sha256
    }

    /// Hex SHA-256 of the payload's bytes, which is the same whatever signatures are taken off or put on.
    pub fn payload_sha256(&self) -> String {
        hex_sha256(self.payload())
    }

    /// The length of the envelope in bytes.
    pub fn envelope_size(&self) -> u64 {
        self.envelope_size
    }

    /// The ids of the trusted keys whose signatures are valid.
    pub fn signed_by(&self) -> &[String] {
        &self.signed_by
    }
}

/// Verifies a bundle.
///
/// In this order: length, envelope in canonical form, exact payload type, one decoding, signatures of distinct trusted
/// keys over [`pae`](crate::bundle::pae) and their threshold, and only then the payload's content: schema and bucketing
/// generation, project, environment, uncommitted changes, development keys, revocation, serial, flags.
pub fn verify(bytes: &[u8], trust: &TrustFile, options: &VerifyOptions) -> Result<Verified, VerifyError> {
    let wire = Wire::from_bytes(bytes)?;
    expect_type(&wire, BUNDLE_TYPE)?;
    digest::beside(bytes, |digest| verify_wire(&wire, bytes.len() as u64, digest, trust, options))
}

fn verify_wire(
    wire: &Wire,
    envelope_size: u64,
    digest: impl FnOnce() -> String,
    trust: &TrustFile,
    options: &VerifyOptions,
) -> Result<Verified, VerifyError> {
    let (message, signatures) = (wire.message()?, wire.signatures()?);
    let environment = environment(trust, &options.environment)?;
    let signed_by = signers(message.bytes(), &signatures, trust, &environment.bundle, &options.environment)?;
    let (provenance, document) = read(message.payload())?;
    check_identity(&provenance.project, &provenance.environment, trust, options)?;
    check_dirty(&provenance, environment)?;
    check_dev(&provenance, trust)?;
    let envelope_sha256 = digest();
    check_revoked(environment, || envelope_sha256.clone())?;
    check_revoked(environment, || hex_sha256(message.payload()))?;
    check_serial(provenance.serial, environment, options)?;
    let document = Arc::new(document?);
    Ok(Verified { message, provenance, document, envelope_sha256, envelope_size, signed_by })
}

/// Where a payload comes from, and its flags.
fn read(payload: &[u8]) -> Result<(Provenance, Result<Document, DocumentError>), VerifyError> {
    let read = json::read(payload, MAX_DOCUMENT_BYTES, Duplicates::Refused, |reader| {
        let (document, flagc) = document::read(reader)?;
        Ok((Provenance::from_flagc(flagc), document))
    });
    let (provenance, document) = read.map_err(PayloadError::from)?;
    Ok((provenance?, document))
}

fn expect_type(wire: &Wire, expected: &'static str) -> Result<(), VerifyError> {
    if wire.payload_type == expected {
        return Ok(());
    }
    Err(VerifyError::PayloadType { found: wire.payload_type.clone().into_owned(), expected })
}

fn environment<'t>(trust: &'t TrustFile, name: &str) -> Result<&'t EnvironmentTrust, VerifyError> {
    trust.environments.get(name).ok_or_else(|| VerifyError::UnknownEnvironment(name.to_owned()))
}

fn check_identity(
    project: &str,
    environment: &str,
    trust: &TrustFile,
    options: &VerifyOptions,
) -> Result<(), VerifyError> {
    for expected in std::iter::once(&trust.project).chain(&options.project) {
        if project != expected {
            return Err(VerifyError::Project { found: project.to_owned(), expected: expected.clone() });
        }
    }
    if environment == options.environment {
        return Ok(());
    }
    Err(VerifyError::Environment { found: environment.to_owned(), expected: options.environment.clone() })
}

fn check_dirty(provenance: &Provenance, environment: &EnvironmentTrust) -> Result<(), VerifyError> {
    if provenance.source.dirty && !environment.allow_dirty {
        return Err(VerifyError::Dirty(provenance.environment.clone()));
    }
    Ok(())
}

fn check_dev(provenance: &Provenance, trust: &TrustFile) -> Result<(), VerifyError> {
    if provenance.dev && !trust.dev { Err(VerifyError::Dev) } else { Ok(()) }
}

/// Whether an envelope, or a payload, is revoked. Its digest is asked for where any is.
fn check_revoked(environment: &EnvironmentTrust, digest: impl FnOnce() -> String) -> Result<(), VerifyError> {
    if environment.revoked_bundles.is_empty() {
        return Ok(());
    }
    let digest = digest();
    if environment.revoked_bundles.contains(&digest) { Err(VerifyError::Revoked(digest)) } else { Ok(()) }
}

fn check_serial(
    found: u64,
    environment: &EnvironmentTrust,
    options: &VerifyOptions,
) -> Result<(), VerifyError> {
    let least = environment.min_serial.max(options.min_serial);
    if found < least { Err(VerifyError::MinSerial { found, least }) } else { Ok(()) }
}
