//! The files as people write them: one type per file, from which the JSON Schemas are generated and into which
//! the loader reads. What the names in them mean is decided in `model`.
//!
//! The schema is strict, the types are lenient: what the schema has reported is left out of the tree, so that the rest
//! of the file is still typed and judged. Hence keys that the schema requires are `Option`s here.

mod condition;
mod deployment;
mod flag;
mod policy;
mod release;
mod schema;
mod segment;
mod service;
mod shared;
mod time;
mod workspace;

pub use condition::{ConditionTable, Entry, MatcherTable, MatcherText, Scalar};
pub use deployment::{DeploymentFile, LiveEntry};
pub use flag::{
    EnvironmentTable, ExpectTable, FlagFile, FlagKind, RESERVED_VARIANTS, RuleTable, ServeText, SnoozeTable,
    StepTable, VariantText,
};
pub use policy::{ChangeClass, PolicyTable, PolicyWhen};
pub use release::ReleaseFile;
pub use schema::{json_schema, schema_text};
pub use segment::SegmentFile;
pub use service::{ImageName, ServiceFile};
pub use shared::{Entries, Name, OneOrMany, Text};
pub use time::{Age, Date, Days, Instant};
pub use workspace::{
    AttributeTable, AttributeType, BucketingTable, DeploymentsTable, EnvironmentEntry, Generation, KindTable,
    KindsTable, LintLevel, OwnerTable, StaleTable, WorkspaceFile,
};

/// What a file of a workspace is, decided by where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// `flagc.toml`.
    Workspace,
    /// `segments/NAME.toml`.
    Segment,
    /// `services/NAME.toml`.
    Service,
    /// Any other `.toml`: a flag.
    Flag,
    /// `deployments/ENVIRONMENT.toml`.
    Deployment,
    /// `releases/NAME.toml`.
    Release,
}

impl FileKind {
    /// All kinds, in the order of the documentation.
    pub const ALL: [Self; 6] =
        [Self::Workspace, Self::Flag, Self::Segment, Self::Service, Self::Deployment, Self::Release];

    /// The kind of a file by its path relative to the workspace, with `/` between folders.
    pub fn of(path: &str) -> Self {
        match path.split_once('/') {
            None if path == "flagc.toml" => Self::Workspace,
            Some(("segments", _)) => Self::Segment,
            Some(("services", _)) => Self::Service,
            Some(("deployments", _)) => Self::Deployment,
            Some(("releases", _)) => Self::Release,
            None | Some(_) => Self::Flag,
        }
    }

    /// Its name: of its schema file, in `flagc schema NAME`, and in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Workspace => "workspace",
            Self::Flag => "flag",
            Self::Segment => "segment",
            Self::Service => "service",
            Self::Deployment => "deployment",
            Self::Release => "release",
        }
    }
}
