//! Contexts on both sides of every boundary that the generator's constants make.

use std::collections::BTreeMap;

use flagc::exposure::bucket_of;
use flagc::format::Generation;
use serde_json::{Map, Value, json};

use super::random::Random;

pub type Context = Map<String, Value>;

/// A split's boundaries: what is hashed, and where the buckets of some side begin.
#[derive(Clone, Debug, PartialEq)]
pub struct Buckets {
    pub attribute: String,
    pub seed: String,
    pub generation: Generation,
    pub starts: Vec<u32>,
}

/// An attribute's values, with nothing for one that is missing.
fn values(attribute: &str) -> Vec<Option<Value>> {
    let values = match attribute {
        "country" => json!([5, null, "AU", "DE", "US", "FR", "au"]),
        "tier" => json!([true, "free", "pro", "gold"]),
        "email" => json!([
            5,
            "",
            "jo@acme.example",
            "jo+test@acme.example",
            "j@x.example",
            "x@acme.example",
            "jo",
            "acme",
            "y",
            "j+test.example",
            "joacme",
            "x+test",
            "jo@x.example",
            "yacmez",
            ".example",
            "jacme",
            "acme.example"
        ]),
        "age" => json!(["18", 17, 18, 19, 29, 30, 31, 64, 65, 66, 18.5, -1, 18.0, null]),
        "score" => json!([0.5, 0.4, 0.6, 2, 2.5, 1, true, "1", -3]),
        "appVersion" => json!([
            5,
            "x",
            "1.2.0",
            "1.1.9",
            "1.2.0-rc.1",
            "2.0.0-0",
            "2.0.0",
            "1.99.0",
            "5.2.0",
            "5.2.0-rc.1",
            "5.2.0-rc.2",
            "5.2.0-a",
            "5.1.9",
            "6.0.0",
            "1.0.0",
            "0.9.0",
            "1.0.0-rc.1",
            "1.3.0",
            "v1.2.5",
            "5.2",
            "1.3.0-0",
            "5.2.1"
        ]),
        "beta" => json!([true, false, "true", 1]),
        "groups" => json!([[], ["a"], ["b"], ["a", "b"], ["c"], "a", 5]),
        "targetingKey" => json!(["", null, 7, "u-1", "u-2", "staff-1", "v"]),
        "account" => json!(["7", 1.5, 0, -5, 3.0, null, 9_007_199_254_740_993_i64]),
        _ => json!([]),
    };
    let Value::Array(values) = values else { return Vec::new() };
    values.into_iter().map(Some).chain([None]).collect()
}

/// Users of an attribute in every combination of intervals that its seeds make.
fn identities(attribute: &str, buckets: &[Buckets]) -> Vec<Option<Value>> {
    let mut found: BTreeMap<Vec<usize>, Value> = BTreeMap::new();
    let buckets: Vec<&Buckets> = buckets.iter().filter(|one| one.attribute == attribute).collect();
    for number in 0..if buckets.is_empty() { 1 } else { 400 } {
        let (value, text) = identity(attribute, number);
        let cell = buckets.iter().map(|one| {
            let bucket = bucket_of(&one.seed, &text, one.generation);
            one.starts.partition_point(|start| *start <= bucket)
        });
        found.entry(cell.collect()).or_insert(value);
    }
    found.into_values().map(Some).collect()
}

/// A user by number, as the context holds it and as it is hashed.
pub fn identity(attribute: &str, number: u32) -> (Value, String) {
    if attribute == "account" {
        (json!(number), number.to_string())
    } else {
        (json!(format!("u-{number}")), format!("u-{number}"))
    }
}

/// The whole product if it is small; else every value at least once, and others drawn up to the limit.
pub fn contexts(asked: &[&str], buckets: &[Buckets], limit: usize, random: &mut Random) -> Vec<Context> {
    let mut columns: Vec<(&str, Vec<Option<Value>>)> = Vec::new();
    for name in asked {
        let mut column = values(name);
        if matches!(*name, "targetingKey" | "account") {
            column.extend(identities(name, buckets));
        }
        columns.push((name, column));
    }
    let product = columns.iter().map(|(_, column)| column.len()).product::<usize>();
    let build = |chosen: &[usize]| {
        let pairs = columns
            .iter()
            .zip(chosen)
            .filter_map(|((name, column), index)| Some(((*name).to_owned(), column[*index].clone()?)));
        pairs.collect::<Context>()
    };
    if product <= limit {
        let spread = |mut number: usize| {
            let indices = columns.iter().map(|(_, column)| {
                let index = number % column.len();
                number /= column.len();
                index
            });
            build(&indices.collect::<Vec<_>>())
        };
        return (0..product).map(spread).collect();
    }
    let mut contexts = Vec::new();
    for fixed in 0..columns.len() {
        for value in 0..columns[fixed].1.len() {
            let mut chosen: Vec<usize> =
                columns.iter().map(|(_, column)| random.below(column.len())).collect();
            chosen[fixed] = value;
            contexts.push(build(&chosen));
        }
    }
    while contexts.len() < limit {
        contexts
            .push(build(&columns.iter().map(|(_, column)| random.below(column.len())).collect::<Vec<_>>()));
    }
    contexts
}
