//! What share of users gets what: the buckets of all seeds that matter, each interval weighed by its width. Splits on
//! one seed and identity share their buckets; different ones are independent.

use std::collections::BTreeMap;

use ecow::EcoString;

use super::formula::DimensionId;
use super::program::Decisions;
use super::solve::TooComplex;
use super::space::{Buckets, Space};
use crate::model::{Serve, VariantId, WHOLE};

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

impl Choice<'_, '_> {
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

    fn outcome(&self, space: &Space, cells: &BTreeMap<DimensionId, usize>) -> VariantId {
        let off = self.decisions.flag.off_variant;
        match self.decisions.branches[self.branch].serve {
            None => off,
            Some(Serve::Variant(variant)) => variant.value,
            Some(Serve::Split(split)) => {
                let Some(buckets) = self.buckets(space) else { return off };
                let bucket = buckets.begin(cells.get(&buckets.dimension).copied().unwrap_or(0));
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

    fn outcome(&self, space: &Space, cells: &BTreeMap<DimensionId, usize>) -> EcoString {
        let met = self.demands.iter().all(|(choice, wanted)| wanted.contains(&choice.outcome(space, cells)));
        let flag = self.own.decisions.flag;
        let variant = if met { self.own.outcome(space, cells) } else { flag.off_variant };
        flag.variant(variant).name.value.clone()
    }
}

/// The shares of all combinations of outcomes within a region.
pub(super) fn joint(space: &Space, programs: &[Chosen<'_, '_>]) -> Result<Joint, TooComplex> {
    let mut dimensions: Vec<&Buckets> = Vec::new();
    for buckets in programs.iter().flat_map(Chosen::choices).filter_map(|choice| choice.buckets(space)) {
        if !dimensions.iter().any(|known| known.dimension == buckets.dimension) {
            dimensions.push(buckets);
        }
    }
    let combinations = dimensions.iter().try_fold(1_usize, |product, buckets| {
        product.checked_mul(buckets.starts.len() + 1).filter(|product| *product <= MAX_COMBINATIONS)
    });
    let combinations = combinations.ok_or(TooComplex)?;
    let mut joint = Joint::new();
    for combination in 0..combinations {
        let mut rest = combination;
        let mut share = 1.0;
        let mut cells = BTreeMap::new();
        for buckets in &dimensions {
            let cell = rest % (buckets.starts.len() + 1);
            rest /= buckets.starts.len() + 1;
            share *= f64::from(buckets.width(cell)) / f64::from(WHOLE);
            cells.insert(buckets.dimension, cell);
        }
        let outcomes = programs.iter().map(|program| program.outcome(space, &cells)).collect();
        *joint.entry(outcomes).or_insert(0.0) += share;
    }
    Ok(joint)
}
