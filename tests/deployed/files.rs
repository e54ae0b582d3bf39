//! Files: nothing is written that `check` refuses, and nothing is half written.

use std::fs;
use std::path::Path;

use flagc::deployed::{Join, Manifest};
use flagc::ops::deployed::{self, Origin, Target};

use crate::common::{SETTINGS, check, write};
use crate::{AT, entry};

/// A workspace with one service and what is live in production.
fn workspace(live: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "flagc.toml", SETTINGS.as_bytes());
    write(folder.path(), "services/orders.toml", b"description = \"Orders\"\nowner = \"it\"\n");
    write(folder.path(), "deployments/production.toml", live.as_bytes());
    folder
}

fn target(root: &Path, environment: &str) -> Target {
    Target { root: root.to_owned(), environment: environment.to_owned(), recorded_at: AT, dry_run: false }
}

const LIVE: &str = "recorded_at = 2026-11-20T09:14:03Z\n[[live]]\nservice = \"orders\"\nversion = \"1\"\n";

#[test]
fn a_file_that_check_refuses_is_left_as_it_is() {
    let double = format!("{LIVE}[[live]]\nservice = \"gone\"\nversion = \"1\"\n");
    for (live, expected) in [
        ("recorded_at = 2026-11-20T09:14:03Z\n[[live]]\nservice = \"ord", "cannot be edited"),
        ("<<<<<<< HEAD\n=======\n>>>>>>> x\n", "unresolved merge conflict"),
        ("recorded_at = 2026-11-20T09:14:03Z\nlive = 1\n", "`live` is not a list"),
        (double.as_str(), "would not pass `flagc check`: there is no service `gone`"),
    ] {
        let folder = workspace(live);
        let error =
            deployed::set(&target(folder.path(), "production"), &entry("orders", "2", None), Join::Unless)
                .unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(error.exit_code(), 2);
        let path = folder.path().join("deployments/production.toml");
        assert_eq!(fs::read_to_string(path).unwrap(), live);
    }
}

#[test]
fn an_edit_heals_what_it_is_about() {
    let double = format!("{LIVE}[[live]]\nservice = \"orders\"\nversion = \"1\"\n");
    let folder = workspace(&double);
    let edited =
        deployed::set(&target(folder.path(), "production"), &entry("orders", "1", None), Join::Unless)
            .unwrap();
    assert_eq!(edited.services[0].after.len(), 1);
    assert!(check(folder.path()).findings.is_empty());
}

#[test]
fn a_missing_file_is_made_with_the_schema_of_the_others() {
    let folder = workspace(&format!("#:schema https://example.com/deployment.schema.json\n{LIVE}"));
    let edited =
        deployed::set(&target(folder.path(), "dev"), &entry("orders", "latest", Some("eu")), Join::Unless)
            .unwrap();
    assert!(edited.written);
    let text = fs::read_to_string(edited.path).unwrap();
    let expected = "#:schema https://example.com/deployment.schema.json\nrecorded_at = 2026-11-23T08:00:00Z\n\n[[live]]\nservice = \"orders\"\nversion = \"latest\"\ninstance = \"eu\"\n";
    assert_eq!(text, expected);
    assert!(check(folder.path()).findings.is_empty());
}

#[test]
fn nothing_is_written_where_another_thing_stands() {
    let folder = workspace(LIVE);
    let link = folder.path().join("deployments/dev.toml");
    #[cfg(unix)]
    std::os::unix::fs::symlink("production.toml", &link).unwrap();
    let error =
        deployed::set(&target(folder.path(), "dev"), &entry("orders", "2", None), Join::Add).unwrap_err();
    assert!(error.to_string().contains("deployments/dev.toml"), "{error}");
    assert!(link.symlink_metadata().unwrap().is_symlink());
    fs::remove_file(&link).unwrap();
    write(folder.path(), ".gitignore", b"dev.toml\n");
    write(folder.path(), "deployments/dev.toml", b"mine");
    let error =
        deployed::set(&target(folder.path(), "dev"), &entry("orders", "2", None), Join::Add).unwrap_err();
    assert!(error.to_string().contains("flagc does not read it"), "{error}");
}

#[test]
fn versions_of_any_kind_come_back_as_they_were_given() {
    let digest = format!("sha256:{}", "ab".repeat(32));
    let folder = workspace(LIVE);
    for version in ["latest", "2024.11.3", "v1.2", digest.as_str(), "\"quoted\"", "a\\b", "ü'", "1.0.0+build"]
    {
        let edited = deployed::set(
            &target(folder.path(), "production"),
            &entry("orders", version, None),
            Join::Unless,
        )
        .unwrap();
        assert_eq!(edited.services[0].after[0].version, version);
        assert!(check(folder.path()).findings.is_empty());
    }
    for version in ["", " ", " 1", "1\u{1b}[0m", "1\u{202e}2", "1\n2", &"1".repeat(300)] {
        let set = deployed::set(
            &target(folder.path(), "production"),
            &entry("orders", version, None),
            Join::Unless,
        );
        assert!(set.is_err(), "{version:?}");
    }
}

#[test]
fn an_import_that_is_not_sure_of_a_service_leaves_it() {
    let folder = workspace(LIVE);
    let text = "a: {image: 'orders:2'}\nb: {image: {repository: orders, tag: 1.10}}\n";
    let manifest = Manifest { name: "m".to_owned(), bytes: text.as_bytes().to_vec() };
    let imported =
        deployed::import(&target(folder.path(), "production"), None, vec![Origin::Text(manifest)]).unwrap();
    assert!(!imported.edited.written);
    assert_eq!(imported.left, [("orders".to_owned(), "not all of it could be read".to_owned())]);
    assert_eq!(fs::read_to_string(folder.path().join("deployments/production.toml")).unwrap(), LIVE);
}

#[test]
fn a_version_without_a_visible_character_is_no_version() {
    for (version, rule) in [("", "empty-value"), (" ", "invalid-value"), ("\\t", "invalid-value")] {
        let folder = workspace(&LIVE.replace("\"1\"", &format!("\"{version}\"")));
        assert_eq!(check(folder.path()).rules(), [rule], "{version:?}");
    }
}
