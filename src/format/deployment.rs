//! What is live in an environment, as the delivery pipeline records it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Instant, Name};
use crate::source::Spanned;

/// Every instance group that is live in one environment.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "deployment")]
pub struct DeploymentFile {
    /// When this was true.
    #[schemars(required)]
    pub recorded_at: Option<Spanned<Instant>>,
    /// What is live; during a rolling deploy two versions of a service are.
    #[serde(default)]
    pub live: Vec<Spanned<LiveEntry>>,
}

/// A version of a service that is live.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct LiveEntry {
    /// The service.
    pub service: Spanned<Name>,
    /// Its version: semantic, or any label.
    #[schemars(regex(pattern = r"^$|\S"))]
    pub version: Spanned<Name>,
    /// What it was built with: `"<flag>:<variant>"`.
    #[serde(default)]
    pub capabilities: Vec<Spanned<Name>>,
    /// Which of several groups of instances.
    pub instance: Option<Spanned<Name>>,
}
