//! The last step of a flag: types are known, so conditions become matchers, splits decide on the order of the variants,
//! and the file is written.

use std::collections::BTreeSet;

use super::condition::{Condition, Scalar};
use super::flagd::{Candidate, Frame};
use super::json::Json;
use super::schedule::Scheduled;
use super::settings::Settings;
use super::split::{Arrangement, Split, arrange};
use super::targeting::{Rule, Serve};
use super::types::{Match, Matcher, Types};
use super::write::{FlagText, Served, flag_file};
use super::{FlagOutcome, ImportOptions, Verdict};
use crate::format::{FlagKind, Instant};

/// A flag that comes in.
#[derive(Debug)]
pub(super) struct Finished {
    /// Its TOML.
    pub(super) text: String,
    /// The attributes that it asks for.
    pub(super) used: BTreeSet<String>,
}

/// What all flags of an import share.
pub(super) struct Outlet<'o> {
    pub(super) types: Types,
    pub(super) settings: &'o Settings,
    pub(super) options: &'o ImportOptions<'o>,
}

/// A flag in this format's terms.
struct Meaning {
    rules: Vec<(Condition<Match>, Served)>,
    serve: Served,
    steps: Vec<(String, Served)>,
    arrangement: Arrangement,
    /// Identity and seed of its splits.
    bucketing: Option<(String, String)>,
    used: BTreeSet<String>,
}

impl Outlet<'_> {
    /// Decides what becomes of a flag.
    pub(super) fn finish(&mut self, candidate: Candidate) -> (FlagOutcome, Option<Finished>) {
        let Candidate { key, frame, plan, mut reasons, mut notes } = candidate;
        let mut finished = None;
        if let (Some(frame), Some(plan), true) = (&frame, plan, reasons.is_empty()) {
            let mut heard = notes.clone();
            match self.meaning(frame, &plan, &mut heard) {
                Ok(meaning) => {
                    notes = heard;
                    finished = Some((self.written(&key, frame, meaning), Verdict::Ready));
                }
                Err(reason) => reasons.push(reason),
            }
        }
        if let (None, Some(frame), true) = (&finished, &frame, self.options.approximate) {
            let serve = Serve::Variant(frame.default.clone());
            let frozen = Scheduled { rules: Vec::new(), serve, steps: Vec::new() };
            match self.meaning(frame, &frozen, &mut notes) {
                Ok(meaning) => finished = Some((self.written(&key, frame, meaning), Verdict::Approximated)),
                Err(reason) => reasons.push(reason),
            }
        }
        let (file, verdict) = match finished {
            Some((file, verdict)) => (Some(file), verdict),
            None => (None, Verdict::LeftOut),
        };
        (FlagOutcome { key, verdict, reasons, notes: notes.into_iter().collect() }, file)
    }

    fn meaning(
        &mut self,
        frame: &Frame,
        plan: &Scheduled,
        notes: &mut BTreeSet<String>,
    ) -> Result<Meaning, String> {
        let splits = splits(plan);
        let bucketing = bucketing(&splits)?;
        let mut used = BTreeSet::new();
        if let Some((by, _)) = &bucketing {
            self.types.identity(by)?;
            used.insert(by.clone());
        }
        let names: Vec<&str> = frame.variants.iter().map(|(name, _)| name.as_str()).collect();
        let arrangement = arrange(&names, &frame.default, &splits)?;
        notes.extend(arrangement.note.clone());
        let off = &arrangement.off;
        if let Some(split) = splits.iter().find(|split| !split.shorthand) {
            notes.insert(format!(
                "a user without `{}` gets `{off}`; flagd's SDKs put them into a bucket, not all into the same",
                split.by
            ));
        }
        let rules = self.rules(plan, &frame.default, off, notes)?;
        for (condition, _) in &rules {
            condition.visit(&mut |leaf| {
                used.insert(leaf.attribute.clone());
            });
        }
        let steps = plan.steps.iter().map(|(at, serve)| (Instant(*at).to_string(), served(serve, off)));
        let (serve, steps) = (served(&plan.serve, off), steps.collect());
        Ok(Meaning { rules, serve, steps, arrangement, bucketing, used })
    }

    /// The rules in this format's terms. Where a split without bucket expression is served, those whom it cannot divide
    /// get the default variant in flagd and `off` here: if the two differ, a rule of their own comes first.
    fn rules(
        &self,
        plan: &Scheduled,
        default: &str,
        off: &str,
        notes: &mut BTreeSet<String>,
    ) -> Result<Vec<(Condition<Match>, Served)>, String> {
        let guarded = |serve: &Serve| off != default && shorthand(serve);
        let guard = || Served::Variant(default.to_owned());
        let mut rules = Vec::with_capacity(plan.rules.len());
        for Rule { condition, serve } in &plan.rules {
            let condition = self.types.condition(condition, notes)?;
            if guarded(serve) {
                rules.push((Condition::all([condition.clone(), unidentified()]), guard()));
            }
            rules.push((condition, served(serve, off)));
        }
        let mut last = plan.steps.iter().map(|(_, serve)| serve).chain([&plan.serve]);
        if last.any(guarded) {
            if !plan.steps.is_empty() {
                return Err("a split begins or ends with the time, and users without `targetingKey` get \
                            another variant than `off_variant`"
                    .to_owned());
            }
            rules.push((unidentified(), guard()));
        }
        Ok(rules)
    }

    fn written(&self, key: &str, frame: &Frame, meaning: Meaning) -> Finished {
        let Meaning { rules, serve, steps, arrangement, bucketing, used } = meaning;
        let Arrangement { order, off, .. } = &arrangement;
        let missing = format!("Imported from flagd as `{key}`");
        let (by, seed) = bucketing.map_or((None, None), |(by, seed)| (Some(by), Some(seed)));
        let variants = order.iter().filter_map(|index| frame.variants.get(*index));
        let text = flag_file(&FlagText {
            schema: self.options.schema,
            description: frame.description.as_deref().unwrap_or(&missing),
            kind: self.options.kind.unwrap_or(FlagKind::Ops),
            owner: self.options.owner.unwrap_or("unowned"),
            variants: if is_plain(&frame.variants) {
                Vec::new()
            } else {
                variants.map(|(name, value)| (name.as_str(), value)).collect()
            },
            off_variant: (off != "off").then_some(off),
            bucket_by: by.as_deref().filter(|by| *by != self.settings.by),
            seed: seed.as_deref().filter(|seed| *seed != key),
            environment: self.options.environment.map(|name| (name, off.as_str())),
            rules,
            serve,
            steps,
        });
        Finished { text, used }
    }
}

fn splits(plan: &Scheduled) -> Vec<&Split> {
    let rules = plan.rules.iter().map(|rule| &rule.serve);
    let steps = plan.steps.iter().map(|(_, serve)| serve);
    let all = rules.chain([&plan.serve]).chain(steps);
    all.filter_map(|serve| match serve {
        Serve::Split(split) => Some(split),
        Serve::Variant(_) => None,
    })
    .collect()
}

/// The one identity and seed of a flag's splits.
fn bucketing(splits: &[&Split]) -> Result<Option<(String, String)>, String> {
    let Some(first) = splits.first() else { return Ok(None) };
    match splits.iter().find(|split| split.by != first.by || split.seed != first.seed) {
        Some(other) if other.by != first.by => Err(format!(
            "its splits divide users by `{}` and by `{}`: a flag has one identity",
            first.by, other.by
        )),
        Some(other) => Err(format!(
            "its splits are seeded with `{}` and `{}`: a flag has one seed",
            first.seed, other.seed
        )),
        None => Ok(Some((first.by.clone(), first.seed.clone()))),
    }
}

fn shorthand(serve: &Serve) -> bool {
    matches!(serve, Serve::Split(split) if split.shorthand)
}

/// Whoever flagd cannot divide: no `targetingKey`, or an empty one.
fn unidentified() -> Condition<Match> {
    let key = |matcher| Condition::Leaf(Match { attribute: "targetingKey".to_owned(), matcher });
    let empty = Matcher::Values(vec![Scalar::Text(String::new())]);
    Condition::any([key(Matcher::Exists(false)), key(empty)])
}

fn served(serve: &Serve, off: &str) -> Served {
    match serve {
        Serve::Variant(name) => Served::Variant(name.clone()),
        Serve::Split(split) => {
            let shares = split.shares.iter().filter(|share| share.variant != off);
            #[expect(clippy::cast_precision_loss, reason = "at most 100000")]
            let shares: Vec<(String, f64)> =
                shares.map(|share| (share.variant.clone(), share.weight as f64 / 1000.0)).collect();
            if shares.is_empty() { Served::Variant(off.to_owned()) } else { Served::Split(shares) }
        }
    }
}

/// `on = true` and `off = false`: what a flag has that does not say anything about variants.
fn is_plain(variants: &[(String, Json)]) -> bool {
    let has = |name: &str, value: bool| variants.contains(&(name.to_owned(), Json::Bool(value)));
    variants.len() == 2 && has("on", true) && has("off", false)
}
