//! What people wrote, understood: names are looked up, conditions are typed, defaults are filled in. Plain data
//! with the spans that messages need; nothing here reads files or judges.

mod condition;
mod config;
mod flag;
mod lifetime;
mod others;
mod version;

pub use condition::{Bounds, Clause, Condition, Matcher};
pub use config::{
    Attribute, AttributeId, Bucketing, Config, Environment, EnvironmentId, MAX_REPORT_AGE, Policy,
    TARGETING_KEY,
};
pub use flag::{
    Behaviour, Expectation, Flag, FlagId, Override, Requirement, Rule, Serve, Share, Split, Step, Support,
    Variant, VariantId, WHOLE,
};
pub use lifetime::{KindPolicy, Kinds, Lifetime, StalePolicy};
pub use others::{Deployment, Live, Release, ReleaseId, Segment, SegmentId, Service, ServiceId};
pub use version::{Comparator, Operator, RangeError, VersionRange, check_range, parse_range};

/// Everything a workspace says. All lists but the environments and the context are sorted by name.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    /// `flagc.toml`.
    pub config: Config,
    /// The flags, also those that have errors (see [`Flag::broken`]).
    pub flags: Vec<Flag>,
    /// Keys of flag files that could not be read as flags at all.
    pub unreadable_flags: Vec<String>,
    /// The segments; one that could not be read has no condition.
    pub segments: Vec<Segment>,
    /// The services.
    pub services: Vec<Service>,
    /// The deployments.
    pub deployments: Vec<Deployment>,
    /// The release units.
    pub releases: Vec<Release>,
}

impl Workspace {
    /// The id of the flag with this key.
    pub fn flag_id(&self, key: &str) -> Option<FlagId> {
        let index = self.flags.binary_search_by(|flag| flag.key.as_str().cmp(key)).ok()?;
        u32::try_from(index).ok().map(FlagId)
    }

    /// The flag behind an id of this workspace.
    pub fn flag(&self, id: FlagId) -> &Flag {
        &self.flags[id.0 as usize]
    }

    /// The id of the service with this name.
    pub fn service_id(&self, name: &str) -> Option<ServiceId> {
        let index = self.services.binary_search_by(|service| service.name.as_str().cmp(name)).ok()?;
        u32::try_from(index).ok().map(ServiceId)
    }

    /// The service behind an id of this workspace.
    pub fn service(&self, id: ServiceId) -> &Service {
        &self.services[id.0 as usize]
    }

    /// The release behind an id of this workspace.
    pub fn release(&self, id: ReleaseId) -> &Release {
        &self.releases[id.0 as usize]
    }

    /// The segment behind an id of this workspace.
    pub fn segment(&self, id: SegmentId) -> &Segment {
        &self.segments[id.0 as usize]
    }
}
