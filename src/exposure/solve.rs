//! Satisfiability of formulas over the cells of a space. A search that keeps for every dimension the cells that are
//! still possible: what is forced is drawn at once, and only where nothing is forced it tries the alternatives of the
//! smallest "any". Exact and complete; the number of steps is bounded, and past the bound it says so.

use std::cell::Cell;

use super::cells::{CellSet, cells_of};
use super::formula::{DimensionId, Formula};
use super::space::{MISSING, Space};

/// Steps that all questions about one flag may take together. A flag of 50 rules with 20 conditions each takes some
/// thousands; past the bound an answer would take seconds.
pub const BUDGET: u64 = 2_000_000;

/// The same where one flag is looked at closely, to compare it or to print it: about a second.
pub const PATIENT_BUDGET: u64 = 100_000_000;

/// Alternatives may be tried within alternatives this deep; each takes room on the stack.
const MAX_DEPTH: usize = 1_000;

/// The bound on steps was reached before the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the question is too complex")]
pub struct TooComplex;

/// For every dimension the cells that are possible: a box. Every context in it answers a question alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domains {
    words: Vec<u64>,
}

/// Answers questions about a space.
#[derive(Debug)]
pub struct Solver<'s> {
    space: &'s Space,
    steps: Cell<u64>,
}

/// What a formula is, as far as a box tells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Truth {
    True,
    False,
    Open,
}

impl<'s> Solver<'s> {
    /// A solver with the whole [`BUDGET`].
    pub fn new(space: &'s Space) -> Self {
        Self { space, steps: Cell::new(BUDGET) }
    }

    /// A solver that may take as long as a person waits for one flag: [`PATIENT_BUDGET`].
    pub fn patient(space: &'s Space) -> Self {
        Self { space, steps: Cell::new(PATIENT_BUDGET) }
    }

    /// The space it answers about.
    pub fn space(&self) -> &'s Space {
        self.space
    }

    /// A box in which all formulas hold, if there is one.
    pub fn solve(&self, formulas: &[&Formula]) -> Result<Option<Domains>, TooComplex> {
        self.solve_within(self.space.domains(), formulas)
    }

    /// The same among the contexts of a box.
    pub fn solve_within(
        &self,
        domains: Domains,
        formulas: &[&Formula],
    ) -> Result<Option<Domains>, TooComplex> {
        let all = formulas.iter().copied().chain(self.space.couplings());
        let open = all.map(Open::new).collect();
        self.search(domains, open, 0, MAX_DEPTH)
    }

    /// A box in which all formulas hold, with as many attributes missing as can be, each in its turn.
    pub fn smallest(&self, formulas: &[&Formula]) -> Result<Option<Domains>, TooComplex> {
        let mut within = self.space.domains();
        let Some(mut found) = self.solve_within(within.clone(), formulas)? else { return Ok(None) };
        for main in self.space.mains() {
            let missing = CellSet::of(self.space.count(main), [MISSING]);
            let mut smaller = within.clone();
            if !smaller.restrict(self.space, main, &missing) {
                continue;
            }
            let mut already = found.clone();
            if already.restrict(self.space, main, &missing) {
                (within, found) = (smaller, already);
            } else if let Some(better) = self.solve_within(smaller.clone(), formulas)? {
                (within, found) = (smaller, better);
            }
        }
        Ok(Some(found))
    }

    /// Whether there is such a context.
    pub fn possible(&self, formulas: &[&Formula]) -> Result<bool, TooComplex> {
        Ok(self.solve(formulas)?.is_some())
    }

    /// Takes steps off the budget.
    pub(super) fn step(&self, count: usize) -> Result<(), TooComplex> {
        let left = self.steps.get().checked_sub(count as u64).ok_or(TooComplex)?;
        self.steps.set(left);
        Ok(())
    }

    /// Searches a box in which all that is open holds; `changed` are the dimensions that were restricted since the open
    /// formulas were looked at.
    fn search(
        &self,
        mut domains: Domains,
        mut open: Vec<Open<'_>>,
        mut changed: Mask,
        depth: usize,
    ) -> Result<Option<Domains>, TooComplex> {
        let depth = depth.checked_sub(1).ok_or(TooComplex)?;
        if !self.propagate(&mut domains, &mut open, changed)? {
            return Ok(None);
        }
        changed = 0;
        self.step(open.len())?;
        let smallest = open.iter().enumerate().min_by_key(|(_, formula)| formula.chances);
        let Some((index, Open { formula: Formula::Any(parts), .. })) = smallest else {
            return Ok(Some(domains));
        };
        open.swap_remove(index);
        for part in parts {
            match self.truth(&domains, part) {
                Truth::False => {}
                Truth::True => return self.search(domains, open, changed, depth),
                Truth::Open => {
                    let mut alternative = open.clone();
                    alternative.push(Open::new(part));
                    if let Some(found) = self.search(domains.clone(), alternative, changed, depth)? {
                        return Ok(Some(found));
                    }
                    // Nothing there: from here on the part does not hold.
                    if let Formula::In(dimension, cells) = part {
                        let count = self.space.count(*dimension);
                        if !domains.restrict(self.space, *dimension, &cells.complement(count)) {
                            return Ok(None);
                        }
                        changed |= bit(*dimension);
                    }
                }
            }
        }
        Ok(None)
    }

    /// Draws what follows until nothing does; false where a contradiction follows. What is left open are "any"s with
    /// at least two parts that can hold. Only formulas that are new or read a dimension that changed are looked at.
    fn propagate(
        &self,
        domains: &mut Domains,
        open: &mut Vec<Open<'_>>,
        mut changed: Mask,
    ) -> Result<bool, TooComplex> {
        loop {
            let round = std::mem::take(&mut changed);
            let mut index = 0;
            let mut is_settled = true;
            while let Some(Open { formula, mask, chances }) = open.get(index).copied() {
                if mask & round == 0 && chances != NEW {
                    index += 1;
                    continue;
                }
                is_settled = false;
                self.step(1)?;
                match formula {
                    Formula::Constant(true) => {
                        open.swap_remove(index);
                    }
                    Formula::Constant(false) => return Ok(false),
                    Formula::In(dimension, cells) => {
                        match domains.narrow(self.space, *dimension, cells) {
                            Narrowed::ToNothing => return Ok(false),
                            Narrowed::Further => changed |= bit(*dimension),
                            Narrowed::No => {}
                        }
                        open.swap_remove(index);
                    }
                    Formula::All(parts) => {
                        open.swap_remove(index);
                        open.extend(parts.iter().map(Open::new));
                    }
                    Formula::Any(parts) => match self.last_chance(domains, parts)? {
                        Chance::Settled => {
                            open.swap_remove(index);
                        }
                        Chance::None => return Ok(false),
                        Chance::One(part) => open[index] = Open::new(part),
                        Chance::Several(chances) => {
                            open[index].chances = chances;
                            index += 1;
                        }
                    },
                }
            }
            if is_settled {
                return Ok(true);
            }
        }
    }

    fn last_chance<'f>(&self, domains: &Domains, parts: &'f [Formula]) -> Result<Chance<'f>, TooComplex> {
        self.step(parts.len())?;
        let mut chance = Chance::None;
        for part in parts {
            match self.truth(domains, part) {
                Truth::True => return Ok(Chance::Settled),
                Truth::False => {}
                Truth::Open => {
                    chance = match chance {
                        Chance::None => Chance::One(part),
                        Chance::Several(chances) => Chance::Several(chances + 1),
                        Chance::One(_) | Chance::Settled => Chance::Several(2),
                    }
                }
            }
        }
        Ok(chance)
    }

    fn truth(&self, domains: &Domains, formula: &Formula) -> Truth {
        match formula {
            Formula::Constant(true) => Truth::True,
            Formula::Constant(false) => Truth::False,
            Formula::In(dimension, cells) => domains.truth(self.space, *dimension, cells),
            Formula::All(parts) => self.fold(domains, parts, Truth::False),
            Formula::Any(parts) => self.fold(domains, parts, Truth::True),
        }
    }

    fn fold(&self, domains: &Domains, parts: &[Formula], decisive: Truth) -> Truth {
        let neutral = if decisive == Truth::True { Truth::False } else { Truth::True };
        let mut whole = neutral;
        for part in parts {
            let truth = self.truth(domains, part);
            if truth == decisive {
                return decisive;
            }
            if truth == Truth::Open {
                whole = Truth::Open;
            }
        }
        whole
    }

    /// Whether a formula holds in the whole of a box.
    pub fn holds(&self, domains: &Domains, formula: &Formula) -> bool {
        self.truth(domains, formula) == Truth::True
    }
}

/// Dimensions, each a bit; from the 64th on they share bits, which only means that more is looked at.
type Mask = u64;

fn bit(dimension: DimensionId) -> Mask {
    1 << (dimension.0 % Mask::BITS)
}

/// The dimensions that a formula reads.
fn mask(formula: &Formula) -> Mask {
    match formula {
        Formula::Constant(_) => 0,
        Formula::In(dimension, _) => bit(*dimension),
        Formula::All(parts) | Formula::Any(parts) => parts.iter().fold(0, |all, part| all | mask(part)),
    }
}

/// A formula that must hold and may not yet.
#[derive(Clone, Copy)]
struct Open<'f> {
    formula: &'f Formula,
    mask: Mask,
    /// How many parts of an "any" can hold; [`NEW`] where nobody has looked.
    chances: usize,
}

const NEW: usize = usize::MAX;

impl<'f> Open<'f> {
    fn new(formula: &'f Formula) -> Self {
        Self { formula, mask: mask(formula), chances: NEW }
    }
}

/// What became of a dimension.
enum Narrowed {
    No,
    Further,
    ToNothing,
}

enum Chance<'f> {
    /// It holds already.
    Settled,
    /// No part can hold.
    None,
    /// One part alone can.
    One(&'f Formula),
    /// This many can.
    Several(usize),
}

impl Domains {
    pub(super) fn new(words: Vec<u64>) -> Self {
        Self { words }
    }

    /// The possible cells of a dimension.
    pub fn cells<'d>(&'d self, space: &Space, dimension: DimensionId) -> impl Iterator<Item = usize> + 'd {
        cells_of(&self.words[space.words(dimension)])
    }

    /// Leaves the given cells alone; false where none is left.
    pub fn restrict(&mut self, space: &Space, dimension: DimensionId, cells: &CellSet) -> bool {
        let words = &mut self.words[space.words(dimension)];
        let mut any = 0;
        for (word, other) in words.iter_mut().zip(cells.words()) {
            *word &= other;
            any |= *word;
        }
        any != 0
    }

    fn narrow(&mut self, space: &Space, dimension: DimensionId, cells: &CellSet) -> Narrowed {
        let words = &mut self.words[space.words(dimension)];
        let (mut any, mut lost) = (0, 0);
        for (word, other) in words.iter_mut().zip(cells.words()) {
            lost |= *word & !other;
            *word &= other;
            any |= *word;
        }
        match (any, lost) {
            (0, _) => Narrowed::ToNothing,
            (_, 0) => Narrowed::No,
            _ => Narrowed::Further,
        }
    }

    /// Whether the cell is possible.
    pub fn allows(&self, space: &Space, dimension: DimensionId, cell: usize) -> bool {
        self.cells(space, dimension).any(|possible| possible == cell)
    }

    fn truth(&self, space: &Space, dimension: DimensionId, cells: &CellSet) -> Truth {
        let (mut inside, mut outside) = (0, 0);
        for (word, other) in self.words[space.words(dimension)].iter().zip(cells.words()) {
            inside |= word & other;
            outside |= word & !other;
        }
        match (inside, outside) {
            (_, 0) => Truth::True,
            (0, _) => Truth::False,
            _ => Truth::Open,
        }
    }
}
