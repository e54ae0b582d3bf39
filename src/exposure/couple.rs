//! What no context can be: a missing attribute has no beginning, a string that is known as a whole has its own
//! beginnings and its own bucket, and what begins with a text contains its parts.
//!
//! Two at a time are enough. A string that is not known as a whole can begin with `p`, end with `s` and contain any
//! set of parts at once: write them one behind the other with a character between that stands in none of them, and
//! nothing else comes about (see `witness`). So a contradiction always lies between two of them.

use super::cells::CellSet;
use super::formula::{DimensionId, Formula};
use super::space::{Axis, Buckets, MISSING, PROPER, Space, WRONG};
use super::version;
use super::witness::bucket_of;
use crate::format::AttributeType;

/// All couplings of a space.
pub(super) fn couplings(space: &Space) -> Vec<Formula> {
    let mut couplings = Vec::new();
    for axis in &space.attributes {
        match axis.facts.kind {
            AttributeType::String => strings(space, axis, &mut couplings),
            AttributeType::List => {
                for (_, dimension) in &axis.parts {
                    let absent = CellSet::of(2, [0]);
                    couplings.push(not_there(space, axis, *dimension, absent));
                }
            }
            AttributeType::Version => {
                if version::begins_at_the_first(&axis.facts.versions) {
                    let count = space.count(axis.main);
                    let first = CellSet::of(count, [PROPER]).complement(count);
                    couplings.push(space.lies_in(axis.main, first));
                }
            }
            AttributeType::Boolean | AttributeType::Integer | AttributeType::Number => {}
        }
        for buckets in &axis.buckets {
            known_buckets(space, axis, buckets, &mut couplings);
        }
    }
    two_types(space, &mut couplings);
    couplings
}

/// What is missing or of another type has no parts.
fn not_there(space: &Space, axis: &Axis, dimension: DimensionId, nothing: CellSet) -> Formula {
    let count = space.count(axis.main);
    let proper = space.lies_in(axis.main, CellSet::range(count, PROPER, count));
    Formula::any([proper, space.lies_in(dimension, nothing)])
}

fn strings(space: &Space, axis: &Axis, couplings: &mut Vec<Formula>) {
    let prefixes: Vec<&str> = axis.facts.prefixes.iter().map(AsRef::as_ref).collect();
    let suffixes: Vec<&str> = axis.facts.suffixes.iter().map(AsRef::as_ref).collect();
    for (dimension, patterns, fits) in [
        (axis.prefix, &prefixes, (|text, known| text.starts_with(known)) as fn(&str, &str) -> bool),
        (axis.suffix, &suffixes, |text, known| text.ends_with(known)),
    ] {
        let Some(dimension) = dimension else { continue };
        let longest = |text: &str| longest(patterns, |pattern| fits(text, pattern));
        determined(space, axis, dimension, &longest, couplings);
        if let Some(empty) = patterns.iter().position(|pattern| pattern.is_empty()) {
            // Every string begins and ends with nothing.
            let strings = CellSet::range(space.count(axis.main), PROPER, space.count(axis.main));
            let not_a_string = space.negate(&space.lies_in(axis.main, strings));
            let none = CellSet::of(space.count(dimension), [0]).complement(space.count(dimension));
            couplings.push(Formula::any([not_a_string, space.lies_in(dimension, none)]));
            debug_assert_eq!(empty, 0, "the empty text is the first of sorted texts");
        }
    }
    for (part, dimension) in &axis.parts {
        determined(
            space,
            axis,
            *dimension,
            &|text: &str| usize::from(text.contains(part.as_str())),
            couplings,
        );
        let yes = || space.lies_in(*dimension, CellSet::of(2, [1]));
        for (pattern_dimension, patterns) in [(axis.prefix, &prefixes), (axis.suffix, &suffixes)] {
            let Some(pattern_dimension) = pattern_dimension else { continue };
            let count = space.count(pattern_dimension);
            let containing = patterns.iter().enumerate().filter(|(_, text)| text.contains(part.as_str()));
            let without = CellSet::of(count, containing.map(|(index, _)| index + 1)).complement(count);
            couplings.push(Formula::any([space.lies_in(pattern_dimension, without), yes()]));
        }
        for (larger, larger_dimension) in &axis.parts {
            if larger != part && larger.contains(part.as_str()) {
                let no = space.lies_in(*larger_dimension, CellSet::of(2, [0]));
                couplings.push(Formula::any([no, yes()]));
            }
        }
    }
}

/// The cell of the longest pattern that fits, 0 if none does.
pub(super) fn longest(patterns: &[&str], fits: impl Fn(&str) -> bool) -> usize {
    let fitting = patterns.iter().enumerate().filter(|(_, pattern)| fits(pattern));
    fitting.max_by_key(|(_, pattern)| pattern.len()).map_or(0, |(index, _)| index + 1)
}

/// A string that is known as a whole lies in one cell of the dimension, and what is no string lies in the first.
fn determined(
    space: &Space,
    axis: &Axis,
    dimension: DimensionId,
    cell_of: &dyn Fn(&str) -> usize,
    couplings: &mut Vec<Formula>,
) {
    let count = space.count(axis.main);
    let mut known = vec![CellSet::none(count); space.count(dimension)];
    for cell in [MISSING, WRONG] {
        known[0].insert(cell);
    }
    for (index, value) in axis.values.iter().enumerate() {
        known[cell_of(value)].insert(PROPER + index);
    }
    for (cell, values) in known.into_iter().enumerate() {
        let others = space.lies_in(axis.main, values.complement(count));
        let here = space.lies_in(dimension, CellSet::of(space.count(dimension), [cell]));
        couplings.push(Formula::any([others, here]));
    }
}

/// An identity that is known as a whole has one bucket.
fn known_buckets(space: &Space, axis: &Axis, buckets: &Buckets, couplings: &mut Vec<Formula>) {
    let count = space.count(axis.main);
    let mut known = vec![CellSet::none(count); space.count(buckets.dimension)];
    let mut note = |cell: usize, identity: &str| {
        let bucket = bucket_of(&buckets.seed, identity, buckets.generation);
        known[buckets.starts.partition_point(|start| *start <= bucket)].insert(cell);
    };
    match axis.facts.kind {
        AttributeType::String => {
            for (index, value) in axis.values.iter().enumerate().filter(|(_, value)| !value.is_empty()) {
                note(PROPER + index, value);
            }
        }
        AttributeType::Integer => {
            for (index, pair) in axis.facts.numbers.windows(2).enumerate() {
                // Intervals of one number.
                if (pair[1] - pair[0] - 1.0).abs() < f64::EPSILON {
                    note(PROPER + index + 1, &format!("{}", pair[0]));
                }
            }
        }
        AttributeType::Boolean | AttributeType::Number | AttributeType::Version | AttributeType::List => {}
    }
    for (cell, values) in known.into_iter().enumerate() {
        let others = space.lies_in(axis.main, values.complement(count));
        let here = space.lies_in(buckets.dimension, CellSet::of(space.count(buckets.dimension), [cell]));
        couplings.push(Formula::any([others, here]));
    }
}

/// One name with two types, where two revisions declare it differently: it is missing for both or for neither, and a
/// value of one type is none of the other, but for those that can be both.
fn two_types(space: &Space, couplings: &mut Vec<Formula>) {
    for (index, one) in space.attributes.iter().enumerate() {
        for other in space.attributes[index + 1..].iter().filter(|other| other.facts.name == one.facts.name) {
            let cells = |axis: &Axis, start: usize, end: usize| {
                let count = space.count(axis.main);
                space.lies_in(axis.main, CellSet::range(count, start, end.min(count)))
            };
            let [missing, other_missing] = [one, other].map(|axis| cells(axis, MISSING, WRONG));
            couplings.push(Formula::any([space.negate(&missing), other_missing.clone()]));
            couplings.push(Formula::any([missing, space.negate(&other_missing)]));
            if !share_values(one.facts.kind, other.facts.kind) {
                let [improper, other_improper] = [one, other].map(|axis| cells(axis, MISSING, PROPER));
                couplings.push(Formula::any([improper, other_improper]));
            }
        }
    }
}

/// Whether a value can be of both types.
fn share_values(one: AttributeType, other: AttributeType) -> bool {
    use AttributeType::{Integer, Number, String, Version};
    matches!((one, other), (String, Version) | (Version, String) | (Integer, Number) | (Number, Integer))
}
