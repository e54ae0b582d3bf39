//! The head: which bundle is current. It is signed apart from the bundle, so that a bundle stays reproducible and the key
//! for heads can be online.

use serde::{Deserialize, Serialize};

use super::PayloadError;
use crate::json;

/// The largest head that is read, in bytes.
const MAX_HEAD_BYTES: usize = 1 << 16;

/// What a head says. Fields stand in the order in which they are written.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The bundle that is current.
    pub bundle: HeadBundle,
    /// The environment.
    pub environment: String,
    /// The trust file's epoch that the head was written for.
    pub epoch: u64,
    /// When it ceases to count, in seconds since 1970-01-01 UTC.
    pub expires_at: i64,
    /// When it was written, in seconds since 1970-01-01 UTC.
    pub issued_at: i64,
    /// The project.
    pub project: String,
    /// Strictly increases with every head of an epoch.
    pub version: u64,
}

/// The bundle that a head points at. The path follows from the digest.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct HeadBundle {
    /// The bundle's serial.
    pub serial: u64,
    /// Hex SHA-256 of the envelope's bytes.
    pub sha256: String,
    /// The length of the envelope in bytes.
    pub size: u64,
}

impl Head {
    /// Reads a head's payload. Nothing is verified.
    pub fn from_payload(payload: &[u8]) -> Result<Self, PayloadError> {
        let value = json::value(payload, MAX_HEAD_BYTES)?;
        Self::deserialize(value).map_err(|error| PayloadError::Malformed(error.to_string()))
    }

    /// The head as a payload: canonical JSON.
    pub fn to_payload(&self) -> Vec<u8> {
        // Numbers and texts always serialise.
        serde_json::to_vec(self).unwrap_or_default()
    }
}
