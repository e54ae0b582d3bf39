//! Texts that are set aside: nothing is found in nearly every file, and who finds nothing in a hundred thousand of them need
//! not hold them all in memory. Of such a text its fingerprint is kept, by which it is known again when it is needed.

use std::hash::BuildHasher as _;
use std::num::NonZeroU64;
use std::path::Path;

use foldhash::quality::FixedState;

use super::discover::{Found, Nature, Origin};
use super::read::{self, Reader};
use crate::source::{FileId, Sources};

/// What is done with a text once everything is known that it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Texts {
    /// It stays in memory.
    Kept,
    /// It is set aside; [`Aside::bring_back`] brings it back where something was found in it.
    SetAside,
}

/// A text as it was read. That another one has the same fingerprint by chance happens once in 2^64 times, and nobody gains by
/// forging one: the text is only shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fingerprint(NonZeroU64);

impl Fingerprint {
    pub(super) fn of(text: &str) -> Self {
        // One in 2^64 is 0; it becomes 1.
        Self(NonZeroU64::new(FixedState::default().hash_one(text)).unwrap_or(NonZeroU64::MIN))
    }
}

/// What the texts were that were set aside, by file.
#[derive(Debug, Default)]
pub struct Aside(pub(super) Vec<Option<Fingerprint>>);

impl Aside {
    /// Reads the texts of these files again where they were set aside. False where one of them is not what it was: then
    /// what is known of the workspace is out of date.
    pub fn bring_back(
        &self,
        root: &Path,
        sources: &mut Sources,
        files: impl IntoIterator<Item = FileId>,
    ) -> bool {
        let mut reader = Reader::new(root);
        let mut buffer = Vec::new();
        files.into_iter().all(|file| {
            let index = file.0 as usize;
            let (Some(Some(before)), Some(source)) = (self.0.get(index), sources.files.get_mut(index)) else {
                return true;
            };
            let found = Found { path: source.path.clone(), origin: Origin::Disk(None), nature: Nature::File };
            match read::read(&mut reader, &found, file, &mut buffer) {
                Ok(text) if Fingerprint::of(text) == *before => {
                    source.text = text.into();
                    true
                }
                Ok(_) | Err(_) => false,
            }
        })
    }
}
