//! The walk back through history: the state of the workspace before each commit, and for each flag the time since which
//! its environments serve what they serve. A flag is looked at again only where something changed that it depends on.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use ecow::EcoString;
use rayon::prelude::*;

use super::known::{Closure, Decision, Digest, Known};
use super::settings::{self, Environments};
use super::track::{Span, Track};
use super::world::{Name, World};
use super::{FlagHistory, decide};
use crate::compile;
use crate::history::{BlobId, HistoryError, Line, Revisions};
use crate::model::{Flag, Workspace};

/// How much of the past is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Since when each flag serves what it serves now.
    Present,
    /// All that it ever served.
    Whole,
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'q> {
    /// The workspace as of the newest commit of the line.
    pub workspace: &'q Workspace,
    /// Its files: path, object id, bytes.
    pub files: &'q [(&'q str, BlobId, &'q [u8])],
    /// Its history; never empty.
    pub line: &'q Line,
    /// The time that is now, in seconds since 1970; not before the newest commit.
    pub as_of: i64,
    /// How far to look.
    pub extent: Extent,
}

/// What each flag of the workspace has served, in the order of the workspace.
///
/// # Errors
/// An object that is missing or damaged.
pub fn histories(revisions: &Revisions, question: &Question<'_>) -> Result<Vec<FlagHistory>, HistoryError> {
    let mut walk = Walk::new(revisions, question)?;
    for index in 0..question.line.commits.len() {
        walk.step_over(index)?;
    }
    Ok(walk.finish())
}

struct Walk<'q> {
    question: &'q Question<'q>,
    world: World,
    known: Known<'q>,
    tracks: Vec<Track>,
    /// Which flags, by position, may depend on a file.
    dependents: HashMap<Name, BTreeSet<usize>>,
    environments: Environments,
    /// What the settings of the state contribute; `None` where they cannot be read.
    settings: Option<Digest>,
}

impl<'q> Walk<'q> {
    fn new(revisions: &'q Revisions, question: &'q Question<'q>) -> Result<Self, HistoryError> {
        let config = &question.workspace.config;
        let settings = settings::meaning(config);
        let mut walk = Self {
            question,
            world: World::default(),
            known: Known::new(revisions),
            tracks: Vec::new(),
            dependents: HashMap::new(),
            environments: Environments::of(config),
            settings: Some(settings),
        };
        for (path, blob, _) in question.files {
            walk.world.insert(path, *blob);
        }
        walk.known.learn(question.files.iter().map(|(_, blob, bytes)| (*blob, *bytes)));
        let flags: Vec<&Flag> = question.workspace.flags.iter().collect();
        let mut closures = Vec::with_capacity(flags.len());
        for flag in &flags {
            closures.push(walk.known.closure(&walk.world, &flag.key, settings)?);
        }
        let mut workspace = question.workspace.clone();
        decide::without_whole_splits(&mut workspace);
        let wanted = flags.iter().zip(&closures).map(|(flag, closure)| (flag.key.clone(), closure.digest));
        walk.known.decide_in(&workspace, wanted.collect());
        let count = config.environments.len();
        for (flag, closure) in flags.into_iter().zip(closures) {
            let index = walk.tracks.len();
            let track = Track::new(flag.key.clone(), count, question.as_of, question.extent);
            walk.tracks.push(track);
            walk.adopt(index, &closure);
        }
        Ok(walk)
    }

    /// Takes back what a commit changed, and looks again at every flag that this reaches.
    fn step_over(&mut self, index: usize) -> Result<(), HistoryError> {
        let commit = &self.question.line.commits[index];
        let touched: BTreeSet<Name> =
            commit.changes.iter().filter_map(|change| self.world.take_back(change)).collect();
        let mut affected: BTreeSet<usize> =
            touched.iter().filter_map(|name| self.dependents.get(name)).flatten().copied().collect();
        if touched.contains(&Name::Settings) && self.change_settings(index)? {
            affected.extend(0..self.tracks.len());
        }
        let mut asked: BTreeMap<EcoString, Closure> = BTreeMap::new();
        let mut waiting = Vec::new();
        for track in affected {
            let Some(closure) = self.look_again(track, index)? else { continue };
            asked.insert(self.tracks[track].key.clone(), closure.clone());
            waiting.push((track, closure));
        }
        if self.settings.is_some() {
            self.known.decide(&self.world, &asked)?;
        }
        for (track, closure) in waiting {
            self.adopt(track, &closure);
        }
        Ok(())
    }

    /// Goes over to the settings of the state before a commit; says whether they mean something else.
    fn change_settings(&mut self, index: usize) -> Result<bool, HistoryError> {
        let config = self.known.settings(&self.world)?;
        let meaning = config.as_ref().map(settings::meaning);
        if meaning == self.settings {
            // The names are the same; what they were called before may be said elsewhere.
            if let Some(config) = &config {
                self.environments.go_to(config);
            }
            return Ok(false);
        }
        // What was decided so far is told with the names that it was decided with.
        for track in 0..self.tracks.len() {
            self.tell(track, index);
            self.tracks[track].forget();
        }
        self.settings = meaning;
        if let Some(config) = &config {
            self.environments.go_to(config);
        }
        Ok(true)
    }

    /// What a flag depends on before a commit, if that is something else than after it and is of interest.
    fn look_again(&mut self, track: usize, index: usize) -> Result<Option<Closure>, HistoryError> {
        if self.tracks[track].is_gone() {
            return Ok(None);
        }
        let Some(key) = self.key_before(track)? else {
            self.tell(track, index);
            let span = self.span(index);
            self.tracks[track].begins(span);
            return Ok(None);
        };
        self.tracks[track].key = key;
        if !self.tracks[track].is_open() {
            // Only when it came is of interest still.
            self.watch(track);
            return Ok(None);
        }
        let closure =
            self.known.closure(&self.world, &self.tracks[track].key, self.settings.unwrap_or_default())?;
        if self.tracks[track].digest == closure.digest {
            return Ok(None);
        }
        self.tell(track, index);
        self.tracks[track].until = self.question.line.commits[index].time.saturating_sub(1);
        if !self.tracks[track].is_open() {
            self.watch(track);
            return Ok(None);
        }
        Ok(Some(closure))
    }

    /// The flag's key in the state before: its own, or a former one that its younger file names.
    fn key_before(&mut self, track: usize) -> Result<Option<EcoString>, HistoryError> {
        let track = &mut self.tracks[track];
        if let Some((_, blob)) = self.world.get(&Name::Flag(track.key.clone())) {
            track.blob = Some(*blob);
            return Ok(Some(track.key.clone()));
        }
        let Some(blob) = track.blob else { return Ok(None) };
        for former in &self.known.refers(blob)?.previous_keys {
            if !track.former.contains(former) {
                track.former.push(former.clone());
            }
        }
        let exists = |key: &&EcoString| self.world.get(&Name::Flag((*key).clone())).is_some();
        let found = track.former.iter().find(exists).cloned();
        if let Some(key) = &found {
            track.blob = self.world.get(&Name::Flag(key.clone())).map(|(_, blob)| *blob);
        }
        Ok(found)
    }

    /// Makes a flag's closure, and what is decided of it, that of the state.
    fn adopt(&mut self, index: usize, closure: &Closure) {
        let decision = match self.settings {
            Some(_) => self.known.decisions.get(&closure.digest).cloned(),
            None => None,
        };
        let track = &mut self.tracks[index];
        track.digest = closure.digest;
        track.decision = decision.unwrap_or_else(|| Arc::new(Decision::Broken));
        track.blob = self.world.get(&Name::Flag(track.key.clone())).map(|(_, blob)| *blob);
        for name in &closure.names {
            self.dependents.entry(name.clone()).or_default().insert(index);
        }
    }

    /// Goes on looking at a flag's own file.
    fn watch(&mut self, index: usize) {
        self.dependents.entry(Name::Flag(self.tracks[index].key.clone())).or_default().insert(index);
    }

    fn tell(&mut self, track: usize, index: usize) {
        let span = self.span(index);
        self.tracks[track].tell(&self.environments.called, span);
    }

    fn span(&self, oldest: usize) -> Span<'q> {
        Span { line: self.question.line, oldest }
    }

    fn finish(mut self) -> Vec<FlagHistory> {
        let oldest = self.question.line.commits.len().saturating_sub(1);
        for track in 0..self.tracks.len() {
            if !self.tracks[track].is_gone() {
                self.tell(track, oldest);
                let span = self.span(oldest);
                self.tracks[track].ends(span);
            }
        }
        self.tracks.into_iter().map(Track::into_history).collect()
    }
}

/// What each flag serves now, where there is no history to ask.
pub fn present(workspace: &Workspace, as_of: i64) -> Vec<FlagHistory> {
    let mut workspace = workspace.clone();
    decide::without_whole_splits(&mut workspace);
    let segments = compile::segments(&workspace);
    let histories = workspace.flags.par_iter().map(|flag| {
        let timelines = decide::timelines(&workspace, &segments, flag);
        let called: Vec<_> = timelines.iter().map(|timeline| Some(timeline.environment.clone())).collect();
        let mut track = Track::new(flag.key.clone(), called.len(), as_of, Extent::Present);
        track.decision = Arc::new(Decision::Timelines(timelines));
        track.tell(&called, Span { line: &Line::default(), oldest: 0 });
        track.without_history()
    });
    histories.collect()
}
