//! The exposure solver against brute force: whatever it calls impossible is seen for no context of a grid that hits every
//! boundary, and whatever it calls possible comes with a context for which the runtime says the same.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;
mod draw;
mod grid;
mod hostile;
mod judge;
mod random;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use judge::Tally;

/// Runs cases on all cores; the failure with the lowest number is told.
fn run(numbers: std::ops::Range<u64>, contexts: usize) -> Tally {
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
                    let case = judge::case(number, contexts);
                    let (tally, failure) = &mut *outcome.lock().unwrap();
                    match case {
                        Ok(seen) => tally.add(seen),
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
    tally
}

/// Hardly ever is an identity not found; and the cases ask what they should.
fn assert_worth(tally: &Tally) {
    let Tally {
        questions,
        impossible,
        evaluations,
        exhaustive,
        flags,
        too_complex,
        without_witness,
        digest: _,
    } = tally;
    println!(
        "{questions} questions, {impossible} impossible, {} without a witness; {evaluations} evaluations; {exhaustive} of {flags} grids complete",
        without_witness.len()
    );
    without_witness.iter().take(20).for_each(|one| println!("no witness: {one}"));
    too_complex.iter().take(20).for_each(|one| println!("too complex: {one}"));
    assert!(too_complex.len() as u64 * 1000 <= *flags, "{too_complex:#?}");
    assert!(without_witness.len() as u64 * 1000 <= *questions, "{without_witness:#?}");
    assert!(impossible * 20 > *questions && impossible * 10 < questions * 9, "{impossible} of {questions}");
}

#[test]
fn brute_force_agrees() {
    if let Some(number) = std::env::var("FLAGC_CASE").ok().and_then(|number| number.parse().ok()) {
        run(number..number + 1, 20_000);
        return;
    }
    assert_worth(&run(0..500, 15));
}

#[test]
#[ignore = "takes minutes: 10,000 cases, or FLAGC_CASES of them"]
fn brute_force_agrees_at_length() {
    let cases = std::env::var("FLAGC_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(10_000);
    assert_worth(&run(0..cases, 100));
}

#[test]
fn the_same_question_has_the_same_witness() {
    assert_eq!(run(0..20, 1).digest, run(0..20, 1).digest);
}
