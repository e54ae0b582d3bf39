//! Workspaces whose files are in memory, and what of them need not be read again because another workspace has the same
//! file. Ids in a model are positions, so a model is only reused where the names it was resolved with are the same.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::aside::Texts;
use super::assemble::Assembly;
use super::discover::{Found, Nature, Origin};
use super::load::{Content, Desk, Loaded, file_id, load_found, names_of, read_file, stem};
use super::resolve::Names;
use crate::format::FileKind;
use crate::graph;
use crate::model::{Condition, Config, Deployment, Flag, Release, Rule, Segment, Service, Workspace};
use crate::source::FileId;

/// A `.toml` of a workspace that does not lie on the disk.
#[derive(Clone, Debug)]
pub struct Given {
    /// Relative to the workspace, with `/` between folders.
    pub path: String,
    /// What is in it.
    pub content: GivenContent,
}

/// What a given file is.
#[derive(Clone, Debug)]
pub enum GivenContent {
    /// A file with these bytes.
    Bytes(Vec<u8>),
    /// The same file as this one of the workspace that is known already.
    Known(FileId),
    /// A file larger than [`super::MAX_BYTES`].
    Oversized,
    /// Something else than a file: a symbolic link, a folder.
    Other(&'static str),
}

/// Loads a workspace from given files. What [`GivenContent::Known`] names is taken from `known`; without any,
/// `known` may be empty.
pub fn load_given(files: Vec<Given>, known: &Loaded) -> Loaded {
    let mut found: Vec<Found> = files.into_iter().map(found).collect();
    found.sort();
    load_found(Path::new(""), found, known, Texts::Kept)
}

/// Loads a few files as parts of a workspace with these settings: an old state of a flag and of what it depends on.
/// `flagc.toml` must not be among them, nor [`GivenContent::Known`].
pub fn load_part(config: &Config, files: Vec<Given>) -> Workspace {
    let mut found: Vec<Found> = files.into_iter().map(found).collect();
    found.sort();
    let names = names_of(&found, config);
    let mut desk = Desk::new(Path::new(""), Texts::Kept);
    let mut assembly = Assembly::new(config.clone(), found.len());
    let read = |(index, file)| read_file(&mut desk, file, file_id(index), &names);
    assembly.extend(found.into_iter().enumerate().map(read));
    assembly.finish().workspace
}

fn found(file: Given) -> Found {
    let (origin, nature) = match file.content {
        GivenContent::Bytes(bytes) => (Origin::Bytes(bytes), Nature::File),
        GivenContent::Known(id) => (Origin::Known(id), Nature::File),
        GivenContent::Oversized => (Origin::Bytes(Vec::new()), Nature::Oversized),
        GivenContent::Other(what) => (Origin::Bytes(Vec::new()), Nature::Other(what)),
    };
    Found { path: file.path, origin, nature }
}

/// What can be taken from a known workspace.
pub(super) struct Reuse<'k> {
    pub(super) known: &'k Loaded,
    items: HashMap<FileId, Item<'k>>,
    same_segments: bool,
}

enum Item<'k> {
    Flag(&'k Flag),
    Segment(&'k Segment),
    Service(&'k Service),
    Deployment(&'k Deployment),
    Release(&'k Release),
}

impl<'k> Reuse<'k> {
    /// Prepares the reuse of `known` in a workspace with these names.
    pub(super) fn new(known: &'k Loaded, names: &Names<'_>) -> Self {
        let workspace = &known.workspace;
        let same_segments = workspace.segments.iter().map(|segment| &segment.name).eq(&names.segments);
        let mut items = HashMap::with_capacity(known.sources.files.len());
        if same_names(&workspace.config, names.config) {
            items.extend(workspace.flags.iter().map(|flag| (flag.file, Item::Flag(flag))));
            items.extend(workspace.segments.iter().map(|segment| (segment.file, Item::Segment(segment))));
        }
        items.extend(workspace.services.iter().map(|service| (service.file, Item::Service(service))));
        items.extend(workspace.deployments.iter().map(|live| (live.file, Item::Deployment(live))));
        items.extend(workspace.releases.iter().map(|release| (release.file, Item::Release(release))));
        // A file with findings is read again, so that they come with the right place.
        let reported: HashSet<FileId> = known.findings.iter().map(|finding| finding.place.file).collect();
        items.retain(|file, _| !reported.contains(file));
        Self { known, items, same_segments }
    }

    /// What the known file `id` says, as the flag or the content of `file` at `path`; `None` where it must be read again.
    pub(super) fn content(&self, id: FileId, path: &str, file: FileId) -> Option<(Option<Flag>, Content)> {
        let name = stem(path);
        let kind = FileKind::of(path);
        let is = |wanted: FileKind, known: &str| kind == wanted && known == name;
        match *self.items.get(&id)? {
            Item::Flag(flag) => {
                let usable = is(FileKind::Flag, &flag.key) && (self.same_segments || !uses_segments(flag));
                usable.then(|| (Some(Flag { file, ..flag.clone() }), Content::Nothing))
            }
            Item::Segment(segment) => {
                let usable = is(FileKind::Segment, &segment.name) && self.same_segments;
                usable.then(|| (None, Content::Segment(Box::new(Segment { file, ..segment.clone() }))))
            }
            Item::Service(service) => is(FileKind::Service, &service.name)
                .then(|| (None, Content::Service(Box::new(Service { file, ..service.clone() })))),
            Item::Deployment(live) => is(FileKind::Deployment, &live.environment)
                .then(|| (None, Content::Deployment(Box::new(Deployment { file, ..live.clone() })))),
            Item::Release(release) => is(FileKind::Release, &release.name)
                .then(|| (None, Content::Release(Box::new(Release { file, ..release.clone() })))),
        }
    }
}

/// Whether files without findings mean the same under both settings: the same environments, attributes and default
/// identity at the same positions.
fn same_names(one: &Config, two: &Config) -> bool {
    let environments = |config: &Config| -> Vec<_> {
        config.environments.iter().map(|environment| environment.name.value.clone()).collect()
    };
    let attributes = |config: &Config| -> Vec<_> {
        let attributes = config.context.iter();
        attributes.map(|a| (a.name.value.clone(), a.kind, a.values.clone(), a.ascii)).collect()
    };
    environments(one) == environments(two)
        && attributes(one) == attributes(two)
        && one.bucketing.by == two.bucketing.by
}

fn uses_segments(flag: &Flag) -> bool {
    let own = flag.environments.iter().filter_map(|over| over.rules.as_deref());
    let rules = own.chain([&*flag.behaviour.rules]).flatten();
    rules.filter_map(condition_of).any(|condition| !graph::segments_in(condition).is_empty())
}

fn condition_of(rule: &Rule) -> Option<&Condition> {
    rule.condition.as_ref()
}
