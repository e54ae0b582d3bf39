//! What is a change of meaning, and what is none.

use std::fs;

use flagc::constancy::{Extent, Serves};
use flagc::staleness::{State, judge_all};

use crate::repository::{Repository, SETTINGS, day, flag, history};

const ON: &str = "\"on\"";
const OFF: &str = "\"off\"";

/// A flag that was turned on with the second commit, on day 10; returns the repository and that commit.
fn launched() -> (Repository, String) {
    let repository = Repository::with(&[("a.toml", &flag(OFF, ""))]);
    let commit = repository.commit(10, &[("a.toml", &flag(ON, ""))]);
    (repository, commit)
}

fn since_day_10(repository: &Repository, commit: String) {
    assert_eq!(repository.constant(100, "a"), Some(("on".to_owned(), 10, commit)));
}

#[test]
fn a_flag_is_constant_since_the_commit_that_made_it_so() {
    let (repository, commit) = launched();
    since_day_10(&repository, commit);
    let added = repository.history(100, "a").added.unwrap();
    assert_eq!((added.time, added.at_least), (day(0), false));
}

#[test]
fn formatting_comments_and_order_are_no_change() {
    let (repository, commit) = launched();
    let other = "# a comment\nkind   = 'release'\nserve=\"on\"   # on\n\nowner = \"team-b\"\ndescription = \"other\"\n";
    repository.commit(20, &[("a.toml", other)]);
    since_day_10(&repository, commit);
}

#[test]
fn a_commit_that_changes_nothing_is_no_change() {
    let (repository, commit) = launched();
    repository.commit(20, &[("README.md", "x")]);
    repository.commit(30, &[]);
    since_day_10(&repository, commit);
}

#[test]
fn a_file_that_moves_is_no_change() {
    let (repository, commit) = launched();
    fs::create_dir(repository.path().join("team")).unwrap();
    repository.git(20, &["mv", "a.toml", "team/a.toml"]);
    repository.commit(20, &[]);
    since_day_10(&repository, commit);
}

#[test]
fn a_flag_is_followed_through_its_former_keys() {
    let (repository, commit) = launched();
    repository.commit(
        20,
        &[("a.toml", ""), ("b.toml", &flag(ON, "previous_keys = [\"a\"]\n# renamed and edited"))],
    );
    repository.commit(30, &[("b.toml", ""), ("c.toml", &flag(ON, "previous_keys = [\"b\"]"))]);
    assert_eq!(repository.constant(100, "c"), Some(("on".to_owned(), 10, commit)));
    assert_eq!(repository.history(100, "c").added.unwrap().time, day(0));
}

#[test]
fn a_new_file_that_names_no_former_key_is_a_new_flag() {
    let (repository, _) = launched();
    let commit = repository.commit(20, &[("a.toml", ""), ("b.toml", &flag(ON, ""))]);
    assert_eq!(repository.constant(100, "b"), Some(("on".to_owned(), 20, commit)));
}

#[test]
fn the_workspace_is_followed_through_its_folders() {
    let (repository, commit) = launched();
    repository.git(20, &["rm", "-q", "--cached", "-r", "."]);
    for (from, to) in [("a.toml", "config/flags/a.toml"), ("flagc.toml", "config/flags/flagc.toml")] {
        repository.write(to, &fs::read_to_string(repository.path().join(from)).unwrap());
        fs::remove_file(repository.path().join(from)).unwrap();
    }
    repository.commit_all(20);
    repository.git(30, &["mv", "config/flags", "flags"]);
    repository.commit(30, &[]);
    since_day_10(&repository, commit);
}

#[test]
fn an_environment_is_followed_through_its_names() {
    let renamed = SETTINGS.replace("name = \"production\"", "name = \"prod\"");
    let repository = Repository::with(&[("flagc.toml", &renamed), ("a.toml", &flag(OFF, ""))]);
    let commit = repository.commit(10, &[("a.toml", &flag(OFF, "[environments.prod]\nserve = \"on\""))]);
    let settings = SETTINGS.replace("critical = true", "critical = true, renamed_from = [\"prod\"]");
    let now = flag(OFF, "[environments.production]\nserve = \"on\"");
    repository.commit(20, &[("flagc.toml", &settings), ("a.toml", &now)]);
    since_day_10(&repository, commit);
}

#[test]
fn an_environment_that_is_not_said_to_be_renamed_is_new() {
    let repository = Repository::with(&[
        ("flagc.toml", &SETTINGS.replace("name = \"production\"", "name = \"prod\"")),
        ("a.toml", &flag(ON, "")),
    ]);
    let commit = repository.commit(20, &[("flagc.toml", SETTINGS)]);
    let history = repository.history(100, "a");
    assert_eq!(crate::repository::constant(&history.standings[1]), Some(("on".to_owned(), 20, commit)));
    assert_eq!(history.standings[0].since.as_ref().unwrap().time, day(0));
}

#[test]
fn a_value_that_flipped_and_flipped_back_counts_from_the_last_flip() {
    let repository = Repository::with(&[("a.toml", &flag(ON, ""))]);
    repository.commit(5, &[("a.toml", &flag(OFF, ""))]);
    let commit = repository.commit(10, &[("a.toml", &flag(ON, ""))]);
    since_day_10(&repository, commit);
    let periods = history(&repository.past_of(100, Extent::Whole), "a").standings[1].periods.clone();
    let told: Vec<_> = periods.iter().map(|period| (period.serves.clone(), period.since.time)).collect();
    let constant = |variant: &str| Serves::Constant(variant.into());
    assert_eq!(told, [(constant("on"), day(10)), (constant("off"), day(5)), (constant("on"), day(0))]);
}

#[test]
fn renamed_variants_of_one_value_serve_the_same() {
    let (repository, commit) = launched();
    let renamed = "off_variant = \"old\"\n[variants]\nold = false\nnew = true";
    repository.commit(20, &[("a.toml", &flag("\"new\"", renamed))]);
    assert_eq!(repository.constant(100, "a"), Some(("new".to_owned(), 10, commit)));
}

#[test]
fn another_value_behind_the_same_variant_is_a_change() {
    let variants = |on: &str| format!("[variants]\noff = \"x\"\non = \"{on}\"");
    let repository = Repository::with(&[("a.toml", &flag(ON, &variants("y")))]);
    let commit = repository.commit(10, &[("a.toml", &flag(ON, &variants("z")))]);
    since_day_10(&repository, commit);
}

#[test]
fn rules_splits_and_kills_are_told_by_what_everybody_gets() {
    let rules = |serve: &str| format!("[[rules]]\nif = {{ tier = \"pro\" }}\nserve = {serve}");
    let repository = Repository::with(&[("a.toml", &flag(OFF, &rules(ON)))]);
    assert_eq!(repository.history(1, "a").standings[1].serves, Serves::Varying);
    let commit = repository.commit(10, &[("a.toml", &flag(ON, &rules(ON)))]);
    since_day_10(&repository, commit.clone());
    // Everybody still gets it, in other words.
    repository.commit(20, &[("a.toml", &flag("{ on = 100 }", &rules("{ on = 100 }")))]);
    repository.commit(30, &[("a.toml", &flag(ON, "off_variant = \"on\"\nenabled = false"))]);
    since_day_10(&repository, commit);
    repository.commit(40, &[("a.toml", &flag("{ on = 50 }", ""))]);
    assert_eq!(repository.history(100, "a").standings[1].serves, Serves::Varying);
}

#[test]
fn a_requirement_that_becomes_constant_makes_its_dependent_constant() {
    let dependent = flag(ON, "[requires]\nbase = \"on\"");
    let repository = Repository::with(&[("a.toml", &dependent), ("base.toml", &flag("{ on = 50 }", ""))]);
    assert_eq!(repository.history(1, "a").standings[1].serves, Serves::Varying);
    let commit = repository.commit(10, &[("base.toml", &flag(ON, ""))]);
    since_day_10(&repository, commit);
    // The one that is required changes through a third.
    repository
        .commit(20, &[("base.toml", &flag(ON, "[requires]\nroot = \"on\"")), ("root.toml", &flag(ON, ""))]);
    let commit = repository.commit(30, &[("root.toml", &flag(OFF, ""))]);
    assert_eq!(repository.constant(100, "a"), Some(("off".to_owned(), 30, commit)));
}

#[test]
fn a_segment_that_is_emptied_is_a_change_of_every_flag_that_uses_it() {
    let settings = format!("{SETTINGS}[context.age]\ntype = \"integer\"\n");
    let segment = |age: &str| format!("description = \"d\"\nowner = \"t\"\n[if]\nage = {{ {age} }}\n");
    let repository = Repository::with(&[
        ("flagc.toml", &settings),
        ("segments/staff.toml", &segment("gte = 18")),
        ("a.toml", &flag(OFF, "[[rules]]\nif = { segment = \"staff\" }\nserve = \"on\"")),
    ]);
    assert_eq!(repository.history(1, "a").standings[1].serves, Serves::Varying);
    let commit = repository.commit(10, &[("segments/staff.toml", &segment("gt = 18, lt = 18"))]);
    assert_eq!(repository.constant(100, "a"), Some(("off".to_owned(), 10, commit)));
}

#[test]
fn a_closed_set_in_the_settings_is_a_change_of_the_flags_that_ask_for_it() {
    let open = SETTINGS.replace("values = [\"free\", \"pro\"]", "");
    let rule = flag(OFF, "[[rules]]\nif = { not = { tier = { exists = true } } }\nserve = \"off\"");
    let repository = Repository::with(&[("flagc.toml", &open), ("a.toml", &rule)]);
    repository.commit(10, &[("flagc.toml", SETTINGS)]);
    // Nobody gets anything else by it, so it is none.
    assert_eq!(
        repository.constant(100, "a").map(|(value, since, _)| (value, since)),
        Some(("off".to_owned(), 0))
    );
}

#[test]
fn a_schedule_that_has_ended_counts_from_its_last_step() {
    let schedule = "[[schedule]]\nat = 2026-01-06T00:00:00Z\nserve = { on = 50 }\n[[schedule]]\nat = \
                    2026-01-11T00:00:00Z\nserve = \"on\"";
    let repository = Repository::with(&[("a.toml", &flag(OFF, schedule))]);
    let first = repository.git(0, &["rev-parse", "HEAD"]);
    let before = repository.history(3, "a").standings[1].clone();
    assert_eq!((before.serves, before.changes_at), (Serves::Constant("off".into()), Some(day(5))));
    assert_eq!(repository.history(7, "a").standings[1].serves, Serves::Varying);
    assert_eq!(repository.constant(100, "a"), Some(("on".to_owned(), 10, first.clone())));
    // What comes after it says the same in other words.
    repository.commit(20, &[("a.toml", &flag(ON, ""))]);
    assert_eq!(repository.constant(100, "a"), Some(("on".to_owned(), 10, first)));
}

#[test]
fn a_merge_counts_where_it_came_to_the_main_line() {
    let (repository, _) = {
        let repository = Repository::with(&[("a.toml", &flag(OFF, ""))]);
        repository.git(1, &["checkout", "-q", "-b", "topic"]);
        let commit = repository.commit(2, &[("a.toml", &flag(ON, ""))]);
        (repository, commit)
    };
    repository.git(3, &["checkout", "-q", "main"]);
    repository.commit(4, &[("b.toml", &flag(ON, ""))]);
    repository.git(10, &["merge", "-q", "--no-ff", "-m", "merge", "topic"]);
    let merge = repository.git(10, &["rev-parse", "HEAD"]);
    since_day_10(&repository, merge.clone());
    // The other parent is no part of the line, though it reaches further back.
    repository.commit(20, &[("c.toml", &flag(ON, ""))]);
    since_day_10(&repository, merge);
}

#[test]
fn a_squash_counts_where_it_was_committed() {
    let repository = Repository::with(&[("a.toml", &flag(OFF, ""))]);
    repository.git(1, &["checkout", "-q", "-b", "topic"]);
    repository.commit(2, &[("a.toml", &flag("{ on = 50 }", ""))]);
    repository.commit(3, &[("a.toml", &flag(ON, ""))]);
    repository.git(4, &["checkout", "-q", "main"]);
    repository.git(10, &["merge", "-q", "--squash", "topic"]);
    let squash = repository.commit(10, &[]);
    since_day_10(&repository, squash);
}

#[test]
fn dates_that_run_backward_are_not_believed() {
    let repository = Repository::with(&[("a.toml", &flag(OFF, ""))]);
    repository.commit(10, &[("README.md", "x")]);
    // Its clock was behind: it cannot have come before its parent.
    let commit = repository.commit(-500, &[("a.toml", &flag(ON, ""))]);
    repository.commit(20, &[("README.md", "y")]);
    since_day_10(&repository, commit);
}

#[test]
fn a_clock_that_was_far_ahead_does_not_make_flags_young() {
    let (repository, commit) = launched();
    repository.commit(9000, &[("README.md", "x")]);
    repository.commit(20, &[("README.md", "y")]);
    repository.commit(30, &[("README.md", "z")]);
    since_day_10(&repository, commit);
}

#[test]
fn of_two_roots_the_first_parents_count() {
    let (repository, commit) = launched();
    repository.git(11, &["checkout", "-q", "--orphan", "other"]);
    repository.commit(12, &[("b.toml", &flag(ON, ""))]);
    repository.git(13, &["checkout", "-q", "main"]);
    repository.git(20, &["merge", "-q", "--allow-unrelated-histories", "-s", "ours", "-m", "join", "other"]);
    since_day_10(&repository, commit);
}

#[test]
fn what_could_not_be_compiled_was_never_released() {
    let (repository, commit) = launched();
    repository.commit(20, &[("a.toml", "serve = \n")]);
    repository.commit(30, &[("a.toml", &flag(ON, ""))]);
    since_day_10(&repository, commit.clone());
    repository.commit(40, &[("flagc.toml", "environments = 5\n")]);
    repository.commit(50, &[("flagc.toml", SETTINGS)]);
    since_day_10(&repository, commit);
}

#[test]
fn a_flag_that_was_away_is_as_old_as_its_return() {
    let repository = Repository::with(&[("a.toml", &flag(ON, ""))]);
    repository.commit(5, &[("a.toml", "")]);
    let commit = repository.commit(10, &[("a.toml", &flag(ON, ""))]);
    since_day_10(&repository, commit);
    assert_eq!(repository.history(100, "a").added.unwrap().time, day(10));
}

#[test]
fn as_of_a_time_the_commit_of_that_time_is_judged() {
    use flagc::ops::past::{AsOf, past};
    let (repository, commit) = launched();
    repository.commit(20, &[("a.toml", &flag("{ on = 50 }", ""))]);
    let then = past(repository.path(), &AsOf::Time(day(15)), Extent::Present).unwrap();
    assert_eq!((then.as_of, then.commit.as_deref()), (day(15), Some(commit.as_str())));
    let standing = history(&then, "a").standings[1].clone();
    assert_eq!(standing.serves, Serves::Constant("on".into()));
    let named = past(repository.path(), &AsOf::Revision("HEAD~1".to_owned()), Extent::Present).unwrap();
    assert_eq!((named.as_of, named.commit), (day(10), Some(commit)));
    let early = past(repository.path(), &AsOf::Time(day(-1)), Extent::Present).unwrap_err();
    assert!(early.to_string().contains("2026-01-01T00:00:00Z"), "{early}");
}

#[test]
fn what_varies_is_due_for_a_review_when_nothing_has_changed_for_long() {
    let settings = format!("{SETTINGS}[kinds.release]\nmax_age = \"900d\"\nreview_every = \"30d\"\n");
    let repository = Repository::with(&[("flagc.toml", &settings), ("a.toml", &flag("{ on = 10 }", ""))]);
    repository.commit(10, &[("a.toml", &flag("{ on = 20 }", ""))]);
    repository.commit(20, &[("a.toml", &flag("{ on = 20 }", "# As before."))]);
    let state = |on: i64| {
        let past = repository.past(on);
        let judged = judge_all(&past.loaded.workspace, &past.histories, &[], past.as_of).remove(0);
        (judged.state, judged.since)
    };
    assert_eq!(state(39), (State::Active, None));
    assert_eq!(state(41), (State::ReviewDue, Some(day(40))));
    repository.commit(50, &[("a.toml", &flag("{ on = 30 }", ""))]);
    assert_eq!(state(60), (State::Active, None));
}
