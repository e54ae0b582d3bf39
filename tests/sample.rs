//! The sample workspace in `flags/` is what newcomers read first: every file of it is plain TOML 1.0, fits its
//! type and its schema, and says by its first line which schema that is.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

use flagc::format::{
    DeploymentFile, FileKind, FlagFile, ReleaseFile, SegmentFile, ServiceFile, WorkspaceFile,
};
use flagc::rule::Group;
use flagc::syntax::{Item, Mismatch, from_item, parse};

#[test]
fn every_file_fits_its_type() {
    for (path, text) in sample() {
        let tree = parse(&text);
        assert_eq!(tree.problems, [], "{path}");
        if let Err(mismatch) = read(FileKind::of(&path), tree.root()) {
            panic!("{path}: {mismatch}");
        }
    }
}

#[test]
fn every_file_fits_its_schema() {
    for kind in FileKind::ALL {
        let schema = flagc::format::json_schema(kind).to_value();
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        for (path, text) in sample().into_iter().filter(|(path, _)| FileKind::of(path) == kind) {
            let tree = parse(&text);
            let errors: Vec<String> =
                validator.iter_errors(&tree.root().to_json()).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{path}: {errors:?}");
        }
    }
}

#[test]
fn check_has_nothing_to_say() {
    let mut checked = flagc::ops::check::check(&Path::new(env!("CARGO_MANIFEST_DIR")).join("flags"));
    // The sample grows older with this repository.
    checked.findings.retain(|finding| {
        !flagc::rules::ALL.iter().any(|rule| rule.id == finding.rule && rule.group == Group::Lifecycle)
    });
    assert_eq!(checked.findings, []);
}

#[test]
fn every_file_names_its_schema_in_the_first_line() {
    for (path, text) in sample() {
        let up = "../".repeat(path.matches('/').count() + 1);
        let first = format!("#:schema {up}schemas/{}.schema.json", FileKind::of(&path).as_str());
        assert_eq!(text.lines().next(), Some(first.as_str()), "{path}");
    }
}

#[test]
fn every_kind_of_file_and_of_flag_is_shown() {
    let sample = sample();
    let count = |kind| sample.iter().filter(|(path, _)| FileKind::of(path) == kind).count();
    assert!(FileKind::ALL.into_iter().all(|kind| count(kind) > 0));
    assert!(count(FileKind::Flag) >= 9);
    assert!(count(FileKind::Segment) >= 2);
    assert_eq!(count(FileKind::Deployment), 3);
    for kind in ["release", "experiment", "ops", "permission"] {
        assert!(sample.iter().any(|(_, text)| text.contains(&format!("\nkind = \"{kind}\"\n"))), "{kind}");
    }
}

fn read(kind: FileKind, item: Item<'_>) -> Result<(), Box<Mismatch>> {
    match kind {
        FileKind::Workspace => from_item::<WorkspaceFile>(item).map(drop),
        FileKind::Flag => from_item::<FlagFile>(item).map(drop),
        FileKind::Segment => from_item::<SegmentFile>(item).map(drop),
        FileKind::Service => from_item::<ServiceFile>(item).map(drop),
        FileKind::Deployment => from_item::<DeploymentFile>(item).map(drop),
        FileKind::Release => from_item::<ReleaseFile>(item).map(drop),
    }
}

/// All files of the sample, sorted: path relative to the workspace, and text.
fn sample() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("flags");
    let mut files = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "toml") {
                let relative = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
                files.push((relative, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort();
    assert!(files.len() > 20, "the sample is there");
    files
}

#[test]
fn the_runtime_recognises_the_guards_of_what_is_compiled() {
    let out = tempfile::tempdir().unwrap();
    let flagc = std::process::Command::new(env!("CARGO_BIN_EXE_flagc"))
        .args([
            "-C",
            concat!(env!("CARGO_MANIFEST_DIR"), "/flags"),
            "build",
            "-e",
            "production",
            "--unsigned",
        ])
        .args(["--allow-dirty", "--serial", "1", "-o"])
        .arg(out.path())
        .output();
    assert!(flagc.unwrap().status.success());
    let document = fs::read(out.path().join("production.flagd.json")).unwrap();
    let compiled = format!("{:?}", flagc_runtime::Document::from_bytes(&document).unwrap());
    for guard in ["Guard(Integer", "Guard(Version", "Guard(FilledText"] {
        assert!(compiled.contains(guard), "none of the conditions became {guard}");
    }
}
