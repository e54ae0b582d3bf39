//! The context contract: which attributes a flag reads, its segments and requirements included, and which of them a
//! service that evaluates it does not hand over. What is written is what counts, not who can fulfil it.

mod attributes;
mod needs;
mod own;
mod trace;

use ecow::EcoString;
use needs::Needs;
use rayon::prelude::*;

pub use attributes::Attributes;
pub use trace::{Reading, Step, split_place};

use crate::model::{AttributeId, Condition, EnvironmentId, Flag, FlagId, ServiceId, Workspace};

/// What a flag reads in each environment; `None` where nothing is read.
type Scenes = Box<[Option<Reads>]>;

/// What a flag reads.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reads {
    /// By conditions.
    pub conditions: Attributes,
    /// By splits, to tell users apart.
    pub identities: Attributes,
}

/// What an attribute is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A condition asks for it.
    Condition,
    /// Users are divided by it.
    Identity,
}

/// An attribute that a flag reads and a service does not provide.
#[derive(Clone, Debug)]
pub struct Missing {
    /// The flag.
    pub flag: FlagId,
    /// The service: its position in the flag's `[services]`.
    pub support: usize,
    /// The service.
    pub service: ServiceId,
    /// The attribute.
    pub attribute: AttributeId,
    /// What it is read for; the identity where it is both.
    pub purpose: Purpose,
}

/// What all flags of a workspace read.
#[derive(Debug)]
pub struct Readings<'w> {
    workspace: &'w Workspace,
    /// By segment, those that it uses included.
    segments: Vec<Attributes>,
    /// The flags that each flag requires; empty for one whose requirements cannot be met.
    needs: Needs,
    /// By flag, for those that require or are required; empty for others.
    scenes: Vec<Scenes>,
    /// What services do not provide, by flag.
    pub missing: Vec<Missing>,
}

impl Reads {
    fn extend(&mut self, other: &Self) {
        self.conditions.extend(&other.conditions);
        self.identities.extend(&other.identities);
    }
}

impl<'w> Readings<'w> {
    /// Finds out what every flag reads.
    pub fn new(workspace: &'w Workspace) -> Self {
        let segments = segments(workspace);
        let (needs, unmeetable) = requirements(workspace);
        let mut is_related = unmeetable;
        for (flag, needed) in needs.iter().enumerate().filter(|(_, needed)| !needed.is_empty()) {
            is_related[flag] = true;
            for needed in needed {
                is_related[*needed as usize] = true;
            }
        }
        let scenes = workspace.flags.par_iter().zip(is_related).map(|(flag, is_related)| {
            let environments = workspace.config.environment_ids().filter(|_| is_related);
            environments.map(|environment| own::reads(flag, environment, &segments)).collect()
        });
        let mut scenes: Vec<Scenes> = scenes.collect();
        settle(workspace, &needs, &mut scenes);
        let mut readings = Self { workspace, segments, needs, scenes, missing: Vec::new() };
        readings.missing = readings.find_missing();
        readings
    }

    /// What a flag reads over all environments, its requirements included.
    fn of(&self, FlagId(flag): FlagId) -> Reads {
        let index = flag as usize;
        match &*self.scenes[index] {
            [] => own::all(
                &self.workspace.flags[index],
                self.workspace.config.environment_ids(),
                &self.segments,
            ),
            scenes => {
                let mut all = Reads::default();
                scenes.iter().flatten().for_each(|scene| all.extend(scene));
                all
            }
        }
    }

    /// What a flag reads in an environment, requirements included; `None` where it can serve its off variant alone.
    pub fn in_environment(&self, FlagId(flag): FlagId, environment: EnvironmentId) -> Option<Reads> {
        let index = flag as usize;
        match &*self.scenes[index] {
            [] => own::reads(&self.workspace.flags[index], environment, &self.segments),
            scenes => scenes[usize::from(environment.0)].clone(),
        }
    }

    /// Whether a flag, or one that it requires, asks in any environment who the user is.
    pub fn asks_who(&self, flag: FlagId) -> bool {
        self.of(flag).identities != Attributes::default()
    }

    /// The flags that a flag requires, in the order of its file.
    pub fn required(&self, FlagId(flag): FlagId) -> impl Iterator<Item = FlagId> + '_ {
        self.needs[flag as usize].iter().copied().map(FlagId)
    }

    fn find_missing(&self) -> Vec<Missing> {
        let workspace = self.workspace;
        let provided: Vec<Option<Attributes>> = workspace
            .services
            .iter()
            .map(|service| {
                let names = &service.provides.as_ref()?.value;
                let mut provided = Attributes::default();
                names
                    .iter()
                    .filter_map(|name| workspace.config.attribute_id(&name.value))
                    .for_each(|attribute| provided.insert(attribute));
                Some(provided)
            })
            .collect();
        if provided.iter().all(Option::is_none) {
            return Vec::new();
        }
        let flags = workspace.flags.par_iter().enumerate();
        flags.flat_map_iter(|(index, flag)| self.missing_of(index, flag, &provided)).collect()
    }

    fn missing_of(&self, index: usize, flag: &Flag, provided: &[Option<Attributes>]) -> Vec<Missing> {
        let Ok(id) = u32::try_from(index).map(FlagId) else { return Vec::new() };
        let reads = if flag.services.is_empty() { Reads::default() } else { self.of(id) };
        let mut missing = Vec::new();
        for (support, evaluates) in flag.services.iter().enumerate() {
            let Some(service) = service_id(self.workspace, &evaluates.service.value) else { continue };
            let Some(Some(provided)) = provided.get(service.0 as usize) else { continue };
            let of = |attribute, purpose| Missing { flag: id, support, service, attribute, purpose };
            let identities = reads.identities.without(provided).map(|id| of(id, Purpose::Identity));
            missing.extend(identities);
            let conditions = reads.conditions.without(provided);
            let conditions = conditions.filter(|id| !reads.identities.contains(*id));
            missing.extend(conditions.map(|id| of(id, Purpose::Condition)));
        }
        missing
    }
}

/// The service with a name, if there is one.
fn service_id(workspace: &Workspace, name: &EcoString) -> Option<ServiceId> {
    let index = workspace.services.binary_search_by(|service| service.name.cmp(name)).ok()?;
    u32::try_from(index).ok().map(ServiceId)
}

/// What every segment reads, with those that it uses.
fn segments(workspace: &Workspace) -> Vec<Attributes> {
    let written = || workspace.segments.iter().map(|segment| segment.condition.as_ref());
    let uses: Needs = written().map(|condition| condition.map(own::uses).unwrap_or_default()).collect();
    let mut reads = vec![Attributes::default(); uses.len()];
    let written: Vec<Option<&Condition>> = written().collect();
    for index in needs::in_order(&uses) {
        let mut found = Attributes::default();
        if let Some(condition) = written[index as usize] {
            own::condition(condition, &reads, &mut found);
        }
        reads[index as usize] = found;
    }
    reads
}

/// The flags that each flag requires, and which flags require something that cannot be met.
fn requirements(workspace: &Workspace) -> (Needs, Vec<bool>) {
    let mut unmeetable = vec![false; workspace.flags.len()];
    let needs = workspace.flags.iter().zip(&mut unmeetable).map(|(flag, unmeetable)| {
        let ids = flag.requires.iter().map(|required| workspace.flag_id(&required.flag.value));
        let ids: Option<Box<[u32]>> = ids.map(|id| id.map(|id| id.0)).collect();
        *unmeetable = ids.is_none();
        ids.unwrap_or_default()
    });
    (needs.collect(), unmeetable)
}

/// Adds to what flags read by themselves what their requirements read; where one of these is off, nothing is read.
fn settle(workspace: &Workspace, needs: &Needs, scenes: &mut [Scenes]) {
    let mut is_settled = vec![false; needs.len()];
    for index in needs::in_order(needs) {
        let index = index as usize;
        is_settled[index] = true;
        let mut own = std::mem::take(&mut scenes[index]);
        if needs[index].len() < workspace.flags[index].requires.len() {
            own.fill(None);
        }
        for needed in &needs[index] {
            for (own, theirs) in own.iter_mut().zip(&scenes[*needed as usize]) {
                match (own.as_mut(), theirs) {
                    (Some(own), Some(theirs)) => own.extend(theirs),
                    (_, None) => *own = None,
                    (None, Some(_)) => {}
                }
            }
        }
        scenes[index] = own;
    }
    // What is left requires itself, by whatever way, and is never compiled.
    for (scenes, _) in scenes.iter_mut().zip(is_settled).filter(|(_, is_settled)| !is_settled) {
        scenes.fill(None);
    }
}
