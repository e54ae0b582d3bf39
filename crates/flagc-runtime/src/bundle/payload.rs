//! Base64 of a payload, which has some megabytes: of a large one each half is decoded in a thread of its own.

use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// From here on a thread is worth its start, in bytes.
const LARGE: usize = 1 << 20;

/// Decodes to a place of three bytes for each four, or some, characters; how many bytes that were. `None` where it is not
/// base64 in its one canonical form.
pub(super) fn decode(text: &[u8], place: &mut [u8]) -> Option<usize> {
    let decode = |text: &[u8], place: &mut [u8]| STANDARD.decode_slice(text, place).ok();
    if text.len() < LARGE {
        return decode(text, place);
    }
    let groups = text.len() / 8;
    let (first, second) = text.split_at(groups * 4);
    let (first_place, second_place) = place.split_at_mut_checked(groups * 3)?;
    let (first, beside) = thread::scope(|scope| {
        let beside = thread::Builder::new().spawn_scoped(scope, || decode(second, second_place)).ok();
        (decode(first, first_place), beside.and_then(|beside| beside.join().ok()))
    });
    // Padding ends a text: where the first half ends in some, the whole is none.
    first.filter(|first| *first == groups * 3)?;
    // Where no thread can be had, or it was lost, all is decoded here.
    let second = beside.unwrap_or_else(|| decode(second, second_place))?;
    Some(groups * 3 + second)
}

/// Whether base64 of the bytes is written as this text.
pub(crate) fn is_written_as(bytes: &[u8], text: &[u8]) -> bool {
    /// As many bytes, three or four times over, are encoded at once.
    const PIECE: usize = 1 << 12;
    let mut place = [0; PIECE * 4];
    let is_piece = |(piece, text): (&[u8], &[u8])| {
        let length = STANDARD.encode_slice(piece, &mut place).ok();
        length.and_then(|length| place.get(..length)) == Some(text)
    };
    text.len() == bytes.len().div_ceil(3) * 4
        && bytes.chunks(PIECE * 3).zip(text.chunks(PIECE * 4)).all(is_piece)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn halves_make_the_whole_and_nothing_else() {
        for length in (0..4).map(|more| LARGE + more) {
            let bytes: Vec<u8> =
                (0..length).map(|index| (index * 7 + index / 251).to_le_bytes()[0]).collect();
            let text = STANDARD.encode(&bytes).into_bytes();
            let decoded = |text: &[u8]| {
                let mut place = vec![0; text.len().div_ceil(4) * 3];
                let length = super::decode(text, &mut place)?;
                place.truncate(length);
                Some(place)
            };
            assert_eq!(decoded(&text).unwrap(), bytes);
            assert!(is_written_as(&bytes, &text));
            let middle = text.len() / 8 * 4;
            for at in [0, 1, middle - 2, middle - 1, middle, middle + 1, text.len() - 5] {
                for byte in [b'=', b'-', b' ', 0, 0xff] {
                    let mut text = text.clone();
                    text[at] = byte;
                    assert_eq!(decoded(&text), STANDARD.decode(&text).ok(), "{byte} at {at}");
                    assert!(!is_written_as(&bytes, &text), "{byte} at {at}");
                }
            }
            // Each half is base64 with its padding, but the whole is none.
            let mut twice = text.clone();
            twice[middle - 2..middle].copy_from_slice(b"==");
            let shorter = &text[..text.len() - 1];
            assert_eq!((decoded(&twice), decoded(shorter)), (None, None));
            assert!(!is_written_as(&bytes, &twice) && !is_written_as(&bytes, shorter));
        }
    }
}
