//! How long flags are meant to live: what a workspace expects of each kind, and what a flag says of itself.

use ecow::EcoString;

use crate::format::{Date, Days, FlagKind, Text};
use crate::source::Spanned;

/// What is expected of each kind of flag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kinds {
    release: KindPolicy,
    experiment: KindPolicy,
    ops: KindPolicy,
    permission: KindPolicy,
}

/// What is expected of a kind of flag, in days; nothing where nothing is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KindPolicy {
    /// How old it may become.
    pub max_age: Option<Days>,
    /// How long everybody may get one variant that is not the off variant.
    pub launched_after: Option<Days>,
    /// How long everybody may get the off variant.
    pub abandoned_after: Option<Days>,
    /// How long it may stay as it is.
    pub review_every: Option<Days>,
}

/// What a workspace expects where it says nothing: release and experiment flags are for a change that comes and is over.
const PASSING: KindPolicy = KindPolicy {
    max_age: Some(Days(60)),
    launched_after: Some(Days(30)),
    abandoned_after: Some(Days(30)),
    review_every: None,
};

impl Default for Kinds {
    fn default() -> Self {
        let lasting = KindPolicy::default();
        Self { release: PASSING, experiment: PASSING, ops: lasting, permission: lasting }
    }
}

impl Kinds {
    /// What is expected of a kind.
    pub fn of(&self, kind: FlagKind) -> &KindPolicy {
        match kind {
            FlagKind::Release => &self.release,
            FlagKind::Experiment => &self.experiment,
            FlagKind::Ops => &self.ops,
            FlagKind::Permission => &self.permission,
        }
    }

    /// The same, to be changed.
    pub fn of_mut(&mut self, kind: FlagKind) -> &mut KindPolicy {
        match kind {
            FlagKind::Release => &mut self.release,
            FlagKind::Experiment => &mut self.experiment,
            FlagKind::Ops => &mut self.ops,
            FlagKind::Permission => &mut self.permission,
        }
    }

    /// The longest time that any of these policies asks for, in days.
    pub fn longest(&self) -> u32 {
        let all = [&self.release, &self.experiment, &self.ops, &self.permission];
        let days = all
            .into_iter()
            .flat_map(|kind| [kind.max_age, kind.launched_after, kind.abandoned_after, kind.review_every]);
        days.flatten().map(|days| days.0).max().unwrap_or(0)
    }
}

/// What is expected of flags that are done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StalePolicy {
    /// How long before a flag becomes stale it is said.
    pub due_within: Days,
    /// How many stale flags an owner may have, by name.
    pub budgets: Vec<(Text, u32)>,
    /// How many those may have who are not named; any number if it is not said.
    pub default_budget: Option<u32>,
}

impl Default for StalePolicy {
    fn default() -> Self {
        Self { due_within: Days(14), budgets: Vec::new(), default_budget: None }
    }
}

impl StalePolicy {
    /// How many stale flags an owner may have.
    pub fn budget_of(&self, owner: &str) -> Option<u32> {
        let own = self.budgets.iter().find(|(name, _)| name.value == owner).map(|(_, budget)| *budget);
        own.or(self.default_budget)
    }
}

/// What a flag says of how long it stays.
#[derive(Clone, Debug, Default)]
pub struct Lifetime {
    /// Why it may stay for ever.
    pub permanent: Option<Text>,
    /// Until when it is left alone, and why.
    pub snooze: Option<(Spanned<Date>, EcoString)>,
}
