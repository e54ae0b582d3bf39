//! The `.toml` files below a folder of a commit, as the same folder on the disk would show them: hidden names and what
//! the commit's own `.gitignore` files exclude are left out.

use std::rc::Rc;

use git2::{ObjectType, Oid, Tree, TreeEntry};
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::compare::is_regular;
use super::loose::Store;
use super::{BlobId, FileNature, RevisionFile};

/// Longer paths cannot be checked out; this bounds what a made-up tree can ask for.
const MAX_PATH: usize = 4096;

/// The tree of a folder, given relative to the root with `/` between its parts; `None` if there is no such folder.
pub(super) fn folder<'r>(
    store: Store<'r>,
    root: &Tree<'r>,
    folder: &str,
) -> Result<Option<Tree<'r>>, git2::Error> {
    let mut tree = root.clone();
    for name in parts(folder) {
        let next = match tree.get_name(name) {
            Some(entry) if entry.kind() == Some(ObjectType::Tree) => entry.id(),
            Some(_) | None => return Ok(None),
        };
        tree = store.tree(next)?;
    }
    Ok(Some(tree))
}

/// The blob of a regular file in a folder.
pub(super) fn file(tree: &Tree<'_>, name: &str) -> Option<Oid> {
    let entry = tree.get_name(name)?;
    is_file(&entry).then(|| entry.id())
}

/// Every folder that holds a regular file of this name, sorted; hidden folders are left out.
pub(super) fn folders_with(store: Store<'_>, root: Tree<'_>, name: &str) -> Result<Vec<String>, git2::Error> {
    let mut folders = Vec::new();
    let mut open = vec![(String::new(), root)];
    while let Some((path, tree)) = open.pop() {
        if file(&tree, name).is_some() {
            folders.push(path.clone());
        }
        for entry in &tree {
            let below = join(&path, &String::from_utf8_lossy(entry.name_bytes()));
            if entry.kind() == Some(ObjectType::Tree) && !is_hidden(&entry) && below.len() <= MAX_PATH {
                open.push((below, store.tree(entry.id())?));
            }
        }
    }
    folders.sort();
    Ok(folders)
}

/// The workspace's files in `folder`, which must exist, sorted by path.
pub(super) fn files(
    store: Store<'_>,
    root: &Tree<'_>,
    folder: &str,
) -> Result<Vec<RevisionFile>, git2::Error> {
    let mut ignores = Ignores::default();
    let mut tree = root.clone();
    let mut prefix = String::new();
    for name in parts(folder) {
        ignores = ignores.with(store, &tree, &prefix)?;
        let Some(id) = tree.get_name(name).map(|entry| entry.id()) else { return Ok(Vec::new()) };
        tree = store.tree(id)?;
        prefix = join(&prefix, name);
    }
    let skip = if folder.is_empty() { 0 } else { folder.len() + 1 };
    let mut files = Vec::new();
    let mut open = vec![(prefix, tree, ignores)];
    while let Some((prefix, tree, ignores)) = open.pop() {
        let ignores = ignores.with(store, &tree, &prefix)?;
        for entry in &tree {
            let path = join(&prefix, &String::from_utf8_lossy(entry.name_bytes()));
            let is_folder = matches!(entry.kind(), Some(ObjectType::Tree | ObjectType::Commit));
            if path.len() > MAX_PATH || ignores.exclude(&path, is_folder, is_hidden(&entry)) {
                continue;
            }
            if entry.name_bytes().ends_with(b".toml") {
                let nature = nature(&entry);
                files.push(RevisionFile { path: path[skip..].to_owned(), blob: BlobId(entry.id()), nature });
            }
            if entry.kind() == Some(ObjectType::Tree) {
                open.push((path, store.tree(entry.id())?, ignores.clone()));
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn parts(folder: &str) -> impl Iterator<Item = &str> {
    folder.split('/').filter(|name| !name.is_empty())
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn is_hidden(entry: &TreeEntry<'_>) -> bool {
    entry.name_bytes().starts_with(b".")
}

fn is_file(entry: &TreeEntry<'_>) -> bool {
    entry.kind() == Some(ObjectType::Blob) && is_regular(entry.filemode())
}

fn nature(entry: &TreeEntry<'_>) -> FileNature {
    if is_file(entry) {
        FileNature::File
    } else if entry.kind() == Some(ObjectType::Blob) {
        FileNature::Link
    } else {
        FileNature::Folder
    }
}

/// The `.gitignore` files that hold in a folder, the outermost first, each with the length of its folder's path.
#[derive(Clone, Default)]
struct Ignores(Vec<(usize, Rc<Gitignore>)>);

impl Ignores {
    /// Adds the `.gitignore` of a folder, if it has one.
    fn with(mut self, store: Store<'_>, tree: &Tree<'_>, folder: &str) -> Result<Self, git2::Error> {
        let Some(id) = file(tree, ".gitignore") else { return Ok(self) };
        let blob = store.blob(id)?;
        let text = match std::str::from_utf8(blob.content()) {
            Ok(text) => text,
            // The file on the disk is read up to the line with the first such byte.
            Err(error) => std::str::from_utf8(&blob.content()[..error.valid_up_to()])
                .ok()
                .and_then(|text| text.rsplit_once('\n'))
                .map_or("", |(whole, _)| whole),
        };
        let mut builder = GitignoreBuilder::new("");
        for line in text.trim_start_matches('\u{feff}').lines() {
            // A line that is no pattern excludes nothing, as on the disk.
            let _ = builder.add_line(None, line);
        }
        if let Ok(matcher) = builder.build() {
            self.0.push((if folder.is_empty() { 0 } else { folder.len() + 1 }, Rc::new(matcher)));
        }
        Ok(self)
    }

    /// Whether an entry is not read. The innermost file that has something to say decides; it can also show what is
    /// hidden.
    fn exclude(&self, path: &str, is_folder: bool, is_hidden: bool) -> bool {
        for (skip, matcher) in self.0.iter().rev() {
            let verdict = matcher.matched(&path[*skip..], is_folder);
            if !verdict.is_none() {
                return verdict.is_ignore();
            }
        }
        is_hidden
    }
}
