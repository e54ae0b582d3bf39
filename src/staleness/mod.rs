//! Which flags are done: a state for each, with the signals that speak for it and the blockers that stand against taking
//! the flag out. Evidence, not a verdict: what is not known is said, and never read as "unused".

mod judge;
mod words;

use ecow::EcoString;

use crate::constancy::Since;
use crate::model::FlagId;

pub use judge::{Evidence, Mentions, asked, deciding, end_of, judge_all};
pub use words::{Told, blocker, day, day_since, days_until, left, seen, signal};

/// Where a flag stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// `expires` has passed.
    Expired,
    /// Everybody has been getting one variant, not the off variant, for longer than its kind allows.
    Launched,
    /// Everybody has been getting the off variant for longer than its kind allows.
    Abandoned,
    /// It is older than its kind allows.
    Overdue,
    /// It has stayed as it is for so long that somebody should look at it.
    ReviewDue,
    /// It is left alone until a day that has not passed.
    Snoozed,
    /// It is meant to stay.
    Permanent,
    /// None of these.
    Active,
}

impl State {
    /// All states, the most pressing first.
    pub const ALL: [Self; 8] = [
        Self::Expired,
        Self::Launched,
        Self::Abandoned,
        Self::Overdue,
        Self::ReviewDue,
        Self::Snoozed,
        Self::Permanent,
        Self::Active,
    ];

    /// The word that stands in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Launched => "launched",
            Self::Abandoned => "abandoned",
            Self::Overdue => "overdue",
            Self::ReviewDue => "review-due",
            Self::Snoozed => "snoozed",
            Self::Permanent => "permanent",
            Self::Active => "active",
        }
    }

    /// Whether somebody should do something.
    pub fn is_stale(self) -> bool {
        match self {
            Self::Expired | Self::Launched | Self::Abandoned | Self::Overdue | Self::ReviewDue => true,
            Self::Snoozed | Self::Permanent | Self::Active => false,
        }
    }
}

/// What was found out about a flag's life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staleness {
    /// The flag.
    pub flag: FlagId,
    /// Where it stands.
    pub state: State,
    /// Since when it stands there, in seconds since 1970, if the state began at a time.
    pub since: Option<i64>,
    /// It may stand there longer: the history that is known here begins too late to tell.
    pub at_least: bool,
    /// What was seen.
    pub signals: Vec<Signal>,
    /// What stands against taking it out.
    pub blockers: Vec<Blocker>,
    /// What becomes of it if nothing changes; only for active flags.
    pub due: Option<Due>,
}

/// A state to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// When, in seconds since 1970.
    pub at: i64,
    /// Which.
    pub state: State,
    /// It may come, or have come, earlier: the history that is known here begins too late to tell.
    pub at_least: bool,
}

/// Something that was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Everybody gets one variant in an environment.
    Constant {
        /// The environment.
        environment: EcoString,
        /// The variant.
        variant: EcoString,
        /// Since when; not known outside of Git.
        since: Option<Since>,
    },
    /// A schedule will change what an environment serves.
    Scheduled {
        /// The environment.
        environment: EcoString,
        /// When, in seconds since 1970.
        at: i64,
    },
    /// How old it is.
    Age {
        /// In days.
        days: i64,
        /// It may be older: the history that is known here ends there.
        at_least: bool,
        /// How old its kind may become, in days.
        limit: Option<u32>,
    },
    /// When it was to be gone.
    Expires {
        /// The end of the day, in seconds since 1970.
        at: i64,
    },
    /// How often code names it.
    References {
        /// In which way: a class of reference.
        class: &'static str,
        /// How often.
        count: usize,
    },
    /// Nobody knows its owner.
    OwnerUnknown,
}

/// Something that stands against taking a flag out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Blocker {
    /// A flag that requires it.
    Dependent(EcoString),
    /// An environment in which not everybody gets the same.
    Varies(EcoString),
    /// What an environment serves is not known: the flag has errors, or is too complex.
    NotKnown(EcoString),
    /// An environment that serves another variant than those that decide.
    Differs {
        /// The environment.
        environment: EcoString,
        /// What it serves.
        variant: EcoString,
    },
    /// Code reads it, in so many places.
    Read(usize),
    /// A service whose code was not looked at, or not wholly.
    Unsearched(EcoString),
    /// No code was looked at.
    NotSearched,
    /// Code builds so many keys at run time: one of them may be this.
    DynamicKeys(usize),
}
