//! For programs: version 1 of the form in the documentation.

use serde::Serialize;
use serde_json::Value;

use super::{Judged, Report, Told, words};
use crate::diff::{Change, ChangedRegion, Revision, Shares};

#[derive(Serialize)]
struct JsonDiff<'a> {
    version: u8,
    base: JsonSide<'a>,
    head: JsonSide<'a>,
    changes: Vec<JsonChange<'a>>,
    scheduled: Vec<JsonScheduled<'a>>,
    incomparable: Vec<JsonIncomparable<'a>>,
    environments: JsonEnvironments<'a>,
    policies: Vec<JsonPolicy<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    removals: Vec<JsonRemoval<'a>>,
}

#[derive(Serialize)]
struct JsonRemoval<'a> {
    rule: &'static str,
    severity: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    flag: Option<&'a str>,
    location: JsonSpot<'a>,
}

#[derive(Serialize)]
struct JsonSpot<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
struct JsonSide<'a> {
    name: &'a str,
    commit: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonPolicy<'a> {
    name: &'a str,
    held: bool,
    location: JsonLocation<'a>,
    broken: Vec<JsonBreach<'a>>,
}

#[derive(Serialize)]
struct JsonLocation<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    revision: &'static str,
}

#[derive(Serialize)]
struct JsonBreach<'a> {
    environment: Option<&'a str>,
    flag: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct JsonEnvironments<'a> {
    added: &'a [String],
    removed: &'a [String],
}

#[derive(Serialize)]
struct JsonChange<'a> {
    environment: Option<&'a str>,
    flag: &'a str,
    class: &'static str,
    owner: &'a str,
    file: &'a str,
    services: Vec<&'a str>,
    regions: Vec<JsonRegion<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    values: Vec<JsonValue<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    notes: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    through: &'a [String],
}

#[derive(Serialize)]
struct JsonRegion<'a> {
    when: &'a str,
    before: JsonShares<'a>,
    after: JsonShares<'a>,
    gain: JsonShares<'a>,
    lose: JsonShares<'a>,
    witness: Option<JsonWitness<'a>>,
}

#[derive(Serialize)]
struct JsonWitness<'a> {
    context: &'a serde_json::Map<String, Value>,
    before: Option<&'a str>,
    after: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonValue<'a> {
    variant: &'a str,
    before: &'a Value,
    after: &'a Value,
}

#[derive(Serialize)]
struct JsonScheduled<'a> {
    at: String,
    #[serde(flatten)]
    change: JsonChange<'a>,
}

#[derive(Serialize)]
struct JsonIncomparable<'a> {
    environment: &'a str,
    flag: &'a str,
    reason: &'a str,
}

/// Shares in percent; a whole number is written as one.
struct JsonShares<'a>(&'a Shares);

impl Serialize for JsonShares<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(variant, share)| (variant.as_str(), whole(*share))))
    }
}

/// Shares in percent, as all JSON answers have them.
pub fn shares_as_json(shares: &Shares) -> Value {
    Value::Object(shares.iter().map(|(variant, share)| (variant.to_string(), whole(*share))).collect())
}

fn whole(share: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "whole, and at most 100")]
    if share.fract() == 0.0 { Value::from(share as i64) } else { Value::from(share) }
}

pub(super) fn render(report: &Report<'_>) -> String {
    let diff = report.diff;
    let side = |(name, commit)| JsonSide { name, commit };
    let json = JsonDiff {
        version: 1,
        base: side(report.base),
        head: side(report.head),
        changes: diff.changes.iter().map(change).collect(),
        scheduled: diff
            .scheduled
            .iter()
            .map(|one| JsonScheduled { at: words::instant(one.at), change: change(&one.change) })
            .collect(),
        incomparable: diff
            .incomparable
            .iter()
            .map(|one| JsonIncomparable {
                environment: &one.environment,
                flag: &one.flag,
                reason: &one.reason,
            })
            .collect(),
        environments: JsonEnvironments {
            added: &diff.environments_added,
            removed: &diff.environments_removed,
        },
        policies: report.policies.iter().map(policy).collect(),
        removals: report.removals.iter().map(removal).collect(),
    };
    // Plain data with text for keys cannot fail.
    let mut line = serde_json::to_string(&json).unwrap_or_default();
    line.push('\n');
    line
}

fn removal<'a>(told: &'a Told<'a>) -> JsonRemoval<'a> {
    let finding = told.finding;
    JsonRemoval {
        rule: finding.rule.0,
        severity: finding.severity.as_str(),
        message: &finding.message,
        help: finding.help.as_deref(),
        flag: finding.flag.as_deref(),
        location: JsonSpot {
            file: told.file,
            line: told.start.line,
            column: told.start.column,
            end_line: told.end.line,
            end_column: told.end.column,
        },
    }
}

fn policy<'a>(judged: &'a Judged<'a>) -> JsonPolicy<'a> {
    let breaches = judged.verdict.broken.iter();
    let broken = breaches.map(|breach| JsonBreach {
        environment: breach.environment.as_deref(),
        flag: &breach.flag,
        reason: &breach.reason,
    });
    JsonPolicy {
        name: &judged.verdict.name,
        held: judged.verdict.broken.is_empty(),
        location: JsonLocation {
            file: judged.file,
            line: judged.start.line,
            column: judged.start.column,
            end_line: judged.end.line,
            end_column: judged.end.column,
            revision: match judged.verdict.revision {
                Revision::Base => "base",
                Revision::Head => "head",
            },
        },
        broken: broken.collect(),
    }
}

fn change(change: &Change) -> JsonChange<'_> {
    JsonChange {
        environment: change.environment.as_deref(),
        flag: &change.flag,
        class: change.class.as_str(),
        owner: &change.owner,
        file: &change.file,
        services: change.services.iter().map(AsRef::as_ref).collect(),
        regions: change.regions.iter().map(region).collect(),
        values: change
            .values
            .iter()
            .map(|value| JsonValue { variant: &value.variant, before: &value.before, after: &value.after })
            .collect(),
        notes: &change.notes,
        through: &change.through,
    }
}

fn region(region: &ChangedRegion) -> JsonRegion<'_> {
    JsonRegion {
        when: &region.when,
        before: JsonShares(&region.before),
        after: JsonShares(&region.after),
        gain: JsonShares(&region.gain),
        lose: JsonShares(&region.lose),
        witness: region.witness.as_ref().map(|witness| JsonWitness {
            context: &witness.context,
            before: witness.before.as_deref(),
            after: witness.after.as_deref(),
        }),
    }
}
