//! The end of the way: a variant for everyone, or a split with the user's bucket; and the schedule, if it counts.

use serde::Serialize;

use super::{Location, Seen, Walk};
use crate::compile::Reason;
use crate::format::Instant;
use crate::model::{self, Flag, Serve, WHOLE};
use crate::source::Span;

/// What was served where a rule or the flag's own `serve` decided.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Way {
    /// The variant that the user gets.
    pub variant: String,
    /// Where it is a split: who the user is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
    /// Where it is a split: who gets what, in the order of the buckets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub intervals: Vec<Interval>,
    /// The schedule of the flag's own `serve`, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Schedule>,
}

/// Who the user is to a split.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Identity {
    /// The attribute that says so.
    pub attribute: String,
    /// The type it is declared with.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What the context has.
    pub seen: Seen,
    /// Goes before the identity into the hash.
    pub seed: String,
    /// Where the hash falls, below `total`; `None` for a user without identity, and where no hash is needed.
    pub bucket: Option<u64>,
    /// The number of buckets.
    pub total: u32,
}

/// A variant's part of the buckets: from the first, below the last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Interval {
    /// The variant.
    pub variant: String,
    /// The first bucket.
    pub from: u32,
    /// One past the last bucket.
    pub to: u32,
}

/// A schedule at the time of the question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Schedule {
    /// The step that is in force.
    pub now: Option<Step>,
    /// The one that comes next.
    pub next: Option<Step>,
}

/// A step of a schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// From when on, RFC 3339.
    pub at: String,
    /// What is served then, in words.
    pub serve: String,
    /// Where it stands.
    pub location: Location,
}

impl Walk<'_> {
    /// What a `serve` gives the user, and how.
    pub(super) fn way(&self, flag: &Flag, serve: &Serve, schedule: Option<Schedule>) -> Result<Way, Reason> {
        let served = self.probe.serve(flag, serve)?;
        let mut way = Way { variant: served.variant, identity: None, intervals: Vec::new(), schedule };
        if let Serve::Split(split) = serve {
            let attribute = self.probe.config.attribute(flag.bucket_by.value);
            way.identity = Some(Identity {
                attribute: attribute.name.value.to_string(),
                kind: attribute.kind.as_str(),
                seen: self.seen(flag.bucket_by.value)?,
                seed: flag.seed.to_string(),
                bucket: served.bucket,
                total: WHOLE,
            });
            way.intervals = intervals(flag, &split.shares);
        }
        Ok(way)
    }

    /// What the flag serves when no rule holds: its `serve`, or the last step whose time has come.
    pub(super) fn schedule<'f>(&self, flag: &'f Flag) -> Result<(&'f Serve, Option<Schedule>), Reason> {
        let environment = self.question.environment;
        let steps = flag.schedule_in(environment);
        if steps.is_empty() {
            return Ok((flag.serve_in(environment), None));
        }
        let mut now = None;
        let mut next = None;
        for step in steps {
            if self.probe.is_since(step.at.value.0)? {
                now = Some(step);
            } else if next.is_none_or(|next: &model::Step| step.at.value < next.at.value) {
                next = Some(step);
            }
        }
        let shown = |step: &model::Step| Step {
            at: Instant(step.at.value.0).to_string(),
            serve: in_words(flag, &step.serve),
            location: self.location(flag.file, step.at.span),
        };
        let schedule = Schedule { now: now.map(shown), next: next.map(shown) };
        Ok((now.map_or_else(|| flag.serve_in(environment), |step| &step.serve), Some(schedule)))
    }
}

fn intervals(flag: &Flag, shares: &[model::Share]) -> Vec<Interval> {
    let mut from = 0;
    let interval = |share: &model::Share| {
        let to = from + share.weight;
        let variant = flag.variant(share.variant).name.value.to_string();
        let interval = Interval { variant, from, to };
        from = to;
        interval
    };
    shares.iter().map(interval).collect()
}

/// `on`, or `on` 25 %, `off` 75 %.
fn in_words(flag: &Flag, serve: &Serve) -> String {
    let name = |variant| &flag.variant(variant).name.value;
    match serve {
        Serve::Variant(variant) => format!("`{}`", name(variant.value)),
        Serve::Split(split) => {
            let share = |share: &model::Share| {
                format!("`{}` {} %", name(share.variant), f64::from(share.weight) / 1000.0)
            };
            split.shares.iter().map(share).collect::<Vec<_>>().join(", ")
        }
    }
}

/// Where a `serve` is written.
pub(super) fn span(serve: &Serve) -> Span {
    match serve {
        Serve::Variant(variant) => variant.span,
        Serve::Split(split) => split.span,
    }
}
