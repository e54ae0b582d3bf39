//! The walk back through history, in strides: find where a flag has to be looked at again, decide all of these states on
//! all threads, and tell each flag what it served. A flag whose dates are found is not decided any further.

use std::sync::Arc;

use ecow::EcoString;
use rayon::prelude::*;

use super::known::{Decision, Digest, Known};
use super::scan::{Event, Scan};
use super::track::{Span, Track};
use super::{FlagHistory, decide};
use crate::compile;
use crate::history::{BlobId, HistoryError, Line, Revisions};
use crate::model::Workspace;

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
    let config = &question.workspace.config;
    let mut known = Known::new(revisions);
    known.learn(question.files.iter().map(|(_, blob, bytes)| (*blob, *bytes)));
    let mut scan = Scan::new(known, config, question.files.iter().map(|(path, blob, _)| (*path, *blob)));
    let keys = question.workspace.flags.iter().map(|flag| &flag.key);
    let digests = keys.clone().map(|key| scan.follow(key)).collect::<Result<Vec<Digest>, _>>()?;
    let mut workspace = question.workspace.clone();
    decide::without_whole_splits(&mut workspace);
    scan.known.decide_in(&workspace, keys.cloned().zip(digests.iter().copied()).collect());
    let count = config.environments.len();
    let mut tracks: Vec<Track> = digests
        .iter()
        .map(|digest| {
            let mut track = Track::new(count, question.as_of, question.extent);
            track.decision = decided(&scan.known, digest);
            track
        })
        .collect();
    let mut called = scan.called().to_vec();
    for (stride, commits) in question.line.commits.chunks(STRIDE).enumerate() {
        let is_open: Vec<bool> = tracks.iter().map(Track::is_open).collect();
        let (events, wanted) = scan.go_back(stride * STRIDE, commits, &is_open)?;
        scan.known.decide(wanted)?;
        for event in events {
            tell(&event, &mut tracks, &mut called, &scan.known, question.line);
        }
    }
    let oldest = Span { line: question.line, oldest: question.line.commits.len().saturating_sub(1) };
    for track in tracks.iter_mut().filter(|track| !track.is_gone()) {
        track.tell(&called, oldest);
        track.ends(oldest);
    }
    Ok(tracks.into_iter().map(Track::into_history).collect())
}

fn decided(known: &Known<'_>, digest: &Digest) -> Arc<Decision> {
    known.decisions.get(digest).cloned().unwrap_or_else(|| Arc::new(Decision::Broken))
}

fn tell(
    event: &Event,
    tracks: &mut [Track],
    called: &mut Vec<Option<EcoString>>,
    known: &Known<'_>,
    line: &Line,
) {
    match event {
        Event::Settings { index, called: before } => {
            // What was decided so far is told with the names that it was decided with.
            for track in tracks.iter_mut() {
                track.tell(called, Span { line, oldest: *index });
                track.decision = Arc::new(Decision::Broken);
            }
            called.clone_from(before);
        }
        Event::Changed { track, index, digest } => {
            let track = &mut tracks[*track];
            track.tell(called, Span { line, oldest: *index });
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
    let mut workspace = workspace.clone();
    decide::without_whole_splits(&mut workspace);
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
