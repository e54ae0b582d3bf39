//! What is known to be live: the deployments of a workspace, or what a plan imagines.

use std::collections::BTreeMap;

use ecow::EcoString;
use semver::Version;

use crate::model::{Deployment, EnvironmentId, Live, Workspace};
use crate::source::Place;

/// What is live in every environment, as far as it is recorded.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// By environment.
    records: Vec<Option<Record>>,
    /// By service, then by environment.
    live: BTreeMap<EcoString, Vec<Vec<Fact>>>,
}

/// What a deployment's file says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// When it was written, in seconds since 1970, if it says so.
    pub recorded_at: Option<i64>,
    /// Where it says that; the beginning of the file where it does not.
    pub place: Place,
    /// Whether it can be believed.
    pub state: RecordState,
}

/// Whether a record can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordState {
    /// It can.
    Fresh,
    /// It is older than the workspace allows.
    Stale,
    /// There are errors in it, so what it says may be half of what is live.
    Broken,
}

/// Instances of one version of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The version as it is written.
    pub version: EcoString,
    /// The same as a semantic version, if it is a full one.
    pub semantic: Option<Version>,
    /// Which of several groups of instances.
    pub instance: Option<EcoString>,
    /// `"<flag>:<variant>"`: what it was built with.
    pub capabilities: Vec<EcoString>,
    /// Where the version is written; `None` where it is imagined.
    pub place: Option<Place>,
}

/// What is known of a service in an environment.
#[derive(Clone, Copy, Debug)]
pub enum Known<'f> {
    /// The environment has no deployment file.
    NoRecord,
    /// It has one that cannot be believed.
    Unbelievable(&'f Record),
    /// It has one that does not list the service.
    NotListed(&'f Record),
    /// What is live of it; never empty.
    Live(&'f [Fact]),
}

impl Facts {
    /// What a workspace's deployments say, as seen at a time in seconds since 1970; without one, no record is too old.
    pub fn new(workspace: &Workspace, as_of: Option<i64>) -> Self {
        let environments = workspace.config.environments.len();
        let mut facts = Self { records: vec![None; environments], live: BTreeMap::new() };
        for deployment in &workspace.deployments {
            let Some(environment) = workspace.config.environment_id(&deployment.environment) else {
                continue;
            };
            let environment = usize::from(environment.0);
            facts.records[environment] = Some(record(workspace, deployment, as_of));
            for live in &deployment.live {
                let of_service = facts
                    .live
                    .entry(live.service.value.clone())
                    .or_insert_with(|| vec![Vec::new(); environments]);
                of_service[environment].push(Fact::of(live, deployment));
            }
        }
        facts
    }

    /// The service in every environment, for [`Facts::known`].
    pub fn of(&self, service: &str) -> Option<&[Vec<Fact>]> {
        self.live.get(service).map(Vec::as_slice)
    }

    /// What is known of a service, which [`Facts::of`] gave, in an environment.
    pub fn known<'f>(&'f self, service: Option<&'f [Vec<Fact>]>, environment: EnvironmentId) -> Known<'f> {
        let environment = usize::from(environment.0);
        let live = service.and_then(|service| service.get(environment)).map_or(&[][..], Vec::as_slice);
        match self.records.get(environment).and_then(Option::as_ref) {
            // What is imagined needs nobody's word.
            _ if !live.is_empty() && live.iter().all(|fact| fact.place.is_none()) => Known::Live(live),
            None if live.is_empty() => Known::NoRecord,
            Some(record) if record.state != RecordState::Fresh => Known::Unbelievable(record),
            Some(record) if live.is_empty() => Known::NotListed(record),
            Some(_) | None => Known::Live(live),
        }
    }

    /// What is live of a service in an environment; empty where nothing is known.
    pub fn live(&self, service: &str, environment: EnvironmentId) -> &[Fact] {
        match self.known(self.of(service), environment) {
            Known::Live(live) => live,
            Known::NoRecord | Known::Unbelievable(_) | Known::NotListed(_) => &[],
        }
    }

    /// Imagines that this, and nothing else, is live of a service in an environment.
    pub fn imagine(&mut self, service: &str, environment: EnvironmentId, live: Vec<Fact>) {
        let environments = self.records.len();
        let of_service =
            self.live.entry(EcoString::from(service)).or_insert_with(|| vec![Vec::new(); environments]);
        if let Some(slot) = of_service.get_mut(usize::from(environment.0)) {
            *slot = live;
        }
    }
}

fn record(workspace: &Workspace, deployment: &Deployment, as_of: Option<i64>) -> Record {
    let span = deployment.recorded_at.map(|recorded| recorded.span).unwrap_or_default();
    let limit = workspace.config.max_fact_age.map(|age| age.value.0);
    let age =
        deployment.recorded_at.zip(as_of).map(|(recorded, as_of)| as_of.saturating_sub(recorded.value.0));
    let state = match age.zip(limit) {
        _ if !deployment.intact => RecordState::Broken,
        Some((age, limit)) if age > limit => RecordState::Stale,
        Some(_) | None => RecordState::Fresh,
    };
    Record {
        recorded_at: deployment.recorded_at.map(|recorded| recorded.value.0),
        place: Place { file: deployment.file, span },
        state,
    }
}

impl Fact {
    fn of(live: &Live, deployment: &Deployment) -> Self {
        let capabilities = live.capabilities.iter().map(|capability| capability.value.clone()).collect();
        Self {
            instance: live.instance.as_ref().map(|instance| instance.value.clone()),
            place: Some(Place { file: deployment.file, span: live.version.span }),
            ..Self::imagined(&live.version.value, capabilities)
        }
    }

    /// A version that is not live yet.
    pub fn imagined(version: &str, capabilities: Vec<EcoString>) -> Self {
        Self {
            version: EcoString::from(version),
            semantic: parse_live(version),
            instance: None,
            capabilities,
            place: None,
        }
    }
}

/// A version that says what it can do by its order: a full semantic version, with an optional leading `v`. `1.2` is none,
/// since a tag of two numbers moves with every patch, nor is a commit or `latest`.
pub fn parse_live(text: &str) -> Option<Version> {
    Version::parse(text.strip_prefix('v').unwrap_or(text)).ok()
}
