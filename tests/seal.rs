//! The second half of `build`: which bundles are written, with which notes, and that nothing else is left behind.

#![cfg(unix)]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use flagc::artifact::hex;
use flagc::ops::OpError;
use flagc::ops::build::Built;
use flagc::ops::keygen::{KeygenOptions, MadeKey, keygen};
use flagc::ops::seal::{seal, write};
use flagc::sign::{KeySource, Signer, public_key_from_pem};
use flagc_runtime::trust::{Algorithm, EnvironmentTrust, Role, TrustFile};
use flagc_runtime::verify::{VerifyError, VerifyOptions, verify};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

struct Desk {
    folder: TempDir,
    key: MadeKey,
    trust: TrustFile,
}

impl Desk {
    /// Keys, and a trust file that asks for one signature.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let make = |name: &str| {
            let name = folder.path().join(name);
            keygen(&KeygenOptions { name, algorithm: Algorithm::Ed25519, replace: false }).unwrap()
        };
        let (key, other) = (make("key"), make("other"));
        let public = |key: &MadeKey| public_key_from_pem(&fs::read_to_string(&key.public).unwrap()).unwrap();
        let environment = EnvironmentTrust {
            bundle: Role { keys: vec![key.key_id.clone(), other.key_id.clone()], threshold: 1 },
            head: None,
            allow_dirty: false,
            max_head_age: None,
            min_serial: 0,
            revoked_bundles: Vec::new(),
        };
        let trust = TrustFile {
            schema: 1,
            project: "shop".to_owned(),
            epoch: 1,
            dev: false,
            keys: BTreeMap::from([public(&key), public(&other)]),
            environments: BTreeMap::from([("live".to_owned(), environment)]),
        };
        Self { folder, key, trust }
    }

    fn live(&mut self) -> &mut EnvironmentTrust {
        self.trust.environments.get_mut("live").unwrap()
    }

    fn dist(&self) -> PathBuf {
        self.folder.path().join("dist")
    }

    fn signer(&self, source: &KeySource) -> Signer {
        source.open(|_| None).unwrap_or_else(|error| panic!("{}: {error}", self.key.key_id))
    }

    /// Seals a payload; what is noted, and what is written.
    fn seal_with(&self, payload: &Value, source: &KeySource) -> Result<(Vec<String>, Vec<u8>), OpError> {
        let built = Built {
            environment: "live".to_owned(),
            payload: serde_json::to_vec(payload).unwrap(),
            sizes: Vec::new(),
        };
        let sealed = seal(&self.dist(), built, &[self.signer(source)], Some(&self.trust))?;
        let (path, notes) = write(vec![sealed])?.remove(0);
        Ok((notes, fs::read(path).unwrap()))
    }

    fn seal(&self, payload: &Value) -> Result<(Vec<String>, Vec<u8>), OpError> {
        self.seal_with(payload, &KeySource::File(self.key.private.clone()))
    }

    fn refusal(&self, payload: &Value) -> VerifyError {
        let error = self.seal(payload).unwrap_err();
        assert!(!self.dist().exists(), "nothing is left behind");
        let OpError::Refused { error, .. } = error else { panic!("{error}") };
        error
    }
}

/// A payload with one flag.
fn payload(dirty: bool) -> Value {
    let flag = json!({"defaultVariant": "off", "state": "ENABLED", "variants": {"off": false, "on": true}});
    json!({
        "flagc": {
            "bucketing": 2, "environment": "live", "project": "shop", "releases": {}, "revs": {}, "schema": 1, "serial": 7,
            "source": {"dirty": dirty, "inputs": "sha256:0"}, "tool": {"name": "flagc", "version": "0.1.0"},
        },
        "flags": {"dark": flag},
        "metadata": {},
    })
}

fn is_empty(folder: &Path) -> bool {
    !folder.exists() || fs::read_dir(folder).unwrap().next().is_none()
}

#[test]
fn what_a_reader_accepts_is_written_without_a_note() {
    let desk = Desk::new();
    let (notes, bytes) = desk.seal(&payload(false)).unwrap();
    assert_eq!(notes, Vec::<String>::new());
    let verified = verify(&bytes, &desk.trust, &VerifyOptions::new("live")).unwrap();
    assert_eq!(verified.signed_by(), [desk.key.key_id.as_str()]);
    assert_eq!(fs::read_dir(desk.dist()).unwrap().count(), 1);
}

#[test]
fn what_another_signature_or_a_commit_will_mend_is_written_and_noted() {
    let mut desk = Desk::new();
    let (notes, bytes) = desk.seal(&payload(true)).unwrap();
    assert!(matches!(&*notes, [note] if note.contains("uncommitted changes")), "{notes:?}");
    let options = VerifyOptions::new("live");
    assert!(matches!(verify(&bytes, &desk.trust, &options), Err(VerifyError::Dirty(_))));
    desk.live().bundle.threshold = 2;
    let (notes, bytes) = desk.seal(&payload(false)).unwrap();
    assert!(matches!(&*notes, [note] if note.contains("1 of 2 required signatures")), "{notes:?}");
    assert!(matches!(verify(&bytes, &desk.trust, &options), Err(VerifyError::Threshold { valid: 1, .. })));
    let (notes, _) = desk.seal(&payload(true)).unwrap();
    assert!(matches!(&*notes, [first, second] if first.contains("1 of 2") && second.contains("uncommitted")));
}

#[test]
fn what_nothing_will_mend_is_refused_whatever_else_is_to_be_mended() {
    for (dirty, threshold) in [(false, 1), (true, 1), (false, 2), (true, 2)] {
        let mut desk = Desk::new();
        desk.live().bundle.threshold = threshold;
        desk.live().min_serial = 8;
        assert_eq!(desk.refusal(&payload(dirty)), VerifyError::MinSerial { found: 7, least: 8 });
        desk.live().min_serial = 0;
        let mut other = payload(dirty);
        other["flags"]["dark"]["defaultVariant"] = json!("maybe");
        assert!(matches!(desk.refusal(&other), VerifyError::Document(_)));
        let digest = Sha256::digest(serde_json::to_vec(&payload(dirty)).unwrap());
        let digest = hex(&digest);
        desk.live().revoked_bundles.push(digest.clone());
        assert_eq!(desk.refusal(&payload(dirty)), VerifyError::Revoked(digest));
    }
}

#[test]
fn nothing_lies_there_while_a_program_thinks_nor_when_it_does_not_sign() {
    let desk = Desk::new();
    let looked = desk.folder.path().join("looked");
    let program = desk.folder.path().join("sign.sh");
    let script = format!("cat > /dev/null; ls -A {:?} > {looked:?} 2>&1; exit 1", desk.dist());
    fs::write(&program, script).unwrap();
    fs::create_dir(desk.dist()).unwrap();
    let source = KeySource::Program(format!("sh {}", program.display()));
    let error = desk.seal_with(&payload(false), &source).unwrap_err();
    assert!(error.to_string().contains("did not sign"), "{error}");
    assert_eq!(fs::read_to_string(looked).unwrap(), "", "while it was asked");
    assert!(is_empty(&desk.dist()));
}

#[test]
fn an_older_bundle_stays_where_the_new_one_is_refused() {
    let mut desk = Desk::new();
    let (_, before) = desk.seal(&payload(false)).unwrap();
    desk.live().min_serial = 8;
    desk.seal(&payload(false)).unwrap_err();
    let files: Vec<PathBuf> = fs::read_dir(desk.dist()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files, [desk.dist().join("live.bundle.json")]);
    assert_eq!(fs::read(&files[0]).unwrap(), before);
}
