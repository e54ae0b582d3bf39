//! The attacks on a bundle, one test each: what must be refused, and as what.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

use flagc_runtime::bundle::{BUNDLE_TYPE, Envelope, EnvelopeError, HEAD_TYPE, PayloadError, Signature};
use flagc_runtime::verify::{VerifyError, VerifyOptions, verify};
use flagc_runtime::{At, Context, JsonError};
use serde_json::json;
use support::{Key, bundle, envelope, payload, payload_with, trust, verify_production};

#[test]
fn good_bundle_is_accepted_and_evaluates() {
    for key in [Key::ed25519(1), Key::p256(1)] {
        let bytes = bundle(&payload(), &[&key]);
        let verified = verify_production(&bytes, &trust(&[&key], 1)).unwrap();
        assert_eq!(verified.payload(), payload().to_string().as_bytes());
        assert_eq!(verified.provenance().serial, 412);
        assert_eq!(verified.signed_by(), [key.id()]);
        assert_eq!(verified.envelope_size(), bytes.len() as u64);
        let evaluator = verified.evaluator();
        assert_eq!(evaluator.boolean("dark", &Context::new(), At::unix(0)).value, Some(true));
    }
}

#[test]
fn no_flipped_byte_is_accepted() {
    let key = Key::ed25519(1);
    let trust = trust(&[&key], 1);
    let bytes = bundle(&payload(), &[&key]);
    for index in 0..bytes.len() {
        for flip in [1, 0x20, 0x80] {
            let mut bytes = bytes.clone();
            bytes[index] ^= flip;
            assert!(verify_production(&bytes, &trust).is_err(), "byte {index} xor {flip}");
        }
    }
}

#[test]
fn no_byte_is_added_or_left_out() {
    let key = Key::ed25519(1);
    let trust = trust(&[&key], 1);
    let bytes = bundle(&payload(), &[&key]);
    for index in 0..bytes.len() {
        let mut shorter = bytes.clone();
        shorter.remove(index);
        assert!(verify_production(&shorter, &trust).is_err(), "without byte {index}");
        assert!(verify_production(&bytes[..index], &trust).is_err(), "up to byte {index}");
    }
    for end in ["\n", " ", "\0", "{}"] {
        assert!(verify_production(&[&bytes, end.as_bytes()].concat(), &trust).is_err(), "{end:?}");
    }
}

#[test]
fn envelope_in_another_form_is_not_canonical() {
    let key = Key::ed25519(1);
    let trust = trust(&[&key], 1);
    let text = String::from_utf8(bundle(&payload(), &[&key])).unwrap();
    let signature = text.find(",\"signatures\"").unwrap();
    let forms = [
        text.replace("\":", "\": "),
        format!("{text}\n"),
        text.replace("application/vnd", "application\\/vnd"),
        format!("{{{},{}", &text[signature + 1..text.len() - 1], &text[1..signature]) + "}",
    ];
    for form in forms {
        let refusal = verify_production(form.as_bytes(), &trust).unwrap_err();
        assert_eq!(refusal, VerifyError::Envelope(EnvelopeError::NotCanonical), "{form}");
    }
}

#[test]
fn envelope_with_duplicate_or_unknown_keys_is_refused() {
    let key = Key::ed25519(1);
    let text = String::from_utf8(bundle(&payload(), &[&key])).unwrap();
    for more in ["\"payload\":\"e30=\"", "\"alg\":\"none\""] {
        let text = text.replacen('{', &format!("{{{more},"), 1);
        let refusal = verify_production(text.as_bytes(), &trust(&[&key], 1)).unwrap_err();
        assert!(
            matches!(refusal, VerifyError::Envelope(EnvelopeError::Json(JsonError::Malformed(_)))),
            "{refusal}"
        );
    }
}

#[test]
fn base64_in_another_form_is_refused() {
    let key = Key::ed25519(1);
    let trust = trust(&[&key], 1);
    // 64 bytes of signature end in two padding characters: the last digit has unused bits.
    let text = String::from_utf8(bundle(&payload(), &[&key])).unwrap();
    let end = text.find("==\"}]").unwrap();
    let digit = text.as_bytes()[end - 1];
    let forms = [
        format!("{}{}{}", &text[..end - 1], char::from(digit + 1), &text[end..]),
        text.replace("==\"}]", "\"}]"),
        text.replace("sig\":\"", "sig\":\"-"),
    ];
    for form in forms {
        let refusal = verify_production(form.as_bytes(), &trust).unwrap_err();
        assert_eq!(refusal, VerifyError::Envelope(EnvelopeError::Base64("sig")), "{form}");
    }
}

#[test]
fn head_and_bundle_cannot_stand_for_each_other() {
    let key = Key::ed25519(1);
    let bytes = payload().to_string().into_bytes();
    for other in [HEAD_TYPE, "application/json", "", "application/vnd.flagc.bundle.v1+json "] {
        let refusal =
            verify_production(&envelope(other, &bytes, &[&key]).to_bytes(), &trust(&[&key], 1)).unwrap_err();
        assert_eq!(refusal, VerifyError::PayloadType { found: other.to_owned(), expected: BUNDLE_TYPE });
    }
    // A type that is changed after signing is refused by the signature, since that covers the type.
    let mut swapped = envelope(HEAD_TYPE, &bytes, &[&key]);
    BUNDLE_TYPE.clone_into(&mut swapped.payload_type);
    let refusal = verify_production(&swapped.to_bytes(), &trust(&[&key], 1)).unwrap_err();
    assert!(matches!(refusal, VerifyError::Threshold { valid: 0, .. }), "{refusal}");
}

#[test]
fn bundle_of_one_environment_is_refused_in_every_other() {
    let names = ["development", "staging", "production"];
    let keys = [Key::ed25519(1), Key::ed25519(2), Key::ed25519(3)];
    // Each environment has its own key; then all share one.
    for shared in [false, true] {
        let key_of = |index: usize| if shared { &keys[0] } else { &keys[index] };
        let mut file = trust(&[&keys[0], &keys[1], &keys[2]], 1);
        file.environments = (0..3)
            .map(|index| (names[index].to_owned(), support::environment(support::role(&[key_of(index)], 1))))
            .collect();
        for (from, name) in names.iter().enumerate() {
            let bytes = bundle(&payload_with("environment", &json!(name)), &[key_of(from)]);
            for (to, wanted) in names.iter().enumerate() {
                let result = verify(&bytes, &file, &VerifyOptions::new(*wanted));
                match result {
                    Ok(_) => assert_eq!(from, to),
                    Err(VerifyError::Environment { .. }) => assert!(shared && from != to),
                    Err(VerifyError::Threshold { valid: 0, .. }) => assert!(!shared && from != to),
                    Err(other) => panic!("{other}"),
                }
            }
        }
    }
}

#[test]
fn environment_without_trust_is_refused() {
    let key = Key::ed25519(1);
    let options = VerifyOptions::new("canary");
    let refusal = verify(&bundle(&payload(), &[&key]), &trust(&[&key], 1), &options).unwrap_err();
    assert_eq!(refusal.to_string(), "the trust file trusts no key for environment `canary`");
}

#[test]
fn another_project_is_refused() {
    let key = Key::ed25519(1);
    let bytes = bundle(&payload_with("project", &json!("other")), &[&key]);
    let refusal = verify_production(&bytes, &trust(&[&key], 1)).unwrap_err();
    assert_eq!(refusal.to_string(), "signed for project `other`, not `acme-shop`");

    let options = VerifyOptions { project: Some("wanted".to_owned()), ..VerifyOptions::new("production") };
    let refusal = verify(&bundle(&payload(), &[&key]), &trust(&[&key], 1), &options).unwrap_err();
    assert_eq!(refusal.to_string(), "signed for project `acme-shop`, not `wanted`");
}

#[test]
fn unsigned_is_refused() {
    let key = Key::ed25519(1);
    let refusal = verify_production(&bundle(&payload(), &[]), &trust(&[&key], 1)).unwrap_err();
    assert_eq!(refusal, VerifyError::Unsigned);
    let refusal = verify_production(payload().to_string().as_bytes(), &trust(&[&key], 1)).unwrap_err();
    assert!(matches!(refusal, VerifyError::Envelope(EnvelopeError::Json(_))), "{refusal}");
}

#[test]
fn threshold_needs_distinct_keys() {
    let (a, b, c) = (Key::ed25519(1), Key::p256(2), Key::ed25519(3));
    let file = trust(&[&a, &b, &c], 2);
    assert_eq!(
        verify_production(&bundle(&payload(), &[&a, &b]), &file).unwrap().signed_by(),
        [a.id(), b.id()]
    );
    assert!(verify_production(&bundle(&payload(), &[&a, &b, &c]), &file).is_ok());
    for keys in [&[&a][..], &[&a, &a], &[&b, &b, &b]] {
        let refusal = verify_production(&bundle(&payload(), keys), &file).unwrap_err();
        assert!(matches!(refusal, VerifyError::Threshold { valid: 1, threshold: 2, .. }), "{refusal}");
    }
}

#[test]
fn key_under_a_second_id_counts_once() {
    let key = Key::ed25519(1);
    let mut file = trust(&[&key], 1);
    // Such a file is refused when it is read; a caller may have built it.
    let second = "0".repeat(64);
    file.keys.insert(second.clone(), key.trusted());
    let role = &mut file.environments.get_mut("production").unwrap().bundle;
    role.keys.push(second.clone());
    role.threshold = 2;
    let mut signed = envelope(BUNDLE_TYPE, payload().to_string().as_bytes(), &[&key, &key]);
    signed.signatures[1].key_id = second;
    let refusal = verify_production(&signed.to_bytes(), &file).unwrap_err();
    assert!(matches!(refusal, VerifyError::Threshold { valid: 1, threshold: 2, .. }), "{refusal}");
}

#[test]
fn threshold_of_zero_accepts_nothing_without_a_valid_signature() {
    let (key, stranger) = (Key::ed25519(1), Key::ed25519(2));
    let mut file = trust(&[&key], 1);
    file.environments.get_mut("production").unwrap().bundle.threshold = 0;
    let refusal = verify_production(&bundle(&payload(), &[&stranger]), &file).unwrap_err();
    assert!(matches!(refusal, VerifyError::Threshold { valid: 0, threshold: 1, .. }), "{refusal}");
}

#[test]
fn unknown_signatures_are_passed_over_and_only_sixteen_are_looked_at() {
    let (key, stranger) = (Key::ed25519(1), Key::ed25519(9));
    let good = envelope(BUNDLE_TYPE, payload().to_string().as_bytes(), &[&key]);
    let noise = stranger.sign(BUNDLE_TYPE, &good.payload);
    let with_noise = |count: usize| {
        let mut envelope = good.clone();
        envelope.signatures.splice(0..0, std::iter::repeat_n(noise.clone(), count));
        verify_production(&envelope.to_bytes(), &trust(&[&key], 1))
    };
    assert!(with_noise(15).is_ok());
    assert!(matches!(with_noise(16).unwrap_err(), VerifyError::Threshold { valid: 0, .. }));
}

#[test]
fn key_of_the_file_that_the_role_does_not_name_does_not_count() {
    let (key, other) = (Key::ed25519(1), Key::ed25519(2));
    let mut file = trust(&[&key, &other], 1);
    file.environments.get_mut("production").unwrap().bundle.keys.retain(|id| *id == key.id());
    let refusal = verify_production(&bundle(&payload(), &[&other]), &file).unwrap_err();
    assert!(matches!(refusal, VerifyError::Threshold { valid: 0, .. }), "{refusal}");
}

#[test]
fn signature_of_another_algorithm_or_length_does_not_count() {
    let (ed, p256) = (Key::ed25519(1), Key::p256(1));
    let file = trust(&[&ed, &p256], 1);
    let good = envelope(BUNDLE_TYPE, payload().to_string().as_bytes(), &[&ed, &p256]);
    let swapped = [
        Signature { key_id: ed.id(), sig: good.signatures[1].sig.clone() },
        Signature { key_id: p256.id(), sig: good.signatures[0].sig.clone() },
        Signature { key_id: ed.id(), sig: Vec::new() },
        Signature { key_id: ed.id(), sig: [good.signatures[0].sig.clone(), vec![0]].concat() },
        Signature { key_id: p256.id(), sig: [good.signatures[1].sig.clone(), vec![0]].concat() },
        Signature { key_id: p256.id(), sig: vec![0; 64] },
    ];
    for signature in swapped {
        let forged = Envelope { signatures: vec![signature], ..good.clone() };
        let refusal = verify_production(&forged.to_bytes(), &file).unwrap_err();
        assert!(matches!(refusal, VerifyError::Threshold { valid: 0, .. }), "{refusal}");
    }
}

#[test]
fn uncommitted_changes_need_permission() {
    let key = Key::ed25519(1);
    let mut source = payload()["flagc"]["source"].clone();
    source["dirty"] = json!(true);
    let bytes = bundle(&payload_with("source", &source), &[&key]);
    let mut file = trust(&[&key], 1);
    assert_eq!(verify_production(&bytes, &file).unwrap_err(), VerifyError::Dirty("production".to_owned()));
    file.environments.get_mut("production").unwrap().allow_dirty = true;
    assert!(verify_production(&bytes, &file).is_ok());
}

#[test]
fn development_bundle_is_refused_by_every_other_trust_file() {
    let key = Key::ed25519(1);
    let bytes = bundle(&payload_with("dev", &json!(true)), &[&key]);
    let mut file = trust(&[&key], 1);
    assert_eq!(verify_production(&bytes, &file).unwrap_err(), VerifyError::Dev);
    file.dev = true;
    assert!(verify_production(&bytes, &file).unwrap().provenance().dev);
}

#[test]
fn revoked_bundle_is_refused_by_envelope_and_by_payload() {
    let (a, b) = (Key::ed25519(1), Key::ed25519(2));
    let bytes = bundle(&payload(), &[&a, &b]);
    let file = trust(&[&a, &b], 1);
    let verified = verify_production(&bytes, &file).unwrap();
    let revoking = |digest: &str| {
        let mut file = file.clone();
        file.environments.get_mut("production").unwrap().revoked_bundles = vec![digest.to_owned()];
        file
    };
    let refusal = verify_production(&bytes, &revoking(verified.envelope_sha256())).unwrap_err();
    assert_eq!(refusal, VerifyError::Revoked(verified.envelope_sha256().to_owned()));
    // Taking a signature off gives another envelope; the payload is the same.
    let stripped = bundle(&payload(), &[&a]);
    assert!(verify_production(&stripped, &revoking(verified.envelope_sha256())).is_ok());
    let by_payload = revoking(verified.payload_sha256().as_str());
    assert!(matches!(verify_production(&stripped, &by_payload).unwrap_err(), VerifyError::Revoked(_)));
}

#[test]
fn older_serial_is_refused() {
    let key = Key::ed25519(1);
    let bytes = bundle(&payload(), &[&key]);
    let mut file = trust(&[&key], 1);
    let with_floor = |least: u64| VerifyOptions { min_serial: least, ..VerifyOptions::new("production") };
    assert!(verify(&bytes, &file, &with_floor(412)).is_ok());
    assert_eq!(
        verify(&bytes, &file, &with_floor(413)).unwrap_err(),
        VerifyError::MinSerial { found: 412, least: 413 }
    );
    file.environments.get_mut("production").unwrap().min_serial = 500;
    assert_eq!(
        verify(&bytes, &file, &with_floor(1)).unwrap_err(),
        VerifyError::MinSerial { found: 412, least: 500 }
    );
}

#[test]
fn schema_and_bucketing_of_the_future_are_refused() {
    let key = Key::ed25519(1);
    let refused = |name: &str, value: serde_json::Value| {
        verify_production(&bundle(&payload_with(name, &value), &[&key]), &trust(&[&key], 1)).unwrap_err()
    };
    for value in [json!(2), json!(0), json!("1"), json!(null), json!(1.5)] {
        assert_eq!(refused("schema", value.clone()), VerifyError::Payload(PayloadError::Schema(value)));
    }
    for value in [json!(1), json!(4), json!("2"), json!(null)] {
        assert_eq!(refused("bucketing", value.clone()), VerifyError::Payload(PayloadError::Bucketing(value)));
    }
}

#[test]
fn signed_payload_is_still_examined() {
    let key = Key::ed25519(1);
    let refused = |payload: &[u8]| {
        verify_production(&envelope(BUNDLE_TYPE, payload, &[&key]).to_bytes(), &trust(&[&key], 1))
            .unwrap_err()
    };
    let text = payload().to_string();
    let twice = text.replacen("\"serial\":", "\"serial\":1,\"serial\":", 1);
    assert!(refused(twice.as_bytes()).to_string().contains("the key `serial` stands twice"));
    let deep = text.replacen("true", &format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000)), 1);
    assert!(matches!(
        refused(deep.as_bytes()),
        VerifyError::Payload(PayloadError::Json(JsonError::TooDeep { .. }))
    ));
    assert_eq!(refused(b"{\"flags\":{}}"), VerifyError::Payload(PayloadError::Missing));
    assert!(matches!(refused(b""), VerifyError::Payload(PayloadError::Json(_))));
    assert!(matches!(refused(b"\xff"), VerifyError::Payload(PayloadError::Json(_))));
    let no_flags = text.replacen("\"flags\"", "\"flag\"", 1);
    assert!(matches!(refused(no_flags.as_bytes()), VerifyError::Document(_)));
    let no_serial = text.replacen("\"serial\"", "\"cereal\"", 1);
    assert!(matches!(refused(no_serial.as_bytes()), VerifyError::Payload(PayloadError::Malformed(_))));
}

#[test]
fn oversize_and_deep_envelopes_are_refused_before_parsing() {
    let file = trust(&[&Key::ed25519(1)], 1);
    let refusal = verify_production(&vec![b'['; 32 << 20], &file).unwrap_err();
    assert!(matches!(refusal, VerifyError::Envelope(EnvelopeError::Json(JsonError::TooLarge { .. }))));
    let refusal = verify_production(&vec![b'['; 100_000], &file).unwrap_err();
    assert!(matches!(refusal, VerifyError::Envelope(EnvelopeError::Json(JsonError::TooDeep { .. }))));
}

#[test]
fn content_is_judged_only_after_the_signature() {
    let (key, stranger) = (Key::ed25519(1), Key::ed25519(2));
    let mut source = payload()["flagc"]["source"].clone();
    source["dirty"] = json!(true);
    let bad = payload_with("source", &source);
    let refusal = verify_production(&bundle(&bad, &[&stranger]), &trust(&[&key], 1)).unwrap_err();
    assert!(matches!(refusal, VerifyError::Threshold { .. }), "{refusal}");
}
