//! The plan: what stays, what is merged in which order, and what stands in the way.

use flagc::retire::{Blocker, Class, Plan, Step};
use serde_json::json;

use super::{Workspace, flag, flag_serving, used, uses};

fn only_blocker(plan: &Plan) -> &Blocker {
    let [blocker] = plan.blockers.as_slice() else { panic!("{:?}", plan.blockers) };
    blocker
}

/// What depends on `api`, which serves `serve` and what stands in `rest`.
fn with_dependent(api: &str, dependent: &str) -> Plan {
    let workspace = Workspace::new(&[("api.toml", api), ("checkout.toml", dependent)]);
    workspace.plan("api")
}

fn reason(plan: &Plan) -> &str {
    match only_blocker(plan) {
        Blocker::Required { by, reason, .. } if by == "checkout" => reason,
        other => panic!("{other:?}"),
    }
}

const REQUIRES: &str = "\n[requires]\napi = \"on\"\n";

#[test]
fn a_flag_that_is_on_for_everybody_goes_step_by_step() {
    let workspace = Workspace::new(&[
        ("api.toml", &flag_serving("on", "\n[services]\norders = {}\n")),
        ("checkout.toml", &flag(&format!("\n[environments.dev]\nserve = \"on\"\n{REQUIRES}"))),
        ("releases/all.toml", "description = \"All\"\nowner = \"team\"\nflags = [\"api\", \"checkout\"]\n"),
        ("services/orders.toml", "description = \"Orders\"\nowner = \"team-orders\"\n"),
    ]);
    let read = used("orders", Class::Read, "src/Orders.java", 12);
    let test = used("orders", Class::Test, "test/OrdersTest.java", 3);
    let seen = uses(&["orders"], vec![test.clone(), read.clone()]);
    let plan = workspace.prepare("api", Some(&seen)).plan;
    assert_eq!(plan.blockers, []);
    assert_eq!(plan.value(), Some(&json!(true)));
    assert_eq!(
        plan.steps,
        [
            Step::Code { service: "orders".to_owned(), uses: vec![read, test] },
            Step::Requirement { of: "checkout".to_owned(), file: "checkout.toml".to_owned(), at: (11, 1) },
            Step::Release { release: "all".to_owned(), file: "releases/all.toml".to_owned(), left: 1 },
            Step::File { file: "api.toml".to_owned() },
        ]
    );
    assert_eq!(plan.notes, ["release `all` has one flag left: it can go as well"]);
}

#[test]
fn environments_that_are_critical_decide() {
    let open = |environment: &str| {
        let rest = format!("\n[environments.{environment}]\nserve = {{ on = 5 }}\n");
        Workspace::new(&[("api.toml", &flag_serving("on", &rest))]).plan("api")
    };
    let varies = Blocker::NotFinished { environment: "production".to_owned(), until: None };
    assert_eq!(only_blocker(&open("production")), &varies);
    let elsewhere = open("dev");
    assert_eq!(elsewhere.blockers, []);
    assert_eq!(elsewhere.notes, ["`dev` is not at its end, and does not decide"]);
    assert_eq!(elsewhere.value(), None);
}

#[test]
fn a_split_that_gives_all_to_one_is_an_end() {
    let plan = Workspace::new(&[("api.toml", &flag("\n[environments.production]\nserve = { on = 100 }\n"))]);
    let plan = plan.plan("api");
    assert_eq!(plan.blockers, []);
    let left_out = "a split of 100 % leaves users who cannot be identified with `off`: without the flag they get the rest's";
    assert!(plan.notes.iter().any(|note| note == left_out), "{:?}", plan.notes);
    let by_name = Workspace::new(&[("api.toml", &flag("\n[environments.production]\nserve = \"on\"\n"))]);
    assert!(!by_name.plan("api").notes.iter().any(|note| note.contains("split")));
}

#[test]
fn a_schedule_that_is_to_come_is_no_end_and_one_that_has_passed_is() {
    let step = |day: &str| {
        let rest = format!("\n[[schedule]]\nat = {day}T00:00:00Z\nserve = \"on\"\n");
        Workspace::new(&[("api.toml", &flag(&rest))]).plan("api")
    };
    let later = Blocker::NotFinished { environment: "production".to_owned(), until: Some(1_796_083_200) };
    assert_eq!(only_blocker(&step("2026-12-01")), &later);
    let passed = step("2026-10-01");
    assert_eq!(passed.blockers, []);
    assert_eq!(passed.value(), Some(&json!(true)));
}

#[test]
fn environments_that_end_differently_leave_no_one_value() {
    let rest = "\n[environments.production]\nserve = \"off\"\n";
    let plan = Workspace::new(&[("api.toml", &flag_serving("on", rest))]).plan("api");
    assert_eq!((plan.blockers.as_slice(), plan.value()), ([].as_slice(), None));
    let note = "the environments do not serve the same: no one value can stand in the code for the flag";
    assert_eq!(plan.notes, [note]);
}

#[test]
fn a_requirement_that_is_met_for_everybody_goes() {
    let plan = with_dependent(&flag_serving("on", ""), &flag_serving("on", REQUIRES));
    assert_eq!(plan.blockers, []);
}

#[test]
fn a_requirement_that_is_never_met_keeps_its_dependent_off() {
    let plan = with_dependent(&flag(""), &flag_serving("on", REQUIRES));
    let message =
        "it is never met in `dev`, so everybody gets `off` of `checkout` there; without it they would not";
    assert_eq!(reason(&plan).replace("`production`", "`dev`").replace("`staging`", "`dev`"), message);
    let first =
        plan.steps.iter().position(|step| matches!(step, Step::Dependent { flag, .. } if flag == "checkout"));
    let last = plan.steps.iter().position(|step| matches!(step, Step::File { .. }));
    assert!(first.is_some() && first < last, "{:?}", plan.steps);
}

#[test]
fn a_requirement_that_makes_no_difference_goes_met_or_not() {
    assert_eq!(with_dependent(&flag(""), &flag(REQUIRES)).blockers, []);
    // Met for some only: those 5 % are among the 10 % on the same seed.
    let share = |percent: &str| {
        let serve = format!("\n[environments.dev]\nserve = {{ on = {percent} }}\n");
        flag_serving("on", &serve).replace("\nserve = \"on\"", "seed = \"shared\"\nserve = \"on\"")
    };
    assert_eq!(with_dependent(&share("10"), &format!("{}{REQUIRES}", share("5"))).blockers, []);
    let some = with_dependent(&share("5"), &format!("{}{REQUIRES}", share("10")));
    assert_eq!(reason(&some), "without it some would get something else of `checkout` in `dev`");
}

#[test]
fn a_requirement_that_is_not_met_later_is_looked_at_as_well() {
    let dependent = format!("\n[[schedule]]\nat = 2026-12-01T00:00:00Z\nserve = \"on\"\n{REQUIRES}");
    let plan = with_dependent(&flag(""), &flag(&dependent));
    assert!(reason(&plan).starts_with("it is never met in"), "{}", reason(&plan));
}

#[test]
fn what_requires_the_flag_through_another_is_looked_at_as_well() {
    let workspace = Workspace::new(&[
        ("ledger.toml", &flag_serving("on", "")),
        ("api.toml", &flag_serving("on", "\n[requires]\nledger = \"on\"\n")),
        ("checkout.toml", &flag_serving("on", REQUIRES)),
    ]);
    assert_eq!(workspace.plan("ledger").blockers, []);
    workspace.write("ledger.toml", &flag(""));
    let plan = workspace.plan("ledger");
    assert!(matches!(only_blocker(&plan), Blocker::Required { by, .. } if by == "api"), "{plan:?}");
}

#[test]
fn what_nobody_has_looked_into_is_not_unused() {
    let support = "\n[services]\norders = {}\npayments = {}\n";
    let workspace = Workspace::new(&[("api.toml", &flag_serving("on", support))]);
    let none = |service: &str| Blocker::NoReport { service: service.to_owned() };
    assert_eq!(workspace.plan("api").blockers, [none("orders"), none("payments")]);
    let mut seen = uses(&["payments"], Vec::new());
    let made = used("payments", Class::Unknown, "src/flags.go", 7);
    seen.dynamic.push(made.clone());
    let plan = workspace.prepare("api", Some(&seen)).plan;
    assert_eq!(plan.blockers, [none("orders"), Blocker::Dynamic { at: made }]);
    assert_eq!(plan.steps.first(), Some(&Step::Code { service: "orders".to_owned(), uses: Vec::new() }));
}

#[test]
fn a_file_that_cannot_be_read_may_require_the_flag() {
    let workspace = Workspace::new(&[("api.toml", &flag_serving("on", "")), ("broken.toml", "serve = [")]);
    assert_eq!(workspace.plan("api").blockers, []);
    let unread = Blocker::Unreadable { flag: "broken".to_owned() };
    workspace.write("broken.toml", "serve = [\n[requires\napi = \"on\"\n");
    assert_eq!(only_blocker(&workspace.plan("api")), &unread);
    workspace.write("broken.toml", &flag("zzz =\n\n[requires]\napi = \"on\"\n"));
    assert!(workspace.plan("api").blockers.contains(&unread));
    std::fs::write(workspace.root().join("broken.toml"), b"\xff").unwrap();
    assert_eq!(only_blocker(&workspace.plan("api")), &unread);
}

#[test]
fn what_is_live_stays_recorded() {
    let live = "recorded_at = 2026-10-30T00:00:00Z\n[[live]]\nservice = \"orders\"\nversion = \
                \"8f3c2e1\"\ncapabilities = [\"api:on\"]\n";
    let workspace = Workspace::new(&[("api.toml", &flag_serving("on", "")), ("deployments/dev.toml", live)]);
    let note = "what is live in `dev` names `api` among its capabilities; that stays, for it is a fact";
    assert_eq!(workspace.plan("api").notes, [note]);
}

#[test]
fn what_its_file_says_of_staying_is_told() {
    let stays = |line: &str| {
        let text = flag_serving("on", "").replace("\n\nserve", &format!("\n{line}\nserve"));
        Workspace::new(&[("api.toml", &text)]).plan("api").notes
    };
    assert_eq!(stays("permanent = \"the law\""), ["it is meant to stay: the law"]);
    let snooze = "snooze = { until = 2027-02-28, reason = \"the books\" }";
    assert_eq!(stays(snooze), ["it is left alone until 2027-02-28: the books"]);
}

fn git(workspace: &Workspace, arguments: &[&str]) {
    let time = "2026-10-05T10:00:00Z";
    let done = std::process::Command::new("git")
        .args(["-c", "user.name=Jo", "-c", "user.email=jo@acme.example", "-c", "commit.gpgSign=false"])
        .args(arguments)
        .current_dir(workspace.root())
        .env("GIT_AUTHOR_DATE", time)
        .env("GIT_COMMITTER_DATE", time)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// When production began to serve what it does, and what that is.
fn since(workspace: &Workspace) -> (Option<i64>, Option<serde_json::Value>) {
    let plan = workspace.plan("api");
    let stay = plan.stays.iter().find(|stay| stay.environment == "production").unwrap();
    (stay.since.as_ref().map(|since| since.time), stay.value.clone())
}

#[test]
fn the_proof_is_of_what_lies_on_the_disk() {
    let workspace = Workspace::new(&[("api.toml", &flag_serving("on", ""))]);
    assert_eq!(since(&workspace), (None, Some(json!(true))), "in no repository");
    git(&workspace, &["init", "--quiet"]);
    assert_eq!(since(&workspace), (None, Some(json!(true))), "nothing is committed");
    git(&workspace, &["add", "."]);
    git(&workspace, &["commit", "--quiet", "--message", "Add the flag"]);
    let committed = Some(1_791_194_400);
    assert_eq!(since(&workspace), (committed, Some(json!(true))));
    workspace.write("api.toml", &format!("# soon gone\n{}", flag_serving("on", "")));
    assert_eq!(since(&workspace), (committed, Some(json!(true))), "means the same");
    workspace.write("api.toml", &flag(""));
    assert_eq!(since(&workspace), (None, Some(json!(false))), "means something else");
    let swapped = format!("{}\n[variants]\noff = true\non = false\n", flag_serving("on", ""));
    workspace.write("api.toml", &swapped);
    assert_eq!(since(&workspace), (None, Some(json!(false))), "the same variant with another value");
}
