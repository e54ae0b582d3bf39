//! What a change means: for every environment and flag the users that get something else, and what kind of change that
//! is. What changes for nobody is proved, not assumed.

mod class;
mod compare;
mod metadata;
mod outcome;
mod policy;

use std::collections::BTreeMap;

use ecow::EcoString;
use rayon::prelude::*;
use serde_json::Value;

pub use class::Class;
pub use outcome::shares;
pub use policy::{Breach, Revision, Verdict, judge};

use crate::compile::Segments;
use crate::exposure::Context;
use crate::model::{EnvironmentId, Workspace};

/// Variants and the part of users that gets them, in percent.
pub type Shares = BTreeMap<EcoString, f64>;

/// One state of a workspace.
#[derive(Clone, Copy, Debug)]
pub struct Side<'w> {
    /// The workspace.
    pub workspace: &'w Workspace,
    /// Its segments as logic: what uses one that is `None` cannot be compared.
    pub segments: &'w Segments,
}

/// What is to be compared.
#[derive(Debug)]
pub struct Request<'w> {
    /// Before.
    pub base: Side<'w>,
    /// After.
    pub head: Side<'w>,
    /// The keys of the flags that may differ, sorted.
    pub flags: Vec<EcoString>,
    /// The time in question, in seconds since 1970.
    pub at: i64,
}

/// What changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diff {
    /// What changes as soon as the head is in force: by environment in promotion order, then by flag.
    pub changes: Vec<Change>,
    /// What changes at a later step of a schedule alone, by time.
    pub scheduled: Vec<Scheduled>,
    /// What cannot be compared, and why.
    pub incomparable: Vec<Incomparable>,
    /// Environments that both sides have, by the head's names, in promotion order.
    pub environments: Vec<String>,
    /// Environments that the head alone has.
    pub environments_added: Vec<String>,
    /// Environments that the base alone has.
    pub environments_removed: Vec<String>,
}

/// What changes of a flag in an environment.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The environment; `None` where the change is the same in all.
    pub environment: Option<String>,
    /// The flag.
    pub flag: EcoString,
    /// Its file, relative to the workspace.
    pub file: String,
    /// Who answers for it: in the base, so that no change chooses who must approve it.
    pub owner: EcoString,
    /// What kind of change it is.
    pub class: Class,
    /// What is served where the flag is killed.
    pub off: EcoString,
    /// The services that evaluate it, before or after.
    pub services: Vec<EcoString>,
    /// Who gets something else.
    pub regions: Vec<ChangedRegion>,
    /// Variants whose value is another.
    pub values: Vec<Revalued>,
    /// What else is said of the flag, in words.
    pub notes: Vec<String>,
    /// Other files than the flag's own through which the change reaches it, relative to the workspace.
    pub through: Vec<String>,
}

/// Users that get something else.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangedRegion {
    /// Who, in words.
    pub when: String,
    /// What they got; empty where there was no such flag.
    pub before: Shares,
    /// What they get; empty where there is no such flag any more.
    pub after: Shares,
    /// What part of them gets a variant that it did not get.
    pub gain: Shares,
    /// What part of them does not get a variant any more.
    pub lose: Shares,
    /// One of them; `None` where no identity was found that falls into the buckets.
    pub witness: Option<Witness>,
    /// Whether only what is served differs, not to whom.
    pub same_condition: bool,
}

impl ChangedRegion {
    /// Whether some users get a variant and others lose it.
    pub fn is_reshuffled(&self) -> bool {
        self.lose.keys().any(|variant| self.gain.contains_key(variant))
    }
}

/// A user who gets something else.
#[derive(Clone, Debug, PartialEq)]
pub struct Witness {
    /// The evaluation context.
    pub context: Context,
    /// What they got.
    pub before: Option<EcoString>,
    /// What they get.
    pub after: Option<EcoString>,
}

/// A variant whose value is another.
#[derive(Clone, Debug, PartialEq)]
pub struct Revalued {
    /// Its name.
    pub variant: EcoString,
    /// The value before.
    pub before: Value,
    /// The value after.
    pub after: Value,
}

/// A change that a step of a schedule brings.
#[derive(Clone, Debug, PartialEq)]
pub struct Scheduled {
    /// When, in seconds since 1970.
    pub at: i64,
    /// What changes then.
    pub change: Change,
}

/// What cannot be compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Incomparable {
    /// The environment.
    pub environment: String,
    /// The flag.
    pub flag: EcoString,
    /// Why, in words.
    pub reason: String,
}

/// An environment of both sides.
#[derive(Clone, Debug)]
struct Shared {
    name: String,
    base: EnvironmentId,
    head: EnvironmentId,
}

/// Compares two states.
pub fn compare(request: &Request<'_>) -> Diff {
    let (base, head) = (request.base.workspace, request.head.workspace);
    let mut diff = Diff::default();
    let mut shared = Vec::new();
    let mut found = Vec::new();
    for id in head.config.environment_ids() {
        let environment = head.config.environment(id);
        let name = environment.name.value.to_string();
        let mut former = std::iter::once(&environment.name).chain(&environment.renamed_from);
        match former.find_map(|name| base.config.environment_id(&name.value)) {
            Some(base) => {
                found.push(base);
                diff.environments.push(name.clone());
                shared.push(Shared { name, base, head: id });
            }
            None => diff.environments_added.push(name),
        }
    }
    let gone = base.config.environment_ids().filter(|id| !found.contains(id));
    diff.environments_removed = gone.map(|id| base.config.environment(id).name.value.to_string()).collect();
    let compared: Vec<compare::Compared> =
        request.flags.par_iter().map(|key| compare::flag(request, &shared, key)).collect();
    for compared in compared {
        diff.changes.extend(compared.changes);
        diff.scheduled.extend(compared.scheduled);
        diff.incomparable.extend(compared.incomparable);
    }
    let order = |name: &Option<String>| {
        name.as_ref()
            .map_or(usize::MAX, |name| shared.iter().position(|one| one.name == *name).unwrap_or(usize::MAX))
    };
    // The environment that hurts most comes first: promotion order, read backward.
    diff.changes.sort_by_key(|change| {
        (std::cmp::Reverse(order(&change.environment).wrapping_add(1)), change.flag.clone())
    });
    diff.scheduled.sort_by_key(|one| (one.at, order(&one.change.environment), one.change.flag.clone()));
    diff
}
