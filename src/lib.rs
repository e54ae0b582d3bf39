//! A compiler and validator for feature flags that live in Git.

pub mod artifact;
pub mod finding;
pub mod format;
pub mod report;
pub mod source;
pub mod syntax;
