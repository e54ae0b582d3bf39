//! The types of attributes: declared in `flagc.toml`, or told by how the document uses them; and what a question means
//! once the type is known.
//!
//! JSONLogic converts what it compares. For a missing attribute the written condition answers exactly as flagd does:
//! `null` counts as 0 in flagd's comparisons of order, and equals 0 and false, so those get an `exists = false` beside them.
//! For a value of another type than the declared one, a converting comparison may match in flagd and never does here;
//! a note says so for every attribute that is compared that way.

use std::collections::{BTreeMap, BTreeSet};

use super::condition::{Ask, Bounds, Condition, Question, Scalar};
use super::settings::Settings;
use crate::format::AttributeType;

/// A matcher of this format.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Match {
    pub(super) attribute: String,
    pub(super) matcher: Matcher,
}

/// What a matcher asks.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Matcher {
    Values(Vec<Scalar>),
    Ranges(Vec<String>),
    Within(Bounds),
    StartsWith(Vec<String>),
    EndsWith(Vec<String>),
    Contains(Vec<String>),
    Exists(bool),
}

/// What a use of an attribute tells about its type.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Evidence {
    /// Nothing.
    Open,
    /// A text, or a list of texts.
    TextOrList,
    Firm(AttributeType),
}

/// The attributes that are known, and what is only assumed.
#[derive(Debug, Default)]
pub(super) struct Types {
    known: BTreeMap<String, AttributeType>,
    /// Declared in `flagc.toml` already.
    declared: BTreeSet<String>,
    /// The closed sets of values.
    values: BTreeMap<String, Vec<String>>,
    /// Taken for a string although a list of strings is possible.
    assumed: BTreeSet<String>,
}

impl Types {
    /// Begins with what `flagc.toml` declares.
    pub(super) fn new(settings: &Settings) -> Self {
        let mut known = settings.attributes.clone();
        // OpenFeature's own: a string without anybody saying so.
        known.entry("targetingKey".to_owned()).or_insert(AttributeType::String);
        Self {
            known,
            declared: settings.attributes.keys().cloned().collect(),
            values: settings.values.clone(),
            assumed: BTreeSet::new(),
        }
    }

    /// Learns from conditions in the order of the document: the first firm use of an attribute decides.
    pub(super) fn learn<'c>(&mut self, conditions: impl IntoIterator<Item = &'c Condition<Ask>>) {
        let mut best: BTreeMap<String, Evidence> = BTreeMap::new();
        for condition in conditions {
            condition.visit(&mut |ask| {
                let Ask::Attribute(name, question) = ask else { return };
                let Some(evidence) = evidence(question) else { return };
                let known = best.entry(name.clone()).or_insert(evidence);
                if !matches!(known, Evidence::Firm(_)) {
                    *known = (*known).max(evidence);
                }
            });
        }
        for (name, evidence) in best {
            if self.known.contains_key(&name) {
                continue;
            }
            if evidence == Evidence::TextOrList {
                self.assumed.insert(name.clone());
            }
            let kind = match evidence {
                Evidence::Firm(kind) => kind,
                Evidence::TextOrList | Evidence::Open => AttributeType::String,
            };
            self.known.insert(name, kind);
        }
    }

    /// An attribute that identifies users, which must be a string or an integer; new ones are strings.
    pub(super) fn identity(&mut self, name: &str) -> Result<(), String> {
        let kind = *self.known.entry(name.to_owned()).or_insert(AttributeType::String);
        match kind {
            AttributeType::String | AttributeType::Integer => Ok(()),
            AttributeType::Boolean | AttributeType::Number | AttributeType::Version | AttributeType::List => {
                Err(format!("users are divided by `{name}`, which is {}", kind.describe()))
            }
        }
    }

    /// The type of an attribute that `flagc.toml` does not declare yet.
    pub(super) fn undeclared(&self, name: &str) -> Option<AttributeType> {
        if self.declared.contains(name) { None } else { self.known.get(name).copied() }
    }

    /// The condition in this format's matchers; `notes` hears what differs for contexts that break the contract.
    pub(super) fn condition(
        &self,
        condition: &Condition<Ask>,
        notes: &mut BTreeSet<String>,
    ) -> Result<Condition<Match>, String> {
        let mut parts = |parts: &[Condition<Ask>]| -> Result<Vec<Condition<Match>>, String> {
            parts.iter().map(|part| self.condition(part, notes)).collect()
        };
        match condition {
            Condition::Constant(value) => Ok(Condition::Constant(*value)),
            Condition::All(inner) => parts(inner).map(Condition::all),
            Condition::Any(inner) => parts(inner).map(Condition::any),
            Condition::Not(inner) => self.condition(inner, notes).map(Condition::negate),
            Condition::Leaf(Ask::Time(_)) => {
                Err("a rule depends on the time, and rules about users stand behind it".to_owned())
            }
            Condition::Leaf(Ask::Attribute(name, question)) => self.question(name, question, notes),
        }
    }

    fn question(
        &self,
        name: &str,
        question: &Question,
        notes: &mut BTreeSet<String>,
    ) -> Result<Condition<Match>, String> {
        let Some(kind) = self.known.get(name).copied() else {
            return Err(format!(
                "whether `{name}` counts as true depends on its type, which nothing here tells: declare it"
            ));
        };
        let leaf = |matcher| Condition::Leaf(Match { attribute: name.to_owned(), matcher });
        let (matcher, missing_too) = matcher(name, kind, question)?;
        if let (Matcher::Values(values), Some(known)) = (&matcher, self.values.get(name)) {
            let is_known = |value: &&Scalar| match value {
                Scalar::Text(text) => known.contains(text),
                Scalar::Boolean(_) | Scalar::Number(_) => true,
            };
            if let Some(other) = values.iter().find(|value| !is_known(value)) {
                return Err(format!("{} is not among the `values` of `{name}`", spelled(other)));
            }
        }
        if converts(question) {
            notes.insert(format!(
                "`{name}` is read as {}: another type of value never matches",
                kind.describe()
            ));
        }
        if self.assumed.contains(name) && matches!(question, Question::Contains(_)) {
            notes.insert(format!(
                "`{name}` is taken for a string; if it is a list, declare it before importing"
            ));
        }
        if missing_too {
            let missing = leaf(Matcher::Exists(false));
            notes
                .insert(format!("a missing `{name}` counts as {} in flagd, and so it does here", zero(kind)));
            return Ok(Condition::any([leaf(matcher), missing]));
        }
        Ok(leaf(matcher))
    }
}

fn zero(kind: AttributeType) -> &'static str {
    if kind == AttributeType::Boolean { "false" } else { "0" }
}

/// Whether JSONLogic converts a value of another type before it answers.
fn converts(question: &Question) -> bool {
    match question {
        Question::Equal { loose, .. } => *loose,
        Question::Contains(_) | Question::Within(_) | Question::Version(_) | Question::Truth => true,
        Question::OneOf(_)
        | Question::Missing { .. }
        | Question::HasItem(_)
        | Question::StartsWith(_)
        | Question::EndsWith(_) => false,
    }
}

fn evidence(question: &Question) -> Option<Evidence> {
    Some(match question {
        Question::Equal { value, .. } => Evidence::Firm(type_of(value)),
        Question::OneOf(values) => {
            values.first().map_or(Evidence::Open, |value| Evidence::Firm(type_of(value)))
        }
        Question::Missing { .. } => Evidence::Open,
        Question::Contains(_) => Evidence::TextOrList,
        Question::HasItem(_) => Evidence::Firm(AttributeType::List),
        Question::Within(_) => Evidence::Firm(AttributeType::Number),
        Question::StartsWith(_) | Question::EndsWith(_) => Evidence::Firm(AttributeType::String),
        Question::Version(_) => Evidence::Firm(AttributeType::Version),
        Question::Truth => return None,
    })
}

fn type_of(value: &Scalar) -> AttributeType {
    match value {
        Scalar::Text(_) => AttributeType::String,
        Scalar::Boolean(_) => AttributeType::Boolean,
        Scalar::Number(_) => AttributeType::Number,
    }
}

/// The matcher for a question, and whether a missing attribute matches too.
fn matcher(name: &str, kind: AttributeType, question: &Question) -> Result<(Matcher, bool), String> {
    use AttributeType::{Boolean, Integer, List, Number, String, Version};
    let misfit = |asked: &str| Err(format!("`{name}` is {}, and the targeting {asked}", kind.describe()));
    let plain = |matcher| Ok((matcher, false));
    match (question, kind) {
        (Question::Equal { value, loose }, _) if fits(value, kind) => {
            Ok((Matcher::Values(vec![value.clone()]), *loose && is_zero(value)))
        }
        (Question::Equal { value, .. }, _) => misfit(&format!("compares it with {}", spelled(value))),
        (Question::OneOf(values), _) => match values.iter().find(|value| !fits(value, kind)) {
            Some(value) => misfit(&format!("compares it with {}", spelled(value))),
            None => plain(Matcher::Values(values.clone())),
        },
        (Question::Missing { loose: true }, Number | Integer | Boolean) => {
            misfit(&format!("compares it with null, which `==` takes for {}", zero(kind)))
        }
        (Question::Missing { .. }, _) => plain(Matcher::Exists(false)),
        (Question::Contains(part), String) => plain(Matcher::Contains(vec![part.clone()])),
        (Question::Contains(part), List) => plain(Matcher::Values(vec![Scalar::Text(part.clone())])),
        (Question::Contains(_), _) => misfit("looks for a text in it"),
        (Question::HasItem(texts), List) => {
            plain(Matcher::Values(texts.iter().cloned().map(Scalar::Text).collect()))
        }
        (Question::HasItem(_), _) => misfit("looks for an item in it"),
        (Question::Within(bounds), Number | Integer) => Ok((Matcher::Within(*bounds), bounds.hold(0.0))),
        (Question::Within(_), _) => misfit("compares it with a number"),
        (Question::StartsWith(part), String) => plain(Matcher::StartsWith(vec![part.clone()])),
        (Question::EndsWith(part), String) => plain(Matcher::EndsWith(vec![part.clone()])),
        (Question::StartsWith(_) | Question::EndsWith(_), _) => misfit("asks how its text begins or ends"),
        (Question::Version(ranges), Version) => plain(Matcher::Ranges(ranges.clone())),
        (Question::Version(_), _) => misfit("compares it with a version"),
        (Question::Truth, Boolean) => plain(Matcher::Values(vec![Scalar::Boolean(true)])),
        (Question::Truth, _) => misfit("asks whether it counts as true"),
    }
}

/// Whether a value can be equal to an attribute of that type.
fn fits(value: &Scalar, kind: AttributeType) -> bool {
    match value {
        Scalar::Text(_) => kind == AttributeType::String,
        Scalar::Boolean(_) => kind == AttributeType::Boolean,
        Scalar::Number(value) => match kind {
            AttributeType::Number => true,
            AttributeType::Integer => value.fract() == 0.0,
            AttributeType::String | AttributeType::Boolean | AttributeType::Version | AttributeType::List => {
                false
            }
        },
    }
}

fn is_zero(value: &Scalar) -> bool {
    match value {
        Scalar::Number(value) => *value == 0.0,
        Scalar::Boolean(value) => !value,
        Scalar::Text(_) => false,
    }
}

fn spelled(value: &Scalar) -> String {
    match value {
        Scalar::Text(text) => format!("the text `{text}`"),
        Scalar::Boolean(value) => format!("`{value}`"),
        Scalar::Number(value) => format!("the number `{value}`"),
    }
}
