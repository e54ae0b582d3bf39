//! Revisions as people name them, and the files in them, read from Git's objects: neither the work tree nor the index
//! is looked at or touched.

use std::path::{Path, PathBuf};

use git2::{Commit, ErrorCode, ObjectType, Oid, Repository, Tree};
use rayon::prelude::*;

use super::loose::{Loose, Store};
use super::{HistoryError, Reader, is_shallow, tree};

/// What a branch to compare with is called where the remote does not say.
const MAIN_BRANCHES: [&str; 4] =
    ["refs/remotes/origin/main", "refs/remotes/origin/master", "refs/heads/main", "refs/heads/master"];

/// So few blobs are not worth opening the repository on other threads.
const FEW: usize = 64;

/// A commit that somebody named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// As it was asked for.
    pub name: String,
    /// The commit's id in hex.
    pub id: String,
    /// When it was committed: seconds since 1970, UTC.
    pub time: i64,
}

/// A `.toml` of a workspace in a revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevisionFile {
    /// Relative to the workspace, with `/` between folders; what is not UTF-8 in it is replaced.
    pub path: String,
    /// Its content.
    pub blob: BlobId,
    /// What it is.
    pub nature: FileNature,
}

/// What a name that ends in `.toml` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileNature {
    /// A regular file.
    File,
    /// A symbolic link, which is not followed.
    Link,
    /// A folder or a submodule.
    Folder,
}

/// The id that Git gives to a file's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobId(pub(super) Oid);

impl BlobId {
    /// The id of no file.
    pub const NONE: Self = Self(Oid::ZERO_SHA1);

    /// The id of a file with these bytes; `None` where it could not be made.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        Oid::hash_object(ObjectType::Blob, bytes).ok().map(Self)
    }

    /// The id itself.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Whether a file with these bytes has this id.
    pub fn is_of(self, bytes: &[u8]) -> bool {
        Oid::hash_object(ObjectType::Blob, bytes).is_ok_and(|id| id == self.0)
    }
}

/// A repository whose revisions are read.
pub struct Revisions {
    pub(super) repository: Repository,
    pub(super) start: PathBuf,
    pub(super) loose: Loose,
}

impl Revisions {
    /// Opens the repository around a folder; a bare repository is one too.
    pub fn open(start: &Path) -> Result<Self, HistoryError> {
        // The checksums of packs tell damage, at a tenth of the cost; loose objects are looked at here.
        git2::opts::strict_hash_verification(false);
        let absolute = start.canonicalize().map_err(|error| HistoryError::Read {
            root: start.into(),
            what: "the folder".to_owned(),
            reason: error.to_string(),
        })?;
        match (Reader { root: start }).open(&absolute)? {
            Some(repository) => Ok(Self { loose: Loose::of(&repository), repository, start: start.into() }),
            None => Err(HistoryError::NotARepository { start: start.into() }),
        }
    }

    /// Whether there is no work tree.
    pub fn is_bare(&self) -> bool {
        self.repository.is_bare()
    }

    /// Where the repository lies.
    pub fn path(&self) -> &Path {
        self.repository.path()
    }

    /// A folder of the work tree relative to its root, with `/` between folders; empty for the root itself.
    ///
    /// # Errors
    /// [`HistoryError::NoWorkTree`].
    pub fn folder_of(&self, root: &Path) -> Result<String, HistoryError> {
        let Some(workdir) = self.repository.workdir() else {
            return Err(HistoryError::NoWorkTree { repository: self.path().into() });
        };
        let canonical = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        let (root, workdir) = (canonical(root), canonical(workdir));
        let folder = root.strip_prefix(&workdir).unwrap_or(Path::new(""));
        let parts: Vec<_> = folder.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        Ok(parts.join("/"))
    }

    /// Where a folder of the work tree lies on the disk.
    pub fn on_disk(&self, folder: &str) -> Option<PathBuf> {
        self.repository.workdir().map(|workdir| workdir.join(folder))
    }

    /// Finds what Git's own commands would find by this name.
    pub fn resolve(&self, name: &str) -> Result<Revision, HistoryError> {
        let object = self.repository.revparse_single(name).map_err(|error| self.not_found(name, &error))?;
        let kind = match object.kind() {
            Some(ObjectType::Tree) => Some("folder"),
            Some(ObjectType::Blob) => Some("file"),
            _ => None,
        };
        if let Some(kind) = kind {
            return Err(HistoryError::NotACommit { name: name.to_owned(), kind });
        }
        match object.peel_to_commit() {
            Ok(commit) => Ok(revision(name, &commit)),
            Err(error) if error.code() == ErrorCode::NotFound => {
                Err(self.missing(format!("object `{}`", object.id())))
            }
            Err(_) => Err(HistoryError::NotACommit { name: name.to_owned(), kind: "tag of something else" }),
        }
    }

    /// Where a revision left the main branch: what a pull request is compared with.
    pub fn merge_base(&self, head: &Revision) -> Result<Revision, HistoryError> {
        let shallow = is_shallow(&self.repository);
        let Some((main, tip)) = self.main_branch() else {
            return Err(HistoryError::NoMainBranch { repository: self.path().into(), shallow });
        };
        let base = self.repository.merge_base(self.id(&head.id)?, tip);
        match base.and_then(|base| self.repository.find_commit(base)) {
            Ok(commit) => Ok(revision(&format!("merge base with {main}"), &commit)),
            Err(error) if error.code() == ErrorCode::NotFound => {
                Err(HistoryError::NoMergeBase { head: head.name.clone(), main, shallow })
            }
            Err(error) => Err(self.error("the history", &error)),
        }
    }

    /// The last commit that two revisions have in common.
    pub fn merge_base_of(&self, head: &Revision, other: &Revision) -> Result<Revision, HistoryError> {
        let base = self.repository.merge_base(self.id(&head.id)?, self.id(&other.id)?);
        match base.and_then(|base| self.repository.find_commit(base)) {
            Ok(commit) => Ok(revision(&format!("merge base with {}", other.name), &commit)),
            Err(error) if error.code() == ErrorCode::NotFound => Err(HistoryError::NoMergeBase {
                head: head.name.clone(),
                main: other.name.clone(),
                shallow: is_shallow(&self.repository),
            }),
            Err(error) => Err(self.error("the history", &error)),
        }
    }

    fn main_branch(&self) -> Option<(String, Oid)> {
        let named = |name: &str| {
            let reference = self.repository.find_reference(name).and_then(|found| found.resolve()).ok()?;
            let commit = reference.peel_to_commit().ok()?;
            Some((String::from_utf8_lossy(reference.shorthand_bytes()).into_owned(), commit.id()))
        };
        named("refs/remotes/origin/HEAD").or_else(|| MAIN_BRANCHES.into_iter().find_map(named))
    }

    /// Whether a folder of a revision holds a regular file of this name.
    pub fn has_file(&self, revision: &Revision, folder: &str, name: &str) -> Result<bool, HistoryError> {
        Ok(self.file(revision, folder, name)?.is_some())
    }

    /// The regular file of this name in a folder of a revision.
    pub fn file(
        &self,
        revision: &Revision,
        folder: &str,
        name: &str,
    ) -> Result<Option<BlobId>, HistoryError> {
        let root = self.tree(revision)?;
        let tree = tree::folder(self.store(), &root, folder).map_err(|e| self.unread(revision, &e))?;
        Ok(tree.and_then(|tree| tree::file(&tree, name)).map(BlobId))
    }

    /// The folders of a revision that hold a file of this name, sorted.
    pub fn folders_with(&self, revision: &Revision, name: &str) -> Result<Vec<String>, HistoryError> {
        let root = self.tree(revision)?;
        tree::folders_with(self.store(), root, name).map_err(|error| self.unread(revision, &error))
    }

    /// The workspace's files in a folder of a revision, sorted by path. What is not read on a disk is left out: hidden
    /// names and what that revision's `.gitignore` files exclude.
    pub fn files(&self, revision: &Revision, folder: &str) -> Result<Vec<RevisionFile>, HistoryError> {
        let root = self.tree(revision)?;
        tree::files(self.store(), &root, folder).map_err(|error| self.unread(revision, &error))
    }

    /// The bytes of blobs, in their order; `None` for one of more than `most` bytes.
    pub fn read(&self, blobs: &[BlobId], most: u64) -> Result<Vec<Option<Vec<u8>>>, HistoryError> {
        if blobs.len() <= FEW {
            let reader = BlobReader { store: self.store(), start: &self.start };
            return blobs.iter().map(|blob| reader.read(*blob, most)).collect();
        }
        // A repository cannot be shared between threads: each opens its own.
        let (path, start, loose) = (self.path(), self.start.as_path(), &self.loose);
        let share = blobs.len().div_ceil(rayon::current_num_threads().max(1));
        let shares: Vec<Vec<Option<Vec<u8>>>> = blobs
            .par_chunks(share)
            .map(|blobs| {
                let repository = Repository::open(path)
                    .map_err(|error| Reader { root: start }.error("the settings", &error))?;
                let reader = BlobReader { store: Store { repository: &repository, loose }, start };
                blobs.iter().map(|blob| reader.read(*blob, most)).collect::<Result<_, HistoryError>>()
            })
            .collect::<Result<_, HistoryError>>()?;
        Ok(shares.into_iter().flatten().collect())
    }

    fn tree(&self, revision: &Revision) -> Result<Tree<'_>, HistoryError> {
        let id = self.id(&revision.id)?;
        let tree = || self.store().tree(self.store().commit(id)?.tree_id());
        tree().map_err(|error| self.unread(revision, &error))
    }

    pub(super) fn store(&self) -> Store<'_> {
        Store { repository: &self.repository, loose: &self.loose }
    }

    pub(super) fn id(&self, id: &str) -> Result<Oid, HistoryError> {
        Oid::from_str(id).map_err(|error| self.error(format!("commit `{id}`"), &error))
    }

    fn not_found(&self, name: &str, error: &git2::Error) -> HistoryError {
        let nothing = self.repository.head().is_err_and(|error| error.code() == ErrorCode::UnbornBranch);
        match error.code() {
            _ if nothing && (name == "HEAD" || self.repository.is_empty().unwrap_or(false)) => {
                HistoryError::NoCommits { repository: self.path().into() }
            }
            ErrorCode::Ambiguous => HistoryError::AmbiguousRevision { name: name.to_owned() },
            ErrorCode::NotFound | ErrorCode::InvalidSpec | ErrorCode::UnbornBranch | ErrorCode::Peel => {
                let shallow = is_shallow(&self.repository);
                HistoryError::UnknownRevision { name: name.to_owned(), known: self.names(), shallow }
            }
            _ => self.error(format!("revision `{name}`"), error),
        }
    }

    /// The branches and tags, sorted.
    fn names(&self) -> Vec<String> {
        let Ok(references) = self.repository.references() else { return Vec::new() };
        let mut names: Vec<String> = references
            .flatten()
            .map(|reference| String::from_utf8_lossy(reference.shorthand_bytes()).into_owned())
            .collect();
        names.sort();
        names.dedup();
        names
    }

    fn unread(&self, revision: &Revision, error: &git2::Error) -> HistoryError {
        match error.code() {
            ErrorCode::NotFound => self.missing(format!("part of commit `{}`", revision.id)),
            _ => self.error(format!("commit `{}`", revision.id), error),
        }
    }

    pub(super) fn missing(&self, what: String) -> HistoryError {
        missing(&self.start, what)
    }

    pub(super) fn error(&self, what: impl Into<String>, error: &git2::Error) -> HistoryError {
        Reader { root: &self.start }.error(what, error)
    }
}

/// Reads blobs on one thread.
struct BlobReader<'r> {
    store: Store<'r>,
    start: &'r Path,
}

impl BlobReader<'_> {
    /// The bytes; `None` for more than `most`.
    fn read(&self, blob: BlobId, most: u64) -> Result<Option<Vec<u8>>, HistoryError> {
        let read = || {
            let objects = self.store.repository.odb()?;
            let (size, _) = objects.read_header(blob.0)?;
            if u64::try_from(size).is_ok_and(|size| size > most) {
                return Ok(None);
            }
            self.store.loose.read(&objects, blob.0).map(|object| Some(object.data().to_vec()))
        };
        read().map_err(|error: git2::Error| {
            let what = format!("object `{}`", blob.0);
            match error.code() {
                ErrorCode::NotFound => missing(self.start, what),
                _ => Reader { root: self.start }.error(what, &error),
            }
        })
    }
}

fn missing(start: &Path, what: String) -> HistoryError {
    HistoryError::Missing { start: start.into(), what }
}

fn revision(name: &str, commit: &Commit<'_>) -> Revision {
    Revision { name: name.to_owned(), id: commit.id().to_string(), time: commit.time().seconds() }
}
