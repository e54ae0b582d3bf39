//! Comparisons with the time of evaluation as a schedule: possible where, once no rule about users matches, the time
//! alone decides.

use std::collections::BTreeSet;

use super::condition::{Ask, Bounds, Condition};
use super::targeting::{Plan, Rule, Serve};

/// The first second of the year 10000.
const END: i64 = 253_402_300_800;

/// A plan whose rules do not ask for the time any more.
#[derive(Debug)]
pub(super) struct Scheduled {
    pub(super) rules: Vec<Rule>,
    /// Where no rule matches, until the first step.
    pub(super) serve: Serve,
    /// What replaces it, in the order of time; seconds since 1970.
    pub(super) steps: Vec<(i64, Serve)>,
}

/// Turns the last rules, as far as they ask for nothing but the time, into a schedule.
pub(super) fn schedule(plan: Plan) -> Result<Scheduled, String> {
    let Plan { mut rules, serve } = plan;
    let users = rules.iter().rposition(|rule| !is_timed(&rule.condition)).map_or(0, |last| last + 1);
    let timed = rules.split_off(users);
    let mut instants = BTreeSet::new();
    for rule in &timed {
        rule.condition.visit(&mut |ask| {
            if let Ask::Time(bounds) = ask {
                instants.extend(changes(bounds));
            }
        });
    }
    if instants.iter().any(|instant| !(0..END).contains(instant)) {
        return Err("it compares the time with an instant that is not between 1970 and 9999".to_owned());
    }
    let at = |instant: i64| {
        timed.iter().find(|rule| holds(&rule.condition, instant)).map_or(&serve, |rule| &rule.serve)
    };
    let first = at(instants.first().map_or(0, |first| first - 1)).clone();
    let mut steps: Vec<(i64, Serve)> = Vec::new();
    for instant in instants {
        let now = at(instant);
        if now != steps.last().map_or(&first, |(_, serve)| serve) {
            steps.push((instant, now.clone()));
        }
    }
    Ok(Scheduled { rules, serve: first, steps })
}

fn is_timed(condition: &Condition<Ask>) -> bool {
    let mut timed = true;
    condition.visit(&mut |ask| timed &= matches!(ask, Ask::Time(_)));
    timed
}

/// The seconds at which the answer may change: flagd counts whole ones.
fn changes(bounds: &Bounds) -> impl Iterator<Item = i64> {
    #[expect(clippy::cast_possible_truncation, reason = "within ±2^53, as every number of a condition")]
    let second = |bound: f64| bound.floor() as i64;
    let bounds = [bounds.gt, bounds.gte, bounds.lt, bounds.lte].into_iter().flatten();
    bounds.flat_map(move |bound| [second(bound), second(bound) + 1])
}

fn holds(condition: &Condition<Ask>, instant: i64) -> bool {
    match condition {
        Condition::Constant(value) => *value,
        Condition::All(parts) => parts.iter().all(|part| holds(part, instant)),
        Condition::Any(parts) => parts.iter().any(|part| holds(part, instant)),
        Condition::Not(inner) => !holds(inner, instant),
        #[expect(clippy::cast_precision_loss, reason = "instants up to the year 9999 are far below 2^53")]
        Condition::Leaf(Ask::Time(bounds)) => bounds.hold(instant as f64),
        Condition::Leaf(Ask::Attribute(..)) => false,
    }
}
