//! What each flag has served, and since when: whether everybody gets one and the same value, decided on the compiled
//! meaning of each old state of the workspace. Formatting, comments, moved files, renamed keys and renamed environments
//! are no change; a segment, a requirement or a setting that changes what somebody gets is one, in every flag it reaches.

mod decide;
mod known;
mod memory;
mod refers;
mod scan;
mod settings;
mod track;
mod walk;
mod world;

use ecow::EcoString;

pub use decide::{Outcome, Piece, Timeline, timelines};
pub use memory::Memory;
pub use walk::{Asked, Extent, Question, histories, present, recall, study};

/// What a flag serves in an environment at some time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Serves {
    /// Everybody gets this variant. In a split that gives one variant 100 %, everybody who can be identified.
    Constant(EcoString),
    /// Not everybody gets the same.
    Varying,
    /// It cannot be compiled, or is too complex to be decided.
    Unknown,
    /// There is no such flag, or no such environment.
    Absent,
}

/// Since when something is so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Since {
    /// Seconds since 1970.
    pub time: i64,
    /// The commit that was the newest then, in hex; `None` outside of Git.
    pub commit: Option<String>,
    /// What was before is not known here: it is so since then or longer.
    pub at_least: bool,
}

/// A time in which a flag served the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// What.
    pub serves: Serves,
    /// From when on; until the next younger period begins.
    pub since: Since,
}

/// What is known of a flag in an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What it serves now.
    pub serves: Serves,
    /// Since when, if that is constant.
    pub since: Option<Since>,
    /// When a schedule changes what it serves next, in seconds since 1970.
    pub changes_at: Option<i64>,
    /// What it served, youngest first; [`Extent::Present`] ends with the present one.
    pub periods: Vec<Period>,
}

/// What is known of a flag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlagHistory {
    /// When it came into the workspace, under this key or a former one; `None` outside of Git.
    pub added: Option<Since>,
    /// Since when nothing that its meaning depends on was changed, if that was asked for; `None` outside of Git.
    pub unchanged: Option<Since>,
    /// In the order of the workspace's environments; none where they were not asked for.
    pub standings: Vec<Standing>,
}
