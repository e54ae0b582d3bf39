//! From JSON to flags. What flagd's Go and JavaScript cores refuse as a whole is refused as a whole here.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::RandomState;
use serde_json::{Map, Value};

use super::references::Evaluators;
use super::{Document, DocumentError, Flag, Metadata, Targeting, Variant, compile};
use crate::bucket::Generation;

pub(super) fn document(value: Value) -> Result<Document, DocumentError> {
    let mut root = object(value, "the document")?;
    let generation = generation(root.get("flagc"))?;
    let metadata = match root.remove("metadata") {
        None | Some(Value::Null) => Metadata::new(),
        Some(value) => object(value, "`metadata`")?,
    };
    let rules = match root.remove("$evaluators") {
        None | Some(Value::Null) => Map::new(),
        Some(value) => object(value, "`$evaluators`")?,
    };
    let mut evaluators = Evaluators::new(rules);
    let mut flags = BTreeMap::new();
    for (key, value) in entries(root.remove("flags"))? {
        let flag = flag(&key, value, &metadata, &mut evaluators)
            .map_err(|problem| DocumentError::Flag { flag: key.clone(), problem })?;
        flags.insert(key, flag);
    }
    let flags: Vec<Flag> = flags.into_values().collect();
    let mut index = HashMap::with_capacity_and_hasher(flags.len(), RandomState::default());
    index.extend(flags.iter().enumerate().map(|(index, flag)| (flag.key.clone(), index)));
    Ok(Document { flags, index, metadata, generation })
}

fn object(value: Value, what: &'static str) -> Result<Map<String, Value>, DocumentError> {
    match value {
        Value::Object(map) => Ok(map),
        _ => Err(DocumentError::Shape { what, expected: "an object" }),
    }
}

fn generation(flagc: Option<&Value>) -> Result<Generation, DocumentError> {
    let Some(number) = flagc.and_then(|flagc| flagc.get("bucketing")) else {
        return Ok(Generation::default());
    };
    number.as_u64().and_then(Generation::from_number).ok_or_else(|| DocumentError::Bucketing(number.clone()))
}

/// Flags with their keys: of an object, or of a list whose items name their `key`.
fn entries(flags: Option<Value>) -> Result<Vec<(String, Value)>, DocumentError> {
    match flags {
        Some(Value::Object(map)) => Ok(map.into_iter().collect()),
        Some(Value::Array(items)) => items.into_iter().enumerate().map(keyed).collect(),
        _ => Err(DocumentError::Shape { what: "`flags`", expected: "an object or a list" }),
    }
}

fn keyed((index, value): (usize, Value)) -> Result<(String, Value), DocumentError> {
    match value.get("key").and_then(Value::as_str) {
        Some(key) => Ok((key.to_owned(), value)),
        None => Err(DocumentError::Flag {
            flag: format!("number {index}"),
            problem: "has no `key`, which a list of flags needs".to_owned(),
        }),
    }
}

fn flag(key: &str, value: Value, set: &Metadata, evaluators: &mut Evaluators) -> Result<Flag, String> {
    let Value::Object(mut map) = value else { return Err("must be an object".to_owned()) };
    let enabled = match map.get("state").and_then(Value::as_str) {
        Some("ENABLED") => true,
        Some("DISABLED") => false,
        _ => return Err("`state` must be `ENABLED` or `DISABLED`".to_owned()),
    };
    let Some(Value::Object(variants)) = map.remove("variants") else {
        return Err("`variants` must be an object".to_owned());
    };
    let variants: Vec<Variant> =
        variants.into_iter().map(|(name, value)| Variant { name: name.into_boxed_str(), value }).collect();
    let default = default_variant(map.get("defaultVariant"), &variants)?;
    let targeting = targeting(map.remove("targeting"), evaluators);
    let metadata = merge_metadata(map.remove("metadata"), set)?;
    Ok(Flag { key: key.into(), enabled, variants, default, targeting, metadata })
}

/// Absent, `null` and `""` mean the caller's own default.
fn default_variant(value: Option<&Value>, variants: &[Variant]) -> Result<Option<usize>, String> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(name)) if name.is_empty() => Ok(None),
        Some(Value::String(name)) => match variants.iter().position(|variant| *variant.name == **name) {
            Some(index) => Ok(Some(index)),
            None => Err(format!("`defaultVariant` names `{name}`, which is not among the variants")),
        },
        Some(_) => Err("`defaultVariant` must be a variant's name or null".to_owned()),
    }
}

fn merge_metadata(own: Option<Value>, set: &Metadata) -> Result<Metadata, String> {
    match own {
        None | Some(Value::Null) => Ok(set.clone()),
        Some(Value::Object(own)) => {
            let mut merged = set.clone();
            merged.extend(own);
            Ok(merged)
        }
        Some(_) => Err("`metadata` must be an object".to_owned()),
    }
}

fn targeting(value: Option<Value>, evaluators: &mut Evaluators) -> Targeting {
    match value {
        None | Some(Value::Null) => Targeting::None,
        Some(Value::Object(map)) if map.is_empty() => Targeting::None,
        Some(value @ Value::Object(_)) => match evaluators.resolve(value).and_then(compile::rule) {
            Ok(expr) => Targeting::Rule(expr),
            Err(message) => Targeting::Invalid(message),
        },
        Some(_) => Targeting::Invalid("`targeting` must be an object".to_owned()),
    }
}
