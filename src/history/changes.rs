//! The `.toml` files in which two folders of Git's objects differ, found on the raw bytes of tree objects: what is the
//! same on both sides, whole folders or runs of entries, is passed over without being looked at.

use std::collections::HashMap;
use std::rc::Rc;

use git2::{ObjectType, Odb, Oid};

use super::loose::{Loose, Store};
use super::{BlobId, FileChange};

/// Longer paths cannot be checked out; this bounds what a made-up tree can ask for.
const MAX_PATH: usize = 4096;

/// The bytes of an object id in a tree: SHA-1.
const ID: usize = 20;

/// An object that could not be read.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) object: Oid,
    pub(super) error: git2::Error,
}

/// Reads trees, and remembers those that the next question will need again.
pub(super) struct Trees<'r> {
    objects: Odb<'r>,
    loose: &'r Loose,
    recent: HashMap<Oid, Rc<[u8]>>,
    former: HashMap<Oid, Rc<[u8]>>,
}

/// So many trees are remembered before the older half is forgotten.
const REMEMBERED: usize = 64;

/// An entry of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry<'t> {
    mode: &'t [u8],
    name: &'t [u8],
    id: &'t [u8],
}

impl Entry<'_> {
    fn is_tree(&self) -> bool {
        self.mode == b"40000"
    }

    fn is_file(&self) -> bool {
        self.mode.starts_with(b"100")
    }

    fn oid(&self) -> Option<Oid> {
        Oid::from_bytes(self.id).ok()
    }

    /// Git sorts folders as if their names ended in `/`.
    fn order(&self) -> impl Iterator<Item = u8> + '_ {
        self.name.iter().copied().chain(self.is_tree().then_some(b'/'))
    }
}

impl<'r> Trees<'r> {
    pub(super) fn new(store: Store<'r>) -> Result<Self, Failed> {
        let objects = store.repository.odb().map_err(|error| Failed { object: Oid::ZERO_SHA1, error })?;
        Ok(Self { objects, loose: store.loose, recent: HashMap::new(), former: HashMap::new() })
    }

    /// The folder at a path below a tree, with `/` between its parts (empty: the tree itself); `None` if there is none.
    pub(super) fn folder(&mut self, root: Oid, path: &str) -> Result<Option<Oid>, Failed> {
        let mut at = root;
        for part in path.split('/').filter(|part| !part.is_empty()) {
            let bytes = self.read(at)?;
            let entry = entries(&bytes).find(|entry| entry.is_tree() && entry.name == part.as_bytes());
            match entry.and_then(|entry| entry.oid()) {
                Some(next) => at = next,
                None => return Ok(None),
            }
        }
        Ok(Some(at))
    }

    /// How the files below two folders differ; a folder that is not there holds nothing.
    pub(super) fn compare(
        &mut self,
        before: Option<Oid>,
        after: Option<Oid>,
    ) -> Result<Vec<FileChange>, Failed> {
        let mut changes = Vec::new();
        let mut open = vec![(String::new(), before, after)];
        while let Some((path, before, after)) = open.pop() {
            let (before, after) = (self.read_or_nothing(before)?, self.read_or_nothing(after)?);
            differing(&before, &after, |before, after| {
                let name = after.or(before).map_or(&b""[..], |entry| entry.name);
                let path = join(&path, &String::from_utf8_lossy(name));
                if name.starts_with(b".") || path.len() > MAX_PATH {
                    return;
                }
                let tree =
                    |entry: Option<Entry<'_>>| entry.filter(Entry::is_tree).and_then(|entry| entry.oid());
                if tree(before).is_some() || tree(after).is_some() {
                    open.push((path.clone(), tree(before), tree(after)));
                }
                let file =
                    |entry: Option<Entry<'_>>| entry.filter(Entry::is_file).and_then(|entry| entry.oid());
                let (before, after) = (file(before).map(BlobId), file(after).map(BlobId));
                if name.ends_with(b".toml") && before != after {
                    changes.push(FileChange { path, before, after });
                }
            });
        }
        Ok(changes)
    }

    fn read_or_nothing(&mut self, tree: Option<Oid>) -> Result<Rc<[u8]>, Failed> {
        tree.map_or_else(|| Ok(Rc::from([])), |tree| self.read(tree))
    }

    fn read(&mut self, tree: Oid) -> Result<Rc<[u8]>, Failed> {
        if let Some(known) = self.recent.get(&tree) {
            return Ok(Rc::clone(known));
        }
        let bytes = if let Some(known) = self.former.remove(&tree) {
            known
        } else {
            let failed = |error| Failed { object: tree, error };
            let object = self.loose.read(&self.objects, tree).map_err(failed)?;
            if object.kind() != ObjectType::Tree {
                return Err(failed(git2::Error::from_str("it is no folder")));
            }
            Rc::from(object.data())
        };
        if self.recent.len() >= REMEMBERED {
            self.former = std::mem::take(&mut self.recent);
        }
        self.recent.insert(tree, Rc::clone(&bytes));
        Ok(bytes)
    }
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Calls `found` for every name whose entries differ.
fn differing<'t>(
    before: &'t [u8],
    after: &'t [u8],
    mut found: impl FnMut(Option<Entry<'t>>, Option<Entry<'t>>),
) {
    let (mut before, mut after) = (before, after);
    loop {
        (before, after) = past_the_same(before, after);
        match (split(before), split(after)) {
            (None, None) => return,
            (Some((entry, rest)), None) => {
                before = rest;
                found(Some(entry), None);
            }
            (None, Some((entry, rest))) => {
                after = rest;
                found(None, Some(entry));
            }
            (Some((one, rest_before)), Some((other, rest_after))) => match one.order().cmp(other.order()) {
                std::cmp::Ordering::Less => {
                    before = rest_before;
                    found(Some(one), None);
                }
                std::cmp::Ordering::Greater => {
                    after = rest_after;
                    found(None, Some(other));
                }
                std::cmp::Ordering::Equal => {
                    (before, after) = (rest_before, rest_after);
                    found(Some(one), Some(other));
                }
            },
        }
    }
}

/// Both without the entries that they begin with alike.
fn past_the_same<'t>(before: &'t [u8], after: &'t [u8]) -> (&'t [u8], &'t [u8]) {
    let blocks = before.chunks_exact(64).zip(after.chunks_exact(64));
    let same = 64 * blocks.take_while(|(one, other)| one == other).count();
    let bytes = before[same..].iter().zip(&after[same..]);
    let same = same + bytes.take_while(|(one, other)| one == other).count();
    let mut past = 0;
    while let Some((_, rest)) = split(&before[past..]) {
        let end = before.len() - rest.len();
        if end > same {
            break;
        }
        past = end;
    }
    (&before[past..], &after[past..])
}

fn entries(bytes: &[u8]) -> impl Iterator<Item = Entry<'_>> {
    let mut left = bytes;
    std::iter::from_fn(move || {
        let (entry, rest) = split(left)?;
        left = rest;
        Some(entry)
    })
}

/// The first entry of a tree (`MODE SP NAME NUL ID`), and what follows it; nothing where what is left is no entry.
fn split(bytes: &[u8]) -> Option<(Entry<'_>, &[u8])> {
    let space = bytes.iter().take(8).position(|byte| *byte == b' ')?;
    let name_end = space + 1 + memchr::memchr(0, &bytes[space + 1..])?;
    let end = name_end + 1 + ID;
    let id = bytes.get(name_end + 1..end)?;
    Some((Entry { mode: &bytes[..space], name: &bytes[space + 1..name_end], id }, &bytes[end..]))
}
