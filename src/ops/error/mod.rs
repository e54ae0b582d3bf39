//! Why a command could not do its work, and what to do about it.

mod help;

use std::path::PathBuf;

use flagc_runtime::bundle::EnvelopeError;
use flagc_runtime::trust::TrustError;
use flagc_runtime::verify::VerifyError;

use crate::artifact::WriteError;
use crate::compile::Obstacle;
use crate::deployed::EditError;
use crate::history::HistoryError;
use crate::import::ImportError;
use crate::plan::PlanError;
use crate::sign::{KeyError, KeyFormError, SignError};

use super::retire::RetireError;

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum OpError {
    /// No folder with `flagc.toml` was found.
    #[error("there is no workspace in `{}` or above it", start.display())]
    NoWorkspace {
        /// Where the search began.
        start: PathBuf,
    },
    /// A revision without `flagc.toml`.
    #[error("there is no workspace in `{revision}`")]
    NoWorkspaceIn {
        /// The revision.
        revision: String,
    },
    /// A repository without a work tree, and more than one workspace in it.
    #[error("there is more than one workspace in `{revision}`: {}", list(folders))]
    SeveralWorkspaces {
        /// The revision.
        revision: String,
        /// Their folders.
        folders: Vec<String>,
    },
    /// `init` where a workspace is.
    #[error("`{}` exists already", path.display())]
    WorkspaceExists {
        /// Its settings.
        path: PathBuf,
    },
    /// A file that would be overwritten.
    #[error("`{}` exists already", path.display())]
    FileExists {
        /// The file.
        path: PathBuf,
    },
    /// A document of another system that cannot be imported.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The record of what is live stays as it is.
    #[error(transparent)]
    Deployed(#[from] EditError),
    /// The flag stays.
    #[error(transparent)]
    Retire(#[from] RetireError),
    /// An environment that the workspace does not have.
    #[error("there is no environment `{name}`")]
    UnknownEnvironment {
        /// As it was asked for.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// A flag that the workspace or the bundle does not have.
    #[error("there is no flag `{key}`")]
    UnknownFlag {
        /// As it was asked for.
        key: String,
        /// The nearest key that exists.
        nearest: Option<String>,
    },
    /// A name that nothing bears of what could be meant.
    #[error("there is no {} `{name}`", kinds.join(" and no "))]
    UnknownTarget {
        /// What could be meant: `flag`, `release`.
        kinds: Vec<&'static str>,
        /// As it was asked for.
        name: String,
        /// The nearest name that exists.
        nearest: Option<String>,
    },
    /// A name that more than one thing bears.
    #[error("`{name}` is a {}", kinds.join(" and a "))]
    AmbiguousTarget {
        /// What bears it: `flag`, `release`.
        kinds: Vec<&'static str>,
        /// As it was asked for.
        name: String,
    },
    /// A service that the workspace does not have.
    #[error("there is no service `{name}`")]
    UnknownService {
        /// As it was asked for.
        name: String,
        /// The nearest name that exists.
        nearest: Option<String>,
    },
    /// Code that cannot be searched.
    #[error(transparent)]
    References(#[from] crate::references::ScanError),
    /// Code of a service file that lies outside of the repository.
    #[error("the code of `{service}` lies outside of the repository: `{path}`")]
    CodeOutside {
        /// The service.
        service: String,
        /// As its file names it.
        path: String,
    },
    /// A report on code that cannot be read.
    #[error("`{file}` is no report of `flagc refs`: {reason}")]
    NotAReport {
        /// The file.
        file: String,
        /// Why.
        reason: String,
    },
    /// An owner of no flag.
    #[error("`{name}` owns no flag")]
    UnknownOwner {
        /// As it was asked for.
        name: String,
        /// The nearest name that exists.
        nearest: Option<String>,
    },
    /// A variant that the flag does not have.
    #[error("`{name}` is not a variant of `{flag}`")]
    UnknownVariant {
        /// The flag.
        flag: String,
        /// As it was asked for.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// Not `FLAG:VARIANT`.
    #[error("`{text}` is not a capability")]
    Capability {
        /// As it was given.
        text: String,
    },
    /// No plan can be made.
    #[error("{0}")]
    NoPlan(PlanError),
    /// A flag that cannot be compiled.
    #[error("{0}")]
    NotCompiled(Obstacle),
    /// A flag that nobody can look through.
    #[error("`{key}` is too complex to say who is served what")]
    TooComplex {
        /// The flag.
        key: String,
    },
    /// A file could not be read.
    #[error("cannot read `{}`: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A document that the runtime does not load.
    #[error("cannot load `{what}`: {reason}")]
    Document {
        /// Which one.
        what: String,
        /// What the runtime said.
        reason: String,
    },
    /// A payload that no reader would load.
    #[error(
        "the bundle of `{environment}` would have {size} bytes, more than readers accept; the largest flags are {largest}"
    )]
    TooLarge {
        /// The environment.
        environment: String,
        /// Its size in bytes.
        size: usize,
        /// The largest flags, with their sizes.
        largest: String,
    },
    /// Git does not answer.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The serial is not known.
    #[error("a bundle needs a serial, and `{}` is not in a Git repository with commits to count", root.display())]
    NoSerial {
        /// The workspace.
        root: PathBuf,
    },
    /// What was read is not what is committed.
    #[error("the workspace is not committed: {reason}")]
    Dirty {
        /// The first differences.
        reason: String,
    },
    /// There is no private key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Nothing was signed.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// A file is no public key.
    #[error("`{}` cannot be used as a public key: {error}", path.display())]
    PublicKey {
        /// The file.
        path: PathBuf,
        /// Why.
        error: KeyFormError,
    },
    /// `keygen` where a key is.
    #[error("`{}` exists already", path.display())]
    KeyExists {
        /// The key.
        path: PathBuf,
    },
    /// A trust file that nobody can use.
    #[error("`{}`: {error}", path.display())]
    Trust {
        /// The file.
        path: PathBuf,
        /// Why.
        error: TrustError,
    },
    /// The trust file is that of another project.
    #[error("`{}` is the trust file of project `{found}`, not `{expected}`", path.display())]
    OtherProject {
        /// The file.
        path: PathBuf,
        /// Its project.
        found: String,
        /// The workspace's.
        expected: String,
    },
    /// The workspace does not name its project.
    #[error("the workspace does not say which `project` it is")]
    NoProject,
    /// An id that no key of the trust file has, or more than one.
    #[error("{} key of the trust file has an id that begins with `{key}`", if *ambiguous { "more than one" } else { "no" })]
    UnknownKey {
        /// As it was asked for.
        key: String,
        /// Whether more than one has.
        ambiguous: bool,
    },
    /// A key for heads where nobody signs bundles.
    #[error("the trust file trusts no key for bundles of environment `{environment}`")]
    NoBundleKey {
        /// The environment.
        environment: String,
    },
    /// A signature that no reader would count.
    #[error("the trust file does not trust key `{key_id}` for environment `{environment}`")]
    NotTrusted {
        /// The key.
        key_id: String,
        /// The environment.
        environment: String,
    },
    /// Something else stands where a file or a folder belongs.
    #[error("`{}` is not a {wanted}", path.display())]
    Misplaced {
        /// What stands there.
        path: PathBuf,
        /// What belongs there.
        wanted: &'static str,
    },
    /// Not an envelope.
    #[error("`{}`: {error}", path.display())]
    Envelope {
        /// The file.
        path: PathBuf,
        /// Why.
        error: EnvelopeError,
    },
    /// An envelope that must not be signed.
    #[error("`{}` is not signed: {reason}", path.display())]
    NotSignable {
        /// The envelope.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The bundle is not to be trusted.
    #[error("`{}` is refused: {error}", path.display())]
    Refused {
        /// The bundle.
        path: PathBuf,
        /// Why.
        error: VerifyError,
    },
}

impl OpError {
    /// 1 where the answer is no, 2 where the command could not do its work.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Refused { error: VerifyError::Trust(_), .. } => 2,
            Self::NoPlan(error) if error.is_answer() => 1,
            Self::Retire(error) => error.exit_code(),
            Self::NotCompiled(_)
            | Self::Envelope { .. }
            | Self::NotSignable { .. }
            | Self::Refused { .. }
            | Self::Sign(SignError::Existing(_)) => 1,
            Self::NoWorkspace { .. }
            | Self::NoWorkspaceIn { .. }
            | Self::SeveralWorkspaces { .. }
            | Self::WorkspaceExists { .. }
            | Self::FileExists { .. }
            | Self::Import(_)
            | Self::Deployed(_)
            | Self::UnknownEnvironment { .. }
            | Self::UnknownFlag { .. }
            | Self::UnknownTarget { .. }
            | Self::AmbiguousTarget { .. }
            | Self::UnknownService { .. }
            | Self::UnknownOwner { .. }
            | Self::References(_)
            | Self::CodeOutside { .. }
            | Self::NotAReport { .. }
            | Self::UnknownVariant { .. }
            | Self::Capability { .. }
            | Self::NoPlan(_)
            | Self::TooComplex { .. }
            | Self::Read { .. }
            | Self::Write(_)
            | Self::Document { .. }
            | Self::TooLarge { .. }
            | Self::History(_)
            | Self::NoSerial { .. }
            | Self::Dirty { .. }
            | Self::Key(_)
            | Self::Sign(_)
            | Self::PublicKey { .. }
            | Self::KeyExists { .. }
            | Self::Trust { .. }
            | Self::OtherProject { .. }
            | Self::NoProject
            | Self::UnknownKey { .. }
            | Self::NoBundleKey { .. }
            | Self::NotTrusted { .. }
            | Self::Misplaced { .. } => 2,
        }
    }
}

/// Folders of a repository as a list; the root is called so.
fn list(folders: &[String]) -> String {
    let name = |folder: &String| if folder.is_empty() { "the root".into() } else { format!("`{folder}`") };
    folders.iter().map(name).collect::<Vec<String>>().join(", ")
}
