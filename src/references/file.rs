//! One file: read with its limits, turned into text.

use std::borrow::Cow;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::Reason;

/// Larger files are data or generated; they are counted and not read. Bytes.
const MOST_BYTES: u64 = 2 << 20;

/// Hardly any file that people write is longer. Bytes.
const USUAL_BYTES: usize = 256 << 10;

/// Longer lines are minified code: what stands in them is searched and not understood. Bytes.
const MOST_LINE: usize = 64 << 10;

/// Reads a file into a buffer, as UTF-8 or what was made of UTF-16. Whether it is text is for the search to say.
pub(super) fn read(path: &Path, buffer: &mut Vec<u8>) -> Result<(), Reason> {
    buffer.clear();
    let file = File::open(path).map_err(|_| Reason::Unreadable)?;
    // Most files fit; to ask for their length first would be one more call for each.
    buffer.reserve(USUAL_BYTES);
    file.take(MOST_BYTES + 1).read_to_end(buffer).map_err(|_| Reason::Unreadable)?;
    if buffer.len() as u64 > MOST_BYTES {
        return Err(Reason::Large);
    }
    if let Some(text) = from_utf16(buffer) {
        *buffer = text.into_bytes();
        return Ok(());
    }
    Ok(())
}

/// The text of a file that begins with the byte order mark of UTF-16.
fn from_utf16(bytes: &[u8]) -> Option<String> {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => return None,
    };
    let units = bytes[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).collect::<Result<String, _>>().ok()
}

/// Whether a line is so long that nobody wrote it.
pub(super) fn has_long_lines(bytes: &[u8]) -> bool {
    if bytes.len() <= MOST_LINE {
        return false;
    }
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', bytes).chain([bytes.len()]) {
        if end - start > MOST_LINE {
            return true;
        }
        start = end + 1;
    }
    false
}

/// The bytes as text; what is not UTF-8 is replaced.
pub(super) fn text(bytes: &[u8]) -> Cow<'_, str> {
    // Faster where nothing is to be replaced.
    str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// Lines and columns of a text, asked for in any order.
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let starts = memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1);
        Self { text, starts: std::iter::once(0).chain(starts).collect() }
    }

    /// The line and the column, in characters, of a byte: both from 1.
    pub(super) fn position(&self, at: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= at);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let before = self.text.get(start..at).unwrap_or_default();
        (line, before.chars().count() + 1)
    }
}
