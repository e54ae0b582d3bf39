//! Flags that divide their users by bucket.

use std::collections::{BTreeMap, BTreeSet};

use flagc::exposure::divides;
use rayon::prelude::*;
use serde_json::Value;

use super::drawn::{Drawn, ask, times};
use super::random::Random;
use super::shop::Cond;
use super::{cases, generate};

/// How many flags were looked at, how many divide, and how many of these were seen to by asking.
type Counts = [usize; 3];

fn asks_for_identity(cond: &Cond) -> bool {
    match cond {
        Cond::Ask(name, _) => *name == "targetingKey",
        Cond::All(parts) | Cond::Any(parts) => parts.iter().any(asks_for_identity),
        Cond::Not(inner) => asks_for_identity(inner),
        Cond::Segment(_) => false,
    }
}

fn judged(case: u64) -> Result<Counts, String> {
    let shop = generate::shop(&mut Random::new(case));
    let parts = shop.flags.iter().flat_map(|flag| flag.environments.values().chain([&flag.own]));
    let conds = parts.flat_map(|part| part.rules.iter().flatten()).filter_map(|rule| rule.cond.as_ref());
    // A condition that asks for the identity tells users apart without a bucket.
    if conds.chain(&shop.segments).any(asks_for_identity) {
        return Ok(Counts::default());
    }
    let drawn = Drawn::new(shop);
    let mut counts = Counts::default();
    for flag in &drawn.workspace().flags {
        for environment in drawn.workspace().config.environment_ids() {
            let Some(compiled) = drawn.compiled(flag, environment) else { continue };
            let told = divides(drawn.workspace(), flag, environment, &drawn.segments).unwrap();
            let (contexts, buckets) = drawn.contexts(&[&flag.key], environment, 600, case);
            let identities: BTreeSet<&String> = buckets.iter().map(|one| &one.attribute).collect();
            let mut seen = false;
            for at in times(&drawn, &[flag], environment) {
                let mut outcomes: BTreeMap<String, ecow::EcoString> = BTreeMap::new();
                for context in &contexts {
                    let mut rest = context.clone();
                    // Whoever has all identities differs from the next in nothing but these.
                    let is_known = identities.iter().all(|name| is_identity(name, rest.remove(*name)));
                    if !is_known {
                        continue;
                    }
                    let outcome = ask(&compiled, context, at);
                    let first = outcomes.entry(format!("{rest:?}")).or_insert_with(|| outcome.clone());
                    seen |= *first != outcome;
                }
            }
            counts[0] += 1;
            counts[1] += usize::from(told);
            counts[2] += usize::from(seen);
            if seen && !told {
                return Err(format!("case {case}, {} divides its users\n{}", flag.key, drawn.show()));
            }
        }
    }
    Ok(counts)
}

/// Whether a context held this identity, of the attribute's type.
fn is_identity(attribute: &str, value: Option<Value>) -> bool {
    match value {
        Some(Value::String(text)) => attribute == "targetingKey" && !text.is_empty(),
        Some(value) => attribute == "account" && value.as_i64().is_some_and(|number| number.abs() < 1 << 53),
        None => false,
    }
}

#[test]
fn a_flag_divides_its_users_where_an_identity_alone_decides() {
    let judged: Vec<_> = cases(600).into_par_iter().map(judged).collect();
    let failures: Vec<&String> = judged.iter().filter_map(|one| one.as_ref().err()).collect();
    assert!(failures.is_empty(), "{} failures; the first: {}", failures.len(), failures[0]);
    let sum = |index: usize| judged.iter().flatten().map(|counts| counts[index]).sum::<usize>();
    println!("{} flags: {} divide, {} seen", sum(0), sum(1), sum(2));
    // What is told is seen nearly always: the grid has users on both sides of every bucket.
    assert!(sum(1) > 50 && sum(1) < sum(0) && sum(2) * 10 > sum(1) * 7);
}
