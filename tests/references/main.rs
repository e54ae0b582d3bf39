//! Where code names flags: eight languages with every class of mention, files that nobody should have to read, and many.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod classes;
mod files;
