//! What the conditions at hand ask of each attribute: the places where its values begin to be told apart.

use std::collections::{BTreeMap, BTreeSet};

use ecow::EcoString;
use semver::Version;

use super::{number, version};
use crate::format::{AttributeType, Generation};
use crate::model::{
    Attribute, AttributeId, Condition, Config, Flag, Matcher, SegmentId, Serve, WHOLE, Workspace,
};

/// What is asked of one attribute.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Its name.
    pub name: EcoString,
    /// Its type.
    pub kind: AttributeType,
    /// Its closed set, if it has one: of all workspaces that are compared.
    pub closed: Option<BTreeSet<EcoString>>,
    /// Strings that it is compared with as a whole.
    pub values: BTreeSet<EcoString>,
    /// Beginnings, endings and parts of strings; the elements of lists are parts.
    pub prefixes: BTreeSet<EcoString>,
    /// See `prefixes`.
    pub suffixes: BTreeSet<EcoString>,
    /// See `prefixes`.
    pub parts: BTreeSet<EcoString>,
    /// Where an interval of numbers begins; the first one begins at the lowest number.
    pub numbers: Vec<f64>,
    /// Where an interval of versions begins.
    pub versions: BTreeSet<Version>,
    /// What it is hashed with, and how, each with the buckets at which an interval begins.
    pub seeds: BTreeMap<(EcoString, Generation), BTreeSet<u32>>,
}

/// Gathers the facts of all conditions and splits that a space is to tell apart.
#[derive(Debug, Default)]
pub struct Gathered {
    pub(super) facts: Vec<Facts>,
}

impl Gathered {
    /// Adds a condition, and the segments it uses.
    pub fn condition(&mut self, condition: &Condition, workspace: &Workspace) {
        let mut seen = BTreeSet::new();
        self.within(condition, workspace, &mut seen);
    }

    fn within(&mut self, condition: &Condition, workspace: &Workspace, seen: &mut BTreeSet<SegmentId>) {
        match condition {
            Condition::All(parts) | Condition::Any(parts) => {
                for part in parts {
                    self.within(part, workspace, seen);
                }
            }
            Condition::Not(inner) => self.within(inner, workspace, seen),
            Condition::Segment(segment) => {
                if seen.insert(segment.value)
                    && let Some(condition) = &workspace.segment(segment.value).condition
                {
                    self.within(condition, workspace, seen);
                }
            }
            Condition::Clause(clause) => {
                let attribute = workspace.config.attribute(clause.attribute.value);
                self.of(attribute).matcher(&clause.matcher);
            }
        }
    }

    /// Adds what a flag serves: the buckets at which its split's intervals begin.
    pub fn serve(&mut self, serve: &Serve, flag: &Flag, config: &Config) {
        let Serve::Split(split) = serve else { return };
        let identity = self.identity(flag.bucket_by.value, config);
        let starts = identity.seeds.entry((flag.seed.clone(), config.bucketing.generation)).or_default();
        let mut end = 0;
        for share in &split.shares {
            end += share.weight;
            if end < WHOLE {
                starts.insert(end);
            }
        }
    }

    fn identity(&mut self, id: AttributeId, config: &Config) -> &mut Facts {
        let facts = self.of(config.attribute(id));
        match facts.kind {
            AttributeType::Integer => facts.numbers.extend(number::IDENTITIES),
            AttributeType::String => {
                facts.values.insert(EcoString::new());
            }
            AttributeType::Boolean | AttributeType::Number | AttributeType::Version | AttributeType::List => {
            }
        }
        facts
    }

    fn of(&mut self, attribute: &Attribute) -> &mut Facts {
        let name = &attribute.name.value;
        let known = self.facts.iter().position(|facts| facts.name == *name && facts.kind == attribute.kind);
        let index = known.unwrap_or_else(|| {
            self.facts.push(Facts::new(name.clone(), attribute.kind));
            self.facts.len() - 1
        });
        let facts = &mut self.facts[index];
        if let Some(values) = &attribute.values {
            facts.closed.get_or_insert_default().extend(values.iter().cloned());
        }
        facts
    }
}

impl Facts {
    fn new(name: EcoString, kind: AttributeType) -> Self {
        Self {
            name,
            kind,
            closed: None,
            values: BTreeSet::new(),
            prefixes: BTreeSet::new(),
            suffixes: BTreeSet::new(),
            parts: BTreeSet::new(),
            numbers: Vec::new(),
            versions: BTreeSet::new(),
            seeds: BTreeMap::new(),
        }
    }

    fn matcher(&mut self, matcher: &Matcher) {
        match matcher {
            Matcher::Exists(_) | Matcher::Boolean(_) => {}
            Matcher::OneOf(texts) => self.values.extend(texts.iter().cloned()),
            Matcher::StartsWith(texts) => self.prefixes.extend(texts.iter().cloned()),
            Matcher::EndsWith(texts) => self.suffixes.extend(texts.iter().cloned()),
            Matcher::Contains(texts) | Matcher::ListContains(texts) => {
                self.parts.extend(texts.iter().cloned());
            }
            Matcher::NumberOneOf(numbers) => {
                for number in numbers {
                    self.numbers.extend(number::equal(*number, self.kind));
                }
            }
            Matcher::Within(bounds) => {
                let (start, end) = number::within(**bounds, self.kind);
                self.numbers.extend([start, end]);
            }
            Matcher::Version(ranges) => {
                for comparator in ranges.iter().flat_map(|range| &range.comparators) {
                    let (start, end) = version::range(comparator);
                    self.versions.extend(start);
                    self.versions.extend(end);
                }
            }
        }
    }
}
