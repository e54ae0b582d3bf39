//! Where the flag of a key stands: a table that is made once, and that answers without a call.

use super::Flag;
use crate::value;

/// Flags by the hashes of their keys. The keys themselves stand in the flags.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// A power of two, at most a third of them filled; each flag stands at the first free slot from the one that its hash
    /// names.
    slots: Box<[Slot]>,
}

/// A part of a hash, and one more than the place of a flag; zero where there is none.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    mark: u32,
    flag: u32,
}

impl Index {
    /// The index of flags whose keys differ.
    pub(super) fn of(flags: &[Flag]) -> Self {
        let mut slots = vec![Slot::default(); (flags.len() * 3).next_power_of_two()].into_boxed_slice();
        for (flag, number) in flags.iter().zip(1..) {
            let (mark, mut place) = hash(&flag.key);
            let last = slots.len() - 1;
            // Most of the slots stay free, so there is one.
            while let Some(slot) = slots.get_mut(place & last) {
                if slot.flag == 0 {
                    *slot = Slot { mark, flag: number };
                    break;
                }
                place += 1;
            }
        }
        Self { slots }
    }

    /// The flag of a key of 8 to 32 bytes, among the same flags, where it stands at its own slot.
    #[inline]
    pub(super) fn glance<'f>(&self, key: &str, flags: &'f [Flag]) -> Option<&'f Flag> {
        let key = key.as_bytes();
        let (first, last) = (key.first_chunk::<8>()?, key.last_chunk::<8>()?);
        if key.len() > 32 {
            return None;
        }
        let (mark, place) = hash_of(key, *first, *last);
        let slot = self.slots.get(place & self.slots.len().checked_sub(1)?)?;
        let flag = flags.get((slot.flag as usize).checked_sub(1)?)?;
        let own = flag.key.as_bytes();
        if slot.mark != mark || own.len() != key.len() {
            return None;
        }
        let same = match (key.first_chunk::<16>(), own.first_chunk::<16>()) {
            (Some(a), Some(b)) => a == b && key.last_chunk::<16>() == own.last_chunk(),
            _ => own.first_chunk() == Some(first) && own.last_chunk() == Some(last),
        };
        same.then_some(flag)
    }

    /// The flag of that key, among the same flags.
    pub(super) fn find<'f>(&self, key: &str, flags: &'f [Flag]) -> Option<&'f Flag> {
        let (mark, mut place) = hash(key);
        let last = self.slots.len().checked_sub(1)?;
        loop {
            let slot = self.slots.get(place & last)?;
            let number = slot.flag.checked_sub(1)?;
            if slot.mark == mark
                && let Some(flag) = flags.get(number as usize)
                && value::same(flag.key.as_bytes(), key.as_bytes())
            {
                return Some(flag);
            }
            place += 1;
        }
    }
}

/// A mark and a place: all bytes go into both. Keys come from who has signed, so nobody can choose many of one hash.
fn hash(key: &str) -> (u32, usize) {
    let key = key.as_bytes();
    match (key.first_chunk(), key.last_chunk()) {
        (Some(first), Some(last)) => hash_of(key, *first, *last),
        _ => parts(key.iter().fold(1, |sum, byte| sum << 8 | u64::from(*byte))),
    }
}

/// The hash of a key with its first and last bytes. Most are read in two steps or four, of which the last ones overlap.
#[inline]
fn hash_of(key: &[u8], first: [u8; 8], last: [u8; 8]) -> (u32, usize) {
    let outer = mix(u64::from_le_bytes(first), u64::from_le_bytes(last));
    parts(match (key.first_chunk::<16>(), key.last_chunk::<16>()) {
        (Some(start), Some(end)) if key.len() <= 32 => {
            let (second, third) = (u128::from_le_bytes(*start) >> 64, u128::from_le_bytes(*end) << 64 >> 64);
            #[expect(clippy::cast_possible_truncation, reason = "each is one half")]
            let inner = mix(third as u64, second as u64);
            outer ^ inner
        }
        (Some(_), _) => key.iter().fold(outer, |sum, byte| mix(sum, u64::from(*byte))),
        (None, _) => outer,
    })
}

const ODD: u64 = 0x9e37_79b9_7f4a_7c15;

#[inline]
fn mix(a: u64, b: u64) -> u64 {
    (a.wrapping_mul(ODD).rotate_left(32) ^ b).wrapping_mul(ODD)
}

#[inline]
fn parts(sum: u64) -> (u32, usize) {
    let hash = (sum ^ (sum >> 32)).wrapping_mul(ODD);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the upper half has the best of the hash, and both are used"
    )]
    let parts = (hash as u32, (hash >> 32) as usize);
    parts
}
