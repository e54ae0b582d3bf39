//! The list of all rules. A rule is one file: its metadata, its page for `explain`, its check.

mod bidi_control;
mod bucketing_mismatch;
mod compiled_too_large;
mod constant_flag;
mod context_not_provided;
mod contradiction;
mod dead_rule;
mod due_soon;
mod duplicate_flag;
mod duplicate_key;
mod duplicate_live;
mod duplicate_name;
mod dynamic_key;
mod empty_value;
mod expectation_failed;
mod expired_flag;
mod file_too_large;
mod fixed_lint;
mod flag_in_two_releases;
mod former_key_in_use;
mod identity_mismatch;
mod identity_not_provided;
mod identity_type;
mod invalid_name;
mod invalid_range;
mod invalid_value;
mod invalid_weight;
mod kill_switch_broken;
mod merge_conflict;
mod misplaced_key;
mod missing_key;
mod missing_off_variant;
mod newer_toml;
mod non_ascii_identity;
mod not_a_file;
mod not_utf8;
mod number_out_of_range;
mod overdue_flag;
mod owner_unknown;
mod readiness_unknown;
mod redundant_rule;
mod release_order;
mod release_split;
mod removed_while_read;
mod removed_while_required;
mod removed_while_varying;
mod requirement_cycle;
mod requirement_never_met;
mod requires_off_variant;
mod reserved_name;
mod schedule_order;
mod segment_cycle;
mod self_call;
mod service_not_ready;
mod split_total;
mod stale_flag;
mod syntax_error;
mod too_complex;
mod undefined_flag;
mod unknown_attribute;
mod unknown_environment;
mod unknown_flag;
mod unknown_key;
mod unknown_kind;
mod unknown_rule;
mod unknown_sdk;
mod unknown_segment;
mod unknown_service;
mod unknown_value;
mod unknown_variant;
mod unlisted_service;
mod unreachable_variant;
mod unread_flag;
mod unreadable_file;
mod unused_service;
mod variant_type;
mod wider_than_earlier_environment;
mod wrong_matcher;
mod wrong_type;

use crate::rule::Rule;

/// All rules, sorted by name.
pub const ALL: &[&Rule] = &[
    &bidi_control::RULE,
    &bucketing_mismatch::RULE,
    &compiled_too_large::RULE,
    &constant_flag::RULE,
    &context_not_provided::RULE,
    &contradiction::RULE,
    &dead_rule::RULE,
    &due_soon::RULE,
    &duplicate_flag::RULE,
    &duplicate_key::RULE,
    &duplicate_live::RULE,
    &duplicate_name::RULE,
    &dynamic_key::RULE,
    &empty_value::RULE,
    &expectation_failed::RULE,
    &expired_flag::RULE,
    &file_too_large::RULE,
    &fixed_lint::RULE,
    &flag_in_two_releases::RULE,
    &former_key_in_use::RULE,
    &identity_mismatch::RULE,
    &identity_not_provided::RULE,
    &identity_type::RULE,
    &invalid_name::RULE,
    &invalid_range::RULE,
    &invalid_value::RULE,
    &invalid_weight::RULE,
    &kill_switch_broken::RULE,
    &merge_conflict::RULE,
    &misplaced_key::RULE,
    &missing_key::RULE,
    &missing_off_variant::RULE,
    &newer_toml::RULE,
    &non_ascii_identity::RULE,
    &not_a_file::RULE,
    &not_utf8::RULE,
    &number_out_of_range::RULE,
    &overdue_flag::RULE,
    &owner_unknown::RULE,
    &readiness_unknown::RULE,
    &redundant_rule::RULE,
    &release_order::RULE,
    &release_split::RULE,
    &removed_while_read::RULE,
    &removed_while_required::RULE,
    &removed_while_varying::RULE,
    &requirement_cycle::RULE,
    &requirement_never_met::RULE,
    &requires_off_variant::RULE,
    &reserved_name::RULE,
    &schedule_order::RULE,
    &segment_cycle::RULE,
    &self_call::RULE,
    &service_not_ready::RULE,
    &split_total::RULE,
    &stale_flag::RULE,
    &syntax_error::RULE,
    &too_complex::RULE,
    &undefined_flag::RULE,
    &unknown_attribute::RULE,
    &unknown_environment::RULE,
    &unknown_flag::RULE,
    &unknown_key::RULE,
    &unknown_kind::RULE,
    &unknown_rule::RULE,
    &unknown_sdk::RULE,
    &unknown_segment::RULE,
    &unknown_service::RULE,
    &unknown_value::RULE,
    &unknown_variant::RULE,
    &unlisted_service::RULE,
    &unreachable_variant::RULE,
    &unread_flag::RULE,
    &unreadable_file::RULE,
    &unused_service::RULE,
    &variant_type::RULE,
    &wider_than_earlier_environment::RULE,
    &wrong_matcher::RULE,
    &wrong_type::RULE,
];
