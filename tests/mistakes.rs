//! All mistakes of a file are told in one run, each on its own text, and slips of the keyboard are recognised.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Checked, FLAG, SETTINGS, check_files};

const CONTEXT: &str = "project = \"shop\"
environments = [{ name = \"dev\" }, { name = \"production\" }]

[context.country]
type = \"string\"
values = [\"AU\", \"DE\", \"US\"]
";

/// Checks one flag, with a segment, a service and another flag beside it.
fn check_flag(text: &str) -> Checked {
    check_files(&[
        ("flagc.toml", CONTEXT),
        ("new-checkout.toml", text),
        ("new-payments-api.toml", FLAG),
        ("segments/staff.toml", "description = \"Us\"\nowner = \"it\"\nif = { country = \"DE\" }\n"),
        ("services/orders.toml", "description = \"Takes orders\"\nowner = \"team-orders\"\n"),
    ])
}

#[test]
fn five_mistakes_in_one_file_are_five_findings_on_five_texts() {
    let text = "description = \"New checkout\"
kind = \"relase\"
owner = \"team-checkout\"
serve = \"off\"
enabeld = false

[[rules]]
if = { contry = \"DE\" }
serve = \"on\"

[[rules]]
if = { country = \"GER\" }
serve = { onn = 25 }
";
    let checked = check_flag(text);
    let expected = [
        ("unknown-kind", "\"relase\""),
        ("unknown-key", "enabeld"),
        ("unknown-attribute", "contry"),
        ("unknown-value", "\"GER\""),
        ("unknown-variant", "onn"),
    ];
    assert_eq!(checked.marked(), expected, "{}", checked.render());
}

#[test]
fn broken_lines_do_not_hide_the_other_mistakes() {
    let text = "description = \"New checkout
kind = \"release\"
owner = \"team-checkout\"
serve = \"offf\"
seed = 9007199254740993

[environments.prod]
serve = { on = 120 }

[environments.production]
serve = { on = 33.33333 }
enabled = \"no\"
";
    let checked = check_flag(text);
    let expected = [
        ("syntax-error", "t"),
        ("unknown-variant", "\"offf\""),
        ("number-out-of-range", "9007199254740993"),
        ("unknown-environment", "prod"),
        ("invalid-value", "120"),
        ("invalid-weight", "33.33333"),
        ("wrong-type", "\"no\""),
    ];
    assert_eq!(checked.marked(), expected, "{}", checked.render());
}

#[test]
fn mistakes_in_five_files_are_told_in_one_run() {
    let checked = check_files(&[
        ("flagc.toml", &format!("{SETTINGS}[lints]\nno-such-rule = \"warn\"\n")),
        ("a.toml", &FLAG.replace("kind", "kin")),
        ("b.toml", &format!("{FLAG}[requires]\nc = \"on\"\n")),
        ("segments/s.toml", "owner = \"it\"\nif = { targetingKey = \"u-1\" }\n"),
        (
            "services/orders.toml",
            "description = \"Takes orders\"\nowner = \"team-orders\"\ncalls = [\"pay\"]\n",
        ),
    ]);
    let found = checked.rules();
    assert_eq!(found, ["unknown-key", "unknown-flag", "unknown-rule", "missing-key", "unknown-service"]);
}

/// One slip in one flag: the rule that finds it, the marked text, and the name that is offered.
fn assert_offered(text: &str, rule: &str, marked: &str, offered: &str) {
    let checked = check_flag(text);
    assert_eq!(checked.marked(), [(rule, marked)], "{}", checked.render());
    let help = checked.helps()[0];
    assert!(help.starts_with(&format!("did you mean `{offered}`?")), "{help:?}");
}

#[test]
fn a_misspelt_key_is_recognised() {
    assert_offered(&format!("{FLAG}enabeld = false\n"), "unknown-key", "enabeld", "enabled");
    let rule = format!("{FLAG}[[rules]]\nfi = {{ country = \"DE\" }}\nserve = \"on\"\n");
    assert_offered(&rule, "unknown-key", "fi", "if");
}

#[test]
fn a_misspelt_variant_is_recognised() {
    assert_offered(&FLAG.replace("\"off\"", "\"offf\""), "unknown-variant", "\"offf\"", "off");
    assert_offered(&format!("{FLAG}off_variant = \"fof\"\n"), "unknown-variant", "\"fof\"", "off");
    let required = format!("{FLAG}[requires]\nnew-payments-api = \"no\"\n");
    assert_offered(&required, "unknown-variant", "\"no\"", "on");
}

#[test]
fn a_misspelt_attribute_is_recognised() {
    let rule = format!("{FLAG}[[rules]]\nif = {{ not = {{ Country = \"DE\" }} }}\nserve = \"on\"\n");
    assert_offered(&rule, "unknown-attribute", "Country", "country");
    assert_offered(
        &format!("{FLAG}bucket_by = \"targetingkey\"\n"),
        "unknown-attribute",
        "\"targetingkey\"",
        "targetingKey",
    );
}

#[test]
fn a_misspelt_environment_is_recognised() {
    let text = format!("{FLAG}[environments.prodution]\nserve = \"on\"\n");
    assert_offered(&text, "unknown-environment", "prodution", "production");
}

#[test]
fn a_misspelt_segment_is_recognised() {
    let text = format!("{FLAG}[[rules]]\nif = {{ segment = \"stuff\" }}\nserve = \"on\"\n");
    assert_offered(&text, "unknown-segment", "\"stuff\"", "staff");
}

#[test]
fn a_misspelt_flag_is_recognised() {
    let text = format!("{FLAG}[requires]\nnew-payment-api = \"on\"\n");
    assert_offered(&text, "unknown-flag", "new-payment-api", "new-payments-api");
}

#[test]
fn a_misspelt_kind_is_recognised() {
    assert_offered(&FLAG.replace("release", "relaese"), "unknown-kind", "\"relaese\"", "release");
}

#[test]
fn a_misspelt_service_is_recognised() {
    let text = format!("{FLAG}[services]\norder = {{ on = \">=1.0.0\" }}\n");
    assert_offered(&text, "unknown-service", "order", "orders");
}

#[test]
fn a_misspelt_value_is_recognised() {
    let text = format!("{FLAG}[[rules]]\nif = {{ country = \"ED\" }}\nserve = \"on\"\n");
    assert_offered(&text, "unknown-value", "\"ED\"", "DE");
}

#[test]
fn what_is_allowed_is_not_shown_and_what_is_fixed_stays() {
    let trailing = FLAG.replace("\"off\"", "{ on = 5, }");
    let lints = |lints: &str| {
        let settings = format!("{SETTINGS}[lints]\n{lints}\n");
        check_files(&[("flagc.toml", &settings), ("a.toml", &trailing)]).render()
    };
    assert!(lints("").contains("warning[newer-toml]"));
    assert!(lints("newer-toml = \"error\"").contains("error[newer-toml]"));
    assert!(lints("syntax = \"error\"").contains("error[newer-toml]"));
    assert_eq!(lints("newer-toml = \"allow\""), "");
    assert_eq!(lints("syntax = \"error\"\nnewer-toml = \"allow\""), "");
    let broken = lints("newer-toml = \"allow\"\nunknown-kind = \"allow\"");
    assert!(broken.contains("error[fixed-lint]"), "{broken}");
}

#[test]
fn a_variant_whose_value_is_wrong_is_told_once_and_is_not_missing() {
    for value in ["nan", "9007199254740992", "2026-01-01", "1_000way"] {
        let flag = format!("{FLAG}[variants]\noff = {value}\non = 1\n");
        let dependent = format!("{FLAG}[requires]\nnew-checkout = \"on\"\n");
        let files =
            [("flagc.toml", SETTINGS), ("new-checkout.toml", &flag), ("new-receipts.toml", &dependent)];
        let checked = check_files(&files);
        assert_eq!(checked.findings.len(), 1, "{value}: {}", checked.render());
    }
}
