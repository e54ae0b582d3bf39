//! Two flags of a release: one, and what became of it after a change or two.

use std::collections::BTreeSet;

use flagc::release::difference;
use rayon::prelude::*;

use super::drawn::{Drawn, ask, times};
use super::random::Random;
use super::{cases, generate, mutate};

const TWIN: &str = "twin";
const CONTEXTS: usize = 150;

#[derive(Debug, Default)]
struct Tally {
    pairs: usize,
    differing: usize,
    scheduled: usize,
    alike: usize,
    witnesses: usize,
}

/// A workspace with a flag and its twin: what the flag was before a change.
fn drawn(case: u64) -> Option<(Drawn, String)> {
    let mut random = Random::new(case);
    let base = generate::shop(&mut random);
    let (mut head, _) = mutate::mutation(&base, &mut random);
    for _ in 0..random.below(5) {
        head = mutate::mutation(&head, &mut random).0;
    }
    // Two changes may have brought flags of one key.
    let keys: BTreeSet<&String> = head.flags.iter().map(|flag| &flag.key).collect();
    if keys.is_empty() || keys.len() < head.flags.len() {
        return None;
    }
    let index = random.below(head.flags.len());
    let key = head.flags[index].key.clone();
    let mut twin = base.flag(&key)?.clone();
    // Its own key has been its seed, and what is gone cannot be required.
    twin.seed.get_or_insert(key.clone());
    if random.percent(30) {
        // Other names for the same: then it counts whether both are off.
        twin.rename(random.percent(50));
    }
    TWIN.clone_into(&mut twin.key);
    if random.percent(70) {
        head.flags[index].seed.get_or_insert(key.clone());
    }
    twin.requires.retain(|required, _| head.flag(required).is_some());
    head.flags.push(twin);
    Some((Drawn::new(head), key))
}

impl super::shop::Flag {
    /// Calls a variant otherwise: `on`, or all but the off variant.
    fn rename(&mut self, all: bool) {
        let off = self.off;
        let new = |name: &'static str| match name {
            name if name == off => name,
            "on" => "active",
            "alt" if all => "other",
            name => name,
        };
        for (name, _) in &mut self.variants {
            *name = new(name);
        }
        for part in self.environments.values_mut().chain([&mut self.own]) {
            let rules = part.rules.iter_mut().flatten().map(|rule| &mut rule.serve);
            let steps = part.schedule.iter_mut().map(|(_, serve)| serve);
            for serve in rules.chain(steps).chain(&mut part.serve) {
                match serve {
                    super::shop::Serve::One(name) => *name = new(name),
                    super::shop::Serve::Split(shares) => {
                        for (name, _) in shares {
                            *name = new(name);
                        }
                    }
                }
            }
        }
    }
}

/// Whether a user who gets these has the release as a whole.
fn is_whole((one, first): (&super::shop::Flag, &str), (other, second): (&super::shop::Flag, &str)) -> bool {
    let has = |flag: &super::shop::Flag, name| flag.variants.iter().any(|(variant, _)| *variant == name);
    if (first == one.off) != (second == other.off) {
        return false;
    }
    first == one.off || first == second || !has(one, second) || !has(other, first)
}

fn judged(case: u64) -> Result<Tally, String> {
    let mut tally = Tally::default();
    let Some((drawn, key)) = drawn(case) else { return Ok(tally) };
    let (flag, twin) = (drawn.flag(&key), drawn.flag(TWIN));
    let written = (drawn.shop.flag(&key).unwrap(), drawn.shop.flag(TWIN).unwrap());
    for environment in drawn.workspace().config.environment_ids() {
        let (Some(one), Some(other)) = (drawn.compiled(flag, environment), drawn.compiled(twin, environment))
        else {
            continue;
        };
        tally.pairs += 1;
        let fail = |why: String| {
            let name = &drawn.workspace().config.environment(environment).name.value;
            Err(format!("case {case}, `{key}` in {name}: {why}\n{}", drawn.show()))
        };
        let told = difference(drawn.setting(environment), flag, twin).unwrap();
        let whole = |context: &super::grid::Context, at| {
            let (first, second) = (ask(&one, context, at), ask(&other, context, at));
            is_whole((written.0, &first), (written.1, &second))
        };
        let times = times(&drawn, &[flag, twin], environment);
        let since = told.as_ref().map(|told| told.at.unwrap_or(times[0]));
        let (contexts, _) = drawn.contexts(&[&key, TWIN], environment, CONTEXTS, case);
        for at in times {
            let differing = contexts.iter().find(|context| !whole(context, at));
            match (differing, since) {
                (Some(context), None) => return fail(format!("{context:?} is not told")),
                (Some(context), Some(since)) if at < since => {
                    return fail(format!("{context:?} is told from {since} on, not from {at}"));
                }
                _ => {}
            }
        }
        let Some(told) = told else {
            tally.alike += 1;
            continue;
        };
        tally.differing += 1;
        tally.scheduled += usize::from(told.at.is_some());
        let at = told.at.unwrap_or(super::drawn::FROM);
        if let Some((context, outcomes)) = &told.region.witness {
            tally.witnesses += 1;
            let asked = [ask(&one, context, at), ask(&other, context, at)];
            if asked != **outcomes || whole(context, at) {
                return fail(format!("{context:?} gets {asked:?}, not {outcomes:?}"));
            }
        }
    }
    Ok(tally)
}

#[test]
fn a_release_is_split_where_some_user_gets_one_flag_and_not_the_other() {
    let judged: Vec<_> = cases(1_000).into_par_iter().map(judged).collect();
    let failures: Vec<&String> = judged.iter().filter_map(|one| one.as_ref().err()).collect();
    assert!(failures.is_empty(), "{} failures; the first: {}", failures.len(), failures[0]);
    let sum = |of: fn(&Tally) -> usize| judged.iter().flatten().map(of).sum::<usize>();
    let (pairs, differing, alike) = (sum(|one| one.pairs), sum(|one| one.differing), sum(|one| one.alike));
    println!("{pairs} pairs: {differing} differ, {} of them later, {alike} do not", sum(|one| one.scheduled));
    // A test that compares nothing would pass as well.
    assert!(differing > pairs / 5 && alike > pairs / 5 && sum(|one| one.scheduled) > 0);
    assert!(sum(|one| one.witnesses) > differing * 9 / 10);
}
