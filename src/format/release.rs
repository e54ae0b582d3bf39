//! A release unit's file: flags that go together or not at all.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Name;
use crate::source::Spanned;

/// Flags that go together or not at all.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "release")]
pub struct ReleaseFile {
    /// What is released.
    #[schemars(required)]
    pub description: Option<Spanned<Name>>,
    /// Who answers for it.
    #[schemars(required)]
    pub owner: Option<Spanned<Name>>,
    /// The flags; each writes the same seed.
    #[schemars(required, length(min = 1))]
    pub flags: Option<Vec<Spanned<Name>>>,
    /// The seed that its flags share; the release's name unless said.
    #[schemars(regex(pattern = "^[\\x21-\\x7e]{1,128}$"))]
    pub seed: Option<Spanned<Name>>,
}
