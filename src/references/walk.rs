//! The files of services, walked in parallel. `.gitignore` is respected and nothing else that leaves files out, so that
//! every machine searches the same; `.git` and the workspace itself are left out, links are not followed, and nothing but
//! regular files is opened.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ignore::{WalkBuilder, WalkState};

use super::{Class, Reason, Skipped, Source};

/// Calls `each` with every regular file of a service's code and its path below the folder, on several threads.
pub(super) fn walk(
    source: &Source,
    workspace: &Path,
    skipped: &Mutex<Vec<Skipped>>,
    each: &(impl Fn(&Path, &str) + Sync),
) {
    let own = workspace.canonicalize().unwrap_or_else(|_| workspace.to_path_buf());
    let start = source.path.canonicalize().unwrap_or_else(|_| source.path.clone());
    let inside = start.starts_with(&own);
    let root = start.clone();
    let walk = WalkBuilder::new(&start)
        .hidden(false)
        .ignore(false)
        .git_exclude(false)
        .git_global(false)
        .require_git(false)
        .threads(rayon::current_num_threads())
        .filter_entry(move |entry| {
            entry.depth() == 0 || (entry.file_name() != ".git" && (inside || entry.path() != own))
        })
        .build_parallel();
    walk.run(|| {
        Box::new(|entry| {
            let Ok(entry) = entry else {
                skip(skipped, source, &source.shown, Reason::Unreadable);
                return WalkState::Continue;
            };
            let path = entry.path();
            let below = path.strip_prefix(&root).unwrap_or(path).to_string_lossy().replace('\\', "/");
            match entry.file_type() {
                Some(kind) if kind.is_file() => each(path, &below),
                Some(kind) if kind.is_symlink() => {
                    let reason = of_link(path, &below, &root);
                    skip(skipped, source, &shown(source, &below), reason);
                }
                Some(kind) if !kind.is_dir() => {
                    skip(skipped, source, &shown(source, &below), Reason::Special);
                }
                Some(_) | None => {}
            }
            WalkState::Continue
        })
    });
}

/// Whether code that is not searched stands behind a link; a licence or a settings file does not matter.
fn of_link(link: &Path, below: &str, root: &Path) -> Reason {
    let matters = Class::by_path(below).is_none_or(Class::needs_the_flag);
    match link.canonicalize() {
        Ok(target) if matters && !target.starts_with(root) => Reason::LinkOut,
        Ok(_) | Err(_) => Reason::Link,
    }
}

/// Notes what was not searched.
pub(super) fn skip(skipped: &Mutex<Vec<Skipped>>, source: &Source, file: &str, reason: Reason) {
    let skip = Skipped { service: source.service.clone(), file: file.to_owned(), reason };
    skipped.lock().unwrap_or_else(PoisonError::into_inner).push(skip);
}

/// How a file is shown.
pub(super) fn shown(source: &Source, below: &str) -> String {
    let folder = source.shown.trim_end_matches('/');
    if below.is_empty() { folder.to_owned() } else { format!("{folder}/{below}") }
}

/// A file that was searched.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Searched {
    /// As it is shown.
    pub(super) shown: String,
    /// Below the service's folder, with `/` between folders.
    pub(super) below: String,
    /// On the disk.
    pub(super) path: PathBuf,
}
