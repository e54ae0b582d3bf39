//! Two states of a workspace from Git's objects, on repositories that the `git` command made.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod places;
mod refusals;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

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
