//! `flagc.toml`: what an import needs to know of it, and the attributes that it adds to it.

use std::collections::BTreeMap;

use toml_edit::{DocumentMut, Formatted, InlineTable, Item, Table, Value};

use super::ImportError;
use crate::format::{AttributeType, Generation, WorkspaceFile};
use crate::syntax;

/// What an import needs to know of a workspace.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) attributes: BTreeMap<String, AttributeType>,
    /// The closed sets of values.
    pub(super) values: BTreeMap<String, Vec<String>>,
    pub(super) environments: Vec<String>,
    /// The attribute that identifies users.
    pub(super) by: String,
    pub(super) generation: Generation,
}

impl Settings {
    /// Those of a workspace that does not exist yet.
    pub(super) fn fresh(environment: Option<&str>) -> Self {
        Self {
            attributes: BTreeMap::new(),
            values: BTreeMap::new(),
            environments: vec![environment.unwrap_or("production").to_owned()],
            by: "targetingKey".to_owned(),
            generation: Generation::Two,
        }
    }

    /// Those of an existing `flagc.toml`.
    pub(super) fn read(text: &str) -> Result<Self, ImportError> {
        let unreadable = |reason: String| ImportError::Settings { reason };
        let tree = syntax::parse(text);
        if !tree.problems.is_empty() {
            return Err(unreadable("it has errors; `flagc check` shows them".to_owned()));
        }
        let file: WorkspaceFile =
            syntax::from_item(tree.root()).map_err(|mismatch| unreadable(mismatch.message))?;
        let environments = file.environments.unwrap_or_default();
        let mut settings = Self {
            environments: environments.into_iter().map(|entry| entry.name.value.0.to_string()).collect(),
            ..Self::fresh(None)
        };
        if let Some(bucketing) = file.bucketing {
            settings.by = bucketing.by.map_or(settings.by, |by| by.value.0.to_string());
            settings.generation = bucketing.generation.map_or(settings.generation, |number| number.value);
        }
        for (name, attribute) in file.context.0 {
            let name = name.value.0.to_string();
            if let Some(values) = attribute.values {
                let values = values.into_iter().map(|value| value.value.0.to_string()).collect();
                settings.values.insert(name.clone(), values);
            }
            settings.attributes.insert(name, attribute.kind);
        }
        Ok(settings)
    }
}

/// The text of a `flagc.toml` for a workspace that does not exist yet.
pub(super) fn fresh(
    project: &str,
    environments: &[String],
    attributes: &BTreeMap<String, AttributeType>,
) -> Result<String, ImportError> {
    let mut document = DocumentMut::new();
    document.insert("project", toml_edit::value(project));
    let mut list = toml_edit::Array::new();
    for environment in environments {
        list.push(InlineTable::from_iter([("name", environment.as_str())]));
    }
    document.insert("environments", toml_edit::value(list));
    if let Some(mut key) = document.key_mut("environments") {
        key.leaf_decor_mut().set_prefix("\n");
    }
    extended(&document.to_string(), attributes)
}

/// The text of an existing `flagc.toml` with more attributes in `[context]`; all else stays as it is.
pub(super) fn extended(
    text: &str,
    attributes: &BTreeMap<String, AttributeType>,
) -> Result<String, ImportError> {
    let unreadable = |reason: &str| ImportError::Settings { reason: reason.to_owned() };
    if attributes.is_empty() {
        return Ok(text.to_owned());
    }
    let mut document: DocumentMut = text.parse().map_err(|_| unreadable("it is not TOML"))?;
    let context = document.entry("context").or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    match context {
        Item::Table(table) => {
            let inline = table.is_dotted();
            let last = last_position(table);
            for (name, kind) in attributes {
                table.insert(name, if inline { Item::Value(brief(*kind)) } else { header(*kind, last) });
            }
        }
        Item::Value(Value::InlineTable(table)) => {
            for (name, kind) in attributes {
                table.insert(name, brief(*kind));
            }
        }
        Item::None | Item::Value(_) | Item::ArrayOfTables(_) => {
            return Err(unreadable("its `context` is not a table"));
        }
    }
    Ok(document.to_string())
}

/// Where the last table of `[context]` stands in the file: new ones follow it.
fn last_position(context: &Table) -> Option<isize> {
    let inner = context.iter().filter_map(|(_, item)| item.as_table()).filter_map(Table::position);
    inner.chain(context.position()).max()
}

fn header(kind: AttributeType, position: Option<isize>) -> Item {
    let mut table = Table::new();
    table.insert("type", toml_edit::value(word(kind)));
    table.set_position(position);
    Item::Table(table)
}

fn brief(kind: AttributeType) -> Value {
    Value::InlineTable(InlineTable::from_iter([(
        "type",
        Value::String(Formatted::new(word(kind).to_owned())),
    )]))
}

/// The word that stands in files.
fn word(kind: AttributeType) -> &'static str {
    match kind {
        AttributeType::String => "string",
        AttributeType::Boolean => "boolean",
        AttributeType::Integer => "integer",
        AttributeType::Number => "number",
        AttributeType::Version => "version",
        AttributeType::List => "list",
    }
}
