//! `import`: flags of another system as files of this workspace, or of a new one. Nothing that exists is overwritten.

use std::path::{Path, PathBuf};

use super::{OpError, init};
use crate::artifact::{self, OutputFile, Visibility};
use crate::format::FlagKind;
use crate::import::{self, ImportOptions, Imported};
use crate::workspace::{self, WORKSPACE_FILE};

/// What to import, and how.
#[derive(Clone, Debug)]
pub struct ImportRequest {
    /// The document.
    pub document: PathBuf,
    /// Where the search for a workspace begins; a new one is made here.
    pub start: PathBuf,
    /// The folder for the flags' files, relative to the workspace.
    pub folder: String,
    /// The environment whose flags these are.
    pub environment: Option<String>,
    /// What the flags are for.
    pub kind: Option<FlagKind>,
    /// Who answers for them.
    pub owner: Option<String>,
    /// Whether a flag that cannot be said here comes in frozen at its default variant.
    pub approximate: bool,
}

/// What came of it.
#[derive(Debug)]
pub struct ImportOutcome {
    /// The flags, with their verdicts.
    pub imported: Imported,
    /// The files that were written.
    pub written: Vec<PathBuf>,
}

/// Imports a flagd document.
///
/// # Errors
/// A document that is none, a file that cannot be read or written, or one that would be overwritten.
pub fn flagd(request: &ImportRequest) -> Result<ImportOutcome, OpError> {
    let read = |path: &Path| {
        std::fs::read(path).map_err(|source| OpError::Read { path: path.to_path_buf(), source })
    };
    let document = read(&request.document)?;
    let root = workspace::find_root(&request.start);
    let (text, existing) = match &root {
        Some(root) => {
            let text = String::from_utf8_lossy(&read(&root.join(WORKSPACE_FILE))?).into_owned();
            (Some(text), keys(root))
        }
        None => (None, Vec::new()),
    };
    let root = root.unwrap_or_else(|| request.start.clone());
    let project = init::project_of(&root);
    let options = ImportOptions {
        workspace: text.as_deref(),
        project: &project,
        existing: &existing,
        folder: &request.folder,
        environment: request.environment.as_deref(),
        kind: request.kind,
        owner: request.owner.as_deref(),
        approximate: request.approximate,
        schema: None,
    };
    let imported = import::flagd(&document, &options)?;
    let files = outputs(&root, &imported)?;
    artifact::write_all(&files)?;
    Ok(ImportOutcome { imported, written: files.into_iter().map(|file| file.path).collect() })
}

/// The keys of the flags that the workspace has, also of those that cannot be read.
fn keys(root: &Path) -> Vec<String> {
    let workspace = workspace::load(root).workspace;
    let flags = workspace.flags.iter().map(|flag| flag.key.to_string());
    flags.chain(workspace.unreadable_flags.iter().cloned()).collect()
}

/// The files to write: new ones, and `flagc.toml` if attributes were added to it.
fn outputs(root: &Path, imported: &Imported) -> Result<Vec<OutputFile>, OpError> {
    let output = |path: &str, text: &str| OutputFile {
        path: root.join(path),
        bytes: text.as_bytes().to_vec(),
        visibility: Visibility::Shared,
    };
    let mut files: Vec<OutputFile> =
        imported.files.iter().map(|file| output(&file.path, &file.text)).collect();
    // A file in the way is one that the workspace ignores: it is somebody's all the same.
    if let Some(file) = files.iter().find(|file| file.path.symlink_metadata().is_ok()) {
        return Err(OpError::FileExists { path: file.path.clone() });
    }
    files.extend(imported.workspace.iter().map(|text| output(WORKSPACE_FILE, text)));
    Ok(files)
}
