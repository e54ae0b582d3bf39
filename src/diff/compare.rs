//! One flag, compared in every environment.

use std::collections::BTreeSet;

use ecow::EcoString;

use super::{
    Change, ChangedRegion, Class, Incomparable, Request, Scheduled, Shared, Side, class, metadata, outcome,
};
use crate::compile;
use crate::exposure::{self, Gathered, Program, Solver, Space, TooComplex};
use crate::model::{EnvironmentId, Flag};

/// What became of one flag.
#[derive(Default)]
pub(super) struct Compared {
    pub(super) changes: Vec<Change>,
    pub(super) scheduled: Vec<Scheduled>,
    pub(super) incomparable: Vec<Incomparable>,
}

/// A flag on one side, in one environment.
#[derive(Clone, Copy)]
struct Subject<'w> {
    side: Side<'w>,
    flag: &'w Flag,
    environment: EnvironmentId,
}

pub(super) fn flag(request: &Request<'_>, environments: &[Shared], key: &EcoString) -> Compared {
    let mut compared = Compared::default();
    let find = |side: Side<'_>| side.workspace.flag_id(key);
    let base = find(request.base).map(|id| request.base.workspace.flag(id));
    let head = find(request.head).map(|id| request.head.workspace.flag(id));
    let known = Change {
        environment: None,
        flag: key.clone(),
        file: String::new(),
        // The base's, so that no change calls what it brings "off".
        off: base.or(head).map(|flag| flag.variant(flag.off_variant).name.value.clone()).unwrap_or_default(),
        owner: base.or(head).map(|flag| flag.owner.value.clone()).unwrap_or_default(),
        class: Class::Metadata,
        services: services(base, head),
        regions: Vec::new(),
        values: Vec::new(),
        notes: Vec::new(),
        through: Vec::new(),
    };
    let is_unreadable =
        |side: Side<'_>| side.workspace.unreadable_flags.iter().any(|flag| flag == key.as_str());
    for (side, name) in [(request.base, "base"), (request.head, "head")] {
        if is_unreadable(side) {
            let reason = format!("its file cannot be read in the {name}");
            let incomparable = |environment: &Shared| Incomparable {
                environment: environment.name.clone(),
                flag: key.clone(),
                reason: reason.clone(),
            };
            compared.incomparable = environments.iter().map(incomparable).collect();
            return compared;
        }
    }
    for environment in environments {
        let subjects: Vec<Subject<'_>> = [
            base.map(|flag| Subject { side: request.base, flag, environment: environment.base }),
            head.map(|flag| Subject { side: request.head, flag, environment: environment.head }),
        ]
        .into_iter()
        .flatten()
        .collect();
        let known = Change { environment: Some(environment.name.clone()), ..known.clone() };
        if let Err(reason) = in_environment(request, &subjects, head.is_some(), &known, &mut compared) {
            let environment = environment.name.clone();
            compared.incomparable.push(Incomparable { environment, flag: key.clone(), reason });
        }
    }
    if let (Some(base), Some(head)) = (base, head) {
        // Of what does not load, nothing is said.
        let is_whole = base.broken.is_empty() && head.broken.is_empty();
        let notes = if is_whole { metadata::notes(base, head) } else { Vec::new() };
        if !notes.is_empty() {
            compared.changes.push(Change { notes, ..known });
        }
    }
    compared
}

fn services(base: Option<&Flag>, head: Option<&Flag>) -> Vec<EcoString> {
    let flags = [base, head].into_iter().flatten();
    let names: BTreeSet<&EcoString> =
        flags.flat_map(|flag| flag.services.iter().map(|support| &support.service.value)).collect();
    names.into_iter().cloned().collect()
}

/// Compares the flag in one environment; the error says why that is not possible.
fn in_environment(
    request: &Request<'_>,
    subjects: &[Subject<'_>],
    is_in_head: bool,
    known: &Change,
    compared: &mut Compared,
) -> Result<(), String> {
    let mut gathered = Gathered::default();
    let mut times = BTreeSet::new();
    for subject in subjects {
        let Subject { side, flag, environment } = subject;
        compile::check_flag(side.workspace, flag, *environment, side.segments)
            .map_err(|obstacle| obstacle.to_string())?;
        exposure::gather(&mut gathered, side.workspace, flag, *environment).map_err(|o| o.to_string())?;
        times.extend(exposure::instants(side.workspace, flag, *environment));
    }
    let space = Space::new(gathered);
    let solver = Solver::patient(&space);
    let too_complex = |_: TooComplex| format!("`{}` is too complex to be compared", known.flag);
    let mut last = changed(&solver, subjects, request.at, is_in_head).map_err(too_complex)?;
    let values = match subjects {
        [base, head] => metadata::values(base.flag, head.flag),
        _ => Vec::new(),
    };
    let off = subjects.first().map(|subject| &subject.flag.variant(subject.flag.off_variant).name.value);
    let class_of = |regions: &[ChangedRegion]| match (subjects.len(), is_in_head, off) {
        (1, true, _) => Class::New,
        (1, false, _) => Class::Removed,
        (_, _, Some(off)) if !regions.is_empty() => class::of_regions(regions, off),
        _ => Class::Revalue,
    };
    let change = |regions: Vec<ChangedRegion>, values| Change {
        class: class_of(&regions),
        regions,
        values,
        ..known.clone()
    };
    // A new value goes by its own class, so that no kill hides one.
    if !values.is_empty() {
        compared.changes.push(change(Vec::new(), values));
    }
    if !last.is_empty() {
        compared.changes.push(change(last.clone(), Vec::new()));
    }
    if subjects.len() < 2 {
        return Ok(());
    }
    for at in times.into_iter().filter(|at| *at > request.at) {
        let later = changed(&solver, subjects, at, is_in_head).map_err(too_complex)?;
        if !later.is_empty() && !same(&later, &last) {
            compared.scheduled.push(Scheduled { at, change: change(later.clone(), Vec::new()) });
        }
        last = later;
    }
    Ok(())
}

/// Whether the same users get the same; the witnesses may be others.
fn same(one: &[ChangedRegion], other: &[ChangedRegion]) -> bool {
    let facts = |region: &ChangedRegion| (region.when.clone(), region.before.clone(), region.after.clone());
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| facts(a) == facts(b))
}

fn changed(
    solver: &Solver<'_>,
    subjects: &[Subject<'_>],
    at: i64,
    is_in_head: bool,
) -> Result<Vec<ChangedRegion>, TooComplex> {
    let programs = subjects.iter().map(|subject| {
        Program::new(solver.space(), subject.side.workspace, subject.flag, subject.environment, at)
    });
    let programs = programs.collect::<Result<Vec<_>, _>>()?;
    let programs: Vec<&Program<'_>> = programs.iter().collect();
    let matters = |outcomes: &[EcoString]| outcomes.len() == 1 || outcomes.first() != outcomes.get(1);
    let regions = exposure::regions(solver, &programs, &matters)?;
    Ok(match subjects {
        [_, _] => regions.iter().map(outcome::of_both).collect(),
        _ => regions.iter().map(|region| outcome::of_one(region, is_in_head)).collect(),
    })
}
