//! Where a payload comes from: its top-level key `flagc`, which flagd's SDKs pass over.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use super::SCHEMA;
use crate::document;
use crate::json::{self, Duplicates, JsonError, MAX_DOCUMENT_BYTES};

/// Why a payload does not say where it comes from.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum PayloadError {
    /// No JSON, too large, nested too deeply, or an object with the same key twice.
    #[error("the payload is not readable: {0}")]
    Json(#[from] JsonError),
    /// No top-level object `flagc`.
    #[error("the payload has no `flagc` object that says where it comes from")]
    Missing,
    /// A schema that this version does not know.
    #[error("payload schema {0} is not supported (known: {SCHEMA})")]
    Schema(Value),
    /// A bucketing generation that this version does not know.
    #[error("bucketing generation {0} is not supported (known: 2, 3)")]
    Bucketing(Value),
    /// A key of `flagc` is missing or has the wrong type.
    #[error("the payload's `flagc` object is malformed: {0}")]
    Malformed(String),
}

/// What a payload says of itself. Fields stand in the order in which they are written.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Provenance {
    /// The bucketing generation: 2 or 3.
    pub bucketing: u64,
    /// Signed with a key made for trying things out; trusted by no other file than that key's own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dev: bool,
    /// The environment that the flags were compiled for.
    pub environment: String,
    /// The project whose workspace they come from.
    pub project: String,
    /// Releases by name.
    #[serde(default)]
    pub releases: BTreeMap<String, Value>,
    /// For each flag the first 16 hex digits of the SHA-256 of its compiled form.
    #[serde(default)]
    pub revs: BTreeMap<String, String>,
    /// The schema of the payload: [`SCHEMA`].
    pub schema: u64,
    /// Grows with every commit of the project's main line.
    pub serial: u64,
    /// The commit.
    pub source: Source,
    /// What wrote the payload.
    pub tool: Tool,
}

/// What a payload was compiled from.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Source {
    /// The commit's id in hex; none outside Git.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The commit's time, RFC 3339 in UTC; none outside Git.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit_time: Option<String>,
    /// Whether files differed from the commit.
    pub dirty: bool,
    /// `sha256:` and the digest over all files that were read.
    pub inputs: String,
    /// Where the repository is, as the workspace says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
}

/// A program and its version.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Tool {
    /// The program.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl Provenance {
    /// Reads the provenance of a payload's bytes. Nothing is verified: what is read here is a claim.
    pub fn from_payload(payload: &[u8]) -> Result<Self, PayloadError> {
        json::read(payload, MAX_DOCUMENT_BYTES, Duplicates::Refused, |reader| {
            Ok(Self::from_flagc(document::flagc(reader)?))
        })?
    }

    /// Reads the text of a payload's `flagc`, which is JSON without duplicate keys; `""` where there is none.
    pub(crate) fn from_flagc(text: &str) -> Result<Self, PayloadError> {
        if !text.starts_with('{') {
            return Err(PayloadError::Missing);
        }
        let read: Result<Self, _> = serde_json::from_str(text);
        if let Ok(provenance) = read
            && provenance.schema == SCHEMA
            && crate::Generation::from_number(provenance.bucketing).is_some()
        {
            return Ok(provenance);
        }
        Err(Self::refusal(text))
    }

    /// What is wrong with a `flagc`: first of all its schema, whatever else it says.
    fn refusal(text: &str) -> PayloadError {
        let flagc: Value = match serde_json::from_str(text) {
            Ok(flagc) => flagc,
            Err(error) => return PayloadError::Malformed(error.to_string()),
        };
        let number = |key: &str| flagc.get(key).cloned().unwrap_or(Value::Null);
        let (schema, bucketing) = (number("schema"), number("bucketing"));
        if schema.as_u64() != Some(SCHEMA) {
            return PayloadError::Schema(schema);
        }
        if bucketing.as_u64().and_then(crate::Generation::from_number).is_none() {
            return PayloadError::Bucketing(bucketing);
        }
        match Self::deserialize(flagc) {
            Ok(_) => PayloadError::Missing,
            Err(error) => PayloadError::Malformed(error.to_string()),
        }
    }
}
