//! The way that `flagc eval --explain` shows ends where the answer of the whole flag is, for every flag, environment and
//! context: what is shown is what happened.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;
use std::process::Command;

use flagc::explain::{Decided, Question, Tested, Tree, explain};
use flagc::ops::check::{Checked, check};
use flagc::ops::evaluate::{self, in_workspace};
use flagc_runtime::{At, Context};
use serde_json::{Value, json};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs `cargo xtask` with these arguments.
fn xtask(arguments: &[&str]) {
    let run = ["run", "--quiet", "--offline", "--package", "xtask", "--"];
    let output = Command::new(env!("CARGO")).args(run).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// No part of a condition contradicts its own parts.
fn assert_sound(tree: &Tree) {
    let expected = match &tree.tested {
        Tested::All { parts } => parts.iter().all(|part| part.holds),
        Tested::Any { parts } => parts.iter().any(|part| part.holds),
        Tested::Not { part } => !part.holds,
        Tested::Segment { part, .. } => part.as_ref().map_or(tree.holds, |part| part.holds),
        Tested::Clause { .. } => tree.holds,
    };
    assert_eq!(tree.holds, expected, "{tree:?}");
    match &tree.tested {
        Tested::All { parts } | Tested::Any { parts } => parts.iter().for_each(assert_sound),
        Tested::Not { part } | Tested::Segment { part: Some(part), .. } => assert_sound(part),
        Tested::Segment { part: None, .. } | Tested::Clause { .. } => {}
    }
}

/// Compares the way with the answer, for every flag in every environment. Says how many were compared.
fn compare(checked: &Checked, contexts: &[(Context, At)]) -> usize {
    let (workspace, sources) = (&checked.workspace, &checked.sources);
    let mut compared = 0;
    for environment in workspace.config.environment_ids() {
        for flag in &workspace.flags {
            for (context, at) in contexts {
                let Ok(answer) = in_workspace(workspace, &flag.key, environment, context, *at) else {
                    continue;
                };
                let question = Question { workspace, sources, environment, context, at: *at };
                let path = explain(&question, flag).unwrap();
                let asked = format!("{} {environment:?} {context:?} {at:?}\n{path:#?}", flag.key);
                assert_eq!(Some(&path.variant), answer.variant.as_ref(), "{asked}");
                let agrees = match (&path.decided, &answer.decided) {
                    (Decided::Kill { .. }, evaluate::Decided::Killed)
                    | (Decided::Requirement { .. }, evaluate::Decided::Requirements)
                    | (Decided::Serve { .. }, evaluate::Decided::Serve(_))
                    // Where nobody can tell them apart, the compiled flag has no branches.
                    | (_, evaluate::Decided::Constant) => true,
                    (Decided::Rule { index }, evaluate::Decided::Rule(other, _)) => index == other,
                    _ => false,
                };
                assert!(agrees, "{:?}: {asked}", answer.decided);
                let conditions = path.rules.iter().filter_map(|rule| rule.condition.as_ref());
                conditions.for_each(assert_sound);
                if let Some(way) = &path.way
                    && let Some(bucket) = way.identity.as_ref().and_then(|identity| identity.bucket)
                {
                    let inside = |from: u32, to: u32| (u64::from(from)..u64::from(to)).contains(&bucket);
                    let here: Vec<&str> = way
                        .intervals
                        .iter()
                        .filter(|interval| inside(interval.from, interval.to))
                        .map(|interval| interval.variant.as_str())
                        .collect();
                    assert_eq!(here, [path.variant.as_str()], "{asked}");
                }
                compared += 1;
            }
        }
    }
    compared
}

fn context(value: Value) -> Context {
    Context::from_value(value).unwrap()
}

/// Users of the sample workspace and of generated ones: known, unknown, and with values of other types.
fn users() -> Vec<(Context, At)> {
    let mut users = Vec::new();
    for index in 0..12 {
        for tier in [json!("pro"), json!("free"), Value::Null, json!(7)] {
            let key = format!("u-{index}");
            users.push(json!({
                "targetingKey": key, "tier": tier, "country": (["AU", "DE", "US", "XX"][index % 4]),
                "appVersion": (["5.2.0", "v5", "5.2.0-rc.1", "x"][index % 4]), "storeId": index, "age": 17 + index,
                "email": format!("{key}@acme.example"), "emailVerified": index % 2 == 0, "roles": ["finance"],
                "cartTotal": 100 * index,
            }));
        }
    }
    users.extend([
        json!({}),
        json!({"targetingKey": "", "storeId": 1.5}),
        json!({"targetingKey": 1, "storeId": "1"}),
    ]);
    let times = [0, 1_795_165_200, 1_900_000_000].map(At::unix);
    users.into_iter().flat_map(|user| times.map(|at| (context(user.clone()), at))).collect()
}

#[test]
fn the_way_ends_at_the_answer_in_the_sample() {
    let users: Vec<_> = users().into_iter().step_by(4).collect();
    assert!(compare(&check(&root().join("flags")), &users) > 1_000);
}

#[test]
fn the_way_ends_at_the_answer_in_a_generated_workspace() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    xtask(&["generate", "--flags", "60", "--seed", "7", "--out", out]);
    let users: Vec<_> = users().into_iter().step_by(7).collect();
    assert!(compare(&check(folder.path()), &users) > 1_000);
}

#[test]
fn the_way_ends_at_the_answer_in_workspaces_of_corner_cases() {
    let mut compared = 0;
    for seed in 1..=6 {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().to_str().unwrap();
        xtask(&["hostile", "--seed", &seed.to_string(), "--contexts", "30", "--out", out]);
        let lines = std::fs::read_to_string(folder.path().join("contexts.jsonl")).unwrap();
        let drawn = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let contexts: Vec<(Context, At)> = drawn
            .map(|drawn| {
                let at = drawn.get("at").and_then(Value::as_i64).unwrap_or_default();
                (context(drawn.get("context").unwrap_or(&drawn).clone()), At::unix(at))
            })
            .collect();
        compared += compare(&check(folder.path()), &contexts);
    }
    assert!(compared > 1_000, "{compared}");
}
