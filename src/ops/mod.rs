//! What the commands do, without a terminal: options in, outcome or [`OpError`] out. Each file reads top-down as the
//! way that the README draws. Nothing here prints, exits, or reads the environment or the clock.

pub mod build;
pub mod can_deploy;
pub mod check;
pub mod deployed;
pub mod dev;
pub mod diff;
mod error;
pub mod evaluate;
pub mod graph;
pub mod import;
pub mod init;
pub mod inspect;
pub mod keygen;
pub mod past;
mod place;
pub mod plan;
mod read;
pub mod ready;
pub mod refs;
pub mod removal;
pub mod retire;
pub mod revisions;
pub mod schema;
pub mod seal;
pub mod sign;
pub mod stale;
pub mod target;
pub mod trust;
pub mod verify;
pub mod who;

use std::path::{Path, PathBuf};

pub use error::OpError;

use crate::workspace;

/// The root of the workspace that a command is about: named by the user, or found from the current folder.
///
/// # Errors
/// [`OpError::NoWorkspace`], or [`OpError::Misplaced`] where something else bears the name of the settings.
pub fn locate(start: &Path) -> Result<PathBuf, OpError> {
    let settings = start.join(workspace::WORKSPACE_FILE);
    if settings.symlink_metadata().is_ok() && !settings.is_file() {
        return Err(OpError::Misplaced { path: settings, wanted: "file" });
    }
    workspace::find_root(start).ok_or_else(|| OpError::NoWorkspace { start: start.to_path_buf() })
}
