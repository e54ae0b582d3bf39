//! The line of a workspace: its commits along first parents, each with the `.toml` files that it changed, read by
//! comparing trees and following the workspace where its folder moved. Files are compared by object id, never read.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use git2::{ErrorCode, Oid, Repository};
use rayon::prelude::*;

use super::loose::Store;
use super::{BlobId, HistoryError, Reader, Revision, Revisions, changes, dates};

/// Fewer pairs of commits than this are compared on one thread.
const FEW: usize = 256;

/// Commits along first parents.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    /// Newest first; never empty where it was walked.
    pub commits: Vec<ChainCommit>,
    /// What lies beyond the oldest.
    pub end: ChainEnd,
}

/// A commit of a [`Chain`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainCommit {
    pub(super) id: Oid,
    tree: Oid,
    /// When it was committed, in seconds since 1970, as far as that fits its neighbours (see [`dates::believable`]).
    pub time: i64,
}

/// Why a walk ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum ChainEnd {
    /// The oldest commit has no parent: this is all there is.
    #[default]
    Root,
    /// The clone is shallow: there was more.
    Shallow,
    /// It was not asked for more.
    Horizon,
}

/// The commits of a chain that changed the workspace.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// Newest first. The newest is there in any case, and so is the oldest that is known where the line is cut.
    pub commits: Vec<LineCommit>,
    /// Whether what lies before the oldest commit is not known: a shallow clone, a horizon.
    pub is_cut: bool,
}

/// A commit, and what it changed in the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineCommit {
    /// `None` for what is not committed yet.
    id: Option<Oid>,
    /// When it was committed: see [`ChainCommit::time`].
    pub time: i64,
    /// Against its first parent, in no order that means anything; everything where the workspace begins.
    pub changes: Vec<FileChange>,
}

/// A `.toml` of the workspace that a commit changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// Relative to the workspace, with `/` between folders; what is not UTF-8 in it is replaced.
    pub path: String,
    /// What it was; `None` where it is new.
    pub before: Option<BlobId>,
    /// What it became; `None` where it was deleted.
    pub after: Option<BlobId>,
}

impl ChainCommit {
    /// The commit's id in hex.
    pub fn id(&self) -> String {
        self.id.to_string()
    }
}

impl LineCommit {
    /// What is not committed yet, as if it were at this time.
    pub fn uncommitted(time: i64, changes: Vec<FileChange>) -> Self {
        Self { id: None, time, changes }
    }

    /// A commit of which no more is known than its id, in bytes, and its time; `None` where that is no id.
    pub fn known(id: &[u8], time: i64) -> Option<Self> {
        let id = if id.is_empty() { None } else { Some(Oid::from_bytes(id).ok()?) };
        Some(Self { id, time, changes: Vec::new() })
    }

    /// The commit's id in bytes; none for what is not committed yet.
    pub fn id_bytes(&self) -> &[u8] {
        self.id.as_ref().map_or(&[], Oid::as_bytes)
    }

    /// The commit's id in hex; `None` for what is not committed yet.
    pub fn id(&self) -> Option<String> {
        self.id.map(|id| id.to_string())
    }
}

/// Where the workspace lay in the older of two neighbouring commits: asked with the older one, the newer one, and the
/// folder in the newer.
pub type Follow<'f, E> = dyn FnMut(&Revision, &Revision, &str) -> Result<Option<String>, E> + 'f;

impl Revisions {
    /// The commits from a revision on, along first parents. With a `horizon` (seconds since 1970) no more than the first
    /// one that was committed then or before.
    ///
    /// # Errors
    /// A commit that is missing though the clone is not shallow, or damaged.
    pub fn chain(&self, tip: &Revision, horizon: Option<i64>) -> Result<Chain, HistoryError> {
        let boundary = self.shallow_boundary();
        let mut chain = Chain::default();
        let mut next = Some(self.id(&tip.id)?);
        while let Some(id) = next {
            let commit = match self.store().commit(id) {
                Ok(commit) => commit,
                Err(error) if error.code() == ErrorCode::NotFound => {
                    return Err(self.missing(format!("commit `{id}`")));
                }
                Err(error) => return Err(self.error(format!("commit `{id}`"), &error)),
            };
            let time = commit.time().seconds();
            chain.commits.push(ChainCommit { id, tree: commit.tree_id(), time });
            if boundary.contains(&id) {
                chain.end = ChainEnd::Shallow;
                break;
            }
            if horizon.is_some_and(|horizon| time <= horizon) {
                chain.end = ChainEnd::Horizon;
                break;
            }
            next = commit.parent_id(0).ok();
        }
        dates::settle(&mut chain.commits);
        Ok(chain)
    }

    /// Where the clone ends, in words that change when it is deepened; empty where it has everything.
    pub fn boundary(&self) -> String {
        std::fs::read_to_string(self.repository.commondir().join("shallow")).unwrap_or_default()
    }

    /// A folder for what can be found out again, in the directory that all worktrees share.
    pub fn cache_folder(&self) -> PathBuf {
        self.repository.commondir().join("flagc")
    }

    /// The commits at which a shallow clone ends. The file lies in the folder that all worktrees share, where libgit2
    /// does not look.
    fn shallow_boundary(&self) -> HashSet<Oid> {
        self.boundary().lines().filter_map(|line| Oid::from_str(line.trim()).ok()).collect()
    }

    /// The line of the workspace that lies in `folder` of the chain's newest commit. `follow` is asked where an older
    /// commit does not have it there.
    ///
    /// # Errors
    /// A tree that is missing or damaged, and what `follow` fails with.
    pub fn line<E: From<HistoryError>>(
        &self,
        chain: &Chain,
        folder: &str,
        follow: &mut Follow<'_, E>,
    ) -> Result<Line, E> {
        let mut line = Line { commits: Vec::new(), is_cut: chain.end != ChainEnd::Root };
        let mut folder = folder.to_owned();
        let mut from = 0;
        while from < chain.commits.len() {
            let stretch = self.stretch(&chain.commits[from..], chain.end, &folder)?;
            line.commits.extend(stretch.commits);
            let Some(left) = stretch.left else { break };
            // The older of the pair does not have the workspace where the newer has it.
            let index = from + left;
            let (newer, older) = (&chain.commits[index], &chain.commits[index + 1]);
            let moved = follow(&named(older), &named(newer), &folder)?;
            let changes = match &moved {
                Some(old) => self.between(older, old, newer, &folder)?,
                None => self.everything(newer, &folder)?,
            };
            if !changes.is_empty() || index == 0 {
                line.commits.push(LineCommit { id: Some(newer.id), time: newer.time, changes });
            }
            let Some(old) = moved else {
                line.is_cut = false;
                break;
            };
            folder = old;
            from = index + 1;
        }
        if let Some(oldest) = chain.commits.last()
            && line.is_cut
            && line.commits.last().is_none_or(|last| last.id != Some(oldest.id))
        {
            line.commits.push(LineCommit { id: Some(oldest.id), time: oldest.time, changes: Vec::new() });
        }
        Ok(line)
    }

    /// As far as the workspace stays in one folder.
    fn stretch(&self, commits: &[ChainCommit], end: ChainEnd, folder: &str) -> Result<Stretch, HistoryError> {
        let count = commits.len();
        let threads = if count < FEW { 1 } else { rayon::current_num_threads().max(1) };
        // Small shares: where the folder moves, what was compared beyond it was in vain.
        let share = if threads == 1 { count } else { count.div_ceil(threads * 4).max(FEW / 2) };
        let starts: Vec<usize> = (0..count).step_by(share.max(1)).collect();
        let parts: Vec<Vec<Pair>> = if threads == 1 {
            vec![
                compare(self.store(), commits, 0..count, end, folder)
                    .map_err(|failed| self.damaged(&failed))?,
            ]
        } else {
            let (path, start, loose) = (self.path(), self.start.as_path(), &self.loose);
            let compare_part = |first: &usize| {
                // A repository cannot be shared between threads: each opens its own.
                let repository = Repository::open(path)
                    .map_err(|error| Reader { root: start }.error("the settings", &error))?;
                let range = *first..(first + share).min(count);
                let store = Store { repository: &repository, loose };
                compare(store, commits, range, end, folder).map_err(|failed| damaged(start, &failed))
            };
            starts.par_iter().map(compare_part).collect::<Result<_, HistoryError>>()?
        };
        let mut stretch = Stretch { commits: Vec::new(), left: None };
        for (index, pair) in parts.into_iter().flatten().enumerate() {
            let commit = &commits[index];
            match pair {
                Pair::Same if index > 0 => {}
                Pair::Same => stretch.push(commit, Vec::new()),
                Pair::Changed(changes) => stretch.push(commit, changes),
                Pair::Left => {
                    stretch.left = Some(index);
                    break;
                }
            }
        }
        Ok(stretch)
    }

    fn between(
        &self,
        older: &ChainCommit,
        old_folder: &str,
        newer: &ChainCommit,
        folder: &str,
    ) -> Result<Vec<FileChange>, HistoryError> {
        let mut trees = changes::Trees::new(self.store()).map_err(|failed| self.damaged(&failed))?;
        let mut compare = || {
            let before = trees.folder(older.tree, old_folder)?;
            let after = trees.folder(newer.tree, folder)?;
            trees.compare(before, after)
        };
        compare().map_err(|failed| self.damaged(&failed))
    }

    fn everything(&self, commit: &ChainCommit, folder: &str) -> Result<Vec<FileChange>, HistoryError> {
        let mut trees = changes::Trees::new(self.store()).map_err(|failed| self.damaged(&failed))?;
        let mut list = || {
            let tree = trees.folder(commit.tree, folder)?;
            trees.compare(None, tree)
        };
        list().map_err(|failed| self.damaged(&failed))
    }

    fn damaged(&self, failed: &changes::Failed) -> HistoryError {
        damaged(&self.start, failed)
    }
}

fn damaged(start: &Path, failed: &changes::Failed) -> HistoryError {
    let what = format!("object `{}`", failed.object);
    match failed.error.code() {
        ErrorCode::NotFound => HistoryError::Missing { start: start.into(), what },
        _ => Reader { root: start }.error(what, &failed.error),
    }
}

struct Stretch {
    commits: Vec<LineCommit>,
    /// The first commit, by position, whose parent has no workspace in the folder.
    left: Option<usize>,
}

impl Stretch {
    fn push(&mut self, commit: &ChainCommit, changes: Vec<FileChange>) {
        self.commits.push(LineCommit { id: Some(commit.id), time: commit.time, changes });
    }
}

/// A commit compared with its parent.
enum Pair {
    Same,
    Changed(Vec<FileChange>),
    /// The parent has no workspace in the folder.
    Left,
}

/// Compares commits with their parents; the oldest of all, which has none in the chain, counts as the same.
fn compare(
    store: Store<'_>,
    commits: &[ChainCommit],
    range: std::ops::Range<usize>,
    end: ChainEnd,
    folder: &str,
) -> Result<Vec<Pair>, changes::Failed> {
    let mut trees = changes::Trees::new(store)?;
    let mut pairs = Vec::with_capacity(range.len());
    for index in range {
        let newer = &commits[index];
        let Some(older) = commits.get(index + 1) else {
            pairs.push(oldest(&mut trees, newer, end, folder)?);
            break;
        };
        if older.tree == newer.tree {
            pairs.push(Pair::Same);
            continue;
        }
        let (before, after) = (trees.folder(older.tree, folder)?, trees.folder(newer.tree, folder)?);
        if before == after && before.is_some() {
            pairs.push(Pair::Same);
            continue;
        }
        let Some(before) = before else {
            pairs.push(Pair::Left);
            break;
        };
        let changes = trees.compare(Some(before), after)?;
        let created = |change: &FileChange| change.path == "flagc.toml" && change.before.is_none();
        if changes.iter().any(created) {
            pairs.push(Pair::Left);
            break;
        }
        pairs.push(if changes.is_empty() { Pair::Same } else { Pair::Changed(changes) });
    }
    Ok(pairs)
}

/// The oldest commit adds all that it has, unless there are more that are not in the chain.
fn oldest(
    trees: &mut changes::Trees<'_>,
    commit: &ChainCommit,
    end: ChainEnd,
    folder: &str,
) -> Result<Pair, changes::Failed> {
    match end {
        ChainEnd::Shallow | ChainEnd::Horizon => Ok(Pair::Same),
        ChainEnd::Root => {
            let tree = trees.folder(commit.tree, folder)?;
            Ok(Pair::Changed(trees.compare(None, tree)?))
        }
    }
}

fn named(commit: &ChainCommit) -> Revision {
    let id = commit.id.to_string();
    Revision { name: id.clone(), id, time: commit.time }
}
