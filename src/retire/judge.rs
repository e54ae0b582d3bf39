//! The plan: what the flag serves in the end, what depends on it, and what stands in the way.

use std::collections::BTreeMap;

use super::{Blocker, Plan, Stay, Step, Use, Uses, at};
use crate::constancy::{FlagHistory, Serves, Standing};
use crate::diff::{Change, Diff};
use crate::model::{EnvironmentId, Flag, Requirement, Serve, Workspace};
use crate::source::Sources;
use crate::staleness::deciding;

/// The flag that is to be taken out.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'s> {
    /// Its workspace.
    pub workspace: &'s Workspace,
    /// The files.
    pub sources: &'s Sources,
    /// The flag.
    pub flag: &'s Flag,
}

/// What was found out about it.
#[derive(Clone, Copy, Debug)]
pub struct Known<'k> {
    /// What it serves now, with what its past was asked for.
    pub history: &'k FlagHistory,
    /// What would change for others without it and without their requirements of it.
    pub without: &'k Diff,
    /// What was seen of the services' code; `None` where nobody has looked.
    pub uses: Option<&'k Uses>,
}

/// Plans the removal.
pub fn plan(subject: Subject<'_>, known: Known<'_>) -> Plan {
    let Subject { workspace, sources, flag } = subject;
    let file = sources.file(flag.file).path.clone();
    let stays = stays(workspace, flag, known.history);
    let mut blockers = not_finished(&stays);
    let mut steps = Vec::new();
    let mut notes = kept(flag);
    notes.extend(values_differ(&stays));
    notes.extend(unidentified(flag));
    code(flag, known.uses, &mut blockers, &mut steps);
    requirements(subject, known.without, &stays, &mut blockers, &mut steps);
    blockers.extend(unread(subject));
    for release in &workspace.releases {
        if release.flags.iter().any(|named| named.value == flag.key) {
            let left = release.flags.iter().filter(|named| named.value != flag.key).count();
            if left == 1 {
                notes.push(format!("release `{}` has one flag left: it can go as well", release.name));
            }
            let path = sources.file(release.file).path.clone();
            steps.push(Step::Release { release: release.name.to_string(), file: path, left });
        }
    }
    steps.push(Step::File { file: file.clone() });
    if blockers.iter().any(|blocker| matches!(blocker, Blocker::NoReport { .. })) {
        let note = "`flagc refs --service NAME --format json` looks into code, and `--refs FILE` takes what it writes";
        notes.push(note.to_owned());
    }
    notes.extend(facts(workspace, flag));
    Plan {
        flag: flag.key.to_string(),
        file,
        owner: flag.owner.value.to_string(),
        blockers,
        stays,
        steps,
        notes,
    }
}

fn stays(workspace: &Workspace, flag: &Flag, history: &FlagHistory) -> Vec<Stay> {
    let config = &workspace.config;
    let deciding = deciding(config);
    let stay = |(id, standing): (EnvironmentId, &Standing)| {
        let environment = config.environment(id);
        let value = match &standing.serves {
            Serves::Constant(name) => flag.variant_id(name).map(|id| flag.variant(id).value()),
            Serves::Varying | Serves::Unknown | Serves::Absent => None,
        };
        Stay {
            environment: environment.name.value.to_string(),
            decides: deciding.contains(&id),
            serves: standing.serves.clone(),
            value,
            since: standing.since.clone(),
            changes_at: standing.changes_at,
        }
    };
    config.environment_ids().zip(&history.standings).map(stay).collect()
}

/// The environments that decide and are not at their end.
fn not_finished(stays: &[Stay]) -> Vec<Blocker> {
    let open = stays.iter().filter(|stay| stay.decides && !stay.is_final());
    open.map(|stay| {
        let environment = stay.environment.clone();
        match stay.serves {
            Serves::Unknown | Serves::Absent => Blocker::Unknown { environment },
            Serves::Varying => Blocker::NotFinished { environment, until: None },
            Serves::Constant(_) => Blocker::NotFinished { environment, until: stay.changes_at },
        }
    })
    .collect()
}

/// Why its file says that it stays.
fn kept(flag: &Flag) -> Vec<String> {
    let Some(lifetime) = flag.lifetime.as_deref() else { return Vec::new() };
    let permanent = lifetime.permanent.as_ref();
    let permanent = permanent.map(|reason| format!("it is meant to stay: {}", reason.value));
    let snooze = lifetime.snooze.as_ref();
    let snooze = snooze.map(|(day, reason)| format!("it is left alone until {}: {reason}", day.value.0));
    permanent.into_iter().chain(snooze).collect()
}

/// Who gets something else today although everybody counts as served the same: a split leaves out whom it cannot place.
fn unidentified(flag: &Flag) -> Option<String> {
    let leaves_out = |serve: &Serve| match serve {
        Serve::Split(split) => matches!(&*split.shares, [only] if only.variant != flag.off_variant),
        Serve::Variant(_) => false,
    };
    let off = &flag.variant(flag.off_variant).name.value;
    flag.serves().any(leaves_out).then(|| {
        format!("a split of 100 % leaves users who cannot be identified with `{off}`: without the flag they get the rest's")
    })
}

/// What goes on differently from environment to environment.
fn values_differ(stays: &[Stay]) -> Vec<String> {
    let mut notes: Vec<String> = stays
        .iter()
        .filter(|stay| !stay.decides && !stay.is_final())
        .map(|stay| format!("`{}` is not at its end, and does not decide", stay.environment))
        .collect();
    let mut values = stays.iter().filter(|stay| stay.is_final()).map(|stay| &stay.value);
    if let Some(first) = values.next()
        && values.any(|value| value != first)
    {
        notes.push(
            "the environments do not serve the same: no one value can stand in the code for the flag"
                .to_owned(),
        );
    }
    notes
}

/// The services' code. A service that evaluates the flag and was not looked into may read it anywhere.
fn code(flag: &Flag, uses: Option<&Uses>, blockers: &mut Vec<Blocker>, steps: &mut Vec<Step>) {
    let nothing = Uses::default();
    let uses = uses.unwrap_or(&nothing);
    let mut listed: Vec<&str> = flag.services.iter().map(|support| support.service.value.as_str()).collect();
    listed.sort_unstable();
    let mut by_service: BTreeMap<String, Vec<Use>> = BTreeMap::new();
    for service in listed {
        if !uses.services.contains(service) {
            blockers.push(Blocker::NoReport { service: service.to_owned() });
            by_service.insert(service.to_owned(), Vec::new());
        }
    }
    blockers.extend(uses.dynamic.iter().map(|at| Blocker::Dynamic { at: at.clone() }));
    for one in &uses.of_flag {
        by_service.entry(one.service.clone()).or_default().push(one.clone());
    }
    for (service, mut uses) in by_service {
        uses.sort();
        steps.push(Step::Code { service, uses });
    }
}

/// The flags that require it: each requirement goes, if nothing changes without it.
fn requirements(
    subject: Subject<'_>,
    without: &Diff,
    stays: &[Stay],
    blockers: &mut Vec<Blocker>,
    steps: &mut Vec<Step>,
) {
    let Subject { workspace, sources, flag } = subject;
    for dependent in &workspace.flags {
        for requirement in dependent.requires.iter().filter(|required| required.flag.value == flag.key) {
            let file = sources.file(dependent.file);
            let (by, path) = (dependent.key.to_string(), file.path.clone());
            let place = at(file.position(requirement.flag.span.start));
            match changed(dependent, requirement, without, stays) {
                None => steps.push(Step::Requirement { of: by, file: path, at: place }),
                Some(reason) => {
                    steps.push(Step::Dependent { flag: by.clone(), file: path.clone(), at: place });
                    blockers.push(Blocker::Required { by, file: path, at: place, reason });
                }
            }
        }
    }
}

/// Flags whose files were not understood, and which may require the flag.
fn unread(subject: Subject<'_>) -> impl Iterator<Item = Blocker> {
    let Subject { workspace, sources, flag } = subject;
    let key = flag.key.as_str();
    let is_known = move |other: &Flag| other.requires.iter().any(|required| required.flag.value == key);
    let names_it = move |other: &&Flag| {
        !other.broken.is_empty()
            && other.key != flag.key
            && !is_known(other)
            && sources.file(other.file).text.contains(key)
    };
    let broken = workspace.flags.iter().filter(names_it).map(|other| other.key.to_string());
    workspace.unreadable_flags.iter().cloned().chain(broken).map(|flag| Blocker::Unreadable { flag })
}

/// Why a requirement cannot simply go.
fn changed(dependent: &Flag, requirement: &Requirement, without: &Diff, stays: &[Stay]) -> Option<String> {
    let is_its = |change: &&Change| {
        change.flag == dependent.key && !(change.regions.is_empty() && change.values.is_empty())
    };
    let now = without.changes.iter().find(is_its);
    let later = without.scheduled.iter().map(|scheduled| &scheduled.change).find(is_its);
    if let Some(change) = now.or(later) {
        let environment = change.environment.as_deref().unwrap_or("some environment");
        let stay = stays.iter().find(|stay| stay.environment == environment);
        let is_never_met = stay.is_some_and(|stay| match &stay.serves {
            Serves::Constant(variant) => {
                stay.is_final() && !requirement.variants.iter().any(|wanted| wanted.value == *variant)
            }
            Serves::Varying | Serves::Unknown | Serves::Absent => false,
        });
        let off = &dependent.variant(dependent.off_variant).name.value;
        return Some(if is_never_met {
            format!(
                "it is never met in `{environment}`, so everybody gets `{off}` of `{}` there; without it they \
                 would not",
                dependent.key
            )
        } else {
            format!("without it some would get something else of `{}` in `{environment}`", dependent.key)
        });
    }
    let unclear = without.incomparable.iter().find(|one| one.flag == dependent.key)?;
    Some(format!(
        "what `{}` serves in `{}` is not known: {}",
        dependent.key, unclear.environment, unclear.reason
    ))
}

/// What was built and is live stays true.
fn facts(workspace: &Workspace, flag: &Flag) -> Vec<String> {
    let names_it = |capability: &str| capability.split(':').next() == Some(flag.key.as_str());
    let deployments = workspace.deployments.iter().filter(|deployment| {
        let mut capabilities = deployment.live.iter().flat_map(|live| &live.capabilities);
        capabilities.any(|capability| names_it(&capability.value))
    });
    deployments
        .map(|deployment| {
            format!(
                "what is live in `{}` names `{}` among its capabilities; that stays, for it is a fact",
                deployment.environment, flag.key
            )
        })
        .collect()
}
