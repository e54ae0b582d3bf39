//! Two states of a workspace, the second of which may be the work tree: find both, then read of the first only what
//! differs. Nothing is checked out.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use ecow::EcoString;
use rayon::prelude::*;

use super::OpError;
use super::place::Place;
use crate::format::FileKind;
use crate::history::{
    BlobId, FileNature, HistoryError, Revision, RevisionFile, Revisions, with_unix_line_ends,
};
use crate::model::Workspace;
use crate::source::FileId;
use crate::workspace::{self, Given, GivenContent, Loaded, MAX_BYTES};

/// What stands in the place of a revision's name where the files on the disk are meant.
pub const WORK_TREE: &str = "work tree";

/// Two states of one workspace.
#[derive(Debug)]
pub struct Pair {
    /// What is compared with.
    pub base: Side,
    /// What it became.
    pub head: Side,
    /// What need not be compared.
    pub unchanged: Unchanged,
}

impl Pair {
    /// Whether the workspace lies in different folders of the two.
    pub fn is_moved(&self) -> bool {
        matches!((&self.base.folder, &self.head.folder), (Some(base), Some(head)) if base != head)
    }
}

/// One state.
#[derive(Debug)]
pub struct Side {
    /// The workspace with its own files and ids; empty where the revision has none.
    pub loaded: Loaded,
    /// The revision as it was asked for, `merge base with …`, or [`WORK_TREE`].
    pub name: String,
    /// The commit in hex; `None` for the work tree.
    pub commit: Option<String>,
    /// When it was committed, in seconds since 1970; `None` for the work tree.
    pub time: Option<i64>,
    /// The workspace's folder, relative to the root of the repository (empty: the root itself); `None` where this state
    /// has no such workspace.
    pub folder: Option<String>,
}

/// What is written in files that say the same on both sides, by name; only what exists on both. An item that is not
/// here need not mean something else.
#[derive(Debug, Default)]
pub struct Unchanged {
    /// `flagc.toml`.
    pub settings: bool,
    /// Flags, by key.
    pub flags: BTreeSet<EcoString>,
    /// Segments.
    pub segments: BTreeSet<EcoString>,
    /// Services.
    pub services: BTreeSet<EcoString>,
    /// Deployments, by environment.
    pub deployments: BTreeSet<EcoString>,
    /// Release units.
    pub releases: BTreeSet<EcoString>,
}

/// Loads the two states that `flagc diff [BASE [HEAD]]` compares. Without `base` it is the merge base of the head (of
/// `HEAD`, for the work tree) with the main branch; without `head` it is the work tree.
///
/// # Errors
/// [`OpError::History`] and [`OpError::NoWorkspace`], and where no side has a workspace [`OpError::NoWorkspaceIn`].
pub fn load_pair(start: &Path, base: Option<&str>, head: Option<&str>) -> Result<Pair, OpError> {
    let (revisions, root) = open(start)?;
    if head.is_none() && revisions.is_bare() {
        return Err(HistoryError::NoWorkTree { repository: revisions.path().into() }.into());
    }
    let tip = head.map(|name| revisions.resolve(name)).transpose()?;
    let base = match (base, &tip) {
        (Some(name), _) => revisions.resolve(name)?,
        (None, Some(tip)) => revisions.merge_base(tip)?,
        (None, None) => revisions.merge_base(&revisions.resolve("HEAD")?)?,
    };
    let place = match (&root, &tip) {
        (Some(root), tip) => Place::on_disk(&revisions, root, tip.as_ref())?,
        (None, Some(tip)) => Place::in_trees(&revisions, tip, &base)?,
        (None, None) => return Err(OpError::NoWorkspace { start: start.to_path_buf() }),
    };
    let base_folder = place.find_in(&revisions, &base)?;
    let (head, blobs) = match (tip, root) {
        (Some(tip), _) => head_of_revision(&revisions, tip, place.folder)?,
        (None, Some(root)) => (head_of_disk(&root, place.folder), None),
        (None, None) => return Err(OpError::NoWorkspace { start: start.to_path_buf() }),
    };
    if head.folder.is_none() && base_folder.is_none() {
        return Err(OpError::NoWorkspaceIn { revision: head.name });
    }
    let (base, unchanged) = load_base(&revisions, base, base_folder, &head.loaded, blobs.as_deref())?;
    Ok(Pair { base, head, unchanged })
}

/// The workspace in `root` as it was where HEAD left another revision. What says the same in `head`, which was loaded from
/// the disk, is taken from there.
pub(super) fn left_at(root: &Path, revision: &str, head: &Loaded) -> Result<Side, OpError> {
    let revisions = Revisions::open(root)?;
    let base = revisions.merge_base_of(&revisions.resolve("HEAD")?, &revisions.resolve(revision)?)?;
    let folder = Place::on_disk(&revisions, root, None)?.find_in(&revisions, &base)?;
    Ok(load_base(&revisions, base, folder, head, None)?.0)
}

/// The repository, and the workspace on the disk if there is one.
pub(super) fn open(start: &Path) -> Result<(Revisions, Option<PathBuf>), OpError> {
    let around = Revisions::open(start);
    if around.as_ref().is_ok_and(Revisions::is_bare) {
        return Ok((around?, None));
    }
    match workspace::find_root(start) {
        // It may lie in another repository than the start: around a submodule, or in `flags/`.
        Some(root) => Ok((Revisions::open(&root)?, Some(root))),
        None => Ok((around?, None)),
    }
}

fn head_of_disk(root: &Path, folder: Option<String>) -> Side {
    Side { loaded: workspace::load(root), name: WORK_TREE.to_owned(), commit: None, time: None, folder }
}

/// The head, and the blobs of its files in the order of its sources.
fn head_of_revision(
    revisions: &Revisions,
    tip: Revision,
    folder: Option<String>,
) -> Result<(Side, Option<Vec<BlobId>>), OpError> {
    let files = files_in(revisions, &tip, folder.as_deref())?;
    let blobs = files.iter().map(|file| file.blob).collect();
    let same = vec![None; files.len()];
    let loaded = load(revisions, files, &same, &Loaded::default())?;
    Ok((side(tip, folder, loaded), Some(blobs)))
}

/// The base: of the head's files those that are the same, the others from Git.
fn load_base(
    revisions: &Revisions,
    base: Revision,
    folder: Option<String>,
    head: &Loaded,
    head_blobs: Option<&[BlobId]>,
) -> Result<(Side, Unchanged), OpError> {
    let files = files_in(revisions, &base, folder.as_deref())?;
    let same = same_files(&files, head, head_blobs);
    let names: Vec<(FileKind, EcoString)> = files
        .iter()
        .zip(&same)
        .filter(|(_, same)| same.is_some())
        .map(|(file, _)| (FileKind::of(&file.path), workspace::stem(&file.path).into()))
        .collect();
    let loaded = load(revisions, files, &same, head)?;
    let unchanged = unchanged(names, head, &loaded);
    Ok((side(base, folder, loaded), unchanged))
}

pub(super) fn files_in(
    revisions: &Revisions,
    revision: &Revision,
    folder: Option<&str>,
) -> Result<Vec<RevisionFile>, OpError> {
    Ok(folder.map(|folder| revisions.files(revision, folder)).transpose()?.unwrap_or_default())
}

fn side(revision: Revision, folder: Option<String>, loaded: Loaded) -> Side {
    Side { loaded, name: revision.name, commit: Some(revision.id), time: Some(revision.time), folder }
}

/// Loads files of a revision; of those that are the `same` as one of `known`, nothing is read from Git.
pub(super) fn load(
    revisions: &Revisions,
    files: Vec<RevisionFile>,
    same: &[Option<FileId>],
    known: &Loaded,
) -> Result<Loaded, OpError> {
    if files.is_empty() {
        return Ok(Loaded::default());
    }
    let is_read =
        |(file, same): &(&RevisionFile, &Option<FileId>)| same.is_none() && file.nature == FileNature::File;
    let blobs: Vec<BlobId> = files.iter().zip(same).filter(is_read).map(|(file, _)| file.blob).collect();
    let mut bytes = revisions.read(&blobs, MAX_BYTES)?.into_iter();
    let given = files.into_iter().zip(same).map(|(file, same)| {
        let content = match (same, file.nature) {
            (Some(id), _) => GivenContent::Known(*id),
            (None, FileNature::File) => {
                bytes.next().flatten().map_or(GivenContent::Oversized, GivenContent::Bytes)
            }
            (None, FileNature::Link) => GivenContent::Other("a symbolic link"),
            (None, FileNature::Folder) => GivenContent::Other("a folder"),
        };
        Given { path: file.path, content }
    });
    Ok(workspace::load_given(given.collect(), known))
}

/// For each file of the base the head's file that defines the same thing with the same words. A name that the head has
/// twice, and a file without text, are the same as nothing.
fn same_files(files: &[RevisionFile], head: &Loaded, head_blobs: Option<&[BlobId]>) -> Vec<Option<FileId>> {
    let mut by_name: HashMap<(FileKind, &str), Option<usize>> = HashMap::new();
    for (index, source) in head.sources.files.iter().enumerate() {
        let name = (FileKind::of(&source.path), workspace::stem(&source.path));
        by_name.entry(name).and_modify(|twice| *twice = None).or_insert(Some(index));
    }
    let find = |file: &RevisionFile| {
        let name = (FileKind::of(&file.path), workspace::stem(&file.path));
        let index = by_name.get(&name).copied().flatten()?;
        let source = head.sources.files.get(index)?;
        let same = match head_blobs {
            Some(blobs) => blobs.get(index) == Some(&file.blob),
            None => says_the_same(&source.text, file.blob),
        };
        let id = u32::try_from(index).ok().map(FileId)?;
        (same && file.nature == FileNature::File && !source.text.is_empty()).then_some(id)
    };
    files.par_iter().map(find).collect()
}

/// Whether a text is that of a blob, but for line ends as Git converts them in a work tree: they mean nothing in TOML
/// outside of strings of several lines.
fn says_the_same(text: &str, blob: BlobId) -> bool {
    if blob.is_of(text.as_bytes()) {
        return true;
    }
    let meant = !text.contains("\r\n") || text.contains("\"\"\"") || text.contains("'''");
    !meant && blob.is_of(&with_unix_line_ends(text.as_bytes()))
}

/// Sorts the names of unchanged files by what they name, as far as both sides have it.
fn unchanged(names: Vec<(FileKind, EcoString)>, head: &Loaded, base: &Loaded) -> Unchanged {
    let mut unchanged = Unchanged::default();
    let (one, two) = (&head.workspace, &base.workspace);
    let both = |has: &dyn Fn(&Workspace) -> bool| has(one) && has(two);
    for (kind, name) in names {
        let (list, known) = match kind {
            FileKind::Workspace => {
                unchanged.settings = true;
                continue;
            }
            FileKind::Flag => (&mut unchanged.flags, both(&|w| w.flag_id(&name).is_some())),
            FileKind::Segment => {
                (&mut unchanged.segments, both(&|w| has(&w.segments, &name, |item| &item.name)))
            }
            FileKind::Service => {
                (&mut unchanged.services, both(&|w| has(&w.services, &name, |item| &item.name)))
            }
            FileKind::Deployment => {
                (&mut unchanged.deployments, both(&|w| has(&w.deployments, &name, |item| &item.environment)))
            }
            FileKind::Release => {
                (&mut unchanged.releases, both(&|w| has(&w.releases, &name, |item| &item.name)))
            }
        };
        if known {
            list.insert(name);
        }
    }
    unchanged
}

fn has<T>(items: &[T], name: &EcoString, name_of: impl Fn(&T) -> &EcoString) -> bool {
    items.binary_search_by(|item| name_of(item).cmp(name)).is_ok()
}
