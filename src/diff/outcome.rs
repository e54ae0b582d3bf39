//! From joint shares to what is gained and lost.

use ecow::EcoString;

use super::{ChangedRegion, Shares, Witness};
use crate::exposure::{Joint, Region};

/// Shares below a ten-thousandth of a percent are rounding.
const NOTHING: f64 = 1e-9;

/// A region of two programs as what changes in it.
pub(super) fn of_both(region: &Region) -> ChangedRegion {
    let changed = |key: &Vec<EcoString>| key[0] != key[1];
    ChangedRegion {
        when: region.when.clone(),
        before: shares(&region.joint, 0, |_| true),
        after: shares(&region.joint, 1, |_| true),
        gain: shares(&region.joint, 1, changed),
        lose: shares(&region.joint, 0, changed),
        witness: region.witness.as_ref().map(|(context, outcomes)| Witness {
            context: context.clone(),
            before: outcomes.first().cloned(),
            after: outcomes.get(1).cloned(),
        }),
        same_condition: region.same_condition,
    }
}

/// A region of a flag that is on one side alone.
pub(super) fn of_one(region: &Region, is_new: bool) -> ChangedRegion {
    let served = shares(&region.joint, 0, |_| true);
    let (before, after) = if is_new { (Shares::new(), served) } else { (served, Shares::new()) };
    ChangedRegion {
        when: region.when.clone(),
        gain: after.clone(),
        lose: before.clone(),
        before,
        after,
        witness: region.witness.as_ref().map(|(context, outcomes)| {
            let outcome = outcomes.first().cloned();
            let (before, after) = if is_new { (None, outcome) } else { (outcome, None) };
            Witness { context: context.clone(), before, after }
        }),
        same_condition: true,
    }
}

/// The shares of one program's variants, of what `counts`, in percent.
pub fn shares(joint: &Joint, program: usize, counts: impl Fn(&Vec<EcoString>) -> bool) -> Shares {
    let mut shares = Shares::new();
    for (key, share) in joint.iter().filter(|(key, _)| counts(key)) {
        *shares.entry(key[program].clone()).or_insert(0.0) += share * 100.0;
    }
    shares.retain(|_, share| *share > NOTHING);
    // A product of shares has an exact decimal form that floats miss by a hair.
    for share in shares.values_mut() {
        *share = (*share * 1e9).round() / 1e9;
    }
    shares
}
