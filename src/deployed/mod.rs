//! What is live, as the delivery pipeline tells it: manifests that say it, and edits of `deployments/ENVIRONMENT.toml`
//! that keep its layout.
//! Pure: texts in, texts out. Nothing here reads files or the clock.

mod census;
mod change;
mod diff;
mod error;
mod image;
mod manifest;
mod read;
mod record;
mod tree;

pub use census::{Census, LeftOut, Manifest, Seen, Settled, Unreadable, Why, census, settle};
pub use change::{Join, Several, join, remove};
pub use diff::unified;
pub use error::{EditError, usable};
pub use image::ServiceImages;
pub use read::MAX_MANIFEST_BYTES;
pub use record::{Record, RecordError};

/// Instances of one version of a service, as they stand in the file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The service.
    pub service: String,
    /// Its version: semantic, or any label.
    pub version: String,
    /// Which of several groups of instances.
    pub instance: Option<String>,
    /// `"<flag>:<variant>"`: what it was built with. `None` in what is asked for: as they stand in the file if this
    /// version is there already, and none if it is new.
    pub capabilities: Option<Vec<String>>,
}

/// The entries that a change is about.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The service.
    pub service: &'a str,
    /// One of its groups of instances; all of them without.
    pub instance: Option<&'a str>,
}

impl Scope<'_> {
    /// Whether an entry is one of them.
    pub fn covers(&self, entry: &Entry) -> bool {
        entry.service == self.service
            && self.instance.is_none_or(|instance| entry.instance.as_deref() == Some(instance))
    }
}
