//! Matchers in words: what stands behind the attribute's name. Values are written as JSON.

use ecow::EcoString;

use crate::model::{Bounds, Matcher, VersionRange};

/// What a matcher asks, to be read behind the attribute's name: `is "AU" or "DE"`.
pub(super) fn matcher(matcher: &Matcher) -> String {
    match matcher {
        Matcher::Exists(true) => "is there".to_owned(),
        Matcher::Exists(false) => "is missing".to_owned(),
        Matcher::OneOf(texts) => format!("is {}", quoted(texts)),
        Matcher::StartsWith(texts) => format!("starts with {}", quoted(texts)),
        Matcher::EndsWith(texts) => format!("ends with {}", quoted(texts)),
        Matcher::Contains(texts) => format!("has {} in it", quoted(texts)),
        Matcher::Boolean(values) => format!("is {}", either(values.iter().map(ToString::to_string))),
        Matcher::NumberOneOf(numbers) => format!("is {}", either(numbers.iter().map(|n| number(*n)))),
        Matcher::Within(bounds) => format!("is {}", within(**bounds)),
        Matcher::Version(ranges) => format!("is {}", either(ranges.iter().map(range))),
        Matcher::ListContains(texts) => format!("has {} among its elements", quoted(texts)),
    }
}

/// `a`, `a or b`, `a, b or c`.
pub(super) fn either(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    match words.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} or {last}", before.join(", ")),
    }
}

fn quoted(texts: &[EcoString]) -> String {
    either(texts.iter().map(|text| serde_json::Value::from(text.as_str()).to_string()))
}

/// A whole number without a fraction.
fn number(value: f64) -> String {
    value.to_string()
}

fn within(bounds: Bounds) -> String {
    let bounds = [("> ", bounds.gt), (">= ", bounds.gte), ("< ", bounds.lt), ("<= ", bounds.lte)];
    let words: Vec<String> = bounds
        .iter()
        .filter_map(|(operator, bound)| bound.map(|bound| format!("{operator}{}", number(bound))))
        .collect();
    words.join(" and ")
}

fn range(range: &VersionRange) -> String {
    let words: Vec<String> = range
        .comparators
        .iter()
        .map(|comparator| format!("{} {}", comparator.operator.as_str(), comparator.version))
        .collect();
    words.join(" and ")
}
