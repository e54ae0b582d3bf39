//! The plan for workspaces in several places of a repository.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use super::*;
use crate::format::{FlagFile, SegmentFile, WorkspaceFile};
use crate::syntax::{from_item, parse};

const WORKSPACES: [&str; 4] = ["", "flags", "config/flags", "./odd's [folder]/$(x)/"];

fn options(workspace: &str, ci: Option<Ci>) -> Options<'_> {
    Options { root: Path::new("/r"), workspace, project: "acme shop", ci, version: "1.2.3" }
}

fn texts(workspace: &str, ci: Option<Ci>) -> BTreeMap<String, String> {
    let text = |file: OutputFile| {
        let path = file.path.strip_prefix("/r").unwrap().to_str().unwrap().to_owned();
        (path, String::from_utf8(file.bytes).unwrap())
    };
    plan(&options(workspace, ci)).into_iter().map(text).collect()
}

#[test]
fn every_file_of_the_workspace_fits_its_type_and_finds_its_schema() {
    for workspace in WORKSPACES {
        let files = texts(workspace, None);
        let folder = Folder::new(workspace);
        for (path, text) in files.iter().filter(|(_, text)| text.starts_with("#:schema")) {
            let within = path.strip_prefix(&folder.join("")).unwrap();
            let tree = parse(text);
            assert_eq!(tree.problems, []);
            match FileKind::of(within) {
                FileKind::Workspace => from_item::<WorkspaceFile>(tree.root()).map(drop).unwrap(),
                FileKind::Flag => from_item::<FlagFile>(tree.root()).map(drop).unwrap(),
                FileKind::Segment => from_item::<SegmentFile>(tree.root()).map(drop).unwrap(),
                kind => unreachable!("{kind:?}"),
            }
            let mut place: Vec<&str> = path.split('/').collect();
            place.pop();
            for part in text.lines().next().unwrap()["#:schema ".len()..].split('/') {
                match part {
                    "." => {}
                    ".." => drop(place.pop().unwrap()),
                    part => place.push(part),
                }
            }
            assert!(files.contains_key(&place.join("/")), "{path} names {place:?}");
        }
        assert_eq!(files.values().filter(|text| text.starts_with("#:schema")).count(), 3);
    }
}

#[test]
fn nothing_is_left_to_fill_in() {
    for (workspace, ci) in WORKSPACES.into_iter().flat_map(|w| [(w, Ci::Github), (w, Ci::Gitlab)]) {
        for (path, text) in texts(workspace, Some(ci)) {
            for gap in ["@up@", "@toml@", "@shell@", "@pattern@", "@project@", "@version@"] {
                assert!(!text.contains(gap), "{path} has {gap}");
            }
            assert!(text.ends_with('\n'), "{path}");
        }
    }
}

#[test]
fn ci_gets_the_file_it_reads() {
    let name = |ci| texts("flags", ci).into_keys().filter(|path| path.contains("yml")).collect::<Vec<_>>();
    assert_eq!(name(None), [""; 0]);
    assert_eq!(name(Some(Ci::Github)), [".github/workflows/flags.yml"]);
    assert_eq!(name(Some(Ci::Gitlab)), [".gitlab-ci.yml"]);
    let github = &texts("flags", Some(Ci::Github))[".github/workflows/flags.yml"];
    assert!(github.contains("flagc -C flags check --format github\n"));
    assert!(github.contains("flagc -C flags build --all "));
    assert!(github.contains("flagc -C flags diff \"$BASE\" --policy --format markdown\n"));
    let gitlab = &texts("flags", Some(Ci::Gitlab))[".gitlab-ci.yml"];
    assert!(gitlab.contains("flagc -C flags diff \"$CI_MERGE_REQUEST_DIFF_BASE_SHA\" --policy "));
}

#[test]
fn odd_folders_are_quoted_for_whoever_reads_them() {
    let files = texts(WORKSPACES[3], Some(Ci::Gitlab));
    let word = r"'odd'\''s [folder]/$(x)'";
    assert!(files[".gitlab-ci.yml"].contains(&format!("flagc -C {word} check\n")));
    let hook = &files[".pre-commit-config.yaml"];
    assert!(hook.contains(&format!("flagc -C {word} check\n")), "{hook}");
    assert!(hook.contains(r"files: '^odd''s \[folder\]/\$\(x\)/.*\.toml$'"), "{hook}");
    assert_eq!(shell_word("-x"), "'-x'");
}

#[test]
fn what_exists_is_told_and_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { root: folder.path(), ..options("flags", None) };
    let plan = plan(&options);
    assert!(existing(&plan).is_empty());
    std::fs::write(folder.path().join(".gitignore"), "mine\n").unwrap();
    assert_eq!(existing(&plan), [folder.path().join(".gitignore")]);
}

#[test]
fn a_folder_becomes_a_project_name() {
    for (folder, name) in
        [("acme-shop", "acme-shop"), ("my shop", "my-shop"), (".config", "config"), ("…", "my-project")]
    {
        assert_eq!(project_name(folder), name);
    }
    assert_eq!(project_name(&"x".repeat(99)).len(), 64);
}
