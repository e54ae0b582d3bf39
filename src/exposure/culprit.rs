//! Who is to blame: the rules that take everybody first, the parts of a condition that exclude each other, the rules
//! that serve the same, the requirement that nobody meets.

use super::analysis::{Analysis, Setting};
use super::fate::RuleList;
use super::formula::Formula;
use super::program::{Program, instants};
use super::solve::{Solver, TooComplex};
use crate::model::{Condition, Requirement, VariantId, Workspace};
use crate::source::Span;

impl Analysis<'_> {
    /// A smallest set of earlier rules that take everybody a rule is for: a single one where there is one.
    pub fn takers(&self, list: &RuleList<'_>, rule: usize) -> Result<Vec<usize>, TooComplex> {
        let branches = &list.decisions.branches;
        let condition = &branches[rule].condition;
        let leaves_nobody = |takers: &[usize]| {
            let mut formulas = vec![condition];
            formulas.extend(takers.iter().map(|taker| &branches[*taker].negated));
            Ok(self.find_kept(&formulas)?.is_none())
        };
        for taker in 0..rule {
            if leaves_nobody(&[taker])? {
                return Ok(vec![taker]);
            }
        }
        let mut takers: Vec<usize> = (0..rule).collect();
        for taker in 0..rule {
            let without: Vec<usize> = takers.iter().copied().filter(|other| *other != taker).collect();
            if leaves_nobody(&without)? {
                takers = without;
            }
        }
        Ok(takers)
    }

    /// The branches that would decide for the users of a rule if it were not there.
    pub fn followers(&self, list: &RuleList<'_>, rule: usize) -> Result<Vec<usize>, TooComplex> {
        let yes = Formula::Constant(true);
        let mut followers = Vec::new();
        for next in rule + 1..list.decisions.branches.len() {
            if self.find_kept(&list.passed_on(rule, next, [&yes, &yes]))?.is_some() {
                followers.push(next);
            }
        }
        Ok(followers)
    }

    /// Whether a requirement is ever met by somebody for whom the formulas hold.
    pub fn can_be_met(
        &self,
        setting: &Setting<'_>,
        requirement: &Requirement,
        formulas: &[&Formula],
    ) -> Result<bool, TooComplex> {
        let (workspace, environment) = (self.workspace, setting.environment);
        let Some(id) = workspace.flag_id(&requirement.flag.value) else { return Ok(true) };
        let required = workspace.flag(id);
        let wanted: Vec<VariantId> =
            requirement.variants.iter().filter_map(|variant| required.variant_id(&variant.value)).collect();
        let space = self.solver.space();
        for at in std::iter::once(i64::MIN).chain(instants(workspace, required, environment)) {
            let program = Program::new(space, workspace, required, environment, at)?;
            let serves = program.serves(space, &wanted);
            let together: Vec<&Formula> = formulas.iter().copied().chain([&serves]).collect();
            if self.solver.possible(&together)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The parts of a condition that exclude each other, or the one that nobody fulfils by itself; empty where more than
/// two are needed.
pub fn contradicting<'c>(
    solver: &Solver<'_>,
    condition: &'c Condition,
    workspace: &Workspace,
) -> Result<Vec<&'c Condition>, TooComplex> {
    let mut parts = Vec::new();
    flatten(condition, &mut parts);
    let formulas: Vec<Formula> = parts.iter().map(|part| solver.space().condition(part, workspace)).collect();
    for (part, formula) in parts.iter().zip(&formulas) {
        if !solver.possible(&[formula])? {
            return match part {
                Condition::Any(alternatives) if alternatives.len() == 1 => {
                    contradicting(solver, &alternatives[0], workspace)
                }
                _ => Ok(vec![*part]),
            };
        }
    }
    for (index, one) in formulas.iter().enumerate() {
        for (other, formula) in formulas.iter().enumerate().skip(index + 1) {
            if !solver.possible(&[one, formula])? {
                return Ok(vec![parts[index], parts[other]]);
            }
        }
    }
    Ok(Vec::new())
}

fn flatten<'c>(condition: &'c Condition, parts: &mut Vec<&'c Condition>) {
    match condition {
        Condition::All(inner) => {
            for part in inner {
                flatten(part, parts);
            }
        }
        Condition::Any(_) | Condition::Not(_) | Condition::Segment(_) | Condition::Clause(_) => {
            parts.push(condition);
        }
    }
}

/// Where a condition is written, from its first word to its last.
pub fn condition_span(condition: &Condition) -> Span {
    let mut whole: Option<Span> = None;
    condition.for_each_leaf(&mut |leaf| {
        let span = match leaf {
            Condition::Clause(clause) => clause.attribute.span.to(clause.span),
            Condition::Segment(segment) => segment.span,
            Condition::All(_) | Condition::Any(_) | Condition::Not(_) => return,
        };
        whole = Some(whole.map_or(span, |whole| whole.to(span)));
    });
    whole.unwrap_or_default()
}
