//! What Git says of a workspace, on repositories that the `git` command made.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use flagc::history::{ChangeKind, CommitFacts, Facts, Head, HistoryError, Input, describe};
use tempfile::TempDir;

/// A folder that is removed at the end, or nothing where `git` is not installed.
fn scratch() -> Option<TempDir> {
    if Command::new("git").arg("--version").output().is_err() {
        eprintln!("skipped: git is not installed");
        return None;
    }
    Some(tempfile::tempdir().unwrap())
}

fn git(folder: &Path, args: &[&str]) -> String {
    git_as(folder, args, "2026-11-20T10:14:03+01:00")
}

fn git_as(folder: &Path, args: &[&str], date: &str) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"])
        .args(["-c", "protocol.file.allow=always"])
        .args(args)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_AUTHOR_DATE", "2020-01-01T00:00:00Z")
        .env("GIT_COMMITTER_DATE", date)
        .output()
        .unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn put(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn commit_all(folder: &Path) -> String {
    git(folder, &["add", "-A", "-f"]);
    git(folder, &["commit", "-q", "-m", "change", "--allow-empty"]);
    git(folder, &["rev-parse", "HEAD"])
}

/// A repository with a workspace of two files in `flags/` and one commit.
fn repository(scratch: &TempDir) -> PathBuf {
    let repository = scratch.path().join("shop");
    fs::create_dir(&repository).unwrap();
    git(&repository, &["init", "-q"]);
    put(&repository, "README.md", "a shop\n");
    put(&repository, "flags/flagc.toml", "project = \"shop\"\n");
    put(&repository, "flags/checkout/new.toml", "kind = \"release\"\nowner = \"a\"\n");
    commit_all(&repository);
    repository
}

/// Reads the workspace as the tool does, as far as these tests need it: visible files that end in `.toml`.
fn read(root: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if name.starts_with('.') || path.is_symlink() {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "toml") {
                let relative = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                files.push((relative, fs::read(&path).unwrap()));
            }
        }
    }
    files
}

fn facts_with(root: &Path, serial: Option<u64>) -> Result<Facts, HistoryError> {
    let files = read(root);
    let inputs: Vec<Input<'_>> = files.iter().map(|(path, bytes)| Input { path, bytes }).collect();
    describe(root, &inputs, serial)
}

fn facts(root: &Path) -> Facts {
    facts_with(root, None).unwrap()
}

fn commit_of(facts: &Facts) -> &CommitFacts {
    match &facts.head {
        Head::Commit(commit) => commit,
        other => panic!("no commit: {other:?}"),
    }
}

fn changes(facts: &Facts) -> Vec<(&str, ChangeKind)> {
    facts.changes.iter().map(|change| (change.path.as_str(), change.kind)).collect()
}

#[test]
fn a_clean_clone_names_its_commit_its_time_in_utc_and_its_serial() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    let facts = facts(&repository.join("flags"));
    assert!(!facts.is_dirty());
    let id = git(&repository, &["rev-parse", "HEAD"]);
    let expected = CommitFacts { id, time: "2026-11-20T09:14:03Z".to_owned(), serial: 1 };
    assert_eq!(*commit_of(&facts), expected);
}

#[test]
fn the_digest_of_the_inputs_is_what_sha256sum_prints() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    let script = "git ls-files -z '*.toml' | LC_ALL=C sort -z | xargs -0 sha256sum -z | sha256sum";
    let output =
        Command::new("sh").args(["-c", script]).current_dir(repository.join("flags")).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let expected = printed.split(' ').next().unwrap();
    assert_eq!(facts(&repository.join("flags")).inputs, format!("sha256:{expected}"));
}

#[test]
fn clones_at_other_paths_give_the_same_facts() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    let path = repository.to_str().unwrap();
    git(scratch.path(), &["clone", "-q", path, "ä b/deep"]);
    let here = facts(&repository.join("flags"));
    assert_eq!(facts(&scratch.path().join("ä b/deep/flags")), here);
    git(&repository, &["worktree", "add", "-q", "--detach", "../worktree"]);
    assert_eq!(facts(&scratch.path().join("worktree/flags")), here);
}

#[test]
fn a_checkout_with_other_line_ends_is_clean_and_has_the_same_digest() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    let path = repository.to_str().unwrap();
    git(scratch.path(), &["clone", "-q", "-c", "core.autocrlf=true", path, "windows"]);
    let flags = scratch.path().join("windows/flags");
    assert!(fs::read_to_string(flags.join("flagc.toml")).unwrap().contains("\r\n"));
    assert_eq!(facts(&flags), facts(&repository.join("flags")));
}

#[test]
fn other_line_ends_that_git_does_not_convert_are_a_change() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    put(&repository, "flags/flagc.toml", "project = \"shop\"\r\n");
    assert_eq!(changes(&facts(&repository.join("flags"))), [("flagc.toml", ChangeKind::Modified)]);
}

#[test]
fn modified_untracked_deleted_and_ignored_files_are_named() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    let flags = repository.join("flags");
    put(&flags, "ignored.toml", "");
    put(&flags, "gone.toml", "");
    put(&flags, ".taplo.toml", "hidden files are not read");
    commit_all(&repository);
    assert!(!facts(&flags).is_dirty());
    put(&flags, "checkout/new.toml", "kind = \"ops\"\n");
    put(&flags, "checkout/other.toml", "");
    fs::remove_file(flags.join("gone.toml")).unwrap();
    let mut files = read(&flags);
    files.retain(|(path, _)| path != "ignored.toml");
    let inputs: Vec<Input<'_>> = files.iter().map(|(path, bytes)| Input { path, bytes }).collect();
    let facts = describe(&flags, &inputs, None).unwrap();
    let expected = [
        ("checkout/new.toml", ChangeKind::Modified),
        ("checkout/other.toml", ChangeKind::Untracked),
        ("gone.toml", ChangeKind::Deleted),
        ("ignored.toml", ChangeKind::Ignored),
    ];
    assert_eq!(changes(&facts), expected);
    let committed = facts_with(&flags, None).unwrap();
    assert_ne!(facts.inputs, committed.inputs);
}

#[test]
fn a_change_outside_the_workspace_or_only_in_the_index_is_none() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    let before = facts(&repository.join("flags"));
    put(&repository, "README.md", "another shop\n");
    put(&repository, "flags/notes.md", "no flag\n");
    let path = repository.join("flags/flagc.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, "staged").unwrap();
    git(&repository, &["add", "flags/flagc.toml"]);
    fs::write(&path, text).unwrap();
    assert_eq!(facts(&repository.join("flags")), before);
}

#[test]
fn the_serial_counts_first_parents() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    git(&repository, &["checkout", "-q", "-b", "topic"]);
    for n in 0..3 {
        put(&repository, "flags/topic.toml", &n.to_string());
        commit_all(&repository);
    }
    git(&repository, &["checkout", "-q", "main"]);
    git(&repository, &["merge", "-q", "--no-ff", "-m", "merge", "topic"]);
    let root = repository.join("flags");
    assert_eq!(commit_of(&facts(&root)).serial, 2);
    assert_eq!(commit_of(&facts_with(&root, Some(9)).unwrap()).serial, 9);
}

#[test]
fn a_shallow_clone_has_no_serial_of_its_own() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    commit_all(&repository);
    let url = format!("file://{}", repository.display());
    git(scratch.path(), &["clone", "-q", "--depth=1", &url, "shallow"]);
    let root = scratch.path().join("shallow/flags");
    let error = facts_with(&root, None).unwrap_err();
    assert!(matches!(error, HistoryError::Shallow { .. }), "{error}");
    assert!(error.help().unwrap().contains("--unshallow"));
    assert_eq!(commit_of(&facts_with(&root, Some(7)).unwrap()).serial, 7);
    git(&scratch.path().join("shallow"), &["worktree", "add", "-q", "--detach", "../beside"]);
    let error = facts_with(&scratch.path().join("beside/flags"), None).unwrap_err();
    assert!(matches!(error, HistoryError::Shallow { .. }), "{error}");
}

#[test]
fn a_clone_without_blobs_is_enough() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    git(&repository, &["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", repository.display());
    git(scratch.path(), &["clone", "-q", "--filter=blob:none", &url, "partial"]);
    assert_eq!(facts(&scratch.path().join("partial/flags")), facts(&repository.join("flags")));
}

#[test]
fn a_workspace_can_be_the_repository_or_a_submodule() {
    let Some(scratch) = scratch() else { return };
    let inner = scratch.path().join("inner");
    fs::create_dir(&inner).unwrap();
    git(&inner, &["init", "-q"]);
    put(&inner, "flagc.toml", "project = \"inner\"\n");
    let id = commit_all(&inner);
    assert!(!facts(&inner).is_dirty());
    let outer = repository(&scratch);
    git(&outer, &["submodule", "--quiet", "add", inner.to_str().unwrap(), "inner"]);
    commit_all(&outer);
    let facts = facts(&outer.join("inner"));
    assert_eq!(commit_of(&facts).id, id);
    assert!(!facts.is_dirty());
}

#[test]
fn a_workspace_that_is_reached_through_a_link_is_the_one_it_points_to() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    let link = scratch.path().join("link");
    std::os::unix::fs::symlink(repository.join("flags"), &link).unwrap();
    assert_eq!(facts(&link), facts(&repository.join("flags")));
}

#[test]
fn outside_git_and_before_the_first_commit_there_is_only_the_digest() {
    let Some(scratch) = scratch() else { return };
    let root = scratch.path().join("flags");
    put(&root, "flagc.toml", "project = \"shop\"\n");
    let outside = facts(&root);
    assert_eq!(outside.head, Head::Outside);
    assert!(outside.is_dirty());
    git(scratch.path(), &["init", "-q"]);
    let unborn = facts(&root);
    assert_eq!(unborn.head, Head::Unborn);
    commit_all(scratch.path());
    assert_eq!(facts(&root).inputs, outside.inputs);
    assert_eq!(unborn.inputs, outside.inputs);
}

#[test]
fn a_workspace_that_is_not_in_the_commit_is_untracked() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    put(&repository, "more/flagc.toml", "");
    assert_eq!(changes(&facts(&repository.join("more"))), [("flagc.toml", ChangeKind::Untracked)]);
}

#[test]
fn a_bare_repository_is_refused() {
    let Some(scratch) = scratch() else { return };
    git(scratch.path(), &["init", "-q", "--bare", "bare"]);
    let root = scratch.path().join("bare");
    put(&root, "flagc.toml", "");
    let error = describe(&root, &[], None).unwrap_err();
    assert!(matches!(error, HistoryError::Bare { .. }), "{error}");
}

#[test]
fn a_damaged_repository_is_an_error_that_names_it() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    let tree = git(&repository, &["rev-parse", "HEAD^{tree}"]);
    let (folder, file) = tree.split_at(2);
    let object = repository.join(".git/objects").join(folder).join(file);
    fs::remove_file(&object).unwrap();
    let error = facts_with(&repository.join("flags"), None).unwrap_err().to_string();
    assert!(error.starts_with("cannot read commit `"), "{error}");
    fs::write(repository.join(".git/config"), "[core").unwrap();
    let error = facts_with(&repository.join("flags"), None).unwrap_err().to_string();
    assert!(error.starts_with("cannot read the settings of the Git repository of"), "{error}");
}

#[test]
fn a_repository_of_another_user_is_refused_with_advice() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    let change_owner = Command::new("chown").args(["-R", "12345"]).arg(&repository).output();
    if !change_owner.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: only root can give a repository to another user");
        return;
    }
    let error = facts_with(&repository.join("flags"), None).unwrap_err();
    assert!(matches!(error, HistoryError::Owner { .. }), "{error}");
    assert!(error.help().unwrap().contains("safe.directory"));
}
