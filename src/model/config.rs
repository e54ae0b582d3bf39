//! The workspace's own settings.

use ecow::EcoString;

use super::{Kinds, StalePolicy};
use crate::format::{Age, AttributeType, ChangeClass, Days, Generation, LintLevel, Text};
use crate::source::{FileId, Span, Spanned};

/// OpenFeature's own attribute for the user's identity. It need not be declared: then it is a string.
pub const TARGETING_KEY: &str = "targetingKey";

/// The default of [`Config::max_report_age`].
pub const MAX_REPORT_AGE: Days = Days(14);

/// An environment, by its position in promotion order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnvironmentId(pub u16);

/// An attribute of the evaluation context, by its position in the declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttributeId(pub u16);

/// What `flagc.toml` says.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file.
    pub file: FileId,
    /// The name of the project.
    pub project: EcoString,
    /// Where the repository lives, if the workspace says.
    pub repository: Option<EcoString>,
    /// In promotion order.
    pub environments: Vec<Environment>,
    /// The evaluation context; `targetingKey` is always in it.
    pub context: Vec<Attribute>,
    /// The defaults for splits.
    pub bucketing: Bucketing,
    /// What is expected of the kinds of flags.
    pub kinds: Kinds,
    /// What is expected of flags that are done.
    pub stale: StalePolicy,
    /// Who may own flags, by name and by what they are called elsewhere.
    pub owners: Vec<EcoString>,
    /// How old a record of what is live may be and still be believed; any age if the workspace says nothing.
    pub max_fact_age: Option<Spanned<Age>>,
    /// How long ago the code may have been committed that a report on references speaks of.
    pub max_report_age: Days,
    /// What changes must keep to.
    pub policies: Vec<Policy>,
    /// Levels by rule or group, as written.
    pub lints: Vec<(Text, LintLevel)>,
}

/// An environment.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Its name.
    pub name: Text,
    /// Whether mistakes here hurt people.
    pub critical: bool,
    /// Names it bore before.
    pub renamed_from: Vec<Text>,
}

/// An attribute of the evaluation context.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its name, and where it is declared.
    pub name: Text,
    /// The type of its values.
    pub kind: AttributeType,
    /// The closed set of values, in the order of the file.
    pub values: Option<Vec<EcoString>>,
    /// Whether its values are promised to be ASCII.
    pub ascii: bool,
}

/// How users are divided into buckets unless a flag says otherwise.
#[derive(Clone, Copy, Debug)]
pub struct Bucketing {
    /// The attribute that identifies a user.
    pub by: AttributeId,
    /// Where that is said, if it is.
    pub span: Span,
    /// The generation of flagd's `fractional` hash.
    pub generation: Generation,
}

/// What changes must keep to.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Its name, and where it stands.
    pub name: Text,
    /// The environments it is about; all where none is named.
    pub environments: Vec<Text>,
    /// The classes it is about; all where none is named.
    pub classes: Vec<ChangeClass>,
    /// How many percentage points a variant may grow for any group of users.
    pub max_step: Option<f64>,
    /// Whether the flag's owner must approve.
    pub owners: bool,
    /// Whether such changes go through at once.
    pub allow: bool,
}

impl Policy {
    /// Whether two policies differ in nothing but their place.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let names =
            |policy: &Self| policy.environments.iter().map(|name| name.value.clone()).collect::<Vec<_>>();
        self.name.value == other.name.value
            && names(self) == names(other)
            && self.classes == other.classes
            && self.max_step == other.max_step
            && (self.owners, self.allow) == (other.owners, other.allow)
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            file: FileId(0),
            project: EcoString::new(),
            repository: None,
            environments: Vec::new(),
            context: Vec::new(),
            bucketing: Bucketing { by: AttributeId(0), span: Span::default(), generation: Generation::Two },
            kinds: Kinds::default(),
            stale: StalePolicy::default(),
            owners: Vec::new(),
            max_fact_age: None,
            max_report_age: MAX_REPORT_AGE,
            policies: Vec::new(),
            lints: Vec::new(),
        }
    }
}

impl Config {
    /// The id of the environment with this name.
    pub fn environment_id(&self, name: &str) -> Option<EnvironmentId> {
        let index = self.environments.iter().position(|environment| environment.name.value == name)?;
        u16::try_from(index).ok().map(EnvironmentId)
    }

    /// All environments with their ids, in promotion order.
    pub fn environment_ids(&self) -> impl Iterator<Item = EnvironmentId> + use<> {
        (0..u16::try_from(self.environments.len()).unwrap_or(u16::MAX)).map(EnvironmentId)
    }

    /// The environment behind an id.
    pub fn environment(&self, id: EnvironmentId) -> &Environment {
        &self.environments[usize::from(id.0)]
    }

    /// The id of the attribute with this name.
    pub fn attribute_id(&self, name: &str) -> Option<AttributeId> {
        let index = self.context.iter().position(|attribute| attribute.name.value == name)?;
        u16::try_from(index).ok().map(AttributeId)
    }

    /// The attribute behind an id.
    pub fn attribute(&self, id: AttributeId) -> &Attribute {
        &self.context[usize::from(id.0)]
    }
}
