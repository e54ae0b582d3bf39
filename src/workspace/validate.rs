//! Every file against its JSON Schema, on the spanned tree itself: each error lands on the key or the value that
//! is wrong, in the words of somebody who writes flags.

use std::sync::LazyLock;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::Value as JsonValue;

use super::suggest;
use super::words::{Location, any_of, describe, type_names};
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

/// Makes the schemas ready that every workspace needs: the other threads would wait for them at their first file.
pub fn prepare() {
    for kind in [FileKind::Workspace, FileKind::Flag] {
        compiled(kind);
    }
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
