//! How flags are taken out: the plan, the edits, the rules for code, and what is said of files that are gone.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod apply;
#[path = "../common/mod.rs"]
mod common;
mod gone;
mod piranha;
mod plan;
mod report;

use std::path::Path;

use flagc::ops::retire::{Prepared, plan};
use flagc::retire::{Class, Plan, Use, Uses};

/// 2026-11-01T00:00:00Z.
const NOW: i64 = 1_793_491_200;

const SETTINGS: &str = "project = \"shop\"\nenvironments = [\n  { name = \"dev\" },\n  { name = \"staging\" },\n  { \
                        name = \"production\", critical = true },\n]\n";

/// A workspace in a folder of its own, which is in no repository.
struct Workspace {
    folder: tempfile::TempDir,
}

impl Workspace {
    fn new(files: &[(&str, &str)]) -> Self {
        let workspace = Self { folder: tempfile::tempdir().unwrap() };
        workspace.write("flagc.toml", SETTINGS);
        for (path, text) in files {
            workspace.write(path, text);
        }
        workspace
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, path: &str, text: &str) {
        common::write(self.root(), path, text.as_bytes());
    }

    fn read(&self, path: &str) -> Option<String> {
        std::fs::read_to_string(self.root().join(path)).ok()
    }

    /// All files with their texts, sorted.
    fn files(&self) -> Vec<(String, String)> {
        let loaded = flagc::workspace::load(self.root());
        loaded.sources.files.into_iter().map(|file| (file.path, file.text.into())).collect()
    }

    fn prepare(&self, key: &str, uses: Option<&Uses>) -> Prepared {
        plan(self.root(), key, NOW, uses).unwrap()
    }

    fn plan(&self, key: &str) -> Plan {
        self.prepare(key, None).plan
    }
}

/// A flag that is off unless `rest` says otherwise.
fn flag(rest: &str) -> String {
    flag_serving("off", rest)
}

fn flag_serving(serve: &str, rest: &str) -> String {
    format!(
        "description = \"Something new\"\nkind = \"release\"\nowner = \"team-checkout\"\n\nserve = \"{serve}\"\n{rest}"
    )
}

fn used(service: &str, class: Class, file: &str, line: usize) -> Use {
    Use { service: service.to_owned(), class, file: file.to_owned(), line, column: 5 }
}

/// What was seen of services' code.
fn uses(services: &[&str], of_flag: Vec<Use>) -> Uses {
    Uses {
        services: services.iter().map(|service| (*service).to_owned()).collect(),
        of_flag,
        dynamic: Vec::new(),
    }
}
