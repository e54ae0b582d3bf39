//! Signals and blockers in words.

use ecow::EcoString;

use super::{Blocker, Due, Signal, Staleness};
use crate::constancy::Since;
use crate::format::Instant;
use crate::workspace::listed;

const DAY: i64 = 86_400;

/// What is said in a report: a word for programs, a line for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Which kind of signal or blocker, in kebab-case.
    pub kind: &'static str,
    /// In words: lower case, no full stop.
    pub text: String,
}

/// A time in seconds since 1970 as a day: `2026-03-16`, UTC.
pub fn day(time: i64) -> String {
    Instant(time).to_string().chars().take(10).collect()
}

/// How many days there are left, the last one included.
pub fn days_until(due: Due, as_of: i64) -> i64 {
    ((due.at - as_of).max(0) + DAY - 1) / DAY
}

/// How long there is left, in words: `in 4 days`.
pub fn left(due: Due, as_of: i64) -> String {
    let most = if due.at_least { "at most " } else { "" };
    format!("in {most}{}", count(days_until(due, as_of), "day"))
}

/// The day since which a flag stands where it stands, in words.
pub fn day_since(staleness: &Staleness) -> Option<String> {
    let least = if staleness.at_least { " or before" } else { "" };
    staleness.since.map(|since| format!("{}{least}", day(since)))
}

/// What was seen, in words: environments that say the same are told together.
pub fn seen(signals: &[Signal], as_of: i64) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    let mut done: Vec<(&EcoString, &Option<Since>)> = Vec::new();
    for one in signals {
        let Signal::Constant { variant, since, .. } = one else {
            if !matches!(one, Signal::Age { limit: None, .. }) {
                told.push(signal(one, as_of).text);
            }
            continue;
        };
        let same_date = |other: &Option<Since>| match (since, other) {
            (Some(one), Some(other)) => (one.time, one.at_least) == (other.time, other.at_least),
            (one, other) => one.is_none() && other.is_none(),
        };
        if done.iter().any(|(known, date)| *known == variant && same_date(date)) {
            continue;
        }
        done.push((variant, since));
        let alike = signals.iter().filter_map(|other| match other {
            Signal::Constant { environment, variant: also, since: date }
                if also == variant && same_date(date) =>
            {
                Some(environment.as_str())
            }
            _ => None,
        });
        let environments = listed(&alike.collect::<Vec<_>>());
        let since = since.as_ref().map(|since| format!(" {}", words_since(since, as_of))).unwrap_or_default();
        told.push(format!("everybody gets `{variant}` in {environments}{since}"));
    }
    told
}

/// A signal in words.
pub fn signal(signal: &Signal, as_of: i64) -> Told {
    let (kind, text) = match signal {
        Signal::Constant { environment, variant, since } => {
            let since =
                since.as_ref().map(|since| format!(" {}", words_since(since, as_of))).unwrap_or_default();
            ("constant", format!("everybody gets `{variant}` in `{environment}`{since}"))
        }
        Signal::Scheduled { environment, at } => {
            ("scheduled", format!("changes in `{environment}` on {}", day(*at)))
        }
        Signal::Age { days, at_least, limit } => {
            let least = if *at_least { "at least " } else { "" };
            let limit = limit.map(|limit| format!(", of {limit} that its kind allows")).unwrap_or_default();
            ("age", format!("{least}{} old{limit}", count(*days, "day")))
        }
        Signal::Expires { at } if *at <= as_of => {
            ("expires", format!("was to be gone by the end of {}", day(at - 1)))
        }
        Signal::Expires { at } => ("expires", format!("is to be gone by the end of {}", day(at - 1))),
        Signal::References { class, count: number } => (
            "references",
            format!(
                "{} of class `{class}` in code",
                count(i64::try_from(*number).unwrap_or(i64::MAX), "reference")
            ),
        ),
        Signal::OwnerUnknown => ("owner-unknown", "its owner is not known".to_owned()),
    };
    Told { kind, text }
}

/// A blocker in words.
pub fn blocker(blocker: &Blocker) -> Told {
    let number = |number: &usize| i64::try_from(*number).unwrap_or(i64::MAX);
    let (kind, text) = match blocker {
        Blocker::Dependent(flag) => ("dependent", format!("`{flag}` requires it")),
        Blocker::NotKnown(environment) => {
            ("unknown", format!("what `{environment}` serves is not known: `flagc check` says why"))
        }
        Blocker::Varies(environment) => ("varies", format!("not everybody gets the same in `{environment}`")),
        Blocker::Differs { environment, variant } => {
            ("differs", format!("`{environment}` serves `{variant}`"))
        }
        Blocker::Read(reads) => ("read", format!("code reads it in {}", count(number(reads), "place"))),
        Blocker::Unsearched(service) => {
            ("unsearched", format!("the code of `{service}` was not wholly looked at"))
        }
        Blocker::NotSearched => ("not-searched", "no code was looked at".to_owned()),
        Blocker::DynamicKeys(keys) => {
            ("dynamic-keys", format!("code builds {} at run time", count(number(keys), "key")))
        }
    };
    Told { kind, text }
}

fn words_since(since: &Since, as_of: i64) -> String {
    let days = count((as_of - since.time).max(0) / DAY, "day");
    if since.at_least {
        format!("for at least {days}, since {} or before", day(since.time))
    } else {
        format!("for {days}, since {}", day(since.time))
    }
}

fn count(number: i64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
