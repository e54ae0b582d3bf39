//! What `flagc diff` and `flagc who` print: one small change to the sample workspace for each class, in a repository with
//! fixed dates, compared with the files in `tests/diff_golden`. `SNAPSHOTS=overwrite` writes them anew.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Before every step of the sample's schedules.
const AT: &str = "2026-11-23T00:00:00Z";

const FLOW: &str = "flags/checkout/new-checkout-flow.toml";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
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

fn git(folder: &Path, arguments: &[&str]) {
    let done = Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .env("GIT_AUTHOR_DATE", "2026-11-20T12:00:00Z")
        .env("GIT_COMMITTER_DATE", "2026-11-20T12:00:00Z")
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// A repository with the sample workspace, committed.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(&root().join("flags"), &folder.path().join("flags"));
    let _ = fs::remove_dir_all(folder.path().join("flags/.flagc"));
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["add", "--all"]);
    git(folder.path(), &["commit", "--quiet", "--message", "before"]);
    folder
}

fn edit(folder: &Path, file: &str, from: &str, to: &str) {
    let path = folder.join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} has no {from:?}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

/// What a command prints, with the commit's id taken out: it depends on the sample.
fn run(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_flagc"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let id = Command::new("git").args(["rev-parse", "HEAD"]).current_dir(folder).output().unwrap();
    let id = String::from_utf8(id.stdout).unwrap().trim().to_owned();
    let text = format!(
        "$ flagc {}\n{}{}? {}\n",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
        output.status.code().unwrap()
    );
    text.replace(&id, "COMMIT").replace(&id[..7], "COMMIT")
}

fn compare(name: &str, actual: &str) {
    let path = root().join("tests/diff_golden").join(name);
    if std::env::var("SNAPSHOTS").is_ok_and(|how| how == "overwrite") {
        fs::write(&path, actual).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(expected, actual, "{name} differs; SNAPSHOTS=overwrite writes it anew");
}

fn case(name: &str, edits: &[(&str, &str, &str)], arguments: &[&str]) {
    let folder = repository();
    for (file, from, to) in edits {
        edit(folder.path(), file, from, to);
    }
    let arguments = [&["diff", "HEAD", "--at", AT][..], arguments].concat();
    compare(name, &run(folder.path(), &arguments));
}

#[test]
fn kill() {
    case("kill.txt", &[(FLOW, "kind = \"release\"", "kind = \"release\"\nenabled = false")], &["--policy"]);
}

const RAMP_UP: (&str, &str, &str) = (FLOW, "serve = { on = 25 }", "serve = { on = 50 }");

#[test]
fn ramp_up_in_every_format() {
    case("ramp-up.txt", &[RAMP_UP], &[]);
    case("ramp-up.json", &[RAMP_UP], &["--format", "json"]);
    case("ramp-up.md", &[RAMP_UP], &["--format", "markdown"]);
    case("ramp-up.github.txt", &[RAMP_UP], &["--format", "github"]);
}

#[test]
fn ramp_down() {
    case("ramp-down.txt", &[(FLOW, "serve = { on = 25 }", "serve = { on = 10 }")], &[]);
}

#[test]
fn reshuffle() {
    case("reshuffle.txt", &[(FLOW, "seed = \"new-checkout\"", "seed = \"other\"")], &[]);
}

#[test]
fn retarget() {
    let edit = (FLOW, "country = [\"AU\", \"DE\"], tier", "country = [\"AU\", \"US\"], tier");
    case("retarget.txt", &[edit], &[]);
}

#[test]
fn a_broken_policy_in_every_format() {
    let edit = (FLOW, "serve = { on = 25 }", "serve = \"on\"");
    let owners = ("flags/flagc.toml", "max_step = 25 ", "owners = true\nmax_step = 25 ");
    case("policy.txt", &[edit, owners], &["--policy", "--approved-by", "team-search"]);
    case("policy.json", &[edit], &["--policy", "--format", "json"]);
    case("policy.md", &[edit], &["--policy", "--format", "markdown"]);
    case("policy.github.txt", &[edit], &["--policy", "--format", "github"]);
}

#[test]
fn approval_of_the_owner_is_enough() {
    let folder = repository();
    edit(folder.path(), "flags/flagc.toml", "max_step = 25 ", "owners = true # ");
    git(folder.path(), &["commit", "--quiet", "--all", "--message", "owners approve"]);
    let (file, from, to) = RAMP_UP;
    edit(folder.path(), file, from, to);
    let judge = |team| run(folder.path(), &["diff", "HEAD", "--at", AT, "--policy", "--approved-by", team]);
    assert!(judge("@acme/team-checkout").ends_with("? 0\n"));
    assert!(judge("team-search").ends_with("? 1\n"));
}

#[test]
fn a_policy_cannot_be_loosened_by_the_change_that_it_judges() {
    let folder = repository();
    edit(folder.path(), "flags/flagc.toml", "max_step = 25 ", "max_step = 100 ");
    edit(folder.path(), FLOW, "serve = { on = 25 }", "serve = \"on\"");
    let judged = run(folder.path(), &["diff", "HEAD", "--at", AT, "--policy"]);
    assert!(judged.ends_with("? 1\n") && judged.contains("of the base"), "{judged}");
}

#[test]
fn a_change_of_the_owner_asks_the_owner_before() {
    let folder = repository();
    edit(folder.path(), "flags/flagc.toml", "max_step = 25 ", "owners = true # ");
    git(folder.path(), &["commit", "--quiet", "--all", "--message", "owners approve"]);
    let (file, from, to) = RAMP_UP;
    edit(folder.path(), file, from, to);
    edit(folder.path(), FLOW, "owner = \"team-checkout\"", "owner = \"team-search\"");
    let judge = |team| run(folder.path(), &["diff", "HEAD", "--at", AT, "--policy", "--approved-by", team]);
    assert!(judge("team-search").ends_with("? 1\n"));
    assert!(judge("team-checkout").ends_with("? 0\n"));
}

#[test]
fn a_kill_that_switches_on_is_none() {
    let folder = repository();
    edit(folder.path(), FLOW, "serve = \"off\"", "enabled = false\noff_variant = \"on\"\nserve = \"off\"");
    let judged = run(folder.path(), &["diff", "HEAD", "--at", AT, "--policy"]);
    assert!(judged.ends_with("? 1\n") && !judged.contains(")  kill"), "{judged}");
}

#[test]
fn an_environment_cannot_be_taken_from_under_its_policy() {
    for to in ["{ name = \"prod2\", critical", "{ name = \"live\", renamed_from = [\"staging\"], critical"] {
        let folder = repository();
        edit(folder.path(), "flags/flagc.toml", "{ name = \"production\", critical", to);
        let judged = run(folder.path(), &["diff", "HEAD", "--at", AT, "--policy"]);
        assert!(judged.ends_with("? 1\n") && judged.contains("no such environment"), "{judged}");
    }
}

#[test]
fn what_cannot_be_compared_breaks_a_policy() {
    let folder = repository();
    edit(folder.path(), FLOW, "serve = \"off\"", "serve = ");
    let judged = run(folder.path(), &["diff", "HEAD", "--at", AT, "--policy"]);
    assert!(judged.contains("could not be compared") && judged.ends_with("? 1\n"), "{judged}");
    let shown = run(folder.path(), &["diff", "HEAD", "--at", AT]);
    assert!(shown.contains("not compared") && shown.ends_with("? 0\n"), "{shown}");
}

#[test]
fn a_segment_carries_its_change_to_every_flag_that_uses_it() {
    let edit = ("flags/segments/staff.toml", "@acme.example", "@acme.test");
    case("segment.txt", &[edit], &[]);
}

#[test]
fn a_value_without_any_change_of_shares() {
    let edit = ("flags/checkout/free-shipping-from.toml", "lower = 35", "lower = 30");
    case("revalue.txt", &[edit], &[]);
}

#[test]
fn new_and_removed() {
    let folder = repository();
    let path = folder.path().join("flags/checkout/free-shipping-from.toml");
    fs::rename(&path, folder.path().join("flags/checkout/free-delivery-from.toml")).unwrap();
    compare("new-and-removed.txt", &run(folder.path(), &["diff", "HEAD", "--at", AT]));
}

#[test]
fn what_is_said_of_a_flag_and_changes_nothing() {
    let owner = (FLOW, "owner = \"team-checkout\"", "owner = \"team-payments\"");
    case("metadata.txt", &[owner], &[]);
}

#[test]
fn nothing() {
    case("nothing.txt", &[(FLOW, "name = \"staff first\"", "name = \"our own people first\"")], &[]);
}

#[test]
fn a_later_step() {
    let edit = (FLOW, "serve = { on = 50 }", "serve = { on = 75 }");
    case("scheduled.txt", &[edit], &["--policy"]);
}

#[test]
fn an_environment_more() {
    let edit = (
        "flags/flagc.toml",
        "  { name = \"staging\" },",
        "  { name = \"staging\" },\n  { name = \"canary\" },",
    );
    case("environment.txt", &[edit], &[]);
}

#[test]
fn who_is_served_what() {
    let folder = repository();
    let who = |extra: &[&str]| {
        run(
            folder.path(),
            &[&["who", "new-checkout-flow", "-e", "production", "--at", AT][..], extra].concat(),
        )
    };
    compare("who.txt", &who(&[]));
    compare("who.json", &who(&["--format", "json"]));
}
