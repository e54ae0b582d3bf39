//! Identities that fall right beside the edge of a split: one bucket off by one would move them.

use crate::random::Random;
use crate::text::quote;

/// A split that a flag serves somewhere.
pub(super) struct Split {
    /// The attribute that is bucketed by.
    pub(super) attribute: &'static str,
    pub(super) seed: String,
    /// Where variants end, in buckets of 100,000.
    pub(super) ends: Vec<u32>,
}

/// How many names are tried for one edge; a bucket is hit once in 100,000.
const TRIES: u32 = 300_000;

/// Up to `count` pairs of attribute and identity, as JSON.
pub(super) fn identities(random: &mut Random, splits: &[Split], count: usize) -> Vec<(&'static str, String)> {
    let edges: Vec<(&Split, u32)> = splits
        .iter()
        .flat_map(|split| split.ends.iter().map(move |&end| (split, end)))
        .filter(|&(_, end)| end > 0 && end < 100_000)
        .collect();
    let mut found = Vec::new();
    for _ in 0..if edges.is_empty() { 0 } else { count } {
        let &(split, end) = random.one(&edges);
        let wanted = if random.chance(50) { end } else { end - 1 };
        let start = u32::try_from(random.below(1_000_000_000)).unwrap_or(0);
        let identity = (start..start + TRIES)
            .map(|number| format!("b-{number}"))
            .find(|identity| bucket(&format!("{}{identity}", split.seed)) == wanted);
        found.extend(identity.map(|identity| (split.attribute, quote(&identity))));
    }
    found
}

fn bucket(text: &str) -> u32 {
    let scaled = (u64::from(murmur3(text.as_bytes())) * 100_000) >> 32;
    u32::try_from(scaled).unwrap_or(u32::MAX)
}

/// `MurmurHash3_x86_32` with seed 0 (Appleby, public domain).
fn murmur3(bytes: &[u8]) -> u32 {
    let mixed = |word: u32| word.wrapping_mul(0xcc9e_2d51).rotate_left(15).wrapping_mul(0x1b87_3593);
    let word = |part: &[u8]| part.iter().rev().fold(0, |word, &byte| word << 8 | u32::from(byte));
    let mut parts = bytes.chunks_exact(4);
    let mut state = 0u32;
    for part in parts.by_ref() {
        state = (state ^ mixed(word(part))).rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64);
    }
    state ^= mixed(word(parts.remainder()));
    state ^= u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    state = (state ^ state >> 16).wrapping_mul(0x85eb_ca6b);
    state = (state ^ state >> 13).wrapping_mul(0xc2b2_ae35);
    state ^ state >> 16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_the_published_ones() {
        assert_eq!(murmur3(b""), 0);
        assert_eq!(murmur3(b"hello"), 0x248b_fa47);
        assert_eq!(murmur3(b"The quick brown fox jumps over the lazy dog"), 0x2e4f_f723);
    }
}
