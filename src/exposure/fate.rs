//! What becomes of a rule: it decides for somebody, or the reason why not.

use super::analysis::{Analysis, Moment, variants_of};
use super::formula::Formula;
use super::program::{Branch, Decisions};
use super::solve::{Domains, TooComplex};
use crate::model::{EnvironmentId, Rule, Serve};

/// A list of rules, as it is written once.
#[derive(Debug)]
pub struct RuleList<'a> {
    /// The rules.
    pub rules: &'a [Rule],
    /// The rules as formulas, and one more that takes everybody.
    pub decisions: Decisions<'a>,
    /// Somebody for whom the branch decides, requirements aside.
    pub models: Vec<Option<Domains>>,
    /// What was found out about each rule.
    pub facts: Vec<RuleFacts>,
}

/// What was found out about a rule.
#[derive(Debug)]
pub struct RuleFacts {
    /// What becomes of it.
    pub fate: Fate,
    /// Somebody for whom it decides.
    pub example: Option<Domains>,
}

/// What becomes of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It decides for somebody, and it matters.
    Decides,
    /// No context fulfils it.
    Contradiction,
    /// Only values outside a closed set fulfil it.
    Outside,
    /// Earlier rules take everybody it is for.
    Taken,
    /// A requirement is met for nobody it is for.
    Unmet,
    /// It decides, but what follows serves the same.
    Redundant,
}

impl<'a> RuleList<'a> {
    /// The formulas that hold where a branch decides, and two more.
    pub fn with_fires<'f>(&'f self, branch: usize, more: [&'f Formula; 2]) -> Vec<&'f Formula> {
        let mut formulas = self.decisions.fires(branch);
        formulas.extend(more);
        formulas
    }

    /// The formulas that hold where a rule decides, and `next` would if it were not there, and two more.
    pub fn passed_on<'f>(&'f self, rule: usize, next: usize, more: [&'f Formula; 2]) -> Vec<&'f Formula> {
        let mut formulas = self.with_fires(rule, more);
        formulas.extend(self.between(rule, next).map(|branch| &branch.negated));
        formulas.push(&self.decisions.branches[next].condition);
        formulas
    }

    fn between(&self, rule: usize, next: usize) -> impl Iterator<Item = &Branch<'a>> {
        self.decisions.branches[rule + 1..next].iter()
    }
}

impl<'a> Analysis<'a> {
    /// A list of rules, with what its rules are by themselves.
    pub(super) fn list(&self, environment: EnvironmentId) -> Result<RuleList<'a>, TooComplex> {
        let (space, flag) = (self.solver.space(), self.flag);
        let decisions = Decisions::new(space, self.workspace, flag, environment, i64::MIN)?;
        let rules = flag.rules_in(environment);
        let mut list = RuleList { rules, decisions, models: Vec::new(), facts: Vec::new() };
        for branch in 0..list.decisions.branches.len() {
            let fires = list.decisions.fires(branch);
            let kept = self.find_kept(&fires)?;
            let fate = if kept.is_some() {
                Fate::Decides
            } else {
                self.obstacle(&list.decisions.branches[branch].condition)?
            };
            // Outside the closed sets it may decide all the same: that counts where it is asked what can be served.
            let outside = if kept.is_some() || self.is_open { None } else { self.solver.solve(&fires)? };
            if branch < rules.len() {
                list.facts.push(RuleFacts { fate, example: kept.clone() });
            }
            list.models.push(kept.or(outside));
        }
        Ok(list)
    }

    /// Why a rule never decides.
    fn obstacle(&self, condition: &Formula) -> Result<Fate, TooComplex> {
        if self.find_kept(&[condition])?.is_some() {
            Ok(Fate::Taken)
        } else if self.solver.possible(&[condition])? {
            Ok(Fate::Outside)
        } else {
            Ok(Fate::Contradiction)
        }
    }

    /// What becomes of a rule in the environments that have it.
    pub(super) fn settle(
        &self,
        list: &RuleList<'a>,
        position: usize,
        rule: usize,
    ) -> Result<RuleFacts, TooComplex> {
        let RuleFacts { fate, example } = &list.facts[rule];
        let unchanged = || RuleFacts { fate: *fate, example: example.clone() };
        let Some(model) = example else { return Ok(unchanged()) };
        let settings = self.settings.iter().filter(|setting| setting.list == position && !setting.unmet);
        let moments: Vec<&Moment<'_>> = settings.flat_map(|setting| &setting.moments).collect();
        if moments.is_empty() {
            return Ok(unchanged());
        }
        let mut example = None;
        for moment in &moments {
            if example.is_none() {
                example = if self.solver.holds(model, &moment.met) {
                    Some(model.clone())
                } else {
                    self.find_kept(&list.with_fires(rule, [&moment.met, &Formula::Constant(true)]))?
                };
            }
        }
        let Some(model) = &example else { return Ok(RuleFacts { fate: Fate::Unmet, example }) };
        for moment in &moments {
            if self.matters(list, rule, moment, model)? {
                return Ok(RuleFacts { fate: Fate::Decides, example });
            }
        }
        Ok(RuleFacts { fate: Fate::Redundant, example })
    }

    /// Whether somebody would be served something else without the rule.
    fn matters(
        &self,
        list: &RuleList<'a>,
        rule: usize,
        moment: &Moment<'_>,
        model: &Domains,
    ) -> Result<bool, TooComplex> {
        let branches = &list.decisions.branches;
        let end = branches.len() - 1;
        let holds = |formula: &Formula| self.solver.holds(model, formula);
        // The last one is the likeliest to serve something else.
        for next in std::iter::once(end).chain(rule + 1..end) {
            let serve = list.rules.get(next).map_or(moment.serve, |rule| &rule.serve);
            let differs = self.differs(&list.rules[rule].serve, serve);
            if differs == Formula::Constant(false) {
                continue;
            }
            let formulas = list.passed_on(rule, next, [&differs, &moment.met]);
            if formulas.iter().all(|formula| holds(formula)) || self.solver.possible(&formulas)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// That two serves give a user different variants.
    fn differs(&self, one: &Serve, other: &Serve) -> Formula {
        if self.serve_alike(one, other) {
            return Formula::Constant(false);
        }
        let space = self.solver.space();
        let config = &self.workspace.config;
        Formula::any(variants_of(one, self.flag).into_iter().map(|variant| {
            let gets = |serve| space.serves(serve, &[variant], self.flag, config);
            Formula::all([gets(one), space.negate(&gets(other))])
        }))
    }
}
