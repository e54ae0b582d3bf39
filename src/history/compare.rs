//! What was read against what is committed: by the id that Git gives to the bytes that were read, so that neither the
//! index nor time stamps are believed.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use git2::{Commit, ErrorCode, ObjectType, Oid, Repository, StatusOptions, Tree};
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::artifact::hex;

use super::{Change, ChangeKind, Input};

/// The result of a comparison.
pub(super) struct Compared {
    /// As [`super::Facts::inputs`].
    pub(super) inputs: String,
    /// As [`super::Facts::changes`].
    pub(super) changes: Vec<Change>,
}

type Sha256Digest = sha2::digest::Output<Sha256>;

/// The digest over the bytes that were read, where there is no commit.
pub(super) fn digest_of_read(inputs: &[Input<'_>]) -> String {
    let digests = inputs.par_iter().map(|input| sha256(input.bytes)).collect();
    digest(inputs, digests)
}

/// Compares the bytes that were read with the commit's tree below `folder`, which is relative to `workdir`.
pub(super) fn compare(
    repository: &Repository,
    commit: &Commit<'_>,
    workdir: &Path,
    folder: &Path,
    inputs: &[Input<'_>],
) -> Result<Compared, git2::Error> {
    let committed = committed_files(repository, commit, folder)?;
    let looked_at = look_at(inputs, &committed)?;
    let converted = looked_at.iter().any(|(state, _)| matches!(state, State::SameButLineEnds));
    let called_changed = if converted { changed_paths(repository, folder)? } else { HashSet::new() };
    let mut changes = absent_files(workdir, folder, inputs, &committed);
    let mut digests = Vec::with_capacity(inputs.len());
    for (input, (state, digest)) in inputs.iter().zip(looked_at) {
        digests.push(digest);
        let kind = match state {
            State::Same => continue,
            // Whether Git converts line ends is a matter of attributes and settings, which libgit2 knows.
            State::SameButLineEnds if !called_changed.contains(input.path) => continue,
            State::SameButLineEnds | State::Modified => ChangeKind::Modified,
            State::Untracked => ChangeKind::Untracked,
        };
        changes.push(Change { path: input.path.to_owned(), kind });
    }
    changes.sort();
    Ok(Compared { inputs: digest(inputs, digests), changes })
}

/// What became of a committed file.
enum State {
    Same,
    /// The same once CR LF is LF.
    SameButLineEnds,
    Modified,
    Untracked,
}

/// The files' states, with the SHA-256 of each.
fn look_at(
    inputs: &[Input<'_>],
    committed: &BTreeMap<Vec<u8>, Oid>,
) -> Result<Vec<(State, Sha256Digest)>, git2::Error> {
    let look = |input: &Input<'_>| {
        let Some(id) = committed.get(input.path.as_bytes()) else {
            return Ok((State::Untracked, sha256(input.bytes)));
        };
        if Oid::hash_object(ObjectType::Blob, input.bytes)? == *id {
            return Ok((State::Same, sha256(input.bytes)));
        }
        let normalised = with_unix_line_ends(input.bytes);
        if normalised.len() < input.bytes.len() && Oid::hash_object(ObjectType::Blob, &normalised)? == *id {
            return Ok((State::SameButLineEnds, sha256(&normalised)));
        }
        Ok((State::Modified, sha256(input.bytes)))
    };
    inputs.par_iter().map(look).collect()
}

/// The bytes with every CR LF made LF, as Git commits text where it converts line ends.
pub fn with_unix_line_ends(bytes: &[u8]) -> Vec<u8> {
    let mut rest = bytes.iter().peekable();
    let mut normalised = Vec::with_capacity(bytes.len());
    while let Some(byte) = rest.next() {
        if *byte != b'\r' || rest.peek() != Some(&&b'\n') {
            normalised.push(*byte);
        }
    }
    normalised
}

/// The committed `.toml` files below a folder, by their path relative to it. What a workspace never reads is left out:
/// hidden files, symbolic links and submodules.
fn committed_files(
    repository: &Repository,
    commit: &Commit<'_>,
    folder: &Path,
) -> Result<BTreeMap<Vec<u8>, Oid>, git2::Error> {
    let mut files = BTreeMap::new();
    let root = commit.tree()?;
    let tree = if folder.as_os_str().is_empty() {
        root
    } else {
        match root.get_path(folder) {
            Ok(entry) if entry.kind() == Some(ObjectType::Tree) => repository.find_tree(entry.id())?,
            Ok(_) => return Ok(files),
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(files),
            Err(error) => return Err(error),
        }
    };
    let mut open: Vec<(Vec<u8>, Tree<'_>)> = vec![(Vec::new(), tree)];
    while let Some((prefix, tree)) = open.pop() {
        for entry in &tree {
            let name = entry.name_bytes();
            if name.starts_with(b".") {
                continue;
            }
            let path = [prefix.as_slice(), name].concat();
            match entry.kind() {
                Some(ObjectType::Tree) => {
                    open.push(([path.as_slice(), b"/"].concat(), repository.find_tree(entry.id())?));
                }
                Some(ObjectType::Blob) if name.ends_with(b".toml") && is_regular(entry.filemode()) => {
                    files.insert(path, entry.id());
                }
                _ => {}
            }
        }
    }
    Ok(files)
}

/// Not a symbolic link (Git's mode 120000).
pub(super) fn is_regular(mode: i32) -> bool {
    mode & 0o170_000 == 0o100_000
}

/// Committed files that were not read.
fn absent_files(
    workdir: &Path,
    folder: &Path,
    inputs: &[Input<'_>],
    committed: &BTreeMap<Vec<u8>, Oid>,
) -> Vec<Change> {
    let read: HashSet<&[u8]> = inputs.iter().map(|input| input.path.as_bytes()).collect();
    let absent = committed.keys().filter(|path| !read.contains(path.as_slice()));
    absent
        .map(|path| {
            let path = String::from_utf8_lossy(path).into_owned();
            let exists = workdir.join(folder).join(&path).symlink_metadata().is_ok();
            let kind = if exists { ChangeKind::Ignored } else { ChangeKind::Deleted };
            Change { path, kind }
        })
        .collect()
}

/// The paths below a folder that Git itself calls changed, relative to the folder.
fn changed_paths(repository: &Repository, folder: &Path) -> Result<HashSet<String>, git2::Error> {
    let folder: Vec<_> = folder.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    let folder = folder.join("/");
    let mut options = StatusOptions::new();
    options
        .include_untracked(false)
        .include_ignored(false)
        .exclude_submodules(true)
        .disable_pathspec_match(true);
    if !folder.is_empty() {
        options.pathspec(&folder);
    }
    let statuses = repository.statuses(Some(&mut options))?;
    let prefix = if folder.is_empty() { folder } else { format!("{folder}/") };
    let relative = statuses.iter().filter_map(|entry| {
        let path = String::from_utf8_lossy(entry.path_bytes()).into_owned();
        path.strip_prefix(&prefix).map(str::to_owned)
    });
    Ok(relative.collect())
}

fn sha256(bytes: &[u8]) -> Sha256Digest {
    Sha256::digest(bytes)
}

/// The digest over all files: see [`super::Facts::inputs`].
fn digest(inputs: &[Input<'_>], digests: Vec<Sha256Digest>) -> String {
    let mut records: Vec<(&str, Sha256Digest)> = inputs.iter().map(|input| input.path).zip(digests).collect();
    records.sort_unstable();
    let mut all = Sha256::new();
    for (path, digest) in records {
        all.update(hex(&digest));
        all.update(b"  ");
        all.update(path);
        all.update(b"\0");
    }
    format!("sha256:{}", hex(&all.finalize()))
}
