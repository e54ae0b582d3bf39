//! Sets of attributes of the evaluation context.

use smallvec::SmallVec;

use crate::model::AttributeId;

const BITS: usize = 64;

/// A set of attributes, as bits; most contexts fit one word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes(SmallVec<[u64; 1]>);

impl Attributes {
    /// Adds an attribute.
    pub fn insert(&mut self, AttributeId(id): AttributeId) {
        let (word, bit) = (usize::from(id) / BITS, usize::from(id) % BITS);
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << bit;
    }

    /// Adds what is in another set.
    pub fn extend(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word |= other);
    }

    /// Whether an attribute is in it.
    pub fn contains(&self, AttributeId(id): AttributeId) -> bool {
        let word = self.0.get(usize::from(id) / BITS);
        word.is_some_and(|word| word & (1 << (usize::from(id) % BITS)) != 0)
    }

    /// Whether another attribute than this one is in it.
    pub fn has_others(&self, attribute: AttributeId) -> bool {
        let mut only = Self::default();
        only.insert(attribute);
        self.without(&only).next().is_some()
    }

    /// What is in it but not in the other, in the order of the declaration.
    pub fn without<'s>(&'s self, other: &'s Self) -> impl Iterator<Item = AttributeId> + 's {
        self.0.iter().enumerate().flat_map(move |(index, word)| {
            let mut rest = word & !other.0.get(index).copied().unwrap_or(0);
            std::iter::from_fn(move || {
                let bit = rest.trailing_zeros() as usize;
                let id = u16::try_from(index * BITS + bit).ok().filter(|_| rest != 0)?;
                rest &= rest - 1;
                Some(AttributeId(id))
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(ids: &[u16]) -> Attributes {
        let mut set = Attributes::default();
        for id in ids {
            set.insert(AttributeId(*id));
        }
        set
    }

    #[test]
    fn sets_of_different_lengths_are_told_apart() {
        let (low, high) = (set(&[0, 3, 63]), set(&[3, 64, 200]));
        assert_eq!(low.without(&high).collect::<Vec<_>>(), [AttributeId(0), AttributeId(63)]);
        assert_eq!(high.without(&low).collect::<Vec<_>>(), [AttributeId(64), AttributeId(200)]);
        let mut both = low.clone();
        both.extend(&high);
        assert_eq!(both, set(&[0, 3, 63, 64, 200]));
        assert!(both.contains(AttributeId(200)) && !low.contains(AttributeId(200)));
    }
}
