//! `inspect`: what an envelope says of itself. All of it is a claim until it is verified.

use std::path::{Path, PathBuf};

use flagc_runtime::bundle::{BUNDLE_TYPE, Envelope, HEAD_TYPE, Head, Provenance};
use flagc_runtime::trust::TrustFile;
use flagc_runtime::verify::{self, VerifyError, VerifyOptions};
use flagc_runtime::{At, Document};
use sha2::{Digest as _, Sha256};

use super::{OpError, read};
use crate::artifact::hex;

/// What to look at.
#[derive(Clone, Debug)]
pub struct InspectOptions {
    /// The envelope.
    pub bundle: PathBuf,
    /// A trust file to verify it against.
    pub trust: Option<PathBuf>,
    /// The environment to verify it for; the one that it names itself unless given.
    pub environment: Option<String>,
    /// The time at which a head must hold.
    pub now: At,
}

/// What an envelope says.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// Whether any of it can be believed.
    pub verdict: Verdict,
    /// What the payload is said to be.
    pub payload_type: String,
    /// What it says.
    pub content: Content,
    /// Who is said to have signed.
    pub signatures: Vec<Signed>,
    /// Hex SHA-256 and length of the envelope.
    pub envelope: (String, usize),
    /// Hex SHA-256 and length of the payload.
    pub payload: (String, usize),
}

/// Whether an envelope can be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nobody asked.
    Unverified,
    /// It verifies.
    Verified,
    /// It does not.
    Refused(VerifyError),
}

/// The content of a payload.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// A bundle, with the number of its flags.
    Bundle(Box<Provenance>, usize),
    /// A head.
    Head(Head),
    /// None of these, or not readable; with the reason.
    Unreadable(String),
}

/// A signature, by the key that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The id that stands beside the signature.
    pub key_id: String,
    /// Whether it is a signature by that key of the trust file.
    pub valid: bool,
}

/// Looks at an envelope.
///
/// # Errors
/// A file that cannot be read or is no envelope.
pub fn inspect(options: &InspectOptions) -> Result<Inspection, OpError> {
    let trust = options.trust.as_deref().map(read::trust).transpose()?;
    let bytes = read::envelope_bytes(&options.bundle)?;
    let envelope = parse(&bytes, &options.bundle)?;
    let content = content(&envelope);
    let verdict = match (&trust, &content) {
        (None, _) => Verdict::Unverified,
        (Some(trust), content) => judge(&bytes, trust, content, options),
    };
    Ok(Inspection {
        verdict,
        content,
        signatures: signatures(&envelope, trust.as_ref()),
        envelope: (hex_sha256(&bytes), bytes.len()),
        payload: (hex_sha256(&envelope.payload), envelope.payload.len()),
        payload_type: envelope.payload_type,
    })
}

fn parse(bytes: &[u8], path: &Path) -> Result<Envelope, OpError> {
    Envelope::from_bytes(bytes).map_err(|error| OpError::Envelope { path: path.to_path_buf(), error })
}

fn content(envelope: &Envelope) -> Content {
    let read = match envelope.payload_type.as_str() {
        BUNDLE_TYPE => bundle(&envelope.payload),
        HEAD_TYPE => Head::from_payload(&envelope.payload).map(Content::Head).map_err(|e| e.to_string()),
        _ => Err("it is neither a bundle nor a head".to_owned()),
    };
    read.unwrap_or_else(Content::Unreadable)
}

fn bundle(payload: &[u8]) -> Result<Content, String> {
    let provenance = Provenance::from_payload(payload).map_err(|error| error.to_string())?;
    let document = Document::from_bytes(payload).map_err(|error| error.to_string())?;
    Ok(Content::Bundle(Box::new(provenance), document.flags().len()))
}

fn judge(bytes: &[u8], trust: &TrustFile, content: &Content, options: &InspectOptions) -> Verdict {
    let expected = |claimed: &str| VerifyOptions::new(options.environment.as_deref().unwrap_or(claimed));
    let refused = match content {
        Content::Bundle(said, _) => verify::verify(bytes, trust, &expected(&said.environment)).err(),
        Content::Head(said) => {
            verify::verify_head(bytes, trust, &expected(&said.environment), options.now, None).err()
        }
        Content::Unreadable(_) => verify::verify(bytes, trust, &expected("")).err(),
    };
    refused.map_or(Verdict::Verified, Verdict::Refused)
}

fn signatures(envelope: &Envelope, trust: Option<&TrustFile>) -> Vec<Signed> {
    let message = flagc_runtime::bundle::pae(&envelope.payload_type, &envelope.payload);
    let look = |signature: &flagc_runtime::bundle::Signature| {
        let key = trust.and_then(|trust| trust.keys.get(&signature.key_id));
        let valid = key.is_some_and(|key| key.verifies(&message, &signature.sig).unwrap_or(false));
        Signed { key_id: signature.key_id.clone(), valid }
    };
    envelope.signatures.iter().map(look).collect()
}

fn hex_sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
