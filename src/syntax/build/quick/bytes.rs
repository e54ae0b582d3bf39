//! Which bytes belong to what, and how far they go.

/// What a byte may be part of: one bit for each of the classes below.
static CLASSES: [u8; 256] = classes();

/// A set of bytes: a bit of [`CLASSES`].
pub(super) struct Class(u8);

/// Bare keys.
pub(super) const KEY: Class = Class(1);
/// Numbers, dates and truth values.
pub(super) const SCALAR: Class = Class(2);
/// Comments.
pub(super) const COMMENT: Class = Class(4);
/// Text in double quotes, nothing of it escaped.
const TEXT: Class = Class(8);

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut index = 0;
    while index < 256 {
        // The counter fits: `as` is the only cast that a constant function has.
        #[expect(clippy::cast_possible_truncation, reason = "below 256")]
        let byte = index as u8;
        let word = byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let visible = byte >= b' ' && byte != 0x7f;
        let mut class = 0;
        if word {
            class |= KEY.0;
        }
        if word || byte == b'+' || byte == b'.' || byte == b':' {
            class |= SCALAR.0;
        }
        if visible || byte == b'\t' {
            class |= COMMENT.0;
        }
        if visible && byte != b'"' && byte != b'\\' {
            class |= TEXT.0;
        }
        classes[index] = class;
        index += 1;
    }
    classes
}

/// How many bytes of a class `bytes` begins with.
pub(super) fn run(class: &Class, bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| CLASSES[usize::from(*byte)] & class.0 == 0).unwrap_or(bytes.len())
}

/// How many bytes go before the first that cannot stand in plain text: a quote, a backslash or a control character.
pub(super) fn text_end(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(&word) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        if has_end(u64::from_le_bytes(word)) {
            break;
        }
        at += 8;
    }
    at + run(&TEXT, &bytes[at..])
}

/// Whether one of eight bytes ends plain text; may say so of eight that do not, never the other way round.
fn has_end(word: u64) -> bool {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
    // The high bit of a byte is set where it is below `limit`, and perhaps in bytes above such a one.
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word & HIGH;
    let equal = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    (below(word, b' ') | equal(b'"') | equal(b'\\') | equal(0x7f)) != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_ends_where_it_ends_byte_by_byte() {
        for byte in 0..=u8::MAX {
            for place in 0..20 {
                let mut bytes = *b"some text, plain \xc3\xa9 ~";
                bytes[place] = byte;
                assert_eq!(text_end(&bytes), run(&TEXT, &bytes), "{byte} at {place}");
            }
        }
    }
}
