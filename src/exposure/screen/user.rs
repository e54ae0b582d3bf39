//! The users whom the glance imagines: some attributes with one value each, all others missing.

use semver::Version;
use smallvec::SmallVec;

use crate::format::AttributeType;
use crate::model::{
    Attribute, AttributeId, Bounds, Clause, Condition, Matcher, Operator, VersionRange, Workspace,
};

/// Numbers up to here have neighbours on both sides.
const MODERATE: f64 = 1e15;

/// Somebody with a few attributes.
#[derive(Clone, Debug, Default)]
pub(super) struct User<'w> {
    values: SmallVec<[(AttributeId, Known<'w>); 4]>,
    /// Attributes that must stay missing.
    lacks: SmallVec<[AttributeId; 2]>,
    /// What must not hold.
    not: SmallVec<[&'w Condition; 2]>,
}

/// What is known of a value that is there.
#[derive(Clone, Copy, Debug)]
enum Known<'w> {
    /// Nothing.
    There,
    /// A text, or a list of nothing else.
    Text(&'w str),
    Number(f64),
    Boolean(bool),
    Version(&'w Version),
}

impl<'w> User<'w> {
    /// Somebody of whom no more is known than that they have an attribute.
    pub(super) fn with(attribute: AttributeId) -> Self {
        let mut user = Self::default();
        user.gets(attribute);
        user
    }

    /// Gives them an attribute, unless they have it.
    pub(super) fn gets(&mut self, attribute: AttributeId) {
        if !self.has(attribute) {
            self.values.push((attribute, Known::There));
        }
    }

    /// Whether they have an attribute.
    pub(super) fn has(&self, attribute: AttributeId) -> bool {
        self.values.iter().any(|(known, _)| *known == attribute)
    }

    /// Whether they have an attribute, with any value.
    pub(super) fn knows_nothing_of(&self, attribute: AttributeId) -> bool {
        self.values.iter().any(|(known, value)| *known == attribute && matches!(value, Known::There))
    }

    /// Makes them fulfil a condition by itself; `None` where it is not clear how.
    pub(super) fn fulfil(&mut self, condition: &'w Condition, workspace: &'w Workspace) -> Option<()> {
        match condition {
            Condition::All(parts) => parts.iter().try_for_each(|part| self.fulfil(part, workspace)),
            Condition::Any(parts) => self.fulfil(parts.first()?, workspace),
            Condition::Not(inner) => {
                self.not.push(inner);
                Some(())
            }
            Condition::Segment(segment) => {
                self.fulfil(workspace.segment(segment.value).condition.as_ref()?, workspace)
            }
            Condition::Clause(clause) => {
                let attribute = clause.attribute.value;
                if clause.matcher == Matcher::Exists(false) {
                    self.lacks.push(attribute);
                    return Some(());
                }
                // Two demands on one attribute may exclude each other.
                let is_free = !self.has(attribute);
                let value = value(clause, workspace.config.attribute(attribute))?;
                self.values.push((attribute, value));
                is_free.then_some(())
            }
        }
    }

    /// Whether nothing that they must lack or must not fulfil stands against them.
    pub(super) fn is_possible(&self, workspace: &Workspace) -> bool {
        !self.lacks.iter().any(|attribute| self.has(*attribute))
            && self.not.iter().all(|inner| self.fulfils(inner, workspace) == Some(false))
    }

    /// Whether they fulfil a condition; `None` is doubt. A condition that uses segments must be known to end.
    pub(super) fn fulfils(&self, condition: &Condition, workspace: &Workspace) -> Option<bool> {
        match condition {
            Condition::All(parts) => self.combine(parts, workspace, false),
            Condition::Any(parts) => self.combine(parts, workspace, true),
            Condition::Not(inner) => self.fulfils(inner, workspace).map(|holds| !holds),
            Condition::Segment(segment) => {
                self.fulfils(workspace.segment(segment.value).condition.as_ref()?, workspace)
            }
            Condition::Clause(clause) => self.is_as(clause),
        }
    }

    /// `decisive` is the truth of one part that settles the whole.
    fn combine(&self, parts: &[Condition], workspace: &Workspace, decisive: bool) -> Option<bool> {
        let mut whole = Some(!decisive);
        for part in parts {
            match self.fulfils(part, workspace) {
                Some(truth) if truth == decisive => return Some(decisive),
                Some(_) => {}
                None => whole = None,
            }
        }
        whole
    }

    fn is_as(&self, clause: &Clause) -> Option<bool> {
        let known = self.values.iter().find(|(known, _)| *known == clause.attribute.value);
        let known = known.map(|(_, value)| *value);
        match (&clause.matcher, known) {
            (Matcher::Exists(there), _) => Some(known.is_some() == *there),
            (_, None) => Some(false),
            (Matcher::OneOf(texts) | Matcher::ListContains(texts), Some(Known::Text(text))) => {
                Some(texts.iter().any(|other| other == text))
            }
            (Matcher::StartsWith(texts), Some(Known::Text(text))) => {
                Some(texts.iter().any(|start| text.starts_with(start.as_str())))
            }
            (Matcher::EndsWith(texts), Some(Known::Text(text))) => {
                Some(texts.iter().any(|end| text.ends_with(end.as_str())))
            }
            (Matcher::Contains(texts), Some(Known::Text(text))) => {
                Some(texts.iter().any(|part| text.contains(part.as_str())))
            }
            (Matcher::Boolean(values), Some(Known::Boolean(value))) => Some(values.contains(&value)),
            (Matcher::NumberOneOf(numbers), Some(Known::Number(value))) => {
                Some(numbers.iter().any(|number| same(*number, value)))
            }
            (Matcher::Within(bounds), Some(Known::Number(value))) => Some(is_within(**bounds, value)),
            (Matcher::Version(ranges), Some(Known::Version(version))) => {
                Some(ranges.iter().any(|range| is_in(range, version)))
            }
            _ => None,
        }
    }
}

/// A value that is as a clause asks; `None` where there may be none.
fn value<'w>(clause: &'w Clause, attribute: &'w Attribute) -> Option<Known<'w>> {
    match &clause.matcher {
        Matcher::Exists(there) => there.then_some(Known::There),
        Matcher::OneOf(texts) | Matcher::ListContains(texts) => {
            let closed = attribute.values.as_ref();
            let mut meant = texts.iter().filter(|text| closed.is_none_or(|closed| closed.contains(text)));
            meant.next().map(|text| Known::Text(text))
        }
        Matcher::StartsWith(texts) | Matcher::EndsWith(texts) | Matcher::Contains(texts) => {
            let text = texts.first().filter(|_| attribute.values.is_none());
            text.map(|text| Known::Text(text))
        }
        Matcher::Boolean(values) => values.first().map(|value| Known::Boolean(*value)),
        Matcher::NumberOneOf(numbers) => {
            let fits = |number: &&f64| attribute.kind == AttributeType::Number || number.fract() == 0.0;
            numbers.iter().find(fits).map(|number| Known::Number(*number))
        }
        Matcher::Within(bounds) => integer_within(**bounds).map(Known::Number),
        Matcher::Version(ranges) => ranges.iter().find_map(version_in).map(Known::Version),
    }
}

/// An integer within all bounds: there is one where they leave a side open, or more than 1 between them.
fn integer_within(bounds: Bounds) -> Option<f64> {
    let low = bounds.gt.into_iter().chain(bounds.gte).reduce(f64::max);
    let high = bounds.lt.into_iter().chain(bounds.lte).reduce(f64::min);
    let value = match (low, high) {
        (Some(low), _) => low.floor() + 1.0,
        (None, Some(high)) => high.ceil() - 1.0,
        (None, None) => 0.0,
    };
    (value.abs() < MODERATE && is_within(bounds, value)).then_some(value)
}

fn is_within(bounds: Bounds, value: f64) -> bool {
    bounds.gt.is_none_or(|bound| value > bound)
        && bounds.gte.is_none_or(|bound| value >= bound)
        && bounds.lt.is_none_or(|bound| value < bound)
        && bounds.lte.is_none_or(|bound| value <= bound)
}

#[expect(clippy::float_cmp, reason = "the numbers of two files are equal or they are not")]
fn same(one: f64, other: f64) -> bool {
    one == other
}

fn is_in(range: &VersionRange, version: &Version) -> bool {
    range.comparators.iter().all(|comparator| match comparator.operator {
        Operator::Equal => *version == comparator.version,
        Operator::Greater => *version > comparator.version,
        Operator::GreaterOrEqual => *version >= comparator.version,
        Operator::Less => *version < comparator.version,
        Operator::LessOrEqual => *version <= comparator.version,
    })
}

/// A version within a range, if it is one of those that it names.
fn version_in(range: &VersionRange) -> Option<&Version> {
    range.comparators.iter().map(|comparator| &comparator.version).find(|version| is_in(range, version))
}
