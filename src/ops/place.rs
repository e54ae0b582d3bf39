//! Where a workspace lies in a revision: in the same folder as elsewhere, or moved.

use std::path::Path;

use ecow::EcoString;

use super::OpError;
use crate::history::{Revision, Revisions};
use crate::workspace::{self, MAX_BYTES, WORKSPACE_FILE};

/// Where the workspace lies in a revision: the one on the disk, else the one that is found there.
pub(super) fn folder_in(
    revisions: &Revisions,
    root: Option<&Path>,
    revision: &Revision,
) -> Result<Option<String>, OpError> {
    let place = match root {
        Some(root) => Place::on_disk(revisions, root, Some(revision))?,
        None => Place::in_trees(revisions, revision, revision)?,
    };
    Ok(place.folder)
}

/// Where the workspace that lies in a folder of the newer of two revisions lay in the older one.
pub(super) fn folder_before(
    revisions: &Revisions,
    older: &Revision,
    newer: &Revision,
    folder: &str,
) -> Result<Option<String>, OpError> {
    Place::in_revision(revisions, newer, folder)?.find_in(revisions, older)
}

/// Where the workspace lies on the head's side, as what the base is searched by.
pub(super) struct Place {
    /// `None` where the head has none.
    pub(super) folder: Option<String>,
    /// Where it would be looked for first.
    wanted: String,
    project: Option<EcoString>,
    /// The folders with a workspace on the head's side: what lies there in the base is not this one, moved.
    taken: Taken,
}

enum Taken {
    /// The head is the work tree.
    Disk,
    Revision(Revision),
}

impl Place {
    /// The workspace on the disk, which the head may have elsewhere if it is a revision.
    pub(super) fn on_disk(
        revisions: &Revisions,
        root: &Path,
        tip: Option<&Revision>,
    ) -> Result<Self, OpError> {
        let wanted = revisions.folder_of(root)?;
        let settings = std::fs::read(root.join(WORKSPACE_FILE)).unwrap_or_default();
        let project = workspace::project_of(&settings);
        let mut place = Self { folder: Some(wanted.clone()), wanted, project, taken: Taken::Disk };
        let Some(tip) = tip else { return Ok(place) };
        place.folder = place.find_in(revisions, tip)?;
        if let Some(folder) = &place.folder {
            place.project = project_in(revisions, tip, folder)?;
            place.wanted.clone_from(folder);
        }
        place.taken = Taken::Revision(tip.clone());
        Ok(place)
    }

    /// Without a workspace on the disk: the one of the head, else the one of the base, which the head has lost.
    pub(super) fn in_trees(revisions: &Revisions, tip: &Revision, base: &Revision) -> Result<Self, OpError> {
        let found = search(revisions, tip)?;
        let (wanted, owner) = match &found {
            Some(folder) => (folder.clone(), tip),
            None => match search(revisions, base)? {
                Some(folder) => (folder, base),
                None => return Err(OpError::NoWorkspaceIn { revision: tip.name.clone() }),
            },
        };
        let project = project_in(revisions, owner, &wanted)?;
        Ok(Self { folder: found, wanted, project, taken: Taken::Revision(tip.clone()) })
    }

    /// The workspace that lies in a folder of a revision.
    fn in_revision(revisions: &Revisions, revision: &Revision, folder: &str) -> Result<Self, OpError> {
        let project = project_in(revisions, revision, folder)?;
        let wanted = folder.to_owned();
        Ok(Self { folder: Some(wanted.clone()), wanted, project, taken: Taken::Revision(revision.clone()) })
    }

    /// The workspace in another revision: in the same folder; else the only one that has left its folder since, or the
    /// only one of those with the same project.
    pub(super) fn find_in(
        &self,
        revisions: &Revisions,
        revision: &Revision,
    ) -> Result<Option<String>, OpError> {
        if revisions.file(revision, &self.wanted, WORKSPACE_FILE)?.is_some() {
            return Ok(Some(self.wanted.clone()));
        }
        let mut left = Vec::new();
        for folder in revisions.folders_with(revision, WORKSPACE_FILE)? {
            if !self.is_taken(revisions, &folder)? {
                left.push(folder);
            }
        }
        if left.len() > 1 {
            let mut same = Vec::new();
            for folder in left {
                if self.project.is_some() && project_in(revisions, revision, &folder)? == self.project {
                    same.push(folder);
                }
            }
            left = same;
        }
        Ok(if left.len() == 1 { left.pop() } else { None })
    }

    fn is_taken(&self, revisions: &Revisions, folder: &str) -> Result<bool, OpError> {
        match &self.taken {
            Taken::Disk => {
                Ok(revisions.on_disk(folder).is_some_and(|folder| folder.join(WORKSPACE_FILE).is_file()))
            }
            Taken::Revision(tip) => Ok(revisions.file(tip, folder, WORKSPACE_FILE)?.is_some()),
        }
    }
}

/// The workspace of a revision that nobody has named: at the root, in `flags/`, or the only one.
fn search(revisions: &Revisions, revision: &Revision) -> Result<Option<String>, OpError> {
    for folder in ["", "flags"] {
        if revisions.file(revision, folder, WORKSPACE_FILE)?.is_some() {
            return Ok(Some(folder.to_owned()));
        }
    }
    let mut folders = revisions.folders_with(revision, WORKSPACE_FILE)?;
    match folders.len() {
        0 | 1 => Ok(folders.pop()),
        _ => Err(OpError::SeveralWorkspaces { revision: revision.name.clone(), folders }),
    }
}

fn project_in(
    revisions: &Revisions,
    revision: &Revision,
    folder: &str,
) -> Result<Option<EcoString>, OpError> {
    let Some(blob) = revisions.file(revision, folder, WORKSPACE_FILE)? else { return Ok(None) };
    let bytes = revisions.read(&[blob], MAX_BYTES)?.pop().flatten();
    Ok(bytes.and_then(|bytes| workspace::project_of(&bytes)))
}
