//! Conditions as they are written: attributes are not looked up yet, so a matcher is only a shape.

use std::fmt;

use ecow::EcoString;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::{Name, OneOrMany};
use crate::source::Spanned;

/// An `if`: all of its entries must hold.
#[derive(Clone, Debug, PartialEq)]
pub struct ConditionTable(pub Vec<(Spanned<Name>, Entry)>);

/// One entry of a condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// `segment = "name"`, or a list: any of them.
    Segment(Vec<Spanned<Name>>),
    /// `any = [ {…}, {…} ]`.
    Any(Vec<Spanned<ConditionTable>>),
    /// `all = [ {…}, {…} ]`.
    All(Vec<Spanned<ConditionTable>>),
    /// `not = {…}`.
    Not(Box<Spanned<ConditionTable>>),
    /// An attribute and what it is compared with.
    Attribute(Spanned<MatcherText>),
}

/// What an attribute is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum MatcherText {
    /// `"DE"`, `true`, `18`.
    One(Scalar),
    /// `["DE", "AT"]`.
    Many(Vec<Spanned<Scalar>>),
    /// `{ gte = 18 }`, `{ starts_with = "…" }`, `{ exists = true }`.
    Table(MatcherTable),
}

/// A single value.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// Text.
    String(EcoString),
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction or an exponent.
    Float(f64),
}

/// A matcher with an operator. All that are given must hold; `exists` stands alone.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, inline, extend("minProperties" = 1))]
pub struct MatcherTable {
    /// Greater than.
    pub gt: Option<Spanned<f64>>,
    /// Greater than or equal.
    pub gte: Option<Spanned<f64>>,
    /// Less than.
    pub lt: Option<Spanned<f64>>,
    /// Less than or equal.
    pub lte: Option<Spanned<f64>>,
    /// Begins with it, or with one of them.
    pub starts_with: Option<OneOrMany<Spanned<Name>>>,
    /// Ends with it, or with one of them.
    pub ends_with: Option<OneOrMany<Spanned<Name>>>,
    /// Contains it, or one of them.
    pub contains: Option<OneOrMany<Spanned<Name>>>,
    /// Whether the attribute is there; null is missing.
    pub exists: Option<Spanned<bool>>,
}

impl<'de> Deserialize<'de> for ConditionTable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ConditionVisitor;

        impl<'de> Visitor<'de> for ConditionVisitor {
            type Value = ConditionTable;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a condition")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ConditionTable, A::Error> {
                let mut entries = Vec::with_capacity(map.size_hint().unwrap_or_default());
                while let Some(key) = map.next_key::<Spanned<Name>>()? {
                    let entry = match key.value.0.as_str() {
                        "segment" => Entry::Segment(map.next_value::<OneOrMany<_>>()?.0),
                        "any" => Entry::Any(map.next_value()?),
                        "all" => Entry::All(map.next_value()?),
                        "not" => Entry::Not(Box::new(map.next_value()?)),
                        _ => Entry::Attribute(map.next_value()?),
                    };
                    entries.push((key, entry));
                }
                Ok(ConditionTable(entries))
            }
        }

        deserializer.deserialize_map(ConditionVisitor)
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl Visitor<'_> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, a boolean or a number")
    }

    fn visit_str<E>(self, text: &str) -> Result<Scalar, E> {
        Ok(Scalar::String(EcoString::from(text)))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Scalar, E> {
        Ok(Scalar::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Scalar, E> {
        Ok(Scalar::Integer(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Scalar, E> {
        Ok(Scalar::Float(value))
    }
}

impl<'de> Deserialize<'de> for MatcherText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MatcherVisitor;

        impl<'de> Visitor<'de> for MatcherVisitor {
            type Value = MatcherText;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value, a list or a table with an operator")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<MatcherText, E> {
                ScalarVisitor.visit_str(text).map(MatcherText::One)
            }

            fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<MatcherText, E> {
                ScalarVisitor.visit_bool(value).map(MatcherText::One)
            }

            fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<MatcherText, E> {
                ScalarVisitor.visit_i64(value).map(MatcherText::One)
            }

            fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<MatcherText, E> {
                ScalarVisitor.visit_f64(value).map(MatcherText::One)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<MatcherText, A::Error> {
                let written = list.size_hint().unwrap_or_default();
                let mut values = Vec::with_capacity(written);
                while let Some(value) = list.next_element()? {
                    values.push(value);
                }
                match (values.is_empty(), written) {
                    (true, 0) => return Err(A::Error::custom("an empty list")),
                    // What stood in it was reported, each by itself.
                    (true, _) => return Err(A::Error::missing_field("value")),
                    (false, _) => {}
                }
                Ok(MatcherText::Many(values))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<MatcherText, A::Error> {
                let table = serde::de::value::MapAccessDeserializer::new(map);
                MatcherTable::deserialize(table).map(MatcherText::Table)
            }
        }

        deserializer.deserialize_any(MatcherVisitor)
    }
}

impl JsonSchema for ConditionTable {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Condition".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let condition = generator.subschema_for::<Self>();
        let matcher = generator.subschema_for::<MatcherText>();
        let segments = generator.subschema_for::<OneOrMany<Name>>();
        json_schema!({
            "description": "All entries must hold. A key is an attribute of the context, or one of `segment`, `any`, `all`, `not`.",
            "type": "object",
            "minProperties": 1,
            "properties": {
                "segment": segments,
                "any": {
                    "description": "At least one of them must hold.",
                    "type": "array", "minItems": 1, "items": condition
                },
                "all": { "description": "All of them must hold.", "type": "array", "minItems": 1, "items": condition },
                "not": condition,
            },
            "additionalProperties": matcher
        })
    }
}

impl JsonSchema for MatcherText {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Matcher".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let table = generator.subschema_for::<MatcherTable>();
        json_schema!({
            "description": "A value, a list of values, or a table with an operator.",
            "anyOf": [
                { "type": ["string", "boolean", "number"] },
                { "type": "array", "minItems": 1, "items": { "type": ["string", "boolean", "number"] } },
                table,
            ]
        })
    }
}
