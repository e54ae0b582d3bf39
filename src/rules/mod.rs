//! The list of all rules. A rule is one file: its metadata, its page for `explain`, its check.

mod expectation_failed;
mod requirement_cycle;
mod unknown_flag;
mod unknown_key;

use crate::rule::Rule;

/// All rules, sorted by name.
pub const ALL: &[&Rule] =
    &[&expectation_failed::RULE, &requirement_cycle::RULE, &unknown_flag::RULE, &unknown_key::RULE];
