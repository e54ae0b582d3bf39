//! Why a flag is not taken out, and what to do about it.

use std::path::PathBuf;

use crate::artifact::WriteError;
use crate::history::HistoryError;
use crate::retire::{EditError, Refusal};

/// Why nothing is changed.
#[derive(Debug, thiserror::Error)]
pub enum RetireError {
    /// Something stands in the way.
    #[error("`{flag}` is not taken out: {}", if *count == 1 { "something stands in the way".to_owned() } else { format!("{count} things stand in the way") })]
    Blocked {
        /// The flag.
        flag: String,
        /// How much.
        count: usize,
    },
    /// Code would miss it.
    #[error("`{flag}` is not taken out: code still reads it in {}", if *count == 1 { "one place".to_owned() } else { format!("{count} places") })]
    Read {
        /// The flag.
        flag: String,
        /// How many places.
        count: usize,
    },
    /// A file that cannot be edited.
    #[error("`{path}` cannot be edited: {error}")]
    Edit {
        /// The file.
        path: String,
        /// Why.
        error: EditError,
    },
    /// The workspace would have an error that it has not now.
    #[error("`{flag}` is not taken out: afterwards {message} ({place})")]
    Worse {
        /// The flag.
        flag: String,
        /// What would be found.
        message: String,
        /// Where.
        place: String,
    },
    /// Somebody else writes at the same time.
    #[error("`{path}` has changed meanwhile; nothing is written")]
    Changed {
        /// The file.
        path: String,
    },
    /// Git could not bring back what would be deleted.
    #[error("`{path}` is not deleted: it has changes that are in no commit")]
    Uncommitted {
        /// The file.
        path: String,
    },
    /// Whether Git could bring it back is not known.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// A file that could not be deleted.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// No rules can be written for code.
    #[error("{0}")]
    Rules(Refusal),
    /// Files are in the place of the rules.
    #[error("`{}` is not empty", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
}

impl RetireError {
    /// 1 where the answer is no, 2 where the command could not do its work.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Blocked { .. } | Self::Read { .. } | Self::Worse { .. } | Self::Rules(_) => 1,
            Self::Edit { .. }
            | Self::Changed { .. }
            | Self::Uncommitted { .. }
            | Self::History(_)
            | Self::Write(_)
            | Self::NotEmpty { .. } => 2,
        }
    }

    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Blocked { .. } => Some("the plan says what is left to do; nothing was changed".to_owned()),
            Self::Read { .. } => Some("merge the services' changes first; nothing was changed".to_owned()),
            Self::Worse { .. } => Some("correct that first; nothing was changed".to_owned()),
            Self::Changed { .. } => Some("run the command again".to_owned()),
            Self::Uncommitted { .. } => Some("commit it first; nothing was changed".to_owned()),
            Self::History(error) => error.help(),
            Self::Rules(refusal) => Some(refusal.help().to_owned()),
            Self::NotEmpty { .. } => Some("name a folder that is new or empty".to_owned()),
            Self::Edit { .. } | Self::Write(_) => None,
        }
    }
}
