//! The files of the workspace at one commit, by what they define. Going back in time replaces what a commit changed.

use std::collections::HashMap;

use ecow::EcoString;
use smallvec::SmallVec;

use crate::format::FileKind;
use crate::history::{BlobId, FileChange};
use crate::workspace;

/// A file that others may depend on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Name {
    /// `flagc.toml`.
    Settings,
    /// A flag, by its key.
    Flag(EcoString),
    /// A segment, by its name.
    Segment(EcoString),
}

impl Name {
    /// What the file at a path defines, if flags can depend on it.
    pub(super) fn of(path: &str) -> Option<Self> {
        match FileKind::of(path) {
            FileKind::Workspace => Some(Self::Settings),
            FileKind::Flag => Some(Self::Flag(workspace::stem(path).into())),
            FileKind::Segment => Some(Self::Segment(workspace::stem(path).into())),
            FileKind::Service | FileKind::Deployment | FileKind::Release => None,
        }
    }
}

/// The files at one commit. Of several files with one name the first by path counts, as it does on the disk.
#[derive(Debug, Default)]
pub(super) struct World {
    files: HashMap<Name, SmallVec<[(EcoString, BlobId); 1]>>,
}

impl World {
    pub(super) fn insert(&mut self, path: &str, blob: BlobId) {
        let Some(name) = Name::of(path) else { return };
        let files = self.files.entry(name).or_default();
        match files.binary_search_by(|(other, _)| other.as_str().cmp(path)) {
            Ok(index) => files[index].1 = blob,
            Err(index) => files.insert(index, (path.into(), blob)),
        }
    }

    pub(super) fn get(&self, name: &Name) -> Option<&(EcoString, BlobId)> {
        self.files.get(name)?.first()
    }

    /// Takes a change back; returns what it touched. A file that is not as the change left it was not read, because an
    /// ignore file excludes it: then it was not read before either.
    pub(super) fn take_back(&mut self, change: &FileChange) -> Option<Name> {
        let name = Name::of(&change.path)?;
        let files = self.files.entry(name.clone()).or_default();
        let found = files.binary_search_by(|(path, _)| path.as_str().cmp(&change.path));
        match (found, change.after, change.before) {
            (Ok(index), Some(after), _) if files[index].1 != after => return None,
            (Err(_), Some(_), _) | (Ok(_), None, _) | (Err(_), None, None) => return None,
            (Ok(index), Some(_), Some(before)) => files[index].1 = before,
            (Ok(index), Some(_), None) => {
                files.remove(index);
            }
            (Err(index), None, Some(before)) => files.insert(index, (change.path.as_str().into(), before)),
        }
        if files.is_empty() {
            self.files.remove(&name);
        }
        Some(name)
    }
}
