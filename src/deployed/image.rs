//! Names of container images, and the services that they stand for.

use std::collections::BTreeSet;

/// An image as a manifest names it: `REGISTRY/PATH:TAG@DIGEST`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Image {
    /// Registry and path; those of Docker's own registry without it.
    pub(super) repository: String,
    tag: Option<String>,
    digest: Option<String>,
}

impl Image {
    /// Reads a reference as container runtimes do; `None` for what is none.
    pub(super) fn parse(written: &str) -> Option<Self> {
        let (rest, digest) = match written.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (written, None),
        };
        let (name, tag) = split_tag(rest);
        let usable = is_repository(name) && tag.is_none_or(is_tag) && digest.is_none_or(is_digest);
        usable.then(|| Self {
            repository: canonical(name).to_owned(),
            tag: tag.map(str::to_owned),
            digest: digest.map(str::to_owned),
        })
    }

    /// Whether it has a tag or a digest.
    pub(super) fn is_exact(&self) -> bool {
        self.tag.is_some() || self.digest.is_some()
    }

    /// What it is known by: the tag; without one the digest, which says nothing about order; without both `latest`.
    pub(super) fn version(&self) -> &str {
        self.tag.as_deref().or(self.digest.as_deref()).unwrap_or("latest")
    }
}

/// A colon behind the last slash is a tag; before it, the port of a registry.
fn split_tag(name: &str) -> (&str, Option<&str>) {
    match name.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        Some(_) | None => (name, None),
    }
}

/// Docker's registry is meant where none is named, and its official images lie in `library`.
fn canonical(name: &str) -> &str {
    let hosts = ["docker.io/", "index.docker.io/", "registry-1.docker.io/"];
    let path = hosts.iter().find_map(|host| name.strip_prefix(host)).unwrap_or(name);
    path.strip_prefix("library/").filter(|rest| !rest.contains('/')).unwrap_or(path)
}

fn is_repository(name: &str) -> bool {
    let is_part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
    };
    let (host, path) = match name.split_once('/') {
        Some((host, path)) => (host, Some(path)),
        None => (name, None),
    };
    let (host, port) = match host.split_once(':') {
        // A registry alone is no image.
        Some((host, port)) if path.is_some() => (host, Some(port)),
        Some(_) => return false,
        None => (host, None),
    };
    let is_number = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    is_part(host) && port.is_none_or(is_number) && path.is_none_or(|path| path.split('/').all(is_part))
}

fn is_tag(tag: &str) -> bool {
    tag.len() <= 128
        && tag.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

fn is_digest(digest: &str) -> bool {
    digest.split_once(':').is_some_and(|(algorithm, hex)| {
        !algorithm.is_empty()
            && algorithm.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+._-".contains(&byte))
            && (32..=128).contains(&hex.len())
            && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// A service and the images it says it runs as.
#[derive(Clone, Debug)]
pub struct ServiceImages {
    /// The service.
    pub service: String,
    /// Names of images, with `*` for the version in a tag that has more in it; none where any image whose last part is
    /// the service's name is meant.
    pub images: Vec<String>,
}

/// The service that an image stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Match {
    /// This service, in this version; whether its file names the image.
    One { service: String, version: String, is_named: bool },
    /// More than one service names it.
    Several(Vec<String>),
    /// None.
    Nobody,
}

/// Finds the service of an image. What a service's file names counts before what its name suggests.
pub(super) fn service_of(image: &Image, services: &[ServiceImages]) -> Match {
    let mut found: BTreeSet<(&str, &str)> = BTreeSet::new();
    for entry in services {
        let versions = entry.images.iter().filter_map(|named| version_as(image, named));
        found.extend(versions.map(|version| (entry.service.as_str(), version)));
    }
    let is_named = !found.is_empty();
    if !is_named {
        let last = image.repository.rsplit('/').next().unwrap_or_default();
        let unnamed = services.iter().filter(|entry| entry.images.is_empty() && entry.service == last);
        found.extend(unnamed.map(|entry| (entry.service.as_str(), image.version())));
    }
    match found.iter().collect::<Vec<_>>().as_slice() {
        [] => Match::Nobody,
        [(service, version)] => {
            Match::One { service: (*service).to_owned(), version: (*version).to_owned(), is_named }
        }
        several => Match::Several(several.iter().map(|(service, _)| (*service).to_owned()).collect()),
    }
}

/// The services that have images of this name, whatever the tag.
pub(super) fn services_by_name<'s>(image: &Image, services: &'s [ServiceImages]) -> Vec<&'s str> {
    let last = image.repository.rsplit('/').next().unwrap_or_default();
    let is_named = |named: &String| canonical(split_tag(named).0) == image.repository;
    let named: Vec<&str> = services
        .iter()
        .filter(|entry| entry.images.iter().any(is_named))
        .map(|entry| entry.service.as_str())
        .collect();
    if !named.is_empty() {
        return named;
    }
    let suggested = services.iter().filter(|entry| entry.images.is_empty() && entry.service == last);
    suggested.map(|entry| entry.service.as_str()).collect()
}

/// The version that an image has as one that is called `named`; `None` where it is another image.
fn version_as<'i>(image: &'i Image, named: &str) -> Option<&'i str> {
    let (name, form) = split_tag(named);
    if canonical(name) != image.repository {
        return None;
    }
    let Some(form) = form else { return Some(image.version()) };
    let (before, after) = form.split_once('*')?;
    let version = image.tag.as_deref()?.strip_prefix(before)?.strip_suffix(after)?;
    (!version.is_empty()).then_some(version)
}
