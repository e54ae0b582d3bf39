//! What a walk found out, kept for the next one: it holds for one commit and everything before it, whatever time it is
//! asked about, so it can be told again without looking at Git. Written with a checksum, and not believed without it.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::known::{Decision, Digest};
use super::scan::Event;
use crate::history::{Line, LineCommit};

/// Another one whenever what is written, or what flags are taken to mean, changes.
const FORMAT: &str = concat!("flagc history 1, flagc ", env!("CARGO_PKG_VERSION"), "\n");

/// What a walk found out.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    /// What it is about, in words: another question has other words.
    about: String,
    /// The commits of the line, and their times.
    commits: Vec<(Vec<u8>, i64)>,
    is_cut: bool,
    /// What each flag depends on in the newest state.
    pub(super) digests: Vec<Digest>,
    pub(super) events: Vec<Event>,
    /// Each decision once.
    decisions: Vec<Decision>,
    /// Which of them is that of a digest.
    table: Vec<(Digest, u32)>,
}

impl Memory {
    pub(super) fn new(
        line: &Line,
        digests: Vec<Digest>,
        events: Vec<Event>,
        known: &HashMap<Digest, Arc<Decision>>,
    ) -> Self {
        let mut sorted: Vec<(&Digest, &Arc<Decision>)> = known.iter().collect();
        sorted.sort_by_key(|(digest, _)| **digest);
        let mut positions: HashMap<&Decision, u32> = HashMap::new();
        let mut decisions = Vec::new();
        let mut table = Vec::with_capacity(sorted.len());
        for (digest, decision) in sorted {
            let next = u32::try_from(decisions.len()).unwrap_or(u32::MAX);
            let position = *positions.entry(decision).or_insert_with(|| {
                decisions.push(Decision::clone(decision));
                next
            });
            table.push((*digest, position));
        }
        let commits = line.commits.iter().map(|commit| (commit.id_bytes().to_vec(), commit.time)).collect();
        Self { about: String::new(), commits, is_cut: line.is_cut, digests, events, decisions, table }
    }

    /// The line, without what its commits changed; `None` where the ids are none.
    pub fn line(&self) -> Option<Line> {
        let commits = self.commits.iter().map(|(id, time)| LineCommit::known(id, *time));
        Some(Line { commits: commits.collect::<Option<_>>()?, is_cut: self.is_cut })
    }

    /// All decisions by their digests; `None` where the table names one that is not there.
    pub(super) fn known(&self) -> Option<HashMap<Digest, Arc<Decision>>> {
        let shared: Vec<Arc<Decision>> = self.decisions.iter().cloned().map(Arc::new).collect();
        let row =
            |(digest, position): &(Digest, u32)| Some((*digest, Arc::clone(shared.get(*position as usize)?)));
        self.table.iter().map(row).collect()
    }

    /// Whether nothing in it points to what is not there.
    pub(super) fn is_sound(&self) -> bool {
        self.events.iter().all(|event| match event {
            Event::Settings { index, .. } => *index < self.commits.len(),
            Event::Changed { track, index, .. } | Event::Gone { track, index } => {
                *index < self.commits.len() && *track < self.digests.len()
            }
        })
    }

    /// As bytes, for a question in these words.
    pub fn to_bytes(&mut self, about: &str) -> Vec<u8> {
        about.clone_into(&mut self.about);
        let body = postcard::to_allocvec(self).unwrap_or_default();
        [FORMAT.as_bytes(), &Sha256::digest(&body), &body].concat()
    }

    /// Reads what [`Memory::to_bytes`] wrote; `None` where it is damaged, of another version, or about something else.
    pub fn from_bytes(bytes: &[u8], about: &str) -> Option<Self> {
        let rest = bytes.strip_prefix(FORMAT.as_bytes())?;
        let (sum, body) = rest.split_at_checked(32)?;
        if Sha256::digest(body)[..] != *sum {
            return None;
        }
        let memory: Self = postcard::from_bytes(body).ok()?;
        (memory.about == about && memory.is_sound()).then_some(memory)
    }
}
