//! The way from a folder to a workspace, top down. Files are read and typed in parallel; everything is put together
//! in the order of their paths, so that threads never show.

use std::collections::HashSet;
use std::path::Path;

use ecow::EcoString;
use rayon::prelude::*;
use serde::de::DeserializeOwned;

use super::aside::{Aside, Fingerprint, Texts};
use super::assemble::Assembly;
use super::discover::{Found, Origin, WORKSPACE_FILE, discover};
use super::read::{self, Reader};
use super::resolve::{self, Names};
use super::reuse::Reuse;
use super::{text, validate};
use crate::finding::{Finding, RuleId};
use crate::format::{
    DeploymentFile, FileKind, FlagFile, ReleaseFile, SegmentFile, ServiceFile, WorkspaceFile,
};
use crate::model::{Config, Deployment, Flag, Release, Segment, Service, Workspace};
use crate::source::{FileId, SourceFile, Sources, Span};
use crate::syntax::{self, Mismatch};

/// A workspace, the texts it was read from, and what is wrong with them.
#[derive(Debug, Default)]
pub struct Loaded {
    /// What could be understood.
    pub workspace: Workspace,
    /// All files, sorted by path.
    pub sources: Sources,
    /// Those of their texts that were set aside.
    pub aside: Aside,
    /// What is wrong; rules that look at the whole workspace come on top of these.
    pub findings: Vec<Finding>,
}

/// So few files are read on one thread.
const FEW: usize = 8;

/// So many files are read before they are put where they stay: what reading makes of them takes room twice until then.
const MANY: usize = 4096;

/// Loads the workspace in `root`. Whatever is wrong with it becomes a finding.
pub fn load(root: &Path) -> Loaded {
    load_with(root, Texts::Kept)
}

/// Loads the workspace in `root`, as [`load`] does.
pub fn load_with(root: &Path, texts: Texts) -> Loaded {
    let (found, ()) = rayon::join(|| discover(root), validate::prepare);
    load_found(root, found, &Loaded::default(), texts)
}

/// Loads what was found below `root`, sorted by path; `known` is the workspace that [`Origin::Known`] speaks of.
pub(super) fn load_found(root: &Path, mut found: Vec<Found>, known: &Loaded, texts: Texts) -> Loaded {
    let config_index = found.iter().position(|file| file.path == WORKSPACE_FILE);
    let settings = config_index.map(|index| read_settings(root, &mut found[index], file_id(index), known));
    let Some((config, settings_file)) = settings else {
        return without_settings();
    };
    let names = names_of(&found, &config);
    let reuse = Reuse::new(known, &names);
    let mut assembly = Assembly::new(config.clone(), found.len());
    let read_one = |desk: &mut Desk<'_>, (index, file)| {
        if Some(index) == config_index {
            return (None, settings_file.clone());
        }
        reuse_or_read(desk, file, file_id(index), &names, &reuse)
    };
    if found.len() <= FEW {
        // A few files of an old state: waking other threads would take longer than reading them.
        let mut desk = Desk::new(root, texts);
        assembly.extend(found.into_iter().enumerate().map(|file| read_one(&mut desk, file)));
    } else {
        let mut first = 0;
        let mut found = found.into_iter();
        // Flags are by far the largest: each is put where it stays.
        let (mut flags, mut read) = (Vec::new(), Vec::new());
        while found.len() > 0 {
            let part: Vec<Found> = found.by_ref().take(MANY).collect();
            let count = part.len();
            let part = part.into_par_iter().enumerate().map(|(index, file)| (first + index, file));
            part.map_init(|| Desk::new(root, texts), read_one).unzip_into_vecs(&mut flags, &mut read);
            assembly.extend(flags.drain(..).zip(read.drain(..)));
            first += count;
        }
    }
    drop((reuse, names));
    assembly.finish()
}

/// A folder without `flagc.toml` (it vanished between the search and the reading).
fn without_settings() -> Loaded {
    let file = SourceFile { path: WORKSPACE_FILE.to_owned(), text: Box::default() };
    let finding =
        Finding::new(RuleId("unreadable-file"), FileId(0), Span::default(), "there is no `flagc.toml`")
            .help("`flagc init` makes a workspace");
    Loaded {
        workspace: Workspace::default(),
        sources: Sources { files: vec![file] },
        aside: Aside::default(),
        findings: vec![finding],
    }
}

pub(super) fn file_id(index: usize) -> FileId {
    FileId(u32::try_from(index).unwrap_or(u32::MAX))
}

/// What one thread reads with.
pub(super) struct Desk<'d> {
    reader: Reader<'d>,
    /// The file that is read.
    buffer: Vec<u8>,
    scratch: syntax::Scratch,
    texts: Texts,
}

impl<'d> Desk<'d> {
    pub(super) fn new(root: &'d Path, texts: Texts) -> Self {
        let scratch = syntax::Scratch::default();
        Self { reader: Reader::new(root), buffer: Vec::new(), scratch, texts }
    }
}

/// One file, read; what it holds if that is no flag.
#[derive(Clone)]
pub(super) struct ReadFile {
    pub(super) source: SourceFile,
    pub(super) aside: Option<Fingerprint>,
    pub(super) content: Content,
    pub(super) findings: Vec<Finding>,
}

/// What a file that holds no flag turned out to say.
#[derive(Clone)]
pub(super) enum Content {
    /// A flag, or not typed: unreadable, or with a name that cannot be used.
    Nothing,
    /// The key of a flag file that could not be read.
    UnreadableFlag(String),
    Segment(Box<Segment>),
    Service(Box<Service>),
    Deployment(Box<Deployment>),
    Release(Box<Release>),
}

fn read_settings(root: &Path, found: &mut Found, file: FileId, known: &Loaded) -> (Config, ReadFile) {
    take_text(found, known);
    let mut findings = Vec::new();
    let desk = &mut Desk::new(root, Texts::Kept);
    let (read, typed) = parse_as::<WorkspaceFile>(desk, found, file, FileKind::Workspace, &mut findings);
    let config = resolve::config(typed.unwrap_or_default(), file, &mut findings);
    let source = SourceFile { path: found.path.clone(), text: read.text };
    (config, ReadFile { source, aside: read.aside, content: Content::Nothing, findings })
}

/// The names that files give to things, known before any of them is read.
pub(super) fn names_of<'c>(found: &[Found], config: &'c Config) -> Names<'c> {
    // As `drop_doubles` does it: a segment's id is its position among the names that are left.
    let mut seen = HashSet::new();
    let mut segments: Vec<EcoString> = found
        .iter()
        .filter(|file| FileKind::of(&file.path) == FileKind::Segment)
        .map(|file| EcoString::from(stem(&file.path)))
        .filter(|name| resolve::is_name(name) && seen.insert(name.to_ascii_lowercase()))
        .collect();
    segments.sort();
    Names { config, segments }
}

/// The name that a file gives to what it defines.
pub fn stem(path: &str) -> &str {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    name.strip_suffix(".toml").unwrap_or(name)
}

/// The `project` that a `flagc.toml` names, as far as it can be read.
pub fn project_of(settings: &[u8]) -> Option<EcoString> {
    let text = std::str::from_utf8(settings).ok()?;
    let typed = type_tree::<WorkspaceFile>(&mut syntax::parse(text), FileId(0), &mut Vec::new());
    typed?.project.map(|name| name.value.0)
}

/// Reads a file's text, parses it, validates it and types it; findings about its text and its shape go to `findings`.
pub(super) fn parse_as<T: DeserializeOwned>(
    desk: &mut Desk<'_>,
    found: &Found,
    file: FileId,
    kind: FileKind,
    findings: &mut Vec<Finding>,
) -> (Read, Option<T>) {
    let text = match read::read(&mut desk.reader, found, file, &mut desk.buffer) {
        Ok(text) => text,
        Err(unread) => {
            findings.push(unread.finding);
            return (Read { text: unread.text.into(), ..Read::default() }, None);
        }
    };
    findings.extend(text::bidi_controls(text, file));
    if let Some(finding) = text::merge_conflict(text, file) {
        findings.push(finding);
        return (Read { text: text.into(), ..Read::default() }, None);
    }
    let mut tree = syntax::parse_with(text, &mut desk.scratch);
    findings.extend(tree.problems.iter().map(|problem| text::problem(problem, file, text)));
    let verdict = validate::validate(kind, &tree, file);
    findings.extend(verdict.findings);
    for id in verdict.reported {
        tree.invalidate(id);
    }
    let typed = type_tree(&mut tree, file, findings);
    let unread_variants = unread_variants(&tree).collect();
    desk.scratch.reclaim(tree);
    (Read { unread_variants, ..Read::of(text, desk.texts, found) }, typed)
}

/// A file's text, or what it was.
#[derive(Default)]
pub(super) struct Read {
    pub(super) text: Box<str>,
    pub(super) aside: Option<Fingerprint>,
    /// The variants whose values could not be read, which is reported.
    unread_variants: Vec<(EcoString, Span)>,
}

impl Read {
    fn of(text: &str, texts: Texts, found: &Found) -> Self {
        // What is shown of another path would not lead back to the file.
        if texts == Texts::SetAside && found.origin == Origin::Disk(None) {
            Self { aside: Some(Fingerprint::of(text)), ..Self::default() }
        } else {
            Self { text: text.into(), ..Self::default() }
        }
    }
}

/// The variants whose values were taken out of the tree, or never were in it.
fn unread_variants(tree: &syntax::Tree<'_>) -> impl Iterator<Item = (EcoString, Span)> {
    let variants = tree.root().get("variants").into_iter().flat_map(syntax::Item::children);
    let unread = variants.filter(|variant| matches!(variant.value(), syntax::Value::Invalid));
    unread.map(|variant| (EcoString::from(variant.key()), variant.key_span()))
}

/// Types the tree. A value that does not fit is reported, taken out, and the rest is typed without it, so that one
/// slip does not hide the next.
fn type_tree<T: DeserializeOwned>(
    tree: &mut syntax::Tree<'_>,
    file: FileId,
    findings: &mut Vec<Finding>,
) -> Option<T> {
    loop {
        match syntax::from_item(tree.root()) {
            Ok(typed) => return Some(typed),
            Err(mismatch) => {
                let Mismatch { message, at, missing } = *mismatch;
                let (id, span) = at?;
                if !missing {
                    findings.push(Finding::new(RuleId("wrong-type"), file, span, message));
                }
                if id == tree.root().id() {
                    return None;
                }
                tree.invalidate(id);
            }
        }
    }
}

/// Gives a file that is known from elsewhere its text.
fn take_text(found: &mut Found, known: &Loaded) {
    if let Origin::Known(id) = found.origin {
        found.origin = Origin::Bytes(known.sources.file(id).text.as_bytes().to_vec());
    }
}

fn reuse_or_read(
    desk: &mut Desk<'_>,
    mut found: Found,
    file: FileId,
    names: &Names<'_>,
    reuse: &Reuse<'_>,
) -> (Option<Flag>, ReadFile) {
    if let Origin::Known(id) = found.origin
        && let Some((flag, content)) = reuse.content(id, &found.path, file)
    {
        let text = reuse.known.sources.file(id).text.clone();
        let source = SourceFile { path: found.path, text };
        return (flag, ReadFile { source, aside: None, content, findings: Vec::new() });
    }
    take_text(&mut found, reuse.known);
    read_file(desk, found, file, names)
}

pub(super) fn read_file(
    desk: &mut Desk<'_>,
    found: Found,
    file: FileId,
    names: &Names<'_>,
) -> (Option<Flag>, ReadFile) {
    let name = stem(&found.path);
    let mut findings = Vec::new();
    let kind = FileKind::of(&found.path);
    let usable = if kind == FileKind::Flag { resolve::is_flag_key(name) } else { resolve::is_name(name) };
    if !usable {
        findings.push(bad_name(kind, name, file));
    }
    let mut flag = None;
    let (read, content) = match kind {
        FileKind::Flag | FileKind::Workspace => {
            let (mut read, typed) = parse_as::<FlagFile>(desk, &found, file, FileKind::Flag, &mut findings);
            let blocked = scopes_of(&findings);
            let unread = std::mem::take(&mut read.unread_variants);
            flag =
                typed.map(|typed| resolve::flag(typed, name, file, names, (&blocked, unread), &mut findings));
            for finding in &mut findings {
                finding.flag = Some(name.to_owned());
            }
            let content = match flag {
                Some(_) => Content::Nothing,
                None => Content::UnreadableFlag(name.to_owned()),
            };
            (read, content)
        }
        FileKind::Segment => {
            let (read, typed) = parse_as::<SegmentFile>(desk, &found, file, kind, &mut findings);
            let intact = findings.is_empty();
            let segment =
                resolve::segment(typed.unwrap_or_default(), name, file, names, intact, &mut findings);
            (read, Content::Segment(Box::new(segment)))
        }
        FileKind::Service => {
            let (read, typed) = parse_as::<ServiceFile>(desk, &found, file, kind, &mut findings);
            (read, Content::Service(Box::new(resolve::service(typed.unwrap_or_default(), name, file))))
        }
        FileKind::Deployment => {
            let (read, typed) = parse_as::<DeploymentFile>(desk, &found, file, kind, &mut findings);
            let intact = findings.is_empty();
            let deployment = resolve::deployment(typed.unwrap_or_default(), name, file, intact);
            (read, Content::Deployment(Box::new(deployment)))
        }
        FileKind::Release => {
            let (read, typed) = parse_as::<ReleaseFile>(desk, &found, file, kind, &mut findings);
            (read, Content::Release(Box::new(resolve::release(typed.unwrap_or_default(), name, file))))
        }
    };
    let (flag, content) = if usable { (flag, content) } else { (None, Content::Nothing) };
    // The path moves: a hundred thousand of them would be kept twice.
    let source = SourceFile { path: found.path, text: read.text };
    (flag, ReadFile { source, aside: read.aside, content, findings })
}

/// The environments in which the findings so far keep a flag from being compiled; `None` stands for all of them.
fn scopes_of(findings: &[Finding]) -> Vec<Option<String>> {
    let harmless = |finding: &&Finding| matches!(finding.rule.0, "newer-toml" | "bidi-control");
    findings.iter().filter(|finding| !harmless(finding)).map(|finding| finding.environment.clone()).collect()
}

fn bad_name(kind: FileKind, name: &str, file: FileId) -> Finding {
    let message = format!("`{name}` cannot be the name of a {}", kind.as_str());
    let help = match kind {
        FileKind::Flag => {
            "a flag's file is named after its key: a letter, then letters, digits, `.`, `_` or `-`"
        }
        _ => "use a letter or a digit, then letters, digits, `.`, `_` or `-`, 64 characters at most",
    };
    Finding::new(RuleId("invalid-name"), file, Span::default(), message).help(help)
}
