//! Private keys: made, read and written as PKCS#8 (RFC 5958; Ed25519 after RFC 8410), version 1, which OpenSSL 3.0, Node
//! and Python read. Keys of version 2, with the public key beside, are read as well.

use ed25519_dalek::pkcs8::KeypairBytes;
use flagc_runtime::bundle::Signature;
use flagc_runtime::trust::{Algorithm, KeyError as PublicKeyError, TrustedKey, key_id};
use p256::ecdsa::signature::Signer as _;
use p256::elliptic_curve::zeroize::Zeroizing;
use p256::pkcs8::{
    AssociatedOid as _, DecodePrivateKey as _, EncodePrivateKey as _, EncodePublicKey as _, LineEnding,
    PrivateKeyInfoRef,
};

use super::pem;

/// A private key. It is wiped from memory when it is dropped, and shows nothing of itself.
pub enum PrivateKey {
    /// For Ed25519.
    Ed25519(ed25519_dalek::SigningKey),
    /// For ECDSA over P-256.
    EcdsaP256Sha256(p256::ecdsa::SigningKey),
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PrivateKey({})", self.algorithm())
    }
}

/// Why bytes are not a key that can be used. Nothing of a key ever stands in a message.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum KeyFormError {
    /// No PEM at all.
    #[error("it holds no PEM (`-----BEGIN {expected}-----`)")]
    NoPem {
        /// The label that is wanted.
        expected: &'static str,
    },
    /// PEM of something else.
    #[error("it holds `{label}` where `{expected}` is wanted")]
    Label {
        /// What stands there.
        label: String,
        /// What is wanted.
        expected: &'static str,
    },
    /// The content is cut off or changed.
    #[error("the key in it is damaged")]
    Damaged,
    /// An algorithm that bundles are not signed with.
    #[error("it is a key of another algorithm (object identifier {oid}) than ed25519 and ecdsa-p256-sha256")]
    Algorithm {
        /// The algorithm's object identifier.
        oid: String,
    },
    /// A public key that no trust file accepts.
    #[error("the key in it cannot be used: {0}")]
    Public(#[from] PublicKeyError),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes: {0}")]
    Random(String),
}

impl KeyFormError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        let advice = match self {
            Self::Label { label, expected: PRIVATE } => match label.as_str() {
                "EC PRIVATE KEY" => "convert it: `openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW`",
                "ENCRYPTED PRIVATE KEY" => {
                    "a key with a passphrase is not read: decrypt it where it is used, or sign through `cmd:PROGRAM`"
                }
                "PUBLIC KEY" => "the private key is the other file, which `flagc keygen` wrote beside it",
                _ => "`flagc keygen` makes a key",
            },
            Self::Label { label, .. } if label.ends_with(PRIVATE) => {
                "never hand on a private key: name the `.pub.pem` beside it"
            }
            Self::NoPem { .. } | Self::Label { .. } | Self::Algorithm { .. } => "`flagc keygen` makes a key",
            Self::Damaged | Self::Public(_) | Self::Random(_) => return None,
        };
        Some(advice.to_owned())
    }
}

const PRIVATE: &str = "PRIVATE KEY";
const PUBLIC: &str = "PUBLIC KEY";

impl PrivateKey {
    /// Makes a key from the system's randomness.
    pub fn generate(algorithm: Algorithm) -> Result<Self, KeyFormError> {
        loop {
            let mut secret = Zeroizing::new([0_u8; 32]);
            getrandom::fill(secret.as_mut()).map_err(|error| KeyFormError::Random(error.to_string()))?;
            match algorithm {
                Algorithm::Ed25519 => {
                    return Ok(Self::Ed25519(ed25519_dalek::SigningKey::from_bytes(&secret)));
                }
                // One number in 2^32 is none of the curve's: then the next.
                Algorithm::EcdsaP256Sha256 => {
                    if let Ok(key) = p256::ecdsa::SigningKey::from_slice(secret.as_slice()) {
                        return Ok(Self::EcdsaP256Sha256(key));
                    }
                }
            }
        }
    }

    /// Reads PEM of PKCS#8; line ends may be LF, CR LF or a literal `\n`, and the whole may be in base64 once more.
    pub fn from_pem(text: &str) -> Result<Self, KeyFormError> {
        let block = pem::first_block(text).ok_or(KeyFormError::NoPem { expected: PRIVATE })?;
        if block.label != PRIVATE {
            return Err(KeyFormError::Label { label: block.label, expected: PRIVATE });
        }
        let der = block.der.ok_or(KeyFormError::Damaged)?;
        let algorithm =
            PrivateKeyInfoRef::try_from(der.as_slice()).map_err(|_| KeyFormError::Damaged)?.algorithm;
        if algorithm.oid == ed25519_dalek::pkcs8::ALGORITHM_OID {
            let key = ed25519_dalek::SigningKey::from_pkcs8_der(&der).map_err(|_| KeyFormError::Damaged)?;
            return Ok(Self::Ed25519(key));
        }
        // Keys on elliptic curves say which curve in a parameter; others have none that is an identifier.
        let oid = algorithm.parameters_oid().unwrap_or(algorithm.oid);
        if oid != p256::NistP256::OID {
            return Err(KeyFormError::Algorithm { oid: oid.to_string() });
        }
        let key = p256::ecdsa::SigningKey::from_pkcs8_der(&der).map_err(|_| KeyFormError::Damaged)?;
        Ok(Self::EcdsaP256Sha256(key))
    }

    /// The key as PEM of PKCS#8, version 1.
    pub fn to_pem(&self) -> Result<Zeroizing<String>, KeyFormError> {
        let pem = match self {
            Self::Ed25519(key) => {
                KeypairBytes { secret_key: key.to_bytes(), public_key: None }.to_pkcs8_pem(LineEnding::LF)
            }
            Self::EcdsaP256Sha256(key) => key.to_pkcs8_pem(LineEnding::LF),
        };
        pem.map_err(|_| KeyFormError::Damaged)
    }

    /// The algorithm.
    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::Ed25519(_) => Algorithm::Ed25519,
            Self::EcdsaP256Sha256(_) => Algorithm::EcdsaP256Sha256,
        }
    }

    /// The public half, with its id.
    pub fn public(&self) -> Result<(String, TrustedKey), KeyFormError> {
        let spki = match self {
            Self::Ed25519(key) => key.verifying_key().to_public_key_der(),
            Self::EcdsaP256Sha256(key) => key.verifying_key().to_public_key_der(),
        };
        let spki = spki.map_err(|_| KeyFormError::Damaged)?;
        let key = TrustedKey::from_spki_der(self.algorithm(), spki.as_bytes())?;
        Ok((key_id(spki.as_bytes()), key))
    }

    /// Signs a message. The same message gets the same signature: RFC 8032 and RFC 6979 need no randomness.
    pub fn sign(&self, message: &[u8]) -> Result<Signature, KeyFormError> {
        let (key_id, _) = self.public()?;
        let sig = match self {
            Self::Ed25519(key) => key.sign(message).to_bytes().to_vec(),
            Self::EcdsaP256Sha256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.to_der().as_bytes().to_vec()
            }
        };
        Ok(Signature { key_id, sig })
    }
}

/// Reads a public key from PEM, and finds its algorithm and id.
pub fn public_key_from_pem(text: &str) -> Result<(String, TrustedKey), KeyFormError> {
    let block = pem::first_block(text).ok_or(KeyFormError::NoPem { expected: PUBLIC })?;
    if block.label != PUBLIC {
        return Err(KeyFormError::Label { label: block.label, expected: PUBLIC });
    }
    let der = block.der.ok_or(KeyFormError::Damaged)?;
    let key = match TrustedKey::from_spki_der(Algorithm::Ed25519, &der) {
        Err(PublicKeyError::Algorithm(_)) => TrustedKey::from_spki_der(Algorithm::EcdsaP256Sha256, &der)?,
        read => read?,
    };
    Ok((key_id(&der), key))
}
