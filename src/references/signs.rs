//! Rare bytes by which words are looked for, and what may stand beside them.

/// Places that are told by a byte and the two beside it.
#[derive(Default)]
pub(super) struct Signs {
    signs: Vec<u8>,
    /// For each, which bytes may stand beside it.
    beside: Vec<Pairs>,
}

impl Signs {
    /// Adds the sign at a place inside of a word.
    pub(super) fn add(&mut self, word: &[u8], at: usize) {
        let index = self.signs.iter().position(|sign| *sign == word[at]).unwrap_or_else(|| {
            self.signs.push(word[at]);
            self.beside.push(Pairs::default());
            self.signs.len() - 1
        });
        self.beside[index].add(word[at - 1], word[at + 1]);
    }

    /// Looks for the byte that no text has as well, if there is room: to go through a text once less is felt.
    pub(super) fn watch(&mut self) {
        if self.signs.len() < 3 {
            self.signs.push(0);
            self.beside.push(Pairs::default());
        }
    }

    /// Whether it looks for that byte.
    pub(super) fn is_watching(&self) -> bool {
        self.signs.contains(&0)
    }

    /// Calls `each` with every such place, in order; false where it met a byte that no text has. There are at most three
    /// signs.
    pub(super) fn find(&self, bytes: &[u8], each: impl FnMut(usize)) -> bool {
        match self.signs.as_slice() {
            [] => true,
            [one] => self.check(bytes, memchr::memchr_iter(*one, bytes), each),
            [one, two] => self.check(bytes, memchr::memchr2_iter(*one, *two, bytes), each),
            [one, two, three, ..] => self.check(bytes, memchr::memchr3_iter(*one, *two, *three, bytes), each),
        }
    }

    fn check(&self, bytes: &[u8], places: impl Iterator<Item = usize>, mut each: impl FnMut(usize)) -> bool {
        for at in places {
            if bytes[at] == 0 {
                return false;
            }
            let (Some(before), Some(after)) = (at.checked_sub(1), bytes.get(at + 1)) else { continue };
            let mut signs = self.signs.iter().zip(&self.beside).filter(|(sign, _)| **sign == bytes[at]);
            if signs.any(|(_, beside)| beside.has(bytes[before], *after)) {
                each(at);
            }
        }
        true
    }
}

/// Where a word has the first of these signs that is inside of it.
pub(super) fn sign(word: &[u8], signs: &[u8]) -> Option<usize> {
    let inside = word.get(1..word.len().checked_sub(1)?)?;
    signs.iter().find_map(|sign| inside.iter().position(|byte| byte == sign)).map(|at| at + 1)
}

/// A set of pairs of bytes.
struct Pairs(Box<[u64]>);

impl Default for Pairs {
    fn default() -> Self {
        Self(vec![0; 1 << 10].into_boxed_slice())
    }
}

impl Pairs {
    fn place(one: u8, other: u8) -> (usize, u64) {
        (usize::from(one) << 2 | usize::from(other) >> 6, 1 << (other & 63))
    }

    fn add(&mut self, one: u8, other: u8) {
        let (at, bit) = Self::place(one, other);
        self.0[at] |= bit;
    }

    fn has(&self, one: u8, other: u8) -> bool {
        let (at, bit) = Self::place(one, other);
        self.0[at] & bit != 0
    }
}
