//! How a flag is taken out: what stays of it in each environment, who still uses it, in which order the changes are
//! merged, and what stands in the way. Plain data, and the edits as text; nothing here reads files or writes them.

mod edit;
mod judge;
pub mod piranha;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::constancy::{Serves, Since};
use crate::references::{Place, Scan};
use crate::source::Position;

pub use crate::references::Class;
pub use edit::{EditError, without_flag, without_requirement};
pub use judge::{Known, Subject, plan};
pub use piranha::Refusal;

/// The way a flag is taken out.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The flag.
    pub flag: String,
    /// Its file, relative to the workspace.
    pub file: String,
    /// Who answers for it.
    pub owner: String,
    /// What stands in the way; empty where nothing does.
    pub blockers: Vec<Blocker>,
    /// What stays in each environment, in promotion order.
    pub stays: Vec<Stay>,
    /// The changes, in the order in which they are merged.
    pub steps: Vec<Step>,
    /// What somebody should know besides.
    pub notes: Vec<String>,
}

impl Plan {
    /// The one value that stays everywhere; `None` where environments differ, or where one is not at its end.
    pub fn value(&self) -> Option<&Value> {
        let mut values = self.stays.iter().map(|stay| stay.value.as_ref().filter(|_| stay.is_final()));
        let first = values.next()??;
        values.all(|value| value == Some(first)).then_some(first)
    }

    /// The places in code that still need the flag: what is only said of it does not.
    pub fn reads(&self) -> impl Iterator<Item = &Use> {
        let uses = self.steps.iter().flat_map(|step| match step {
            Step::Code { uses, .. } => uses.as_slice(),
            Step::Dependent { .. } | Step::Requirement { .. } | Step::Release { .. } | Step::File { .. } => {
                &[]
            }
        });
        uses.filter(|one| one.class.needs_the_flag())
    }
}

/// What an environment serves in the end.
#[derive(Clone, Debug, PartialEq)]
pub struct Stay {
    /// The environment.
    pub environment: String,
    /// Whether it decides: it is critical, or the last where none is.
    pub decides: bool,
    /// What it serves now.
    pub serves: Serves,
    /// The value of that, where everybody gets it.
    pub value: Option<Value>,
    /// Since when, as far as history was asked.
    pub since: Option<Since>,
    /// When a schedule changes that, in seconds since 1970.
    pub changes_at: Option<i64>,
}

impl Stay {
    /// Whether it is at its end: the same for everybody, for good.
    pub fn is_final(&self) -> bool {
        matches!(self.serves, Serves::Constant(_)) && self.changes_at.is_none()
    }
}

/// What stands in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blocker {
    /// An environment that decides still serves several variants.
    NotFinished {
        /// The environment.
        environment: String,
        /// When a schedule changes it, in seconds since 1970, if it is the same for everybody until then.
        until: Option<i64>,
    },
    /// What an environment serves is not known.
    Unknown {
        /// The environment.
        environment: String,
    },
    /// Another flag would change if its requirement went.
    Required {
        /// The other flag.
        by: String,
        /// Its file.
        file: String,
        /// The requirement.
        at: (usize, usize),
        /// Why.
        reason: String,
    },
    /// A file that cannot be read may require it.
    Unreadable {
        /// The key of the flag in it.
        flag: String,
    },
    /// A service evaluates the flag, and nobody has looked into its code.
    NoReport {
        /// The service.
        service: String,
    },
    /// A key that is made at run time may be this one.
    Dynamic {
        /// Where.
        at: Use,
    },
}

/// A change to be merged.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// A service's code goes on without the flag.
    Code {
        /// The service.
        service: String,
        /// Where it names the flag; nowhere, as far as is known, where nobody has looked.
        uses: Vec<Use>,
    },
    /// A flag that would serve something else without its requirement is settled by somebody.
    Dependent {
        /// The flag.
        flag: String,
        /// Its file.
        file: String,
        /// The requirement.
        at: (usize, usize),
    },
    /// A requirement that is met for everybody goes.
    Requirement {
        /// The flag that has it.
        of: String,
        /// Its file.
        file: String,
        /// The requirement.
        at: (usize, usize),
    },
    /// A release does not name the flag any more.
    Release {
        /// The release.
        release: String,
        /// Its file.
        file: String,
        /// How many flags it has left; its file goes with the last one.
        left: usize,
    },
    /// The flag's file is deleted.
    File {
        /// The file.
        file: String,
    },
}

/// A place in code that names a flag.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// The service.
    pub service: String,
    /// What kind of mention it is.
    pub class: Class,
    /// The file, as its service knows it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// What was seen of the services' code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// The services whose code was looked into, with what they name of this flag and what they make at run time.
    pub services: BTreeSet<String>,
    /// Where they name the flag.
    pub of_flag: Vec<Use>,
    /// Where they ask for a key that is made at run time.
    pub dynamic: Vec<Use>,
}

/// What a scan says of one flag.
pub fn uses(scan: &Scan, key: &str) -> Uses {
    let used = |place: &Place, class: Class| Use {
        service: place.service.clone(),
        class,
        file: place.file.clone(),
        line: place.line,
        column: place.column,
    };
    Uses {
        services: scan.files.keys().filter(|service| scan.knows(service, key)).cloned().collect(),
        of_flag: scan.references_of(key).map(|found| used(&found.place, found.class)).collect(),
        dynamic: scan.dynamic.iter().map(|place| used(place, Class::Unknown)).collect(),
    }
}

fn at(position: Position) -> (usize, usize) {
    (position.line, position.column)
}
