//! Rules on coordinated services against brute force: drawn workspaces, asked in the runtime context by context.
//! `FLAGC_CASES=FROM..TO` (or a count) chooses the cases.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod contract;
mod divided;
mod drawn;
mod order;
mod split;

// What draws workspaces for the diff draws them for releases as well.
#[path = "../diff/generate.rs"]
mod generate;
#[path = "../diff/grid.rs"]
#[allow(dead_code, reason = "the diff's tests use all of it")]
mod grid;
#[path = "../diff/mutate.rs"]
mod mutate;
#[path = "../diff/probe.rs"]
#[allow(dead_code, reason = "the diff's tests use all of it")]
mod probe;
#[path = "../diff/random.rs"]
mod random;
#[path = "../diff/shop.rs"]
#[allow(dead_code, reason = "the diff's tests use all of it")]
mod shop;

use std::ops::Range;

/// The cases of a test.
fn cases(default: u64) -> Range<u64> {
    let Ok(text) = std::env::var("FLAGC_CASES") else { return 0..default };
    let number = |text: &str| text.parse::<u64>().expect("FLAGC_CASES is a count, or FROM..TO");
    match text.split_once("..") {
        Some((from, to)) => number(from)..number(to),
        None => 0..number(&text),
    }
}
