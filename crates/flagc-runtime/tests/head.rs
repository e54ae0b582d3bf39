//! Heads: rollback, freeze, fast-forward, and another bundle under a good head.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

use flagc_runtime::At;
use flagc_runtime::bundle::{BUNDLE_TYPE, HEAD_TYPE, Head, HeadBundle};
use flagc_runtime::trust::{Age, TrustFile};
use flagc_runtime::verify::{Floor, VerifiedHead, VerifyError, VerifyOptions, verify_head};
use serde_json::json;
use support::{Key, bundle, envelope, payload, payload_with, verify_production};

const ISSUED: i64 = 1_790_000_000;
const NOW: At = At::unix(ISSUED + 60);

fn keys() -> (Key, Key) {
    (Key::ed25519(1), Key::ed25519(2))
}

/// Trusts one key for bundles and another for heads.
fn trust() -> TrustFile {
    let (bundles, heads) = keys();
    let mut file = support::trust(&[&bundles, &heads], 1);
    let environment = file.environments.get_mut("production").unwrap();
    environment.bundle = support::role(&[&bundles], 1);
    environment.head = Some(support::role(&[&heads], 1));
    environment.max_head_age = Age::parse("7d");
    file
}

fn head() -> Head {
    let bytes = bundle(&payload(), &[&keys().0]);
    let verified = verify_production(&bytes, &trust()).unwrap();
    let named = HeadBundle {
        serial: 412,
        sha256: verified.envelope_sha256().to_owned(),
        size: verified.envelope_size(),
    };
    Head {
        bundle: named,
        environment: "production".to_owned(),
        epoch: 3,
        expires_at: ISSUED + 86_400 * 14,
        issued_at: ISSUED,
        project: "acme-shop".to_owned(),
        version: 10,
    }
}

fn check_at(
    head: &Head,
    trust: &TrustFile,
    now: At,
    floor: Option<&Floor>,
) -> Result<VerifiedHead, VerifyError> {
    let bytes = envelope(HEAD_TYPE, &head.to_payload(), &[&keys().1]).to_bytes();
    verify_head(&bytes, trust, &VerifyOptions::new("production"), now, floor)
}

fn check(head: &Head, floor: Option<&Floor>) -> Result<VerifiedHead, VerifyError> {
    check_at(head, &trust(), NOW, floor)
}

fn edited(edit: impl FnOnce(&mut Head)) -> Head {
    let mut head = head();
    edit(&mut head);
    head
}

#[test]
fn good_head_leads_to_its_bundle() {
    let verified = check(&head(), None).unwrap();
    assert_eq!(verified.head(), &head());
    let bytes = bundle(&payload(), &[&keys().0]);
    let options = VerifyOptions::new("production");
    assert_eq!(verified.verify_bundle(&bytes, &trust(), &options).unwrap().provenance().serial, 412);
}

#[test]
fn another_bundle_under_a_good_head_is_refused() {
    let verified = check(&head(), None).unwrap();
    let options = VerifyOptions::new("production");
    for other in
        [payload_with("serial", &json!(411)), payload_with("tool", &json!({"name": "x", "version": "0"}))]
    {
        let bytes = bundle(&other, &[&keys().0]);
        let refusal = verified.verify_bundle(&bytes, &trust(), &options).unwrap_err();
        assert_eq!(refusal, VerifyError::NotTheHeadsBundle(head().bundle.sha256));
    }
    let lying = check(&edited(|head| head.bundle.serial = 500), None).unwrap();
    let bytes = bundle(&payload(), &[&keys().0]);
    assert!(matches!(
        lying.verify_bundle(&bytes, &trust(), &options),
        Err(VerifyError::NotTheHeadsBundle(_))
    ));
}

#[test]
fn rollback_is_refused_and_a_repeated_head_is_not() {
    let floor = check(&head(), None).unwrap().floor();
    assert!(check(&head(), Some(&floor)).is_ok());
    assert!(check(&edited(|head| head.version = 11), Some(&floor)).is_ok());
    let refusal = check(&edited(|head| head.version = 9), Some(&floor)).unwrap_err();
    assert_eq!(refusal, VerifyError::HeadOlder { found: 9, accepted: 10 });
}

#[test]
fn same_version_with_another_bundle_is_an_alarm() {
    let floor = check(&head(), None).unwrap().floor();
    let other = edited(|head| head.bundle.sha256 = "0".repeat(64));
    assert_eq!(check(&other, Some(&floor)).unwrap_err(), VerifyError::HeadConflict(10));
}

#[test]
fn fast_forward_ends_with_the_epoch() {
    let floor = check(&edited(|head| head.version = u64::MAX), None).unwrap().floor();
    assert!(check(&head(), Some(&floor)).is_err());
    let mut raised = trust();
    raised.epoch = 4;
    assert_eq!(
        check_at(&head(), &raised, NOW, Some(&floor)).unwrap_err(),
        VerifyError::Epoch { found: 3, expected: 4 }
    );
    assert!(check_at(&edited(|head| head.epoch = 4), &raised, NOW, Some(&floor)).is_ok());
}

#[test]
fn freeze_ends_with_expiry_and_with_age() {
    let at = |seconds: i64| check_at(&head(), &trust(), At::unix(ISSUED + seconds), None);
    assert!(at(7 * 86_400).is_ok());
    assert_eq!(at(7 * 86_400 + 1).unwrap_err(), VerifyError::HeadTooOld { age: 604_801, limit: 604_800 });
    assert!(matches!(at(14 * 86_400).unwrap_err(), VerifyError::HeadExpired { .. }));
    assert!(at(-300).is_ok());
    assert!(matches!(at(-301).unwrap_err(), VerifyError::HeadFromTheFuture { .. }));
}

#[test]
fn bundle_key_cannot_sign_heads_nor_a_bundle_stand_for_one() {
    let options = VerifyOptions::new("production");
    let signed = |payload_type: &str, key: &Key| {
        let bytes = envelope(payload_type, &head().to_payload(), &[key]).to_bytes();
        verify_head(&bytes, &trust(), &options, NOW, None).unwrap_err()
    };
    assert!(matches!(signed(HEAD_TYPE, &keys().0), VerifyError::Threshold { valid: 0, .. }));
    assert!(matches!(signed(BUNDLE_TYPE, &keys().1), VerifyError::PayloadType { expected: HEAD_TYPE, .. }));
}

#[test]
fn head_of_another_project_or_environment_is_refused() {
    let refusal = check(&edited(|head| head.project = "other".to_owned()), None).unwrap_err();
    assert!(matches!(refusal, VerifyError::Project { .. }));
    let refusal = check(&edited(|head| head.environment = "staging".to_owned()), None).unwrap_err();
    assert!(matches!(refusal, VerifyError::Environment { .. }));
}

#[test]
fn environment_without_head_keys_takes_no_heads() {
    let mut file = trust();
    file.environments.get_mut("production").unwrap().head = None;
    let refusal = check_at(&head(), &file, NOW, None).unwrap_err();
    assert_eq!(refusal, VerifyError::NoHeadRole("production".to_owned()));
}
