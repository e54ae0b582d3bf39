//! Conditions and regions in words: as they are written, short, and exact when read on their own.

use ecow::EcoString;

use super::formula::Formula;
use super::program::{Branch, BranchId, Decisions};
use super::solve::{Solver, TooComplex};
use crate::model::{Bounds, Clause, Condition, Matcher, SegmentId, VersionRange, Workspace};

/// A condition in a line.
pub fn condition(condition: &Condition, workspace: &Workspace) -> String {
    Words { workspace, former: &[] }.condition(condition)
}

/// How a workspace's conditions are put into words.
#[derive(Clone, Copy)]
struct Words<'w> {
    workspace: &'w Workspace,
    /// Segments that mean something else by now.
    former: &'w [SegmentId],
}

impl Words<'_> {
    fn condition(&self, condition: &Condition) -> String {
        match condition {
            Condition::All(parts) => {
                parts.iter().map(|part| self.condition(part)).collect::<Vec<_>>().join(", ")
            }
            Condition::Any(parts) => {
                if let [only] = &**parts {
                    return self.condition(only);
                }
                let parts: Vec<String> = parts.iter().map(|part| self.grouped(part)).collect();
                format!("({})", parts.join(" or "))
            }
            Condition::Not(inner) => format!("not {}", self.grouped(inner)),
            Condition::Segment(segment) => {
                let former = if self.former.contains(&segment.value) { "former " } else { "" };
                format!("{former}segment {}", self.workspace.segment(segment.value).name)
            }
            Condition::Clause(clause) => self::clause(clause, self.workspace),
        }
    }

    /// In brackets where it has several parts.
    fn grouped(&self, part: &Condition) -> String {
        match part {
            Condition::All(parts) if parts.len() > 1 => format!("({})", self.condition(part)),
            _ => self.condition(part),
        }
    }
}

fn clause(clause: &Clause, workspace: &Workspace) -> String {
    let name = &workspace.config.attribute(clause.attribute.value).name.value;
    match &clause.matcher {
        Matcher::Exists(true) => format!("{name} is there"),
        Matcher::Exists(false) => format!("{name} is missing"),
        Matcher::OneOf(texts) => equal(name, texts.iter().map(shown)),
        Matcher::StartsWith(texts) => pattern(name, "starts with", texts),
        Matcher::EndsWith(texts) => pattern(name, "ends with", texts),
        Matcher::Contains(texts) => pattern(name, "contains", texts),
        Matcher::ListContains(texts) => pattern(name, "has", texts),
        Matcher::Boolean(values) => equal(name, values.iter().map(ToString::to_string)),
        Matcher::NumberOneOf(numbers) => equal(name, numbers.iter().map(ToString::to_string)),
        Matcher::Within(bounds) => within(name, **bounds),
        Matcher::Version(ranges) => {
            if let [only] = &**ranges {
                return range(name, only);
            }
            let ranges: Vec<String> = ranges.iter().map(|one| range(name, one)).collect();
            format!("({})", ranges.join(" or "))
        }
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

/// Nobody reads more exclusions than this; the rest is said in a word.
const MAX_EXCLUSIONS: usize = 12;

/// The branches that decide in a region, to be told from those before them.
pub(super) struct Sieve<'c, 'w> {
    pub(super) solver: &'c Solver<'c>,
    /// The deciding branch of each program.
    pub(super) chosen: &'c [(&'c Decisions<'w>, usize)],
    /// Segments of the first program that mean something else in the last.
    pub(super) former: &'w [SegmentId],
    /// The branches of all regions that are listed.
    pub(super) listed: &'c [Vec<usize>],
}

/// A part of a condition, with what it is as a formula.
struct Part<'w> {
    formula: Formula,
    written: &'w Condition,
    words: Words<'w>,
}

/// Users that another branch takes out of a region: the parts that tell them from the rest of it.
struct Exclusion<'w> {
    parts: Vec<Part<'w>>,
    /// Whether the list of regions shows what happens to them.
    is_listed: bool,
    taken: Formula,
    left: Formula,
}

/// Who the users of a region are: what holds for them, then whom other branches take out of these.
pub(super) fn who(sieve: &Sieve<'_, '_>) -> Result<String, TooComplex> {
    let mut positives: Vec<Part<'_>> = Vec::new();
    // The head's own words first, then what the base adds.
    for (program, (_, branch)) in sieve.chosen.iter().enumerate().rev() {
        for part in parts(sieve, program, *branch) {
            if !positives.iter().any(|known| known.formula == part.formula) {
                positives.push(part);
            }
        }
    }
    let positives = without_implied(sieve.solver, positives)?;
    let (exclusions, are_more) = exclusions(sieve, &positives)?;
    if positives.is_empty() {
        return Ok(if are_more { "everyone whom no rule takes".to_owned() } else { everyone(&exclusions) });
    }
    let mut texts = Vec::new();
    let mut said = vec![false; exclusions.len()];
    for part in &positives {
        texts.push(one_of_the_rest(part, &exclusions, &mut said).unwrap_or_else(|| part.text()));
    }
    let unsaid = exclusions.iter().zip(said).filter(|(_, said)| !said);
    texts.extend(unsaid.map(|(exclusion, _)| exclusion.negated()));
    if are_more {
        texts.push("not those whom other rules take".to_owned());
    }
    Ok(texts.join(", "))
}

fn everyone(exclusions: &[Exclusion<'_>]) -> String {
    let (listed, unlisted): (Vec<_>, Vec<_>) = exclusions.iter().partition(|exclusion| exclusion.is_listed);
    let names: Vec<String> = unlisted.iter().map(|exclusion| exclusion.text()).collect();
    match (listed.is_empty(), names.is_empty()) {
        (true, true) => "everyone".to_owned(),
        (false, true) => "everyone else".to_owned(),
        (true, false) => format!("everyone but {}", names.join("; ")),
        (false, false) => format!("everyone else but {}", names.join("; ")),
    }
}

/// `country in [AU, DE]` without those that an exclusion names: `country = DE`.
fn one_of_the_rest(part: &Part<'_>, exclusions: &[Exclusion<'_>], said: &mut [bool]) -> Option<String> {
    let (name, texts) = part.one_of()?;
    let mut rest: Vec<&EcoString> = texts.iter().collect();
    for (exclusion, said) in exclusions.iter().zip(said) {
        let [only] = exclusion.parts.as_slice() else { continue };
        if let Some((other, taken)) = only.one_of().filter(|(other, _)| *other == name) {
            debug_assert_eq!(other, name);
            rest.retain(|text| !taken.contains(text));
            *said = true;
        }
    }
    (rest.len() < texts.len()).then(|| equal(name, rest.into_iter().map(shown)))
}

/// The parts of what a branch asks; none where it takes everybody.
fn parts<'w>(sieve: &Sieve<'_, 'w>, program: usize, branch: usize) -> Vec<Part<'w>> {
    let decisions = sieve.chosen[program].0;
    let workspace = decisions.workspace;
    let is_last = program + 1 == sieve.chosen.len();
    let words = Words { workspace, former: if is_last { &[] } else { sieve.former } };
    let mut parts = Vec::new();
    let mut open: Vec<&'w Condition> = decisions.branches[branch].written.into_iter().collect();
    while let Some(written) = open.pop() {
        if let Condition::All(inner) = written {
            open.extend(inner.iter().rev());
        } else {
            let formula = sieve.solver.space().condition(written, workspace);
            parts.push(Part { formula, written, words });
        }
    }
    parts
}

/// Leaves out what the other parts imply, the later ones first.
fn without_implied<'w>(solver: &Solver<'_>, mut parts: Vec<Part<'w>>) -> Result<Vec<Part<'w>>, TooComplex> {
    for index in (0..parts.len()).rev() {
        let negated = solver.space().negate(&parts[index].formula);
        let others = parts.iter().enumerate().filter(|(other, _)| *other != index);
        let mut asked: Vec<&Formula> = others.map(|(_, part)| &part.formula).collect();
        asked.push(&negated);
        if !solver.possible(&asked)? {
            parts.remove(index);
        }
    }
    Ok(parts)
}

/// The branches before the deciding ones that take somebody of the region, each said once; and whether there are more.
fn exclusions<'w>(
    sieve: &Sieve<'_, 'w>,
    positives: &[Part<'w>],
) -> Result<(Vec<Exclusion<'w>>, bool), TooComplex> {
    let solver = sieve.solver;
    let known: Vec<&Formula> = positives.iter().map(|part| &part.formula).collect();
    let mut asked = known.clone();
    let mut exclusions = Vec::new();
    for (program, (decisions, branch)) in sieve.chosen.iter().enumerate().rev() {
        for before in 0..*branch {
            let mut question = asked.clone();
            question.push(&decisions.branches[before].condition);
            if !solver.possible(&question)? {
                continue;
            }
            if exclusions.len() == MAX_EXCLUSIONS {
                return Ok((exclusions, true));
            }
            asked.push(&decisions.branches[before].negated);
            let mut telling = Vec::new();
            for part in parts(sieve, program, before) {
                let negated = solver.space().negate(&part.formula);
                let question: Vec<&Formula> = known.iter().copied().chain([&negated]).collect();
                if solver.possible(&question)? {
                    telling.push(part);
                }
            }
            if !telling.is_empty() {
                let is_listed = sieve.listed.iter().any(|own| own[program] == before);
                let Branch { condition: taken, negated: left, .. } = &decisions.branches[before];
                exclusions.push(Exclusion {
                    parts: telling,
                    is_listed,
                    taken: taken.clone(),
                    left: left.clone(),
                });
            }
        }
    }
    // A later one may take all that an earlier one took.
    for index in (0..exclusions.len()).rev() {
        let others = exclusions.iter().enumerate().filter(|(other, _)| *other != index);
        let mut question: Vec<&Formula> =
            known.iter().copied().chain(others.map(|(_, one)| &one.left)).collect();
        question.push(&exclusions[index].taken);
        if !solver.possible(&question)? {
            exclusions.remove(index);
        }
    }
    Ok((exclusions, false))
}

impl<'w> Part<'w> {
    fn text(&self) -> String {
        self.words.condition(self.written)
    }

    /// The attribute and the texts, where it asks for one of several texts.
    fn one_of(&self) -> Option<(&'w str, &'w [EcoString])> {
        let Condition::Clause(Clause { attribute, matcher: Matcher::OneOf(texts), .. }) = self.written else {
            return None;
        };
        Some((&self.words.workspace.config.attribute(attribute.value).name.value, texts))
    }
}

impl Exclusion<'_> {
    fn text(&self) -> String {
        self.parts.iter().map(Part::text).collect::<Vec<_>>().join(", ")
    }

    /// That they are none of these.
    fn negated(&self) -> String {
        match self.parts.as_slice() {
            [Part { written: Condition::Not(inner), words, .. }] => words.condition(inner),
            [only] => format!("not {}", only.text()),
            _ => format!("not ({})", self.text()),
        }
    }
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
        (_, Some(text)) => format!("; in `{key}`: {text}"),
        (BranchId::Killed, None) => format!("; `{key}` is killed"),
        (_, None) if decisions.branches.len() > 1 => format!("; in `{key}`: everyone else"),
        (_, None) => String::new(),
    }
}
