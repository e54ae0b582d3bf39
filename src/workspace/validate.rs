//! Every file against its JSON Schema, on the spanned tree itself: each error lands on the key or the value that
//! is wrong, in the words of somebody who writes flags.

use std::sync::LazyLock;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{JsonType, ValidationError, Validator};
use serde_json::Value as JsonValue;

use super::suggest;
use crate::finding::{Finding, RuleId};
use crate::format::{FileKind, json_schema};
use crate::source::{FileId, Span};
use crate::syntax::{Item, NodeId, Tree, TreeJson, Value, View};

/// What the schema has against a file.
#[derive(Debug, Default)]
pub struct Verdict {
    /// In the order of the text.
    pub findings: Vec<Finding>,
    /// The values that are reported and of which nothing more is to be said.
    pub reported: Vec<NodeId>,
}

/// A schema, ready to validate.
struct Compiled {
    validator: Validator<TreeJson>,
    schema: JsonValue,
}

fn compiled(kind: FileKind) -> Option<&'static Compiled> {
    static ALL: [LazyLock<Option<Compiled>>; 6] = [
        LazyLock::new(|| compile(FileKind::Workspace)),
        LazyLock::new(|| compile(FileKind::Segment)),
        LazyLock::new(|| compile(FileKind::Service)),
        LazyLock::new(|| compile(FileKind::Flag)),
        LazyLock::new(|| compile(FileKind::Deployment)),
        LazyLock::new(|| compile(FileKind::Release)),
    ];
    ALL[kind as usize].as_ref()
}

/// `None` only if the generated schema were no schema, which a test rules out.
fn compile(kind: FileKind) -> Option<Compiled> {
    let schema = json_schema(kind).to_value();
    let validator = jsonschema::options_for::<TreeJson>().build(&schema).ok()?;
    Some(Compiled { validator, schema })
}

/// Validates one file. `is_valid` decides; the errors are only gathered when there are some.
pub fn validate(kind: FileKind, tree: &Tree<'_>, file: FileId) -> Verdict {
    let Some(compiled) = compiled(kind) else { return Verdict::default() };
    let root = tree.root();
    if compiled.validator.is_valid(View::Item(root)) {
        return Verdict::default();
    }
    let mut walk = Walk {
        root,
        kind,
        file,
        schema: &compiled.schema,
        partial: tree.is_partial,
        elsewhere: Vec::new(),
        verdict: Verdict::default(),
    };
    let errors: Vec<ValidationError<'_>> = compiled.validator.iter_errors(View::Item(root)).collect();
    // Missing keys last: one that is misspelt or stands in the wrong table is not missing as well.
    let is_missing =
        |error: &&ValidationError<'_>| matches!(error.kind(), ValidationErrorKind::Required { .. });
    for error in errors.iter().filter(|error| !is_missing(error)).chain(errors.iter().filter(is_missing)) {
        walk.error(error);
    }
    walk.verdict
}

struct Walk<'t> {
    root: Item<'t>,
    kind: FileKind,
    file: FileId,
    schema: &'static JsonValue,
    partial: bool,
    /// Keys that were meant, but misspelt or put into the wrong table.
    elsewhere: Vec<String>,
    verdict: Verdict,
}

impl<'t> Walk<'t> {
    fn error(&mut self, error: &ValidationError<'_>) {
        let Some(at) = self.locate(error) else { return };
        // What is wrong in two ways (empty, and not of the right form) is told once.
        if matches!(at.item.value(), Value::Invalid) || self.verdict.reported.last() == Some(&at.item.id()) {
            return;
        }
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                let known = self.known_keys(error.schema_path().as_str());
                for key in unexpected {
                    self.unknown_key(&at, key, &known);
                }
            }
            ValidationErrorKind::Required { property } => self.missing_key(&at, property),
            ValidationErrorKind::PropertyNames { error: inner } => self.bad_name(&at, inner),
            ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
                self.no_branch(&at, context);
            }
            kind => {
                let (rule, message, help) = describe(&at, kind, error.instance());
                self.push(&at, at.item, rule, message, help);
            }
        }
    }

    fn locate(&self, error: &ValidationError<'_>) -> Option<Location<'t>> {
        Location::find(self.kind, self.root, error.instance_path().as_str())
    }

    /// The branch of the value's own type tells what is wrong; where none has it, the type is.
    fn no_branch(&mut self, at: &Location<'t>, branches: &[Vec<ValidationError<'static>>]) {
        let wrong_type = |errors: &&Vec<ValidationError<'static>>| {
            errors.iter().any(|error| {
                let here = self.locate(error);
                matches!(error.kind(), ValidationErrorKind::Type { .. })
                    && here.is_some_and(|here| here.item.id() == at.item.id())
            })
        };
        if let Some(errors) = branches.iter().find(|errors| !wrong_type(errors)) {
            for error in errors {
                self.error(error);
            }
            return;
        }
        let mut names: Vec<&str> = Vec::new();
        for error in branches.iter().flatten() {
            if let ValidationErrorKind::Type { kind } = error.kind() {
                names.extend(type_names(kind));
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        names.retain(|name| seen.insert(*name));
        let message = format!("{} takes {}, not {}", at.describe(), any_of(&names), at.item.type_name());
        self.push(at, at.item, "wrong-type", message, None);
    }

    fn unknown_key(&mut self, at: &Location<'t>, key: &str, known: &[&str]) {
        let Some(item) = at.item.get(key) else { return };
        // A key that is missing in front of `=` was reported by the parser.
        if matches!(item.value(), Value::Invalid) || (key.is_empty() && self.partial) {
            return;
        }
        let top: Vec<&str> = property_names(self.schema);
        if !at.path.is_empty() && top.contains(&key) && !known.contains(&key) {
            let message = format!("`{key}` does not belong in {}", at.describe());
            let help = format!("move `{key}` up, above the first `[table]` of the file");
            self.elsewhere.push(key.to_owned());
            return self.push(at, item, "misplaced-key", message, Some(help));
        }
        let message = format!("`{key}` is not a key of {}", at.describe());
        self.elsewhere.extend(suggest::nearest(key, known.iter().copied()).map(str::to_owned));
        self.push(at, item, "unknown-key", message, suggest::did_you_mean(key, known.iter().copied()));
    }

    fn missing_key(&mut self, at: &Location<'t>, property: &JsonValue) {
        let key = property.as_str().unwrap_or_default();
        // A value that could not be read is there: it was reported by itself.
        if self.partial || at.item.get(key).is_some() || self.elsewhere.iter().any(|meant| meant == key) {
            return;
        }
        let message = format!("{} has no `{key}`", at.describe());
        let help = Some(format!("add `{key}`: {}", self.description(at, key)));
        let span = if at.path.is_empty() { Span::default() } else { at.item.span() };
        self.push_at(at, span, "missing-key", message, help);
    }

    /// What the schema says about a required key, as the advice of what to write.
    fn description(&self, at: &Location<'t>, key: &str) -> String {
        let text = if at.path.is_empty() {
            self.schema.pointer(&format!("/properties/{key}/description"))
        } else {
            let tables = self.schema.get("$defs").and_then(JsonValue::as_object);
            tables.and_then(|tables| {
                tables.values().find_map(|table| {
                    let required = table.get("required")?.as_array()?;
                    required.iter().any(|name| name == key).then_some(())?;
                    table.pointer(&format!("/properties/{key}/description"))
                })
            })
        };
        let text = text.and_then(JsonValue::as_str).unwrap_or("it is required").trim_end_matches('.');
        let mut characters = text.chars();
        characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
    }

    fn bad_name(&mut self, at: &Location<'t>, error: &ValidationError<'_>) {
        let instance = error.instance();
        let Some(key) = instance.as_str() else { return };
        let Some(item) = at.item.get(key) else { return };
        if matches!(error.kind(), ValidationErrorKind::Not { .. }) {
            let message = format!("`{key}` is a key of the flag, not a variant");
            let help = format!("move `{key}` up, above the first `[table]` of the file");
            self.elsewhere.push(key.to_owned());
            return self.push(at, item, "misplaced-key", message, Some(help));
        }
        let message = format!("`{key}` is not a name that can be used here");
        self.push(at, item, "invalid-name", message, Some("use 1 to 128 characters".to_owned()));
    }

    fn push(
        &mut self,
        at: &Location<'t>,
        item: Item<'t>,
        rule: &'static str,
        message: String,
        help: Option<String>,
    ) {
        let about_key = matches!(rule, "unknown-key" | "misplaced-key" | "invalid-name");
        let span = if about_key { item.key_span() } else { item.span() };
        self.verdict.reported.push(item.id());
        self.push_at(at, span, rule, message, help);
    }

    fn push_at(
        &mut self,
        at: &Location<'t>,
        span: Span,
        rule: &'static str,
        message: String,
        help: Option<String>,
    ) {
        let mut finding = Finding::new(RuleId(rule), self.file, span, message);
        finding.help = help;
        if let [first, environment, ..] = at.path.as_slice()
            && *first == "environments"
            && self.kind == FileKind::Flag
        {
            finding.environment = Some((*environment).to_owned());
        }
        self.verdict.findings.push(finding);
    }

    /// The keys that the schema knows in the table whose `additionalProperties` refused one.
    fn known_keys(&self, schema_path: &str) -> Vec<&'static str> {
        let table = schema_path.rsplit_once('/').map_or("", |(table, _)| table);
        self.schema.pointer(table).map(property_names).unwrap_or_default()
    }
}

fn property_names(schema: &JsonValue) -> Vec<&str> {
    let properties = schema.get("properties").and_then(JsonValue::as_object);
    properties.map(|properties| properties.keys().map(String::as_str).collect()).unwrap_or_default()
}

/// An item and the keys that lead to it.
struct Location<'t> {
    kind: FileKind,
    item: Item<'t>,
    path: Vec<&'t str>,
    /// Whether it is an element of the list that the path leads to.
    is_element: bool,
}

impl<'t> Location<'t> {
    /// Follows a JSON Pointer. The container decides whether a segment is a key or an index: `0` can be either.
    fn find(kind: FileKind, root: Item<'t>, pointer: &str) -> Option<Self> {
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
    fn describe(&self) -> String {
        match (self.path.as_slice(), self.kind) {
            ([], FileKind::Workspace) => "`flagc.toml`".to_owned(),
            ([], kind) => format!("the {}", kind.as_str()),
            (path, _) if self.is_element => format!("an entry of `{}`", path.join(".")),
            (path, _) => format!("`{}`", path.join(".")),
        }
    }
}

fn describe(
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
        "max_age" => Some("write a number of days, such as `60d`"),
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
fn any_of(names: &[&str]) -> String {
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

fn type_names(kind: &TypeKind) -> Vec<&'static str> {
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
