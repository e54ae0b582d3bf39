//! What the commands do, without a terminal: options in, outcome or [`OpError`] out. Each file reads top-down as the
//! way that the README draws. Nothing here prints, exits, or reads the environment or the clock.

pub mod build;
pub mod check;
pub mod evaluate;
pub mod init;
pub mod schema;

use std::path::{Path, PathBuf};

use crate::artifact::WriteError;
use crate::compile::Obstacle;
use crate::history::HistoryError;
use crate::workspace;

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum OpError {
    /// No folder with `flagc.toml` was found.
    #[error("there is no workspace in `{}` or above it", start.display())]
    NoWorkspace {
        /// Where the search began.
        start: PathBuf,
    },
    /// `init` where a workspace is.
    #[error("`{}` exists already", path.display())]
    WorkspaceExists {
        /// Its settings.
        path: PathBuf,
    },
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
    /// A flag that cannot be compiled.
    #[error("{0}")]
    NotCompiled(Obstacle),
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
}

impl OpError {
    /// 1 where the answer is no, 2 where the command could not do its work.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::NotCompiled(_) => 1,
            Self::NoWorkspace { .. }
            | Self::WorkspaceExists { .. }
            | Self::UnknownEnvironment { .. }
            | Self::UnknownFlag { .. }
            | Self::Read { .. }
            | Self::Write(_)
            | Self::Document { .. }
            | Self::History(_)
            | Self::NoSerial { .. }
            | Self::Dirty { .. } => 2,
        }
    }

    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::NoWorkspace { .. } => {
                Some("go to one, name it with `-C DIR`, or make one with `flagc init`".to_owned())
            }
            Self::UnknownEnvironment { name, known } => {
                workspace::did_you_mean(name, known.iter().map(String::as_str))
            }
            Self::UnknownFlag { nearest, .. } => {
                nearest.as_ref().map(|nearest| format!("did you mean `{nearest}`?"))
            }
            Self::History(error) => error.help(),
            Self::NotCompiled(_) => Some("`flagc check` says what is wrong".to_owned()),
            Self::NoSerial { .. } => Some("commit it, or give `--serial N` and `--allow-dirty`".to_owned()),
            Self::Dirty { .. } => {
                Some("commit it, or give `--allow-dirty` for a bundle that says so".to_owned())
            }
            Self::WorkspaceExists { .. } => {
                Some("edit it, or choose another folder with `--folder`".to_owned())
            }
            Self::Read { .. } | Self::Write(_) | Self::Document { .. } => None,
        }
    }
}

/// The root of the workspace that a command is about: named by the user, or found from the current folder.
///
/// # Errors
/// [`OpError::NoWorkspace`].
pub fn locate(start: &Path) -> Result<PathBuf, OpError> {
    workspace::find_root(start).ok_or_else(|| OpError::NoWorkspace { start: start.to_path_buf() })
}
