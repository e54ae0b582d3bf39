//! Objects that lie in files of their own. Of what lies in a pack, the pack's checksums tell damage; whether a loose
//! object is the one that its name says, only its content tells.

use std::fs;
use std::path::PathBuf;

use git2::{Blob, Commit, Odb, OdbObject, Oid, Repository, Tree};

/// Where a repository has its loose objects.
#[derive(Debug)]
pub(super) struct Loose {
    folders: Vec<Folder>,
}

/// A folder of objects.
#[derive(Debug)]
struct Folder {
    path: PathBuf,
    /// For each first byte of an id, whether there are objects whose ids begin so. A clone that was just made has none.
    begins: [bool; 256],
}

impl Loose {
    /// Looks for them; what cannot be listed counts as packed.
    pub(super) fn of(repository: &Repository) -> Self {
        let own = repository.commondir().join("objects");
        // Folders that are borrowed from, as `git clone --shared` does.
        let others = fs::read_to_string(own.join("info/alternates")).unwrap_or_default();
        let others = others.lines().filter(|line| !line.is_empty()).map(|line| own.join(line));
        let folders = std::iter::once(own.clone()).chain(others).map(Folder::of).collect();
        Self { folders }
    }

    fn has(&self, id: Oid) -> bool {
        let first = id.as_bytes().first().copied().map(usize::from);
        self.folders.iter().filter(|folder| first.is_some_and(|first| folder.begins[first])).any(|folder| {
            let name = id.to_string();
            name.split_at_checked(2).is_some_and(|(start, rest)| folder.path.join(start).join(rest).exists())
        })
    }

    /// Reads an object, and does not believe a loose one whose content has another id.
    pub(super) fn read<'o>(&self, objects: &'o Odb<'_>, id: Oid) -> Result<OdbObject<'o>, git2::Error> {
        let object = objects.read(id)?;
        if self.has(id) && Oid::hash_object(object.kind(), object.data())? != id {
            return Err(git2::Error::from_str("its content is that of another object"));
        }
        Ok(object)
    }

    /// Makes sure of an object that is read in another way.
    fn confirm(&self, repository: &Repository, id: Oid) -> Result<(), git2::Error> {
        if self.has(id) { self.read(&repository.odb()?, id).map(drop) } else { Ok(()) }
    }
}

impl Folder {
    fn of(path: PathBuf) -> Self {
        let mut begins = [false; 256];
        for entry in fs::read_dir(&path).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let first = name.to_str().filter(|name| name.len() == 2);
            if let Some(first) = first.and_then(|name| u8::from_str_radix(name, 16).ok()) {
                begins[usize::from(first)] = true;
            }
        }
        Self { path, begins }
    }
}

/// A repository with its loose objects.
#[derive(Clone, Copy)]
pub(super) struct Store<'r> {
    pub(super) repository: &'r Repository,
    pub(super) loose: &'r Loose,
}

impl<'r> Store<'r> {
    pub(super) fn commit(self, id: Oid) -> Result<Commit<'r>, git2::Error> {
        self.loose.confirm(self.repository, id)?;
        self.repository.find_commit(id)
    }

    pub(super) fn tree(self, id: Oid) -> Result<Tree<'r>, git2::Error> {
        self.loose.confirm(self.repository, id)?;
        self.repository.find_tree(id)
    }

    pub(super) fn blob(self, id: Oid) -> Result<Blob<'r>, git2::Error> {
        self.loose.confirm(self.repository, id)?;
        self.repository.find_blob(id)
    }
}
