//! Where the flag of a key stands: a table that is made once, and that answers without a call.

use super::Flag;

/// Flags by the hashes of their keys. The keys themselves stand in the flags.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// A power of two, at most half of them filled; each flag stands at the first free slot from the one that its hash
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
        let mut slots = vec![Slot::default(); (flags.len() * 2).next_power_of_two()].into_boxed_slice();
        for (flag, number) in flags.iter().zip(1..) {
            let (mark, mut place) = hash(&flag.key);
            let last = slots.len() - 1;
            // Half of the slots stay free, so there is one.
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

    /// The flag of that key, among the same flags.
    #[inline]
    pub(super) fn find<'f>(&self, key: &str, flags: &'f [Flag]) -> Option<&'f Flag> {
        let (mark, mut place) = hash(key);
        let last = self.slots.len().checked_sub(1)?;
        loop {
            let slot = self.slots.get(place & last)?;
            let number = slot.flag.checked_sub(1)?;
            if slot.mark == mark
                && let Some(flag) = flags.get(number as usize)
                && same(&flag.key, key)
            {
                return Some(flag);
            }
            place += 1;
        }
    }
}

/// A mark and a place: all bytes go into both. Keys come from who has signed, so nobody can choose many of one hash.
#[inline]
fn hash(key: &str) -> (u32, usize) {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let bytes = key.as_bytes();
    let mix = |hash: u64, word: u64| {
        let product = u128::from(hash ^ word) * u128::from(ODD);
        #[expect(clippy::cast_possible_truncation, reason = "both halves are used")]
        let folded = (product as u64) ^ ((product >> 64) as u64);
        folded
    };
    let (words, rest) = bytes.as_chunks::<8>();
    let hash = words.iter().fold(bytes.len() as u64 ^ ODD, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    // Of a key of eight bytes or more, the last eight stand for the rest.
    let rest = match bytes.last_chunk::<8>() {
        Some(last) => u64::from_le_bytes(*last),
        None => rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    };
    let hash = mix(mix(hash, rest), ODD);
    #[expect(clippy::cast_possible_truncation, reason = "both halves are used")]
    let parts = ((hash >> 32) as u32, hash as usize);
    parts
}

/// Equality of texts that are short and nearly always equal.
#[inline]
fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    match (a.last_chunk::<8>(), b.last_chunk::<8>()) {
        (Some(last_a), Some(last_b)) => {
            let words = a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0);
            last_a == last_b && words.fold(true, |same, (a, b)| same & (a == b))
        }
        _ => a.iter().zip(b).all(|(a, b)| a == b),
    }
}
