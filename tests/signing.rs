//! From key to verified flagd document: the operations behind `keygen`, `trust`, `sign`, `verify`, `inspect` and `--dev`.

#![cfg(unix)]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use flagc::ops::build::{self, Compiled, Origin};
use flagc::ops::dev::{DEV_FOLDER, dev_key};
use flagc::ops::inspect::{Content, InspectOptions, Verdict, inspect};
use flagc::ops::keygen::{KeygenOptions, MadeKey, keygen};
use flagc::ops::sign::{SignOptions, sign};
use flagc::ops::trust::{AddOptions, RetireOptions, RoleName, add, retire, show};
use flagc::ops::verify::{VerifyRequest, verify};
use flagc::ops::{OpError, check};
use flagc::sign::{KeySource, PublicKeys, Signer};
use flagc_runtime::At;
use flagc_runtime::bundle::BUNDLE_TYPE;
use flagc_runtime::trust::Algorithm;
use flagc_runtime::verify::{VerifyError, VerifyOptions};
use tempfile::TempDir;

const WORKSPACE: &str =
    "project = \"shop\"\nenvironments = [{ name = \"staging\" }, { name = \"production\" }]\n";
const FLAG: &str = "description = \"a\"\nowner = \"a\"\nkind = \"release\"\nserve = \"off\"\n";

/// A workspace of one flag, and a folder beside it for keys and bundles.
struct Shop {
    scratch: TempDir,
}

impl Shop {
    fn new() -> Self {
        let shop = Self { scratch: tempfile::tempdir().unwrap() };
        fs::create_dir(shop.flags()).unwrap();
        fs::write(shop.flags().join("flagc.toml"), WORKSPACE).unwrap();
        fs::write(shop.flags().join("dark.toml"), FLAG).unwrap();
        shop
    }

    fn path(&self, name: &str) -> PathBuf {
        self.scratch.path().join(name)
    }

    fn flags(&self) -> PathBuf {
        self.path("flags")
    }

    fn trust_file(&self) -> PathBuf {
        self.flags().join("trust.json")
    }

    fn keygen(&self, name: &str) -> MadeKey {
        let name = self.path(name);
        keygen(&KeygenOptions { name, algorithm: Algorithm::Ed25519, replace: false }).unwrap()
    }

    fn add(&self, keys: &[&MadeKey], environments: &[&str], threshold: Option<usize>) -> Result<(), OpError> {
        let workspace = check::check(&self.flags()).workspace;
        let options = AddOptions {
            file: self.trust_file(),
            public_keys: keys.iter().map(|key| key.public.clone()).collect(),
            environments: environments.iter().map(ToString::to_string).collect(),
            role: RoleName::Bundle,
            threshold,
        };
        add(&workspace, &options).map(|_| ())
    }

    fn payload(&self, environment: &str, dev: bool) -> Vec<u8> {
        let checked = check::check(&self.flags());
        assert!(checked.findings.is_empty(), "{:?}", checked.findings);
        let origin = Origin {
            commit: Some("7864d60d".to_owned()),
            commit_time: Some("2026-11-20T09:14:03Z".to_owned()),
            dirty: false,
            inputs: "sha256:0".to_owned(),
            serial: 7,
        };
        let ids = build::select(&checked.workspace, &[environment.to_owned()]).unwrap();
        match build::compile(&checked, &ids, &origin, dev) {
            Compiled::Payloads(mut built) => built.remove(0).payload,
            Compiled::Refused(refused) => panic!("{refused:?}"),
        }
    }

    /// Writes `NAME`, a bundle of an environment.
    fn bundle(&self, name: &str, environment: &str, key: &MadeKey) -> PathBuf {
        let payload = self.payload(environment, false);
        let envelope = flagc::sign::sign(BUNDLE_TYPE, payload, &[signer(key)], &PublicKeys::new()).unwrap();
        fs::write(self.path(name), envelope.to_bytes()).unwrap();
        self.path(name)
    }

    fn verify(&self, bundle: &Path, environment: &str) -> Result<(), OpError> {
        verify(&self.request(bundle, environment)).map(|_| ())
    }

    fn request(&self, bundle: &Path, environment: &str) -> VerifyRequest {
        VerifyRequest {
            bundle: bundle.into(),
            trust: self.trust_file(),
            expected: VerifyOptions::new(environment),
            extract: None,
        }
    }
}

fn signer(key: &MadeKey) -> Signer {
    KeySource::File(key.private.clone()).open(|_| None).unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn refused(result: Result<(), OpError>) -> VerifyError {
    match result.unwrap_err() {
        error @ OpError::Refused { .. } => {
            assert_eq!(error.exit_code(), 1);
            let OpError::Refused { error, .. } = error else { unreachable!() };
            error
        }
        other => panic!("{other}"),
    }
}

#[test]
fn keygen_writes_a_private_and_a_public_file_and_never_over_another_key() {
    let shop = Shop::new();
    let made = shop.keygen("release");
    assert_eq!(
        (made.private.clone(), made.public.clone()),
        (shop.path("release.pem"), shop.path("release.pub.pem"))
    );
    assert_eq!(mode(&made.private), 0o600);
    let private = fs::read(&made.private).unwrap();
    let mut options =
        KeygenOptions { name: made.private.clone(), algorithm: Algorithm::Ed25519, replace: false };
    let error = keygen(&options).unwrap_err();
    assert!(matches!(error, OpError::KeyExists { .. }), "{error}");
    assert_eq!(error.exit_code(), 2);
    fs::remove_file(&made.private).unwrap();
    assert!(matches!(keygen(&options), Err(OpError::KeyExists { path }) if path == made.public));
    options.replace = true;
    keygen(&options).unwrap();
    assert_ne!(fs::read(&made.private).unwrap(), private);
    assert_eq!(mode(&made.private), 0o600);
}

#[test]
fn a_bundle_verifies_for_its_environment_and_gives_exactly_the_signed_bytes() {
    let shop = Shop::new();
    let key = shop.keygen("release");
    shop.add(&[&key], &[], None).unwrap();
    let bundle = shop.bundle("production.bundle.json", "production", &key);
    let extract = shop.path("production.flagd.json");
    let verified =
        verify(&VerifyRequest { extract: Some(extract.clone()), ..shop.request(&bundle, "production") })
            .unwrap();
    assert_eq!(fs::read(&extract).unwrap(), shop.payload("production", false));
    assert_eq!(verified.signed_by(), [key.key_id]);
    assert!(matches!(refused(shop.verify(&bundle, "staging")), VerifyError::Environment { .. }));
}

#[test]
fn a_refused_bundle_leaves_what_was_extracted_before() {
    let shop = Shop::new();
    let key = shop.keygen("release");
    shop.add(&[&key], &["production"], None).unwrap();
    let stranger = shop.keygen("stranger");
    let bundle = shop.bundle("production.bundle.json", "production", &stranger);
    let extract = shop.path("production.flagd.json");
    fs::write(&extract, "the last good one").unwrap();
    let request = VerifyRequest { extract: Some(extract.clone()), ..shop.request(&bundle, "production") };
    assert!(matches!(refused(verify(&request).map(|_| ())), VerifyError::Threshold { valid: 0, .. }));
    assert_eq!(fs::read_to_string(extract).unwrap(), "the last good one");
}

#[test]
fn no_answer_is_told_from_an_unusable_trust_file() {
    let shop = Shop::new();
    let key = shop.keygen("release");
    let bundle = shop.bundle("production.bundle.json", "production", &key);
    let missing = shop.verify(&bundle, "production").unwrap_err();
    assert!(matches!(missing, OpError::Read { .. }), "{missing}");
    assert_eq!(missing.exit_code(), 2);
    fs::write(shop.trust_file(), "{}").unwrap();
    let unusable = shop.verify(&bundle, "production").unwrap_err();
    assert!(matches!(unusable, OpError::Trust { .. }), "{unusable}");
    assert_eq!(unusable.exit_code(), 2);
    fs::remove_file(shop.trust_file()).unwrap();
    shop.add(&[&key], &["production"], None).unwrap();
    fs::write(&bundle, "{}").unwrap();
    assert!(matches!(refused(shop.verify(&bundle, "production")), VerifyError::Envelope(_)));
}

#[test]
fn two_people_sign_and_the_second_looks_at_what_is_signed() {
    let shop = Shop::new();
    let (first, second, stranger) = (shop.keygen("first"), shop.keygen("second"), shop.keygen("stranger"));
    shop.add(&[&first, &second], &["production"], Some(2)).unwrap();
    let bundle = shop.bundle("production.bundle.json", "production", &first);
    assert!(matches!(
        refused(shop.verify(&bundle, "production")),
        VerifyError::Threshold { valid: 1, threshold: 2, .. }
    ));
    let own = shop.path("own.flagd.json");
    fs::write(&own, shop.payload("staging", false)).unwrap();
    let mut options = SignOptions {
        bundle: bundle.clone(),
        output: bundle.clone(),
        trust: Some(shop.trust_file()),
        payload: Some(own.clone()),
    };
    let before = fs::read(&bundle).unwrap();
    let error = sign(&options, &[signer(&second)]).unwrap_err();
    assert!(matches!(error, OpError::NotSignable { .. }), "{error}");
    assert_eq!(error.exit_code(), 1);
    fs::write(&own, shop.payload("production", false)).unwrap();
    let error = sign(&options, &[signer(&stranger)]).unwrap_err();
    assert!(matches!(error, OpError::NotTrusted { .. }), "{error}");
    assert_eq!(fs::read(&bundle).unwrap(), before);
    let signed = sign(&options, &[signer(&second)]).unwrap();
    let mut ids = vec![first.key_id, second.key_id.clone()];
    ids.sort();
    assert_eq!(signed.key_ids, ids);
    shop.verify(&bundle, "production").unwrap();
    options.payload = None;
    sign(&options, &[signer(&second)]).unwrap();
    shop.verify(&bundle, "production").unwrap();
}

#[test]
fn only_bundles_and_heads_are_signed() {
    let shop = Shop::new();
    let key = shop.keygen("release");
    for (payload_type, payload) in [("text/plain", "{}"), (BUNDLE_TYPE, "{}"), (BUNDLE_TYPE, "")] {
        let payload = payload.as_bytes().to_vec();
        let envelope = flagc::sign::sign(payload_type, payload, &[signer(&key)], &PublicKeys::new()).unwrap();
        let path = shop.path("odd.json");
        fs::write(&path, envelope.to_bytes()).unwrap();
        let options = SignOptions { bundle: path.clone(), output: path, trust: None, payload: None };
        let error = sign(&options, &[signer(&key)]).unwrap_err();
        assert!(matches!(error, OpError::NotSignable { .. }), "{error}");
    }
}

#[test]
fn a_key_is_rotated_by_trusting_both_and_retiring_one() {
    let shop = Shop::new();
    let (old, new) = (shop.keygen("old"), shop.keygen("new"));
    shop.add(&[&old], &["staging", "production"], None).unwrap();
    let only_key = RetireOptions {
        file: shop.trust_file(),
        key: old.key_id.clone(),
        environments: Vec::new(),
        role: None,
    };
    let before = fs::read(shop.trust_file()).unwrap();
    let error = retire(&only_key).unwrap_err();
    assert!(error.help().unwrap().contains("trust add"), "{error}");
    assert_eq!(fs::read(shop.trust_file()).unwrap(), before);
    shop.add(&[&new], &[], None).unwrap();
    assert_eq!(show(&shop.trust_file()).unwrap().epoch, 1);
    let staging = RetireOptions { environments: vec!["staging".to_owned()], ..only_key.clone() };
    let changed = retire(&staging).unwrap();
    assert_eq!((changed.trust.epoch, changed.trust.keys.len()), (2, 2));
    assert!(matches!(retire(&staging), Err(OpError::NotTrusted { .. })));
    let beginning = RetireOptions { key: old.key_id[..12].to_owned(), ..only_key };
    let changed = retire(&beginning).unwrap();
    assert_eq!(changed.trust.epoch, 3);
    assert_eq!(changed.trust.keys.keys().collect::<Vec<_>>(), [&new.key_id]);
    let by_old = shop.bundle("old.json", "production", &old);
    assert!(matches!(refused(shop.verify(&by_old, "production")), VerifyError::Threshold { .. }));
    shop.verify(&shop.bundle("new.json", "production", &new), "production").unwrap();
}

#[test]
fn what_cannot_be_trusted_changes_nothing() {
    let shop = Shop::new();
    let key = shop.keygen("release");
    let unknown = shop.add(&[&key], &["prod"], None).unwrap_err();
    assert!(matches!(unknown, OpError::UnknownEnvironment { .. }), "{unknown}");
    let threshold = shop.add(&[&key], &["production"], Some(2)).unwrap_err();
    assert!(matches!(threshold, OpError::Trust { .. }), "{threshold}");
    let swapped = MadeKey { public: key.private.clone(), ..key.clone() };
    let private = shop.add(&[&swapped], &["production"], None).unwrap_err();
    assert!(matches!(private, OpError::PublicKey { .. }), "{private}");
    assert!(!shop.trust_file().exists());
    shop.add(&[&key], &["production"], None).unwrap();
    fs::write(shop.flags().join("flagc.toml"), WORKSPACE.replace("shop", "other")).unwrap();
    let other = shop.add(&[&key], &["production"], None).unwrap_err();
    assert!(matches!(other, OpError::OtherProject { .. }), "{other}");
}

#[test]
fn a_key_for_heads_comes_after_one_for_bundles() {
    let shop = Shop::new();
    let key = shop.keygen("online");
    let workspace = check::check(&shop.flags()).workspace;
    let options = AddOptions {
        file: shop.trust_file(),
        public_keys: vec![key.public.clone()],
        environments: vec!["production".to_owned()],
        role: RoleName::Head,
        threshold: None,
    };
    assert!(matches!(add(&workspace, &options), Err(OpError::NoBundleKey { .. })));
    shop.add(&[&shop.keygen("release")], &["production"], None).unwrap();
    let trust = add(&workspace, &options).unwrap().trust;
    assert_eq!(trust.environments["production"].head.as_ref().unwrap().keys, [key.key_id]);
}

#[test]
fn inspect_believes_nothing_until_it_has_verified() {
    let shop = Shop::new();
    let (key, stranger) = (shop.keygen("release"), shop.keygen("stranger"));
    shop.add(&[&key], &[], None).unwrap();
    let look = |bundle: &Path, trust: Option<PathBuf>, environment: Option<&str>| {
        let environment = environment.map(str::to_owned);
        inspect(&InspectOptions { bundle: bundle.into(), trust, environment, now: At::unix(0) }).unwrap()
    };
    let good = shop.bundle("good.json", "production", &key);
    let bad = shop.bundle("bad.json", "production", &stranger);
    let inspection = look(&bad, None, None);
    assert_eq!(inspection.verdict, Verdict::Unverified);
    assert!(!inspection.signatures[0].valid);
    let Content::Bundle(said, 1) = inspection.content else { panic!("{:?}", inspection.content) };
    assert_eq!((said.environment.as_str(), said.serial), ("production", 7));
    assert!(matches!(look(&bad, Some(shop.trust_file()), None).verdict, Verdict::Refused(_)));
    let verified = look(&good, Some(shop.trust_file()), None);
    assert_eq!(verified.verdict, Verdict::Verified);
    assert!(verified.signatures[0].valid);
    let elsewhere = look(&good, Some(shop.trust_file()), Some("staging")).verdict;
    assert!(matches!(elsewhere, Verdict::Refused(VerifyError::Environment { .. })));
}

#[test]
fn the_key_for_trying_things_out_is_private_ignored_by_git_and_trusted_nowhere_else() {
    let shop = Shop::new();
    let config = check::check(&shop.flags()).workspace.config;
    let made = dev_key(&shop.flags(), &config).unwrap();
    assert!(made.made);
    assert_eq!(mode(&shop.flags().join(DEV_FOLDER).join("dev.pem")), 0o600);
    let again = dev_key(&shop.flags(), &config).unwrap();
    assert!(!again.made);
    assert_eq!(again.trust, made.trust);
    let envelope =
        flagc::sign::sign(BUNDLE_TYPE, shop.payload("staging", true), &[made.signer], &made.trust.keys)
            .unwrap();
    let bundle = shop.path("staging.bundle.json");
    fs::write(&bundle, envelope.to_bytes()).unwrap();
    let request = shop.request(&bundle, "staging");
    verify(&VerifyRequest { trust: made.trust_file, ..request }).unwrap();
    // Even where somebody trusts the key itself, what it signs says what it is.
    let (_, public) = made.trust.keys.into_iter().next().unwrap();
    fs::write(shop.path("dev.pub.pem"), public.public_key).unwrap();
    let key = MadeKey { key_id: String::new(), private: PathBuf::new(), public: shop.path("dev.pub.pem") };
    shop.add(&[&key], &["staging"], None).unwrap();
    assert_eq!(refused(shop.verify(&bundle, "staging")), VerifyError::Dev);
    let git = |args: &[&str]| {
        let output = Command::new("git").args(args).current_dir(shop.scratch.path()).output().ok()?;
        Some(String::from_utf8(output.stdout).unwrap())
    };
    if git(&["init", "-q"]).is_none() {
        eprintln!("skipped: git is not installed");
        return;
    }
    let seen = git(&["status", "--porcelain", "--untracked-files=all"]).unwrap();
    assert!(seen.contains("flags/flagc.toml") && !seen.contains(DEV_FOLDER), "{seen}");
}

#[test]
fn the_trust_file_for_trying_things_out_follows_the_environments() {
    let shop = Shop::new();
    let environments = |shop: &Shop| {
        let config = check::check(&shop.flags()).workspace.config;
        let trust = show(&dev_key(&shop.flags(), &config).unwrap().trust_file).unwrap();
        assert!(trust.dev);
        trust.environments.into_keys().collect::<Vec<_>>()
    };
    assert_eq!(environments(&shop), ["production", "staging"]);
    fs::write(shop.flags().join("flagc.toml"), WORKSPACE.replace("staging", "test")).unwrap();
    assert_eq!(environments(&shop), ["production", "test"]);
}

#[test]
fn a_link_in_the_place_of_the_folder_for_trying_things_out_is_not_followed() {
    let shop = Shop::new();
    fs::create_dir(shop.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink(shop.path("elsewhere"), shop.flags().join(DEV_FOLDER)).unwrap();
    let config = check::check(&shop.flags()).workspace.config;
    let error = dev_key(&shop.flags(), &config).unwrap_err();
    assert!(matches!(error, OpError::Misplaced { .. }), "{error}");
    assert_eq!(fs::read_dir(shop.path("elsewhere")).unwrap().count(), 0);
}
