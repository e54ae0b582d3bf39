//! Readiness against brute force: environments, flags, services, live versions, variants, schedules and requirements in all
//! combinations; every verdict is what trying everybody and everything gives, and unknown is never read as ready.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;
#[allow(dead_code, reason = "plans use all of it")]
mod draw;
mod judge;
#[path = "../exposure/random.rs"]
mod random;
mod versions;

use judge::Tally;
use rayon::prelude::*;

/// Runs cases on all cores; the failure with the lowest number is told.
fn run(numbers: std::ops::Range<u64>) {
    let judged: Vec<Result<Tally, String>> = numbers.clone().into_par_iter().map(judge::case).collect();
    let mut tally = Tally::new();
    for seen in judged {
        for (kind, count) in seen.unwrap_or_else(|told| panic!("{told}")) {
            *tally.entry(kind).or_default() += count;
        }
    }
    println!("{tally:?}");
    for kind in [
        "ready",
        "blocked",
        "no record",
        "stale",
        "broken",
        "not listed",
        "opaque",
        "nobody gets it",
        "doubts told",
    ] {
        assert!(
            tally.get(kind).is_some_and(|count| *count > numbers.end / 20),
            "too few of `{kind}`: {tally:?}"
        );
    }
}

#[test]
fn verdicts_are_what_trying_everything_gives() {
    run(0..200);
}

#[test]
#[ignore = "twenty-five times as many: takes minutes"]
fn verdicts_are_what_trying_everything_gives_in_five_thousand_cases() {
    run(0..5_000);
}
