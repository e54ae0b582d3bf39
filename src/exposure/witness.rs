//! From a box of cells to a concrete context that lies in it: the smallest there is, and one that a person can read.

use std::collections::BTreeSet;

use ecow::EcoString;
use serde_json::{Map, Value, json};

use super::couple::longest;
use super::formula::DimensionId;
use super::solve::Domains;
use super::space::{Axis, MISSING, PROPER, Space, WRONG};
use super::{number, version};
use crate::format::{AttributeType, Generation};
use crate::model::WHOLE;

/// An identity is looked for in this many; where a share is a millionth, it can take longer than anybody waits.
pub const MAX_HASHES: u32 = 1_000_000;

/// If none of this many names has the form that is asked for, others hardly do.
const FEW_NAMES: u32 = 100;

/// A concrete evaluation context.
pub type Context = Map<String, Value>;

/// The bucket of an identity, from 0, below [`WHOLE`].
pub fn bucket_of(seed: &str, identity: &str, generation: Generation) -> u32 {
    let generation = match generation {
        Generation::Two => flagc_runtime::Generation::Two,
        Generation::Three => flagc_runtime::Generation::Three,
    };
    let bucket = flagc_runtime::bucket(&[seed, identity], generation, u64::from(WHOLE));
    u32::try_from(bucket).unwrap_or(WHOLE - 1)
}

/// A context in the box; `None` where no identity with the right buckets was found.
pub fn context(space: &Space, domains: &Domains) -> Option<Context> {
    let mut context = Context::new();
    for (index, axis) in space.attributes.iter().enumerate() {
        let same_name = |other: &&Axis| other.facts.name == axis.facts.name;
        if space.attributes[..index].iter().any(|other| same_name(&other)) {
            continue;
        }
        let axes: Vec<&Axis> = space.attributes[index..].iter().filter(same_name).collect();
        if axes.iter().all(|axis| domains.allows(space, axis.main, MISSING)) {
            continue;
        }
        let proper = || axes.iter().filter(|axis| first_proper(space, domains, axis).is_some());
        let value = match proper().next() {
            // Where two revisions declare different types, a value of one must be right for the other.
            Some(_) => proper().filter_map(|declared| value_of(space, domains, declared)).find(|value| {
                axes.len() == 1 || axes.iter().all(|axis| allows(space, domains, axis, value))
            })?,
            None => of_another_type(&axes),
        };
        context.insert(axis.facts.name.to_string(), value);
    }
    Some(context)
}

/// Whether a value of whatever type lies in the box, as far as one axis tells; its buckets aside.
fn allows(space: &Space, domains: &Domains, axis: &Axis, value: &Value) -> bool {
    let text = value.as_str();
    let main = match axis.facts.kind {
        AttributeType::String => text.map(|text| match (axis.value_cell(text), &axis.facts.closed) {
            (Some(cell), _) => cell,
            (None, Some(closed)) if closed.contains(text) => axis.rest_cell().unwrap_or(axis.other()),
            (None, _) => axis.other(),
        }),
        AttributeType::Boolean => value.as_bool().map(|value| PROPER + usize::from(value)),
        AttributeType::Integer | AttributeType::Number => {
            let whole = |number: &f64| axis.facts.kind == AttributeType::Number || number.fract() == 0.0;
            let position = |number| axis.facts.numbers.partition_point(|start| *start <= number);
            value.as_f64().filter(whole).map(|number| PROPER + position(number))
        }
        AttributeType::Version => {
            text.and_then(|text| version::interval_of(&axis.versions, text)).map(|interval| PROPER + interval)
        }
        AttributeType::List => value.as_array().map(|_| PROPER),
    };
    let is_of =
        |dimension: Option<DimensionId>, patterns: &BTreeSet<EcoString>, fits: fn(&str, &str) -> bool| {
            let patterns: Vec<&str> = patterns.iter().map(AsRef::as_ref).collect();
            let cell = text.map_or(0, |text| longest(&patterns, |pattern| fits(text, pattern)));
            dimension.is_none_or(|dimension| domains.allows(space, dimension, cell))
        };
    let has = |part: &str| match value {
        Value::Array(elements) => elements.iter().any(|element| element == part),
        other => other.as_str().is_some_and(|text| text.contains(part)),
    };
    let is_string = axis.facts.kind == AttributeType::String;
    domains.allows(space, axis.main, main.unwrap_or(WRONG))
        && (!is_string
            || (is_of(axis.prefix, &axis.facts.prefixes, |text, known| text.starts_with(known))
                && is_of(axis.suffix, &axis.facts.suffixes, |text, known| text.ends_with(known))))
        && axis.parts.iter().all(|(part, dimension)| {
            let is_there = main.is_some() && has(part);
            domains.allows(space, *dimension, usize::from(is_there))
        })
}

/// The first possible cell of values of the declared type; the empty string only where nothing else is possible.
fn first_proper(space: &Space, domains: &Domains, axis: &Axis) -> Option<usize> {
    let cells = || domains.cells(space, axis.main).filter(|cell| *cell >= PROPER);
    let empty = if axis.facts.kind == AttributeType::String { axis.value_cell("") } else { None };
    let others = || cells().filter(|cell| Some(*cell) != empty);
    // Below zero only where it must be.
    let natural = match axis.facts.kind {
        AttributeType::Integer | AttributeType::Number => {
            others().find(|cell| number::example(&axis.facts.numbers, cell - PROPER, axis.facts.kind) >= 0.0)
        }
        _ => None,
    };
    natural.or_else(|| others().next()).or_else(|| cells().next())
}

fn of_another_type(axes: &[&Axis]) -> Value {
    let has = |kinds: &[AttributeType]| axes.iter().any(|axis| kinds.contains(&axis.facts.kind));
    if !has(&[AttributeType::Integer, AttributeType::Number]) {
        json!(5)
    } else if !has(&[AttributeType::String]) {
        json!("text")
    } else if !has(&[AttributeType::Boolean]) {
        json!(true)
    } else {
        json!({})
    }
}

fn value_of(space: &Space, domains: &Domains, axis: &Axis) -> Option<Value> {
    let is_hashed = axis
        .buckets
        .iter()
        .any(|buckets| domains.cells(space, buckets.dimension).count() < space.count(buckets.dimension));
    let candidates: Vec<usize> = if is_hashed {
        // Any of the cells may hold an identity with the right buckets; a wrong one only as the last resort.
        domains.cells(space, axis.main).filter(|cell| *cell >= PROPER).collect()
    } else {
        first_proper(space, domains, axis).into_iter().collect()
    };
    let fits = |value: &Value| !is_hashed || has_buckets(space, domains, axis, value);
    let known = candidates.iter().find_map(|cell| known_value(axis, *cell).filter(|value| fits(value)));
    known.or_else(|| {
        candidates.iter().find_map(|cell| match axis.facts.kind {
            AttributeType::String if *cell == axis.other() => other_text(space, domains, axis, fits),
            AttributeType::Integer => integer_in(axis, *cell, fits),
            AttributeType::List => Some(list(space, domains, axis)),
            AttributeType::String
            | AttributeType::Boolean
            | AttributeType::Number
            | AttributeType::Version => None,
        })
    })
}

/// The value of a cell that holds a single one, or an example where any will do.
fn known_value(axis: &Axis, cell: usize) -> Option<Value> {
    let index = cell - PROPER;
    match axis.facts.kind {
        AttributeType::String if Some(cell) == axis.rest_cell() => {
            axis.rest.as_ref().map(|rest| json!(rest.as_str()))
        }
        AttributeType::String => axis.values.get(index).map(|value| json!(value.as_str())),
        AttributeType::Boolean => Some(json!(index == 1)),
        AttributeType::Integer | AttributeType::Number => {
            Some(of_number(number::example(&axis.facts.numbers, index, axis.facts.kind)))
        }
        AttributeType::Version => Some(json!(version::example(&axis.versions, index).to_string())),
        AttributeType::List => None,
    }
}

/// Whole numbers are written without a point.
fn of_number(number: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "whole, and within 2^53")]
    if number.fract() == 0.0 && number.abs() < EXACT { json!(number as i64) } else { json!(number) }
}

fn has_buckets(space: &Space, domains: &Domains, axis: &Axis, value: &Value) -> bool {
    let spelt;
    let identity = match value {
        Value::String(text) => text.as_str(),
        other => {
            spelt = other.to_string();
            &spelt
        }
    };
    axis.buckets.iter().all(|buckets| {
        let bucket = bucket_of(&buckets.seed, identity, buckets.generation);
        domains.allows(space, buckets.dimension, buckets.starts.partition_point(|start| *start <= bucket))
    })
}

fn integer_in(axis: &Axis, cell: usize, fits: impl Fn(&Value) -> bool) -> Option<Value> {
    let index = cell - PROPER;
    let first = number::example(&axis.facts.numbers, index, axis.facts.kind);
    let high = axis.facts.numbers.get(index).copied().unwrap_or(f64::INFINITY);
    let upward = (0..MAX_HASHES).map(|step| first + f64::from(step)).take_while(|number| *number < high);
    upward.map(of_number).find(|value| fits(value)).or_else(|| {
        // An interval that has no beginning, or begins below zero, is searched downward too.
        let low = index.checked_sub(1).map_or(f64::MIN, |before| axis.facts.numbers[before]);
        let downward =
            (1..MAX_HASHES).map(|step| first - f64::from(step)).take_while(|number| *number >= low);
        downward.map(of_number).find(|value| fits(value))
    })
}

fn list(space: &Space, domains: &Domains, axis: &Axis) -> Value {
    let needed = axis.parts.iter().filter(|(_, dimension)| !domains.allows(space, *dimension, 0));
    needed.map(|(part, _)| part.as_str()).collect()
}

/// The patterns that a string must show, and what it must not.
struct Shape<'s> {
    prefix: &'s str,
    suffix: &'s str,
    parts: Vec<&'s str>,
}

/// A string that is not known as a whole, with the beginnings, endings and parts that the box asks for.
fn other_text(space: &Space, domains: &Domains, axis: &Axis, fits: impl Fn(&Value) -> bool) -> Option<Value> {
    let prefixes: Vec<&str> = axis.facts.prefixes.iter().map(AsRef::as_ref).collect();
    let suffixes: Vec<&str> = axis.facts.suffixes.iter().map(AsRef::as_ref).collect();
    let chosen = |dimension: Option<DimensionId>| {
        dimension.and_then(|dimension| domains.cells(space, dimension).next()).unwrap_or(0)
    };
    let (prefix, suffix) = (chosen(axis.prefix), chosen(axis.suffix));
    let needed = axis.parts.iter().filter(|(_, dimension)| !domains.allows(space, *dimension, 0));
    let shape = Shape {
        prefix: prefix.checked_sub(1).map_or("", |index| prefixes[index]),
        suffix: suffix.checked_sub(1).map_or("", |index| suffixes[index]),
        parts: needed.map(|(part, _)| part.as_str()).collect(),
    };
    let is_right = |text: &str| {
        axis.value_cell(text).is_none()
            && axis.facts.closed.as_ref().is_none_or(|closed| !closed.contains(text))
            && longest(&prefixes, |known| text.starts_with(known)) == prefix
            && longest(&suffixes, |known| text.ends_with(known)) == suffix
            && axis.parts.iter().all(|(part, dimension)| {
                domains.allows(space, *dimension, usize::from(text.contains(part.as_str())))
            })
    };
    let accept = |text: String| {
        // The hash first: where it hardly ever fits, a look at the text would cost far more.
        Some(json!(text)).filter(|value| fits(value) && value.as_str().is_some_and(is_right))
    };
    let plain = [String::from("u"), shape.write(""), shape.write("u")].into_iter().find_map(accept);
    let name = |step: u32| shape.write(&format!("u-{step}"));
    // Where a pattern rules such names out, a million of them would be hashed for nothing.
    let is_allowed = (1..=FEW_NAMES).any(|step| is_right(&name(step)));
    let named = || (1..=MAX_HASHES).take_while(|_| is_allowed).find_map(|step| accept(name(step)));
    let safe = safe_characters(axis);
    let spelt = || (1..=MAX_HASHES).find_map(|step| accept(shape.write(&spell(step, &safe))));
    plain.or_else(named).or_else(spelt)
}

impl Shape<'_> {
    /// Beginning, parts and ending, with a filler between each two.
    fn write(&self, filler: &str) -> String {
        let mut text = self.prefix.to_owned();
        for part in &self.parts {
            text.push_str(filler);
            text.push_str(part);
        }
        text.push_str(filler);
        text.push_str(self.suffix);
        text
    }
}

/// Characters that stand in none of the patterns: a text of them begins, ends and contains nothing that is asked for.
fn safe_characters(axis: &Axis) -> Vec<char> {
    let facts = &axis.facts;
    let patterns = || facts.prefixes.iter().chain(&facts.suffixes).chain(&facts.parts);
    let usual = ('0'..='9').chain('a'..='z').chain('A'..='Z');
    let others = '\u{4e00}'..='\u{9fff}';
    let unused = |c: &char| !patterns().any(|pattern| pattern.contains(*c));
    usual.chain(others).filter(unused).take(10).collect()
}

/// A number in the digits given.
fn spell(mut number: u32, digits: &[char]) -> String {
    let Some(base) = u32::try_from(digits.len()).ok().filter(|base| *base > 1) else { return String::new() };
    let mut text = String::new();
    while number > 0 {
        text.extend(digits.get((number % base) as usize));
        number /= base;
    }
    text
}
