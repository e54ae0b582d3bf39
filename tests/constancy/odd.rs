//! Clones that do not have everything, and folders that are no clone: right, "at least", or a clear error.

use std::path::{Path, PathBuf};

use flagc::constancy::{Extent, Serves};
use flagc::ops::past::{AsOf, Past, Reach, past};

use crate::repository::{Repository, SETTINGS, constant, day, flag, git, history};

fn repository() -> (Repository, String) {
    let repository = Repository::with(&[("a.toml", &flag("\"off\"", "")), ("b.toml", &flag("\"on\"", ""))]);
    let commit = repository.commit(10, &[("a.toml", &flag("\"on\"", ""))]);
    for day in 20..80 {
        repository.commit(day, &[("README.md", &day.to_string())]);
    }
    (repository, commit)
}

fn clone(from: &Path, options: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let source = format!("file://{}", from.display());
    let mut arguments = vec!["clone", "-q"];
    arguments.extend(options);
    arguments.extend([source.as_str(), "clone"]);
    git(folder.path(), &arguments, 0);
    folder
}

fn past_in(folder: &Path) -> Past {
    past(folder, &AsOf::Now(day(100)), Extent::Present).unwrap()
}

#[test]
fn a_shallow_clone_says_at_least() {
    let (repository, _) = repository();
    for (depth, oldest) in [("1", 79), ("50", 30)] {
        let folder = clone(repository.path(), &["--depth", depth]);
        let past = past_in(&folder.path().join("clone"));
        assert_eq!(past.reach, Reach::Shallow);
        for key in ["a", "b"] {
            let history = history(&past, key);
            let since = history.standings[1].since.clone().unwrap();
            assert_eq!((since.time, since.at_least), (day(oldest), true), "{key}");
            assert!(history.added.unwrap().at_least);
        }
    }
    let folder = clone(repository.path(), &["--depth", "61"]);
    let past = past_in(&folder.path().join("clone"));
    assert!(history(&past, "a").standings[1].since.clone().unwrap().at_least);
}

#[test]
fn a_check_in_a_shallow_clone_says_that_it_knows_less() {
    let (repository, _) = repository();
    let said = |options: &[&str]| {
        let folder = clone(repository.path(), options);
        flagc::ops::check::check(&folder.path().join("clone")).skipped
    };
    assert!(said(&["--depth", "1"]).is_some_and(|said| said.starts_with("this clone is shallow")));
    assert_eq!(said(&[]), None);
}

#[test]
fn a_change_within_a_shallow_clone_is_dated() {
    let (repository, _) = repository();
    let commit = repository.commit(90, &[("a.toml", &flag("\"off\"", ""))]);
    let folder = clone(repository.path(), &["--depth", "2"]);
    let past = past_in(&folder.path().join("clone"));
    assert_eq!(constant(&history(&past, "a").standings[1]), Some(("off".to_owned(), 90, commit)));
}

#[test]
fn worktrees_and_bare_repositories_know_as_much() {
    let (repository, commit) = repository();
    let expected = Some(("on".to_owned(), 10, commit));
    let worktree = tempfile::tempdir().unwrap();
    let path = worktree.path().join("tree");
    repository.git(90, &["worktree", "add", "-q", path.to_str().unwrap(), "-b", "other"]);
    assert_eq!(constant(&history(&past_in(&path), "a").standings[1]), expected);
    let bare = clone(repository.path(), &["--bare"]);
    assert_eq!(constant(&history(&past_in(&bare.path().join("clone")), "a").standings[1]), expected);
    let shallow = clone(repository.path(), &["--depth", "5"]);
    let tree = shallow.path().join("tree");
    git(&shallow.path().join("clone"), &["worktree", "add", "-q", tree.to_str().unwrap(), "-b", "other"], 0);
    assert_eq!(past_in(&tree).reach, Reach::Shallow);
}

#[test]
fn a_partial_clone_is_right_or_refused() {
    let (repository, _) = repository();
    repository.git(0, &["config", "uploadpack.allowFilter", "true"]);
    let folder = clone(repository.path(), &["--filter=blob:none"]);
    let error = past(&folder.path().join("clone"), &AsOf::Now(day(100)), Extent::Present).unwrap_err();
    let help = error.help().unwrap_or_default();
    assert!(help.contains("--filter"), "{error}: {help}");
}

#[test]
fn a_repository_with_long_object_ids_is_right_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q", "--object-format=sha256"], 0);
    std::fs::write(folder.path().join("flagc.toml"), SETTINGS).unwrap();
    git(folder.path(), &["add", "-A"], 0);
    git(folder.path(), &["commit", "-q", "-m", "x"], 0);
    let error = past(folder.path(), &AsOf::Now(day(100)), Extent::Present).unwrap_err();
    let told = format!("{error} {}", error.help().unwrap_or_default());
    assert!(told.contains("sha256") || told.contains("SHA-256"), "{told}");
}

#[test]
fn without_a_commit_it_is_known_what_is_served_now() {
    let repository = Repository::empty();
    for (path, text) in [("flagc.toml", SETTINGS), ("a.toml", &flag("\"on\"", ""))] {
        repository.write(path, text);
    }
    let unborn = repository.past(5);
    assert_eq!((unborn.reach, unborn.as_of), (Reach::Unborn, day(5)));
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("flagc.toml"), SETTINGS).unwrap();
    std::fs::write(outside.path().join("a.toml"), flag("\"on\"", "")).unwrap();
    let outside = past_in(outside.path());
    assert_eq!(outside.reach, Reach::Outside);
    for past in [unborn, outside] {
        let history = history(&past, "a");
        assert_eq!((history.added, history.standings[1].since.clone()), (None, None));
        assert_eq!(history.standings[1].serves, Serves::Constant("on".into()));
    }
}

#[test]
fn a_damaged_object_is_named() {
    let (repository, _) = repository();
    let tree = repository.git(0, &["rev-parse", "HEAD~60^{tree}"]);
    let object = loose(&repository, &tree);
    let mut bytes = std::fs::read(&object).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    std::fs::write(&object, bytes).unwrap();
    let error = past(repository.path(), &AsOf::Now(day(100)), Extent::Present).unwrap_err();
    assert!(error.to_string().contains(&tree), "{error}");
}

/// The file of a loose object, which can be written to.
fn loose(repository: &Repository, id: &str) -> PathBuf {
    let object = repository.path().join(".git/objects").join(&id[..2]).join(&id[2..]);
    let mut permissions = std::fs::metadata(&object).unwrap().permissions();
    #[allow(clippy::permissions_set_readonly_false)]
    permissions.set_readonly(false);
    std::fs::set_permissions(&object, permissions).unwrap();
    object
}

#[test]
fn an_object_that_has_taken_the_place_of_another_is_named() {
    for what in ["^{tree}", ":a.toml", ""] {
        let repository = Repository::with(&[("flagc.toml", SETTINGS), ("a.toml", &flag("\"off\"", ""))]);
        repository.commit(10, &[("a.toml", &flag("\"on\"", ""))]);
        repository.commit(20, &[("a.toml", &flag("{ on = 50 }", ""))]);
        repository.commit(30, &[("a.toml", &flag("\"on\"", "# again"))]);
        let id = |revision: &str| repository.git(0, &["rev-parse", &format!("{revision}{what}")]);
        let (replaced, by) = (id("HEAD~1"), id("HEAD~2"));
        std::fs::copy(loose(&repository, &by), loose(&repository, &replaced)).unwrap();
        let shared = tempfile::tempdir().unwrap();
        let from = repository.path().to_str().unwrap();
        git(shared.path(), &["clone", "-q", "--shared", from, "clone"], 0);
        for folder in [repository.path(), &shared.path().join("clone")] {
            let error = past(folder, &AsOf::Now(day(100)), Extent::Present).unwrap_err();
            assert!(error.to_string().contains(&replaced), "{what}: {error}");
        }
    }
}

/// All that a past says.
fn told(past: &Past) -> String {
    format!("{:?} {:?} {} {:?}", past.commit, past.folder, past.as_of, past.histories)
}

#[test]
fn what_is_kept_gives_the_same_answer_and_is_not_believed_when_damaged() {
    let (repository, _) = repository();
    repository.commit(
        85,
        &[("c.toml", &flag("\"off\"", "[[schedule]]\nat = 2026-04-01T00:00:00Z\nserve = \"on\""))],
    );
    let first = told(&past_in(repository.path()));
    let folder = repository.path().join(".git/flagc");
    let kept: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let [kept] = &kept[..] else { panic!("{kept:?}") };
    let bytes = std::fs::read(kept).unwrap();
    assert_eq!(told(&past_in(repository.path())), first);
    // It holds for another time as well, and for all that was served.
    for (time, extent) in [(day(88), Extent::Present), (day(100), Extent::Whole)] {
        let with = told(&past(repository.path(), &AsOf::Now(time), extent).unwrap());
        std::fs::remove_file(kept).unwrap();
        assert_eq!(told(&past(repository.path(), &AsOf::Now(time), extent).unwrap()), with);
    }
    let step = bytes.len() / 31 + 1;
    for place in (0..bytes.len()).step_by(step) {
        let mut damaged = bytes.clone();
        damaged[place] ^= 1;
        std::fs::write(kept, &damaged).unwrap();
        assert_eq!(told(&past_in(repository.path())), first, "byte {place}");
        std::fs::write(kept, &bytes[..place]).unwrap();
        assert_eq!(told(&past_in(repository.path())), first, "{place} bytes");
    }
    // Another commit, another answer.
    let commit = repository.commit(90, &[("a.toml", &flag("\"off\"", ""))]);
    let past = past_in(repository.path());
    assert_eq!(constant(&history(&past, "a").standings[1]), Some(("off".to_owned(), 90, commit)));
}

#[test]
fn what_is_kept_of_a_shallow_clone_is_not_believed_when_it_was_deepened() {
    let (repository, commit) = repository();
    let folder = clone(repository.path(), &["--depth", "5"]);
    let clone = folder.path().join("clone");
    assert_eq!(past_in(&clone).reach, Reach::Shallow);
    git(&clone, &["fetch", "-q", "--unshallow"], 0);
    let past = past_in(&clone);
    assert_eq!(past.reach, Reach::Whole);
    assert_eq!(constant(&history(&past, "a").standings[1]), Some(("on".to_owned(), 10, commit)));
}

#[cfg(unix)]
#[test]
fn what_stands_in_the_place_of_what_is_kept_is_replaced_and_never_followed() {
    let (repository, _) = repository();
    let first = told(&past_in(repository.path()));
    let folder = repository.path().join(".git/flagc");
    let kept = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    let elsewhere = repository.path().join("elsewhere");
    std::fs::write(&elsewhere, "mine").unwrap();
    let put: [&dyn Fn(); 3] = [
        // Whoever reads from it waits for somebody to write.
        &|| assert!(std::process::Command::new("mkfifo").arg(&kept).status().unwrap().success()),
        &|| std::os::unix::fs::symlink(&elsewhere, &kept).unwrap(),
        &|| std::fs::create_dir(&kept).unwrap(),
    ];
    for put in put {
        std::fs::remove_file(&kept).unwrap();
        put();
        assert_eq!(told(&past_in(repository.path())), first);
        assert_eq!(std::fs::read_to_string(&elsewhere).unwrap(), "mine");
    }
    assert!(kept.is_dir(), "a folder is left alone");
}
