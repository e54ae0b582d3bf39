//! Which files belong to a workspace: found from the root, in an order that no thread and no file system decides.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ignore::{DirEntry, ParallelVisitor, ParallelVisitorBuilder, WalkBuilder, WalkState};
use rayon::prelude::*;

use crate::source::FileId;

/// The file that makes a folder a workspace.
pub const WORKSPACE_FILE: &str = "flagc.toml";

/// Finds the workspace for a folder: the folder itself or the nearest one above it that holds `flagc.toml`, else
/// `flags/` below it.
pub fn find_root(start: &Path) -> Option<PathBuf> {
    let is_root = |folder: &&Path| folder.join(WORKSPACE_FILE).is_file();
    let above = start.ancestors().find(is_root).map(Path::to_path_buf);
    above.or_else(|| Some(start.join("flags")).filter(|folder| is_root(&folder.as_path())))
}

/// A `.toml` that was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Relative to the root, with `/` between folders; what is not UTF-8 in it is replaced.
    pub path: String,
    /// Where its bytes are.
    pub origin: Origin,
    /// What it is.
    pub nature: Nature,
}

/// Where the bytes of a file are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// On the disk, below the root; its path as the system has it where that is another than the one that is shown.
    Disk(Option<Box<Path>>),
    /// In memory already.
    Bytes(Vec<u8>),
    /// In another workspace that was loaded before, whose file of this id is the same.
    Known(FileId),
}

/// What a name that ends in `.toml` turned out to be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nature {
    /// A file with a readable name.
    File,
    /// Something else: a symbolic link, a folder, a pipe.
    Other(&'static str),
    /// A file that is too large to be fetched at all.
    Oversized,
    /// A folder that could not be listed, or an entry that could not be looked at.
    Unreadable(String),
}

/// All `.toml` files below the root, sorted by path. Hidden files and what `.gitignore` excludes are left out; symbolic
/// links are not followed but named, so that nobody believes that they are read.
pub fn discover(root: &Path) -> Vec<Found> {
    // Inside a repository its own ignore files count, as for Git; outside of one, only those of the workspace.
    let absolute = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
    let in_repository = absolute.ancestors().any(|folder| folder.join(".git").exists());
    let walk = WalkBuilder::new(root)
        .follow_links(false)
        .hidden(true)
        .ignore(false)
        .git_ignore(true)
        .git_exclude(false)
        .git_global(false)
        .require_git(in_repository)
        .parents(in_repository)
        .threads(rayon::current_num_threads())
        .build_parallel();
    let all = Mutex::new(Vec::new());
    walk.visit(&mut Walkers { root, all: &all });
    let mut found = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.par_sort_unstable();
    found
}

/// Makes a [`Walker`] for every thread.
struct Walkers<'w> {
    root: &'w Path,
    all: &'w Mutex<Vec<Found>>,
}

impl<'w> ParallelVisitorBuilder<'w> for Walkers<'w> {
    fn build(&mut self) -> Box<dyn ParallelVisitor + 'w> {
        Box::new(Walker { root: self.root, found: Vec::new(), all: self.all })
    }
}

/// What one thread finds; when it is done, it adds it to what all have found.
struct Walker<'w> {
    root: &'w Path,
    found: Vec<Found>,
    all: &'w Mutex<Vec<Found>>,
}

impl ParallelVisitor for Walker<'_> {
    fn visit(&mut self, entry: Result<DirEntry, ignore::Error>) -> WalkState {
        self.found.extend(look_at(self.root, entry));
        WalkState::Continue
    }
}

impl Drop for Walker<'_> {
    fn drop(&mut self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).append(&mut self.found);
    }
}

fn look_at(root: &Path, entry: Result<DirEntry, ignore::Error>) -> Option<Found> {
    match entry {
        Ok(entry) => {
            let path = entry.path();
            if entry.depth() == 0 || path.extension().is_none_or(|extension| extension != "toml") {
                return None;
            }
            let kind = entry.file_type()?;
            let nature = if kind.is_file() {
                Nature::File
            } else if kind.is_dir() {
                Nature::Other("a folder")
            } else if kind.is_symlink() {
                Nature::Other("a symbolic link")
            } else {
                Nature::Other("not a regular file")
            };
            Some(found(root, path, nature))
        }
        Err(error) => {
            let path = path_of(&error)?;
            let reason = error.io_error().map_or_else(|| error.to_string(), io_reason);
            Some(found(root, path, Nature::Unreadable(reason)))
        }
    }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}

/// What the system says, without the number that differs between systems.
pub fn io_reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        std::io::ErrorKind::NotFound => "it is not there any more".to_owned(),
        _ => error.to_string(),
    }
}

/// What leads from the root to a path that was made from it, if that is readable. `Path::strip_prefix` would take both
/// apart into folders, for every file.
fn below<'p>(root: &Path, path: &'p Path) -> Option<&'p Path> {
    let rest = path.to_str()?.strip_prefix(root.to_str()?)?;
    rest.strip_prefix(std::path::MAIN_SEPARATOR).map(Path::new)
}

fn found(root: &Path, path: &Path, nature: Nature) -> Found {
    let relative = below(root, path).or_else(|| path.strip_prefix(root).ok()).unwrap_or(path);
    match relative.to_str() {
        Some(text) if std::path::MAIN_SEPARATOR == '/' => {
            Found { path: text.to_owned(), origin: Origin::Disk(None), nature }
        }
        _ => {
            let parts: Vec<_> =
                relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
            Found { path: parts.join("/"), origin: Origin::Disk(Some(relative.into())), nature }
        }
    }
}
