//! `flagc.toml`: the environments, the evaluation context, the defaults of the workspace.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Age, Days, Entries, Name, PolicyTable};
use crate::source::Spanned;

/// The workspace: environments, evaluation context, bucketing, kinds of flags and lint levels.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "flagc.toml")]
pub struct WorkspaceFile {
    /// The name of the project; it stands in every bundle, and a reader refuses another project's.
    #[schemars(regex(pattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"))]
    #[schemars(required)]
    pub project: Option<Spanned<Name>>,
    /// Where the repository lives; recorded in bundles, never taken from the Git remote.
    pub repository: Option<Spanned<Name>>,
    /// The environments in promotion order: what reaches the last has passed the ones before it.
    #[schemars(required, length(min = 1))]
    pub environments: Option<Vec<EnvironmentEntry>>,
    /// The evaluation context: the attributes that rules may read, one contract for every service.
    #[serde(default)]
    pub context: Entries<AttributeTable>,
    /// How users are divided into buckets for percentage rollouts.
    pub bucketing: Option<BucketingTable>,
    /// What is expected of each kind of flag.
    #[serde(default)]
    pub kinds: KindsTable,
    /// What is expected of flags that are done.
    #[serde(default)]
    pub stale: StaleTable,
    /// Who may own flags, besides those whom `CODEOWNERS` names.
    #[serde(default)]
    pub owners: Entries<OwnerTable>,
    /// How what is live is judged.
    #[serde(default)]
    pub deployments: DeploymentsTable,
    /// How far reports on the code of other repositories are believed.
    #[serde(default)]
    pub references: ReferencesTable,
    /// The level of a rule or of a group of rules: `allow`, `warn` or `error`.
    #[serde(default)]
    pub lints: Entries<Spanned<LintLevel>>,
    /// What changes must keep to.
    #[serde(default)]
    pub policy: Vec<PolicyTable>,
}

/// An environment.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct EnvironmentEntry {
    /// Its name.
    #[schemars(regex(pattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"))]
    pub name: Spanned<Name>,
    /// Whether mistakes here hurt people: reviews and reports treat it with more care.
    #[serde(default)]
    pub critical: bool,
    /// Names it bore before, so that history can follow it.
    #[serde(default)]
    pub renamed_from: Vec<Spanned<Name>>,
}

/// An attribute of the evaluation context.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct AttributeTable {
    /// The type of its values.
    #[serde(rename = "type")]
    pub kind: AttributeType,
    /// What it means and who fills it.
    pub description: Option<Spanned<Name>>,
    /// The closed set of its values; a rule that asks for another one is an error.
    #[schemars(length(min = 1))]
    pub values: Option<Vec<Spanned<Name>>>,
    /// A promise that its values are plain ASCII, so that all SDKs hash them alike.
    #[serde(default)]
    pub ascii: bool,
}

/// The type of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum AttributeType {
    /// Text.
    String,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// A semantic version, with an optional leading `v`; minor and patch may be missing.
    Version,
    /// A list of strings.
    List,
}

impl AttributeType {
    /// The word that stands in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Version => "version",
            Self::List => "list",
        }
    }

    /// With its article, for messages.
    pub fn describe(self) -> &'static str {
        match self {
            Self::String => "a string",
            Self::Boolean => "a boolean",
            Self::Integer => "an integer",
            Self::Number => "a number",
            Self::Version => "a version",
            Self::List => "a list",
        }
    }
}

/// How users are divided into buckets.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct BucketingTable {
    /// The attribute that identifies a user; `targetingKey` unless said otherwise.
    pub by: Option<Spanned<Name>>,
    /// The generation of flagd's `fractional` hash that the services' SDKs run: 2 unless said otherwise.
    pub generation: Option<Spanned<Generation>>,
}

/// A generation of flagd's `fractional` hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Generation {
    /// MurmurHash3 over UTF-8.
    Two,
    /// MurmurHash3 over deterministic CBOR.
    Three,
}

impl Generation {
    /// The number that stands in files and bundles.
    pub fn number(self) -> u8 {
        match self {
            Self::Two => 2,
            Self::Three => 3,
        }
    }
}

impl<'de> Deserialize<'de> for Generation {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u8::deserialize(deserializer)? {
            2 => Ok(Self::Two),
            3 => Ok(Self::Three),
            _ => Err(serde::de::Error::custom("expected 2 or 3")),
        }
    }
}

impl JsonSchema for Generation {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Generation".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "enum": [2, 3] })
    }
}

/// What is expected of each kind of flag.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct KindsTable {
    /// Flags that bring a change to everybody, step by step; 60 days unless said otherwise.
    pub release: Option<KindTable>,
    /// Flags that compare variants; 60 days unless said otherwise.
    pub experiment: Option<KindTable>,
    /// Switches for operations; no limit unless said otherwise.
    pub ops: Option<KindTable>,
    /// Flags that decide who may use something; no limit unless said otherwise.
    pub permission: Option<KindTable>,
}

/// What is expected of one kind of flag.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct KindTable {
    /// How old a flag of this kind may become, in days.
    pub max_age: Option<Spanned<Days>>,
    /// How long everybody may get one and the same variant before the flag counts as launched, in days: 30 for release
    /// and experiment flags unless said otherwise.
    pub launched_after: Option<Spanned<Days>>,
    /// How long everybody may get the off variant before the flag counts as abandoned, in days: 30 for release and
    /// experiment flags unless said otherwise.
    pub abandoned_after: Option<Spanned<Days>>,
    /// How long a flag of this kind may stay as it is before somebody should look at it, in days.
    pub review_every: Option<Spanned<Days>>,
}

/// What is expected of flags that are done.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct StaleTable {
    /// So many days before a flag becomes stale, `check` begins to warn of it: 14 unless said otherwise.
    pub due_within: Option<Spanned<Days>>,
    /// How many stale flags each owner may have; `default` is for those who are not named.
    #[serde(default)]
    pub budget: Entries<Spanned<u32>>,
}

/// Somebody who may own flags.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct OwnerTable {
    /// Where they can be reached.
    pub contact: Option<Spanned<Name>>,
    /// What they are called elsewhere, such as `@acme/checkout`.
    #[serde(default)]
    pub aliases: Vec<Spanned<Name>>,
}

/// How what `deployments/` records is judged.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct DeploymentsTable {
    /// How old a record of what is live may be and still be believed, such as `30m`, `12h` or `7d`; any age unless said
    /// otherwise.
    pub max_age: Option<Spanned<Age>>,
}

/// How far reports of `flagc refs` on the code of other repositories are believed.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ReferencesTable {
    /// How long ago the code of a report may have been committed, in days: 14 unless said otherwise.
    pub max_age: Option<Spanned<Days>>,
}

/// The level of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum LintLevel {
    /// Not reported.
    Allow,
    /// Reported as a warning.
    Warn,
    /// Reported as an error.
    Error,
}
