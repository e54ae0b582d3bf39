//! Segments, services, deployments and releases.

use ecow::EcoString;

use super::Condition;
use crate::format::{Instant, Text};
use crate::source::{FileId, Spanned};

/// A segment, by its position among the segments sorted by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SegmentId(pub u32);

/// A group of users.
#[derive(Clone, Debug)]
pub struct Segment {
    /// The stem of its file.
    pub name: EcoString,
    /// Its file.
    pub file: FileId,
    /// Who belongs to it; `None` where the file could not be read.
    pub condition: Option<Condition>,
}

/// A service, by its position among the services sorted by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceId(pub u32);

/// A service that evaluates flags.
#[derive(Clone, Debug)]
pub struct Service {
    /// The stem of its file.
    pub name: EcoString,
    /// Its file.
    pub file: FileId,
    /// The container images it runs as; none where any image whose last part is its name is meant.
    pub images: Vec<Text>,
    /// Where its source lies, relative to the workspace.
    pub code: Vec<Text>,
    /// The services it calls.
    pub calls: Vec<Text>,
    /// The attributes it hands over, and where they are listed; `None` where its file says nothing about them.
    pub provides: Option<Spanned<Vec<Text>>>,
    /// Its OpenFeature provider and version.
    pub sdk: Option<Text>,
}

/// What is live in an environment.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// The stem of its file, which names the environment.
    pub environment: EcoString,
    /// Its file.
    pub file: FileId,
    /// When this was true, if it could be read.
    pub recorded_at: Option<Spanned<Instant>>,
    /// Whether nothing was wrong with its text and its shape: half a record is none.
    pub intact: bool,
    /// Every group of instances, in the order of the file.
    pub live: Vec<Live>,
}

/// Instances of one version of a service.
#[derive(Clone, Debug)]
pub struct Live {
    /// The service; whether it exists is a rule's business.
    pub service: Text,
    /// Its version: semantic, or any label.
    pub version: Text,
    /// Which of several groups of instances.
    pub instance: Option<Text>,
    /// `"<flag>:<variant>"`: what it was built with.
    pub capabilities: Vec<Text>,
}

/// A release, by its position among the releases sorted by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReleaseId(pub u32);

/// Flags that go together or not at all.
#[derive(Clone, Debug)]
pub struct Release {
    /// The stem of its file.
    pub name: EcoString,
    /// Its file.
    pub file: FileId,
    /// The flags that it names.
    pub flags: Vec<Text>,
}
