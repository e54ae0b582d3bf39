//! Sets of cells. The values of an attribute fall into finitely many cells that no condition at hand can tell apart
//! within; what a condition asks of an attribute is a set of them.

use smallvec::SmallVec;

const BITS: usize = 64;

/// A set of the cells of one dimension, as bits from cell 0 on. Sets of one dimension have the same number of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellSet(SmallVec<[u64; 1]>);

impl CellSet {
    /// No cell of a dimension with `count` cells.
    pub fn none(count: usize) -> Self {
        Self(SmallVec::from_elem(0, count.div_ceil(BITS)))
    }

    /// All cells of a dimension with `count` cells.
    pub fn all(count: usize) -> Self {
        Self::range(count, 0, count)
    }

    /// The cells from `start` up to, but not including `end`.
    pub fn range(count: usize, start: usize, end: usize) -> Self {
        let mut set = Self::none(count);
        (start..end.min(count)).for_each(|cell| set.insert(cell));
        set
    }

    /// These cells.
    pub fn of(count: usize, cells: impl IntoIterator<Item = usize>) -> Self {
        let mut set = Self::none(count);
        cells.into_iter().for_each(|cell| set.insert(cell));
        set
    }

    /// Adds a cell.
    pub fn insert(&mut self, cell: usize) {
        self.0[cell / BITS] |= 1 << (cell % BITS);
    }

    /// Whether a cell is in it.
    pub fn contains(&self, cell: usize) -> bool {
        self.0[cell / BITS] & (1 << (cell % BITS)) != 0
    }

    /// Its cells, in rising order.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        cells_of(&self.0)
    }

    /// What is in both.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word &= other);
        self
    }

    /// What is in either.
    #[must_use]
    pub fn or(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word |= other);
        self
    }

    /// The cells of a dimension with `count` cells that are not in it.
    #[must_use]
    pub fn complement(&self, count: usize) -> Self {
        let mut set = Self::all(count);
        set.0.iter_mut().zip(&self.0).for_each(|(word, own)| *word &= !own);
        set
    }

    /// Its bits.
    pub(super) fn words(&self) -> &[u64] {
        &self.0
    }
}

/// The cells whose bits are set, in rising order.
pub(super) fn cells_of(words: &[u64]) -> impl Iterator<Item = usize> + '_ {
    words.iter().enumerate().flat_map(|(index, word)| {
        let mut rest = *word;
        std::iter::from_fn(move || {
            let bit = rest.trailing_zeros() as usize;
            (rest != 0).then(|| {
                rest &= rest - 1;
                index * BITS + bit
            })
        })
    })
}
