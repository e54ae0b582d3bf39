//! `init`: a workspace that passes `check`, and the files around it. Nothing that exists is touched.

use std::path::{Path, PathBuf};

use super::OpError;
use crate::artifact;
use crate::init::{self, Ci, Options};
use crate::workspace::WORKSPACE_FILE;

/// What came of it.
#[derive(Debug)]
pub struct Made {
    /// The files that were written.
    pub written: Vec<PathBuf>,
    /// The files that were there already and are as they were.
    pub kept: Vec<PathBuf>,
}

/// Makes a workspace in `root/folder`.
///
/// # Errors
/// A workspace that exists already, or a file that cannot be written.
pub fn init(root: &Path, folder: &str, project: &str, ci: Option<Ci>) -> Result<Made, OpError> {
    let settings = root.join(folder).join(WORKSPACE_FILE);
    if settings.symlink_metadata().is_ok() {
        return Err(OpError::WorkspaceExists { path: settings });
    }
    let options = Options { root, workspace: folder, project, ci, version: env!("CARGO_PKG_VERSION") };
    let plan = init::plan(&options);
    let kept = init::existing(&plan);
    let missing: Vec<_> = plan.into_iter().filter(|file| !kept.contains(&file.path)).collect();
    artifact::write_all(&missing)?;
    Ok(Made { written: missing.into_iter().map(|file| file.path).collect(), kept })
}

/// A project's name after the folder that its repository or workspace lies in.
pub fn project_of(root: &Path) -> String {
    let folder = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
    init::project_name(&folder.file_name().map(|name| name.to_string_lossy()).unwrap_or_default())
}
