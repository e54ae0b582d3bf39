//! The space of contexts, as far as the conditions at hand can tell them apart: for each attribute a dimension of kinds
//! of values, more for the beginnings, endings and parts of strings, and one for the buckets of each seed. A context
//! lies in one cell of every dimension; couplings rule out what no context can be.

use ecow::EcoString;
use semver::Version;

use super::cells::CellSet;
use super::couple;
use super::facts::{Facts, Gathered};
use super::formula::{DimensionId, Formula};
use super::solve::Domains;
use super::{number, version};
use crate::format::{AttributeType, Generation};
use crate::model::{
    AttributeId, Clause, Condition, Config, Flag, Matcher, SegmentId, Serve, Split, VariantId, WHOLE,
    Workspace,
};

/// The attribute is missing, or null.
pub(super) const MISSING: usize = 0;
/// It is there, with a value of another type than is declared.
pub(super) const WRONG: usize = 1;
/// The first cell of values of the declared type.
pub(super) const PROPER: usize = 2;

/// All contexts, divided into cells.
#[derive(Debug, Default)]
pub struct Space {
    pub(super) attributes: Vec<Axis>,
    dimensions: Vec<Dimension>,
    couplings: Vec<Formula>,
    full: Vec<u64>,
}

/// The dimensions of one attribute.
#[derive(Debug)]
pub struct Axis {
    pub(super) facts: Facts,
    /// Starts of intervals, sorted.
    pub(super) versions: Vec<Version>,
    /// Strings with cells of their own, sorted.
    pub(super) values: Vec<EcoString>,
    /// Values of the closed set that no condition names: one cell for all of them.
    pub(super) rest: Option<EcoString>,
    /// Missing, of another type, or which value.
    pub(super) main: DimensionId,
    /// The longest of the known beginnings that it has; cell 0 is none.
    pub(super) prefix: Option<DimensionId>,
    /// The longest of the known endings.
    pub(super) suffix: Option<DimensionId>,
    /// For each part of a string or element of a list: it is not there, it is.
    pub(super) parts: Vec<(EcoString, DimensionId)>,
    /// For each seed: the interval of buckets.
    pub(super) buckets: Vec<Buckets>,
}

/// The buckets of an identity under one seed.
#[derive(Debug)]
pub struct Buckets {
    pub(super) seed: EcoString,
    pub(super) generation: Generation,
    /// Where intervals begin but for the first, which begins at 0.
    pub(super) starts: Vec<u32>,
    pub(super) dimension: DimensionId,
}

#[derive(Clone, Copy, Debug)]
struct Dimension {
    cells: usize,
    first_word: usize,
    words: usize,
}

impl Space {
    /// Divides the contexts by what was gathered.
    pub fn new(gathered: Gathered) -> Self {
        let mut space = Self::default();
        for facts in gathered.facts {
            let axis = space.axis(facts);
            space.attributes.push(axis);
        }
        space.full = space
            .dimensions
            .iter()
            .flat_map(|dimension| CellSet::all(dimension.cells).words().to_vec())
            .collect();
        space.couplings = couple::couplings(&space);
        space
    }

    fn axis(&mut self, mut facts: Facts) -> Axis {
        number::settle(&mut facts.numbers);
        if facts.kind == AttributeType::Integer && !facts.seeds.is_empty() {
            number::single_out(&mut facts.numbers, super::MAX_IDENTITIES);
        }
        let versions: Vec<Version> = facts.versions.iter().cloned().collect();
        let patterned = !(facts.prefixes.is_empty() && facts.suffixes.is_empty() && facts.parts.is_empty());
        let mut values = facts.values.clone();
        let mut rest = None;
        if let Some(closed) = &facts.closed {
            // Every value has a cell where something else than equality depends on it.
            let each =
                (patterned || !facts.seeds.is_empty()) && closed.len() <= super::MAX_IDENTITIES as usize;
            if each {
                values.extend(closed.iter().cloned());
            }
            rest = closed.iter().find(|value| !values.contains(*value)).cloned();
        }
        let values: Vec<EcoString> = values.into_iter().collect();
        let proper = match facts.kind {
            AttributeType::String => values.len() + usize::from(rest.is_some()) + 1,
            AttributeType::Boolean => 2,
            AttributeType::Integer | AttributeType::Number => facts.numbers.len() + 1,
            AttributeType::Version => versions.len() + 1,
            AttributeType::List => 1,
        };
        let main = self.dimension(PROPER + proper);
        let longest =
            |space: &mut Self, patterns: usize| (patterns > 0).then(|| space.dimension(patterns + 1));
        let prefix = longest(self, facts.prefixes.len());
        let suffix = longest(self, facts.suffixes.len());
        let parts = facts.parts.iter().map(|part| (part.clone(), self.dimension(2))).collect();
        let buckets = facts.seeds.iter().map(|((seed, generation), starts)| Buckets {
            seed: seed.clone(),
            generation: *generation,
            starts: starts.iter().copied().collect(),
            dimension: self.dimension(starts.len() + 1),
        });
        let buckets = buckets.collect();
        Axis { facts, versions, values, rest, main, prefix, suffix, parts, buckets }
    }

    fn dimension(&mut self, cells: usize) -> DimensionId {
        let first_word = self.dimensions.last().map_or(0, |last| last.first_word + last.words);
        self.dimensions.push(Dimension { cells, first_word, words: cells.div_ceil(64) });
        DimensionId(u32::try_from(self.dimensions.len() - 1).unwrap_or(u32::MAX))
    }

    fn at(&self, dimension: DimensionId) -> Dimension {
        self.dimensions[dimension.0 as usize]
    }

    /// How many cells a dimension has.
    pub fn count(&self, dimension: DimensionId) -> usize {
        self.at(dimension).cells
    }

    pub(super) fn words(&self, dimension: DimensionId) -> std::ops::Range<usize> {
        let Dimension { first_word, words, .. } = self.at(dimension);
        first_word..first_word + words
    }

    /// All contexts.
    pub fn domains(&self) -> Domains {
        Domains::new(self.full.clone())
    }

    /// The contexts that keep to the closed sets: the others are possible at run time, but no rule is written for them.
    pub fn contract(&self) -> Domains {
        let mut domains = self.domains();
        for axis in &self.attributes {
            let Some(closed) =
                axis.facts.closed.as_ref().filter(|_| axis.facts.kind == AttributeType::String)
            else {
                // The elements of a list are named by conditions alone.
                continue;
            };
            // The empty identity has a cell, and is of no closed set.
            let strays = axis.values.iter().filter(|value| !closed.contains(*value));
            let strays = strays.filter_map(|value| axis.value_cell(value));
            let count = self.count(axis.main);
            let kept = CellSet::of(count, strays.chain([axis.other()])).complement(count);
            domains.restrict(self, axis.main, &kept);
        }
        domains
    }

    /// The dimension that says of each attribute whether it is missing.
    pub(super) fn mains(&self) -> impl Iterator<Item = DimensionId> + '_ {
        self.attributes.iter().map(|axis| axis.main)
    }

    pub(super) fn couplings(&self) -> &[Formula] {
        &self.couplings
    }

    /// That the dimension lies in one of the cells.
    pub(super) fn lies_in(&self, dimension: DimensionId, cells: CellSet) -> Formula {
        let count = self.count(dimension);
        if cells == CellSet::none(count) {
            Formula::Constant(false)
        } else if cells == CellSet::all(count) {
            Formula::Constant(true)
        } else {
            Formula::In(dimension, cells)
        }
    }

    /// That it does not hold.
    pub fn negate(&self, formula: &Formula) -> Formula {
        formula.negate(&|dimension| self.count(dimension))
    }

    /// A condition as a formula.
    pub fn condition(&self, condition: &Condition, workspace: &Workspace) -> Formula {
        match condition {
            Condition::All(parts) => Formula::all(parts.iter().map(|part| self.condition(part, workspace))),
            Condition::Any(parts) => Formula::any(parts.iter().map(|part| self.condition(part, workspace))),
            Condition::Not(inner) => self.negate(&self.condition(inner, workspace)),
            Condition::Segment(segment) => self.segment(segment.value, workspace),
            Condition::Clause(clause) => self.clause(clause, &workspace.config),
        }
    }

    fn segment(&self, segment: SegmentId, workspace: &Workspace) -> Formula {
        match &workspace.segment(segment).condition {
            Some(condition) => self.condition(condition, workspace),
            // What uses it is broken, and nobody asks about it.
            None => Formula::Constant(false),
        }
    }

    fn clause(&self, clause: &Clause, config: &Config) -> Formula {
        let Some(axis) = self.axis_of(clause.attribute.value, config) else {
            return Formula::Constant(false);
        };
        let main = |cells: CellSet| self.lies_in(axis.main, cells);
        let count = self.count(axis.main);
        match &clause.matcher {
            Matcher::Exists(true) => main(CellSet::range(count, WRONG, count)),
            Matcher::Exists(false) => main(CellSet::of(count, [MISSING])),
            Matcher::OneOf(texts) => {
                main(CellSet::of(count, texts.iter().filter_map(|text| axis.value_cell(text))))
            }
            Matcher::StartsWith(texts) => self.pattern(axis.prefix, &axis.facts.prefixes, |known| {
                texts.iter().any(|text| known.starts_with(text.as_str()))
            }),
            Matcher::EndsWith(texts) => self.pattern(axis.suffix, &axis.facts.suffixes, |known| {
                texts.iter().any(|text| known.ends_with(text.as_str()))
            }),
            Matcher::Contains(texts) | Matcher::ListContains(texts) => {
                Formula::any(texts.iter().filter_map(|text| self.part(axis, text)))
            }
            Matcher::Boolean(values) => {
                main(CellSet::of(count, values.iter().map(|value| PROPER + usize::from(*value))))
            }
            Matcher::NumberOneOf(numbers) => {
                let mut cells = CellSet::none(count);
                for number in numbers {
                    let [start, end] = number::equal(*number, axis.facts.kind);
                    cells = cells.or(&interval(count, number::intervals(&axis.facts.numbers, start, end)));
                }
                main(cells)
            }
            Matcher::Within(bounds) => {
                let (start, end) = number::within(**bounds, axis.facts.kind);
                main(interval(count, number::intervals(&axis.facts.numbers, start, end)))
            }
            Matcher::Version(ranges) => {
                let mut cells = CellSet::none(count);
                for range in ranges {
                    let mut within = CellSet::range(count, PROPER, count);
                    for comparator in &range.comparators {
                        let positions = version::intervals(&axis.versions, comparator);
                        within = within.and(&interval(count, positions));
                    }
                    cells = cells.or(&within);
                }
                main(cells)
            }
        }
    }

    /// That the longest known beginning (or ending) is one of those that imply what is asked.
    fn pattern<'p>(
        &self,
        dimension: Option<DimensionId>,
        known: impl IntoIterator<Item = &'p EcoString>,
        implies: impl Fn(&str) -> bool,
    ) -> Formula {
        let Some(dimension) = dimension else { return Formula::Constant(false) };
        let cells = known.into_iter().enumerate().filter(|(_, known)| implies(known));
        self.lies_in(dimension, CellSet::of(self.count(dimension), cells.map(|(index, _)| index + 1)))
    }

    fn part(&self, axis: &Axis, text: &str) -> Option<Formula> {
        let (_, dimension) = axis.parts.iter().find(|(part, _)| part == text)?;
        Some(self.lies_in(*dimension, CellSet::of(2, [1])))
    }

    pub(super) fn axis_of(&self, id: AttributeId, config: &Config) -> Option<&Axis> {
        let attribute = config.attribute(id);
        self.attributes
            .iter()
            .find(|axis| axis.facts.name == attribute.name.value && axis.facts.kind == attribute.kind)
    }

    /// That the user can be identified for the splits of a flag.
    pub fn identified(&self, flag: &Flag, config: &Config) -> Formula {
        let Some(axis) = self.axis_of(flag.bucket_by.value, config) else { return Formula::Constant(false) };
        let count = self.count(axis.main);
        let cells = match axis.facts.kind {
            AttributeType::String => {
                CellSet::of(count, (PROPER..count).filter(|cell| axis.value_cell("") != Some(*cell)))
            }
            AttributeType::Integer => {
                let [start, end] = number::IDENTITIES;
                interval(count, number::intervals(&axis.facts.numbers, start, end))
            }
            AttributeType::Boolean | AttributeType::Number | AttributeType::Version | AttributeType::List => {
                CellSet::none(count)
            }
        };
        self.lies_in(axis.main, cells)
    }

    /// That one of the variants is what is served, to those whose turn it is.
    pub fn serves(&self, serve: &Serve, wanted: &[VariantId], flag: &Flag, config: &Config) -> Formula {
        match serve {
            Serve::Variant(variant) => Formula::Constant(wanted.contains(&variant.value)),
            Serve::Split(split) => {
                let identified = self.identified(flag, config);
                let bucket = self.bucket(split, wanted, flag, config);
                if wanted.contains(&flag.off_variant) {
                    Formula::any([self.negate(&identified), bucket])
                } else {
                    Formula::all([identified, bucket])
                }
            }
        }
    }

    fn bucket(&self, split: &Split, wanted: &[VariantId], flag: &Flag, config: &Config) -> Formula {
        let axis = self.axis_of(flag.bucket_by.value, config);
        let buckets = axis.and_then(|axis| axis.buckets_of(&flag.seed, config));
        let Some(buckets) = buckets else { return Formula::Constant(false) };
        let count = self.count(buckets.dimension);
        let mut cells = CellSet::none(count);
        let mut start = 0;
        for share in &split.shares {
            let end = start + share.weight;
            if wanted.contains(&share.variant) {
                cells = cells.or(&CellSet::range(count, buckets.cell(start), buckets.cell(end)));
            }
            start = end;
        }
        self.lies_in(buckets.dimension, cells)
    }
}

impl Axis {
    /// The cell of a string that is compared as a whole.
    pub(super) fn value_cell(&self, text: &str) -> Option<usize> {
        self.values.binary_search_by(|value| value.as_str().cmp(text)).ok().map(|index| PROPER + index)
    }

    /// The cell of the closed set's values that nobody names.
    pub(super) fn rest_cell(&self) -> Option<usize> {
        self.rest.as_ref().map(|_| PROPER + self.values.len())
    }

    /// The cell of all other strings.
    pub(super) fn other(&self) -> usize {
        PROPER + self.values.len() + usize::from(self.rest.is_some())
    }

    /// The buckets of its values under a seed.
    pub(super) fn buckets_of(&self, seed: &str, config: &Config) -> Option<&Buckets> {
        let generation = config.bucketing.generation;
        self.buckets.iter().find(|buckets| buckets.seed == seed && buckets.generation == generation)
    }
}

impl Buckets {
    /// The cell that begins at a bucket; one past the last for the end of all.
    pub(super) fn cell(&self, bucket: u32) -> usize {
        match bucket {
            0 => 0,
            WHOLE => self.starts.len() + 1,
            _ => self.starts.partition_point(|start| *start <= bucket),
        }
    }
}

fn interval(count: usize, positions: std::ops::Range<usize>) -> CellSet {
    CellSet::range(count, PROPER + positions.start, PROPER + positions.end)
}
