//! A workspace with its past: the state that is judged, and what each of its flags has served.

use std::path::Path;

use super::{OpError, revisions};
use crate::constancy::{self, Extent, FlagHistory, Question};
use crate::history::{BlobId, Chain, ChainEnd, HistoryError, Line, Revision, Revisions};
use crate::source::FileId;
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
        Err(OpError::History(HistoryError::NotARepository { .. })) => return without_git(start, as_of, Reach::Outside),
        Err(error) => return Err(error),
    };
    let head = match revisions.resolve("HEAD") {
        Ok(head) => head,
        Err(HistoryError::NoCommits { .. }) => return without_git(start, as_of, Reach::Unborn),
        Err(error) => return Err(error.into()),
    };
    let (tip, now) = judged(&revisions, head, as_of)?;
    let chain = revisions.chain(&tip, None)?;
    let now = now.max(chain.commits.first().map_or(i64::MIN, |commit| commit.time));
    let Some(folder) = revisions::folder_in(&revisions, root.as_deref(), &tip)? else {
        return Err(OpError::NoWorkspaceIn { revision: tip.name });
    };
    let files = revisions::files_in(&revisions, &tip, Some(&folder))?;
    let blobs: Vec<BlobId> = files.iter().map(|file| file.blob).collect();
    let unknown = vec![None; files.len()];
    let loaded = revisions::load(&revisions, files, &unknown, &Loaded::default())?;
    let line = line(&revisions, &chain, &folder)?;
    let histories = histories(&revisions, &loaded, &blobs, &line, now, extent)?;
    let reach = if line.is_cut { Reach::Shallow } else { Reach::Whole };
    Ok(Past { loaded, folder: Some(folder), commit: Some(tip.id), as_of: now, histories, reach })
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
        revisions::folder_before(revisions, older, newer, folder)
    })
}

fn histories(
    revisions: &Revisions,
    loaded: &Loaded,
    blobs: &[BlobId],
    line: &Line,
    as_of: i64,
    extent: Extent,
) -> Result<Vec<FlagHistory>, OpError> {
    let sources = (0..u32::MAX).map(FileId).zip(&loaded.sources.files);
    let files: Vec<_> = sources
        .zip(blobs)
        .map(|((_, source), blob)| (source.path.as_str(), *blob, source.text.as_bytes()))
        .collect();
    let question = Question { workspace: &loaded.workspace, files: &files, line, as_of, extent };
    Ok(constancy::histories(revisions, &question)?)
}

/// What can be said of a workspace without a commit: what it serves now.
fn without_git(start: &Path, as_of: &AsOf, reach: Reach) -> Result<Past, OpError> {
    let as_of = match as_of {
        AsOf::Now(time) | AsOf::Time(time) => *time,
        AsOf::Revision(name) => {
            return Err(HistoryError::UnknownRevision { name: name.clone(), known: Vec::new(), shallow: false }.into());
        }
    };
    let root = workspace::find_root(start).ok_or_else(|| OpError::NoWorkspace { start: start.to_path_buf() })?;
    let loaded = workspace::load(&root);
    let histories = constancy::present(&loaded.workspace, as_of);
    Ok(Past { loaded, folder: None, commit: None, as_of, histories, reach })
}
