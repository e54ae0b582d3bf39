//! Many words looked for at once. A word with a sign in it, as most keys are, is looked for by that sign: signs are rare in
//! code, and the bytes beside one tell most of them apart. The same goes for capitals inside of names. Of other words a
//! short piece is looked for that is rare in code.

use std::collections::{BTreeMap, HashMap};

use aho_corasick::{AhoCorasick, BuildError, packed};

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
    plain: Pieces<'w>,
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
        Ok(Self { kind, signs, signed, plain: Pieces::new(plain)? })
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

/// The longest piece of a text that is looked for, in bytes.
const PIECE: usize = 4;

/// The shortest that is worth it.
const SHORT: usize = 3;

/// Bytes of code from the most to the least common, as far as it matters; others are rare.
const COMMON: &[u8] = b"etaorinslcdumpfghybvkwx_.jqz";

/// Finds texts wherever they stand.
struct Pieces<'w> {
    texts: Vec<(usize, &'w [u8])>,
    search: Search,
}

enum Search {
    Nothing,
    /// One piece of each text; of each piece, the texts it is part of, and where in them.
    Packed(packed::Searcher, Vec<Vec<(usize, usize)>>),
    /// Where they are too many, or too short.
    Whole(AhoCorasick),
}

impl<'w> Pieces<'w> {
    fn new(texts: Vec<(usize, &'w [u8])>) -> Result<Self, BuildError> {
        let shortest = texts.iter().map(|(_, text)| text.len()).min();
        let search = match shortest {
            None => Search::Nothing,
            Some(shortest) => match packed(&texts, shortest.min(PIECE)) {
                Some(search) => search,
                None => Search::Whole(AhoCorasick::new(texts.iter().map(|(_, text)| text))?),
            },
        };
        Ok(Self { texts, search })
    }

    /// Calls `each` with every text that is found.
    fn find(&self, bytes: &[u8], mut each: impl FnMut(Found)) {
        match &self.search {
            Search::Nothing => {}
            Search::Packed(search, pieces) => {
                let mut from = 0;
                while let Some(piece) = search.find_in(bytes, (from..bytes.len()).into()) {
                    for (text, offset) in &pieces[piece.pattern().as_usize()] {
                        let (word, text) = self.texts[*text];
                        let Some(start) = piece.start().checked_sub(*offset) else { continue };
                        if bytes[start..].starts_with(text) {
                            each(Found { start, end: start + text.len(), word });
                        }
                    }
                    from = piece.start() + 1;
                }
            }
            Search::Whole(search) => {
                for found in search.find_overlapping_iter(bytes) {
                    let (word, _) = self.texts[found.pattern().as_usize()];
                    each(Found { start: found.start(), end: found.end(), word });
                }
            }
        }
    }
}

/// A search for the rarest piece of each text; `None` where there are too many of them. All are of one length, so that at
/// most one is found at a place.
fn packed(texts: &[(usize, &[u8])], length: usize) -> Option<Search> {
    let mut pieces: BTreeMap<&[u8], Vec<(usize, usize)>> = BTreeMap::new();
    for (index, (_, text)) in texts.iter().enumerate() {
        let rank =
            |byte: &u8| COMMON.iter().position(|common| common == byte).map_or(0, |at| COMMON.len() - at);
        let windows = text.windows(length.max(1)).enumerate();
        let (offset, piece) = windows.min_by_key(|(_, piece)| piece.iter().map(rank).sum::<usize>())?;
        pieces.entry(piece).or_default().push((index, offset));
    }
    if length < SHORT {
        return None;
    }
    let search = packed::Searcher::new(pieces.keys())?;
    Some(Search::Packed(search, pieces.into_values().collect()))
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
            words in proptest::collection::btree_set("[ab]{3}[ab._-]{0,4}", 0..9),
            text in "([ab .'_-]|aab|bab-a|a.b|é){0,60}",
        ) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let search = Words::new(Kind::Key, &words).unwrap();
            prop_assert_eq!(search.find(text.as_bytes()), expected(Kind::Key, &words, text.as_bytes()));
        }
    }
}
