//! `[[policy]]`: what a change must keep to.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Name, OneOrMany};
use crate::source::Spanned;

/// What changes of a class must keep to, judged by `flagc diff --policy` on what users get.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PolicyTable {
    /// Its name, as reports cite it.
    pub name: Spanned<Name>,
    /// Which changes it is about; without it, all.
    #[serde(default)]
    pub when: PolicyWhen,
    /// No variant but the off variant may grow by more than this many percentage points, for any group of users.
    #[schemars(range(min = 0, max = 100))]
    pub max_step: Option<f64>,
    /// The owner of the flag must be among those whom `--approved-by` names.
    #[serde(default)]
    pub owners: bool,
    /// These changes go through at once, whatever the other policies ask.
    #[serde(default)]
    pub allow: bool,
}

/// Which changes a policy is about: all entries must fit.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PolicyWhen {
    /// An environment, or several.
    pub environment: Option<OneOrMany<Spanned<Name>>>,
    /// A class of changes, or several.
    pub change: Option<OneOrMany<ChangeClass>>,
}

/// What kind of change it is: judged by what changes for users, not by which lines were touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum ChangeClass {
    /// Everybody whom it concerns gets the off variant now.
    Kill,
    /// The same users are asked for, and none of them loses anything but the off variant.
    RampUp,
    /// The same users are asked for, and what part of them loses goes to the off variant.
    RampDown,
    /// Some users get what others of the same group lose: the buckets are others.
    Reshuffle,
    /// Other users get something, or they get something else.
    Retarget,
    /// The value of a variant is another.
    Revalue,
    /// The flag is new.
    New,
    /// There is no such flag any more.
    Removed,
    /// Nobody gets anything else; something else is said of the flag.
    Metadata,
}

impl ChangeClass {
    /// Its name in outputs and in policies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kill => "kill",
            Self::RampUp => "ramp-up",
            Self::RampDown => "ramp-down",
            Self::Reshuffle => "reshuffle",
            Self::Retarget => "retarget",
            Self::Revalue => "revalue",
            Self::New => "new",
            Self::Removed => "removed",
            Self::Metadata => "metadata",
        }
    }
}
