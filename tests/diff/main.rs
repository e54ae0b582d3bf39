//! The diff against brute force: pairs of drawn workspaces, each compared and then asked in the runtime, context by
//! context. `FLAGC_CASES=FROM..TO` (or a count) chooses the cases, `--ignored` runs ten thousand.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod generate;
mod grid;
mod judge;
mod mutate;
mod probe;
mod random;
mod shop;
mod smaller;
mod tally;
mod witnesses;

use std::ops::Range;

use rayon::prelude::*;

use judge::Failure;
use random::Random;
use shop::Shop;
use tally::Tally;

/// The pair with this number, and whether it is a refactoring.
fn drawn(case: u64) -> (Shop, Shop, bool) {
    let mut random = Random::new(case);
    let base = generate::shop(&mut random);
    let (head, is_refactoring) = mutate::mutation(&base, &mut random);
    (base, head, is_refactoring)
}

fn judged(case: u64) -> Result<Option<Tally>, String> {
    let (base, head, is_refactoring) = drawn(case);
    let measure = case.is_multiple_of(10);
    let judge = |base: &Shop, head: &Shop| judge::pair(base, head, case, is_refactoring, measure);
    match judge(&base, &head) {
        Ok(tally) => Ok(Some(tally)),
        Err(Failure::Invalid(why)) => {
            assert!(why.contains("which cannot be met"), "case {case}: {why}\n{base:#?}\n{head:#?}");
            Ok(None)
        }
        Err(Failure::Wrong(_)) => {
            let fails = |base: &Shop, head: &Shop| matches!(judge(base, head), Err(Failure::Wrong(_)));
            let (base, head) = smaller::smallest((base, head), &fails);
            let why = judge(&base, &head).err();
            let shown = |shop: &Shop| {
                let files = shop.files().into_iter().skip(1);
                files.map(|(path, text)| format!("# {path}\n{text}")).collect::<Vec<_>>().concat()
            };
            Err(format!("case {case}:\n--- base\n{}--- head\n{}--- {why:?}", shown(&base), shown(&head))
                .replace("\\n", "\n"))
        }
    }
}

fn run(cases: Range<u64>) {
    let judged: Vec<_> = cases.into_par_iter().map(judged).collect();
    let failures: Vec<&String> = judged.iter().filter_map(|one| one.as_ref().err()).collect();
    let mut sum = Tally::default();
    for tally in judged.iter().flatten().flatten() {
        sum.add(tally);
    }
    println!("{} cases: {sum:?}", judged.iter().flatten().flatten().count());
    assert!(failures.is_empty(), "{} failures; the first: {}", failures.len(), failures[0]);
    // A test that compares nothing would pass as well.
    assert!(sum.regions > judged.len() / 4 && sum.differing > sum.regions, "{sum:?}");
}

fn cases(default: u64) -> Range<u64> {
    let Ok(text) = std::env::var("FLAGC_CASES") else { return 0..default };
    let number = |text: &str| text.parse::<u64>().expect("FLAGC_CASES is a count, or FROM..TO");
    match text.split_once("..") {
        Some((from, to)) => number(from)..number(to),
        None => 0..number(&text),
    }
}

#[test]
fn what_a_diff_tells_is_what_the_runtime_serves() {
    run(cases(500));
}

#[test]
#[ignore = "takes minutes"]
fn what_many_diffs_tell_is_what_the_runtime_serves() {
    run(cases(10_000));
}

/// For `tests/peers/witnesses`: an evaluator that knows nothing of diffs answers for each witness, before and after.
#[test]
#[ignore = "writes into the folder that FLAGC_WITNESSES names"]
fn witnesses_for_other_evaluators() {
    // Without the variable it is one of the ignored tests, and has nobody to write for.
    let Some(folder) = std::env::var_os("FLAGC_WITNESSES") else { return };
    let pairs = cases(300).map(drawn).map(|(base, head, _)| (base, head));
    let written = witnesses::write(std::path::Path::new(&folder), pairs);
    assert!(written > 0);
}
