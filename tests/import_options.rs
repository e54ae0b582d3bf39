//! What an import does with what it is told: a workspace that exists, an environment, a folder, approximation.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use flagc::format::{AttributeType, FlagKind};
use flagc::import::{ImportError, ImportOptions, Imported, Verdict, flagd};

const WORKSPACE: &str = r#"# The shop.
project = "shop" # ours

environments = [{ name = "staging" }, { name = "production", critical = true }]

[context.targetingKey] # who
type = "string"

# where to
[context.country]
type = "string"
values = ["DE", "US"]

[bucketing]
by = "targetingKey" # as everywhere
"#;

fn document(flags: &str) -> String {
    format!(r#"{{"flags": {{{flags}}}}}"#)
}

fn flag(key: &str, targeting: &str) -> String {
    format!(
        r#""{key}": {{"state": "ENABLED", "description": "d", "variants": {{"on": true, "off": false}},
            "defaultVariant": "on", "targeting": {targeting}}}"#
    )
}

fn import(flags: &str, options: &ImportOptions<'_>) -> Imported {
    flagd(document(flags).as_bytes(), options).unwrap()
}

fn reasons(flags: &str, options: &ImportOptions<'_>) -> String {
    let imported = import(flags, options);
    assert_eq!(imported.flags[0].verdict, Verdict::LeftOut, "{imported:#?}");
    assert!(imported.files.is_empty());
    imported.flags[0].reasons.join("; ")
}

#[test]
fn new_attributes_join_an_existing_context_and_all_else_stays() {
    let flags = flag(
        "a",
        r#"{"if": [{"in": [{"var": "tier"}, ["pro"]]}, "on", {">": [{"var": "age"}, 17]}, "on", "off"]}"#,
    );
    let imported = import(&flags, &ImportOptions { workspace: Some(WORKSPACE), ..ImportOptions::default() });
    let text = imported.workspace.unwrap();
    let added = "\n[context.age]\ntype = \"number\"\n\n[context.tier]\ntype = \"string\"\n";
    assert_eq!(text, WORKSPACE.replace("\n[bucketing]", &format!("{added}\n[bucketing]")));
    let types: Vec<_> = imported.attributes.into_iter().collect();
    assert_eq!(
        types,
        [("age".to_owned(), AttributeType::Number), ("tier".to_owned(), AttributeType::String)]
    );
}

#[test]
fn a_context_is_extended_however_it_is_written() {
    let flags = flag("a", r#"{"if": [{"===": [{"var": "tier"}, "pro"]}, "on", "off"]}"#);
    let head = "project = \"p\"\nenvironments = [{ name = \"e\" }]\n";
    let written = [
        "",
        "context = { age = { type = \"number\" } }\n",
        "context.age = { type = \"number\" }\n",
        "context.age.type = \"number\"\n",
        "\n[context]\nage = { type = \"number\" }\n",
        "\n[context.age]\ntype = \"number\"\n\n[lints]\n",
    ];
    for context in written {
        let text = format!("{head}{context}");
        let options = ImportOptions { workspace: Some(&text), ..ImportOptions::default() };
        let extended = import(&flags, &options).workspace.unwrap();
        let again = ImportOptions { workspace: Some(&extended), ..ImportOptions::default() };
        let imported = import(&flags, &again);
        assert_eq!(imported.workspace, None, "declared by now:\n{extended}");
        assert_eq!(imported.flags[0].verdict, Verdict::Ready);
    }
}

#[test]
fn an_existing_workspace_decides_on_types_values_and_environments() {
    let options = ImportOptions { workspace: Some(WORKSPACE), ..ImportOptions::default() };
    let other = flag("a", r#"{"if": [{"==": [{"var": "country"}, "XX"]}, "on", "off"]}"#);
    assert_eq!(reasons(&other, &options), "the text `XX` is not among the `values` of `country`");
    let number = flag("a", r#"{"if": [{">": [{"var": "country"}, 5]}, "on", "off"]}"#);
    assert_eq!(
        reasons(&number, &options),
        "`country` is a string, and the targeting compares it with a number"
    );
    let unknown = ImportOptions { environment: Some("prod"), ..options };
    let error = flagd(document(&other).as_bytes(), &unknown).unwrap_err();
    assert_eq!(error.to_string(), "there is no environment `prod`; known are: staging, production");
}

#[test]
fn a_list_that_is_declared_is_asked_for_its_items() {
    let text = format!("{WORKSPACE}\n[context.roles]\ntype = \"list\"\n");
    let flags = flag("a", r#"{"if": [{"in": ["admin", {"var": "roles"}]}, "on", "off"]}"#);
    let imported = import(&flags, &ImportOptions { workspace: Some(&text), ..ImportOptions::default() });
    assert!(imported.files[0].text.contains("if = { roles = \"admin\" }"), "{}", imported.files[0].text);
    assert_eq!(imported.workspace, None);
}

#[test]
fn one_environment_gets_the_rules_and_the_flag_itself_serves_its_off_variant() {
    let flags = flag("a", r#"{"if": [{"==": [{"var": "country"}, "DE"]}, "on", "off"]}"#);
    let options = ImportOptions {
        workspace: Some(WORKSPACE),
        environment: Some("production"),
        kind: Some(FlagKind::Release),
        owner: Some("team-a"),
        folder: "from/flagd/",
        schema: Some("../../schemas/flag.schema.json"),
        ..ImportOptions::default()
    };
    let imported = import(&flags, &options);
    assert_eq!(imported.files[0].path, "from/flagd/a.toml");
    assert_eq!(
        imported.files[0].text,
        r#"#:schema ../../schemas/flag.schema.json
description = "d"
kind = "release"
owner = "team-a"

serve = "off"

[environments.production]
serve = "off"

[[environments.production.rules]]
if = { country = "DE" }
serve = "on"
"#
    );
    assert!(imported.notes.is_empty(), "{:?}", imported.notes);
}

#[test]
fn what_was_filled_in_is_said() {
    let imported = import(&flag("a", "{}"), &ImportOptions::default());
    assert_eq!(imported.notes.len(), 2, "{:?}", imported.notes);
    assert!(imported.files[0].text.contains("kind = \"ops\"\nowner = \"unowned\"\n"));
}

#[test]
fn approximation_freezes_at_the_default_variant_what_can_be_written_at_all() {
    let flags = [
        flag("a", r#"{"if": [{"var": "x"}, "on", "off"]}"#),
        flag("b c", r#"{"if": [{"var": "x"}, "on", "off"]}"#),
        flag("c", "{}").replace("ENABLED", "DISABLED"),
    ];
    let options = ImportOptions { approximate: true, ..ImportOptions::default() };
    let imported = import(&flags.join(","), &options);
    let verdicts: Vec<Verdict> = imported.flags.iter().map(|flag| flag.verdict).collect();
    assert_eq!(verdicts, [Verdict::Approximated, Verdict::LeftOut, Verdict::Approximated]);
    assert!(imported.flags.iter().all(|flag| !flag.reasons.is_empty()));
    assert!(imported.files[0].text.ends_with("\nserve = \"on\"\n"), "{}", imported.files[0].text);
    assert!(imported.attributes.is_empty());
}

#[test]
fn a_key_of_the_workspace_is_left_alone_whatever_its_case() {
    let existing = ["New-Checkout".to_owned()];
    let options = ImportOptions { existing: &existing, approximate: true, ..ImportOptions::default() };
    assert_eq!(
        reasons(&flag("new-checkout", "{}"), &options),
        "the workspace has a flag of that key already"
    );
}

#[test]
fn a_split_without_bucket_expression_belongs_to_generation_2() {
    let text = format!("{WORKSPACE}generation = 3\n");
    let options = ImportOptions { workspace: Some(&text), ..ImportOptions::default() };
    let shorthand = flag("a", r#"{"fractional": [["on", 50], ["off", 50]]}"#);
    assert!(reasons(&shorthand, &options).contains("bucketing generation 3"));
    let explicit =
        flag("a", r#"{"fractional": [{"cat": ["s", {"var": "targetingKey"}]}, ["on", 50], ["off", 50]]}"#);
    assert_eq!(import(&explicit, &options).flags[0].verdict, Verdict::Ready);
}

#[test]
fn another_identity_than_the_workspace_s_is_named() {
    let text = WORKSPACE.replace("by = \"targetingKey\"", "by = \"account\"")
        + "\n[context.account]\ntype = \"integer\"\n";
    let options = ImportOptions { workspace: Some(&text), ..ImportOptions::default() };
    let by = |key| {
        flag("a", &format!(r#"{{"fractional": [{{"cat": ["a", {{"var": "{key}"}}]}}, ["on"], ["off"]]}}"#))
    };
    let default = import(&by("account"), &options);
    assert!(!default.files[0].text.contains("bucket_by"), "{}", default.files[0].text);
    let other = import(&by("targetingKey"), &options);
    assert!(other.files[0].text.contains("bucket_by = \"targetingKey\""), "{}", other.files[0].text);
}

#[test]
fn what_is_no_flagd_document_is_an_error_that_says_so() {
    let error = |text: &str| flagd(text.as_bytes(), &ImportOptions::default()).unwrap_err();
    assert!(matches!(error("flags: {}"), ImportError::Json(_)));
    assert!(matches!(error("[]"), ImportError::NotADocument));
    assert!(matches!(error("{}"), ImportError::NoFlags));
    assert!(matches!(error(r#"{"flags": {}}"#), ImportError::NoFlags));
    assert!(matches!(error(r#"{"flags": [{"state": "ENABLED"}]}"#), ImportError::NoKey { index: 0 }));
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(matches!(error(&deep), ImportError::Json(_)));
    let folder = |folder| {
        let options = ImportOptions { folder, ..ImportOptions::default() };
        matches!(flagd(b"{}", &options), Err(ImportError::Folder(_)))
    };
    assert!(["../up", "/abs", "segments", "services/x", ".hidden", "a/.b"].into_iter().all(folder));
    let broken = ImportOptions { workspace: Some("project = "), ..ImportOptions::default() };
    assert!(matches!(
        flagd(document(&flag("a", "{}")).as_bytes(), &broken),
        Err(ImportError::Settings { .. })
    ));
}

#[test]
fn repetition_and_growth_are_refused_with_a_reason() {
    let options = ImportOptions::default();
    let twice = r#""a": {"state": "ENABLED", "variants": {"on": true, "on": false}, "defaultVariant": "on"}"#;
    assert_eq!(reasons(twice, &options), "`on` stands twice in one object");
    let many = vec![r#"{"==": [{"var": "x"}, "y"]}"#; 6000].join(",");
    let large = flag("a", &format!(r#"{{"if": [{{"or": [{many}]}}, "on", "off"]}}"#));
    assert!(reasons(&large, &options).contains("more than 5000 conditions"));
    // Every level doubles what has to be written down.
    let doubling = (0..40).fold(r#"{"==": [{"var": "x"}, "y"]}"#.to_owned(), |inner, _| {
        format!(r#"{{"if": [{inner}, {{"==": [{{"var": "z"}}, "y"]}}, {{"==": [{{"var": "w"}}, "y"]}}]}}"#)
    });
    let nested = flag("a", &format!(r#"{{"if": [{doubling}, "on", "off"]}}"#));
    assert_eq!(reasons(&nested, &options), "its conditions nest too much to be written down");
}
