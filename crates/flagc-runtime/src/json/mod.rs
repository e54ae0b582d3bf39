//! JSON from strangers: limits, a reading into a flat tape that borrows its texts, and a refusal of duplicate keys.
//!
//! What documents are made of is read by [`Reader`], which takes compact JSON alone and gives up at anything unusual. What
//! it gives up on is made compact, or explained by `serde_json`, and costs more time.

mod reader;
mod tape;
mod templates;

use std::borrow::Cow;

use serde_json::Value;
use thiserror::Error;

pub(crate) use reader::{Reader, Stop};
pub(crate) use tape::{Node, Tape, View};

/// The largest document that is read, in bytes.
pub const MAX_DOCUMENT_BYTES: usize = 16 << 20;

/// The deepest nesting of lists and objects that is read.
pub const MAX_DEPTH: usize = 128;

/// What stands between the parts of JSON.
const SPACES: [char; 4] = [' ', '\n', '\r', '\t'];

/// What becomes of a key that stands twice in an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Duplicates {
    /// The last one counts, as in flagd's SDKs.
    LastCounts,
    Refused,
}

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
    /// Lists and objects nested too deeply; no stack is at risk.
    #[error("nested deeper than {MAX_DEPTH} levels at byte {offset}")]
    TooDeep {
        /// Where the first bracket too many stands.
        offset: usize,
    },
    /// No well-formed JSON, or, where that is asked for, an object with the same key twice.
    #[error("{0}")]
    Malformed(String),
}

/// Checks the length.
pub(crate) fn check_length(bytes: &[u8], limit: usize) -> Result<(), JsonError> {
    if bytes.len() > limit {
        return Err(JsonError::TooLarge { length: bytes.len(), limit });
    }
    Ok(())
}

/// Reads a text of JSON with `with`, which must read one value. It is asked again with another form of the same content
/// where the text is not compact, or has duplicate keys of which the last counts.
pub(crate) fn read<T>(
    bytes: &[u8],
    limit: usize,
    duplicates: Duplicates,
    mut with: impl FnMut(&mut Reader) -> Result<T, Stop>,
) -> Result<T, JsonError> {
    check_length(bytes, limit)?;
    let Ok(whole) = std::str::from_utf8(bytes) else { return Err(explain(bytes)) };
    let mut text = Cow::Borrowed(whole.trim_matches(SPACES));
    let mut compacted = false;
    let mut distinct = false;
    loop {
        let mut reader = Reader::new(&text, MAX_DEPTH);
        let stop = match with(&mut reader).and_then(|read| reader.end().map(|()| read)) {
            Ok(read) => return Ok(read),
            Err(stop) => stop,
        };
        match (stop, duplicates) {
            (Stop::Spaced, _) if !compacted => {
                compacted = true;
                text = Cow::Owned(compact(&text));
            }
            (Stop::Twice, Duplicates::Refused) => {
                let key = reader.twice.unwrap_or_default();
                return Err(JsonError::Malformed(format!("the key `{key}` stands twice in one object")));
            }
            (Stop::Twice, Duplicates::LastCounts) if !distinct => {
                let value: Value = serde_json::from_str(whole).map_err(|_| explain(bytes))?;
                (compacted, distinct) = (true, true);
                text = Cow::Owned(value.to_string());
            }
            (Stop::Spaced | Stop::Twice | Stop::Malformed, _) => return Err(explain(bytes)),
        }
    }
}

/// Reads a text that `serde_json` wrote, however deep it nests.
pub(crate) fn read_written<T>(
    text: &str,
    with: impl FnOnce(&mut Reader) -> Result<T, Stop>,
) -> Result<T, JsonError> {
    let read = with(&mut Reader::new(text, usize::MAX));
    read.map_err(|_| JsonError::Malformed("not well-formed JSON".to_owned()))
}

/// Reads JSON that must have each key once.
pub(crate) fn value(bytes: &[u8], limit: usize) -> Result<Value, JsonError> {
    read(bytes, limit, Duplicates::Refused, |reader| {
        let mut tape = Tape::new();
        reader.value(&mut tape)?;
        Ok(View::of(&tape).to_value())
    })
}

/// Why bytes that the reader gave up on are no JSON.
fn explain(bytes: &[u8]) -> JsonError {
    match serde_json::from_slice::<Value>(bytes) {
        Err(error) => refusal(bytes, &error),
        Ok(_) => JsonError::Malformed("not well-formed JSON".to_owned()),
    }
}

/// Why `serde_json`, which ends at a depth of its own, refused bytes.
pub(crate) fn refusal(bytes: &[u8], error: &serde_json::Error) -> JsonError {
    match too_deep(bytes) {
        Some(offset) => JsonError::TooDeep { offset },
        None => JsonError::Malformed(error.to_string()),
    }
}

/// Where the first bracket stands that nests too deeply.
fn too_deep(bytes: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut outside = Outside::default();
    bytes.iter().position(|&byte| {
        match byte {
            _ if !outside.is(byte) => {}
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > MAX_DEPTH
    })
}

/// Follows JSON byte by byte and knows what stands outside of texts.
#[derive(Default)]
struct Outside {
    in_text: bool,
    escaped: bool,
}

impl Outside {
    /// Whether the next byte stands outside of texts; a text's first quote does.
    fn is(&mut self, byte: u8) -> bool {
        if !self.in_text {
            self.in_text = byte == b'"';
            return true;
        }
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' => self.escaped = true,
            b'"' => self.in_text = false,
            _ => {}
        }
        false
    }
}

/// The same JSON without the spaces outside of texts. One stays where it keeps two words apart, which is no JSON.
fn compact(text: &str) -> String {
    let is_space = |byte: u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
    let is_mark = |byte: u8| matches!(byte, b'[' | b']' | b'{' | b'}' | b',' | b':' | b'"');
    let mut outside = Outside::default();
    let mut kept = Vec::with_capacity(text.len());
    let mut spaced = false;
    for byte in text.bytes() {
        if outside.is(byte) {
            if is_space(byte) {
                spaced = true;
                continue;
            }
            if spaced && !is_mark(byte) && kept.last().is_some_and(|&before| !is_mark(before)) {
                kept.push(b' ');
            }
            spaced = false;
        }
        kept.push(byte);
    }
    // Whole characters were kept.
    String::from_utf8(kept).unwrap_or_default()
}

#[cfg(test)]
mod tests;
