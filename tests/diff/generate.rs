//! Draws workspaces whose constants are few, so that conditions overlap, exclude and contain each other often.

use std::collections::BTreeMap;

use super::random::Random;
use super::shop::{Cond, Flag, Part, Rule, Serve, Shop};

/// What a condition may ask, by attribute.
const MATCHERS: [(&str, &[&str]); 9] = [
    ("country", &["\"AU\"", "[\"AU\", \"DE\"]", "\"US\"", "{ exists = true }", "{ exists = false }"]),
    ("tier", &["\"pro\"", "\"free\"", "[\"free\", \"pro\"]", "{ exists = true }"]),
    (
        "email",
        &[
            "\"jo@acme.example\"",
            "{ ends_with = \"@acme.example\" }",
            "{ ends_with = [\".example\", \"z\"] }",
            "{ contains = \"acme\" }",
            "{ contains = \"+test\" }",
            "{ starts_with = \"jo\" }",
            "{ starts_with = \"j\" }",
            "{ exists = true }",
        ],
    ),
    (
        "age",
        &["18", "[18, 30]", "{ gte = 18 }", "{ gt = 18, lt = 65 }", "{ lte = 30 }", "{ exists = false }"],
    ),
    ("score", &["0.5", "{ gt = 0.5 }", "{ gte = 0.5, lt = 2 }", "{ lt = 2.0 }"]),
    (
        "appVersion",
        &[
            "\">=5.2.0\"",
            "\"^1.2.0\"",
            "\">=1.2.0, <2.0.0-0\"",
            "\"~1.2.0\"",
            "\"=5.2.0\"",
            "[\"<1.0.0\", \">5.2.0-rc.1\"]",
        ],
    ),
    ("beta", &["true", "false", "{ exists = true }"]),
    ("groups", &["\"a\"", "[\"a\", \"b\"]", "\"b\"", "{ exists = true }"]),
    (
        "targetingKey",
        &["\"u-1\"", "[\"u-1\", \"u-2\", \"staff-1\"]", "{ starts_with = \"u-\" }", "{ exists = false }"],
    ),
];

const WEIGHTS: [u32; 9] = [0, 1_000, 5_000, 10_500, 25_000, 33_333, 50_000, 90_000, 100_000];
const STEPS: [i64; 4] = [-1_000, 0, 1_000, 2_000];

/// Draws conditions over a few attributes.
pub struct Drawer<'r> {
    pub random: &'r mut Random,
    pub attributes: Vec<usize>,
}

pub fn shop(random: &mut Random) -> Shop {
    let mut attributes: Vec<usize> = (0..3).map(|_| random.below(MATCHERS.len() - 1)).collect();
    if random.percent(15) {
        attributes.push(MATCHERS.len() - 1);
    }
    let mut drawer = Drawer { random, attributes };
    let mut shop = Shop {
        countries: vec!["AU", "DE", "US"],
        by: "targetingKey",
        generation: if drawer.random.percent(80) { 2 } else { 3 },
        segments: Vec::new(),
        flags: Vec::new(),
    };
    for _ in 0..drawer.random.below(3) {
        let segment = drawer.cond(2, shop.segments.len());
        shop.segments.push(segment);
    }
    for index in 0..=drawer.random.below(3) {
        let flag = drawer.flag(index, &shop);
        shop.flags.push(flag);
    }
    shop
}

impl Drawer<'_> {
    pub fn cond(&mut self, depth: usize, segments: usize) -> Cond {
        let choice = if depth == 0 { 0 } else { self.random.below(10) };
        match choice {
            6 => Cond::Any(self.conds(depth - 1, segments)),
            7 => Cond::All(self.conds(depth - 1, segments)),
            8 => Cond::Not(Box::new(self.cond(depth - 1, segments))),
            9 if segments > 0 => Cond::Segment(self.random.below(segments)),
            _ => self.ask(),
        }
    }

    fn ask(&mut self) -> Cond {
        let (name, matchers) = MATCHERS[*self.random.of(&self.attributes)];
        Cond::Ask(name, (*self.random.of(matchers)).to_owned())
    }

    fn conds(&mut self, depth: usize, segments: usize) -> Vec<Cond> {
        (0..2 + self.random.below(2)).map(|_| self.cond(depth, segments)).collect()
    }

    pub fn serve(&mut self, variants: &[(&'static str, u32)]) -> Serve {
        if self.random.percent(55) {
            return Serve::One(self.random.of(variants).0);
        }
        let mut left = 100_000;
        let mut shares = Vec::new();
        for (name, _) in variants {
            if self.random.percent(60) {
                let weight = (*self.random.of(&WEIGHTS)).min(left);
                left -= weight;
                shares.push((*name, weight));
            }
        }
        if shares.is_empty() { Serve::One(self.random.of(variants).0) } else { Serve::Split(shares) }
    }

    pub fn rule(&mut self, variants: &[(&'static str, u32)], segments: usize) -> Rule {
        let cond = (!self.random.percent(4)).then(|| self.cond(2, segments));
        Rule { cond, serve: self.serve(variants) }
    }

    fn rules(&mut self, variants: &[(&'static str, u32)], segments: usize) -> Vec<Rule> {
        (0..self.random.below(4)).map(|_| self.rule(variants, segments)).collect()
    }

    pub fn schedule(&mut self, variants: &[(&'static str, u32)]) -> Vec<(i64, Serve)> {
        let steps = STEPS.into_iter().filter(|_| self.random.percent(40)).collect::<Vec<_>>();
        steps.into_iter().map(|after| (after, self.serve(variants))).collect()
    }

    fn part(&mut self, variants: &[(&'static str, u32)], segments: usize) -> Part {
        Part {
            killed: self.random.percent(5),
            serve: self.random.percent(60).then(|| self.serve(variants)),
            rules: self.random.percent(50).then(|| self.rules(variants, segments)),
            schedule: if self.random.percent(20) { self.schedule(variants) } else { Vec::new() },
        }
    }

    /// A flag that may require those that the workspace has before it.
    pub fn flag(&mut self, index: usize, shop: &Shop) -> Flag {
        let mut variants = vec![("off", 0), ("on", 0)];
        if self.random.percent(30) {
            variants.insert(self.random.below(3), ("alt", 0));
        }
        let segments = shop.segments.len();
        let mut own = self.part(&variants, segments);
        own.serve.get_or_insert(Serve::One("off"));
        let mut requires = BTreeMap::new();
        for other in &shop.flags {
            if self.random.percent(35) {
                let wanted: Vec<_> = other
                    .variants
                    .iter()
                    .map(|variant| variant.0)
                    .filter(|name| *name != other.off)
                    .collect();
                let first = self.random.below(wanted.len());
                requires.insert(other.key.clone(), wanted[first..].to_vec());
            }
        }
        let mut environments = BTreeMap::new();
        for name in super::shop::ENVIRONMENTS {
            if self.random.percent(30) {
                environments.insert(name, self.part(&variants, segments));
            }
        }
        Flag {
            key: format!("flag-{index}"),
            owner: "a",
            off: "off",
            seed: self.random.percent(40).then(|| (*self.random.of(&["shared", "other"])).to_owned()),
            bucket_by: self.random.percent(20).then_some("account"),
            own,
            environments,
            requires,
            variants,
        }
    }
}
