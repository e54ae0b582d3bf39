//! Refactorings are silent: pairs of files that say the same in other words, compared by the command in a repository.
//! Each has a twin with one real change in it, which is told.
//!
//! `tests/refactorings/NAME/{base,head,real}` are laid over `tests/refactorings/shared`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const CASES: &str = "tests/refactorings";

fn git(folder: &Path, args: &[&str]) {
    let output = Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"])
        .args(args)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Puts a side of a case into the work tree.
fn lay(case: &Path, side: &str, work_tree: &Path) {
    for entry in fs::read_dir(work_tree).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with(".git") {
            fs::remove_dir_all(path).unwrap();
        } else if path.is_file() {
            fs::remove_file(path).unwrap();
        }
    }
    copy(&Path::new(CASES).join("shared"), work_tree);
    copy(&case.join(side), work_tree);
}

/// What `flagc diff` says of the work tree and the last commit, or what is wrong with one of them.
fn diff(work_tree: &Path) -> Result<Value, String> {
    let output = Command::new(env!("CARGO_BIN_EXE_flagc"))
        .args(["diff", "HEAD", "--at", "2026-11-20T00:00:00Z", "--format", "json"])
        .current_dir(work_tree)
        .output()
        .unwrap();
    let noise = String::from_utf8(output.stderr).unwrap();
    if !output.status.success() || !noise.is_empty() {
        return Err(format!("{}: {noise}", output.status));
    }
    Ok(serde_json::from_slice(&output.stdout).unwrap())
}

fn judge(case: &Path) -> Result<(), String> {
    let scratch = tempfile::tempdir().unwrap();
    let work_tree = scratch.path();
    git(work_tree, &["init", "-q"]);
    lay(case, "base", work_tree);
    git(work_tree, &["add", "-A"]);
    git(work_tree, &["commit", "-q", "-m", "base"]);
    let told = |diff: &Value| {
        ["changes", "scheduled", "incomparable"].map(|key| diff[key].as_array().unwrap().len())
    };
    lay(case, "head", work_tree);
    let head = diff(work_tree)?;
    if told(&head) != [0, 0, 0] {
        return Err(format!("something changes: {head:#}"));
    }
    lay(case, "real", work_tree);
    let real = diff(work_tree)?;
    let changed = |key: &str| {
        real[key].as_array().unwrap().iter().any(|change| !change["regions"].as_array().unwrap().is_empty())
    };
    if !(changed("changes") || changed("scheduled")) {
        return Err(format!("the real change is not told: {real:#}"));
    }
    Ok(())
}

#[test]
fn refactorings_change_nothing_for_anybody_and_their_twins_do() {
    if Command::new("git").arg("--version").output().is_err() {
        eprintln!("skipped: git is not installed");
        return;
    }
    let mut cases: Vec<PathBuf> = fs::read_dir(CASES).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|case| !case.ends_with("shared"));
    cases.sort();
    assert!(cases.len() >= 20, "{}", cases.len());
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| judge(case).err().map(|why| format!("{}: {why}", case.display())))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
