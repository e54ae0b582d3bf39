//! Everything that the rules ask about one flag, found out once: which of its rules decide for somebody, and what each
//! environment can serve at all. A flag is analysed over all environments and all times together; environments that
//! say the same share their answers.

use smallvec::SmallVec;

use super::facts::Gathered;
use super::fate::{Fate, RuleList};
use super::formula::Formula;
use super::program::{self, BranchId, gather, instants};
use super::solve::{Domains, Solver, TooComplex};
use super::space::Space;
use super::witness::{self, Context};
use crate::compile::{self, Demands, Segments, demands};
use crate::model::{Condition, EnvironmentId, Flag, Serve, VariantId, Workspace};

/// More states in time than this are too complex to be looked at.
pub const MAX_MOMENTS: usize = 1_000;

/// What is to be analysed of a flag: its environments, and the space of its contexts.
#[derive(Debug)]
pub struct Survey<'w> {
    workspace: &'w Workspace,
    flag: &'w Flag,
    /// One environment for each setting.
    settings: Vec<EnvironmentId>,
    scenes: Vec<Scene>,
    space: Space,
}

/// What was found out about a flag.
#[derive(Debug)]
pub struct Analysis<'a> {
    /// Its workspace.
    pub workspace: &'a Workspace,
    /// The flag.
    pub flag: &'a Flag,
    /// Answers further questions, such as who the culprit is.
    pub solver: Solver<'a>,
    /// The lists of rules, each once.
    pub lists: Vec<RuleList<'a>>,
    /// What environments say, each once.
    pub settings: Vec<Setting<'a>>,
    /// The environments in which the flag is neither broken nor killed, in promotion order.
    pub scenes: Vec<Scene>,
    /// The bound on steps was reached: then there is nothing else here.
    pub too_complex: bool,
    pub(super) contract: Domains,
    pub(super) is_open: bool,
}

/// An environment, and which of the settings is its own.
#[derive(Clone, Copy, Debug)]
pub struct Scene {
    /// The environment.
    pub environment: EnvironmentId,
    /// Its position in [`Analysis::settings`].
    pub setting: usize,
}

/// What an environment says of a flag and of all that it requires.
#[derive(Debug)]
pub struct Setting<'a> {
    /// An environment that says so.
    pub environment: EnvironmentId,
    /// Its rules: a position in [`Analysis::lists`].
    pub list: usize,
    /// What differs with time, each once.
    pub moments: Vec<Moment<'a>>,
    /// The requirements are met for nobody, at no time.
    pub unmet: bool,
    /// For each variant who can get it.
    pub reach: Vec<Option<Reach>>,
}

/// A state in time.
#[derive(Debug, PartialEq)]
pub struct Moment<'a> {
    /// Its first instant, in seconds since 1970; the least number is the beginning of time.
    pub at: i64,
    /// What decides where no rule does.
    pub id: BranchId,
    /// What that serves.
    pub serve: &'a Serve,
    /// That the requirements are met.
    pub met: Formula,
}

/// Somebody who gets a variant.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Who.
    pub domains: Domains,
    /// When: a position in [`Setting::moments`].
    pub moment: usize,
    /// The branch, by its position; `None` where a requirement is not met.
    pub branch: Option<usize>,
}

impl<'w> Survey<'w> {
    /// Surveys a flag; `None` where it cannot be compiled, or is killed, in every environment.
    pub fn new(workspace: &'w Workspace, flag: &'w Flag, segments: &Segments) -> Option<Self> {
        let demands = demands(workspace, flag).ok()?;
        let mut survey =
            Self { workspace, flag, settings: Vec::new(), scenes: Vec::new(), space: Space::default() };
        let mut gathered = Gathered::default();
        // Segments of segments can grow without bound: what is too large to be compiled is too large to be looked at.
        let is_small = compile::is_surely_small(workspace, flag, segments);
        for environment in workspace.config.environment_ids() {
            if flag.killed_in(environment)
                || !all_flags(workspace, flag, &demands).all(|flag| compiles(flag, environment, segments))
                || !(is_small || compile::check_flag(workspace, flag, environment, segments).is_ok())
            {
                continue;
            }
            let same = |other: &EnvironmentId| {
                all_flags(workspace, flag, &demands).all(|flag| says_the_same(flag, environment, *other))
            };
            let known = survey.settings.iter().position(same);
            let setting = known.unwrap_or(survey.settings.len());
            if known.is_none() {
                survey.settings.push(environment);
                gather(&mut gathered, workspace, flag, environment).ok()?;
            }
            survey.scenes.push(Scene { environment, setting });
        }
        (!survey.scenes.is_empty()).then(|| Self { space: Space::new(gathered), ..survey })
    }

    /// The contexts that can be told apart.
    pub fn space(&self) -> &Space {
        &self.space
    }

    /// An environment for all those that say the same as this one; `None` where the flag is broken or killed there.
    pub fn like(&self, environment: EnvironmentId) -> Option<EnvironmentId> {
        let scene = self.scenes.iter().find(|scene| scene.environment == environment)?;
        self.settings.get(scene.setting).copied()
    }
}

fn all_flags<'w>(
    workspace: &'w Workspace,
    flag: &'w Flag,
    demands: &Demands,
) -> impl Iterator<Item = &'w Flag> {
    std::iter::once(flag).chain(demands.keys().map(|id| workspace.flag(*id)))
}

/// Whether a flag by itself can be compiled.
fn compiles(flag: &Flag, environment: EnvironmentId, segments: &Segments) -> bool {
    let mut sound = !flag.broken_in(environment);
    for condition in flag.rules_in(environment).iter().filter_map(|rule| rule.condition.as_ref()) {
        condition.for_each_leaf(&mut |leaf| {
            if let Condition::Segment(segment) = leaf {
                sound &= segments.get(segment.value).is_some();
            }
        });
    }
    sound
}

/// Whether a flag and all that it requires take what they do in two environments from the same text.
pub fn same_text(workspace: &Workspace, flag: &Flag, one: EnvironmentId, other: EnvironmentId) -> bool {
    let Ok(demands) = demands(workspace, flag) else { return false };
    all_flags(workspace, flag, &demands)
        .all(|flag| says_the_same(flag, one, other) && flag.broken_in(one) == flag.broken_in(other))
}

/// Whether a flag takes what it does in two environments from the same text.
fn says_the_same(flag: &Flag, one: EnvironmentId, other: EnvironmentId) -> bool {
    flag.killed_in(one) == flag.killed_in(other)
        && std::ptr::eq(flag.rules_in(one), flag.rules_in(other))
        && std::ptr::eq(flag.serve_in(one), flag.serve_in(other))
        && std::ptr::eq(flag.schedule_in(one), flag.schedule_in(other))
}

impl<'a> Analysis<'a> {
    /// Finds everything out.
    pub fn new(survey: &'a Survey<'a>) -> Self {
        let (all, contract) = (survey.space.domains(), survey.space.contract());
        let mut analysis = Self {
            workspace: survey.workspace,
            flag: survey.flag,
            solver: Solver::new(&survey.space),
            lists: Vec::new(),
            settings: Vec::new(),
            scenes: survey.scenes.clone(),
            too_complex: false,
            is_open: all == contract,
            contract,
        };
        if analysis.fill(&survey.settings).is_err() {
            analysis.too_complex = true;
            analysis.lists.clear();
            analysis.settings.clear();
            analysis.scenes.clear();
        }
        analysis
    }

    fn fill(&mut self, settings: &[EnvironmentId]) -> Result<(), TooComplex> {
        for environment in settings {
            let setting = self.setting(*environment)?;
            self.settings.push(setting);
        }
        for list in 0..self.lists.len() {
            for rule in 0..self.lists[list].rules.len() {
                let settled = self.settle(&self.lists[list], list, rule)?;
                self.lists[list].facts[rule] = settled;
            }
        }
        Ok(())
    }

    fn setting(&mut self, environment: EnvironmentId) -> Result<Setting<'a>, TooComplex> {
        let rules = self.flag.rules_in(environment);
        let known = self.lists.iter().position(|list| std::ptr::eq(list.rules, rules));
        let list = known.unwrap_or(self.lists.len());
        if known.is_none() {
            self.lists.push(self.list(environment)?);
        }
        let moments = self.moments(environment)?;
        let mut unmet = true;
        for moment in &moments {
            unmet =
                unmet && moment.met != Formula::Constant(true) && !self.solver.possible(&[&moment.met])?;
        }
        let reach = self.reach(&self.lists[list], &moments)?;
        Ok(Setting { environment, list, moments, unmet, reach })
    }

    fn moments(&self, environment: EnvironmentId) -> Result<Vec<Moment<'a>>, TooComplex> {
        let mut moments: Vec<Moment<'_>> = Vec::new();
        for at in std::iter::once(i64::MIN).chain(instants(self.workspace, self.flag, environment)) {
            let (id, serve) = program::last(self.flag, environment, at);
            let met = if self.flag.requires.is_empty() {
                Formula::Constant(true)
            } else {
                let space = self.solver.space();
                let required = program::required(space, self.workspace, self.flag, environment, at)?;
                program::met(space, &required)
            };
            let is_known = |known: &Moment<'_>| self.serve_alike(known.serve, serve) && known.met == met;
            if !moments.iter().any(is_known) {
                moments.push(Moment { at, id, serve, met });
            }
            if moments.len() > MAX_MOMENTS {
                return Err(TooComplex);
            }
        }
        Ok(moments)
    }

    fn reach(&self, list: &RuleList<'a>, moments: &[Moment<'_>]) -> Result<Vec<Option<Reach>>, TooComplex> {
        let flag = self.flag;
        let mut reach: Vec<Option<Reach>> = vec![None; flag.variants.len()];
        for (index, moment) in moments.iter().enumerate() {
            for (branch, model) in list.models.iter().enumerate() {
                let Some(model) = model else { continue };
                let serve = list.rules.get(branch).map_or(moment.serve, |rule| &rule.serve);
                for variant in variants_of(serve, flag) {
                    let slot = &mut reach[usize::from(variant.0)];
                    if slot.is_some() {
                        continue;
                    }
                    let serves = self.solver.space().serves(serve, &[variant], flag, &self.workspace.config);
                    let holds = |formula: &Formula| self.solver.holds(model, formula);
                    let found = if holds(&serves) && holds(&moment.met) {
                        Some(model.clone())
                    } else {
                        self.find(&list.with_fires(branch, [&serves, &moment.met]))?
                    };
                    *slot = found.map(|domains| Reach { domains, moment: index, branch: Some(branch) });
                }
            }
        }
        let off = &mut reach[usize::from(flag.off_variant.0)];
        for (index, moment) in moments.iter().enumerate() {
            if off.is_none() {
                let unmet = self.solver.space().negate(&moment.met);
                *off = self.find(&[&unmet])?.map(|domains| Reach { domains, moment: index, branch: None });
            }
        }
        Ok(reach)
    }

    /// Somebody for whom all formulas hold, rather one who keeps to the closed sets.
    pub fn find(&self, formulas: &[&Formula]) -> Result<Option<Domains>, TooComplex> {
        let found = self.find_kept(formulas)?;
        if found.is_some() || self.is_open { Ok(found) } else { self.solver.solve(formulas) }
    }

    /// Somebody who keeps to the closed sets.
    pub fn find_kept(&self, formulas: &[&Formula]) -> Result<Option<Domains>, TooComplex> {
        self.solver.solve_within(self.contract.clone(), formulas)
    }

    /// A context out of a box.
    pub fn witness(&self, domains: &Domains) -> Option<Context> {
        witness::context(self.solver.space(), domains)
    }

    /// Whether two serves give everybody the same.
    pub fn serve_alike(&self, one: &Serve, other: &Serve) -> bool {
        serve_alike(self.flag, one, other)
    }

    /// The setting of an environment, if the flag is neither broken nor killed there.
    pub fn setting_in(&self, environment: EnvironmentId) -> Option<&Setting<'a>> {
        let scene = self.scenes.iter().find(|scene| scene.environment == environment)?;
        self.settings.get(scene.setting)
    }

    /// Every rule that was written, once, with what became of it.
    pub fn rules(&self) -> impl Iterator<Item = (&RuleList<'a>, usize, &Fate)> {
        self.lists.iter().flat_map(|list| {
            list.facts.iter().enumerate().map(move |(index, facts)| (list, index, &facts.fate))
        })
    }
}

/// What a serve can give.
pub fn variants_of(serve: &Serve, flag: &Flag) -> SmallVec<[VariantId; 4]> {
    match serve {
        Serve::Variant(variant) => SmallVec::from_slice(&[variant.value]),
        Serve::Split(split) => {
            let mut variants: SmallVec<[VariantId; 4]> =
                split.shares.iter().map(|share| share.variant).collect();
            if !variants.contains(&flag.off_variant) {
                variants.push(flag.off_variant);
            }
            variants
        }
    }
}

/// Whether two serves of a flag give everybody the same.
pub(super) fn serve_alike(flag: &Flag, one: &Serve, other: &Serve) -> bool {
    match (one, other) {
        (Serve::Variant(one), Serve::Variant(other)) => one.value == other.value,
        (Serve::Split(one), Serve::Split(other)) => one.shares == other.shares,
        // The unidentified get the off variant in any case.
        (Serve::Variant(variant), Serve::Split(split)) | (Serve::Split(split), Serve::Variant(variant)) => {
            variant.value == flag.off_variant
                && split.shares.iter().all(|share| share.variant == variant.value)
        }
    }
}
