//! What flags served and since when: on real history against a recomputation that shares no code, and on small
//! histories made for one question each.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod corpus;
mod meaning;
mod mixed;
mod odd;
#[path = "../diff/random.rs"]
#[allow(dead_code, reason = "it draws more than is drawn here")]
mod random;
mod repository;
