//! Rules for code: for booleans that are at their end, in the languages that the flag is read in.

use flagc::retire::piranha::{Refusal, rules};
use flagc::retire::{Class, Plan};

use super::{Workspace, flag, flag_serving, used, uses};

fn plan_of(text: &str) -> Plan {
    Workspace::new(&[("api.v2.toml", text)]).plan("api.v2")
}

#[test]
fn every_language_is_written_where_nobody_has_looked() {
    let written = rules(&plan_of(&flag_serving("on", ""))).unwrap();
    let names: Vec<&str> = written.files.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "clean.py",
        "go/rules.toml",
        "go/edges.toml",
        "java/rules.toml",
        "java/edges.toml",
        "kotlin/rules.toml",
        "kotlin/edges.toml",
        "ruby/rules.toml",
        "swift/rules.toml",
        "swift/edges.toml",
    ];
    assert_eq!(names, expected);
    for (name, text) in written.files.iter().filter(|(name, _)| name.contains('/')) {
        text.parse::<toml::Table>().unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn the_key_and_the_value_are_told_to_piranha() {
    for (serve, value) in [("on", "true"), ("off", "false")] {
        let written = rules(&plan_of(&flag_serving(serve, ""))).unwrap();
        let (_, clean) = &written.files[0];
        let told = format!(
            "{{\"flag_key\": \"api.v2\", \"flag_pattern\": \"api[.]v2\", \"flag_value\": \"{value}\"}}"
        );
        assert!(clean.contains(&told), "{clean}");
        assert!(["<key>", "<pattern>", "<value>"].iter().all(|left| !clean.contains(left)), "{clean}");
    }
}

#[test]
fn only_the_languages_that_read_it_are_written_and_others_are_named() {
    let workspace = Workspace::new(&[("api.toml", &flag_serving("on", ""))]);
    let seen = |files: &[&str]| {
        let of = files.iter().map(|file| used("orders", Class::Read, file, 1)).collect();
        workspace.prepare("api", Some(&uses(&["orders"], of))).plan
    };
    let written = rules(&seen(&["a/B.java", "a.py"])).unwrap();
    let names: Vec<&str> = written.files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["clean.py", "java/rules.toml", "java/edges.toml"]);
    assert_eq!(written.notes, ["there are no rules for files that end in `.py`"]);
    assert_eq!(rules(&seen(&["a.py"])), Err(Refusal::NoLanguage { flag: "api".to_owned() }));
}

#[test]
fn calls_of_go_that_return_two_values_are_named() {
    let written = rules(&plan_of(&flag_serving("on", ""))).unwrap();
    assert!(written.notes.iter().any(|note| note.starts_with("Go: calls of `Boolean` are replaced")));
}

#[test]
fn what_is_no_one_boolean_is_refused() {
    let refused = |text: &str| rules(&plan_of(text)).unwrap_err().to_string();
    let differs = flag_serving("on", "\n[environments.production]\nserve = \"off\"\n");
    let values = "dev on, staging on, production off";
    let message = format!("no rules are written: environments do not serve the same of `api.v2`: {values}");
    assert_eq!(refused(&differs), message);
    let open = flag("\n[environments.dev]\nserve = { on = 5 }\n");
    assert_eq!(refused(&open), "no rules are written: `api.v2` is not at its end in dev");
    let text = flag_serving("on", "\n[variants]\noff = \"old\"\non = \"new\"\n");
    assert_eq!(refused(&text), "no rules are written: `api.v2` is not boolean");
}
