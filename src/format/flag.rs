//! A flag's file.

use std::fmt;

use ecow::EcoString;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use super::{ConditionTable, Date, Entries, Instant, Name, OneOrMany};
use crate::source::Spanned;

/// A feature flag.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "flag")]
pub struct FlagFile {
    /// What it switches, in a sentence that a newcomer understands.
    #[schemars(required)]
    pub description: Option<Spanned<Name>>,
    /// What it is for.
    #[schemars(required)]
    pub kind: Option<FlagKind>,
    /// Who answers for it.
    #[schemars(required)]
    pub owner: Option<Spanned<Name>>,
    /// When it was made; otherwise the commit that added it says.
    pub created: Option<Spanned<Date>>,
    /// The last day on which it should be needed.
    pub expires: Option<Spanned<Date>>,
    /// Where to read more.
    #[serde(default)]
    pub links: Vec<Spanned<Name>>,
    /// Why it may stay for ever; exempts it from staleness.
    #[schemars(regex(pattern = "\\S"))]
    pub permanent: Option<Spanned<Name>>,
    /// Delays its staleness.
    pub snooze: Option<SnoozeTable>,
    /// Keys it bore before, so that history can follow it.
    #[serde(default)]
    pub previous_keys: Vec<Spanned<Name>>,
    /// `false` is the kill switch: everyone gets `off_variant`, and nothing else of the flag is read.
    pub enabled: Option<Spanned<bool>>,
    /// What is served when no rule matches.
    #[schemars(required)]
    pub serve: Option<ServeText>,
    /// What a killed flag, an unmet requirement and an unidentified user get; the variant named `off` unless said.
    pub off_variant: Option<Spanned<Name>>,
    /// The attribute that identifies a user for splits; `[bucketing].by` unless said.
    pub bucket_by: Option<Spanned<Name>>,
    /// Flags that share a seed put the same users in the same buckets; the key unless said.
    #[schemars(regex(pattern = "^[\\x21-\\x7e]{1,128}$"))]
    pub seed: Option<Spanned<Name>>,
    /// The values it can have, all of one type; `on = true` and `off = false` unless said.
    #[serde(default)]
    #[schemars(schema_with = "variants_schema")]
    pub variants: Option<Entries<Spanned<VariantText>>>,
    /// Who gets something else; the first rule that matches decides.
    #[serde(default)]
    pub rules: Vec<Spanned<RuleTable>>,
    /// Changes of `serve` at given instants.
    #[serde(default)]
    pub schedule: Vec<Spanned<StepTable>>,
    /// What differs in an environment.
    #[serde(default)]
    pub environments: Entries<EnvironmentTable>,
    /// Flags that must serve one of the named variants to the same user; otherwise this one serves its `off_variant`.
    #[serde(default)]
    pub requires: Entries<OneOrMany<Spanned<Name>>>,
    /// The services that evaluate it, and which of their versions can serve which variant.
    #[serde(default)]
    pub services: Entries<Entries<OneOrMany<Spanned<Name>>>>,
    /// The flag's own tests.
    #[serde(default)]
    pub expect: Vec<Spanned<ExpectTable>>,
}

/// Plain keys of a flag that may not be names of variants: below `[variants]` they are slips, not variants.
pub const RESERVED_VARIANTS: [&str; 5] = ["serve", "seed", "off_variant", "bucket_by", "enabled"];

fn variants_schema(generator: &mut SchemaGenerator) -> Schema {
    let value = generator.subschema_for::<VariantText>();
    json_schema!({
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1000,
        "propertyNames": { "minLength": 1, "maxLength": 128, "not": { "enum": RESERVED_VARIANTS } },
        "additionalProperties": value
    })
}

/// What a flag is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum FlagKind {
    /// Brings a change to everybody, step by step.
    Release,
    /// Compares variants.
    Experiment,
    /// A switch for operations.
    Ops,
    /// Decides who may use something.
    Permission,
}

impl FlagKind {
    /// The word that stands in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Experiment => "experiment",
            Self::Ops => "ops",
            Self::Permission => "permission",
        }
    }
}

/// A delay of staleness, with its reason.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SnoozeTable {
    /// The last day of the delay.
    pub until: Spanned<Date>,
    /// Why.
    #[schemars(regex(pattern = "\\S"))]
    pub reason: Spanned<Name>,
}

/// What differs in one environment. An environment that says nothing takes the flag's own.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct EnvironmentTable {
    /// `false` kills the flag here.
    pub enabled: Option<Spanned<bool>>,
    /// Replaces the flag's own `serve` and, with it, its schedule.
    pub serve: Option<ServeText>,
    /// Replaces all of the flag's own rules.
    pub rules: Option<Vec<Spanned<RuleTable>>>,
    /// Replaces the flag's own schedule.
    pub schedule: Option<Vec<Spanned<StepTable>>>,
}

/// A rule: who gets what.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct RuleTable {
    /// A name for people, shown wherever the rule is spoken of.
    pub name: Option<Spanned<Name>>,
    /// Who it is for; everybody where it is left out.
    #[serde(rename = "if")]
    pub condition: Option<Spanned<ConditionTable>>,
    /// What they get.
    #[schemars(required)]
    pub serve: Option<ServeText>,
}

/// A step of a schedule.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct StepTable {
    /// From when on, with an offset, in whole seconds.
    #[schemars(required)]
    pub at: Option<Spanned<Instant>>,
    /// What replaces the environment's `serve`.
    #[schemars(required)]
    pub serve: Option<ServeText>,
}

/// A test: what somebody must get.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ExpectTable {
    /// Where.
    #[schemars(required)]
    pub environment: Option<Spanned<Name>>,
    /// The evaluation context.
    #[serde(default)]
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub context: Entries<Spanned<VariantText>>,
    /// When; before every scheduled step where it is left out.
    pub at: Option<Spanned<Instant>>,
    /// The variant that must be served.
    #[schemars(required)]
    pub serve: Option<Spanned<Name>>,
}

/// The value of a variant, or of an attribute in a test: any JSON value.
#[derive(Clone, Debug, PartialEq)]
pub struct VariantText(pub serde_json::Value);

impl<'de> Deserialize<'de> for VariantText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde_json::Value::deserialize(deserializer).map(Self)
    }
}

impl JsonSchema for VariantText {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "VariantValue".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["boolean", "string", "number", "object"] })
    }
}

/// A variant, or a split in percent.
#[derive(Clone, Debug, PartialEq)]
pub enum ServeText {
    /// `serve = "on"`.
    Variant(Spanned<EcoString>),
    /// `serve = { on = 5 }`.
    Split(Spanned<Vec<(Spanned<Name>, Spanned<f64>)>>),
}

impl<'de> Deserialize<'de> for ServeText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        enum Inner {
            Variant(EcoString),
            Split(Vec<(Spanned<Name>, Spanned<f64>)>),
        }

        struct InnerVisitor;

        impl<'de> Visitor<'de> for InnerVisitor {
            type Value = Inner;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a variant or a split in percent")
            }

            fn visit_str<E>(self, text: &str) -> Result<Inner, E> {
                Ok(Inner::Variant(EcoString::from(text)))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Inner, A::Error> {
                let mut shares = Vec::with_capacity(map.size_hint().unwrap_or_default());
                while let Some(share) = map.next_entry()? {
                    shares.push(share);
                }
                Ok(Inner::Split(shares))
            }
        }

        impl<'de> Deserialize<'de> for Inner {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(InnerVisitor)
            }
        }

        let Spanned { value, span } = Spanned::<Inner>::deserialize(deserializer)?;
        Ok(match value {
            Inner::Variant(variant) => Self::Variant(Spanned::new(variant, span)),
            Inner::Split(shares) => Self::Split(Spanned::new(shares, span)),
        })
    }
}

impl JsonSchema for ServeText {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Serve".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A variant, or a split in percent such as `{ on = 25 }`; what is left of 100 goes to `off_variant`.",
            "anyOf": [
                { "type": "string", "minLength": 1 },
                {
                    "type": "object",
                    "minProperties": 1,
                    "additionalProperties": { "type": "number", "minimum": 0, "maximum": 100 }
                }
            ]
        })
    }
}
