//! Two states of a workspace from Git's objects, on repositories that the `git` command made.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use flagc::history::HistoryError;
use flagc::ops::OpError;
use flagc::ops::revisions::{Pair, Side, WORK_TREE, load_pair};
use tempfile::TempDir;

const SETTINGS: &str = "project = \"shop\"\nenvironments = [{ name = \"dev\" }, { name = \"production\" }]\n\n\
                        [context.tier]\ntype = \"string\"\n";
const STAFF: &str = "description = \"Staff\"\nowner = \"a\"\nif = { tier = \"staff\" }\n";

fn flag(description: &str) -> String {
    format!(
        "description = \"{description}\"\nkind = \"release\"\nowner = \"a\"\nserve = \"off\"\n\n\
         [[rules]]\nif = {{ segment = \"staff\" }}\nserve = \"on\"\n"
    )
}

/// A folder that is removed at the end, or nothing where `git` is not installed.
fn scratch() -> Option<TempDir> {
    if Command::new("git").arg("--version").output().is_err() {
        eprintln!("skipped: git is not installed");
        return None;
    }
    Some(tempfile::tempdir().unwrap())
}

fn git(folder: &Path, args: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"])
        .args(["-c", "protocol.file.allow=always"])
        .args(args)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_AUTHOR_DATE", "2020-01-01T00:00:00Z")
        .env("GIT_COMMITTER_DATE", "2026-11-20T09:14:03Z")
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

/// A repository with a workspace of two flags and a segment in `flags/`, and one commit.
fn repository(scratch: &TempDir) -> PathBuf {
    let repository = scratch.path().join("shop");
    fs::create_dir(&repository).unwrap();
    git(&repository, &["init", "-q"]);
    put(&repository, "README.md", "a shop\n");
    put(&repository, "flags/flagc.toml", SETTINGS);
    put(&repository, "flags/checkout/new.toml", &flag("New"));
    put(&repository, "flags/old.toml", &flag("Old"));
    put(&repository, "flags/segments/staff.toml", STAFF);
    commit_all(&repository);
    repository
}

fn pair(start: &Path, base: Option<&str>, head: Option<&str>) -> Pair {
    load_pair(start, base, head).unwrap_or_else(|error| panic!("{error}"))
}

fn error(start: &Path, base: Option<&str>, head: Option<&str>) -> OpError {
    let error = load_pair(start, base, head).map(|_| ()).expect_err("it must fail");
    assert_eq!(error.exit_code(), 2, "{error}");
    error
}

fn keys(side: &Side) -> Vec<&str> {
    side.loaded.workspace.flags.iter().map(|flag| flag.key.as_str()).collect()
}

fn unchanged(pair: &Pair) -> Vec<&str> {
    pair.unchanged.flags.iter().map(ecow::EcoString::as_str).collect()
}

/// What a side holds must be what a plain load of the same files gives, whatever was reused.
fn assert_same_as_plain(side: &Side, root: &Path) {
    let plain = flagc::workspace::load(root);
    assert_eq!(format!("{:?}", side.loaded), format!("{plain:?}"));
}

#[test]
fn without_arguments_the_merge_base_with_the_main_branch_is_compared_with_the_work_tree() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    let fork = git(&repository, &["rev-parse", "HEAD"]);
    git(&repository, &["checkout", "-q", "-b", "topic"]);
    put(&repository, "flags/mine.toml", &flag("Mine"));
    commit_all(&repository);
    git(&repository, &["checkout", "-q", "main"]);
    put(&repository, "flags/theirs.toml", &flag("Theirs"));
    commit_all(&repository);
    git(&repository, &["checkout", "-q", "topic"]);
    put(&repository, "flags/old.toml", &flag("Changed, not committed"));
    let pair = pair(&repository.join("flags/checkout"), None, None);
    assert_eq!(pair.base.name, "merge base with main");
    assert_eq!(pair.base.commit.as_deref(), Some(fork.as_str()));
    assert_eq!(pair.base.time, Some(1_795_166_043));
    assert_eq!(keys(&pair.base), ["new", "old"]);
    assert_eq!((pair.head.name.as_str(), &pair.head.commit, pair.head.time), (WORK_TREE, &None, None));
    assert_eq!(keys(&pair.head), ["mine", "new", "old"]);
    assert_eq!(unchanged(&pair), ["new"]);
    assert!(pair.unchanged.settings && pair.unchanged.segments.contains("staff"));
    assert!(!pair.is_moved());
    let old = &pair.base.loaded.sources.file(pair.base.loaded.workspace.flags[1].file);
    assert!(old.path == "old.toml" && old.text.contains("\"Old\""), "{old:?}");
}

#[test]
fn the_remotes_main_branch_goes_before_the_local_one_whatever_it_is_called() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    git(&repository, &["branch", "-m", "main", "trunk"]);
    let path = repository.to_str().unwrap();
    git(scratch.path(), &["clone", "-q", path, "clone"]);
    let clone = scratch.path().join("clone");
    git(&clone, &["checkout", "-q", "-b", "main"]);
    put(&clone, "flags/more.toml", &flag("More"));
    commit_all(&clone);
    let pair = pair(&clone, None, None);
    assert_eq!(pair.base.name, "merge base with origin/trunk");
    assert_eq!(keys(&pair.base), ["new", "old"]);
}

#[test]
fn revisions_are_named_as_for_git() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    let first = git(&repository, &["rev-parse", "HEAD"]);
    git(&repository, &["tag", "-a", "-m", "one", "v1"]);
    put(&repository, "flags/second.toml", &flag("Second"));
    commit_all(&repository);
    put(&repository, "flags/third.toml", &flag("Third"));
    commit_all(&repository);
    for name in ["HEAD~2", "main~2", "v1", &first[..8], first.as_str(), "refs/tags/v1", "HEAD^^"] {
        let pair = pair(&repository, Some(name), Some("main"));
        assert_eq!(pair.base.commit.as_deref(), Some(first.as_str()), "{name}");
        assert_eq!(pair.base.name, name);
        assert_eq!((keys(&pair.base).len(), keys(&pair.head).len()), (2, 4));
        assert_same_as_plain(&pair.head, &repository.join("flags"));
    }
}

#[test]
fn what_is_reused_is_what_a_plain_load_gives() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    let flags = repository.join("flags");
    put(&flags, "broken.toml", "serve = \"nobody\"\nserve = 1\n");
    put(&flags, "plain.toml", "description = \"a\"\nkind = \"ops\"\nowner = \"a\"\nserve = \"on\"\n");
    put(&flags, "services/orders.toml", "description = \"a\"\nowner = \"a\"\n");
    put(&flags, "releases/r.toml", "description = \"a\"\nowner = \"a\"\nflags = [\"new\"]\n");
    commit_all(&repository);
    git(&repository, &["worktree", "add", "-q", "--detach", "../base"]);
    let base = scratch.path().join("base/flags");
    // Files move up and down in the list, so every id differs.
    put(&flags, "aaa.toml", &flag("First of all"));
    fs::remove_file(flags.join("old.toml")).unwrap();
    let before = pair(&repository, Some("HEAD"), None);
    assert_eq!(unchanged(&before), ["broken", "new", "plain"]);
    assert_same_as_plain(&before.base, &base);
    put(&flags, "segments/admins.toml", STAFF);
    let segments = pair(&repository, Some("HEAD"), None);
    assert_same_as_plain(&segments.base, &base);
    put(&flags, "flagc.toml", &SETTINGS.replace("{ name = \"dev\" }, ", ""));
    let settings = pair(&repository, Some("HEAD"), None);
    assert!(!settings.unchanged.settings);
    assert_same_as_plain(&settings.base, &base);
}

#[test]
fn a_flag_in_another_folder_is_unchanged() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    git(&repository, &["mv", "flags/old.toml", "flags/checkout/old.toml"]);
    let pair = pair(&repository, Some("HEAD"), None);
    assert_eq!(unchanged(&pair), ["new", "old"]);
}

#[test]
fn other_line_ends_in_the_work_tree_change_nothing_but_within_strings_of_several_lines() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    let text = flag("x").replace("\"x\"", "\"\"\"\nx\ny\"\"\"");
    put(&repository, "flags/long.toml", &text);
    commit_all(&repository);
    for name in ["old", "long"] {
        let path = repository.join(format!("flags/{name}.toml"));
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace('\n', "\r\n")).unwrap();
    }
    assert_eq!(unchanged(&pair(&repository, Some("HEAD"), None)), ["new", "old"]);
}

#[test]
fn what_a_work_tree_would_not_show_is_left_out() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    let flags = repository.join("flags");
    put(&repository, ".gitignore", "/flags/drafts/\n*.local.toml\n");
    put(&flags, ".gitignore", "!keep.local.toml\nnested/*\n!nested/yes.toml\n!.shown.toml\n");
    for name in [
        "drafts/a.toml",
        "b.local.toml",
        "keep.local.toml",
        "nested/no.toml",
        "nested/yes.toml",
        ".hidden.toml",
        ".h/a.toml",
        ".shown.toml",
    ] {
        put(&flags, name, &flag("x"));
    }
    put(&flags, "folder.toml/inside.toml", &flag("x"));
    std::os::unix::fs::symlink("old.toml", flags.join("link.toml")).unwrap();
    commit_all(&repository);
    let pair = pair(&repository, Some("HEAD"), Some("HEAD"));
    assert_eq!(keys(&pair.head), ["inside", "keep.local", "new", "old", "yes"]);
    assert_same_as_plain(&pair.head, &flags);
    assert_same_as_plain(&pair.base, &flags);
}

#[test]
fn a_file_of_megabytes_is_not_read_and_one_that_is_no_text_is_a_finding() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    let flags = repository.join("flags");
    put(&flags, "large.toml", &"#".repeat(10 << 20));
    fs::write(flags.join("latin.toml"), b"description = \"\xe9\"").unwrap();
    fs::write(flags.join("empty.toml"), b"").unwrap();
    commit_all(&repository);
    let pair = pair(&repository, Some("HEAD"), None);
    assert_same_as_plain(&pair.base, &flags);
    let rules: Vec<&str> = pair.base.loaded.findings.iter().map(|finding| finding.rule.0).collect();
    assert!(rules.contains(&"file-too-large") && rules.contains(&"not-utf8"), "{rules:?}");
}

#[test]
fn a_base_that_does_not_parse_gives_its_findings_and_the_rest() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    put(&repository, "flags/old.toml", "serve = [\n");
    commit_all(&repository);
    put(&repository, "flags/old.toml", &flag("Mended"));
    let pair = pair(&repository, Some("HEAD"), None);
    assert!(!pair.base.loaded.findings.is_empty() && pair.head.loaded.findings.is_empty());
    assert_eq!(unchanged(&pair), ["new"]);
}

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

#[test]
fn nothing_of_the_repository_is_touched() {
    let Some(scratch) = scratch() else { return };
    let repository = repository(&scratch);
    put(&repository, "flags/old.toml", &flag("Changed"));
    let state = || {
        let mut listing = Command::new("find");
        listing.args([".", "-printf", "%p %s %T@\\n"]).current_dir(&repository);
        String::from_utf8(listing.output().unwrap().stdout).unwrap()
    };
    let before = state();
    pair(&repository, Some("HEAD"), None);
    assert_eq!(state(), before);
}
