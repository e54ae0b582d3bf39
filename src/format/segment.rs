//! A segment's file: a condition with a name, for rules to share.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{ConditionTable, Name};
use crate::source::Spanned;

/// A group of users that rules can name.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "segment")]
pub struct SegmentFile {
    /// Who they are.
    pub description: Spanned<Name>,
    /// Who answers for it.
    pub owner: Spanned<Name>,
    /// Who belongs to it; it may use other segments.
    #[serde(rename = "if")]
    pub condition: Spanned<ConditionTable>,
}
