//! From read files to a workspace: what they say is put together in the order of their paths, and of two with one name the
//! first is kept.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use ecow::EcoString;
use rayon::prelude::*;

use super::load::{Content, Loaded, ReadFile};
use crate::finding::{Finding, RuleId};
use crate::model::{Config, Flag};
use crate::source::{FileId, Place, Span};

/// Puts the read files together, in the order of their paths.
pub(super) struct Assembly(Loaded);

impl Assembly {
    /// Begins with nothing, with room for so many files.
    pub(super) fn new(config: Config, files: usize) -> Self {
        let mut loaded = Loaded::default();
        loaded.workspace.config = config;
        loaded.workspace.flags.reserve_exact(files);
        loaded.sources.files.reserve_exact(files);
        loaded.aside.0.reserve_exact(files);
        Self(loaded)
    }

    /// Adds the files that come next.
    pub(super) fn extend(&mut self, files: impl Iterator<Item = (Option<Flag>, ReadFile)>) {
        let Loaded { workspace, sources, aside, findings } = &mut self.0;
        for (flag, file) in files {
            workspace.flags.extend(flag);
            sources.files.push(file.source);
            aside.0.push(file.aside);
            findings.extend(file.findings);
            match file.content {
                Content::Nothing => {}
                Content::UnreadableFlag(key) => workspace.unreadable_flags.push(key),
                Content::Segment(segment) => workspace.segments.push(*segment),
                Content::Service(service) => workspace.services.push(*service),
                Content::Deployment(deployment) => workspace.deployments.push(*deployment),
                Content::Release(release) => workspace.releases.push(*release),
            }
        }
    }

    /// The whole, once all files are added.
    pub(super) fn finish(self) -> Loaded {
        without_doubles(self.0)
    }
}

/// Of names that stand twice, the first is kept.
fn without_doubles(mut loaded: Loaded) -> Loaded {
    let workspace = &mut loaded.workspace;
    let findings = &mut loaded.findings;
    drop_doubles(&mut workspace.flags, "duplicate-flag", findings, |flag| (&flag.key, flag.file));
    drop_doubles(&mut workspace.segments, "duplicate-name", findings, |segment| {
        (&segment.name, segment.file)
    });
    drop_doubles(&mut workspace.services, "duplicate-name", findings, |service| {
        (&service.name, service.file)
    });
    drop_doubles(&mut workspace.releases, "duplicate-name", findings, |release| {
        (&release.name, release.file)
    });
    drop_doubles(&mut workspace.deployments, "duplicate-name", findings, |d| (&d.environment, d.file));
    loaded
}

/// Sorts by name and keeps the first of those whose names are equal when case is ignored: some file systems cannot
/// tell them apart. The first is that of the first file, so it is the same on every machine.
fn drop_doubles<T: Send>(
    items: &mut Vec<T>,
    rule: &'static str,
    findings: &mut Vec<Finding>,
    name_of: impl Fn(&T) -> (&EcoString, FileId) + Sync,
) {
    let has_capitals = |item: &T| name_of(item).0.bytes().any(|byte| byte.is_ascii_uppercase());
    if items.iter().any(has_capitals) {
        drop_folded_doubles(items, rule, findings, &name_of);
    }
    items.par_sort_unstable_by(|a, b| name_of(a).cmp(&name_of(b)));
    let before = findings.len();
    items.dedup_by(|item, first| {
        let ((name, file), (first_name, first_file)) = (name_of(item), name_of(first));
        let is_double = name == first_name;
        findings.extend(is_double.then(|| double(rule, name, file, first_name, first_file)));
        is_double
    });
    findings[before..].sort_by_key(|finding| finding.place.file);
}

/// The same where names are told apart by case alone, or by nothing. The order stays that of the files.
fn drop_folded_doubles<T>(
    items: &mut Vec<T>,
    rule: &'static str,
    findings: &mut Vec<Finding>,
    name_of: impl Fn(&T) -> (&EcoString, FileId),
) {
    let mut firsts: HashMap<EcoString, (EcoString, FileId)> = HashMap::with_capacity(items.len());
    items.retain(|item| {
        let (name, file) = name_of(item);
        match firsts.entry(name.to_ascii_lowercase()) {
            Entry::Vacant(vacant) => {
                vacant.insert((name.clone(), file));
                true
            }
            Entry::Occupied(first) => {
                let (first_name, first_file) = first.get();
                findings.push(double(rule, name, file, first_name, *first_file));
                false
            }
        }
    });
}

/// The finding for the second of two files with one name.
fn double(rule: &'static str, name: &str, file: FileId, first_name: &str, first_file: FileId) -> Finding {
    let message = if name == first_name {
        format!("`{name}` exists already")
    } else {
        format!("`{name}` differs from `{first_name}` in upper and lower case alone")
    };
    let first = Place { file: first_file, span: Span::default() };
    let mut finding = Finding::new(RuleId(rule), file, Span::default(), message)
        .help("rename one of the two files; folders are no part of a name")
        .related(first, format!("`{first_name}` is here"));
    finding.flag = (rule == "duplicate-flag").then(|| name.to_owned());
    finding
}
