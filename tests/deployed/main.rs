//! The record of what is live: edits that keep the layout of the file, and manifests that are hostile or merely odd.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;
mod edits;
mod files;
mod manifests;

use flagc::deployed::Entry;
use flagc::format::Instant;

const AT: Instant = Instant(1_795_420_800);

fn entry(service: &str, version: &str, instance: Option<&str>) -> Entry {
    Entry {
        service: service.to_owned(),
        version: version.to_owned(),
        instance: instance.map(str::to_owned),
        capabilities: None,
    }
}
