//! A service's file.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Name;
use crate::source::Spanned;

/// A service that evaluates flags.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "service")]
pub struct ServiceFile {
    /// What it does.
    #[schemars(required)]
    pub description: Option<Spanned<Name>>,
    /// Who answers for it.
    #[schemars(required)]
    pub owner: Option<Spanned<Name>>,
    /// Where its source lives.
    pub repository: Option<Spanned<Name>>,
    /// Where its source lies inside this Git repository, relative to the workspace.
    #[serde(default)]
    pub code: Vec<Spanned<Name>>,
    /// The services it calls: the order of a coordinated release.
    #[serde(default)]
    pub calls: Vec<Spanned<Name>>,
    /// The attributes of the context that it hands over when it evaluates a flag: all of them, once the key is there.
    pub provides: Option<Spanned<Vec<Spanned<Name>>>>,
    /// The OpenFeature provider it uses and its version, such as `flagd-java 0.14.0`; where the provider asks a flagd daemon,
    /// that daemon: `flagd 0.16.1`. Names of package registries are known too: `@openfeature/flagd-provider 0.16.0`.
    #[schemars(regex(pattern = "^[A-Za-z@][A-Za-z0-9@/:._-]* v?[0-9][A-Za-z0-9.+-]*$"))]
    pub sdk: Option<Spanned<Name>>,
}
