//! A flagd document as candidates for import: each flag with what can be said of it before the types of attributes are
//! known, and with the reasons for which it cannot come in as it is.

use std::collections::{BTreeMap, BTreeSet};

use super::ImportError;
use super::json::Json;
use super::schedule::{Scheduled, schedule};
use super::targeting::{self, Flag, Plan, Serve};
use crate::format::{Generation, RESERVED_VARIANTS};
use crate::workspace::{is_born, is_flag_key};

/// The most values that references may put in place in one document.
const MAX_NODES: usize = 1 << 20;

/// The deepest nesting of a variant's value: TOML readers have limits of their own.
const MAX_DEPTH: usize = 48;

/// A flag of the document.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) key: String,
    /// What even a flag without its targeting needs; `None` where it cannot be written at all.
    pub(super) frame: Option<Frame>,
    /// What it serves to whom; `None` where that cannot be said here.
    pub(super) plan: Option<Scheduled>,
    /// Why it cannot come in as it is.
    pub(super) reasons: Vec<String>,
    /// What is lost or worth knowing.
    pub(super) notes: BTreeSet<String>,
}

/// A flag without its targeting.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) description: Option<String>,
    pub(super) variants: Vec<(String, Json)>,
    pub(super) default: String,
}

/// Reads all flags of a document; `notes` hears what the document says beside them.
pub(super) fn candidates(
    document: &Json,
    generation: Generation,
    notes: &mut Vec<String>,
) -> Result<Vec<Candidate>, ImportError> {
    let Json::Object(members) = document else { return Err(ImportError::NotADocument) };
    for (name, value) in members {
        let empty = matches!(value, Json::Object(members) if members.is_empty());
        match name.as_str() {
            "flags" | "$evaluators" | "$schema" => {}
            "metadata" if empty => {}
            "metadata" => notes.push("the document's `metadata` is dropped".to_owned()),
            other => notes.push(format!("the document's `{other}` is dropped")),
        }
    }
    let flags = match document.get("flags") {
        Some(Json::Object(flags)) => flags.iter().map(|(key, flag)| (key.clone(), flag)).collect(),
        Some(Json::List(flags)) => flags.iter().enumerate().map(keyed).collect::<Result<Vec<_>, _>>()?,
        _ => return Err(ImportError::NoFlags),
    };
    if flags.is_empty() {
        return Err(ImportError::NoFlags);
    }
    let mut evaluators = Evaluators::new(document.get("$evaluators"));
    Ok(flags.into_iter().map(|(key, flag)| candidate(key, flag, &mut evaluators, generation)).collect())
}

fn keyed((index, flag): (usize, &Json)) -> Result<(String, &Json), ImportError> {
    let key = flag.get("key").and_then(Json::as_text);
    key.map(|key| (key.to_owned(), flag)).ok_or(ImportError::NoKey { index })
}

fn candidate(key: String, flag: &Json, evaluators: &mut Evaluators<'_>, generation: Generation) -> Candidate {
    let mut notes = dropped(flag);
    let mut reasons = Vec::new();
    if !is_flag_key(&key) {
        reasons.push(
            "its key does not begin with a letter, or has characters other than letters, digits, `.`, `_`, `-`"
                .to_owned(),
        );
    }
    if let Some(name) = flag.repeated() {
        reasons.push(format!("`{name}` stands twice in one object"));
    }
    let variants = variants(flag.get("variants"), &mut reasons);
    let default = default_variant(flag, &variants, &mut reasons);
    let description = flag.get("description").and_then(Json::as_text).filter(|text| !text.trim().is_empty());
    if description.is_none() {
        notes.insert("it has no description: write one".to_owned());
    }
    let frame = if reasons.is_empty() {
        default.map(|default| Frame { description: description.map(str::to_owned), variants, default })
    } else {
        None
    };
    match flag.get("state").and_then(Json::as_text) {
        Some("ENABLED") => {}
        Some("DISABLED") => {
            reasons.push("it is DISABLED: every caller gets the default of its own code".to_owned());
        }
        _ => reasons.push("its `state` is neither ENABLED nor DISABLED".to_owned()),
    }
    let plan = frame.as_ref().and_then(|frame| {
        plan(&key, flag, frame, evaluators, generation).map_err(|reason| reasons.push(reason)).ok()
    });
    Candidate { key, frame, plan, reasons, notes }
}

fn plan(
    key: &str,
    flag: &Json,
    frame: &Frame,
    evaluators: &mut Evaluators<'_>,
    generation: Generation,
) -> Result<Scheduled, String> {
    let constant = Plan { rules: Vec::new(), serve: Serve::Variant(frame.default.clone()) };
    let plan = match flag.get("targeting") {
        None | Some(Json::Null) => constant,
        Some(Json::Object(members)) if members.is_empty() => constant,
        Some(written @ Json::Object(_)) => {
            let variants = frame.variants.iter().map(|(name, _)| name.as_str()).collect();
            let flag = Flag { key, variants, default: &frame.default, generation };
            targeting::read(&evaluators.resolve(written)?, &flag)?
        }
        Some(_) => return Err("its targeting is not an object".to_owned()),
    };
    schedule(plan)
}

/// What flagd does not read, or what has no place here.
fn dropped(flag: &Json) -> BTreeSet<String> {
    let Json::Object(members) = flag else { return BTreeSet::new() };
    let known = ["key", "state", "variants", "defaultVariant", "targeting", "description", "$schema"];
    let is_lost = |name: &str, value: &Json| match (name, value) {
        ("metadata", Json::Object(members)) => !members.is_empty(),
        (name, _) => !known.contains(&name),
    };
    let dropped = members.iter().filter(|(name, value)| is_lost(name, value));
    dropped.map(|(name, value)| format!("its `{name}` is dropped: {value}")).collect()
}

fn variants(written: Option<&Json>, reasons: &mut Vec<String>) -> Vec<(String, Json)> {
    let Some(Json::Object(members)) = written else {
        reasons.push("it has no variants".to_owned());
        return Vec::new();
    };
    if members.is_empty() || members.len() > 1000 {
        reasons.push(format!("it has {} variants; possible are 1 to 1000", members.len()));
    }
    for (name, value) in members {
        if name.is_empty() || name.chars().count() > 128 {
            reasons.push(format!("the variant name `{name}` does not have 1 to 128 characters"));
        } else if RESERVED_VARIANTS.contains(&name.as_str()) || is_born(name) {
            reasons.push(format!("the variant name `{name}` is reserved"));
        }
        if let Err(reason) = representable(value, 0) {
            reasons.push(format!("the value of the variant `{name}` {reason}"));
        } else if matches!(value, Json::List(_)) {
            reasons
                .push(format!("the variant `{name}` is a list; a value is a boolean, text, number or table"));
        } else if let Some((first, other)) = members.first()
            && std::mem::discriminant(other) != std::mem::discriminant(value)
        {
            reasons.push(format!("the variants `{first}` and `{name}` have values of different types"));
        }
    }
    members.clone()
}

/// Whether TOML and every JSON reader keep a value as it is.
fn representable(value: &Json, depth: usize) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Err("nests too deeply".to_owned());
    }
    match value {
        Json::Null => Err("is or holds null, which TOML does not have".to_owned()),
        Json::Number(number) if number.exact().is_none() => Err("holds a number beyond 2^53-1".to_owned()),
        Json::Bool(_) | Json::Number(_) | Json::Text(_) => Ok(()),
        Json::List(items) => items.iter().try_for_each(|item| representable(item, depth + 1)),
        Json::Object(members) => members.iter().try_for_each(|(_, item)| representable(item, depth + 1)),
    }
}

fn default_variant(flag: &Json, variants: &[(String, Json)], reasons: &mut Vec<String>) -> Option<String> {
    match flag.get("defaultVariant") {
        None | Some(Json::Null) => {
            reasons.push(
                "it has no `defaultVariant`: callers fall back to the default of their own code".to_owned(),
            );
            None
        }
        Some(Json::Text(name)) if variants.iter().any(|(variant, _)| variant == name) => Some(name.clone()),
        Some(other) => {
            reasons.push(format!("its `defaultVariant` {other} is not one of its variants"));
            None
        }
    }
}

/// The shared rules of a document, put in place of `{"$ref": NAME}`.
struct Evaluators<'j> {
    rules: BTreeMap<&'j str, &'j Json>,
    /// How many values references have put in place.
    nodes: usize,
}

impl<'j> Evaluators<'j> {
    fn new(written: Option<&'j Json>) -> Self {
        let Some(Json::Object(members)) = written else { return Self { rules: BTreeMap::new(), nodes: 0 } };
        Self { rules: members.iter().map(|(name, rule)| (name.as_str(), rule)).collect(), nodes: 0 }
    }

    fn resolve(&mut self, logic: &Json) -> Result<Json, String> {
        match logic {
            Json::Object(members) => match members.as_slice() {
                [(operator, Json::Text(name))] if operator == "$ref" => self.referred(name),
                members => members
                    .iter()
                    .map(|(name, value)| Ok((name.clone(), self.resolve(value)?)))
                    .collect::<Result<_, String>>()
                    .map(Json::Object),
            },
            Json::List(items) => {
                items.iter().map(|item| self.resolve(item)).collect::<Result<_, _>>().map(Json::List)
            }
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) => Ok(logic.clone()),
        }
    }

    fn referred(&mut self, name: &str) -> Result<Json, String> {
        let rule = *self.rules.get(name).ok_or_else(|| format!("there is no shared evaluator `{name}`"))?;
        if has_reference(rule) {
            return Err(format!(
                "the shared evaluator `{name}` uses others, which flagd's SDKs read differently"
            ));
        }
        if let Some(name) = rule.repeated() {
            return Err(format!("`{name}` stands twice in one object of a shared evaluator"));
        }
        self.nodes += nodes(rule);
        if self.nodes > MAX_NODES {
            return Err("the document's shared evaluators are used too often to be written out".to_owned());
        }
        Ok(rule.clone())
    }
}

fn has_reference(logic: &Json) -> bool {
    match logic {
        Json::Object(members) => members.iter().any(|(name, value)| name == "$ref" || has_reference(value)),
        Json::List(items) => items.iter().any(has_reference),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) => false,
    }
}

fn nodes(logic: &Json) -> usize {
    match logic {
        Json::Object(members) => members.iter().map(|(_, value)| nodes(value)).sum::<usize>() + 1,
        Json::List(items) => items.iter().map(nodes).sum::<usize>() + 1,
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) => 1,
    }
}
