//! Many words looked for at once. A word with a sign in it, as most keys are, is looked for by that sign: signs are rare in
//! code, and the bytes beside one tell most of them apart. The same goes for capitals inside of names. Of other words
//! pieces are looked for that are rare in code, and not at every place of a text: wherever such a word stands, one of its
//! pieces lies at a place that is looked at.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, BuildError};

use super::signs::{Signs, sign};

/// A word that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    /// Where it begins, in bytes.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
    /// Which, by its position.
    pub(super) word: usize,
}

/// What the words are, which decides where one ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Keys: part of a longer key, of another name or of a file's name they are none. A full stop that ends a sentence
    /// is no part of a key.
    Key,
    /// Names of a programming language.
    Name,
}

impl Kind {
    fn of_word(self, byte: u8) -> bool {
        byte.is_ascii_alphanumeric()
            || byte == b'_'
            || !byte.is_ascii()
            || (self == Self::Key && byte == b'-')
    }

    /// Whether a byte is part of a word as long as one of the word stands on both sides of it.
    fn joins(self, byte: u8) -> bool {
        self == Self::Key && byte == b'.'
    }

    /// Where the word begins whose text lies before a place.
    fn start(self, bytes: &[u8], mut at: usize) -> usize {
        loop {
            at = match bytes[..at] {
                [.., byte] if self.of_word(byte) => at - 1,
                [.., before, byte] if self.joins(byte) && self.of_word(before) => at - 1,
                _ => return at,
            };
        }
    }

    /// Where the word ends whose text lies behind a place.
    fn end(self, bytes: &[u8], mut at: usize) -> usize {
        loop {
            at = match bytes[at..] {
                [byte, ..] if self.of_word(byte) => at + 1,
                [byte, after, ..] if self.joins(byte) && self.of_word(after) => at + 1,
                _ => return at,
            };
        }
    }

    fn is_whole(self, bytes: &[u8], start: usize, end: usize) -> bool {
        self.start(bytes, start) == start && self.end(bytes, end) == end
    }
}

/// Finds whole words.
pub(super) struct Words<'w> {
    kind: Kind,
    signs: Signs,
    signed: HashMap<&'w [u8], usize>,
    plain: Plain<'w>,
}

impl<'w> Words<'w> {
    /// # Errors
    /// More words than a search can hold.
    pub(super) fn new(kind: Kind, words: &[&'w str]) -> Result<Self, BuildError> {
        let choice: &[u8] = match kind {
            Kind::Key => b"-_.",
            Kind::Name => b"_",
        };
        let (mut signs, mut signed, mut plain) = (Signs::default(), HashMap::new(), Vec::new());
        for (index, word) in words.iter().enumerate() {
            let word = word.as_bytes();
            let is_word = |at: &usize| kind.start(word, *at) == 0 && kind.end(word, *at) == word.len();
            if let Some(at) = sign(word, choice).filter(is_word) {
                signs.add(word, at);
                signed.insert(word, index);
            } else {
                plain.push((index, word));
            }
        }
        signs.watch();
        Ok(Self { kind, signs, signed, plain: Plain::new(plain)? })
    }

    /// Where words stand in a text, in order; `None` for what is no text.
    pub(super) fn find(&self, bytes: &[u8]) -> Option<Vec<Found>> {
        if !self.signs.is_watching() && memchr::memchr(0, bytes).is_some() {
            return None;
        }
        let mut found = Vec::new();
        let mut behind = 0;
        let is_text = self.signs.find(bytes, |at| {
            if at >= behind {
                let start = self.kind.start(bytes, at);
                behind = self.kind.end(bytes, at);
                let word = self.signed.get(&bytes[start..behind]);
                found.extend(word.map(|word| Found { start, end: behind, word: *word }));
            }
        });
        if !is_text {
            return None;
        }
        self.plain.find(bytes, |plain| {
            if self.kind.is_whole(bytes, plain.start, plain.end) {
                found.push(plain);
            }
        });
        found.sort_unstable();
        Some(found)
    }
}

/// Finds parts of names that are made of several words, by a sign in each.
pub(super) struct Parts<'w> {
    signs: Signs,
    parts: Vec<(usize, &'w [u8])>,
}

impl<'w> Parts<'w> {
    /// Each part has one of at most three signs inside.
    pub(super) fn new(signs: &[u8], parts: &[&'w str]) -> Self {
        let placed = parts.iter().filter_map(|part| Some((sign(part.as_bytes(), signs)?, part.as_bytes())));
        let parts: Vec<_> = placed.collect();
        let mut signs = Signs::default();
        for (at, part) in &parts {
            signs.add(part, *at);
        }
        Self { signs, parts }
    }

    /// Where parts begin, in order.
    pub(super) fn find(&self, bytes: &[u8]) -> Vec<usize> {
        let mut found = Vec::new();
        self.signs.find(bytes, |sign| {
            let begins = |(at, part): &(usize, &[u8])| {
                let start = sign.checked_sub(*at)?;
                bytes[start..].starts_with(part).then_some(start)
            };
            found.extend(self.parts.iter().find_map(begins));
        });
        found
    }
}

/// Finds texts wherever they stand: the longer one is, the longer pieces it has, and the fewer places are looked at.
struct Plain<'w> {
    long: Pieces<'w, 8, 4>,
    short: Pieces<'w, 4, 4>,
    shorter: Pieces<'w, 4, 1>,
    /// Texts that are shorter than any piece.
    shortest: Vec<(usize, &'w [u8])>,
    search: Option<AhoCorasick>,
}

impl<'w> Plain<'w> {
    fn new(texts: Vec<(usize, &'w [u8])>) -> Result<Self, BuildError> {
        type Texts<'w> = Vec<(usize, &'w [u8])>;
        let from = |length: usize| move |(_, text): &(usize, &[u8])| text.len() >= length;
        let (long, texts): (Texts<'_>, Texts<'_>) = texts.into_iter().partition(from(Pieces::<8, 4>::LEAST));
        let (short, texts): (Texts<'_>, Texts<'_>) = texts.into_iter().partition(from(Pieces::<4, 4>::LEAST));
        let (shorter, shortest): (Texts<'_>, _) = texts.into_iter().partition(from(Pieces::<4, 1>::LEAST));
        let patterns = shortest.iter().map(|(_, text)| text);
        let search = if shortest.is_empty() { None } else { Some(AhoCorasick::new(patterns)?) };
        let (long, short, shorter) = (Pieces::new(long), Pieces::new(short), Pieces::new(shorter));
        Ok(Self { long, short, shorter, shortest, search })
    }

    /// Calls `each` with every text that is found.
    fn find(&self, bytes: &[u8], mut each: impl FnMut(Found)) {
        self.long.find(bytes, &mut each);
        self.short.find(bytes, &mut each);
        self.shorter.find(bytes, &mut each);
        for found in self.search.iter().flat_map(|search| search.find_overlapping_iter(bytes)) {
            let (word, _) = self.shortest[found.pattern().as_usize()];
            each(Found { start: found.start(), end: found.end(), word });
        }
    }
}

/// Bytes of code from the most to the least common, as far as it matters; others are rare.
const COMMON: &[u8] = b"etaorinslcdumpfghybvkwx_.jqz";

/// So many hashes that few pieces share one with those of some thousand texts.
const HASHES: usize = 1 << 20;

/// Finds texts by pieces of `SIZE` bytes (at most eight), the rarest that can lie at a place that is looked at: every
/// `STEP` bytes.
struct Pieces<'w, const SIZE: usize, const STEP: usize> {
    texts: Vec<(usize, &'w [u8])>,
    /// For every hash of a piece a bit: whether it may be one of these.
    may_be: Box<[u64]>,
    /// Of each piece, the texts it is part of, and where in them.
    texts_of: HashMap<u64, Vec<(usize, usize)>>,
}

impl<'w, const SIZE: usize, const STEP: usize> Pieces<'w, SIZE, STEP> {
    /// Wherever a text of this length stands, a whole piece of it lies at a place that is looked at.
    const LEAST: usize = SIZE + STEP - 1;

    /// No text is shorter than [`Self::LEAST`].
    fn new(texts: Vec<(usize, &'w [u8])>) -> Self {
        let mut may_be = vec![0; if texts.is_empty() { 0 } else { HASHES / 64 }].into_boxed_slice();
        let mut texts_of: HashMap<u64, Vec<(usize, usize)>> = HashMap::new();
        for (index, (_, text)) in texts.iter().enumerate() {
            let windows: Vec<&[u8; SIZE]> =
                text.windows(SIZE).filter_map(|piece| piece.try_into().ok()).collect();
            for first in 0..STEP.min(windows.len()) {
                let rarest = (first..windows.len()).step_by(STEP).min_by_key(|at| commonness(windows[*at]));
                let at = rarest.unwrap_or(first);
                let piece = number(windows[at]);
                let hash = hash(piece);
                may_be[hash / 64] |= 1 << (hash % 64);
                texts_of.entry(piece).or_default().push((index, at));
            }
        }
        Self { texts, may_be, texts_of }
    }

    /// Calls `each` with every text that is found.
    fn find(&self, bytes: &[u8], mut each: impl FnMut(Found)) {
        if self.texts.is_empty() {
            return;
        }
        let mut at = 0;
        while let Some(piece) = bytes.get(at..).and_then(|rest| rest.first_chunk::<SIZE>()) {
            let piece = number(piece);
            let hash = hash(piece);
            if self.may_be[hash / 64] >> (hash % 64) & 1 != 0 {
                for (text, offset) in self.texts_of.get(&piece).into_iter().flatten() {
                    let (word, text) = self.texts[*text];
                    let Some(start) = at.checked_sub(*offset) else { continue };
                    if bytes[start..].starts_with(text) {
                        each(Found { start, end: start + text.len(), word });
                    }
                }
            }
            at += STEP;
        }
    }
}

fn number<const SIZE: usize>(piece: &[u8; SIZE]) -> u64 {
    piece.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn hash(piece: u64) -> usize {
    // By the golden ratio (Knuth, The Art of Computer Programming 3, 6.4): the upper bits depend on all.
    (piece.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 44) as usize
}

fn commonness(piece: &[u8]) -> usize {
    let rank = |byte: &u8| COMMON.iter().position(|common| common == byte).map_or(0, |at| COMMON.len() - at);
    piece.iter().map(rank).sum()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::{Found, Kind, Parts, Words};

    /// Slow and obvious.
    fn expected(kind: Kind, words: &[&str], text: &[u8]) -> Option<Vec<Found>> {
        if text.contains(&0) {
            return None;
        }
        let of_word =
            |at: Option<usize>| at.is_some_and(|at| text.get(at).is_some_and(|byte| kind.of_word(*byte)));
        let joins =
            |at: Option<usize>| at.is_some_and(|at| text.get(at).is_some_and(|byte| kind.joins(*byte)));
        let mut found = Vec::new();
        for start in 0..text.len() {
            for (index, word) in words.iter().enumerate() {
                let end = start + word.len();
                let (before, after) = (start.checked_sub(1), Some(end));
                let is_joined = of_word(before)
                    || of_word(after)
                    || joins(before) && of_word(start.checked_sub(2))
                    || joins(after) && of_word(Some(end + 1));
                if text[start..].starts_with(word.as_bytes()) && !is_joined {
                    found.push(Found { start, end, word: index });
                }
            }
        }
        found.sort_unstable();
        Some(found)
    }

    #[test]
    fn what_is_no_text_is_told_wherever_it_shows() {
        for words in [&["a-b"][..], &["ab"], &["a-b", "a_b", "a.b"], &[]] {
            let search = Words::new(Kind::Key, words).unwrap();
            for text in [&b"\0"[..], b"a-b\0", b"\0ab", b"a_b \0 a.b"] {
                assert_eq!(search.find(text), None, "{words:?}");
            }
            assert!(search.find(b"a b").is_some());
        }
    }

    #[test]
    fn parts_of_names_are_found_wherever_they_stand() {
        let parts = Parts::new(b"VDF", &["BooleanValue", "BooleanFlagValue", "DoubleDetails", "useFlag"]);
        let text = b"V getBooleanValueV BooleanFlagValue DoubleDetail useFlag doubleDetails DoubleDetails";
        assert_eq!(parts.find(text), [5, 19, 49, 71]);
    }

    proptest! {
        #[test]
        fn every_word_is_found(
            words in proptest::collection::btree_set("[ab][ab._-]{0,4}|[a-c]{1,5}", 0..90),
            text in "([ab .'_-]|a-b|a.b|é){0,60}",
            of_keys in any::<bool>(),
        ) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let kind = if of_keys { Kind::Key } else { Kind::Name };
            let search = Words::new(kind, &words).unwrap();
            prop_assert_eq!(search.find(text.as_bytes()), expected(kind, &words, text.as_bytes()));
        }

        #[test]
        fn every_long_word_is_found(
            words in proptest::collection::btree_set("[ab]{3}[ab._-]{0,4}|([a-c]{3}|aaaa){1,5}", 1..40),
            between in "( |aaa|b|-|é){0,6}",
            order in proptest::collection::vec(any::<proptest::sample::Index>(), 0..12),
        ) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let text = order.iter().map(|at| *at.get(&words)).collect::<Vec<_>>().join(&between);
            let search = Words::new(Kind::Key, &words).unwrap();
            prop_assert_eq!(search.find(text.as_bytes()), expected(Kind::Key, &words, text.as_bytes()));
        }
    }
}
