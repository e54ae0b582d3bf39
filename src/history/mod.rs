//! What Git knows of a workspace: the commit, its place in the project's history, and whether what was read is what is
//! committed. The only place that names git2. Nothing here asks a remote, the clock or the environment.

mod changes;
mod compare;
mod dates;
mod error;
mod line;
mod loose;
mod revision;
mod tree;

use std::path::Path;

pub use compare::with_unix_line_ends;
pub use error::HistoryError;
pub use line::{Chain, ChainCommit, ChainEnd, FileChange, Follow, Line, LineCommit};
pub use revision::{BlobId, FileNature, Revision, RevisionFile, Revisions};

use git2::{Commit, ErrorCode, Repository, RepositoryOpenFlags};

/// A file of the workspace, as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Input<'a> {
    /// Relative to the workspace, with `/` between folders.
    pub path: &'a str,
    /// The bytes that were read.
    pub bytes: &'a [u8],
}

/// What Git knows of a workspace. Two clones of one commit give the same facts, wherever they lie, whoever owns them
/// and in whatever time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The commit that is checked out, if there is one.
    pub head: Head,
    /// `sha256:` and the hex SHA-256 over one record for each file that was read, sorted by path in byte order: the hex
    /// SHA-256 of the file, two spaces, the path relative to the workspace, a NUL byte. `sha256sum -z` writes the same.
    /// A file's bytes are those of its blob at HEAD; where it differs from HEAD, those that were read.
    pub inputs: String,
    /// How what was read differs from HEAD, sorted by path; empty where there is no commit to compare with.
    pub changes: Vec<Change>,
}

/// What is checked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Head {
    /// The workspace does not lie in a Git repository.
    Outside,
    /// It does, and nothing is committed yet.
    Unborn,
    /// A commit.
    Commit(CommitFacts),
}

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitFacts {
    /// Its id in hex.
    pub id: String,
    /// When it was committed: RFC 3339, UTC, whole seconds.
    pub time: String,
    /// The number of commits from it to the first one along first parents, itself included; or the one that was given.
    pub serial: u64,
}

/// A difference between what was read and HEAD.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// Relative to the workspace.
    pub path: String,
    /// What differs.
    pub kind: ChangeKind,
}

/// What differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// Its content is another.
    Modified,
    /// It was read and is not in HEAD.
    Untracked,
    /// It is in HEAD and does not exist.
    Deleted,
    /// It is in HEAD and exists, but an ignore file keeps it from being read.
    Ignored,
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = match self.kind {
            ChangeKind::Modified => "is modified",
            ChangeKind::Untracked => "is not committed",
            ChangeKind::Deleted => "is deleted",
            ChangeKind::Ignored => "is committed, but ignored by a `.gitignore`",
        };
        write!(f, "`{}` {what}", self.path)
    }
}

impl Facts {
    /// Whether what was read is anything else than what is committed.
    pub fn is_dirty(&self) -> bool {
        !matches!(self.head, Head::Commit(_)) || !self.changes.is_empty()
    }
}

/// Describes the workspace in `root`, of which `inputs` were read. `serial` takes the place of counting commits, and so
/// allows a shallow clone.
pub fn describe(root: &Path, inputs: &[Input<'_>], serial: Option<u64>) -> Result<Facts, HistoryError> {
    let reader = Reader { root };
    let absolute = root.canonicalize().map_err(|error| HistoryError::Read {
        root: root.into(),
        what: "the folder".to_owned(),
        reason: error.to_string(),
    })?;
    let Some(repository) = reader.open(&absolute)? else {
        return Ok(without_commit(Head::Outside, inputs));
    };
    let Some(workdir) = repository.workdir() else {
        return Err(HistoryError::Bare { repository: repository.path().into() });
    };
    let workdir = workdir.canonicalize().unwrap_or_else(|_| workdir.to_path_buf());
    let folder = absolute.strip_prefix(&workdir).unwrap_or(Path::new("")).to_path_buf();
    let Some(commit) = reader.head(&repository)? else {
        return Ok(without_commit(Head::Unborn, inputs));
    };
    let compared = compare::compare(&repository, &commit, &workdir, &folder, inputs)
        .map_err(|error| reader.error(format!("commit `{}`", commit.id()), &error))?;
    let head = Head::Commit(reader.commit_facts(&repository, &commit, serial)?);
    Ok(Facts { head, inputs: compared.inputs, changes: compared.changes })
}

/// When the commit that is checked out in `root` was committed, in seconds since 1970; `None` outside of Git, before the
/// first commit, and where Git cannot be read, which [`describe`] says.
pub fn head_time(root: &Path) -> Option<i64> {
    let reader = Reader { root };
    let repository = reader.open(&root.canonicalize().ok()?).ok()??;
    let commit = reader.head(&repository).ok()??;
    Some(commit.time().seconds())
}

/// The commit that is checked out around a folder, and when it was committed: see [`head_time`].
pub fn head_commit(folder: &Path) -> Option<(String, i64)> {
    let reader = Reader { root: folder };
    let repository = reader.open(&folder.canonicalize().ok()?).ok()??;
    let commit = reader.head(&repository).ok()??;
    Some((commit.id().to_string(), commit.time().seconds()))
}

fn without_commit(head: Head, inputs: &[Input<'_>]) -> Facts {
    Facts { head, inputs: compare::digest_of_read(inputs), changes: Vec::new() }
}

/// Reads a repository; errors say whose.
struct Reader<'a> {
    root: &'a Path,
}

impl Reader<'_> {
    fn error(&self, what: impl Into<String>, error: &git2::Error) -> HistoryError {
        match error.code() {
            ErrorCode::Owner => HistoryError::Owner { root: self.root.into() },
            _ => HistoryError::Read {
                root: self.root.into(),
                what: what.into(),
                reason: error.message().to_owned(),
            },
        }
    }

    /// The repository around a folder, found as Git finds it, without Git's environment variables.
    fn open(&self, folder: &Path) -> Result<Option<Repository>, HistoryError> {
        let no_ceiling: [&Path; 0] = [];
        match Repository::open_ext(folder, RepositoryOpenFlags::empty(), no_ceiling) {
            Ok(repository) => Ok(Some(repository)),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(self.error("the settings", &error)),
        }
    }

    fn head<'r>(&self, repository: &'r Repository) -> Result<Option<Commit<'r>>, HistoryError> {
        match repository.head().and_then(|head| head.peel_to_commit()) {
            Ok(commit) => Ok(Some(commit)),
            Err(error) if error.code() == ErrorCode::UnbornBranch => Ok(None),
            Err(error) => Err(self.error("HEAD", &error)),
        }
    }

    fn commit_facts(
        &self,
        repository: &Repository,
        commit: &Commit<'_>,
        serial: Option<u64>,
    ) -> Result<CommitFacts, HistoryError> {
        let id = commit.id().to_string();
        let seconds = commit.time().seconds();
        let time = jiff::Timestamp::from_second(seconds)
            .map_err(|_| HistoryError::Time { commit: id.clone(), seconds })?
            .to_string();
        let serial = match serial {
            Some(serial) => serial,
            None if is_shallow(repository) => {
                return Err(HistoryError::Shallow { repository: repository.path().into() });
            }
            None => count_first_parents(repository, commit)
                .map_err(|error| self.error(format!("the history of commit `{id}`"), &error))?,
        };
        Ok(CommitFacts { id, time, serial })
    }
}

/// The file that marks a shallow clone lies in the folder that all worktrees share, where libgit2 does not look.
fn is_shallow(repository: &Repository) -> bool {
    let marker = repository.commondir().join("shallow");
    repository.is_shallow() || marker.metadata().is_ok_and(|metadata| metadata.len() > 0)
}

fn count_first_parents(repository: &Repository, commit: &Commit<'_>) -> Result<u64, git2::Error> {
    let mut walk = repository.revwalk()?;
    walk.simplify_first_parent()?;
    walk.push(commit.id())?;
    walk.try_fold(0, |count, id| id.map(|_| count + 1))
}
