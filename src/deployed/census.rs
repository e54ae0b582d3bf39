//! What manifests say is live, service by service, and what they leave open. Nothing is guessed: an image that stands
//! for no service, or for more than one, is named with the reason.

use std::collections::{BTreeMap, BTreeSet};

use super::image::{Image, Match, ServiceImages, service_of, services_by_name};
use super::manifest::{Sighting, State, sightings};
use super::{Entry, Scope};

/// A text to be read.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// What it is called in messages.
    pub name: String,
    /// YAML or JSON.
    pub bytes: Vec<u8>,
}

/// What was found in all manifests together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// What is live, by service.
    pub services: BTreeMap<String, Seen>,
    /// Images that say nothing about a service, sorted.
    pub left_out: Vec<LeftOut>,
}

/// What was seen of a service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The versions that run.
    pub versions: BTreeSet<String>,
    /// Where they were seen.
    pub places: BTreeSet<String>,
    /// Where a rollout is under way: the version before it runs as well.
    pub rolling: BTreeSet<String>,
    /// Whether something else of it could not be read, so that what was seen may not be all.
    pub is_unsure: bool,
}

/// An image that is not recorded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftOut {
    /// As it is written.
    pub image: String,
    /// Why.
    pub why: Why,
    /// The first place where it stands.
    pub place: String,
}

/// Why an image is not recorded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// No service runs as it: a database, a proxy.
    NoService,
    /// It has no instances.
    Stopped,
    /// It may be a service's; somebody has to say more.
    Unclear(String),
}

impl Why {
    /// In words.
    pub fn words(&self) -> &str {
        match self {
            Self::NoService => "no service has this image",
            Self::Stopped => "it has no instances",
            Self::Unclear(reason) => reason,
        }
    }
}

/// A manifest that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// What it is called.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// Reads manifests.
///
/// # Errors
/// The first that cannot be read.
pub fn census(manifests: &[Manifest], services: &[ServiceImages]) -> Result<Census, Unreadable> {
    let mut all = Vec::new();
    for Manifest { name, bytes } in manifests {
        let found = sightings(name, bytes);
        all.extend(found.map_err(|reason| Unreadable { name: name.clone(), reason })?);
    }
    let suggested = suggested_repositories(&all, services);
    let mut census = Census::default();
    for sighting in all {
        if sighting.state != State::Retired {
            census.count(sighting, services, &suggested);
        }
    }
    census.left_out.sort();
    census.left_out.dedup_by(|one, other| one.image == other.image && one.why == other.why);
    Ok(census)
}

impl Census {
    fn count(
        &mut self,
        sighting: Sighting,
        services: &[ServiceImages],
        suggested: &BTreeMap<String, BTreeSet<String>>,
    ) {
        let Sighting { written, place, image, state } = sighting;
        let image = match image {
            Ok(image) => image,
            Err(reason) => {
                // The name may tell whose it would have been.
                let image = Image::parse(&written);
                let whose = image.map(|image| services_by_name(&image, services));
                if whose.as_ref().is_some_and(Vec::is_empty) {
                    return self.leave(written, place, Why::NoService);
                }
                for service in whose.into_iter().flatten() {
                    self.services.entry(service.to_owned()).or_default().is_unsure = true;
                }
                return self.leave(written, place, Why::Unclear(reason));
            }
        };
        match service_of(&image, services) {
            Match::Nobody => self.leave(written, place, Why::NoService),
            Match::Several(names) => {
                for name in &names {
                    self.services.entry(name.clone()).or_default().is_unsure = true;
                }
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let reason = format!("it is an image of {}", crate::workspace::listed(&names));
                self.leave(written, place, Why::Unclear(reason));
            }
            Match::One { service, version, is_named } => {
                let rivals = suggested.get(&service).filter(|rivals| !is_named && rivals.len() > 1);
                if let Some(rivals) = rivals {
                    let rivals: Vec<&str> = rivals.iter().map(String::as_str).collect();
                    let reason = format!(
                        "{} could be `{service}`: say in its file which `image` it is",
                        crate::workspace::listed(&rivals)
                    );
                    self.services.entry(service).or_default().is_unsure = true;
                    return self.leave(written, place, Why::Unclear(reason));
                }
                if state == State::Stopped {
                    return self.leave(written, place, Why::Stopped);
                }
                let seen = self.services.entry(service).or_default();
                seen.versions.insert(version);
                if state == State::Rolling {
                    seen.rolling.insert(place.clone());
                }
                seen.places.insert(place);
            }
        }
    }

    fn leave(&mut self, image: String, place: String, why: Why) {
        self.left_out.push(LeftOut { image, why, place });
    }
}

/// The repositories that stand for a service by its name alone. More than one of them is a riddle.
fn suggested_repositories(
    all: &[Sighting],
    services: &[ServiceImages],
) -> BTreeMap<String, BTreeSet<String>> {
    let mut suggested: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for image in all.iter().filter_map(|sighting| sighting.image.as_ref().ok()) {
        if let Match::One { service, is_named: false, .. } = service_of(image, services) {
            suggested.entry(service).or_default().insert(image.repository.clone());
        }
    }
    suggested
}

/// What became of a service that was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// These are its entries in the scope from now on.
    Live(Vec<Entry>),
    /// It stays as it is recorded, for this reason.
    Left(String),
}

/// The entries of a service after what was seen of it.
pub fn settle(scope: Scope<'_>, live: &[Entry], seen: &Seen) -> Settled {
    if seen.is_unsure {
        return Settled::Left("not all of it could be read".to_owned());
    }
    let covered: Vec<&Entry> = live.iter().filter(|entry| scope.covers(entry)).collect();
    let recorded: BTreeSet<&str> = covered.iter().map(|entry| entry.version.as_str()).collect();
    let mut versions: BTreeSet<&str> = seen.versions.iter().map(String::as_str).collect();
    if !seen.rolling.is_empty() {
        versions.extend(&recorded);
    }
    let kept = |entry: &&Entry| Entry { capabilities: None, ..(*entry).clone() };
    if versions == recorded {
        return Settled::Live(covered.iter().map(kept).collect());
    }
    let mut groups: Vec<&str> = covered.iter().filter_map(|entry| entry.instance.as_deref()).collect();
    groups.sort_unstable();
    groups.dedup();
    if scope.instance.is_none() && !groups.is_empty() {
        let groups = crate::workspace::listed(&groups);
        return Settled::Left(format!(
            "{groups} are recorded each for itself, and `--instance` does not say which one this is"
        ));
    }
    let entry = |version: &str| Entry {
        service: scope.service.to_owned(),
        version: version.to_owned(),
        instance: scope.instance.map(str::to_owned),
        capabilities: None,
    };
    Settled::Live(versions.into_iter().map(entry).collect())
}
