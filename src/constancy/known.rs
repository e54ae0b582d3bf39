//! What was found out already: what a file refers to, by its object id, and what a flag serves, by a digest of all that
//! it depends on. An old state is decided by loading the few files that matter to it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use ecow::EcoString;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::decide::{self, Timeline};
use super::refers::{Refers, refers};
use super::world::{Name, World};
use crate::compile;
use crate::history::{BlobId, HistoryError, Revisions};
use crate::model::{Config, Workspace};
use crate::workspace::{self, Given, GivenContent, Loaded, MAX_BYTES};

/// Names all that a flag's meaning depends on.
pub(super) type Digest = [u8; 32];

/// What a flag serves in one state of the workspace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) enum Decision {
    /// In each environment of that state.
    Timelines(Vec<Timeline>),
    /// Its file, or `flagc.toml`, could not be read: it cannot have been released.
    Broken,
}

/// What one flag depends on.
#[derive(Clone, Debug)]
pub(super) struct Closure {
    /// The flag itself, what it requires and the segments used, all transitively.
    pub(super) names: BTreeSet<Name>,
    /// Of all of it.
    pub(super) digest: Digest,
}

/// A flag of an old state that is to be decided.
pub(super) struct Wanted {
    /// Its key.
    pub(super) key: EcoString,
    /// The settings of that state.
    pub(super) config: Arc<Config>,
    /// Itself and what it depends on: paths and contents.
    pub(super) files: Vec<(EcoString, BlobId)>,
}

/// The memory.
pub(super) struct Known<'r> {
    revisions: &'r Revisions,
    /// Files of the newest state, which need not be committed.
    at_hand: HashMap<BlobId, &'r [u8]>,
    refers: HashMap<BlobId, Arc<Refers>>,
    /// Contents that were read ahead.
    bytes: HashMap<BlobId, Vec<u8>>,
    pub(super) decisions: HashMap<Digest, Arc<Decision>>,
}

impl<'r> Known<'r> {
    /// Knows nothing yet, but has the files of the newest state: path, object id, bytes.
    pub(super) fn new(revisions: &'r Revisions, files: &[(&str, BlobId, &'r [u8])]) -> Self {
        Self {
            revisions,
            at_hand: files.iter().map(|(_, blob, bytes)| (*blob, *bytes)).collect(),
            refers: HashMap::new(),
            bytes: HashMap::new(),
            decisions: HashMap::new(),
        }
    }

    /// Finds out what the files at hand refer to, all at once.
    pub(super) fn learn_all(&mut self) {
        let learn = |(blob, bytes): (&BlobId, &&[u8])| (*blob, Arc::new(refers(bytes)));
        self.refers = self.at_hand.par_iter().map(learn).collect();
    }

    /// Reads files of which something will be asked, several at a time; those that were read ahead before are forgotten.
    pub(super) fn read_ahead(&mut self, blobs: impl Iterator<Item = BlobId>) -> Result<(), HistoryError> {
        let wanted: HashSet<BlobId> = blobs.filter(|blob| !self.refers.contains_key(blob)).collect();
        let wanted: Vec<BlobId> = wanted.into_iter().collect();
        let bytes = self.revisions.read(&wanted, MAX_BYTES)?;
        self.bytes = wanted.into_iter().zip(bytes).filter_map(|(blob, bytes)| Some((blob, bytes?))).collect();
        let learnt: Vec<_> =
            self.bytes.par_iter().map(|(blob, bytes)| (*blob, Arc::new(refers(bytes)))).collect();
        self.refers.extend(learnt);
        Ok(())
    }

    /// What a file refers to; nothing where it is too large to be read.
    pub(super) fn refers(&mut self, blob: BlobId) -> Result<Arc<Refers>, HistoryError> {
        if let Some(known) = self.refers.get(&blob) {
            return Ok(Arc::clone(known));
        }
        let read = match self.at_hand.get(&blob) {
            Some(bytes) => Some(Cow::Borrowed(*bytes)),
            None => self.revisions.read(&[blob], MAX_BYTES)?.pop().flatten().map(Cow::Owned),
        };
        // What is too large to be read is known by its id.
        let found = Arc::new(refers(read.as_deref().unwrap_or(blob.as_bytes())));
        self.refers.insert(blob, Arc::clone(&found));
        Ok(found)
    }

    /// The keys that a flag bore before, as its file says.
    pub(super) fn previous_keys(&mut self, blob: BlobId) -> Result<Vec<EcoString>, HistoryError> {
        // Few files have any, and most need not be parsed to see that. A backslash may spell the word in another way.
        let may_name = |bytes: &&[u8]| {
            memchr::memchr(b'\\', bytes).is_some() || memchr::memmem::find(bytes, b"previous_keys").is_some()
        };
        if !self.refers.contains_key(&blob) && self.at_hand.get(&blob).is_some_and(|bytes| !may_name(bytes)) {
            return Ok(Vec::new());
        }
        Ok(self.refers(blob)?.previous_keys.clone())
    }

    /// All that a flag depends on in a state of the workspace, with settings of this meaning.
    pub(super) fn closure(
        &mut self,
        world: &World,
        key: &EcoString,
        settings: Digest,
    ) -> Result<Closure, HistoryError> {
        let mut names = BTreeSet::new();
        let mut open = vec![Name::Flag(key.clone())];
        while let Some(name) = open.pop() {
            if names.contains(&name) {
                continue;
            }
            if let Some((_, blob)) = world.get(&name) {
                let refers = self.refers(*blob)?;
                if matches!(name, Name::Flag(_)) {
                    open.extend(refers.requires.iter().cloned().map(Name::Flag));
                }
                open.extend(refers.segments.iter().cloned().map(Name::Segment));
            }
            names.insert(name);
        }
        let mut digest = Sha256::new();
        digest.update(settings);
        digest.update(key.as_bytes());
        for name in &names {
            let (kind, text) = match name {
                Name::Settings => (0, ""),
                Name::Flag(key) => (1, key.as_str()),
                Name::Segment(segment) => (2, segment.as_str()),
            };
            digest.update([0, kind]);
            digest.update(text.as_bytes());
            if let Some((_, blob)) = world.get(name) {
                digest.update([0]);
                digest.update(self.refers(*blob)?.says);
            }
        }
        Ok(Closure { names, digest: digest.finalize().into() })
    }

    /// The settings of a state; `None` where they say nothing that could be used.
    pub(super) fn settings(&self, world: &World) -> Result<Option<Config>, HistoryError> {
        let Some((path, blob)) = world.get(&Name::Settings) else { return Ok(None) };
        let bytes = self.revisions.read(&[*blob], MAX_BYTES)?.pop().flatten();
        let content = bytes.map_or(GivenContent::Oversized, GivenContent::Bytes);
        let given = Given { path: path.to_string(), content };
        let config = workspace::load_given(vec![given], &Loaded::default()).workspace.config;
        Ok((!config.environments.is_empty()).then_some(config))
    }

    /// Decides flags of old states that are not known yet.
    pub(super) fn decide(&mut self, wanted: BTreeMap<Digest, Wanted>) -> Result<(), HistoryError> {
        let missing: HashSet<BlobId> = wanted
            .values()
            .flat_map(|wanted| wanted.files.iter().map(|(_, blob)| *blob))
            .filter(|blob| !self.bytes.contains_key(blob) && !self.at_hand.contains_key(blob))
            .collect();
        let missing: Vec<BlobId> = missing.into_iter().collect();
        let read = self.revisions.read(&missing, MAX_BYTES)?;
        self.bytes.extend(missing.into_iter().zip(read).filter_map(|(blob, bytes)| Some((blob, bytes?))));
        let (bytes, at_hand) = (&self.bytes, &self.at_hand);
        let content = |blob: &BlobId| {
            let read = bytes.get(blob).map(Vec::as_slice).or_else(|| at_hand.get(blob).copied());
            read.map_or(GivenContent::Oversized, |bytes| GivenContent::Bytes(bytes.to_vec()))
        };
        let decided: Vec<_> = wanted
            .into_par_iter()
            .map(|(digest, wanted)| {
                let given = wanted
                    .files
                    .into_iter()
                    .map(|(path, blob)| Given { path: path.to_string(), content: content(&blob) });
                let mut workspace = workspace::load_part(&wanted.config, given.collect());
                decide::without_whole_splits(&mut workspace);
                (digest, Arc::new(decision(&workspace, &compile::segments(&workspace), &wanted.key)))
            })
            .collect();
        self.decisions.extend(decided);
        Ok(())
    }

    /// Decides flags of a workspace in which splits that give everything to one variant are variants.
    pub(super) fn decide_in(&mut self, workspace: &Workspace, wanted: Vec<(EcoString, Digest)>) {
        let segments = compile::segments(workspace);
        let decide =
            |(key, digest): (EcoString, Digest)| (digest, Arc::new(decision(workspace, &segments, &key)));
        let decided: Vec<_> = wanted.into_par_iter().map(decide).collect();
        self.decisions.extend(decided);
    }
}

fn decision(workspace: &Workspace, segments: &compile::Segments, key: &EcoString) -> Decision {
    match workspace.flag_id(key) {
        Some(id) => Decision::Timelines(decide::timelines(workspace, segments, workspace.flag(id))),
        None => Decision::Broken,
    }
}
