//! Conditions and regions in words: as they are written, short, and exact when read on their own.

use std::fmt::Write as _;

use ecow::EcoString;

use super::formula::Formula;
use super::program::{BranchId, Decisions};
use super::solve::{Solver, TooComplex};
use crate::model::{Bounds, Clause, Condition, Matcher, VersionRange, Workspace};

/// A condition in a line.
pub fn condition(condition: &Condition, workspace: &Workspace) -> String {
    match condition {
        Condition::All(parts) => joined(parts, workspace, ", "),
        Condition::Any(parts) => match parts.as_slice() {
            [only] => self::condition(only, workspace),
            _ => {
                let parts: Vec<String> = parts.iter().map(|part| grouped(part, workspace)).collect();
                format!("({})", parts.join(" or "))
            }
        },
        Condition::Not(inner) => format!("not {}", grouped(inner, workspace)),
        Condition::Segment(segment) => format!("segment {}", workspace.segment(segment.value).name),
        Condition::Clause(clause) => self::clause(clause, workspace),
    }
}

fn joined(parts: &[Condition], workspace: &Workspace, separator: &str) -> String {
    parts.iter().map(|part| condition(part, workspace)).collect::<Vec<_>>().join(separator)
}

/// In brackets where it has several parts.
fn grouped(part: &Condition, workspace: &Workspace) -> String {
    match part {
        Condition::All(parts) if parts.len() > 1 => format!("({})", condition(part, workspace)),
        _ => condition(part, workspace),
    }
}

fn clause(clause: &Clause, workspace: &Workspace) -> String {
    let name = &workspace.config.attribute(clause.attribute.value).name.value;
    match &clause.matcher {
        Matcher::Exists(true) => format!("{name} is there"),
        Matcher::Exists(false) => format!("{name} is missing"),
        Matcher::OneOf(texts) => equal(name, texts.iter().map(|text| shown(text))),
        Matcher::StartsWith(texts) => pattern(name, "starts with", texts),
        Matcher::EndsWith(texts) => pattern(name, "ends with", texts),
        Matcher::Contains(texts) => pattern(name, "contains", texts),
        Matcher::ListContains(texts) => pattern(name, "has", texts),
        Matcher::Boolean(values) => equal(name, values.iter().map(ToString::to_string)),
        Matcher::NumberOneOf(numbers) => equal(name, numbers.iter().map(ToString::to_string)),
        Matcher::Within(bounds) => within(name, *bounds),
        Matcher::Version(ranges) => match ranges.as_slice() {
            [only] => range(name, only),
            _ => {
                let ranges: Vec<String> = ranges.iter().map(|one| range(name, one)).collect();
                format!("({})", ranges.join(" or "))
            }
        },
    }
}

fn equal(name: &str, values: impl Iterator<Item = String>) -> String {
    let values: Vec<String> = values.collect();
    match values.as_slice() {
        [only] => format!("{name} = {only}"),
        _ => format!("{name} in [{}]", values.join(", ")),
    }
}

/// A text without quotes where it reads as a word.
fn shown(text: &EcoString) -> String {
    let is_word = !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "-_.@/:+".contains(c));
    if is_word { text.to_string() } else { format!("{text:?}") }
}

fn pattern(name: &str, verb: &str, texts: &[EcoString]) -> String {
    let texts: Vec<String> = texts.iter().map(shown).collect();
    format!("{name} {verb} {}", texts.join(" or "))
}

fn within(name: &str, bounds: Bounds) -> String {
    let Bounds { gt, gte, lt, lte } = bounds;
    let parts = [(">", gt), (">=", gte), ("<", lt), ("<=", lte)];
    let parts = parts.iter().filter_map(|(sign, bound)| bound.map(|bound| format!("{name} {sign} {bound}")));
    parts.collect::<Vec<_>>().join(", ")
}

fn range(name: &str, range: &VersionRange) -> String {
    let parts = range.comparators.iter();
    let parts =
        parts.map(|comparator| format!("{name} {} {}", comparator.operator.as_str(), comparator.version));
    parts.collect::<Vec<_>>().join(", ")
}

/// The branches that decide in a region, to be told from those before them.
pub(super) struct Sieve<'c, 'w> {
    pub(super) solver: &'c Solver<'c>,
    /// The deciding branch of each program.
    pub(super) chosen: &'c [(&'c Decisions<'w>, usize)],
    /// The branches of all regions that are listed.
    pub(super) listed: &'c [Vec<usize>],
}

/// Who the users of a region are: what holds for them, then whom other branches take out of these.
pub(super) fn who(sieve: &Sieve<'_, '_>) -> Result<String, TooComplex> {
    let solver = sieve.solver;
    let mut positives: Vec<(&Formula, String)> = Vec::new();
    // The head's own words first, then what the base adds.
    for (decisions, branch) in sieve.chosen.iter().rev() {
        let formula = &decisions.branches[*branch].condition;
        let Some(text) = written(decisions, *branch) else { continue };
        let negated = &decisions.branches[*branch].negated;
        let mut asked: Vec<&Formula> = positives.iter().map(|(formula, _)| *formula).collect();
        asked.push(negated);
        if !solver.possible(&asked)? {
            continue;
        }
        // What the new part implies need not be said.
        let mut kept = Vec::new();
        for (known, known_text) in positives {
            let opposite = solver.space().negate(known);
            if solver.possible(&[formula, &opposite])? {
                kept.push((known, known_text));
            }
        }
        positives = kept;
        positives.push((formula, text));
    }
    let exclusions = exclusions(sieve, &positives)?;
    let texts: Vec<&str> = positives.iter().map(|(_, text)| text.as_str()).collect();
    if texts.is_empty() {
        let (listed, unlisted): (Vec<_>, Vec<_>) = exclusions.iter().partition(|(_, is_listed)| *is_listed);
        let names: Vec<&str> = unlisted.iter().map(|(text, _)| text.as_str()).collect();
        return Ok(match (listed.is_empty(), names.is_empty()) {
            (true, true) => "everyone".to_owned(),
            (false, true) => "everyone else".to_owned(),
            (true, false) => format!("everyone but {}", names.join("; ")),
            (false, false) => format!("everyone else but {}", names.join("; ")),
        });
    }
    let mut text = texts.join(", ");
    for (exclusion, _) in exclusions {
        let simple = !exclusion.contains(", ");
        let _ = if simple { write!(text, ", not {exclusion}") } else { write!(text, ", not ({exclusion})") };
    }
    Ok(text)
}

/// The branches before the deciding ones that take somebody of the region, each said once, and whether the list of
/// regions shows what happens to them.
fn exclusions(
    sieve: &Sieve<'_, '_>,
    positives: &[(&Formula, String)],
) -> Result<Vec<(String, bool)>, TooComplex> {
    let mut asked: Vec<&Formula> = positives.iter().map(|(formula, _)| *formula).collect();
    let mut exclusions: Vec<(String, bool)> = Vec::new();
    for (program, (decisions, branch)) in sieve.chosen.iter().enumerate().rev() {
        for before in 0..*branch {
            let mut question = asked.clone();
            question.push(&decisions.branches[before].condition);
            if !sieve.solver.possible(&question)? {
                continue;
            }
            asked.push(&decisions.branches[before].negated);
            if let Some(text) = written(decisions, before) {
                let is_listed = sieve.listed.iter().any(|own| own[program] == before);
                exclusions.push((text, is_listed));
            }
        }
    }
    Ok(exclusions)
}

/// What a branch asks, as it is written; `None` where it takes everybody.
fn written(decisions: &Decisions<'_>, branch: usize) -> Option<String> {
    let BranchId::Rule(_) = decisions.branches[branch].id else { return None };
    let written = decisions.branches[branch].written?;
    Some(condition(written, decisions.workspace))
}

/// Which branch of a required flag decides.
pub(super) fn requirement(decisions: &Decisions<'_>, branch: usize) -> String {
    let key = &decisions.flag.key;
    match (decisions.branches[branch].id, written(decisions, branch)) {
        (_, Some(text)) => format!(", in `{key}` {text}"),
        (BranchId::Killed, None) => format!(", `{key}` killed"),
        (_, None) if decisions.branches.len() > 1 => format!(", in `{key}` everyone else"),
        (_, None) => String::new(),
    }
}
