//! One flag on the way back: what it served in each environment, told piece by piece from now on backward.

use std::sync::Arc;

use ecow::EcoString;

use super::decide::{Outcome, Piece};
use super::known::Decision;
use super::{Extent, FlagHistory, Period, Serves, Since, Standing};
use crate::history::Line;

/// A flag that is followed.
pub(super) struct Track {
    /// What it serves in the state.
    pub(super) decision: Arc<Decision>,
    /// The last second in which that held.
    pub(super) until: i64,
    extent: Extent,
    /// Whether it is asked when its meaning last changed, though it may vary.
    asks_for_change: bool,
    unchanged: Option<Since>,
    added: Option<Since>,
    lanes: Vec<Lane>,
}

/// The commits in which a decision held: from `oldest` on.
#[derive(Clone, Copy)]
pub(super) struct Span<'l> {
    pub(super) line: &'l Line,
    /// By position.
    pub(super) oldest: usize,
}

impl Span<'_> {
    fn start(self) -> i64 {
        self.line.commits.get(self.oldest).map_or(i64::MIN, |commit| commit.time)
    }

    /// A time of the span with the commit that was the newest then.
    fn since(self, time: i64) -> Since {
        let commits = &self.line.commits;
        let index = if time <= self.start() {
            self.oldest
        } else {
            commits.partition_point(|commit| commit.time > time).min(self.oldest)
        };
        Since { time, commit: commits.get(index).and_then(crate::history::LineCommit::id), at_least: false }
    }
}

/// One environment of it.
struct Lane {
    is_open: bool,
    /// Youngest first; the last one may reach further back.
    periods: Vec<(Outcome, Since)>,
    /// When what it serves now ends by schedule.
    changes_at: Option<i64>,
}

impl Track {
    pub(super) fn new(environments: usize, as_of: i64, extent: Extent) -> Self {
        let lane = || Lane { is_open: true, periods: Vec::new(), changes_at: None };
        Self {
            decision: Arc::new(Decision::Broken),
            until: as_of,
            extent,
            asks_for_change: false,
            unchanged: None,
            added: None,
            lanes: (0..environments).map(|_| lane()).collect(),
        }
    }

    /// The same track, which asks as well when its meaning last changed.
    pub(super) fn asking_for_change(self) -> Self {
        Self { asks_for_change: true, ..self }
    }

    /// Whether something is still to be found out about what it served.
    pub(super) fn is_open(&self) -> bool {
        (self.asks_for_change && self.unchanged.is_none()) || self.lanes.iter().any(|lane| lane.is_open)
    }

    /// Whether it is known when it came.
    pub(super) fn is_gone(&self) -> bool {
        self.added.is_some()
    }

    /// Tells what the decision says of the time in which it held. `called` are the names of the environments.
    pub(super) fn tell(&mut self, called: &[Option<EcoString>], span: Span<'_>) {
        let Decision::Timelines(timelines) = &*self.decision else { return };
        let (from, until) = (span.start(), self.until.max(span.start()));
        for (lane, called) in self.lanes.iter_mut().zip(called) {
            if !lane.is_open {
                continue;
            }
            let timeline = called.as_ref().and_then(|name| timelines.iter().find(|t| t.environment == *name));
            match timeline {
                Some(timeline) => lane.tell(&timeline.pieces, from, until, span, self.extent),
                // The environment came later.
                None => lane.is_open = false,
            }
        }
    }

    /// What it depends on was otherwise before the oldest commit of the span.
    pub(super) fn changes(&mut self, span: Span<'_>) {
        self.unchanged.get_or_insert_with(|| span.since(span.start()));
    }

    /// The flag came with the oldest commit of the span.
    pub(super) fn begins(&mut self, span: Span<'_>) {
        self.changes(span);
        self.added = Some(span.since(span.start()));
        self.lanes.iter_mut().for_each(|lane| lane.is_open = false);
    }

    /// Nothing older is known.
    pub(super) fn ends(&mut self, span: Span<'_>) {
        let since = Since { at_least: true, ..span.since(span.start()) };
        self.unchanged.get_or_insert_with(|| since.clone());
        self.added = Some(since);
        for lane in self.lanes.iter_mut().filter(|lane| lane.is_open) {
            if let Some((_, since)) = lane.periods.last_mut() {
                since.at_least = true;
            }
        }
    }

    /// What is known without any commit: what is served, and nothing of since when.
    pub(super) fn without_history(self) -> FlagHistory {
        let mut history = self.into_history();
        for standing in &mut history.standings {
            standing.since = None;
            standing.periods.clear();
        }
        FlagHistory { added: None, unchanged: None, ..history }
    }

    pub(super) fn into_history(self) -> FlagHistory {
        FlagHistory {
            added: self.added,
            unchanged: self.unchanged,
            standings: self.lanes.into_iter().map(Lane::into_standing).collect(),
        }
    }
}

impl Lane {
    fn tell(&mut self, pieces: &[Piece], from: i64, until: i64, span: Span<'_>, extent: Extent) {
        let first = pieces.partition_point(|piece| piece.from <= until);
        if self.periods.is_empty() && self.changes_at.is_none() {
            self.changes_at = pieces.get(first).map(|piece| piece.from);
        }
        for piece in pieces[..first].iter().rev() {
            self.see(&piece.outcome, span.since(piece.from.max(from)), extent);
            if piece.from <= from || !self.is_open {
                return;
            }
        }
    }

    /// Takes in what was served before all that is known so far, from a time on.
    fn see(&mut self, outcome: &Outcome, since: Since, extent: Extent) {
        match self.periods.last_mut() {
            None => {
                self.is_open = extent == Extent::Whole || matches!(outcome, Outcome::Constant { .. });
                self.periods.push((outcome.clone(), since));
            }
            // What could not be compiled was not released: services kept what they had.
            Some(_) if *outcome == Outcome::Broken => {}
            Some((known, start)) if known.serves_as(outcome) => *start = since,
            Some((_, start)) => {
                start.at_least = *outcome == Outcome::Undecided;
                match extent {
                    Extent::Present => self.is_open = false,
                    Extent::Whole => self.periods.push((outcome.clone(), since)),
                }
            }
        }
    }

    fn into_standing(self) -> Standing {
        let periods: Vec<Period> = self
            .periods
            .into_iter()
            .map(|(outcome, since)| Period { serves: serves(&outcome), since })
            .collect();
        let now = periods.first();
        let serves = now.map_or(Serves::Absent, |period| period.serves.clone());
        let since = now.filter(|_| matches!(serves, Serves::Constant(_))).map(|period| period.since.clone());
        Standing { serves, since, changes_at: self.changes_at, periods }
    }
}

fn serves(outcome: &Outcome) -> Serves {
    match outcome {
        Outcome::Constant { variant, .. } => Serves::Constant(variant.clone()),
        Outcome::Varying => Serves::Varying,
        Outcome::Broken | Outcome::Undecided => Serves::Unknown,
    }
}
