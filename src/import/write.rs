//! A flag as TOML, laid out as a person would write it.

use toml_edit::{Array, ArrayOfTables, Datetime, DocumentMut, InlineTable, Item, Table, Value};

use super::condition::Condition;
use super::json::Json;
use super::matchers::{number, table};
use super::types::Match;
use crate::format::FlagKind;

/// An inline table of `[variants]` longer than this becomes a table of its own.
const INLINE: usize = 80;

/// All that is written of a flag.
#[derive(Debug)]
pub(super) struct FlagText<'f> {
    pub(super) schema: Option<&'f str>,
    pub(super) description: &'f str,
    pub(super) kind: FlagKind,
    pub(super) owner: &'f str,
    /// In their order; empty where the flag is a plain boolean that needs no variants.
    pub(super) variants: Vec<(&'f str, &'f Json)>,
    /// `None` where it is the one named `off`.
    pub(super) off_variant: Option<&'f str>,
    pub(super) bucket_by: Option<&'f str>,
    pub(super) seed: Option<&'f str>,
    /// Where all of the rest stands: the flag itself, or one environment while the flag itself serves that variant.
    pub(super) environment: Option<(&'f str, &'f str)>,
    pub(super) rules: Vec<(Condition<Match>, Served)>,
    pub(super) serve: Served,
    pub(super) steps: Vec<(String, Served)>,
}

/// What is served.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Served {
    Variant(String),
    /// Percentages of variants, without the off variant's.
    Split(Vec<(String, f64)>),
}

/// Writes a flag's file.
pub(super) fn flag_file(flag: &FlagText<'_>) -> String {
    let mut document = DocumentMut::new();
    let root = document.as_table_mut();
    root.insert("description", toml_edit::value(flag.description));
    root.insert("kind", toml_edit::value(flag.kind.as_str()));
    root.insert("owner", toml_edit::value(flag.owner));
    let first = flag.environment.map_or_else(|| served(&flag.serve), |(_, off)| off.into());
    root.insert("serve", Item::Value(first));
    if let Some(mut key) = root.key_mut("serve") {
        key.leaf_decor_mut().set_prefix("\n");
    }
    let more =
        [("off_variant", flag.off_variant), ("bucket_by", flag.bucket_by), ("seed", flag.seed)].into_iter();
    for (name, text) in more.filter_map(|(name, text)| text.map(|text| (name, text))) {
        root.insert(name, toml_edit::value(text));
    }
    if !flag.variants.is_empty() {
        root.insert("variants", Item::Table(variants(&flag.variants)));
    }
    match flag.environment {
        None => behaviour(root, flag),
        Some((name, _)) => {
            let mut environment = Table::new();
            environment.insert("serve", Item::Value(served(&flag.serve)));
            behaviour(&mut environment, flag);
            let mut environments = Table::new();
            environments.set_implicit(true);
            environments.insert(name, Item::Table(environment));
            root.insert("environments", Item::Table(environments));
        }
    }
    let schema = flag.schema.map(|schema| format!("#:schema {schema}\n")).unwrap_or_default();
    format!("{schema}{document}")
}

fn behaviour(place: &mut Table, flag: &FlagText<'_>) {
    let rules = flag.rules.iter().map(|(condition, serve)| {
        let mut rule = Table::new();
        if *condition != Condition::Constant(true) {
            rule.insert("if", toml_edit::value(table(condition)));
        }
        rule.insert("serve", Item::Value(served(serve)));
        rule
    });
    let steps = flag.steps.iter().map(|(at, serve)| {
        let mut step = Table::new();
        // INVARIANT: `at` was made by jiff in RFC 3339, which is TOML's date-time.
        let at = at.parse::<Datetime>().map_or_else(|_| at.as_str().into(), Value::from);
        step.insert("at", Item::Value(at));
        step.insert("serve", Item::Value(served(serve)));
        step
    });
    for (name, tables) in [("rules", rules.collect::<ArrayOfTables>()), ("schedule", steps.collect())] {
        if !tables.is_empty() {
            place.insert(name, Item::ArrayOfTables(tables));
        }
    }
}

fn served(serve: &Served) -> Value {
    match serve {
        Served::Variant(name) => name.as_str().into(),
        Served::Split(shares) => {
            let shares = shares.iter().map(|(name, percent)| (name.as_str(), number(*percent)));
            shares.collect::<InlineTable>().into()
        }
    }
}

fn variants(variants: &[(&str, &Json)]) -> Table {
    let long = variants.iter().any(|(_, value)| {
        matches!(value, Json::Object(members) if !members.is_empty())
            && json(value).to_string().len() > INLINE
    });
    let mut whole = Table::new();
    whole.set_implicit(long);
    for (name, value) in variants {
        let item = match value {
            Json::Object(members) if long => {
                let entries = members.iter().map(|(name, value)| (name.as_str(), Item::Value(json(value))));
                Item::Table(entries.collect())
            }
            value => Item::Value(json(value)),
        };
        whole.insert(name, item);
    }
    whole
}

/// INVARIANT: `null` was refused when the variants were read.
fn json(value: &Json) -> Value {
    match value {
        Json::Null => InlineTable::new().into(),
        Json::Bool(value) => (*value).into(),
        Json::Number(number) if number.whole => self::number(number.value),
        Json::Number(number) => number.value.into(),
        Json::Text(text) => text.as_str().into(),
        Json::List(items) => items.iter().map(json).collect::<Array>().into(),
        Json::Object(members) => {
            members.iter().map(|(name, value)| (name.as_str(), json(value))).collect::<InlineTable>().into()
        }
    }
}
