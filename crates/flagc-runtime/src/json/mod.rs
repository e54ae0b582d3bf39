//! JSON from strangers: limits that hold before anything is parsed, and a reading that refuses duplicate keys.

mod tree;

use serde::de::DeserializeSeed;
use thiserror::Error;

pub(crate) use tree::{Duplicates, Object, Tree, into_map};

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

/// Reads JSON into a tree that borrows from `bytes`.
pub(crate) fn parse(bytes: &[u8], limit: usize, duplicates: Duplicates) -> Result<Tree<'_>, JsonError> {
    check_limits(bytes, limit)?;
    let malformed = |error: serde_json::Error| JsonError::Malformed(error.to_string());
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let tree = duplicates.deserialize(&mut deserializer).map_err(malformed)?;
    deserializer.end().map_err(malformed)?;
    Ok(tree)
}
