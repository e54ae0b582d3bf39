//! What can go wrong with Git, and what to do about it.

use std::path::PathBuf;

/// The help where a clone ends too early.
const DEEPEN: &str = "fetch the rest with `git fetch --unshallow`; in CI, check out with `fetch-depth: 0` (GitHub) or `GIT_DEPTH: 0` (GitLab)";

/// Why Git's answer cannot be had or cannot be relied on.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// A bare repository has no files.
    #[error("`{}` is a bare repository, which has no files to compare with", repository.display())]
    Bare {
        /// The repository.
        repository: PathBuf,
    },
    /// The repository belongs to another user, who could make Git run programs.
    #[error("the Git repository of `{}` belongs to another user", root.display())]
    Owner {
        /// The workspace.
        root: PathBuf,
    },
    /// Commits cannot be counted where they end early.
    #[error("`{}` is a shallow clone, in which commits cannot be counted", repository.display())]
    Shallow {
        /// The repository.
        repository: PathBuf,
    },
    /// The commit's time does not lie in the years that RFC 3339 can write.
    #[error("commit `{commit}` has no usable time: {seconds} seconds since 1970")]
    Time {
        /// The commit.
        commit: String,
        /// Its time.
        seconds: i64,
    },
    /// A folder outside of every repository.
    #[error("`{}` is not in a Git repository", start.display())]
    NotARepository {
        /// The folder.
        start: PathBuf,
    },
    /// A bare repository has no work tree to compare with.
    #[error("`{}` is a bare repository, which has no work tree", repository.display())]
    NoWorkTree {
        /// The repository.
        repository: PathBuf,
    },
    /// Nothing is committed yet.
    #[error("nothing is committed in `{}` yet", repository.display())]
    NoCommits {
        /// The repository.
        repository: PathBuf,
    },
    /// A revision that does not exist.
    #[error("there is no revision `{name}`{}", if *shallow { " in this shallow clone" } else { "" })]
    UnknownRevision {
        /// As it was asked for.
        name: String,
        /// The branches and tags there are, sorted.
        known: Vec<String>,
        /// Whether the clone lacks part of the history.
        shallow: bool,
    },
    /// A short id that more than one object has.
    #[error("more than one object has an id that begins with `{name}`")]
    AmbiguousRevision {
        /// As it was asked for.
        name: String,
    },
    /// A revision that is a file or a folder.
    #[error("`{name}` is a {kind}, not a commit")]
    NotACommit {
        /// As it was asked for.
        name: String,
        /// What it is, in Git's words.
        kind: &'static str,
    },
    /// There is nothing to compare with unless somebody says it.
    #[error("the main branch of `{}` is not known", repository.display())]
    NoMainBranch {
        /// The repository.
        repository: PathBuf,
        /// Whether the clone lacks part of the history.
        shallow: bool,
    },
    /// A time before the first commit that is known.
    #[error("there is no commit from before then; the first one here is of {}", crate::format::Instant(*oldest))]
    BeforeFirst {
        /// When the first one was committed, in seconds since 1970.
        oldest: i64,
        /// Whether the clone lacks part of the history.
        shallow: bool,
    },
    /// Two commits without a common ancestor.
    #[error("`{head}` and `{main}` have no commit in common{}", if *shallow { " in this shallow clone" } else { "" })]
    NoMergeBase {
        /// The revision.
        head: String,
        /// The main branch.
        main: String,
        /// Whether the clone lacks part of the history.
        shallow: bool,
    },
    /// A file or folder of a commit that the clone does not have.
    #[error("{what} is missing in the Git repository of `{}`", start.display())]
    Missing {
        /// Where the repository was looked for.
        start: PathBuf,
        /// The object or the commit that it belongs to.
        what: String,
    },
    /// Something of the repository cannot be read.
    #[error("cannot read {what} of the Git repository of `{}`: {reason}", root.display())]
    Read {
        /// The workspace.
        root: PathBuf,
        /// What was to be read.
        what: String,
        /// Why it cannot.
        reason: String,
    },
}

impl HistoryError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Owner { root } => Some(format!(
                "if you trust its owner: `git config --global --add safe.directory PATH` with the path of the repository \
                 around `{}`",
                root.display()
            )),
            Self::Shallow { .. } => Some(
                "fetch the rest with `git fetch --unshallow` (in CI: a fetch depth of 0), or give `--serial N`"
                    .to_owned(),
            ),
            Self::Read { reason, .. } if reason.contains("partialclone") => {
                Some("clone it without `--filter`".to_owned())
            }
            Self::Read { reason, .. } if reason.contains("object format") => {
                Some("only repositories whose object ids are SHA-1 can be read".to_owned())
            }
            Self::NotARepository { .. } => Some("go to one, or name it with `-C DIR`".to_owned()),
            Self::NoWorkTree { .. } => Some("name two revisions: `flagc diff BASE HEAD`".to_owned()),
            Self::NoCommits { .. } => Some("commit the workspace first".to_owned()),
            Self::UnknownRevision { shallow: true, .. }
            | Self::BeforeFirst { shallow: true, .. }
            | Self::NoMainBranch { shallow: true, .. }
            | Self::NoMergeBase { shallow: true, .. } => Some(DEEPEN.to_owned()),
            Self::UnknownRevision { name, .. } if name.contains("..") => {
                Some("name the two revisions apart from each other: `flagc diff BASE HEAD`".to_owned())
            }
            Self::UnknownRevision { .. } => {
                Some("name a branch, a tag or a commit; `git fetch` gets those of the remote".to_owned())
            }
            Self::BeforeFirst { .. } => Some("name a later time".to_owned()),
            Self::AmbiguousRevision { .. } => Some("give more digits of it".to_owned()),
            Self::NotACommit { .. } => Some("name a branch, a tag or a commit".to_owned()),
            Self::NoMainBranch { .. } => Some(
                "name the revision to compare with, or let Git look: `git remote set-head origin --auto`".to_owned(),
            ),
            Self::NoMergeBase { .. } => Some("name the revision to compare with".to_owned()),
            Self::Missing { .. } => Some(
                "a clone made with `--filter` lacks files until Git fetches them: clone it without; otherwise \
                 `git fsck` says what is damaged"
                    .to_owned(),
            ),
            Self::Bare { .. } | Self::Time { .. } | Self::Read { .. } => None,
        }
    }
}
