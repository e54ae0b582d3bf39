//! What share of users gets what: the buckets of all seeds that matter, each interval weighed by its width. Splits on
//! one seed and identity share their buckets; different ones are independent.

use std::collections::{BTreeMap, BTreeSet};

use ecow::EcoString;

use super::formula::DimensionId;
use super::program::Decisions;
use super::solve::{Solver, TooComplex};
use super::space::{Buckets, Space};
use crate::model::{Serve, Split, VariantId, WHOLE};

/// A combination takes as long as this many steps of a search.
const COMBINATION: usize = 100;

/// The intervals of all seeds together may make this many combinations.
const MAX_COMBINATIONS: usize = 100_000;

/// What each program serves, with the part of users (0 to 1) that gets just that.
pub type Joint = BTreeMap<Vec<EcoString>, f64>;

/// One flag's choice within a region: a branch, for users who can be identified or not.
#[derive(Clone, Copy)]
pub(super) struct Choice<'c, 'w> {
    pub(super) decisions: &'c Decisions<'w>,
    pub(super) branch: usize,
    pub(super) identified: bool,
}

/// A program within a region: the flag's own choice, and those of its requirements with what is wanted of them.
pub(super) struct Chosen<'c, 'w> {
    pub(super) own: Choice<'c, 'w>,
    pub(super) demands: Vec<(Choice<'c, 'w>, &'c [VariantId])>,
}

impl<'c> Choice<'c, '_> {
    /// Where the split that decides finds its buckets; `None` where no split decides.
    fn buckets<'s>(&self, space: &'s Space) -> Option<&'s Buckets> {
        match self.decisions.branches[self.branch].serve {
            Some(Serve::Split(_)) if self.identified => {
                let config = &self.decisions.workspace.config;
                let flag = self.decisions.flag;
                space.axis_of(flag.bucket_by.value, config)?.buckets_of(&flag.seed, config)
            }
            Some(Serve::Split(_) | Serve::Variant(_)) | None => None,
        }
    }

    fn split(&self) -> Option<&'c Split> {
        match self.decisions.branches[self.branch].serve {
            Some(Serve::Split(split)) => Some(split),
            Some(Serve::Variant(_)) | None => None,
        }
    }

    /// What is served in the interval that begins at this bucket of each dimension.
    fn outcome(&self, space: &Space, begins: &BTreeMap<DimensionId, u32>) -> VariantId {
        let off = self.decisions.flag.off_variant;
        match self.decisions.branches[self.branch].serve {
            None => off,
            Some(Serve::Variant(variant)) => variant.value,
            Some(Serve::Split(split)) => {
                let Some(buckets) = self.buckets(space) else { return off };
                let bucket = begins.get(&buckets.dimension).copied().unwrap_or(0);
                let mut end = 0;
                let share = split.shares.iter().find(|share| {
                    end += share.weight;
                    bucket < end
                });
                share.map_or(off, |share| share.variant)
            }
        }
    }
}

impl<'c, 'w> Chosen<'c, 'w> {
    fn choices(&self) -> impl Iterator<Item = &Choice<'c, 'w>> {
        std::iter::once(&self.own).chain(self.demands.iter().map(|(choice, _)| choice))
    }

    fn outcome(&self, space: &Space, begins: &BTreeMap<DimensionId, u32>) -> EcoString {
        let met = self.demands.iter().all(|(choice, wanted)| wanted.contains(&choice.outcome(space, begins)));
        let flag = self.own.decisions.flag;
        let variant = if met { self.own.outcome(space, begins) } else { flag.off_variant };
        flag.variant(variant).name.value.clone()
    }
}

/// Where intervals begin, in the buckets of every seed that a deciding split asks for. What other branches ask of the
/// same seed makes no difference here.
fn cuts(space: &Space, programs: &[Chosen<'_, '_>]) -> BTreeMap<DimensionId, BTreeSet<u32>> {
    let mut cuts: BTreeMap<DimensionId, BTreeSet<u32>> = BTreeMap::new();
    for choice in programs.iter().flat_map(Chosen::choices) {
        let (Some(buckets), Some(split)) = (choice.buckets(space), choice.split()) else { continue };
        let begins = cuts.entry(buckets.dimension).or_insert_with(|| BTreeSet::from([0]));
        let mut end = 0;
        for share in &split.shares {
            end += share.weight;
            if end < WHOLE {
                begins.insert(end);
            }
        }
    }
    cuts
}

/// The shares of all combinations of outcomes within a region; every combination is one of the solver's steps.
pub(super) fn joint(solver: &Solver<'_>, programs: &[Chosen<'_, '_>]) -> Result<Joint, TooComplex> {
    let space = solver.space();
    let mut combinations = Vec::from([(BTreeMap::new(), 1.0)]);
    for (dimension, begins) in cuts(space, programs) {
        let begins: Vec<u32> = begins.into_iter().collect();
        let count = combinations.len() * begins.len();
        if count > MAX_COMBINATIONS {
            return Err(TooComplex);
        }
        solver.step(count * COMBINATION)?;
        let mut finer = Vec::with_capacity(count);
        for (chosen, share) in combinations {
            for (index, begin) in begins.iter().enumerate() {
                let end = begins.get(index + 1).copied().unwrap_or(WHOLE);
                let mut chosen: BTreeMap<DimensionId, u32> = chosen.clone();
                chosen.insert(dimension, *begin);
                finer.push((chosen, share * f64::from(end - begin) / f64::from(WHOLE)));
            }
        }
        combinations = finer;
    }
    let mut joint = Joint::new();
    for (begins, share) in combinations {
        let outcomes = programs.iter().map(|program| program.outcome(space, &begins)).collect();
        *joint.entry(outcomes).or_insert(0.0) += share;
    }
    Ok(joint)
}
