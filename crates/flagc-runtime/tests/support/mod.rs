//! Keys, trust files and bundles for tests: everything from fixed seeds.

#![allow(dead_code, clippy::unwrap_used, reason = "each test file uses some of it")]

use std::collections::BTreeMap;

use ed25519_dalek::Signer;
use ed25519_dalek::pkcs8::EncodePublicKey;
use flagc_runtime::bundle::{BUNDLE_TYPE, Envelope, Message, Signature, pae};
use flagc_runtime::trust::{Algorithm, EnvironmentTrust, Role, TrustFile, TrustedKey, key_id};
use flagc_runtime::verify::{Verified, VerifyError, VerifyOptions, steps, verify};
use serde_json::{Value, json};

/// A key pair.
pub(crate) enum Key {
    Ed25519(ed25519_dalek::SigningKey),
    P256(p256::ecdsa::SigningKey),
}

impl Key {
    pub(crate) fn ed25519(seed: u8) -> Self {
        Self::Ed25519(ed25519_dalek::SigningKey::from_bytes(&[seed; 32]))
    }

    pub(crate) fn p256(seed: u8) -> Self {
        Self::P256(p256::ecdsa::SigningKey::from_slice(&[seed; 32]).unwrap())
    }

    pub(crate) fn spki(&self) -> Vec<u8> {
        match self {
            Self::Ed25519(key) => key.verifying_key().to_public_key_der().unwrap().into_vec(),
            Self::P256(key) => key.verifying_key().to_public_key_der().unwrap().into_vec(),
        }
    }

    pub(crate) fn id(&self) -> String {
        key_id(&self.spki())
    }

    pub(crate) fn trusted(&self) -> TrustedKey {
        let alg = match self {
            Self::Ed25519(_) => Algorithm::Ed25519,
            Self::P256(_) => Algorithm::EcdsaP256Sha256,
        };
        TrustedKey::from_spki_der(alg, &self.spki()).unwrap()
    }

    pub(crate) fn sign(&self, payload_type: &str, payload: &[u8]) -> Signature {
        let message = pae(payload_type, payload);
        let sig = match self {
            Self::Ed25519(key) => key.sign(&message).to_vec(),
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(&message);
                signature.to_der().as_bytes().to_vec()
            }
        };
        Signature { key_id: self.id(), sig }
    }
}

/// What bundles of environment `production` say, serial 412.
pub(crate) fn payload() -> Value {
    json!({
        "flagc": {
            "bucketing": 2, "environment": "production", "project": "acme-shop", "releases": {},
            "revs": {"dark": "ea82a35ab3e7f2dd"}, "schema": 1, "serial": 412,
            "source": {"commit": "7864d60d", "commit_time": "2026-11-20T09:14:03Z", "dirty": false,
                "inputs": "sha256:2a97", "repository": "https://example.org/flags"},
            "tool": {"name": "flagc", "version": "0.1.0"}
        },
        "flags": {"dark": {"state": "ENABLED", "variants": {"off": false, "on": true}, "defaultVariant": "on"}},
        "metadata": {"environment": "production"}
    })
}

/// The payload with one key of `flagc` set.
pub(crate) fn payload_with(key: &str, value: &Value) -> Value {
    let mut payload = payload();
    payload["flagc"][key] = value.clone();
    payload
}

pub(crate) fn envelope(payload_type: &str, payload: &[u8], keys: &[&Key]) -> Envelope {
    let signatures = keys.iter().map(|key| key.sign(payload_type, payload)).collect();
    Envelope { payload: payload.to_vec(), payload_type: payload_type.to_owned(), signatures }
}

pub(crate) fn bundle(payload: &Value, keys: &[&Key]) -> Vec<u8> {
    envelope(BUNDLE_TYPE, payload.to_string().as_bytes(), keys).to_bytes()
}

pub(crate) fn role(keys: &[&Key], threshold: usize) -> Role {
    Role { keys: keys.iter().map(|key| key.id()).collect(), threshold }
}

pub(crate) fn environment(bundle: Role) -> EnvironmentTrust {
    EnvironmentTrust {
        bundle,
        head: None,
        allow_dirty: false,
        max_head_age: None,
        min_serial: 0,
        revoked_bundles: Vec::new(),
    }
}

/// Trusts `keys` for `production`.
pub(crate) fn trust(keys: &[&Key], threshold: usize) -> TrustFile {
    TrustFile {
        schema: 1,
        project: "acme-shop".to_owned(),
        epoch: 3,
        dev: false,
        keys: keys.iter().map(|key| (key.id(), key.trusted())).collect(),
        environments: BTreeMap::from([("production".to_owned(), environment(role(keys, threshold)))]),
    }
}

/// As a whole, and in steps, as who has just signed does it: both must come to the same.
pub(crate) fn verify_production(bytes: &[u8], trust: &TrustFile) -> Result<Verified, VerifyError> {
    let options = VerifyOptions::new("production");
    let verified = verify(bytes, trust, &options);
    let as_a_whole = verified.as_ref().map(|verified| verified.signed_by().to_vec());
    assert_eq!(as_a_whole.map_err(Clone::clone), in_steps(bytes, trust, &options));
    verified
}

fn in_steps(bytes: &[u8], trust: &TrustFile, options: &VerifyOptions) -> Result<Vec<String>, VerifyError> {
    let Envelope { payload, payload_type, signatures } = Envelope::from_bytes(bytes)?;
    let message = Message::new(&payload_type, payload);
    steps::envelope(bytes, &message, &signatures)?;
    let signed_by = steps::signed_by(&message, &signatures, trust, options)?;
    steps::revocation(bytes, trust, options)?;
    steps::content(message.payload(), trust, options).map(|()| signed_by)
}
