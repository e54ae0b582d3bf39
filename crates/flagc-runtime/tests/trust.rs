//! Trust files: what is read, written, and refused.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

use flagc_runtime::trust::{Age, Algorithm, KeyError, TrustError, TrustFile, TrustedKey, key_id};
use serde_json::{Value, json};
use support::{Key, trust};

fn edited(edit: impl FnOnce(&mut Value)) -> Result<TrustFile, TrustError> {
    let file = trust(&[&Key::ed25519(1), &Key::p256(2)], 2);
    let mut value: Value = serde_json::from_slice(&file.to_bytes()).unwrap();
    edit(&mut value);
    TrustFile::from_bytes(value.to_string().as_bytes())
}

#[test]
fn what_is_written_is_read_again() {
    let mut file = trust(&[&Key::ed25519(1), &Key::p256(2)], 2);
    file.environments.get_mut("production").unwrap().max_head_age = Age::parse("7d");
    let bytes = file.to_bytes();
    assert_eq!(TrustFile::from_bytes(&bytes).unwrap(), file);
    assert!(bytes.ends_with(b"}\n"));
}

#[test]
fn key_id_is_that_of_openssl() {
    // Made with OpenSSL: genpkey -algorithm ed25519; pkey -pubout; pkey -pubin -outform DER | sha256sum.
    let pem = include_str!("keys/ed25519.pub.pem");
    for text in [pem.to_owned(), pem.replace('\n', "\r\n"), pem.trim().to_owned()] {
        let key = TrustedKey { alg: Algorithm::Ed25519, public_key: text };
        assert_eq!(key_id(&key.spki_der().unwrap()), include_str!("keys/ed25519.sha256").trim());
    }
}

#[test]
fn key_under_another_keys_id_is_refused() {
    let (a, b) = (Key::ed25519(1), Key::ed25519(3));
    let result = edited(|value| value["keys"][a.id()] = json!(b.trusted()));
    assert_eq!(result.unwrap_err(), TrustError::Key { key_id: a.id(), error: KeyError::Id(b.id()) });
}

#[test]
fn small_order_keys_are_refused() {
    // All points of small order, and their non-canonical spellings: libsodium's list.
    let points = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ];
    for point in points {
        for sign in [0, 0x80] {
            let mut der = vec![0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
            der.extend((0..32).map(|i| u8::from_str_radix(&point[2 * i..2 * i + 2], 16).unwrap()));
            *der.last_mut().unwrap() |= sign;
            let error = TrustedKey::from_spki_der(Algorithm::Ed25519, &der).unwrap_err();
            assert!(matches!(error, KeyError::Weak | KeyError::Algorithm(_)), "{point}: {error}");
        }
    }
}

#[test]
fn key_of_another_algorithm_is_refused() {
    let (ed, p256) = (Key::ed25519(1), Key::p256(2));
    for (key, alg) in [(&ed, Algorithm::EcdsaP256Sha256), (&p256, Algorithm::Ed25519)] {
        assert_eq!(TrustedKey::from_spki_der(alg, &key.spki()).unwrap_err(), KeyError::Algorithm(alg));
    }
    let result = edited(|value| value["keys"][ed.id()]["alg"] = json!("rsa"));
    assert!(matches!(result.unwrap_err(), TrustError::Malformed(_)));
}

#[test]
fn compressed_points_are_refused_so_that_a_key_has_one_id() {
    let Key::P256(key) = Key::p256(2) else { panic!() };
    let point = key.verifying_key().to_sec1_point(true);
    let head = [
        0x30, 0x39, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
        0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x22, 0x00,
    ];
    let der = [&head[..], point.as_bytes()].concat();
    let error = TrustedKey::from_spki_der(Algorithm::EcdsaP256Sha256, &der).unwrap_err();
    assert_eq!(error, KeyError::Algorithm(Algorithm::EcdsaP256Sha256));
}

#[test]
fn text_that_is_no_pem_is_refused() {
    let id = Key::ed25519(1).id();
    let pem = Key::ed25519(1).trusted().public_key;
    let texts =
        [String::new(), pem.replace("PUBLIC", "PRIVATE"), pem.replace("MCow", "M*ow"), format!("{pem}{pem}")];
    for text in texts {
        let result = edited(|value| value["keys"][&id]["public_key"] = json!(text));
        assert_eq!(result.unwrap_err(), TrustError::Key { key_id: id.clone(), error: KeyError::Pem });
    }
}

#[test]
fn threshold_lies_between_one_and_the_number_of_keys() {
    for threshold in [0, 3] {
        let result =
            edited(|value| value["environments"]["production"]["bundle"]["threshold"] = json!(threshold));
        let message = result.unwrap_err().to_string();
        assert_eq!(
            message,
            format!(
                "environment `production`, `bundle`: threshold {threshold} is not between 1 and the number of keys, 2"
            )
        );
    }
    for threshold in [json!(-1), json!(1.5), json!("1")] {
        let result = edited(|value| value["environments"]["production"]["bundle"]["threshold"] = threshold);
        assert!(matches!(result.unwrap_err(), TrustError::Malformed(_)));
    }
}

#[test]
fn roles_name_keys_of_the_file_once() {
    let id = Key::ed25519(1).id();
    let with = |keys: Value| {
        edited(|value| value["environments"]["production"]["bundle"]["keys"] = keys).unwrap_err()
    };
    assert!(with(json!([id, "ff"])).to_string().ends_with("key `ff` is not among the file's keys"));
    assert!(with(json!([id, id])).to_string().ends_with("stands twice"));
    assert!(matches!(with(json!([])), TrustError::Role { .. }));
    let head = json!({"keys": ["ff"], "threshold": 1});
    let result = edited(|value| value["environments"]["production"]["head"] = head);
    assert!(matches!(result.unwrap_err(), TrustError::Role { role: "head", .. }));
}

#[test]
fn unknown_keys_and_duplicates_are_refused() {
    let result = edited(|value| value["environments"]["production"]["alow_dirty"] = json!(true));
    assert!(result.unwrap_err().to_string().contains("alow_dirty"));
    let text = String::from_utf8(trust(&[&Key::ed25519(1)], 1).to_bytes()).unwrap();
    let twice = text.replacen("\"production\": {", "\"production\": {}, \"production\": {", 1);
    assert!(TrustFile::from_bytes(twice.as_bytes()).unwrap_err().to_string().contains("stands twice"));
}

#[test]
fn another_schema_is_refused() {
    assert_eq!(edited(|value| value["schema"] = json!(2)).unwrap_err(), TrustError::Schema(2));
}

#[test]
fn lengths_of_time_have_a_unit() {
    let seconds = |text: &str| Age::parse(text).map(|age| age.seconds());
    assert_eq!(seconds("90s"), Some(90));
    assert_eq!(seconds("15m"), Some(900));
    assert_eq!(seconds("12h"), Some(43_200));
    assert_eq!(seconds("7d"), Some(604_800));
    assert_eq!(seconds("2w"), Some(1_209_600));
    for text in
        ["", "7", "d", "0d", "-1d", "1.5d", "7D", "7 d", "+7d", "9999999999999999999d", "99999999999999999w"]
    {
        assert_eq!(seconds(text), None, "{text}");
    }
    let result = edited(|value| value["environments"]["production"]["max_head_age"] = json!("soon"));
    assert!(result.unwrap_err().to_string().contains("`soon` is not a length of time"));
}

#[test]
fn revoked_bundles_are_digests() {
    let result = edited(|value| value["environments"]["production"]["revoked_bundles"] = json!(["AB"]));
    assert!(matches!(result.unwrap_err(), TrustError::Revoked { .. }));
}
