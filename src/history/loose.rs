//! Objects that lie in files of their own. Of what lies in a pack, the pack's checksums tell damage; whether a loose
//! object is the one that its name says, only its content tells.

use std::collections::HashSet;
use std::fs;

use git2::{Blob, Commit, Odb, OdbObject, Oid, Repository, Tree};

/// The ids of a repository's loose objects.
#[derive(Debug, Default)]
pub(super) struct Loose(HashSet<Oid>);

impl Loose {
    /// Lists them; what cannot be listed counts as packed.
    pub(super) fn of(repository: &Repository) -> Self {
        let folders = fs::read_dir(repository.commondir().join("objects")).into_iter().flatten().flatten();
        let mut ids = HashSet::new();
        for folder in folders {
            let name = folder.file_name();
            let Some(start) = name.to_str().filter(|name| name.len() == 2) else { continue };
            for file in fs::read_dir(folder.path()).into_iter().flatten().flatten() {
                let rest = file.file_name();
                ids.extend(rest.to_str().and_then(|rest| Oid::from_str(&format!("{start}{rest}")).ok()));
            }
        }
        Self(ids)
    }

    /// Reads an object, and does not believe a loose one whose content has another id.
    pub(super) fn read<'o>(&self, objects: &'o Odb<'_>, id: Oid) -> Result<OdbObject<'o>, git2::Error> {
        let object = objects.read(id)?;
        if self.0.contains(&id) && Oid::hash_object(object.kind(), object.data())? != id {
            return Err(git2::Error::from_str("its content is that of another object"));
        }
        Ok(object)
    }

    /// Makes sure of an object that is read in another way.
    fn confirm(&self, repository: &Repository, id: Oid) -> Result<(), git2::Error> {
        if self.0.contains(&id) { self.read(&repository.odb()?, id).map(drop) } else { Ok(()) }
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
