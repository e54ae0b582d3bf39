//! A workspace with its past: the state that is judged, and what each of its flags has served.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::{OpError, place, revisions};
use crate::artifact::{self, OutputFile, Visibility};
use crate::constancy::{self, Extent, FlagHistory, Memory, Question};
use crate::history::{
    BlobId, Chain, ChainEnd, FileChange, HistoryError, Line, LineCommit, Revision, Revisions,
    with_unix_line_ends,
};
use crate::staleness;
use crate::workspace::{self, Loaded};

/// The time that is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AsOf {
    /// The clock's, in seconds since 1970: the commit that is checked out is judged.
    Now(i64),
    /// This one, in seconds since 1970: the last commit that is not younger is judged.
    Time(i64),
    /// When a revision was committed.
    Revision(String),
}

/// A workspace and its past.
#[derive(Debug)]
pub struct Past {
    /// The workspace as of the commit; as it lies on the disk where there is none.
    pub loaded: Loaded,
    /// Where it lies in the repository; `None` where it is in none.
    pub folder: Option<String>,
    /// The commit, in hex.
    pub commit: Option<String>,
    /// The time that is now, in seconds since 1970.
    pub as_of: i64,
    /// What is known of each flag, in the order of the workspace.
    pub histories: Vec<FlagHistory>,
    /// How far the past is known.
    pub reach: Reach,
}

/// How far the past of a workspace is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// From its beginning on.
    Whole,
    /// A shallow clone: what is older than its oldest commit is not known.
    Shallow,
    /// Nothing is committed yet.
    Unborn,
    /// It lies in no Git repository.
    Outside,
}

/// Loads the workspace around a folder as of a time, and finds out its past.
///
/// # Errors
/// Git's, a revision that does not exist, and a folder without a workspace.
pub fn past(start: &Path, as_of: &AsOf, extent: Extent) -> Result<Past, OpError> {
    let (revisions, root) = match revisions::open(start) {
        Ok(opened) => opened,
        Err(OpError::History(HistoryError::NotARepository { .. })) if !matches!(as_of, AsOf::Revision(_)) => {
            return without_git(start, as_of, Reach::Outside);
        }
        Err(error) => return Err(error),
    };
    let head = match revisions.resolve("HEAD") {
        Ok(head) => head,
        Err(HistoryError::NoCommits { .. }) => return without_git(start, as_of, Reach::Unborn),
        Err(error) => return Err(error.into()),
    };
    let (tip, now) = judged(&revisions, head, as_of)?;
    let Some(folder) = place::folder_in(&revisions, root.as_deref(), &tip)? else {
        return Err(OpError::NoWorkspaceIn { revision: tip.name });
    };
    let files = revisions::files_in(&revisions, &tip, Some(&folder))?;
    let blobs: Vec<BlobId> = files.iter().map(|file| file.blob).collect();
    let unknown = vec![None; files.len()];
    let loaded = revisions::load(&revisions, files, &unknown, &Loaded::default())?;
    let cache = Cache::new(&revisions, &tip.id, &folder);
    let (histories, is_cut, now) = if let Some(known) = cache.recall(&loaded, now, extent) {
        known
    } else {
        let chain = revisions.chain(&tip, None)?;
        let now = now.max(chain.commits.first().map_or(i64::MIN, |commit| commit.time));
        let line = line(&revisions, &chain, &folder)?;
        let files = contents(&loaded, &blobs);
        let question =
            Question { workspace: &loaded.workspace, files: &files, line: &line, as_of: now, extent };
        let (histories, memory) = constancy::study(&revisions, &question)?;
        cache.keep(memory);
        (histories, line.is_cut, now)
    };
    let reach = if is_cut { Reach::Shallow } else { Reach::Whole };
    Ok(Past { loaded, folder: Some(folder), commit: Some(tip.id), as_of: now, histories, reach })
}

/// What was found out about one commit and all before it, kept in the Git directory. It is made anew when it is gone, and
/// not believed when its checksum does not fit.
struct Cache {
    path: PathBuf,
    about: String,
}

impl Cache {
    fn new(revisions: &Revisions, tip: &str, folder: &str) -> Self {
        let name = BlobId::of(folder.as_bytes()).map(|id| artifact::hex(&id.as_bytes()[..8]));
        let path = revisions.cache_folder().join(format!("history-{}", name.unwrap_or_default()));
        Self { path, about: format!("{tip} {folder}\n{}", revisions.boundary()) }
    }

    fn recall(&self, loaded: &Loaded, now: i64, extent: Extent) -> Option<(Vec<FlagHistory>, bool, i64)> {
        // Anything but a file could make the reader wait, or lead elsewhere.
        std::fs::symlink_metadata(&self.path).ok().filter(std::fs::Metadata::is_file)?;
        let memory = Memory::from_bytes(&std::fs::read(&self.path).ok()?, &self.about)?;
        let line = memory.line()?;
        let now = now.max(line.commits.first()?.time);
        let histories = constancy::recall(&memory, &loaded.workspace, &line, now, extent)?;
        Some((histories, line.is_cut, now))
    }

    /// Where nothing can be written, nothing is kept.
    fn keep(&self, mut memory: Memory) {
        let bytes = memory.to_bytes(&self.about);
        let file = OutputFile { path: self.path.clone(), bytes, visibility: Visibility::Shared };
        let _ = artifact::write_all(&[file]);
    }
}

/// The commit that is judged, and the time that is now.
fn judged(revisions: &Revisions, head: Revision, as_of: &AsOf) -> Result<(Revision, i64), OpError> {
    match as_of {
        AsOf::Now(now) => Ok((head, *now)),
        AsOf::Revision(name) => {
            let revision = revisions.resolve(name)?;
            Ok((revision, i64::MIN))
        }
        AsOf::Time(time) => {
            let chain = revisions.chain(&head, None)?;
            let commit = chain.commits.iter().find(|commit| commit.time <= *time);
            let commit = commit.ok_or(HistoryError::BeforeFirst {
                oldest: chain.commits.last().map_or(i64::MIN, |commit| commit.time),
                shallow: chain.end == ChainEnd::Shallow,
            })?;
            Ok((revisions.resolve(&commit.id())?, *time))
        }
    }
}

fn line(revisions: &Revisions, chain: &Chain, folder: &str) -> Result<Line, OpError> {
    revisions.line(chain, folder, &mut |older: &Revision, newer: &Revision, folder: &str| {
        place::folder_before(revisions, older, newer, folder)
    })
}

/// The files of a workspace with their contents.
fn contents<'l>(loaded: &'l Loaded, blobs: &[BlobId]) -> Vec<(&'l str, BlobId, &'l [u8])> {
    let files = loaded.sources.files.iter().zip(blobs);
    files.map(|(source, blob)| (source.path.as_str(), *blob, source.text.as_bytes())).collect()
}

/// What can be said of a workspace without a commit: what it serves now.
fn without_git(start: &Path, as_of: &AsOf, reach: Reach) -> Result<Past, OpError> {
    let as_of = match as_of {
        AsOf::Now(time) | AsOf::Time(time) => *time,
        AsOf::Revision(name) => {
            return Err(HistoryError::UnknownRevision {
                name: name.clone(),
                known: Vec::new(),
                shallow: false,
            }
            .into());
        }
    };
    let root =
        workspace::find_root(start).ok_or_else(|| OpError::NoWorkspace { start: start.to_path_buf() })?;
    let loaded = workspace::load(&root);
    let histories = constancy::present(&loaded.workspace, as_of);
    Ok(Past { loaded, folder: None, commit: None, as_of, histories, reach })
}

/// What is known of the flags of the workspace on the disk, no further back than a time, in seconds since 1970, as far as
/// it matters to where they stand in their lives.
#[derive(Debug)]
pub struct Recent {
    /// In the order of the workspace.
    pub histories: Vec<FlagHistory>,
    /// The workspace's files that are not as they were before the change that is looked at; `None` where nobody knows.
    pub touched: Option<BTreeSet<String>>,
    /// A shallow clone: what is older than its oldest commit is not known.
    pub is_cut: bool,
}

/// Finds out the recent past of the workspace that was loaded from `root`. The change that is looked at is what differs
/// from the merge base of HEAD with `against`; without it, what the commit that is checked out changed, and what is not
/// committed.
///
/// # Errors
/// Git's, and a revision that does not exist. A folder outside of every repository and one without commits are
/// [`HistoryError::NotARepository`] and [`HistoryError::NoCommits`].
pub fn recent(
    root: &Path,
    loaded: &Loaded,
    as_of: i64,
    horizon: i64,
    against: Option<&str>,
) -> Result<Recent, OpError> {
    let revisions = Revisions::open(root)?;
    let head = revisions.resolve("HEAD")?;
    let folder = revisions.folder_of(root)?;
    let committed: BTreeMap<String, BlobId> =
        revisions.files(&head, &folder)?.into_iter().map(|file| (file.path, file.blob)).collect();
    let disk = on_disk(loaded, &committed);
    let blobs: Vec<BlobId> = disk.iter().map(|(_, blob)| *blob).collect();
    let chain = revisions.chain(&head, Some(horizon))?;
    let mut line = line(&revisions, &chain, &folder)?;
    let uncommitted = differences(&committed, &disk);
    let touched = if let Some(name) = against {
        let base = revisions.merge_base_of(&head, &revisions.resolve(name)?)?;
        let base_folder = place::folder_before(&revisions, &base, &head, &folder)?;
        let files = revisions::files_in(&revisions, &base, base_folder.as_deref())?;
        differences(&files.into_iter().map(|file| (file.path, file.blob)).collect(), &disk)
    } else {
        let of_head = chain.commits.first().zip(line.commits.first());
        let own = of_head.filter(|(head, first)| first.id().as_deref() == Some(&head.id()));
        let committed = own.map(|(_, first)| first.changes.clone()).unwrap_or_default();
        committed.into_iter().chain(uncommitted.iter().cloned()).collect()
    };
    let touched = Some(touched.into_iter().map(|change| change.path).collect());
    if !uncommitted.is_empty() {
        line.commits.insert(0, LineCommit::uncommitted(as_of, uncommitted));
    }
    let files = contents(loaded, &blobs);
    let workspace = &loaded.workspace;
    let question = Question { workspace, files: &files, line: &line, as_of, extent: Extent::Present };
    let (asked, deciding) = (staleness::asked(workspace, as_of), staleness::deciding(&workspace.config));
    let histories = constancy::histories(&revisions, &question, &asked, &deciding)?;
    Ok(Recent { histories, touched, is_cut: chain.end == ChainEnd::Shallow })
}

/// The files that were read from the disk with the ids of their contents; line ends as Git converts them are no
/// difference.
fn on_disk(loaded: &Loaded, committed: &BTreeMap<String, BlobId>) -> Vec<(String, BlobId)> {
    let files = loaded.sources.files.par_iter().map(|file| {
        let known = committed.get(&file.path).copied();
        let bytes = file.text.as_bytes();
        let same = known.filter(|known| known.is_of(bytes) || known.is_of(&with_unix_line_ends(bytes)));
        let blob = same.or_else(|| BlobId::of(bytes));
        (file.path.clone(), blob.unwrap_or(BlobId::NONE))
    });
    files.collect()
}

fn differences(before: &BTreeMap<String, BlobId>, after: &[(String, BlobId)]) -> Vec<FileChange> {
    let after: BTreeMap<&str, BlobId> = after.iter().map(|(path, blob)| (path.as_str(), *blob)).collect();
    let paths: BTreeSet<&str> = before.keys().map(String::as_str).chain(after.keys().copied()).collect();
    let changes = paths.into_iter().map(|path| FileChange {
        path: path.to_owned(),
        before: before.get(path).copied(),
        after: after.get(path).copied(),
    });
    changes.filter(|change| change.before != change.after).collect()
}
