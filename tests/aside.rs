//! Outside of Git, `check` sets texts aside. Whatever is found must be shown as if they had never left.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::fs;
use std::path::Path;

use common::{FLAG, SETTINGS, copy, write};
use flagc::finding::Finding;
use flagc::ops::check::{self, Checked, Options};
use flagc::report::{self, Format, Summary};
use flagc::source::FileId;
use flagc::workspace::{self, Texts};

/// All that is found, for people and for programs.
fn shown(checked: &Checked) -> [String; 3] {
    let summary = Summary::of(&checked.findings, checked.flag_count(), checked.workspace.services.len());
    [Format::Human, Format::Json, Format::Sarif].map(|format| {
        let options =
            report::Options { color: false, unicode: true, width: 100, prefix: "", version: "0", rules: &[] };
        report::render(format, &checked.findings, &checked.sources, &summary, &options)
    })
}

#[test]
fn what_is_found_is_shown_as_if_every_text_had_stayed() {
    let (mut cases, mut found) = (0, 0);
    for rule in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules")).unwrap() {
        let bad = rule.unwrap().path().join("bad");
        if !bad.join("flagc.toml").exists() {
            continue;
        }
        let folder = tempfile::tempdir().unwrap();
        copy(&bad, folder.path());
        let light = check::check_with(folder.path(), &Options::default()).unwrap();
        assert_eq!(shown(&light), shown(&check::check(folder.path())), "{}", bad.display());
        (cases, found) = (cases + 1, found + light.findings.len());
    }
    assert!(cases > 50 && found > cases, "{cases} cases, {found} findings");
}

#[test]
fn a_text_comes_back_only_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "flagc.toml", SETTINGS.as_bytes());
    write(root, "one.toml", FLAG.as_bytes());
    write(root, "two.toml", FLAG.as_bytes());
    let mut loaded = workspace::load_with(root, Texts::SetAside);
    let file = |path: &str| loaded.sources.find(path).unwrap();
    let (one, two) = (file("one.toml"), file("two.toml"));
    assert_eq!(&*loaded.sources.file(one).text, "", "it is set aside");
    assert!(loaded.aside.bring_back(root, &mut loaded.sources, [one]));
    assert_eq!(&*loaded.sources.file(one).text, FLAG);
    assert_eq!(&*loaded.sources.file(two).text, "", "nobody asked for it");

    write(root, "two.toml", format!("{FLAG}# edited meanwhile\n").as_bytes());
    assert!(!loaded.aside.bring_back(root, &mut loaded.sources, [one, two]));
    fs::remove_file(root.join("two.toml")).unwrap();
    assert!(!loaded.aside.bring_back(root, &mut loaded.sources, [two]));
}

#[test]
fn a_finding_names_all_files_that_it_points_into() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "flagc.toml", SETTINGS.as_bytes());
    write(root, "a/twice.toml", FLAG.as_bytes());
    write(root, "b/twice.toml", FLAG.as_bytes());
    let checked = check::check(root);
    let files: Vec<FileId> = checked.findings.iter().flat_map(Finding::files).collect();
    let paths: Vec<&str> = files.iter().map(|file| checked.sources.file(*file).path.as_str()).collect();
    assert_eq!(paths, ["b/twice.toml", "a/twice.toml"]);
}
