//! Contexts that lie on both sides of everything a flag asks: read off its conditions and splits, without the solver.

use std::collections::{BTreeMap, BTreeSet};

use flagc::compile::demands;
use flagc::format::{AttributeType, Generation};
use flagc::model::{
    Attribute, AttributeId, Bounds, Condition, EnvironmentId, Flag, Matcher, Serve, VersionRange, WHOLE,
    Workspace,
};
use serde_json::{Map, Value, json};

use crate::random::Random;

/// Identities that are tried for each combination of buckets.
const USERS: usize = 400;

/// What is asked of one attribute.
#[derive(Default)]
struct Asked {
    values: BTreeSet<String>,
    prefixes: BTreeSet<String>,
    suffixes: BTreeSet<String>,
    parts: BTreeSet<String>,
    numbers: Vec<f64>,
    versions: BTreeSet<String>,
    /// By seed, where intervals of buckets begin.
    buckets: BTreeMap<String, BTreeSet<u32>>,
}

/// What flags ask in an environment.
pub struct Grid<'w> {
    workspace: &'w Workspace,
    asked: BTreeMap<u16, Asked>,
}

impl<'w> Grid<'w> {
    pub fn new(workspace: &'w Workspace) -> Self {
        Self { workspace, asked: BTreeMap::new() }
    }

    /// Adds a flag and all it requires.
    pub fn flag(&mut self, flag: &'w Flag, environment: EnvironmentId) {
        let required = demands(self.workspace, flag).unwrap();
        for flag in std::iter::once(flag).chain(required.keys().map(|id| self.workspace.flag(*id))) {
            let rules = flag.rules_in(environment);
            let steps = flag.schedule_in(environment).iter().map(|step| &step.serve);
            let serves =
                rules.iter().map(|rule| &rule.serve).chain([flag.serve_in(environment)]).chain(steps);
            for serve in serves {
                if let Serve::Split(split) = serve {
                    let asked = self.asked.entry(flag.bucket_by.value.0).or_default();
                    let starts = asked.buckets.entry(flag.seed.to_string()).or_default();
                    let mut end = 0;
                    for share in &split.shares {
                        end += share.weight;
                        starts.insert(end);
                    }
                }
            }
            for condition in rules.iter().filter_map(|rule| rule.condition.as_ref()) {
                self.condition(condition);
            }
        }
    }

    fn condition(&mut self, condition: &'w Condition) {
        let mut leaves = Vec::new();
        condition.for_each_leaf(&mut |leaf| leaves.push(leaf));
        for leaf in leaves {
            match leaf {
                Condition::Segment(id) => {
                    self.condition(self.workspace.segment(id.value).condition.as_ref().unwrap());
                }
                Condition::Clause(clause) => {
                    let asked = self.asked.entry(clause.attribute.value.0).or_default();
                    asked.matcher(&clause.matcher);
                }
                Condition::All(_) | Condition::Any(_) | Condition::Not(_) => unreachable!("no leaf"),
            }
        }
    }

    /// At most `limit` contexts: all there are, or as many drawn at random.
    pub fn contexts(&self, limit: usize, random: &mut Random) -> Vec<Map<String, Value>> {
        let config = &self.workspace.config;
        let axes: Vec<(&str, Vec<Option<Value>>)> = self
            .asked
            .iter()
            .map(|(id, asked)| {
                let attribute = config.attribute(AttributeId(*id));
                (attribute.name.value.as_str(), asked.points(attribute, config.bucketing.generation))
            })
            .collect();
        let total = axes.iter().fold(1_usize, |total, (_, points)| total.saturating_mul(points.len()));
        let context = |mut place: usize| {
            let mut context = Map::new();
            for (name, points) in &axes {
                if let Some(value) = &points[place % points.len()] {
                    context.insert((*name).to_owned(), value.clone());
                }
                place /= points.len();
            }
            context
        };
        if total <= limit {
            return (0..total).map(context).collect();
        }
        (0..limit).map(|_| context(random.below(total))).collect()
    }

    /// Whether a context keeps to the closed sets of string attributes.
    pub fn keeps_contract(&self, context: &Map<String, Value>) -> bool {
        self.workspace.config.context.iter().all(|attribute| {
            let text = context.get(attribute.name.value.as_str()).and_then(Value::as_str);
            let closed = attribute.values.as_ref().filter(|_| attribute.kind == AttributeType::String);
            text.zip(closed).is_none_or(|(text, closed)| closed.iter().any(|value| value == text))
        })
    }
}

impl Asked {
    fn matcher(&mut self, matcher: &Matcher) {
        let strings = |texts: &[ecow::EcoString]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
        match matcher {
            Matcher::Exists(_) | Matcher::Boolean(_) => {}
            Matcher::OneOf(texts) => self.values.extend(strings(texts)),
            Matcher::StartsWith(texts) => self.prefixes.extend(strings(texts)),
            Matcher::EndsWith(texts) => self.suffixes.extend(strings(texts)),
            Matcher::Contains(texts) | Matcher::ListContains(texts) => self.parts.extend(strings(texts)),
            Matcher::NumberOneOf(numbers) => self.numbers.extend(numbers),
            Matcher::Within(bounds) => {
                let Bounds { gt, gte, lt, lte } = &**bounds;
                self.numbers.extend([gt, gte, lt, lte].into_iter().flatten());
            }
            Matcher::Version(ranges) => ranges.iter().for_each(|range| self.range(range)),
        }
    }

    fn range(&mut self, range: &VersionRange) {
        for comparator in &range.comparators {
            let version = &comparator.version;
            let (major, minor, patch) = (version.major, version.minor, version.patch);
            let next = patch + 1;
            self.versions.extend([
                version.to_string(),
                format!("v{version}+build"),
                format!("{major}.{minor}.{patch}"),
                format!("{major}.{minor}.{patch}-0"),
                format!("{major}.{minor}.{patch}-zz"),
                format!("{major}.{minor}.{next}-0"),
                format!("{major}.{minor}.{next}"),
            ]);
            if !version.pre.is_empty() {
                self.versions.insert(format!("{version}.0"));
            }
            if patch == 0 {
                self.versions.insert(format!("{major}.{minor}"));
            }
            if let Some(before) = major.checked_sub(1) {
                self.versions.insert(format!("{before}.99.99"));
            }
        }
    }

    /// Values on all sides of what is asked; `None` is a missing one.
    fn points(&self, attribute: &Attribute, generation: Generation) -> Vec<Option<Value>> {
        let mut points: Vec<Value> = match attribute.kind {
            AttributeType::String => {
                self.texts(attribute).into_iter().map(Value::from).chain([json!(5)]).collect()
            }
            AttributeType::Boolean => vec![json!(true), json!(false), json!("true"), json!(1)],
            AttributeType::Integer | AttributeType::Number => self.numbers(attribute.kind),
            AttributeType::Version => {
                let ends = ["0.0.0-0", "0.0.0", "99.0.0", "7", "not a version", "01.0.0"].map(str::to_owned);
                self.versions.iter().cloned().chain(ends).map(Value::from).chain([json!(1.5)]).collect()
            }
            AttributeType::List => self.lists(),
        };
        points.extend(self.identities(attribute.kind, generation));
        let mut points: Vec<Option<Value>> = points.into_iter().map(Some).collect();
        points.extend([None, Some(Value::Null)]);
        let mut seen = BTreeSet::new();
        points.retain(|point| seen.insert(format!("{point:?}")));
        points
    }

    fn texts(&self, attribute: &Attribute) -> BTreeSet<String> {
        let mut texts = self.values.clone();
        texts.extend(attribute.values.iter().flatten().map(ToString::to_string));
        texts.extend([String::new(), "zz".to_owned(), "UA".to_owned()]);
        let everything: Vec<&str> = self.parts.iter().map(String::as_str).collect();
        let middles = [String::new(), everything.join("~"), everything.concat()];
        let middles = || middles.iter().chain(&self.parts);
        let ends = |texts: &BTreeSet<String>| -> Vec<String> {
            texts.iter().cloned().chain([String::new()]).collect()
        };
        for prefix in ends(&self.prefixes) {
            for suffix in ends(&self.suffixes) {
                for middle in middles() {
                    texts.insert(format!("{prefix}{middle}{suffix}"));
                    texts.insert(format!("{prefix}~{middle}~{suffix}"));
                }
            }
        }
        texts
    }

    fn numbers(&self, kind: AttributeType) -> Vec<Value> {
        let mut numbers = vec![0.0];
        for number in &self.numbers {
            let steps = match kind {
                AttributeType::Integer => [number.floor(), number.ceil()],
                _ => [number.next_down(), number.next_up()],
            };
            numbers.extend([*number, number - 1.0, number + 1.0].into_iter().chain(steps));
        }
        numbers.extend([-1e9, 1e9, -1e300, 1e300]);
        numbers.sort_by(f64::total_cmp);
        numbers.dedup();
        let mut values: Vec<Value> = numbers.into_iter().map(number).collect();
        values.extend([json!(5.5), json!(5.0), json!("5"), json!(true)]);
        values
    }

    fn lists(&self) -> Vec<Value> {
        let mut lists = vec![json!([]), json!(["zz"]), json!([1, null]), json!("a"), json!("")];
        let parts: Vec<&String> = self.parts.iter().take(5).collect();
        for subset in 1..1_usize << parts.len() {
            let chosen = parts.iter().enumerate().filter(|(index, _)| subset & (1 << index) != 0);
            lists.push(chosen.map(|(_, part)| part.as_str()).collect());
        }
        lists
    }

    /// One identity for each combination of buckets that a few hundred users fall into.
    fn identities(&self, kind: AttributeType, generation: Generation) -> Vec<Value> {
        if self.buckets.is_empty() {
            return Vec::new();
        }
        let generation = match generation {
            Generation::Two => flagc_runtime::Generation::Two,
            Generation::Three => flagc_runtime::Generation::Three,
        };
        let mut found = BTreeMap::new();
        for user in 0..USERS {
            let (identity, value) = match kind {
                AttributeType::Integer => (user.to_string(), json!(user)),
                _ => (format!("u-{user}"), json!(format!("u-{user}"))),
            };
            let place = self.buckets.iter().map(|(seed, starts)| {
                let bucket = flagc_runtime::bucket(&[seed, &identity], generation, u64::from(WHOLE));
                starts.iter().filter(|start| u64::from(**start) <= bucket).count()
            });
            found.entry(place.collect::<Vec<_>>()).or_insert(value);
        }
        found.into_values().collect()
    }
}

/// Whole numbers without a point, as most contexts have them.
fn number(number: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "whole, and within 2^53")]
    if number.fract() == 0.0 && number.abs() < 9e15 { json!(number as i64) } else { json!(number) }
}
