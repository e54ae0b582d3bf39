//! What stands on either side of a comparison: an attribute, the clock, or a constant.

use super::json::Json;
use crate::workspace::is_born;

/// Names that mean something else in a condition.
const RESERVED: [&str; 4] = ["segment", "any", "all", "not"];

/// A side of a comparison.
pub(super) enum Operand<'j> {
    /// An attribute of the evaluation context.
    Attribute(&'j str),
    /// `$flagd.timestamp`.
    Time,
    /// A constant, or a list whose items are still to be looked at.
    Literal(&'j Json),
}

/// Reads a side of a comparison.
pub(super) fn operand(json: &Json) -> Result<Operand<'_>, String> {
    match json.as_operation() {
        Some(("var", [Json::Text(path)])) if path == "$flagd.timestamp" => Ok(Operand::Time),
        Some(("var", [Json::Text(path)])) => attribute(path).map(Operand::Attribute),
        Some(("var", [_, _])) => Err(format!("`{json}` gives a missing attribute another value")),
        Some((operator, _)) => Err(format!("`{operator}` computes a value, which no condition here can")),
        None if matches!(json, Json::Object(_)) => Err(format!("`{json}` is no operation")),
        None => Ok(Operand::Literal(json)),
    }
}

/// Whether the path names an attribute that this format can name too.
pub(super) fn attribute(path: &str) -> Result<&str, String> {
    if path.starts_with("$flagd") {
        return Err(format!("`{path}` is not an attribute of the user"));
    }
    if path.contains('.') {
        return Err(format!("`{path}` reads inside of a nested value; attributes here are flat"));
    }
    let readable = path.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && path.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !readable {
        return Err(format!("`{path}` cannot be the name of an attribute: letters, digits and `_` only"));
    }
    if RESERVED.contains(&path) || is_born(path) {
        return Err(format!("the name `{path}` is reserved, so it cannot name an attribute"));
    }
    Ok(path)
}

/// A constant number that every reader keeps exactly.
pub(super) fn number(json: &Json) -> Result<f64, String> {
    match json {
        Json::Number(number) => number.exact().ok_or_else(|| format!("{json} is beyond 2^53-1")),
        _ => Err(format!("`{json}` is not a number, and comparing it with one converts it")),
    }
}

/// A constant text that is not empty.
pub(super) fn text(json: &Json) -> Result<&str, String> {
    match json {
        Json::Text(text) if text.is_empty() => Err("it looks for an empty text".to_owned()),
        Json::Text(text) => Ok(text),
        _ => Err(format!("`{json}` is not a text")),
    }
}

/// Constant texts, none of them empty.
pub(super) fn texts(items: &[Json]) -> Result<Vec<String>, String> {
    items.iter().map(|item| text(item).map(str::to_owned)).collect()
}
