//! The way back through the commits: what each flag depends on before each of them. It finds where a flag has to be
//! looked at again, and leaves to others what the flag served.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use ecow::EcoString;
use serde::{Deserialize, Serialize};

use super::Question;
use super::known::{Digest, Known, Wanted};
use super::settings::{self, Environments};
use super::world::{Name, World};
use crate::history::{BlobId, FileChange, HistoryError, LineCommit};
use crate::model::Config;

/// Something that is otherwise before a commit, given by its position, than after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Event {
    /// The settings mean something else: everything does.
    Settings {
        /// The commit.
        index: usize,
        /// What today's environments are called before it.
        called: Vec<Option<EcoString>>,
    },
    /// A flag depends on something else.
    Changed {
        /// The flag.
        track: usize,
        /// The commit.
        index: usize,
        /// On what.
        digest: Digest,
    },
    /// A flag does not exist.
    Gone {
        /// The flag.
        track: usize,
        /// The commit.
        index: usize,
    },
}

/// A flag that is followed.
struct Trail {
    /// Its key in the state.
    key: EcoString,
    /// Keys that it bore before, as far as its files said.
    former: Vec<EcoString>,
    /// Its file in the state.
    blob: Option<BlobId>,
    /// What it depends on in the state, if that was asked for.
    digest: Option<Digest>,
    is_gone: bool,
}

/// The state before the commits that were gone through.
pub(super) struct Scan<'r> {
    pub(super) known: Known<'r>,
    world: World,
    trails: Vec<Trail>,
    /// Which flags, by position, may depend on a file.
    dependents: HashMap<Name, BTreeSet<usize>>,
    environments: Environments,
    /// The settings with what they mean; `None` where they cannot be read.
    settings: Option<(Digest, Arc<Config>)>,
}

impl<'r> Scan<'r> {
    pub(super) fn new(known: Known<'r>, question: &Question<'_>) -> Self {
        let config = &question.workspace.config;
        let mut world = World::default();
        question.files.iter().for_each(|(path, blob, _)| world.insert(path, *blob));
        Self {
            known,
            world,
            trails: Vec::new(),
            dependents: HashMap::new(),
            environments: Environments::of(config),
            settings: Some((settings::meaning(config), Arc::new(config.clone()))),
        }
    }

    /// Begins to follow a flag of the newest state; returns what it depends on.
    pub(super) fn follow(&mut self, key: &EcoString) -> Result<Digest, HistoryError> {
        let closure = self.known.closure(&self.world, key, self.meaning())?;
        self.begin(key, Some(closure.digest), &closure.names);
        Ok(closure.digest)
    }

    /// The same where the `names` are known that it depends on, and nobody asks for the digest.
    pub(super) fn follow_by(&mut self, key: &EcoString, names: &[Name]) {
        self.begin(key, None, names);
    }

    fn begin<'n>(
        &mut self,
        key: &EcoString,
        digest: Option<Digest>,
        names: impl IntoIterator<Item = &'n Name>,
    ) {
        let blob = self.world.get(&Name::Flag(key.clone())).map(|(_, blob)| *blob);
        self.trails.push(Trail { key: key.clone(), former: Vec::new(), blob, digest, is_gone: false });
        self.depend(self.trails.len() - 1, names);
    }

    /// What today's environments are called in the state.
    pub(super) fn called(&self) -> &[Option<EcoString>] {
        &self.environments.called
    }

    /// Goes back over commits. Of flags that are not `open` it is only of interest when they came.
    pub(super) fn go_back(
        &mut self,
        first: usize,
        commits: &[LineCommit],
        is_open: &[bool],
    ) -> Result<(Vec<Event>, BTreeMap<Digest, Wanted>), HistoryError> {
        let is_read = |change: &&FileChange| {
            let name = Name::of(&change.path).filter(|name| *name != Name::Settings);
            let tracks = name.and_then(|name| self.dependents.get(&name));
            change.after.is_some() && tracks.is_some_and(|tracks| tracks.iter().any(|track| is_open[*track]))
        };
        let changes = commits.iter().flat_map(|commit| &commit.changes).filter(is_read);
        self.known.read_ahead(changes.filter_map(|change| change.before))?;
        let (mut events, mut wanted) = (Vec::new(), BTreeMap::new());
        for (commit, index) in commits.iter().zip(first..) {
            self.step_over(commit, index, is_open, &mut events, &mut wanted)?;
        }
        Ok((events, wanted))
    }

    fn step_over(
        &mut self,
        commit: &LineCommit,
        index: usize,
        is_open: &[bool],
        events: &mut Vec<Event>,
        wanted: &mut BTreeMap<Digest, Wanted>,
    ) -> Result<(), HistoryError> {
        let touched: BTreeSet<Name> =
            commit.changes.iter().filter_map(|change| self.world.take_back(change)).collect();
        let mut affected: BTreeSet<usize> =
            touched.iter().filter_map(|name| self.dependents.get(name)).flatten().copied().collect();
        if touched.contains(&Name::Settings) && self.change_settings(index, events)? {
            affected.extend(0..self.trails.len());
        }
        for track in affected {
            if self.trails[track].is_gone {
                continue;
            }
            let Some(key) = self.key_before(track)? else {
                self.trails[track].is_gone = true;
                events.push(Event::Gone { track, index });
                continue;
            };
            if key != self.trails[track].key {
                self.trails[track].key = key.clone();
                self.dependents.entry(Name::Flag(key.clone())).or_default().insert(track);
            }
            if !is_open[track] {
                continue;
            }
            let closure = self.known.closure(&self.world, &key, self.meaning())?;
            if self.trails[track].digest == Some(closure.digest) {
                continue;
            }
            self.trails[track].digest = Some(closure.digest);
            self.depend(track, &closure.names);
            events.push(Event::Changed { track, index, digest: closure.digest });
            if let Some((_, config)) = &self.settings
                && !self.known.decisions.contains_key(&closure.digest)
                && !wanted.contains_key(&closure.digest)
            {
                let files = closure.names.iter().filter_map(|name| self.world.get(name)).cloned().collect();
                wanted.insert(closure.digest, Wanted { key, config: Arc::clone(config), files });
            }
        }
        Ok(())
    }

    /// Goes over to the settings of the state before a commit; says whether they mean something else.
    fn change_settings(&mut self, index: usize, events: &mut Vec<Event>) -> Result<bool, HistoryError> {
        let config = self.known.settings(&self.world)?;
        if let Some(config) = &config {
            self.environments.go_to(config);
        }
        let settings = config.map(|config| (settings::meaning(&config), Arc::new(config)));
        let meaning =
            |settings: &Option<(Digest, Arc<Config>)>| settings.as_ref().map(|(meaning, _)| *meaning);
        let is_another = meaning(&settings) != meaning(&self.settings);
        self.settings = settings;
        if is_another {
            events.push(Event::Settings { index, called: self.environments.called.clone() });
        }
        Ok(is_another)
    }

    /// Of settings that cannot be read no flag is compiled, whatever its digest.
    fn meaning(&self) -> Digest {
        self.settings.as_ref().map_or([0; 32], |(meaning, _)| *meaning)
    }

    /// The flag's key in the state before: its own, or a former one that its younger file names.
    fn key_before(&mut self, track: usize) -> Result<Option<EcoString>, HistoryError> {
        let trail = &mut self.trails[track];
        if let Some((_, blob)) = self.world.get(&Name::Flag(trail.key.clone())) {
            trail.blob = Some(*blob);
            return Ok(Some(trail.key.clone()));
        }
        let Some(blob) = trail.blob else { return Ok(None) };
        for former in self.known.previous_keys(blob)? {
            if !trail.former.contains(&former) {
                trail.former.push(former);
            }
        }
        let exists = |key: &&EcoString| self.world.get(&Name::Flag((*key).clone())).is_some();
        let found = trail.former.iter().find(exists).cloned();
        if let Some(key) = &found {
            trail.blob = self.world.get(&Name::Flag(key.clone())).map(|(_, blob)| *blob);
        }
        Ok(found)
    }

    fn depend<'n>(&mut self, track: usize, names: impl IntoIterator<Item = &'n Name>) {
        for name in names {
            match self.dependents.get_mut(name) {
                Some(known) => {
                    known.insert(track);
                }
                None => {
                    self.dependents.insert(name.clone(), BTreeSet::from([track]));
                }
            }
        }
    }
}
