//! JSON from strangers: limits that hold before anything is parsed, and a reading that refuses duplicate keys.

mod strict;

use serde_json::Value;
use thiserror::Error;

/// The largest document that is read, in bytes.
pub const MAX_DOCUMENT_BYTES: usize = 16 << 20;

/// The deepest nesting of lists and objects that is read.
pub const MAX_DEPTH: usize = 128;

/// Why bytes were not read as JSON.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonError {
    /// More bytes than the limit.
    #[error("{length} bytes are more than the limit of {limit}")]
    TooLarge {
        /// The length in bytes.
        length: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// Lists and objects nested too deeply; counted before parsing, so that no stack is at risk.
    #[error("nested deeper than {MAX_DEPTH} levels at byte {offset}")]
    TooDeep {
        /// Where the first bracket too many stands.
        offset: usize,
    },
    /// No well-formed JSON, or, where that is asked for, an object with the same key twice.
    #[error("{0}")]
    Malformed(String),
}

/// Checks length and nesting.
pub(crate) fn check_limits(bytes: &[u8], limit: usize) -> Result<(), JsonError> {
    if bytes.len() > limit {
        return Err(JsonError::TooLarge { length: bytes.len(), limit });
    }
    check_depth(bytes)
}

fn check_depth(bytes: &[u8]) -> Result<(), JsonError> {
    let mut depth = 0_usize;
    let mut in_text = false;
    let mut escaped = false;
    for (offset, byte) in bytes.iter().enumerate() {
        if in_text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'[' | b'{' => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(JsonError::TooDeep { offset });
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

/// Reads JSON; of a key that stands twice in an object the last counts, as in flagd's SDKs.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value, JsonError> {
    check_limits(bytes, MAX_DOCUMENT_BYTES)?;
    serde_json::from_slice(bytes).map_err(|error| JsonError::Malformed(error.to_string()))
}

/// Reads JSON and refuses an object that has the same key twice.
pub(crate) fn parse_strict(bytes: &[u8], limit: usize) -> Result<Value, JsonError> {
    check_limits(bytes, limit)?;
    let value: strict::Strict =
        serde_json::from_slice(bytes).map_err(|error| JsonError::Malformed(error.to_string()))?;
    Ok(value.0)
}
