//! The flags of a large document in two threads. Where the second half begins is guessed from the text; the first half
//! shows whether the guess was right, and goes on by itself where it was not. What is read is the same in any case.

use std::thread;

use crate::json::{Reader, Stop};

use super::parse::Flags;

/// From here on a thread is worth its start, in bytes.
const LARGE: usize = 1 << 18;

/// How far the beginning of a flag is looked for, in bytes.
const WINDOW: usize = 1 << 16;

/// What a flag in canonical JSON begins with, behind its key.
const BEGINNINGS: [&[u8]; 2] = [br#"":{"defaultVariant":""#, br#"":{"state":""#];

/// Reads flags from an object at the reader's place: in halves, if that is wanted and can be.
pub(super) fn read<'a>(
    flags: &mut Flags<'_, 'a>,
    reader: &mut Reader<'a>,
    in_halves: bool,
) -> Result<(), Stop> {
    let middle = if in_halves && flags.evaluators.is_empty() { guess(reader) } else { None };
    match middle {
        Some(middle) => in_two(flags, reader, middle),
        None => reader.entries(|reader, key| flags.flag(reader, Some(&key), 0)),
    }
}

/// About how many bytes of flags are read here: as a rule a large text's first half, and all of a small one.
pub(super) fn length(reader: &Reader) -> usize {
    let length = reader.whole().len() - reader.place();
    if length < LARGE { length } else { length / 2 + WINDOW }
}

/// Where, near the middle of what is left, the key of a flag seems to begin.
fn guess(reader: &Reader) -> Option<usize> {
    let (start, text) = (reader.place(), reader.whole().as_bytes());
    let middle = start + (text.len() - start) / 2;
    if text.len() - start < LARGE {
        return None;
    }
    let window = text.get(middle..text.len().min(middle + WINDOW))?;
    let found = |begins: &[u8]| window.windows(begins.len()).position(|bytes| bytes == begins);
    let end = BEGINNINGS.iter().find_map(|begins| found(begins))?;
    let quote = window.get(..end)?.iter().rposition(|byte| *byte == b'"')?;
    (quote > 0 && window.get(quote - 1) == Some(&b',')).then_some(middle + quote)
}

fn in_two<'a>(flags: &mut Flags<'_, 'a>, reader: &mut Reader<'a>, middle: usize) -> Result<(), Stop> {
    reader.enter()?;
    let mut second = reader.clone();
    second.return_to(middle);
    let behind = move || {
        let mut flags = Flags::with_room(second.whole().len() - middle);
        let ended = second.entries_until(None, |reader, key| flags.flag(reader, Some(&key), 0));
        ended.ok().map(|_| (flags, second.place()))
    };
    thread::scope(|scope| {
        // Where no thread can be had, or it was lost, all is read here.
        let behind = thread::Builder::new().spawn_scoped(scope, behind).ok();
        if !reader.entries_until(Some(middle), |reader, key| flags.flag(reader, Some(&key), 0))? {
            return Ok(());
        }
        match behind.and_then(|behind| behind.join().ok()).flatten() {
            Some((rest, end)) => {
                flags.append(rest);
                reader.leave_at(end);
            }
            None => {
                reader.entries_until(None, |reader, key| flags.flag(reader, Some(&key), 0))?;
            }
        }
        Ok(())
    })
}
