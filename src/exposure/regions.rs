//! Regions: the contexts for which the same branches decide, in one program or in two that are compared, with the shares
//! of users and a witness for each.

use std::collections::BTreeSet;

use ecow::EcoString;

use super::describe::{self, Sieve};
use super::formula::Formula;
use super::program::{BranchId, Decisions, Program};
use super::shares::{Choice, Chosen, Joint, joint};
use super::solve::{Domains, Solver, TooComplex};
use super::space::Space;
use super::witness::{Context, MAX_HASHES, context};
use crate::graph;
use crate::model::{AttributeId, Condition, SegmentId, VariantId, Workspace};

/// More regions than this nobody reads.
const MAX_REGIONS: usize = 2_000;

/// More ways to the same shares nobody reads.
const MAX_ALTERNATIVES: usize = 4;

/// To try a formula on a model takes as long as this many steps of a search.
const TRIAL: usize = 20;

/// Hashes that all searches for witnesses of one question may be expected to take together; past them only users who
/// are found at once are looked for. With the last one begun at the bound it is some seconds in the worst case.
const MAX_SOUGHT: f64 = 2_000_000.0;

/// A part of users that is found at once, whatever was sought before.
const FOUND_AT_ONCE: f64 = 1e-3;

/// Contexts for which the same branches decide.
#[derive(Clone, Debug)]
pub struct Region {
    /// The deciding branch of each program.
    pub branches: Vec<BranchId>,
    /// Who they are, in words.
    pub when: String,
    /// Whether all branches have the same condition: the programs differ in what they serve alone.
    pub same_condition: bool,
    /// What each program serves to what part.
    pub joint: Joint,
    /// A context in it, with what each program serves to it; `None` where no identity was found.
    pub witness: Option<(Context, Vec<EcoString>)>,
}

/// A flag whose branch is to be chosen: a program's own, or one that it requires.
struct Decider<'p, 'w> {
    program: usize,
    decisions: &'p Decisions<'w>,
    wanted: Option<&'p [VariantId]>,
    /// An earlier decider that decides alike.
    same_as: Option<usize>,
    identity: Identity,
}

/// Whether the user can be identified for a flag's splits.
#[derive(Clone, PartialEq)]
struct Identity {
    attribute: (AttributeId, EcoString),
    yes: Formula,
    no: Formula,
}

/// The regions of one program, or of two that are compared; those alone whose shares `matter`.
pub fn regions(
    solver: &Solver<'_>,
    programs: &[&Program<'_>],
    matters: &dyn Fn(&[EcoString]) -> bool,
) -> Result<Vec<Region>, TooComplex> {
    let deciders = deciders(solver.space(), programs);
    let mut walk =
        Walk { solver, deciders, programs: programs.len(), matters, leaves: Vec::new(), sought: 0.0 };
    if let Some(model) = solver.solve(&[])? {
        walk.down(&mut Vec::new(), &mut Vec::new(), &model)?;
    }
    walk.finish()
}

fn deciders<'p, 'w>(space: &Space, programs: &[&'p Program<'w>]) -> Vec<Decider<'p, 'w>> {
    let mut deciders: Vec<Decider<'p, 'w>> = Vec::new();
    let own = programs.iter().enumerate().map(|(index, program)| (index, &program.own, None));
    let required = programs.iter().enumerate().flat_map(|(index, program)| {
        program.demands.iter().map(move |(decisions, wanted)| (index, decisions, Some(wanted.as_slice())))
    });
    for (program, decisions, wanted) in own.chain(required) {
        let same_as = deciders.iter().position(|other| alike(other.decisions, decisions));
        let config = &decisions.workspace.config;
        let yes = space.identified(decisions.flag, config);
        let id = decisions.flag.bucket_by.value;
        let identity = Identity {
            attribute: (id, config.attribute(id).name.value.clone()),
            no: space.negate(&yes),
            yes,
        };
        deciders.push(Decider { program, decisions, wanted, same_as, identity });
    }
    deciders
}

/// Whether two flags have the same branches in the same order; what they serve may differ.
fn alike(one: &Decisions<'_>, other: &Decisions<'_>) -> bool {
    one.branches.len() == other.branches.len()
        && one.branches.iter().zip(&other.branches).all(|(a, b)| a.condition == b.condition)
}

struct Walk<'s, 'p, 'w> {
    solver: &'s Solver<'s>,
    deciders: Vec<Decider<'p, 'w>>,
    programs: usize,
    matters: &'s dyn Fn(&[EcoString]) -> bool,
    leaves: Vec<Leaf>,
    /// Hashes that the searches for witnesses so far were expected to take.
    sought: f64,
}

/// A choice of branches that is possible.
struct Leaf {
    chosen: Vec<usize>,
    /// For each identity that a split asks for: whether the user has it.
    identified: Vec<(EcoString, bool)>,
    joint: Joint,
    witness: Option<(Context, Vec<EcoString>)>,
}

impl<'w> Walk<'_, '_, 'w> {
    /// Chooses a branch for the next decider; `model` lies in what is chosen so far.
    fn down(
        &mut self,
        chosen: &mut Vec<usize>,
        extra: &mut Vec<(Identity, bool)>,
        model: &Domains,
    ) -> Result<(), TooComplex> {
        let Some(decider) = self.deciders.get(chosen.len()) else {
            return self.identities(chosen, extra, model);
        };
        let forced = decider.same_as.map(|other| chosen[other]);
        for branch in 0..decider.decisions.branches.len() {
            if forced.is_some_and(|forced| forced != branch) {
                continue;
            }
            chosen.push(branch);
            let next = if forced.is_some() { Some(model.clone()) } else { self.model(chosen, extra, model)? };
            if let Some(next) = next {
                self.down(chosen, extra, &next)?;
            }
            chosen.pop();
        }
        Ok(())
    }

    /// A model of what is chosen: the one at hand, if it fits.
    fn model(
        &self,
        chosen: &[usize],
        extra: &[(Identity, bool)],
        model: &Domains,
    ) -> Result<Option<Domains>, TooComplex> {
        let formulas = self.formulas(chosen, extra);
        // To try a model is work that the search does not count.
        self.solver.step(formulas.len() * TRIAL)?;
        if formulas.iter().all(|formula| self.solver.holds(model, formula)) {
            return Ok(Some(model.clone()));
        }
        self.solver.solve(&formulas)
    }

    fn formulas<'f>(&'f self, chosen: &[usize], extra: &'f [(Identity, bool)]) -> Vec<&'f Formula> {
        let fires = chosen.iter().zip(&self.deciders).filter(|(_, decider)| decider.same_as.is_none());
        let mut formulas: Vec<&Formula> =
            fires.flat_map(|(branch, decider)| decider.decisions.fires(*branch)).collect();
        formulas.extend(extra.iter().map(|(identity, yes)| if *yes { &identity.yes } else { &identity.no }));
        formulas
    }

    /// Tells those who can be identified from those who cannot, where a split decides.
    fn identities(
        &mut self,
        chosen: &mut Vec<usize>,
        extra: &mut Vec<(Identity, bool)>,
        model: &Domains,
    ) -> Result<(), TooComplex> {
        let open = chosen.iter().zip(&self.deciders).find_map(|(branch, decider)| {
            let is_split =
                matches!(decider.decisions.branches[*branch].serve, Some(crate::model::Serve::Split(_)));
            let known = extra.iter().any(|(identity, _)| *identity == decider.identity);
            (is_split && !known).then(|| decider.identity.clone())
        });
        let Some(identity) = open else { return self.leaf(chosen, extra) };
        for yes in [true, false] {
            extra.push((identity.clone(), yes));
            if let Some(next) = self.model(chosen, extra, model)? {
                self.identities(chosen, extra, &next)?;
            }
            extra.pop();
        }
        Ok(())
    }

    fn leaf(&mut self, chosen: &[usize], extra: &[(Identity, bool)]) -> Result<(), TooComplex> {
        let programs = self.chosen(chosen, extra);
        let joint = joint(self.solver, &programs)?;
        let mut keys: Vec<&Vec<EcoString>> = joint.keys().filter(|key| (self.matters)(key)).collect();
        keys.sort_by(|a, b| joint[*b].total_cmp(&joint[*a]));
        let mut found = None;
        for key in keys {
            let outcome = self.outcome(chosen, key);
            let mut formulas = self.formulas(chosen, extra);
            formulas.push(&outcome);
            if let Some(domains) = self.solver.smallest(&formulas)? {
                let witness = self.witness(&domains, joint[key]);
                let is_found = witness.is_some();
                found = Some(witness.map(|witness| (witness, key.clone())));
                if is_found {
                    break;
                }
            }
        }
        let Some(witness) = found else { return Ok(()) };
        if self.leaves.len() == MAX_REGIONS {
            return Err(TooComplex);
        }
        let identified = extra.iter().map(|(identity, yes)| (identity.attribute.1.clone(), *yes)).collect();
        self.leaves.push(Leaf { chosen: chosen.to_vec(), identified, joint, witness });
        Ok(())
    }

    /// A context in the box; `None` where an identity with the right buckets was not found, or is too rare to be sought
    /// again and again.
    fn witness(&mut self, domains: &Domains, share: f64) -> Option<Context> {
        let is_rare = share < FOUND_AT_ONCE;
        if is_rare && self.sought > MAX_SOUGHT {
            return None;
        }
        let witness = context(self.solver.space(), domains);
        if is_rare {
            let most = f64::from(MAX_HASHES);
            self.sought += if witness.is_some() { share.recip().min(most) } else { most };
        }
        witness
    }

    fn chosen<'c>(&'c self, chosen: &[usize], extra: &[(Identity, bool)]) -> Vec<Chosen<'c, 'w>> {
        let mut programs: Vec<Chosen<'c, 'w>> = Vec::with_capacity(self.programs);
        for (branch, decider) in chosen.iter().zip(&self.deciders) {
            let identified = extra.iter().any(|(identity, yes)| *yes && *identity == decider.identity);
            let choice = Choice { decisions: decider.decisions, branch: *branch, identified };
            match decider.wanted {
                None => programs.push(Chosen { own: choice, demands: Vec::new() }),
                Some(wanted) => programs[decider.program].demands.push((choice, wanted)),
            }
        }
        programs
    }

    /// That each program serves this, given the chosen branches.
    fn outcome(&self, chosen: &[usize], outcomes: &[EcoString]) -> Formula {
        let space = self.solver.space();
        let mut parts = Vec::new();
        for (program, outcome) in outcomes.iter().enumerate() {
            let of_program = || chosen.iter().zip(&self.deciders).filter(move |(_, d)| d.program == program);
            let met = of_program().filter_map(|(branch, decider)| {
                decider.wanted.map(|wanted| decider.decisions.branch_serves(space, *branch, wanted))
            });
            let met = Formula::all(met);
            for (branch, decider) in of_program().filter(|(_, decider)| decider.wanted.is_none()) {
                let flag = decider.decisions.flag;
                let wanted: Vec<VariantId> = flag.variant_id(outcome).into_iter().collect();
                let served = decider.decisions.branch_serves(space, *branch, &wanted);
                parts.push(if wanted.contains(&flag.off_variant) {
                    Formula::any([space.negate(&met), served])
                } else {
                    Formula::all([met.clone(), served])
                });
            }
        }
        Formula::all(parts)
    }

    /// Which branches of the required flags decide, in words: any of several where the shares are the same.
    fn requirements(&self, members: &[Vec<usize>]) -> String {
        let mut texts: Vec<String> = Vec::new();
        for chosen in members {
            let required = chosen[self.programs..].iter().zip(&self.deciders[self.programs..]);
            let own = required.filter(|(_, decider)| decider.same_as.is_none());
            let text: String =
                own.map(|(branch, decider)| describe::requirement(decider.decisions, *branch)).collect();
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        if texts.len() > MAX_ALTERNATIVES {
            texts.truncate(MAX_ALTERNATIVES);
            texts.push("; in other ways".to_owned());
        }
        let first = texts.remove(0);
        texts.iter().fold(first, |all, text| format!("{all} or {}", text.trim_start_matches("; ")))
    }

    /// Puts leaves together that differ in the requirements' branches alone, and says who they are.
    fn finish(mut self) -> Result<Vec<Region>, TooComplex> {
        let mut groups: Vec<(Leaf, Vec<Vec<usize>>)> = Vec::new();
        for leaf in std::mem::take(&mut self.leaves) {
            self.solver.step(groups.len())?;
            let same = groups.iter_mut().find(|(other, _)| {
                other.chosen[..self.programs] == leaf.chosen[..self.programs]
                    && other.identified == leaf.identified
                    && same_shares(&other.joint, &leaf.joint)
            });
            if let Some((first, members)) = same {
                members.push(leaf.chosen);
                if first.witness.is_none() {
                    first.witness = leaf.witness;
                }
            } else {
                let members = vec![leaf.chosen.clone()];
                groups.push((leaf, members));
            }
        }
        // The order of a reader: rules as they stand in the last program, then in the first.
        groups.sort_by(|(a, _), (b, _)| {
            let key = |leaf: &Leaf| {
                let mut key = leaf.chosen[..self.programs].to_vec();
                key.reverse();
                key
            };
            key(a).cmp(&key(b))
        });
        let listed: Vec<Vec<usize>> =
            groups.iter().map(|(leaf, _)| leaf.chosen[..self.programs].to_vec()).collect();
        let former = former_segments(self.solver.space(), &self.deciders[..self.programs]);
        let mut regions = Vec::with_capacity(groups.len());
        for (leaf, members) in &groups {
            let own = &leaf.chosen[..self.programs];
            let chosen: Vec<_> = own
                .iter()
                .zip(&self.deciders)
                .map(|(branch, decider)| (decider.decisions, *branch))
                .collect();
            let is_split_by_requirement = groups
                .iter()
                .any(|(other, _)| other.chosen[..self.programs] == *own && other.chosen != leaf.chosen);
            let mut when = describe::who(&Sieve {
                solver: self.solver,
                chosen: &chosen,
                former: &former,
                listed: &listed,
            })?;
            if is_split_by_requirement {
                when.push_str(&self.requirements(members));
            }
            for (attribute, _) in leaf.identified.iter().filter(|(_, yes)| !yes) {
                when.extend([", without a usable `", attribute.as_str(), "`"]);
            }
            let same_condition = chosen.iter().all(|(decisions, branch)| {
                let (first, index) = chosen[0];
                decisions.branches[*branch].condition == first.branches[index].condition
            });
            regions.push(Region {
                branches: chosen.iter().map(|(decisions, branch)| decisions.branches[*branch].id).collect(),
                when,
                same_condition,
                joint: leaf.joint.clone(),
                witness: leaf.witness.clone(),
            });
        }
        Ok(regions)
    }
}

fn same_shares(one: &Joint, other: &Joint) -> bool {
    const NOTHING: f64 = 1e-12;
    let keys: BTreeSet<_> = one.keys().chain(other.keys()).collect();
    let share = |joint: &Joint, key: &Vec<EcoString>| joint.get(key).copied().unwrap_or(0.0);
    keys.iter().all(|key| (share(one, key) - share(other, key)).abs() < NOTHING)
}

/// The segments that the first of two programs names and that mean something else in the second.
fn former_segments(space: &Space, programs: &[Decider<'_, '_>]) -> Vec<SegmentId> {
    let [base, head] = programs else { return Vec::new() };
    let (before, after) = (base.decisions.workspace, head.decisions.workspace);
    let written = base.decisions.branches.iter().filter_map(|branch| branch.written);
    let mut segments: Vec<SegmentId> =
        written.flat_map(graph::segments_in).map(|(segment, _)| segment).collect();
    segments.sort_unstable();
    segments.dedup();
    segments.retain(|id| {
        let segment = before.segment(*id);
        let meaning = |workspace: &Workspace, condition: Option<&Condition>| {
            condition.map(|condition| space.condition(condition, workspace))
        };
        let same_name = after.segments.iter().find(|other| other.name == segment.name);
        let now = same_name.and_then(|segment| meaning(after, segment.condition.as_ref()));
        now.is_some() && now != meaning(before, segment.condition.as_ref())
    });
    segments
}
