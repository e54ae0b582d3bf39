//! Plans are taken step by step: the files are edited by hand, loaded anew, and asked what is not ready. A step that is
//! called safe leads to a state where nothing is blocked, one that is called unsafe to one where something is not ready.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../readiness/draw.rs"]
#[allow(dead_code, reason = "readiness uses all of it")]
mod draw;
mod edit;
#[path = "../exposure/random.rs"]
mod random;

use std::collections::{BTreeMap, BTreeSet};

use draw::{Drawn, Records};
use edit::{Desk, Live};
use flagc::compile;
use flagc::model::{EnvironmentId, FlagId, Serve, Workspace};
use flagc::plan::{self, Action, Goal, NoPlan, Plan, PlanError, Request, Step};
use flagc::readiness::{self, Facts, Outcome};
use flagc::workspace::{Given, GivenContent, Loaded, load_given};
use random::Random;

/// What was seen.
type Tally = BTreeMap<&'static str, u64>;

fn load(files: &BTreeMap<String, String>) -> Workspace {
    let given = files.iter().map(|(path, text)| Given {
        path: path.clone(),
        content: GivenContent::Bytes(text.clone().into_bytes()),
    });
    let loaded = load_given(given.collect(), &Loaded::default());
    assert!(loaded.findings.is_empty(), "{:?}\n{files:#?}", loaded.findings);
    loaded.workspace
}

/// A flag, or two together as in a release, to some percentage.
fn case(number: u64, tally: &mut Tally) {
    let drawn = draw::workspace(number, Records::Believable);
    let random = &mut Random::new(number + 1_000_000);
    let files: BTreeMap<String, String> = drawn.files.iter().cloned().collect();
    let workspace = load(&files);
    let environment = EnvironmentId(u16::try_from(random.below(drawn.environments.len())).unwrap());
    let count = if random.chance(30) { 2 } else { 1 };
    let flags: Vec<FlagId> = random.some((0..).map(FlagId).take(workspace.flags.len()).collect(), count);
    let at = drawn.as_of.unwrap_or(0);
    let serve = ["on", "all"].into_iter().find(|name| workspace.flag(flags[0]).variant_id(name).is_some());
    let is_shared = flags.iter().all(|id| workspace.flag(*id).variant_id(serve.unwrap()).is_some());
    let flags = if is_shared { flags } else { vec![flags[0]] };
    let weight = [0, 1_000, 5_000, 25_000, 60_000, 100_000][random.below(6)];
    let request = Request { flags: &flags, environment, serve, weight, at };
    let segments = compile::segments(&workspace);
    let facts = Facts::new(&workspace, Some(at));
    match plan::plan(&workspace, &segments, &facts, &request) {
        Ok(plan) => {
            walk(&drawn, files, &workspace, &request, &plan, tally);
            *tally.entry("plans").or_default() += 1;
            *tally.entry("releases").or_default() += u64::from(flags.len() > 1);
            *tally.entry("with requirements").or_default() += u64::from(plan.flags.len() > flags.len());
        }
        Err(NoPlan::Plan(PlanError::NoVersion { .. })) => *tally.entry("no version").or_default() += 1,
        Err(other) => panic!("case {number}: {other:?}"),
    }
}

/// A plan that is being walked.
struct Walked<'w> {
    drawn: &'w Drawn,
    request: &'w Request<'w>,
    plan: &'w Plan,
    /// The flags that it can touch.
    touched: Vec<FlagId>,
    /// What was not ready in the beginning.
    known: BTreeMap<String, bool>,
}

fn walk(
    drawn: &Drawn,
    files: BTreeMap<String, String>,
    workspace: &Workspace,
    request: &Request<'_>,
    plan: &Plan,
    tally: &mut Tally,
) {
    let index = usize::from(request.environment.0);
    let live: Vec<Live> = drawn.deployments[index]
        .iter()
        .flat_map(|deployment| &deployment.live)
        .enumerate()
        .map(|(position, live)| Live {
            service: live.service.to_owned(),
            version: live.version.to_owned(),
            instance: Some(format!("i{position}")),
            capabilities: live.capabilities.clone(),
        })
        .collect();
    let environment = drawn.environments[index].as_str();
    let mut desk = Desk { files, environment, known: live.clone(), live: live.clone(), now: request.at };
    let planned: BTreeSet<FlagId> = plan.flags.iter().map(|goal| goal.flag).collect();
    let touched = touched(workspace, &planned);
    let known = not_ready(&desk.files, request, &touched);
    let walked = Walked { drawn, request, plan, touched, known };
    let mut order = Vec::new();
    for (position, step) in plan.steps.iter().enumerate() {
        desk.take(step);
        note(step, tally);
        if let Action::Deploy { service, .. } = &step.action {
            order.push(service.clone());
        }
        // Flags of one number are one commit.
        let is_whole = plan.steps.get(position + 1).is_none_or(|next| {
            next.number != step.number || matches!(step.action, Action::Deploy { .. } | Action::Gone { .. })
        });
        if is_whole {
            judge(&desk, &walked, step);
            together(&desk, request, plan, step);
        }
    }
    callees_come_first(workspace, &order, &plan.steps);
    goals_are_reached(&desk, request, plan);
    for (position, step) in plan.back.iter().enumerate() {
        desk.take(step);
        note(step, tally);
        let is_whole = plan.back.get(position + 1).is_none_or(|next| {
            next.number != step.number || matches!(step.action, Action::Deploy { .. } | Action::Gone { .. })
        });
        // What is deployed back in one step is one state.
        let is_several = matches!(&step.action, Action::Deploy { service, .. } if plan.back.get(position + 1).is_some_and(
            |next| next.number == step.number && matches!(&next.action, Action::Deploy { service: other, .. } if other == service)
        ));
        if is_whole && !is_several {
            judge(&desk, &walked, step);
        }
    }
    everything_is_back(&desk, &live, request, plan);
}

fn note(step: &Step, tally: &mut Tally) {
    let kind = match (&step.action, &step.danger) {
        (Action::Deploy { .. }, None) => "deploys, safe",
        (Action::Deploy { .. }, Some(_)) => "deploys, unsafe",
        (Action::Gone { .. }, None) => "waits, safe",
        (Action::Gone { .. }, Some(_)) => "waits, unsafe",
        (Action::Kill { .. }, _) => "kills",
        (Action::Set { .. } | Action::Ramp { .. }, None) => "ramps, safe",
        (Action::Set { .. } | Action::Ramp { .. }, Some(_)) => "ramps, unsafe",
        (Action::Watch, _) => "watches",
    };
    *tally.entry(kind).or_default() += 1;
    *tally.entry("in circles").or_default() += u64::from(!step.circle.is_empty());
}

/// What is not ready in a state: blocked or not, and which question it is.
fn not_ready(
    files: &BTreeMap<String, String>,
    request: &Request<'_>,
    flags: &[FlagId],
) -> BTreeMap<String, bool> {
    let workspace = load(files);
    let segments = compile::segments(&workspace);
    let facts = Facts::new(&workspace, Some(request.at));
    let mut not_ready = BTreeMap::new();
    for id in flags {
        for verdict in readiness::survey(&workspace, &segments, &facts, *id, Some(request.at)) {
            if verdict.environment == request.environment {
                let live = verdict.live.map(readiness::words::version);
                let question = format!("{id:?} {} {:?} {live:?}", verdict.service, verdict.variant);
                not_ready.insert(question, verdict.outcome == Outcome::Blocked);
            }
        }
    }
    not_ready
}

/// Loads what was edited, and holds the step against what is not ready there. What nobody knew before of flags that are
/// not planned may stay unknown.
fn judge(state: &Desk<'_>, walked: &Walked<'_>, step: &Step) {
    let Walked { request, plan, touched, known, .. } = walked;
    let is_planned =
        |question: &str| plan.flags.iter().any(|goal| question.starts_with(&format!("{:?} ", goal.flag)));
    let wrong: Vec<String> = not_ready(&state.files, request, touched)
        .into_iter()
        .filter(|(question, blocked)| *blocked || is_planned(question) || !known.contains_key(question))
        .map(|(question, _)| question)
        .collect();
    let told = || format!("{step:?}\nof {plan:#?}\n{:#?}\nas of {}", walked.drawn.files, request.at);
    assert_eq!(step.danger.is_none(), wrong.is_empty(), "{wrong:#?} behind {}", told());
}

/// The flags that the plan can touch.
fn touched(workspace: &Workspace, planned: &BTreeSet<FlagId>) -> Vec<FlagId> {
    let services_of =
        |id: FlagId| workspace.flag(id).services.iter().map(|support| support.service.value.clone());
    let services: BTreeSet<_> = planned.iter().flat_map(|id| services_of(*id)).collect();
    let touches = |id: &FlagId| {
        let demands = compile::demands(workspace, workspace.flag(*id)).unwrap();
        planned.contains(id)
            || services_of(*id).any(|service| services.contains(&service))
            || planned.iter().any(|planned| demands.contains_key(planned))
    };
    (0..).map(FlagId).take(workspace.flags.len()).filter(touches).collect()
}

/// Orders and payments may call each other, one the other, or neither.
fn callees_come_first(workspace: &Workspace, order: &[String], steps: &[Step]) {
    let calls = |caller: &str, called: &str| {
        let caller = workspace.service(workspace.service_id(caller).unwrap());
        caller.calls.iter().any(|name| name.value == called)
    };
    let [first, second] = order else { return };
    if calls(first, second) {
        assert!(calls(second, first), "{first} goes out before {second}, which it calls");
        assert!(steps.iter().any(|step| step.circle.len() == 2), "{steps:#?}");
    }
}

/// How many of those whom no rule takes get what a goal is about, in thousandths of a percent.
fn weight(workspace: &Workspace, request: &Request<'_>, goal: &Goal) -> u32 {
    let flag = workspace.flag(goal.flag);
    if flag.killed_in(request.environment) {
        return 0;
    }
    let schedule = flag.schedule_in(request.environment);
    let passed = schedule.iter().rfind(|step| step.at.value.0 <= request.at);
    match passed.map_or_else(|| flag.serve_in(request.environment), |step| &step.serve) {
        Serve::Variant(variant) => 100_000 * u32::from(variant.value == goal.variant),
        Serve::Split(split) => {
            split.shares.iter().filter(|share| share.variant == goal.variant).map(|share| share.weight).sum()
        }
    }
}

/// Flags that go together are never ahead of each other behind a step that moves one of them.
fn together(desk: &Desk<'_>, request: &Request<'_>, plan: &Plan, step: &Step) {
    let (Action::Set { flag, .. } | Action::Ramp { flag, .. }) = &step.action else { return };
    let workspace = load(&desk.files);
    let goals = || plan.flags.iter().filter(|goal| request.flags.contains(&goal.flag));
    if goals().any(|goal| workspace.flag(goal.flag).key == flag.as_str()) {
        let weights: BTreeSet<u32> = goals().map(|goal| weight(&workspace, request, goal)).collect();
        assert_eq!(weights.len(), 1, "{weights:?} behind {step:?} of {plan:#?}");
    }
}

/// In the end everybody whom no rule takes gets what was asked for.
fn goals_are_reached(desk: &Desk<'_>, request: &Request<'_>, plan: &Plan) {
    let workspace = load(&desk.files);
    for goal in &plan.flags {
        let weight = weight(&workspace, request, goal);
        assert_eq!(weight, goal.weight, "{}: {plan:#?}", workspace.flag(goal.flag).key);
    }
}

/// All flags of the plan are killed, and what was live is live again.
fn everything_is_back(desk: &Desk<'_>, live: &[Live], request: &Request<'_>, plan: &Plan) {
    let workspace = load(&desk.files);
    for goal in &plan.flags {
        assert!(workspace.flag(goal.flag).killed_in(request.environment), "{plan:#?}");
    }
    let sorted = |live: &[Live]| {
        let mut live: Vec<String> = live.iter().map(|live| format!("{live:?}")).collect();
        live.sort();
        live
    };
    // Of a service of which nothing was known, what went out stays.
    let known: BTreeSet<&str> = live.iter().map(|live| live.service.as_str()).collect();
    let now: Vec<Live> =
        desk.live.iter().filter(|live| known.contains(live.service.as_str())).cloned().collect();
    assert_eq!(sorted(&now), sorted(live), "{plan:#?}");
}

fn run(cases: u64) {
    let mut tally = Tally::new();
    for number in 0..cases {
        // Where a case fails, its number is all that is needed to look into it.
        let outcome = std::panic::catch_unwind(|| {
            let mut seen = Tally::new();
            case(number, &mut seen);
            seen
        });
        let Ok(seen) = outcome else { panic!("case {number}, see above") };
        for (kind, count) in seen {
            *tally.entry(kind).or_default() += count;
        }
    }
    println!("{tally:#?}");
    let often = [
        "deploys, safe",
        "deploys, unsafe",
        "waits, safe",
        "ramps, safe",
        "ramps, unsafe",
        "kills",
        "watches",
        "in circles",
        "releases",
        "with requirements",
        "no version",
    ];
    for kind in often {
        assert!(tally.get(kind).is_some_and(|count| *count > cases / 60), "too few of `{kind}`: {tally:#?}");
    }
}

#[test]
fn plans_lead_where_they_say_and_are_as_safe_as_they_say() {
    run(300);
}

#[test]
#[ignore = "takes a minute"]
fn five_thousand_plans_lead_where_they_say() {
    run(5_000);
}
