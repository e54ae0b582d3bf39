//! The steps of a verification one by one. That together they are the whole is held by `support::verify_production`.

#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use flagc_runtime::bundle::{BUNDLE_TYPE, Envelope, HEAD_TYPE, Message};
use flagc_runtime::verify::{VerifyError, VerifyOptions, steps, verify};
use serde_json::{Value, json};
use support::{Key, bundle, payload, payload_with, trust};

#[test]
fn another_payload_and_other_signatures_than_the_examined_ones_are_refused() {
    let (key, other) = (Key::ed25519(1), Key::ed25519(2));
    let bytes = bundle(&payload(), &[&key]);
    let signatures = Envelope::from_bytes(&bytes).unwrap().signatures;
    let message = |payload: Value| Message::new(BUNDLE_TYPE, payload.to_string().into_bytes());
    let (right, wrong) = (message(payload()), message(payload_with("serial", &json!(413))));
    assert_eq!(steps::envelope(&bytes, &right, &signatures), Ok(()));
    assert_eq!(steps::envelope(&bytes, &wrong, &signatures), Err(VerifyError::OtherThanExamined));
    let others = Envelope::from_bytes(&bundle(&payload(), &[&other])).unwrap().signatures;
    assert_eq!(steps::envelope(&bytes, &right, &others), Err(VerifyError::OtherThanExamined));
    assert_eq!(steps::envelope(&bytes, &right, &[]), Err(VerifyError::OtherThanExamined));
    let head = Message::new(HEAD_TYPE, payload().to_string().into_bytes());
    assert_eq!(steps::envelope(&bytes, &head, &signatures), Err(VerifyError::OtherThanExamined));
}

#[test]
fn an_envelope_that_was_changed_after_it_was_examined_is_refused() {
    let key = Key::ed25519(1);
    let bytes = bundle(&payload(), &[&key]);
    let signatures = Envelope::from_bytes(&bytes).unwrap().signatures;
    let message = Message::new(BUNDLE_TYPE, payload().to_string().into_bytes());
    let (trust, options) = (trust(&[&key], 1), VerifyOptions::new("production"));
    for index in 0..bytes.len() {
        for flip in [1, 0x20, 0x80] {
            let mut bytes = bytes.clone();
            bytes[index] ^= flip;
            let refusal = steps::envelope(&bytes, &message, &signatures).unwrap_err();
            let reader = verify(&bytes, &trust, &options).unwrap_err();
            let same = refusal == reader || refusal == VerifyError::OtherThanExamined;
            assert!(same, "byte {index} xor {flip}: {refusal}, {reader}");
        }
        assert!(steps::envelope(&bytes[..index], &message, &signatures).is_err(), "up to byte {index}");
    }
}
