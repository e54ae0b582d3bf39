//! A compiler and validator for feature flags that live in Git.

pub mod artifact;
pub mod compile;
pub mod expectation;
pub mod finding;
pub mod format;
pub mod graph;
pub mod history;
pub mod init;
pub mod model;
pub mod ops;
pub mod report;
pub mod rule;
pub mod rules;
pub mod source;
pub mod syntax;
pub mod workspace;
