//! The walk back through history, in strides: find where a flag has to be looked at again, decide all of these states on
//! all threads, and tell each flag what it served. A flag whose dates are found is not decided any further.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use ecow::EcoString;
use rayon::prelude::*;

use super::known::{Decision, Digest, Known};
use super::memory::Memory;
use super::refers::depends_on;
use super::scan::{Event, Scan};
use super::settings::Environments;
use super::track::{Span, Track};
use super::world::Name;
use super::{FlagHistory, decide};
use crate::compile;
use crate::history::{BlobId, HistoryError, Line, Revisions};
use crate::model::{EnvironmentId, Flag, Workspace};

/// So many commits are looked at before anything is decided: enough for all threads, and few enough that little is
/// decided in vain.
const STRIDE: usize = 1024;

/// How much of the past is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Since when each flag serves what it serves now.
    Present,
    /// All that it ever served.
    Whole,
}

/// What is asked of a flag; each asks for what those before it ask for as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Asked {
    /// Nothing.
    Nothing,
    /// When it came.
    Arrival,
    /// Its standings, if the environments in question serve everybody one variant now, and no schedule changes that.
    Constancy,
    /// Its standings in any case, and since when nothing that its meaning depends on was changed.
    Standings,
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

/// What each flag of the workspace has served, in the order of the workspace, as far as it is `asked`, with nothing more
/// found out than that takes: a flag that is not asked for its standings has none. [`Asked::Constancy`] goes by
/// `environments`.
///
/// # Errors
/// An object that is missing or damaged.
pub fn histories(
    revisions: &Revisions,
    question: &Question<'_>,
    asked: &[Asked],
    environments: &[EnvironmentId],
) -> Result<Vec<FlagHistory>, HistoryError> {
    let workspace = decide::as_meant(question.workspace);
    let segments = compile::segments(&workspace);
    let touched = touched(question.line);
    let begin = |(flag, asked): (&Flag, &Asked)| {
        let timelines = match asked {
            Asked::Nothing => return None,
            Asked::Arrival => None,
            Asked::Constancy => {
                decide::timelines_if_constant(&workspace, &segments, flag, environments, question.as_of)
            }
            Asked::Standings => Some(decide::timelines(&workspace, &segments, flag)),
        };
        let mut track = Track::new(timelines.as_ref().map_or(0, Vec::len), question.as_of, question.extent);
        track.decision = Arc::new(timelines.map_or(Decision::Broken, Decision::Timelines));
        let track = if *asked == Asked::Standings { track.asking_for_change() } else { track };
        Some((track, depends_on(&workspace, flag, &touched)))
    };
    let now: Vec<_> = workspace.flags.par_iter().zip(asked).map(begin).collect();
    let mut scan = Scan::new(Known::new(revisions, question.files), question);
    let mut histories = vec![FlagHistory::default(); now.len()];
    let (mut tracks, mut positions) = (Vec::new(), Vec::new());
    for (index, (flag, now)) in workspace.flags.iter().zip(now).enumerate() {
        let Some((track, names)) = now else { continue };
        if asked[index] == Asked::Standings {
            scan.follow(&flag.key)?;
        } else {
            scan.follow_by(&flag.key, &names);
        }
        tracks.push(track);
        positions.push(index);
    }
    let called = go_back(&mut scan, &mut tracks, question.line, None)?;
    for (index, history) in positions.into_iter().zip(finish(tracks, &called, question.line)) {
        histories[index] = history;
    }
    Ok(histories)
}

/// What each flag of the workspace has served, in the order of the workspace, and all that was found out on the way, for
/// [`recall`].
///
/// # Errors
/// See [`histories`].
pub fn study(
    revisions: &Revisions,
    question: &Question<'_>,
) -> Result<(Vec<FlagHistory>, Memory), HistoryError> {
    let mut scan = Scan::new(Known::new(revisions, question.files), question);
    scan.known.learn_all();
    let keys = question.workspace.flags.iter().map(|flag| &flag.key);
    let digests = keys.clone().map(|key| scan.follow(key)).collect::<Result<Vec<Digest>, _>>()?;
    let workspace = decide::as_meant(question.workspace);
    scan.known.decide_in(&workspace, keys.cloned().zip(digests.iter().copied()).collect());
    let count = workspace.config.environments.len();
    let mut tracks = tracks(&digests, count, question.as_of, question.extent, &scan.known.decisions);
    let mut events = Vec::new();
    let called = go_back(&mut scan, &mut tracks, question.line, Some(&mut events))?;
    let histories = finish(tracks, &called, question.line);
    Ok((histories, Memory::new(question.line, digests, events, &scan.known.decisions)))
}

/// What each flag has served, told from memory; `None` where it does not fit the workspace.
pub fn recall(
    memory: &Memory,
    workspace: &Workspace,
    line: &Line,
    as_of: i64,
    extent: Extent,
) -> Option<Vec<FlagHistory>> {
    let known = memory.known()?;
    if memory.digests.len() != workspace.flags.len() {
        return None;
    }
    let config = &workspace.config;
    let mut tracks = tracks(&memory.digests, config.environments.len(), as_of, extent, &known);
    let mut called = Environments::of(config).called;
    for event in &memory.events {
        tell(event, &mut tracks, &mut called, &known, line);
    }
    Some(finish(tracks, &called, line))
}

type Decisions = HashMap<Digest, Arc<Decision>>;

/// What the commits of a line touch.
fn touched(line: &Line) -> HashSet<Name> {
    line.commits
        .iter()
        .flat_map(|commit| &commit.changes)
        .filter_map(|change| Name::of(&change.path))
        .collect()
}

/// Goes through the line and tells the tracks; returns what today's environments were called in the beginning. With
/// `remembered` nothing is left out because it is not of interest now.
fn go_back(
    scan: &mut Scan<'_>,
    tracks: &mut [Track],
    line: &Line,
    mut remembered: Option<&mut Vec<Event>>,
) -> Result<Vec<Option<EcoString>>, HistoryError> {
    let mut called = scan.called().to_vec();
    for (stride, commits) in line.commits.chunks(STRIDE).enumerate() {
        let is_open: Vec<bool> = tracks.iter().map(|track| remembered.is_some() || track.is_open()).collect();
        let (events, wanted) = scan.go_back(stride * STRIDE, commits, &is_open)?;
        scan.known.decide(wanted)?;
        for event in &events {
            tell(event, tracks, &mut called, &scan.known.decisions, line);
        }
        if let Some(all) = &mut remembered {
            all.extend(events);
        }
    }
    Ok(called)
}

fn tracks(
    digests: &[Digest],
    environments: usize,
    as_of: i64,
    extent: Extent,
    known: &Decisions,
) -> Vec<Track> {
    let track = |digest| {
        let mut track = Track::new(environments, as_of, extent);
        track.decision = decided(known, digest);
        track
    };
    digests.iter().map(track).collect()
}

fn finish(mut tracks: Vec<Track>, called: &[Option<EcoString>], line: &Line) -> Vec<FlagHistory> {
    let oldest = Span { line, oldest: line.commits.len().saturating_sub(1) };
    for track in tracks.iter_mut().filter(|track| !track.is_gone()) {
        track.tell(called, oldest);
        track.ends(oldest);
    }
    tracks.into_iter().map(Track::into_history).collect()
}

fn decided(known: &Decisions, digest: &Digest) -> Arc<Decision> {
    known.get(digest).cloned().unwrap_or_else(|| Arc::new(Decision::Broken))
}

fn tell(
    event: &Event,
    tracks: &mut [Track],
    called: &mut Vec<Option<EcoString>>,
    known: &Decisions,
    line: &Line,
) {
    match event {
        Event::Settings { index, called: before } => {
            // What was decided so far is told with the names that it was decided with.
            for track in tracks.iter_mut() {
                let span = Span { line, oldest: *index };
                track.tell(called, span);
                track.changes(span);
                track.decision = Arc::new(Decision::Broken);
            }
            called.clone_from(before);
        }
        Event::Changed { track, index, digest } => {
            let (track, span) = (&mut tracks[*track], Span { line, oldest: *index });
            track.tell(called, span);
            track.changes(span);
            track.until = line.commits[*index].time.saturating_sub(1);
            track.decision = decided(known, digest);
        }
        Event::Gone { track, index } => {
            let span = Span { line, oldest: *index };
            tracks[*track].tell(called, span);
            tracks[*track].begins(span);
        }
    }
}

/// What each flag serves now, where there is no history to ask.
pub fn present(workspace: &Workspace, as_of: i64) -> Vec<FlagHistory> {
    let workspace = decide::as_meant(workspace);
    let segments = compile::segments(&workspace);
    let histories = workspace.flags.par_iter().map(|flag| {
        let timelines = decide::timelines(&workspace, &segments, flag);
        let called: Vec<_> = timelines.iter().map(|timeline| Some(timeline.environment.clone())).collect();
        let mut track = Track::new(called.len(), as_of, Extent::Present);
        track.decision = Arc::new(Decision::Timelines(timelines));
        track.tell(&called, Span { line: &Line::default(), oldest: 0 });
        track.without_history()
    });
    histories.collect()
}
