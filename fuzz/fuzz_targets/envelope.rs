//! Any bytes as an envelope and as a trust file: read and verified. Nothing but the one bundle that was signed is accepted.

#![no_main]

use std::sync::LazyLock;

use flagc::sign::{self, PrivateKey, PublicKeys, Signer};
use flagc_runtime::bundle::{BUNDLE_TYPE, Envelope, Head, Provenance};
use flagc_runtime::trust::{Algorithm, TrustFile};
use flagc_runtime::verify::{VerifyOptions, verify};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

const PAYLOAD: &str = concat!(
    r#"{"flagc":{"bucketing":2,"environment":"e","project":"p","releases":{},"revs":{},"schema":1,"serial":1,"#,
    r#""source":{"dirty":false,"inputs":"sha256:0"},"tool":{"name":"flagc","version":"0"}},"flags":{},"metadata":{}}"#
);

/// A bundle, and the trust file that accepts it; the key is made for this run and kept nowhere.
static SIGNED: LazyLock<(Vec<u8>, TrustFile)> = LazyLock::new(|| {
    let key = PrivateKey::generate(Algorithm::Ed25519).expect("a key");
    let (id, public) = key.public().expect("its public key");
    let trust = json!({
        "schema": 1, "project": "p", "epoch": 1,
        "keys": { id.clone(): { "alg": "ed25519", "public_key": public.public_key } },
        "environments": { "e": { "bundle": { "keys": [id], "threshold": 1 } } },
    });
    let trust = TrustFile::from_bytes(trust.to_string().as_bytes()).expect("a trust file");
    let signer = [Signer::Key(Box::new(key))];
    let envelope = sign::sign(BUNDLE_TYPE, PAYLOAD.into(), &signer, &PublicKeys::new()).expect("a signature");
    let bytes = envelope.to_bytes();
    verify(&bytes, &trust, &VerifyOptions::new("e")).expect("it verifies");
    (bytes, trust)
});

fuzz_target!(|bytes: &[u8]| {
    let (signed, trust) = &*SIGNED;
    let _ = TrustFile::from_bytes(bytes);
    let _ = (Provenance::from_payload(bytes), Head::from_payload(bytes));
    if let Ok(envelope) = Envelope::from_bytes(bytes) {
        assert_eq!(envelope.to_bytes(), bytes, "an envelope has one form");
    }
    let refused = verify(bytes, trust, &VerifyOptions::new("e")).is_err();
    assert!(refused || bytes == signed);
    // The input as an edit of the good bundle: its first two bytes say where, the rest what.
    let [high, low, edit @ ..] = bytes else { return };
    let mut edited = signed.clone();
    let at = usize::from(u16::from_be_bytes([*high, *low])) % edited.len();
    edited.splice(at..(at + edit.len()).min(edited.len()), edit.iter().copied());
    let accepted = verify(&edited, trust, &VerifyOptions::new("e")).is_ok();
    assert_eq!(accepted, edited == *signed);
});
