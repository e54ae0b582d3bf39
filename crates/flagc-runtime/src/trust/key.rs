//! Public keys: PEM in the trust file, DER under the key id, and the verification of one signature.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use p256::ecdsa::signature::Verifier;
use p256::pkcs8::{DecodePublicKey, EncodePublicKey};
use serde::{Deserialize, Serialize};
use thiserror::Error;

const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const END: &str = "-----END PUBLIC KEY-----";

/// Why a public key cannot be used.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// No PEM of one public key.
    #[error("`public_key` is not PEM of a public key (`{BEGIN}`)")]
    Pem,
    /// The key is not of the algorithm that the file names.
    #[error("the public key is not a key for {0}")]
    Algorithm(Algorithm),
    /// A point of small order: signatures for it can be made without a private key.
    #[error("the public key is weak (a point of small order)")]
    Weak,
    /// The id is not the SHA-256 of the key.
    #[error("the id is not the key's own; its own is `{0}`")]
    Id(String),
}

/// A signature algorithm.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Hash, Serialize)]
pub enum Algorithm {
    /// Ed25519 (RFC 8032), verified strictly.
    #[serde(rename = "ed25519")]
    Ed25519,
    /// ECDSA over P-256 with SHA-256; signatures in DER.
    #[serde(rename = "ecdsa-p256-sha256")]
    EcdsaP256Sha256,
}

impl Algorithm {
    /// The name as the trust file writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ed25519 => "ed25519",
            Self::EcdsaP256Sha256 => "ecdsa-p256-sha256",
        }
    }
}

impl std::fmt::Display for Algorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A public key in a trust file.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TrustedKey {
    /// What it verifies.
    pub alg: Algorithm,
    /// PEM of its SubjectPublicKeyInfo.
    pub public_key: String,
}

/// The id of a key: hex SHA-256 of the DER of its SubjectPublicKeyInfo.
///
/// `openssl pkey -pubin -outform DER | sha256sum` prints the same.
pub fn key_id(spki_der: &[u8]) -> String {
    crate::verify::hex_sha256(spki_der)
}

impl TrustedKey {
    /// A key as it stands in a trust file, from the DER of its SubjectPublicKeyInfo.
    pub fn from_spki_der(alg: Algorithm, spki_der: &[u8]) -> Result<Self, KeyError> {
        PublicKey::parse(alg, spki_der)?;
        let mut public_key = format!("{BEGIN}\n");
        for line in STANDARD.encode(spki_der).as_bytes().chunks(64) {
            public_key.push_str(&String::from_utf8_lossy(line));
            public_key.push('\n');
        }
        public_key.push_str(END);
        public_key.push('\n');
        Ok(Self { alg, public_key })
    }

    /// The DER of the key's SubjectPublicKeyInfo.
    pub fn spki_der(&self) -> Result<Vec<u8>, KeyError> {
        let body = self.public_key.trim().strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END));
        let body: String = body.ok_or(KeyError::Pem)?.split_ascii_whitespace().collect();
        STANDARD.decode(body).map_err(|_| KeyError::Pem)
    }

    /// Whether a signature over a message was made with this key's private half.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> Result<bool, KeyError> {
        Ok(self.public_key()?.verifies(message, signature))
    }

    pub(super) fn check(&self, id: &str) -> Result<(), KeyError> {
        let der = self.spki_der()?;
        PublicKey::parse(self.alg, &der)?;
        let own = key_id(&der);
        if own == id { Ok(()) } else { Err(KeyError::Id(own)) }
    }

    pub(crate) fn public_key(&self) -> Result<PublicKey, KeyError> {
        PublicKey::parse(self.alg, &self.spki_der()?)
    }
}

/// A key that is ready to verify.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PublicKey {
    Ed25519(ed25519_dalek::VerifyingKey),
    EcdsaP256Sha256(p256::ecdsa::VerifyingKey),
}

impl PublicKey {
    /// Reads a key. Only the one usual DER form is taken, so that one key cannot stand under two ids.
    fn parse(alg: Algorithm, der: &[u8]) -> Result<Self, KeyError> {
        let wrong = KeyError::Algorithm(alg);
        let (key, canonical) = match alg {
            Algorithm::Ed25519 => {
                let key = ed25519_dalek::VerifyingKey::from_public_key_der(der).map_err(|_| wrong.clone())?;
                if key.is_weak() {
                    return Err(KeyError::Weak);
                }
                let canonical = key.to_public_key_der().map_err(|_| wrong.clone())?;
                (Self::Ed25519(key), canonical)
            }
            Algorithm::EcdsaP256Sha256 => {
                let key = p256::ecdsa::VerifyingKey::from_public_key_der(der).map_err(|_| wrong.clone())?;
                let canonical = key.to_public_key_der().map_err(|_| wrong.clone())?;
                (Self::EcdsaP256Sha256(key), canonical)
            }
        };
        if canonical.as_bytes() == der { Ok(key) } else { Err(wrong) }
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok()),
            Self::EcdsaP256Sha256(key) => p256::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
        }
    }
}
