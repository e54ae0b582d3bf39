//! Steps that come before what they need.

use flagc::compile::demands;
use flagc::release::early;
use rayon::prelude::*;

use super::drawn::{Drawn, ask, times};
use super::random::Random;
use super::{cases, generate};

/// How many flags were looked at, how many have an early step, and how many of these were found by asking.
type Counts = [usize; 3];

fn judged(case: u64) -> Result<Counts, String> {
    let mut random = Random::new(case);
    let mut shop = generate::shop(&mut random);
    let mut drawer = generate::Drawer { random: &mut random, attributes: vec![0, 1] };
    for flag in &mut shop.flags {
        if drawer.random.percent(70) {
            flag.own.schedule = drawer.schedule(&flag.variants);
        }
    }
    let drawn = Drawn::new(shop);
    let mut counts = Counts::default();
    for flag in drawn.workspace().flags.iter().filter(|flag| !flag.requires.is_empty()) {
        let free = flagc::model::Flag { requires: Vec::new().into(), ..flag.clone() };
        for environment in drawn.workspace().config.environment_ids() {
            let (Some(full), Some(own)) =
                (drawn.compiled(flag, environment), drawn.compiled(&free, environment))
            else {
                continue;
            };
            if flag.killed_in(environment) {
                continue;
            }
            let off = &flag.variant(flag.off_variant).name.value;
            let required = demands(drawn.workspace(), flag).unwrap();
            let required: Vec<_> = required.keys().map(|id| drawn.workspace().flag(*id)).collect();
            let steps = |one: &flagc::model::Flag| -> Vec<i64> {
                let steps = one.schedule_in(environment).iter().map(|step| step.at.value.0);
                steps.filter(|_| !one.killed_in(environment)).collect()
            };
            let later: Vec<i64> = times(&drawn, &required, environment).into_iter().skip(1).collect();
            let waits = |context: &super::grid::Context, at: i64, until: i64| {
                ask(&own, context, at - 1) == *off
                    && ask(&own, context, at) != *off
                    && ask(&full, context, at) == *off
                    && ask(&full, context, until) != *off
            };
            let told = early(drawn.setting(environment), flag).unwrap();
            let (contexts, _) = drawn.contexts(&[&flag.key], environment, 200, case);
            let found = contexts.iter().find_map(|context| {
                let pairs =
                    steps(flag).into_iter().flat_map(|at| later.iter().map(move |until| (at, *until)));
                pairs.filter(|(at, until)| until > at).find(|(at, until)| waits(context, *at, *until))
            });
            counts[0] += 1;
            counts[1] += usize::from(told.is_some());
            counts[2] += usize::from(found.is_some());
            let fail = |why: String| Err(format!("case {case}, {}: {why}\n{}", flag.key, drawn.show()));
            match (&told, found) {
                (None, Some(found)) => return fail(format!("{found:?} is not told")),
                (Some(told), _) => {
                    let at = steps(flag)[told.step];
                    if !steps(drawn.workspace().flag(told.required)).contains(&told.until) {
                        return fail(format!("there is no such step: {told:?}"));
                    }
                    if told.witness.as_ref().is_some_and(|context| !waits(context, at, told.until)) {
                        return fail(format!("nobody waits: {told:?}"));
                    }
                }
                (None, None) => {}
            }
        }
    }
    Ok(counts)
}

#[test]
fn a_step_is_early_where_some_user_waits_for_a_later_one() {
    let judged: Vec<_> = cases(2_000).into_par_iter().map(judged).collect();
    let failures: Vec<&String> = judged.iter().filter_map(|one| one.as_ref().err()).collect();
    assert!(failures.is_empty(), "{} failures; the first: {}", failures.len(), failures[0]);
    let sum = |index: usize| judged.iter().flatten().map(|counts| counts[index]).sum::<usize>();
    println!("{} flags: {} early, {} found", sum(0), sum(1), sum(2));
    assert!(sum(1) > 20 && sum(2) * 10 > sum(1) * 8);
}
