//! A segment's file: a condition with a name, for rules to share.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{ConditionTable, Name};
use crate::source::Spanned;

/// A group of users that rules can name.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "segment")]
pub struct SegmentFile {
    /// Who they are.
    #[schemars(required)]
    pub description: Option<Spanned<Name>>,
    /// Who answers for it.
    #[schemars(required)]
    pub owner: Option<Spanned<Name>>,
    /// Who belongs to it; it may use other segments.
    #[serde(rename = "if")]
    #[schemars(required)]
    pub condition: Option<Spanned<ConditionTable>>,
}
