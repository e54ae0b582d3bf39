//! Where the workspace lies: worktrees, submodules, bare repositories, moved folders.

use std::fs;

use flagc::history::HistoryError;
use flagc::ops::OpError;

use super::{SETTINGS, commit_all, error, flag, git, keys, pair, put, repository, scratch, unchanged};

#[test]
fn worktrees_and_submodules_have_their_own_revisions() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    git(&repository, &["worktree", "add", "-q", "-b", "topic", "../beside"]);
    let beside = scratch.path().join("beside");
    put(&beside, "flags/more.toml", &flag("More"));
    commit_all(&beside);
    let of_worktree = pair(&beside, None, None);
    assert_eq!((keys(&of_worktree.base).len(), keys(&of_worktree.head).len()), (2, 3));
    let outer = scratch.path().join("outer");
    fs::create_dir(&outer).unwrap();
    git(&outer, &["init", "-q"]);
    put(&outer, "flagc.toml", "project = \"outer\"\n");
    git(&outer, &["submodule", "--quiet", "add", repository.to_str().unwrap(), "inner"]);
    commit_all(&outer);
    let of_submodule = pair(&outer.join("inner/flags"), None, None);
    assert_eq!(of_submodule.base.loaded.workspace.config.project, "shop");
    assert_eq!(unchanged(&of_submodule), ["new", "old"]);
    let of_outer = pair(&outer, Some("HEAD"), Some("HEAD"));
    assert_eq!(of_outer.head.loaded.workspace.config.project, "outer");
    assert!(keys(&of_outer.head).is_empty());
}

#[test]
fn a_bare_repository_is_compared_by_its_trees() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    put(&repository, "flags/more.toml", &flag("More"));
    commit_all(&repository);
    git(scratch.path(), &["clone", "-q", "--bare", repository.to_str().unwrap(), "bare.git"]);
    // A workspace around the bare repository is another one.
    put(scratch.path(), "flagc.toml", "project = \"other\"\n");
    let bare = scratch.path().join("bare.git");
    let both = pair(&bare, Some("main~1"), Some("main"));
    assert_eq!((keys(&both.base).len(), keys(&both.head).len()), (2, 3));
    assert_eq!(both.head.folder.as_deref(), Some("flags"));
    let refused = error(&bare, Some("main"), None);
    assert!(matches!(refused, OpError::History(HistoryError::NoWorkTree { .. })), "{refused}");
    assert!(refused.help().unwrap().contains("BASE HEAD"));
}

#[test]
fn without_a_work_tree_the_only_workspace_is_taken_and_several_are_listed() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    git(&repository, &["mv", "flags", "somewhere"]);
    commit_all(&repository);
    git(&repository, &["branch", "one"]);
    put(&repository, "else/flagc.toml", SETTINGS);
    commit_all(&repository);
    git(&repository, &["rm", "-q", "-r", "else", "somewhere"]);
    commit_all(&repository);
    git(scratch.path(), &["clone", "-q", "--bare", repository.to_str().unwrap(), "bare.git"]);
    let bare = scratch.path().join("bare.git");
    let moved = pair(&bare, Some("one~1"), Some("one"));
    assert!(moved.is_moved());
    assert_eq!(moved.head.folder.as_deref(), Some("somewhere"));
    assert_eq!(unchanged(&moved), ["new", "old"]);
    let several = error(&bare, Some("one"), Some("main~1"));
    assert_eq!(several.to_string(), "there is more than one workspace in `main~1`: `else`, `somewhere`");
    let removed = pair(&bare, Some("one"), Some("main"));
    assert!(removed.head.folder.is_none() && keys(&removed.head).is_empty());
    assert_eq!(keys(&removed.base), ["new", "old"]);
    let none = error(&bare, Some("main"), Some("main"));
    assert!(matches!(none, OpError::NoWorkspaceIn { .. }), "{none}");
}

#[test]
fn a_workspace_that_moved_is_found_and_one_that_is_new_has_an_empty_base() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    git(&repository, &["mv", "flags", "config"]);
    let moved = pair(&repository.join("config"), Some("HEAD"), None);
    assert_eq!(moved.base.folder.as_deref(), Some("flags"));
    assert!(moved.is_moved());
    assert_eq!(unchanged(&moved), ["new", "old"]);
    commit_all(&repository);
    // A second workspace beside the first is new, not the first one moved.
    put(&repository, "second/flagc.toml", "project = \"second\"\n");
    put(&repository, "second/a.toml", &flag("A"));
    let new = pair(&repository.join("second"), Some("HEAD"), None);
    assert!(new.base.folder.is_none() && !new.is_moved());
    assert!(keys(&new.base).is_empty() && new.base.loaded.findings.is_empty());
    // Where several have left, the project decides.
    commit_all(&repository);
    git(&repository, &["mv", "second", "deux"]);
    git(&repository, &["mv", "config", "un"]);
    let second = pair(&repository.join("deux"), Some("HEAD"), None);
    assert_eq!(second.base.folder.as_deref(), Some("second"));
}
