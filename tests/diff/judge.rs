//! What a diff must say of two workspaces, asked of the runtime context by context.

use std::collections::BTreeSet;

use ecow::EcoString;
use flagc::compile::{self, Segments, Standalone};
use flagc::diff::{self, Change, ChangedRegion, Class, Diff, Request, Side};
use flagc::exposure::{self, BranchId, Gathered, Program, Region, Solver, Space};
use flagc::model::{EnvironmentId, Flag, Workspace};
use flagc::workspace::Loaded;
use flagc_runtime::At;

use super::grid::{self, Buckets, Context};
use super::probe::{deciding, note_buckets};
use super::random::Random;
use super::shop::{ENVIRONMENTS, NOW, Shop};
use super::tally::Tally;

/// How many contexts each flag is asked with.
const CONTEXTS: usize = 200;
const USERS: u32 = 20_000;

/// Why two workspaces fail.
#[derive(Debug)]
pub enum Failure {
    /// One of them is none: it says nothing about diffs.
    Invalid(String),
    Wrong(#[allow(dead_code, reason = "shown by Debug")] String),
}

struct Loads {
    loaded: Loaded,
    segments: Segments,
}

fn load(shop: &Shop) -> Result<Loads, Failure> {
    let loaded = shop.load();
    if let Some(finding) = loaded.findings.first() {
        return Err(Failure::Invalid(format!("{}: {}", finding.rule.0, finding.message)));
    }
    let segments = compile::segments(&loaded.workspace);
    for flag in &loaded.workspace.flags {
        // A changed off variant may be one that another flag requires.
        for environment in loaded.workspace.config.environment_ids() {
            compile::check_flag(&loaded.workspace, flag, environment, &segments)
                .map_err(|obstacle| Failure::Invalid(obstacle.to_string()))?;
        }
    }
    Ok(Loads { loaded, segments })
}

impl Loads {
    fn side(&self) -> Side<'_> {
        Side { workspace: &self.loaded.workspace, segments: &self.segments }
    }

    fn workspace(&self) -> &Workspace {
        &self.loaded.workspace
    }
}

/// Judges a pair; `is_refactoring` where nothing may change, `measure` where shares are counted.
pub fn pair(
    base: &Shop,
    head: &Shop,
    case: u64,
    is_refactoring: bool,
    measure: bool,
) -> Result<Tally, Failure> {
    let (before, after) = (load(base)?, load(head)?);
    let mut tally = Tally::default();
    let flags = before.workspace().flags.iter().chain(&after.workspace().flags);
    let keys: BTreeSet<EcoString> = flags.map(|flag| flag.key.clone()).collect();
    let compared = |at| {
        let flags = keys.iter().cloned().collect();
        diff::compare(&Request { base: before.side(), head: after.side(), flags, at })
    };
    let mut times = vec![NOW];
    for workspace in [before.workspace(), after.workspace()] {
        for flag in &workspace.flags {
            for environment in workspace.config.environment_ids() {
                times.extend(
                    exposure::instants(workspace, flag, environment).into_iter().filter(|at| *at > NOW),
                );
            }
        }
    }
    times.sort_unstable();
    times.dedup();
    let diffs: Vec<(i64, Diff)> = times.into_iter().map(|at| (at, compared(at))).collect();
    for (at, diff) in &diffs {
        if let Some(one) = diff.incomparable.first() {
            return Err(Failure::Wrong(format!("{} cannot be compared: {}", one.flag, one.reason)));
        }
        if is_refactoring && (!diff.changes.is_empty() || !diff.scheduled.is_empty()) {
            return Err(Failure::Wrong(format!("a refactoring changes something: {:#?}", diff.changes)));
        }
        for key in &keys {
            for name in ENVIRONMENTS {
                let subject = Subject::new(base, head, [&before, &after], key, name, *at);
                let change = merged(diff, key, name);
                let change = change.as_ref();
                subject.judge(change, case, measure, &mut tally).map_err(|why| {
                    Failure::Wrong(format!("{key} in {name} at {}: {why}\n{change:#?}", at - NOW))
                })?;
            }
        }
    }
    for key in &keys {
        for name in ENVIRONMENTS {
            scheduled(&diffs, key, name, &mut tally)
                .map_err(|why| Failure::Wrong(format!("{key} in {name}, scheduled: {why}")))?;
        }
    }
    Ok(tally)
}

/// What the first diff says of later times is what those of the later times say.
/// All that changes of a flag in an environment: a new value is told apart from new shares.
fn merged(diff: &Diff, key: &str, name: &str) -> Option<Change> {
    let of_flag = |change: &&Change| change.flag == key && change.environment.as_deref() == Some(name);
    diff.changes.iter().filter(of_flag).cloned().reduce(|mut one, other| {
        one.regions.extend(other.regions);
        one.values.extend(other.values);
        one
    })
}

fn scheduled(diffs: &[(i64, Diff)], key: &str, name: &str, tally: &mut Tally) -> Result<(), String> {
    let regions = |diff: &Diff| -> Vec<ChangedRegion> {
        let change = merged(diff, key, name);
        if change.as_ref().is_some_and(|change| matches!(change.class, Class::New | Class::Removed)) {
            return Vec::new();
        }
        change.map(|change| change.regions).unwrap_or_default()
    };
    let now = &diffs[0].1;
    for pair in diffs.windows(2) {
        let (earlier, later) = (regions(&pair[0].1), regions(&pair[1].1));
        let said = now.scheduled.iter().find(|one| {
            one.at == pair[1].0 && one.change.flag == key && one.change.environment.as_deref() == Some(name)
        });
        match said {
            Some(said) => {
                tally.scheduled += 1;
                if said.change.regions != later {
                    return Err(format!("{:#?} is not {later:#?}", said.change.regions));
                }
            }
            // Where the two are one again, there is nothing to list.
            None if !later.is_empty() && facts(&earlier) != facts(&later) => {
                return Err(format!("from {} on {later:#?} is not told", pair[1].0 - NOW));
            }
            None => {}
        }
    }
    Ok(())
}

type Facts = (String, diff::Shares, diff::Shares, diff::Shares, diff::Shares);

fn facts(regions: &[ChangedRegion]) -> Vec<Facts> {
    let of = |region: &ChangedRegion| {
        let ChangedRegion { when, before, after, gain, lose, .. } = region.clone();
        (when, before, after, gain, lose)
    };
    regions.iter().map(of).collect()
}

/// A flag on one side, in an environment.
struct One<'w> {
    program: usize,
    workspace: &'w Workspace,
    flag: &'w Flag,
    environment: EnvironmentId,
    compiled: Standalone,
    /// Which rule decides: a flag of the same conditions that serves its rules' numbers.
    deciding: Option<Standalone>,
}

struct Subject<'w> {
    sides: Vec<One<'w>>,
    at: i64,
    asked: Vec<&'static str>,
    buckets: Vec<Buckets>,
}

impl<'w> Subject<'w> {
    fn new(base: &Shop, head: &Shop, loads: [&'w Loads; 2], key: &str, name: &str, at: i64) -> Self {
        let mut sides = Vec::new();
        let (mut asked, mut buckets) = (Vec::new(), Vec::new());
        for (program, (shop, loads)) in [base, head].into_iter().zip(loads).enumerate() {
            shop.asked(key, &mut asked);
            let workspace = loads.workspace();
            let Some(id) = workspace.flag_id(key) else { continue };
            let environment = workspace.config.environment_id(name).unwrap();
            let flag = workspace.flag(id);
            for one in compile::demands(workspace, flag)
                .unwrap_or_default()
                .keys()
                .map(|id| workspace.flag(*id))
                .chain([flag])
            {
                note_buckets(workspace, one, environment, &mut buckets);
            }
            let compiled = compile::standalone(workspace, flag, environment, &loads.segments).unwrap();
            let deciding = (!flag.killed_in(environment)).then(|| {
                let flag = deciding(flag, environment);
                compile::standalone(workspace, &flag, environment, &loads.segments).unwrap()
            });
            sides.push(One { program, workspace, flag, environment, compiled, deciding });
        }
        Self { sides, at, asked, buckets }
    }

    fn judge(
        &self,
        change: Option<&Change>,
        case: u64,
        measure: bool,
        tally: &mut Tally,
    ) -> Result<(), String> {
        let reported = change.map(|change| change.regions.as_slice()).unwrap_or_default();
        let regions = self.regions();
        if regions.len() != reported.len() || regions.iter().zip(reported).any(|(a, b)| a.when != b.when) {
            return Err(format!("other regions than {regions:#?}"));
        }
        tally.changes += usize::from(change.is_some());
        tally.regions += reported.len();
        for (region, reported) in regions.iter().zip(reported) {
            self.witness(region, reported, tally)?;
        }
        self.values(change)?;
        let mut random = Random::new(case);
        for context in grid::contexts(&self.asked, &self.buckets, CONTEXTS, &mut random) {
            tally.asked += 1;
            let outcomes = self.outcomes(&context);
            if outcomes.len() == 2 && outcomes[0] == outcomes[1] {
                continue;
            }
            tally.differing += 1;
            let branches = self.branches(&context);
            let lies = |region: &Region| {
                region.branches == branches && region.joint.get(&outcomes).is_some_and(|share| *share > 0.0)
            };
            let index = regions.iter().position(lies);
            let Some(index) = index else {
                return Err(format!(
                    "{context:?} gets {outcomes:?} by {branches:?}: in no region of {regions:#?}"
                ));
            };
            self.told(&reported[index], &outcomes)?;
        }
        if measure {
            for (region, reported) in regions.iter().zip(reported) {
                self.measure(region, reported, tally)?;
            }
        }
        Ok(())
    }

    /// The regions behind the reported ones, with what both sides serve to whom.
    fn regions(&self) -> Vec<Region> {
        let mut gathered = Gathered::default();
        for side in &self.sides {
            exposure::gather(&mut gathered, side.workspace, side.flag, side.environment).unwrap();
        }
        let space = Space::new(gathered);
        let solver = Solver::new(&space);
        let programs = self
            .sides
            .iter()
            .map(|side| Program::new(&space, side.workspace, side.flag, side.environment, self.at).unwrap());
        let programs: Vec<Program<'_>> = programs.collect();
        let matters = |outcomes: &[EcoString]| outcomes.len() == 1 || outcomes[0] != outcomes[1];
        exposure::regions(&solver, &programs.iter().collect::<Vec<_>>(), &matters).unwrap()
    }

    fn outcomes(&self, context: &Context) -> Vec<EcoString> {
        self.sides.iter().map(|side| ask(&side.compiled, context, self.at)).collect()
    }

    fn branches(&self, context: &Context) -> Vec<BranchId> {
        let branch = |side: &One<'_>| {
            let Some(deciding) = &side.deciding else { return BranchId::Killed };
            let schedule = side.flag.schedule_in(side.environment);
            match ask(deciding, context, self.at).strip_prefix("rule-") {
                Some(index) => BranchId::Rule(index.parse().unwrap()),
                None => match schedule.iter().rposition(|step| step.at.value.0 <= self.at) {
                    Some(index) => BranchId::Step(index),
                    None => BranchId::Serve,
                },
            }
        };
        self.sides.iter().map(branch).collect()
    }

    /// That the reported region tells of this change.
    fn told(&self, region: &ChangedRegion, outcomes: &[EcoString]) -> Result<(), String> {
        for (side, outcome) in self.sides.iter().zip(outcomes) {
            let shares = if side.program == 0 {
                [&region.before, &region.lose]
            } else {
                [&region.after, &region.gain]
            };
            if shares.iter().any(|shares| shares.get(outcome).is_none_or(|share| *share <= 0.0)) {
                return Err(format!("{outcomes:?} is not told in {region:#?}"));
            }
        }
        Ok(())
    }

    fn witness(&self, region: &Region, reported: &ChangedRegion, tally: &mut Tally) -> Result<(), String> {
        let Some(witness) = &reported.witness else {
            tally.without_witness += 1;
            let changed: f64 = region
                .joint
                .iter()
                .filter(|(key, _)| key.len() == 1 || key[0] != key[1])
                .map(|(_, share)| share)
                .sum();
            let few = self.buckets.iter().any(|one| one.attribute == "targetingKey")
                && self.asked.contains(&"targetingKey");
            return if changed < 1e-3 || few { Ok(()) } else { Err(format!("no witness for {region:#?}")) };
        };
        let outcomes = self.outcomes(&witness.context);
        let said: Vec<EcoString> = [&witness.before, &witness.after].into_iter().flatten().cloned().collect();
        if outcomes != said || (outcomes.len() == 2 && outcomes[0] == outcomes[1]) {
            return Err(format!("the witness {witness:?} gets {outcomes:?}"));
        }
        let branches = self.branches(&witness.context);
        if branches != region.branches {
            return Err(format!("the witness {witness:?} is decided by {branches:?}"));
        }
        self.told(reported, &outcomes)
    }

    fn values(&self, change: Option<&Change>) -> Result<(), String> {
        let [one, two] = &self.sides[..] else { return Ok(()) };
        let differ = two.flag.variants.iter().filter(|variant| {
            one.flag
                .variants
                .iter()
                .any(|other| other.name.value == variant.name.value && other.json != variant.json)
        });
        let said = change.map_or(0, |change| change.values.len());
        if differ.count() == said { Ok(()) } else { Err(format!("{said} values are told")) }
    }

    /// Counts among many users who are like the witness what the region says of its shares.
    fn measure(&self, region: &Region, reported: &ChangedRegion, tally: &mut Tally) -> Result<(), String> {
        let Some(witness) = &reported.witness else { return Ok(()) };
        let identities: BTreeSet<&str> = self.buckets.iter().map(|one| one.attribute.as_str()).collect();
        // Who has no identity has no share.
        let is_open = |name: &str| match witness.context.get(name) {
            Some(serde_json::Value::String(text)) => name == "targetingKey" && !text.is_empty(),
            Some(serde_json::Value::Number(number)) => name == "account" && number.as_i64().is_some(),
            _ => false,
        };
        if identities.is_empty() || !identities.iter().all(|name| is_open(name)) {
            return Ok(());
        }
        // Which rule of a required flag decides may depend on the identity that is about to be exchanged.
        if reported.when.contains("; in `") {
            return Ok(());
        }
        let mut context = witness.context.clone();
        let mut counts = std::collections::BTreeMap::new();
        for user in 0..USERS {
            for (index, name) in identities.iter().enumerate() {
                // Two identities of one user have nothing to do with each other.
                let number = if index == 0 { user } else { user.wrapping_mul(2_654_435_761) >> 4 };
                context.insert((*name).to_owned(), grid::identity(name, number).0);
            }
            if user < 30 && self.branches(&context) != region.branches {
                return Ok(());
            }
            *counts.entry(self.outcomes(&context)).or_insert(0_u32) += 1;
        }
        tally.measured += 1;
        for key in counts.keys().chain(region.joint.keys()) {
            let expected = region.joint.get(key).copied().unwrap_or(0.0);
            let observed = f64::from(counts.get(key).copied().unwrap_or(0)) / f64::from(USERS);
            let error = (expected * (1.0 - expected) / f64::from(USERS)).sqrt();
            if (observed - expected).abs() > 4.0 * error + 1e-9 {
                return Err(format!("{key:?} has {observed}, not {expected} ± {error}, in {region:#?}"));
            }
        }
        Ok(())
    }
}

fn ask(compiled: &Standalone, context: &Context, at: i64) -> EcoString {
    let context = flagc_runtime::Context::from_value(context.clone().into()).unwrap();
    compiled.evaluator.resolve(&compiled.flag.key, &context, At::unix(at)).variant.unwrap().into()
}
