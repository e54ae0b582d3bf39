//! Where the flag of a key stands: a table that is made once, and that answers without a call.

use super::Flag;
use crate::value;

/// Flags by the hashes of their keys. The keys themselves stand in the flags.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// A power of two, at most a third of them filled; each flag stands at the first free slot from the one that its hash
    /// names.
    slots: Box<[Slot]>,
    /// One less than there are slots.
    last: usize,
}

/// A part of a hash, and the place of a flag.
#[derive(Clone, Copy, Debug)]
struct Slot {
    mark: u32,
    flag: u32,
}

impl Slot {
    /// There are never as many flags as that: each takes some bytes of a text that is a few megabytes long.
    const FREE: Self = Self { mark: 0, flag: u32::MAX };
}

impl Index {
    /// The index of flags whose keys differ.
    pub(super) fn of(flags: &[Flag]) -> Self {
        let mut slots = vec![Slot::FREE; (flags.len() * 3).next_power_of_two()].into_boxed_slice();
        let last = slots.len() - 1;
        for (flag, number) in flags.iter().zip(0..) {
            let (mark, mut place) = hash(&flag.key);
            // Most of the slots stay free, so there is one.
            while let Some(slot) = slots.get_mut(place & last) {
                if slot.flag == u32::MAX {
                    *slot = Slot { mark, flag: number };
                    break;
                }
                place += 1;
            }
        }
        Self { slots, last }
    }

    /// The flag of a key of 8 to 32 bytes, among the same flags, where it stands at its own slot.
    #[inline]
    pub(super) fn glance<'f>(&self, key: &str, flags: &'f [Flag]) -> Option<&'f Flag> {
        let key = key.as_bytes();
        let (first, last) = (key.first_chunk::<8>()?, key.last_chunk::<8>()?);
        if key.len() > 32 {
            return None;
        }
        let (_, place) = hash_of(key, *first, *last);
        let flag = flags.get(self.slots.get(place & self.last)?.flag as usize)?;
        let own = flag.key.as_bytes();
        if own.len() != key.len() {
            return None;
        }
        let same = match (key.first_chunk::<16>(), own.first_chunk::<16>()) {
            (Some(a), Some(b)) => a == b && key.last_chunk::<16>() == own.last_chunk(),
            _ => key.first_chunk::<8>() == own.first_chunk() && key.last_chunk::<8>() == own.last_chunk(),
        };
        same.then_some(flag)
    }

    /// The flag of that key, among the same flags.
    pub(super) fn find<'f>(&self, key: &str, flags: &'f [Flag]) -> Option<&'f Flag> {
        let (mark, mut place) = hash(key);
        loop {
            let slot = self.slots.get(place & self.last)?;
            let flag = flags.get(slot.flag as usize)?;
            if slot.mark == mark && value::same(flag.key.as_bytes(), key.as_bytes()) {
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
        _ => parts(fold(key.iter().fold(1, |sum, byte| sum << 8 | u64::from(*byte)), ODD)),
    }
}

/// The hash of a key with its first and last bytes. Most are read in two steps or four, of which the last ones overlap.
#[inline]
fn hash_of(key: &[u8], first: [u8; 8], last: [u8; 8]) -> (u32, usize) {
    let outer = fold(u64::from_le_bytes(first) ^ ODD, u64::from_le_bytes(last) ^ OTHER);
    parts(match (key.last_chunk::<16>(), key.len()) {
        (Some(_), 33..) => key.iter().fold(outer, |sum, byte| fold(sum ^ u64::from(*byte), ODD)),
        (Some([end @ .., _, _, _, _, _, _, _, _]), _) => {
            let [_, _, _, _, _, _, _, _, second @ ..] = key.first_chunk::<16>().copied().unwrap_or_default();
            // In a key of 16 bytes these are the outer ones, the other way round.
            outer ^ fold(u64::from_le_bytes(second) ^ THIRD, u64::from_le_bytes(*end) ^ ODD)
        }
        (None, _) => outer,
    })
}

/// No eight bytes of a key are those of one of these: 0xff stands in no UTF-8, so no factor of a product is zero.
const ODD: u64 = 0x9e37_79b9_ff4a_7c15;
const OTHER: u64 = 0xd1b5_4a32_ffed_03a3;
const THIRD: u64 = 0x8cb9_2ba7_ff12_d4e5;

/// Both halves of a product, one over the other: bits of both factors are all over it.
#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    #[expect(clippy::cast_possible_truncation, reason = "one half, and the other")]
    let halves = (product as u64, (product >> 64) as u64);
    halves.0 ^ halves.1
}

#[inline]
fn parts(hash: u64) -> (u32, usize) {
    #[expect(clippy::cast_possible_truncation, reason = "one half is the mark, the other one the place")]
    let parts = ((hash >> 32) as u32, hash as u32 as usize);
    parts
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::hash;

    #[test]
    fn keys_of_every_length_have_hashes_of_their_own() {
        for length in 4..=48 {
            let key = |number: usize| format!("{number:04}-{:0>width$}", number * 7, width = length);
            let cut = |key: String, from_end: bool| {
                let start = if from_end { key.len() - length } else { 0 };
                key[start..start + length].to_owned()
            };
            for from_end in [false, true] {
                let keys: HashSet<String> = (0..2_000).map(|number| cut(key(number), from_end)).collect();
                let hashes: HashSet<(u32, usize)> = keys.iter().map(|key| hash(key)).collect();
                assert!(hashes.len() + 2 >= keys.len(), "{length}: {} of {}", hashes.len(), keys.len());
                let places: HashSet<usize> = keys.iter().map(|key| hash(key).1 & 0x1fff).collect();
                assert!(places.len() * 3 > keys.len() * 2, "{length}: {} of {}", places.len(), keys.len());
            }
        }
    }
}
