//! What is said of flags whose files are gone.

use flagc::ops::removal::{gone, removals};
use flagc::references::Scan;
use flagc::workspace::{Loaded, load};

use super::{NOW, SETTINGS, Workspace, flag, flag_serving};

fn state(files: &[(&str, &str)]) -> Loaded {
    load(Workspace::new(files).root())
}

/// The messages about what became of the base.
fn told(base: &Loaded, mut head: Loaded) -> Vec<String> {
    removals(base, &mut head, NOW, &Scan::default(), None)
        .unwrap()
        .into_iter()
        .map(|finding| finding.message)
        .collect()
}

const OPEN: &str = "\n[environments.production]\nserve = { on = 5 }\n";

#[test]
fn a_flag_that_was_at_its_end_goes_in_silence() {
    let base = state(&[("api.toml", &flag_serving("on", ""))]);
    assert_eq!(told(&base, state(&[])), [] as [&str; 0]);
}

#[test]
fn a_flag_that_moved_or_was_renamed_is_not_gone() {
    let base = state(&[("api.toml", &flag(OPEN))]);
    let renamed = flag(OPEN).replace("\n\nserve", "\nprevious_keys = [\"api\"]\n\nserve");
    for path in ["payments/api.toml", "new-api.toml"] {
        assert_eq!(told(&base, state(&[(path, &renamed)])), [] as [&str; 0], "{path}");
    }
    assert_eq!(told(&base, state(&[("new-api.toml", &flag(OPEN))])).len(), 1);
}

#[test]
fn a_flag_that_gets_another_key_is_gone_for_who_reads_it() {
    let base = state(&[("api.toml", &flag(OPEN))]);
    let renamed = flag(OPEN).replace("\n\nserve", "\nprevious_keys = [\"api\"]\n\nserve");
    let text = r#"{"version":1,"service":"orders","references":[{"flag":"api","class":"read","file":"a.go","line":3,"column":5}]}"#;
    let reads = flagc::references::parse(text).unwrap().scan;
    let mut head = state(&[("new-api.toml", &renamed)]);
    let findings = removals(&base, &mut head, NOW, &reads, None).unwrap();
    let messages: Vec<_> = findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(messages, ["`api` is renamed to `new-api` while `orders` reads it (a.go:3:5)"]);
}

#[test]
fn a_flag_whose_file_is_broken_is_not_gone() {
    let base = state(&[("api.toml", &flag(OPEN))]);
    let head = state(&[("api.toml", "serve = [")]);
    assert_eq!(gone(&base.workspace, &head.workspace).len(), 0);
}

#[test]
fn a_schedule_that_had_not_ended_is_told() {
    let step = |day: &str| flag(&format!("\n[[schedule]]\nat = {day}T00:00:00Z\nserve = \"on\"\n"));
    let base = state(&[("api.toml", &step("2026-12-01"))]);
    assert_eq!(told(&base, state(&[])), ["`api` is removed before its schedule has ended in `production`"]);
    assert_eq!(told(&state(&[("api.toml", &step("2026-10-01"))]), state(&[])), [] as [&str; 0]);
}

#[test]
fn an_environment_that_is_gone_as_well_does_not_matter_and_a_renamed_one_does() {
    let base = state(&[("api.toml", &flag(OPEN))]);
    let with_last = |last: &str| {
        let workspace = Workspace::new(&[]);
        let settings = SETTINGS.replace("{ name = \"production\", critical = true }", last);
        workspace.write("flagc.toml", &settings);
        load(workspace.root())
    };
    assert_eq!(told(&base, with_last("{ name = \"canary\" }")), [] as [&str; 0]);
    let renamed = with_last("{ name = \"live\", renamed_from = [\"production\"] }");
    assert_eq!(told(&base, renamed), ["`api` is removed while it varies in `production`"]);
}

#[test]
fn the_levels_are_those_of_the_base() {
    let workspace = Workspace::new(&[("api.toml", &flag(OPEN))]);
    let base = load(workspace.root());
    let allowed = format!("{SETTINGS}\n[lints]\nremoved-while-varying = \"allow\"\n");
    workspace.write("flagc.toml", &allowed);
    let lax = load(workspace.root());
    std::fs::remove_file(workspace.root().join("api.toml")).unwrap();
    let head = || load(workspace.root());
    assert_eq!(told(&base, head()).len(), 1);
    assert_eq!(told(&lax, head()), [] as [&str; 0]);
}

#[test]
fn findings_about_files_that_are_gone_can_be_shown() {
    let base = state(&[("payments/api.toml", &flag(OPEN))]);
    let mut head = state(&[]);
    let found = removals(&base, &mut head, NOW, &Scan::default(), None).unwrap();
    let place = found[0].place;
    assert_eq!(head.sources.file(place.file).path, "payments/api.toml");
    assert_eq!(head.sources.text(place), "{ on = 5 }");
}
