//! `deployed import`: what manifests say is live, recorded.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::desk::Desk;
use super::{Edited, Target};
use crate::deployed::{
    self, EditError, LeftOut, MAX_MANIFEST_BYTES, Manifest, Scope, ServiceImages, Settled, Unreadable, usable,
};
use crate::ops::OpError;

/// Where a manifest comes from.
#[derive(Debug)]
pub enum Origin {
    /// A file.
    File(PathBuf),
    /// A text that was read already.
    Text(Manifest),
}

/// What an import changed, and what it left.
#[derive(Debug)]
pub struct ImportedDeployment {
    /// The edit; the services that were seen in the manifests.
    pub edited: Edited,
    /// Where the services were seen, by name.
    pub places: BTreeMap<String, BTreeSet<String>>,
    /// The services that stay as they are recorded although they were seen, with the reason.
    pub left: Vec<(String, String)>,
    /// The images that are not recorded.
    pub left_out: Vec<LeftOut>,
}

/// Records what manifests say is live. Services that they do not speak of stay as they are.
///
/// # Errors
/// An [`EditError`], an environment that does not exist, or a file that cannot be read or written.
pub fn import(
    target: &Target,
    instance: Option<&str>,
    origins: Vec<Origin>,
) -> Result<ImportedDeployment, OpError> {
    instance.map_or(Ok(()), |instance| usable("instance", instance))?;
    let mut desk = Desk::open(target)?;
    let manifests = origins.into_iter().map(read).collect::<Result<Vec<Manifest>, OpError>>()?;
    let services = desk.services().iter().map(|service| ServiceImages {
        service: service.name.to_string(),
        images: service.images.iter().map(|image| image.value.to_string()).collect(),
    });
    let services: Vec<ServiceImages> = services.collect();
    let census = deployed::census(&manifests, &services)
        .map_err(|Unreadable { name, reason }| EditError::Manifest { name, reason })?;
    if census.services.is_empty() && census.left_out.is_empty() {
        let names = manifests.into_iter().map(|manifest| manifest.name).collect();
        return Err(EditError::NoImages { names }.into());
    }
    let (mut changed, mut left) = (Vec::new(), Vec::new());
    for (service, seen) in &census.services {
        let scope = Scope { service, instance };
        match deployed::settle(scope, &desk.before, seen) {
            Settled::Live(wanted) => {
                desk.rewrite(scope, &wanted)?;
                changed.push(service.as_str());
                desk.notes.extend(seen.rolling.iter().map(|place| {
                    format!("{place}: a rollout is under way; what was live before it still is")
                }));
            }
            Settled::Left(reason) => left.push((service.clone(), reason)),
        }
    }
    let edited = if changed.is_empty() { desk.leave(target) } else { desk.finish(target, &changed)? };
    let places = census.services.into_iter().map(|(service, seen)| (service, seen.places)).collect();
    Ok(ImportedDeployment { edited, places, left, left_out: census.left_out })
}

/// At most one byte more than is read, so that an endless file ends.
fn read(origin: Origin) -> Result<Manifest, OpError> {
    match origin {
        Origin::Text(manifest) => Ok(manifest),
        Origin::File(path) => {
            let bytes = bounded(&path).map_err(|source| OpError::Read { path: path.clone(), source })?;
            Ok(Manifest { name: path.display().to_string(), bytes })
        }
    }
}

fn bounded(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(MAX_MANIFEST_BYTES).unwrap_or(u64::MAX);
    File::open(path)?.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}
