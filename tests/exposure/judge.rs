//! One case: a workspace is drawn, every flag is asked of the solver and of the runtime, and what they say is compared.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::hash::{Hash as _, Hasher as _};

use flagc::compile::{self, Branch, Probe, Standalone};
use flagc::exposure::{
    Context, Decisions, Domains, Formula, Gathered, Program, Solver, Space, context, gather,
};
use flagc::model::{EnvironmentId, Flag, VariantId, Workspace};
use flagc_runtime::At;
use serde_json::{Map, Value};

use crate::draw::{self, INSTANTS};
use crate::grid::Grid;
use crate::random::Random;

/// What a run has seen.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub questions: u64,
    pub impossible: u64,
    pub evaluations: u64,
    pub exhaustive: u64,
    pub flags: u64,
    /// Of all witnesses, in whatever order the cases ran.
    pub digest: u64,
    /// Flags that the solver gave up on.
    pub too_complex: Vec<String>,
    /// Possible, but no identity was found for it.
    pub without_witness: Vec<String>,
}

impl Tally {
    pub fn add(&mut self, other: Self) {
        self.questions += other.questions;
        self.impossible += other.impossible;
        self.evaluations += other.evaluations;
        self.exhaustive += other.exhaustive;
        self.flags += other.flags;
        self.digest ^= other.digest;
        self.too_complex.extend(other.too_complex);
        self.without_witness.extend(other.without_witness);
    }
}

/// Runs one case; the error says all that is needed to look into it.
pub fn case(number: u64, contexts: usize) -> Result<Tally, String> {
    let files = draw::workspace(number);
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in &files {
        crate::common::write(folder.path(), path, text.as_bytes());
    }
    let mut told = String::new();
    let outcome = std::panic::catch_unwind(|| judge_folder(folder.path(), number, contexts));
    let outcome = outcome.unwrap_or_else(|_| Err("a panic, see above".to_owned()));
    outcome.map_err(|error| {
        writeln!(told, "case {number} (FLAGC_CASE={number} runs it alone): {error}").unwrap();
        for (path, text) in files {
            writeln!(told, "--- {path}\n{text}").unwrap();
        }
        told
    })
}

fn judge_folder(folder: &std::path::Path, number: u64, contexts: usize) -> Result<Tally, String> {
    let loaded = flagc::workspace::load(folder);
    if let Some(finding) = loaded.findings.first() {
        return Err(format!("the generator writes what has findings: {}", finding.message));
    }
    let workspace = &loaded.workspace;
    let mut tally = Tally::default();
    let mut random = Random::new(!number);
    for environment in workspace.config.environment_ids() {
        for flag in &workspace.flags {
            // Probes say the same everywhere.
            if flag.key.starts_with('p') && environment.0 > 0 {
                continue;
            }
            // Together with another one: what one user gets of both.
            let other = &workspace.flags[random.below(workspace.flags.len())];
            let subject = Subject::new(workspace, flag, other, environment)?;
            subject.judge(contexts, &mut random, &mut tally)?;
        }
    }
    for told in tally.too_complex.iter_mut().chain(&mut tally.without_witness) {
        told.insert_str(0, &format!("case {number}, "));
    }
    Ok(tally)
}

/// A flag, with another one in the same space.
struct Subject<'w> {
    workspace: &'w Workspace,
    flag: &'w Flag,
    other: &'w Flag,
    environment: EnvironmentId,
    space: Space,
    compiled: Standalone,
    other_compiled: Standalone,
    grid: Grid<'w>,
}

/// What may be seen of a context.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sight {
    /// The flag serves this, with closed sets kept or not.
    Variant { variant: u16, kept: bool },
    /// A requirement is not met (`None`), or the branch that decided; and what is served.
    Branch(Option<usize>, u16),
    /// What both flags serve.
    Both(u16, u16),
}

impl<'w> Subject<'w> {
    fn new(
        workspace: &'w Workspace,
        flag: &'w Flag,
        other: &'w Flag,
        environment: EnvironmentId,
    ) -> Result<Self, String> {
        let segments = compile::segments(workspace);
        let compile = |flag| {
            compile::standalone(workspace, flag, environment, &segments)
                .map_err(|obstacle| obstacle.to_string())
        };
        let (compiled, other_compiled) = (compile(flag)?, compile(other)?);
        let mut gathered = Gathered::default();
        let mut grid = Grid::new(workspace);
        for flag in [flag, other] {
            gather(&mut gathered, workspace, flag, environment).map_err(|obstacle| obstacle.to_string())?;
            grid.flag(flag, environment);
        }
        let space = Space::new(gathered);
        Ok(Self { workspace, flag, other, environment, space, compiled, other_compiled, grid })
    }

    fn judge(&self, limit: usize, random: &mut Random, tally: &mut Tally) -> Result<(), String> {
        tally.flags += 1;
        let contexts = self.grid.contexts(limit, random);
        tally.exhaustive += u64::from(contexts.len() < limit);
        let instants = INSTANTS.iter().flat_map(|(_, at)| [*at - 1, *at]);
        for at in instants.skip(1).chain([i64::MIN]) {
            let program = |flag| {
                Program::new(&self.space, self.workspace, flag, self.environment, at)
                    .map_err(|error| error.to_string())
            };
            let (program, other) = (program(self.flag)?, program(self.other)?);
            self.judge_at(&program, &other, at, &contexts, tally).map_err(|error| {
                format!("{} in environment {}, at {at}: {error}", self.flag.key, self.environment.0)
            })?;
            let scheduled = |flag: &Flag| !flag.schedule_in(self.environment).is_empty();
            if !self.workspace.flags.iter().any(scheduled) {
                break;
            }
        }
        Ok(())
    }

    fn judge_at(
        &self,
        program: &Program<'w>,
        other: &Program<'w>,
        at: i64,
        contexts: &[Map<String, Value>],
        tally: &mut Tally,
    ) -> Result<(), String> {
        let mut seen: BTreeMap<Sight, &Map<String, Value>> = BTreeMap::new();
        for context in contexts {
            tally.evaluations += 2;
            for sight in self.look(context, &program.own, at)? {
                seen.entry(sight).or_insert(context);
            }
        }
        let solver = Solver::new(&self.space);
        let questions = self.questions(program, other);
        for (sight, formulas) in &questions {
            let formulas: Vec<&Formula> = formulas.iter().collect();
            let start = match sight {
                Sight::Variant { kept: true, .. } => self.space.contract(),
                _ => self.space.domains(),
            };
            tally.questions += 1;
            let Ok(found) = solver.solve_within(start, &formulas) else {
                tally.too_complex.push(format!("{} {sight:?} at {at}", self.flag.key));
                return Ok(());
            };
            let Some(found) = found else {
                tally.impossible += 1;
                if let Some(context) = seen.get(sight) {
                    return Err(format!("{sight:?} is called impossible, but see {}", show(context)));
                }
                continue;
            };
            self.check_witness(sight, &found, &program.own, at, tally)?;
        }
        // Nothing was seen that was not asked about.
        let asked: BTreeSet<&Sight> = questions.iter().map(|(sight, _)| sight).collect();
        match seen.iter().find(|(sight, _)| !asked.contains(sight)) {
            Some((sight, context)) => {
                Err(format!("{sight:?} was not asked about, but see {}", show(context)))
            }
            None => Ok(()),
        }
    }

    fn check_witness(
        &self,
        sight: &Sight,
        found: &Domains,
        own: &Decisions<'_>,
        at: i64,
        tally: &mut Tally,
    ) -> Result<(), String> {
        let Some(witness) = context(&self.space, found) else {
            tally.without_witness.push(format!("{} {sight:?} at {at}", self.flag.key));
            return Ok(());
        };
        let mut hasher = std::hash::DefaultHasher::new();
        (tally.digest, show(&witness)).hash(&mut hasher);
        tally.digest = hasher.finish();
        let seen = self.look(&witness, own, at)?;
        let same_kind = |other: &&Sight| std::mem::discriminant(*other) == std::mem::discriminant(sight);
        // Where the compiler folded the branches away, nobody can say which one it was.
        let folded = matches!(sight, Sight::Branch(..)) && !seen.iter().any(|other| same_kind(&other));
        if folded || seen.contains(sight) {
            return Ok(());
        }
        Err(format!("{sight:?} is called possible with {}, for which {seen:?}", show(&witness)))
    }

    /// All that may be seen, and what the solver knows it by.
    fn questions(&self, program: &Program<'w>, other: &Program<'w>) -> Vec<(Sight, Vec<Formula>)> {
        let space = &self.space;
        let variants = |flag: &Flag| (0..u16::try_from(flag.variants.len()).unwrap()).map(VariantId);
        let mut questions = Vec::new();
        for variant in variants(self.flag) {
            let served = program.serves(space, &[variant]);
            for kept in [false, true] {
                questions.push((Sight::Variant { variant: variant.0, kept }, vec![served.clone()]));
            }
            for also in variants(self.other) {
                let formulas = vec![served.clone(), other.serves(space, &[also])];
                questions.push((Sight::Both(variant.0, also.0), formulas));
            }
            for branch in 0..program.own.branches.len() {
                let mut formulas: Vec<Formula> = program.own.fires(branch).into_iter().cloned().collect();
                formulas.extend([program.met.clone(), program.own.branch_serves(space, branch, &[variant])]);
                questions.push((Sight::Branch(Some(branch), variant.0), formulas));
            }
            if variant == self.flag.off_variant {
                questions.push((Sight::Branch(None, variant.0), vec![space.negate(&program.met)]));
            }
        }
        questions
    }

    /// What the runtime makes of a context.
    fn look(&self, context: &Context, own: &Decisions<'_>, at: i64) -> Result<Vec<Sight>, String> {
        let runtime_context = flagc_runtime::Context::from(context.clone());
        let at = At::unix(at);
        let key = &self.compiled.flag.key;
        let (details, trace) = self.compiled.evaluator.resolve_traced(key, &runtime_context, at);
        let id = |flag: &Flag, variant: Option<&str>| {
            let found = variant.and_then(|variant| flag.variant_id(variant));
            found.map(|id| id.0).ok_or_else(|| format!("{variant:?} is served to {}", show(context)))
        };
        let variant = id(self.flag, details.variant)?;
        let other = self.other_compiled.evaluator.resolve(&self.other.key, &runtime_context, at);
        let mut sights = vec![
            Sight::Variant { variant, kept: false },
            Sight::Both(variant, id(self.other, other.variant)?),
        ];
        if self.grid.keeps_contract(context) {
            sights.push(Sight::Variant { variant, kept: true });
        }
        let branches = &self.compiled.flag.branches;
        if let (Some(place), false) = (trace.branch, branches.is_empty()) {
            let everybody =
                || own.branches.iter().position(|branch| branch.condition == Formula::Constant(true));
            let branch = match branches.get(place) {
                Some(Branch::Requirements) => None,
                Some(Branch::Rule(index)) => Some(*index),
                Some(Branch::Unidentified) => self.rule(&runtime_context, at).or_else(everybody),
                Some(Branch::Otherwise) | None => everybody(),
            };
            sights.push(Sight::Branch(branch, variant));
        }
        Ok(sights)
    }

    /// The first rule whose condition holds, each asked by itself.
    fn rule(&self, context: &flagc_runtime::Context, at: At) -> Option<usize> {
        let segments = compile::segments(self.workspace);
        let probe = Probe { config: &self.workspace.config, segments: &segments, context, at };
        probe.rule(self.flag.rules_in(self.environment)).expect("what compiled can be asked")
    }
}

fn show(context: &Map<String, Value>) -> String {
    Value::Object(context.clone()).to_string()
}
