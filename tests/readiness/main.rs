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

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use judge::Tally;

/// Runs cases on all cores; the failure with the lowest number is told.
fn run(numbers: std::ops::Range<u64>) {
    let next = AtomicU64::new(numbers.start);
    let outcome: Mutex<(Tally, Option<(u64, String)>)> = Mutex::default();
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= numbers.end || outcome.lock().unwrap().1.is_some() {
                        return;
                    }
                    let case = judge::case(number);
                    let (tally, failure) = &mut *outcome.lock().unwrap();
                    match case {
                        Ok(seen) => seen
                            .into_iter()
                            .for_each(|(kind, count)| *tally.entry(kind).or_default() += count),
                        Err(told) if failure.as_ref().is_none_or(|(first, _)| number < *first) => {
                            *failure = Some((number, told));
                        }
                        Err(_) => {}
                    }
                }
            });
        }
    });
    let (tally, failure) = outcome.into_inner().unwrap();
    if let Some((_, told)) = failure {
        panic!("{told}");
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
