//! What cannot be compared, and what is said about it.

use std::process::Command;

use flagc::history::HistoryError;
use flagc::ops::OpError;

use super::{SETTINGS, commit_all, error, flag, git, pair, put, repository, scratch, unchanged};

#[test]
fn what_is_no_commit_is_refused_with_the_nearest_name() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    git(&repository, &["branch", "release-2026"]);
    let slip = error(&repository, Some("relaese-2026"), None);
    assert_eq!(slip.to_string(), "there is no revision `relaese-2026`");
    assert!(slip.help().unwrap().contains("release-2026"), "{:?}", slip.help());
    let dots = error(&repository, Some("main...release-2026"), None);
    assert!(dots.help().unwrap().contains("BASE HEAD"), "{dots}: {:?}", dots.help());
    let folder = error(&repository, Some("HEAD:flags"), None);
    assert_eq!(folder.to_string(), "`HEAD:flags` is a folder, not a commit");
    let file = error(&repository, Some("HEAD"), Some("HEAD:README.md"));
    assert_eq!(file.to_string(), "`HEAD:README.md` is a file, not a commit");
}

#[test]
fn without_repository_commits_or_main_branch_there_is_an_error_that_says_so() {
    let Some(scratch) = scratch() else { return };
    let root = scratch.path().join("plain");
    put(&root, "flagc.toml", SETTINGS);
    let outside = error(&root, None, None);
    assert!(matches!(outside, OpError::History(HistoryError::NotARepository { .. })), "{outside}");
    git(&root, &["init", "-q"]);
    let unborn = error(&root, None, None);
    assert!(matches!(unborn, OpError::History(HistoryError::NoCommits { .. })), "{unborn}");
    commit_all(&root);
    git(&root, &["branch", "-m", "main", "develop"]);
    let no_main = error(&root, None, None);
    assert!(matches!(no_main, OpError::History(HistoryError::NoMainBranch { shallow: false, .. })));
    git(&root, &["checkout", "-q", "--orphan", "main"]);
    put(&root, "README.md", "another beginning\n");
    commit_all(&root);
    git(&root, &["checkout", "-q", "develop"]);
    let apart = error(&root, None, None);
    assert_eq!(apart.to_string(), "`HEAD` and `main` have no commit in common");
}

#[test]
fn a_shallow_clone_without_the_base_says_how_to_deepen_it() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    commit_all(&repository);
    git(&repository, &["checkout", "-q", "-b", "topic"]);
    commit_all(&repository);
    git(&repository, &["checkout", "-q", "main"]);
    let url = format!("file://{}", repository.display());
    git(scratch.path(), &["clone", "-q", "--depth=1", "-b", "topic", &url, "shallow"]);
    let shallow = scratch.path().join("shallow");
    for base in [None, Some("HEAD~1"), Some("origin/main")] {
        let lacking = error(&shallow, base, None);
        assert!(lacking.help().unwrap().contains("fetch-depth: 0"), "{lacking}: {:?}", lacking.help());
    }
    git(&shallow, &["fetch", "-q", "--depth=1", "origin", "main:refs/remotes/origin/main"]);
    let apart = error(&shallow, None, None);
    assert!(apart.help().unwrap().contains("--unshallow"), "{apart}");
    assert_eq!(unchanged(&pair(&shallow, Some("HEAD"), None)), ["new", "old"]);
}

#[test]
fn a_partial_clone_is_enough_until_a_file_is_needed_that_it_lacks() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    put(&repository, "flags/old.toml", &flag("Newer"));
    commit_all(&repository);
    git(&repository, &["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", repository.display());
    git(scratch.path(), &["clone", "-q", "--filter=blob:none", &url, "partial"]);
    let partial = scratch.path().join("partial");
    assert_eq!(unchanged(&pair(&partial, Some("HEAD"), None)), ["new", "old"]);
    let lacking = error(&partial, Some("HEAD~1"), None);
    assert!(matches!(lacking, OpError::History(HistoryError::Missing { .. })), "{lacking}");
    assert!(lacking.help().unwrap().contains("--filter"));
}

#[test]
fn a_repository_of_another_user_is_refused() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    let change_owner = Command::new("chown").args(["-R", "12345"]).arg(&repository).output();
    if !change_owner.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: only root can give a repository to another user");
        return;
    }
    let refused = error(&repository, None, None);
    assert!(matches!(refused, OpError::History(HistoryError::Owner { .. })), "{refused}");
}
