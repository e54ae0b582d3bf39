//! The class of a change: judged by what changes for users, not by which lines were touched.

use ecow::EcoString;

use super::{ChangedRegion, Shares};

pub use crate::format::ChangeClass as Class;

/// The class of a change of a flag that exists on both sides and serves somebody something else.
pub(super) fn of_regions(regions: &[ChangedRegion], off: &EcoString) -> Class {
    let only = |shares: &Shares| shares.keys().all(|variant| variant == off);
    let only_to_off = regions.iter().all(|region| only(&region.gain));
    if only_to_off && regions.iter().all(|region| only(&region.after)) {
        Class::Kill
    } else if regions.iter().any(ChangedRegion::is_reshuffled)
        && regions.iter().all(|region| region.same_condition)
    {
        Class::Reshuffle
    } else if !regions.iter().all(|region| region.same_condition) {
        Class::Retarget
    } else if only_to_off {
        Class::RampDown
    } else if regions.iter().all(|region| only(&region.lose)) {
        Class::RampUp
    } else {
        Class::Retarget
    }
}
