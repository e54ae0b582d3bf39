//! The edits: made together or not at all, with the layout of all else as it was.

use flagc::ops::retire::{RetireError, apply};
use flagc::retire::Class;

use super::{Workspace, flag, flag_serving, used, uses};

const RELEASE: &str = "# together\ndescription = \"All\"   # of it\nowner = \"team\"\nflags = [\n  \"api\",  # first\n  \
                       \"checkout\",  # second\n]\n";

fn refusal(workspace: &Workspace, seen: &flagc::retire::Uses) -> RetireError {
    let before = workspace.files();
    let refused = apply(workspace.root(), workspace.prepare("api", Some(seen))).unwrap_err();
    assert_eq!(workspace.files(), before, "something was changed");
    refused
}

#[test]
fn comments_and_order_stay() {
    let dependent = flag(
        "\n# who waits for whom\n[requires]   # both\nledger = \"on\"   # the books\napi = [\"on\"]   # the new \
         one\n\n[environments.dev]\nserve = \"on\"\n",
    );
    let workspace = Workspace::new(&[
        ("payments/api.toml", &flag_serving("on", "")),
        ("ledger.toml", &flag_serving("on", "")),
        ("checkout.toml", &dependent),
        ("releases/all.toml", RELEASE),
    ]);
    let applied = apply(workspace.root(), workspace.prepare("api", None)).unwrap();
    assert_eq!(applied.warnings, [] as [&str; 0]);
    assert_eq!(workspace.read("payments/api.toml"), None);
    assert_eq!(
        workspace.read("checkout.toml"),
        Some(dependent.replace("api = [\"on\"]   # the new one\n", ""))
    );
    assert_eq!(workspace.read("releases/all.toml"), Some(RELEASE.replace("  \"api\",  # first\n", "")));
    assert_eq!(workspace.read("ledger.toml"), Some(flag_serving("on", "")));
}

#[test]
fn a_release_goes_with_its_last_flag() {
    let release = "description = \"All\"\nowner = \"team\"\nflags = [\"api\"]\n";
    let workspace = Workspace::new(&[("api.toml", &flag_serving("on", "")), ("releases/all.toml", release)]);
    apply(workspace.root(), workspace.prepare("api", None)).unwrap();
    assert_eq!(workspace.files().len(), 1, "{:?}", workspace.files());
}

#[test]
fn what_stands_in_the_way_changes_nothing() {
    let workspace = Workspace::new(&[
        ("api.toml", &flag("\n[environments.production]\nserve = { on = 5 }\n")),
        ("releases/all.toml", RELEASE),
        ("checkout.toml", &flag("")),
    ]);
    let refused = refusal(&workspace, &uses(&[], Vec::new()));
    assert_eq!(refused.to_string(), "`api` is not taken out: something stands in the way");
    assert_eq!(refused.exit_code(), 1);
}

#[test]
fn code_that_reads_it_changes_nothing_and_what_only_speaks_of_it_does() {
    let workspace = Workspace::new(&[("api.toml", &flag_serving("on", ""))]);
    let of = |class| uses(&["orders"], vec![used("orders", class, "src/a.rs", 1)]);
    for class in [Class::Read, Class::Declared, Class::Unknown] {
        assert!(matches!(refusal(&workspace, &of(class)), RetireError::Read { count: 1, .. }), "{class:?}");
    }
    for class in [Class::Test, Class::Config, Class::Doc, Class::Comment] {
        workspace.write("api.toml", &flag_serving("on", ""));
        apply(workspace.root(), workspace.prepare("api", Some(&of(class)))).unwrap();
        assert_eq!(workspace.read("api.toml"), None, "{class:?}");
    }
}

#[test]
fn a_workspace_that_would_have_an_error_more_is_not_changed() {
    let service = "description = \"Orders\"\nowner = \"team-orders\"\n";
    let support = flag_serving("on", "\n[services]\norders = {}\n");
    let workspace = Workspace::new(&[
        ("api.toml", &support),
        ("checkout.toml", &flag("\n[services]\npayments = {}\n")),
        ("services/orders.toml", service),
        ("services/payments.toml", service),
    ]);
    workspace.write("flagc.toml", &format!("{}\n[lints]\nunused-service = \"error\"\n", super::SETTINGS));
    let refused = refusal(&workspace, &uses(&["orders"], Vec::new()));
    let message = refused.to_string();
    assert!(message.starts_with("`api` is not taken out: afterwards "), "{message}");
    assert!(message.ends_with("(services/orders.toml:1:1)"), "{message}");
    workspace.write("flagc.toml", &format!("{}\n[lints]\nunused-service = \"warn\"\n", super::SETTINGS));
    let seen = uses(&["orders"], Vec::new());
    let applied = apply(workspace.root(), workspace.prepare("api", Some(&seen))).unwrap();
    assert_eq!(applied.warnings.len(), 1, "{:?}", applied.warnings);
}

#[test]
fn an_error_that_was_there_before_is_no_reason() {
    let workspace = Workspace::new(&[
        ("api.toml", &flag_serving("on", "")),
        ("checkout.toml", &flag("\n[environments.prod]\nserve = \"on\"\n")),
    ]);
    apply(workspace.root(), workspace.prepare("api", None)).unwrap();
    assert_eq!(workspace.read("api.toml"), None);
}

#[test]
fn what_somebody_else_has_written_meanwhile_is_not_undone() {
    let workspace = Workspace::new(&[
        ("api.toml", &flag_serving("on", "")),
        ("checkout.toml", &flag("\n[requires]\napi = \"on\"\n")),
    ]);
    let prepared = workspace.prepare("api", None);
    let newer = flag("\n[requires]\napi = \"on\"   # still\n");
    workspace.write("checkout.toml", &newer);
    let refused = apply(workspace.root(), prepared).unwrap_err();
    assert!(matches!(&refused, RetireError::Changed { path } if path == "checkout.toml"), "{refused}");
    assert_eq!(workspace.read("checkout.toml"), Some(newer));
    assert!(workspace.read("api.toml").is_some());
}
