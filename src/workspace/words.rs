//! What the schema's complaints are called: where something stands, what is wrong with it, and what to do, in the
//! words of somebody who writes flags.

use jsonschema::JsonType;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value as JsonValue;

use super::suggest;
use crate::format::FileKind;
use crate::syntax::{Item, Value};

/// An item and the keys that lead to it.
pub(super) struct Location<'t> {
    kind: FileKind,
    pub(super) item: Item<'t>,
    /// The keys, without the positions in lists.
    pub(super) path: Vec<&'t str>,
    /// Whether it is an element of the list that the path leads to.
    is_element: bool,
}

impl<'t> Location<'t> {
    /// Follows a JSON Pointer. The container decides whether a segment is a key or an index: `0` can be either.
    pub(super) fn find(kind: FileKind, root: Item<'t>, pointer: &str) -> Option<Self> {
        let mut at = Self { kind, item: root, path: Vec::new(), is_element: false };
        for segment in pointer.split('/').skip(1) {
            let segment = segment.replace("~1", "/").replace("~0", "~");
            let next = if at.item.is_array() {
                at.item.children().nth(segment.parse().ok()?)?
            } else {
                at.item.get(&segment)?
            };
            at.is_element = at.item.is_array();
            if !at.is_element {
                at.path.push(next.key());
            }
            at.item = next;
        }
        Some(at)
    }

    /// What the place is called in a message.
    pub(super) fn describe(&self) -> String {
        match (self.path.as_slice(), self.kind) {
            ([], FileKind::Workspace) => "`flagc.toml`".to_owned(),
            ([], kind) => format!("the {}", kind.as_str()),
            (path, _) if self.is_element => format!("an entry of `{}`", path.join(".")),
            (path, _) => format!("`{}`", path.join(".")),
        }
    }
}

/// The rule, the message and the help for a complaint about one value.
pub(super) fn describe(
    at: &Location<'_>,
    kind: &ValidationErrorKind,
    instance: &JsonValue,
) -> (&'static str, String, Option<String>) {
    let here = at.describe();
    match kind {
        ValidationErrorKind::Type { kind } => {
            let names = type_names(kind);
            let message = format!("{here} takes {}, not {}", any_of(&names), at.item.type_name());
            ("wrong-type", message, type_help(at, &names))
        }
        ValidationErrorKind::Enum { options } => {
            let names: Vec<String> = options
                .as_array()
                .into_iter()
                .flatten()
                .filter(|option| !option.is_null())
                .map(shown)
                .collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let value = shown(instance);
            let is_kind = at.path.as_slice() == ["kind"];
            let rule = if is_kind { "unknown-kind" } else { "invalid-value" };
            let what = if is_kind {
                "is not a kind of flag".to_owned()
            } else {
                format!("is not a value of {here}")
            };
            let choice = format!("{here} is one of {}", suggest::listed(&names));
            let help = match suggest::nearest(&value, names.iter().copied()) {
                Some(nearest) => format!("did you mean `{nearest}`? {choice}"),
                None => choice,
            };
            (rule, format!("`{value}` {what}"), Some(help))
        }
        ValidationErrorKind::MinLength { .. }
        | ValidationErrorKind::MinItems { .. }
        | ValidationErrorKind::MinProperties { .. } => {
            let help = "write something in it, or leave the key out".to_owned();
            ("empty-value", format!("{here} is empty"), Some(help))
        }
        ValidationErrorKind::Minimum { limit } => out_of_bounds(&here, "at least", limit),
        ValidationErrorKind::Maximum { limit } => out_of_bounds(&here, "at most", limit),
        ValidationErrorKind::Pattern { pattern } => {
            let help = form_of(at.path.last().copied().unwrap_or_default())
                .map_or_else(|| format!("it must match `{pattern}`"), str::to_owned);
            ("invalid-value", format!("{} is not what {here} takes", quoted(instance)), Some(help))
        }
        other => ("invalid-value", format!("{here} does not fit the format ({})", other.keyword()), None),
    }
}

/// What a value that must have a certain form looks like, in words.
fn form_of(key: &str) -> Option<&'static str> {
    match key {
        "seed" => Some("use letters, digits and signs of ASCII, no spaces, 128 characters at most"),
        "project" | "name" => {
            Some("use a letter or a digit, then letters, digits, `.`, `_` or `-`, 64 characters at most")
        }
        "max_age" | "launched_after" | "abandoned_after" | "review_every" | "due_within" => {
            Some("write a number of days, such as `60d`")
        }
        "image" => Some("write it without tag and digest, such as `registry.example.com/acme/orders`"),
        "version" => Some("write the version that is live, such as `1.8.2`"),
        "sdk" => Some("write the provider and its version, such as `flagd-java 0.14.0`"),
        _ => None,
    }
}

/// The usual slips of type: quotes around a value, a list without brackets, a header with single ones.
fn type_help(at: &Location<'_>, wanted: &[&str]) -> Option<String> {
    let key = at.path.last()?;
    match (at.item.value(), wanted) {
        (Value::String(text), ["a boolean"]) if matches!(text.as_ref(), "true" | "false") => {
            Some(format!("write it without quotes: `{text}`"))
        }
        (Value::String(text), ["a number" | "an integer"]) if text.parse::<f64>().is_ok() => {
            Some(format!("write it without quotes: `{text}`"))
        }
        // A header encloses its key; an inline table stands behind it.
        (Value::Table(_), ["a list"]) if at.item.span().start < at.item.key_span().start => {
            Some(format!("write `[[{}]]`, once for each entry", at.path.join(".")))
        }
        (Value::String(_) | Value::Table(_), ["a list"]) if !at.is_element => {
            Some(format!("write it in brackets: `{key} = [ … ]`"))
        }
        _ => None,
    }
}

/// `a`, `b` or `c`.
pub(super) fn any_of(names: &[&str]) -> String {
    match names.split_last() {
        None => String::new(),
        Some((only, [])) => (*only).to_owned(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

fn out_of_bounds(here: &str, bound: &str, limit: &JsonValue) -> (&'static str, String, Option<String>) {
    ("invalid-value", format!("{here} must be {bound} {limit}"), None)
}

fn shown(value: &JsonValue) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn quoted(value: &JsonValue) -> String {
    format!("`{}`", shown(value))
}

pub(super) fn type_names(kind: &TypeKind) -> Vec<&'static str> {
    let name = |kind: JsonType| match kind {
        JsonType::Array => "a list",
        JsonType::Boolean => "a boolean",
        JsonType::Integer => "an integer",
        JsonType::Null => "nothing",
        JsonType::Number => "a number",
        JsonType::Object => "a table",
        JsonType::String => "a string",
    };
    match kind {
        TypeKind::Single(kind) => vec![name(*kind)],
        TypeKind::Multiple(kinds) => kinds.iter().map(name).collect(),
    }
}
