//! Keys and signatures between this tool and OpenSSL, Python and Node, in the forms in which secret stores hand them out.

#![cfg(unix)]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flagc::sign::{
    KeyError, KeyFormError, KeySource, PrivateKey, PublicKeys, SignError, Signer, add_signatures,
    public_key_from_pem, sign,
};
use flagc_runtime::bundle::{BUNDLE_TYPE, Envelope, pae};
use flagc_runtime::trust::Algorithm;
use tempfile::TempDir;

const ALGORITHMS: [Algorithm; 2] = [Algorithm::Ed25519, Algorithm::EcdsaP256Sha256];

/// Whether a peer is installed; says so if not.
fn has(program: &str, args: &[&str]) -> bool {
    let here = Command::new(program).args(args).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let here = here.is_ok_and(|status| status.success());
    if !here {
        eprintln!("skipped: `{program} {}` does not run here", args.join(" "));
    }
    here
}

fn run(folder: &Path, program: &str, args: &[&str]) -> Vec<u8> {
    let output = Command::new(program).args(args).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{program} {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn private(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

fn script(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    // Run through `sh`: a program that was just written may still be open for writing in a test that forks beside this.
    format!("sh {}", path.display())
}

fn no_variable(_: &str) -> Option<String> {
    None
}

fn known(keys: &[&PrivateKey]) -> PublicKeys {
    keys.iter().map(|key| key.public().unwrap()).collect()
}

/// Writes `key.pem`, `key.pub.pem`, `message` and `signature`.
fn write_signed(folder: &Path, algorithm: Algorithm) -> PrivateKey {
    let key = PrivateKey::generate(algorithm).unwrap();
    private(folder, "key.pem", &key.to_pem().unwrap());
    let (_, public) = key.public().unwrap();
    fs::write(folder.join("key.pub.pem"), &public.public_key).unwrap();
    let message = pae(BUNDLE_TYPE, b"{}");
    fs::write(folder.join("message"), &message).unwrap();
    fs::write(folder.join("signature"), key.sign(&message).unwrap().sig).unwrap();
    key
}

#[test]
fn a_key_survives_writing_and_reading() {
    for algorithm in ALGORITHMS {
        let key = PrivateKey::generate(algorithm).unwrap();
        let again = PrivateKey::from_pem(&key.to_pem().unwrap()).unwrap();
        assert_eq!(again.algorithm(), algorithm);
        assert_eq!(again.public().unwrap(), key.public().unwrap());
        let (key_id, public) = key.public().unwrap();
        assert_eq!(public_key_from_pem(&public.public_key).unwrap(), (key_id, public));
        assert_ne!(PrivateKey::generate(algorithm).unwrap().public().unwrap(), key.public().unwrap());
    }
}

#[test]
fn an_ed25519_key_is_pkcs8_version_1_without_the_public_key() {
    let pem = PrivateKey::generate(Algorithm::Ed25519).unwrap().to_pem().unwrap();
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = STANDARD.decode(body).unwrap();
    // RFC 8410, section 10.3: SEQUENCE of 46 bytes, version 0, the algorithm, 34 bytes of key, and no more.
    assert_eq!(der[..16], [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20]);
    assert_eq!(der.len(), 48);
}

#[test]
fn a_key_of_version_2_is_read_and_its_two_halves_must_agree() {
    // RFC 8410, section 10.3, without the attributes.
    let seed = STANDARD.decode("1O5y7f/7CNLJi4SNPpyd6W55kJxsj7I/9XOJPA/oVEI=").unwrap();
    let key = ed25519_dalek::SigningKey::from_bytes(&seed.clone().try_into().unwrap());
    let der = |public: &[u8]| {
        let mut der = vec![0x30, 0x51, 2, 1, 1, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
        der.extend_from_slice(&seed);
        der.extend_from_slice(&[0x81, 0x21, 0]);
        der.extend_from_slice(public);
        format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der))
    };
    let read = PrivateKey::from_pem(&der(key.verifying_key().as_bytes())).unwrap();
    assert_eq!(read.sign(b"x").unwrap().sig, PrivateKey::Ed25519(key).sign(b"x").unwrap().sig);
    assert_eq!(PrivateKey::from_pem(&der(&[7; 32])).unwrap_err(), KeyFormError::Damaged);
}

#[test]
fn keys_are_read_as_secret_stores_hand_them_out() {
    for algorithm in ALGORITHMS {
        let key = PrivateKey::generate(algorithm).unwrap();
        let pem = key.to_pem().unwrap().to_string();
        let forms = [
            pem.replace('\n', "\r\n"),
            pem.replace('\n', "\\n"),
            pem.replace('\n', "\\r\\n"),
            pem.replace('\n', " "),
            pem.trim().to_owned(),
            format!("\u{feff}{pem}"),
            STANDARD.encode(&pem),
            format!("{}\n", STANDARD.encode(pem.replace('\n', "\r\n"))),
        ];
        for form in forms {
            let read =
                KeySource::parse("env:KEY").unwrap().open(|name| (name == "KEY").then(|| form.clone()));
            let Signer::Key(read) = read.unwrap() else { panic!("a key is no program") };
            assert_eq!(read.public().unwrap(), key.public().unwrap(), "{form:?}");
        }
    }
}

#[test]
fn what_is_no_key_is_refused_with_advice_and_never_shown() {
    let key = PrivateKey::generate(Algorithm::Ed25519).unwrap();
    let pem = key.to_pem().unwrap().to_string();
    let secret = pem.lines().nth(1).unwrap().to_owned();
    let public = key.public().unwrap().1.public_key;
    let cut = pem.replace(&secret, &secret[..40]);
    let cases = [
        (String::new(), "it holds no PEM (`-----BEGIN PRIVATE KEY-----`)"),
        (secret.clone(), "it holds no PEM (`-----BEGIN PRIVATE KEY-----`)"),
        (public, "it holds `PUBLIC KEY` where `PRIVATE KEY` is wanted"),
        (cut, "the key in it is damaged"),
        (
            pem.replace("PRIVATE KEY", "EC PRIVATE KEY"),
            "it holds `EC PRIVATE KEY` where `PRIVATE KEY` is wanted",
        ),
        (pem.replace(&secret, "?"), "the key in it is damaged"),
        (
            pem.replace("-----END PRIVATE", "-----END PUBLIC"),
            "it holds no PEM (`-----BEGIN PRIVATE KEY-----`)",
        ),
    ];
    for (text, expected) in cases {
        let error = PrivateKey::from_pem(&text).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert!(!format!("{error:?}").contains(&secret[24..]));
    }
    assert_eq!(format!("{key:?}"), "PrivateKey(ed25519)");
    assert!(matches!(KeySource::parse(&pem), Err(KeyError::OnCommandLine)));
    assert!(matches!(KeySource::parse("env:"), Err(KeyError::NoName(_))));
    assert!(matches!(KeySource::parse("cmd: "), Err(KeyError::NoName(_))));
    let unset = KeySource::parse("env:KEY").unwrap().open(no_variable);
    assert!(matches!(unset, Err(KeyError::NoVariable(name)) if name == "KEY"));
}

#[test]
fn a_key_file_that_others_can_read_is_refused() {
    let scratch = TempDir::new().unwrap();
    write_signed(scratch.path(), Algorithm::Ed25519);
    let path = scratch.path().join("key.pem");
    let source = KeySource::parse(path.to_str().unwrap()).unwrap();
    assert!(source.open(no_variable).is_ok());
    for mode in [0o640, 0o604, 0o620, 0o610, 0o644] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let error = source.open(no_variable).unwrap_err();
        assert!(matches!(error, KeyError::Exposed { mode: found, .. } if found == mode), "{error}");
        assert!(error.help().unwrap().starts_with("`chmod 600"));
    }
    let link = scratch.path().join("link.pem");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let through_link = KeySource::File(link).open(no_variable).unwrap_err();
    assert!(matches!(through_link, KeyError::Exposed { .. }), "{through_link}");
}

#[test]
fn a_missing_an_endless_and_an_impossible_key_file_are_errors() {
    let scratch = TempDir::new().unwrap();
    let missing = KeySource::File(scratch.path().join("none")).open(no_variable).unwrap_err();
    assert_eq!(missing.help().unwrap(), "`flagc keygen` makes a key");
    private(scratch.path(), "large", &"x".repeat(100_000));
    let large = KeySource::File(scratch.path().join("large")).open(no_variable).unwrap_err();
    assert!(large.to_string().ends_with("it is too large for a key"), "{large}");
    let folder = scratch.path().join("folder");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    assert!(matches!(KeySource::File(folder).open(no_variable), Err(KeyError::Io { .. })));
}

#[test]
fn openssl_reads_our_keys_and_verifies_our_signatures() {
    if !has("openssl", &["version"]) {
        return;
    }
    for algorithm in ALGORITHMS {
        let scratch = TempDir::new().unwrap();
        let folder = scratch.path();
        let key = write_signed(folder, algorithm);
        let public = run(folder, "openssl", &["pkey", "-in", "key.pem", "-pubout"]);
        assert_eq!(String::from_utf8(public).unwrap(), key.public().unwrap().1.public_key);
        let der =
            run(folder, "openssl", &["pkey", "-pubin", "-in", "key.pub.pem", "-outform", "DER", "-out", "-"]);
        assert_eq!(flagc_runtime::trust::key_id(&der), key.public().unwrap().0);
        let verify: &[&str] = match algorithm {
            Algorithm::Ed25519 => &[
                "pkeyutl",
                "-verify",
                "-pubin",
                "-inkey",
                "key.pub.pem",
                "-rawin",
                "-in",
                "message",
                "-sigfile",
                "signature",
            ],
            Algorithm::EcdsaP256Sha256 => {
                &["dgst", "-sha256", "-verify", "key.pub.pem", "-signature", "signature", "message"]
            }
        };
        run(folder, "openssl", verify);
    }
}

#[test]
fn we_read_the_keys_of_openssl() {
    if !has("openssl", &["version"]) {
        return;
    }
    let scratch = TempDir::new().unwrap();
    let folder = scratch.path();
    let text = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    run(folder, "openssl", &["genpkey", "-algorithm", "ed25519", "-out", "ed.pem"]);
    let p256 = ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "ec.pem"];
    run(folder, "openssl", &p256);
    for name in ["ed.pem", "ec.pem"] {
        let public = run(folder, "openssl", &["pkey", "-in", name, "-pubout"]);
        let key = PrivateKey::from_pem(&text(name)).unwrap();
        assert_eq!(key.public().unwrap().1.public_key.as_bytes(), public);
    }
    run(folder, "openssl", &["ecparam", "-name", "prime256v1", "-genkey", "-out", "sec1.pem"]);
    let error = PrivateKey::from_pem(&text("sec1.pem")).unwrap_err();
    assert!(error.help().unwrap().contains("openssl pkcs8 -topk8"), "{error}");
    run(folder, "openssl", &["pkcs8", "-topk8", "-nocrypt", "-in", "sec1.pem", "-out", "converted.pem"]);
    assert!(PrivateKey::from_pem(&text("converted.pem")).is_ok());
    run(folder, "openssl", &["pkcs8", "-topk8", "-passout", "pass:x", "-in", "ed.pem", "-out", "locked.pem"]);
    let error = PrivateKey::from_pem(&text("locked.pem")).unwrap_err();
    assert!(error.help().unwrap().contains("passphrase"), "{error}");
    let p384 = ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384", "-out", "p384.pem"];
    run(folder, "openssl", &p384);
    run(folder, "openssl", &["genpkey", "-algorithm", "RSA", "-out", "rsa.pem"]);
    for name in ["p384.pem", "rsa.pem"] {
        let error = PrivateKey::from_pem(&text(name)).unwrap_err();
        assert!(matches!(error, KeyFormError::Algorithm { .. }), "{error}");
    }
}

#[test]
fn python_reads_our_keys_and_verifies_our_signatures() {
    if !has("python3", &["-c", "import cryptography"]) {
        return;
    }
    let program = "
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key, Encoding, PublicFormat
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives import hashes
read = lambda name: open(name, 'rb').read()
private = load_pem_private_key(read('key.pem'), None)
public = load_pem_public_key(read('key.pub.pem'))
raw = lambda key: key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
assert raw(private.public_key()) == raw(public)
more = [ec.ECDSA(hashes.SHA256())] if isinstance(public, ec.EllipticCurvePublicKey) else []
public.verify(read('signature'), read('message'), *more)
";
    for algorithm in ALGORITHMS {
        let scratch = TempDir::new().unwrap();
        write_signed(scratch.path(), algorithm);
        run(scratch.path(), "python3", &["-c", program]);
    }
}

#[test]
fn node_reads_our_keys_and_verifies_our_signatures() {
    if !has("node", &["--version"]) {
        return;
    }
    let program = "
const fs = require('fs'), crypto = require('crypto'), assert = require('assert');
const key = crypto.createPublicKey(crypto.createPrivateKey(fs.readFileSync('key.pem')));
assert(key.equals(crypto.createPublicKey(fs.readFileSync('key.pub.pem'))));
const digest = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
assert(crypto.verify(digest, fs.readFileSync('message'), key, fs.readFileSync('signature')));
";
    for algorithm in ALGORITHMS {
        let scratch = TempDir::new().unwrap();
        write_signed(scratch.path(), algorithm);
        run(scratch.path(), "node", &["-e", program]);
    }
}

#[test]
fn a_program_signs_with_a_key_that_is_found_by_its_signature() {
    if !has("openssl", &["version"]) {
        return;
    }
    let scratch = TempDir::new().unwrap();
    let folder = scratch.path();
    let other = PrivateKey::generate(Algorithm::Ed25519).unwrap();
    let key = PrivateKey::generate(Algorithm::EcdsaP256Sha256).unwrap();
    private(folder, "key.pem", &key.to_pem().unwrap());
    let path = folder.join("key.pem").display().to_string();
    // Larger than what a pipe holds, so that both sides must read while they write.
    let payload = vec![b' '; 1 << 20];
    for encode in ["", " | base64"] {
        let command = script(folder, "kms.sh", &format!("openssl dgst -sha256 -sign '{path}'{encode}"));
        let signer = KeySource::parse(&format!("cmd:{command}")).unwrap().open(no_variable).unwrap();
        let envelope = sign(BUNDLE_TYPE, payload.clone(), &[signer], &known(&[&other, &key])).unwrap();
        assert_eq!(envelope.signatures[0].key_id, key.public().unwrap().0);
        let message = pae(BUNDLE_TYPE, &payload);
        assert!(key.public().unwrap().1.verifies(&message, &envelope.signatures[0].sig).unwrap());
    }
}

#[test]
fn a_program_that_does_not_sign_is_named() {
    let scratch = TempDir::new().unwrap();
    let key = PrivateKey::generate(Algorithm::Ed25519).unwrap();
    let attempt = |command: String| {
        let payload = vec![b' '; 1 << 20];
        sign(BUNDLE_TYPE, payload, &[Signer::Program(command)], &known(&[&key])).unwrap_err()
    };
    let failing = attempt(script(scratch.path(), "fail.sh", "echo first >&2; echo no token >&2; exit 3"));
    assert!(failing.to_string().ends_with("exit status: 3: no token"), "{failing}");
    let silent = attempt(script(scratch.path(), "silent.sh", "exit 0"));
    assert!(matches!(silent, SignError::UnknownSigner { known: 1, .. }), "{silent}");
    let noisy = attempt(script(scratch.path(), "noisy.sh", "head -c 10000000 /dev/zero"));
    assert!(matches!(noisy, SignError::UnknownSigner { .. }), "{noisy}");
    let missing = attempt("/does/not/exist".to_owned());
    assert!(matches!(missing, SignError::Program { .. }), "{missing}");
}

#[test]
fn signatures_stand_in_the_order_of_their_ids_and_once_each() {
    let keys: Vec<PrivateKey> = ALGORITHMS
        .iter()
        .cycle()
        .take(4)
        .map(|algorithm| PrivateKey::generate(*algorithm).unwrap())
        .collect();
    let known = known(&keys.iter().collect::<Vec<_>>());
    let pems: Vec<String> = keys.iter().map(|key| key.to_pem().unwrap().to_string()).collect();
    let signer = |index: usize| Signer::Key(Box::new(PrivateKey::from_pem(&pems[index]).unwrap()));
    let mut envelope = sign(BUNDLE_TYPE, b"{}".to_vec(), &[signer(0), signer(1)], &known).unwrap();
    add_signatures(&mut envelope, &[signer(2), signer(1), signer(3), signer(3)], &known).unwrap();
    let ids: Vec<&str> = envelope.signatures.iter().map(|signature| signature.key_id.as_str()).collect();
    assert_eq!(ids, known.keys().collect::<Vec<_>>());
    let at_once = [signer(3), signer(2), signer(1), signer(0)];
    assert_eq!(sign(BUNDLE_TYPE, b"{}".to_vec(), &at_once, &known).unwrap(), envelope);
    assert_eq!(Envelope::from_bytes(&envelope.to_bytes()).unwrap(), envelope);
}

#[test]
fn nothing_is_added_to_an_envelope_whose_payload_was_changed() {
    let first = PrivateKey::generate(Algorithm::Ed25519).unwrap();
    let second = PrivateKey::generate(Algorithm::Ed25519).unwrap();
    let known = known(&[&first, &second]);
    let first_id = first.public().unwrap().0;
    let mut envelope = sign(BUNDLE_TYPE, b"{}".to_vec(), &[Signer::Key(Box::new(first))], &known).unwrap();
    envelope.payload = b"{ }".to_vec();
    let before = envelope.clone();
    let error = add_signatures(&mut envelope, &[Signer::Key(Box::new(second))], &known).unwrap_err();
    assert!(matches!(&error, SignError::Existing(key_id) if *key_id == first_id), "{error}");
    assert_eq!(envelope, before);
    let nobody = sign(BUNDLE_TYPE, b"{}".to_vec(), &[], &BTreeMap::new());
    assert!(matches!(nobody, Err(SignError::NoKey)));
}
