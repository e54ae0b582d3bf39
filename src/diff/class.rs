//! The class of a change: judged by what changes for users, not by which lines were touched.

use std::collections::BTreeSet;

use ecow::EcoString;

use super::{ChangedRegion, Shares};

/// What kind of change it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Everybody whom it concerns gets the off variant now.
    Kill,
    /// The same users are asked for, and none of them loses anything but the off variant.
    RampUp,
    /// The same users are asked for, and what part of them loses goes to the off variant.
    RampDown,
    /// The shares are as they were, or nearly, and other users fall into them.
    Reshuffle,
    /// Other users get something, or they get something else.
    Retarget,
    /// The value of a variant is another.
    Revalue,
    /// The flag is new.
    New,
    /// There is no such flag any more.
    Removed,
    /// Nobody gets anything else; something else is said of the flag.
    Metadata,
}

impl Class {
    /// All classes.
    pub const ALL: [Self; 9] = [
        Self::Kill,
        Self::RampUp,
        Self::RampDown,
        Self::Reshuffle,
        Self::Retarget,
        Self::Revalue,
        Self::New,
        Self::Removed,
        Self::Metadata,
    ];

    /// Its name in outputs and in policies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kill => "kill",
            Self::RampUp => "ramp-up",
            Self::RampDown => "ramp-down",
            Self::Reshuffle => "reshuffle",
            Self::Retarget => "retarget",
            Self::Revalue => "revalue",
            Self::New => "new",
            Self::Removed => "removed",
            Self::Metadata => "metadata",
        }
    }
}

/// The class of a change of a flag that exists on both sides and serves somebody something else.
pub(super) fn of_regions(regions: &[ChangedRegion], off: &EcoString) -> Class {
    let only = |shares: &Shares| shares.keys().all(|variant| variant == off);
    let only_to_off = regions.iter().all(|region| only(&region.gain));
    if only_to_off && regions.iter().all(|region| only(&region.after)) {
        Class::Kill
    } else if regions.iter().any(is_reshuffled) && regions.iter().all(|region| region.same_condition) {
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

/// Whether some users get a variant and others lose it.
pub(super) fn is_reshuffled(region: &ChangedRegion) -> bool {
    let gained: BTreeSet<_> = region.gain.keys().collect();
    region.lose.keys().any(|variant| gained.contains(variant))
}
