//! Flags of other systems as files of a workspace: each flag comes in ready, approximated or not at all, with the
//! reasons in plain words. Nothing is guessed and nothing is lost silently. Only a plan: nothing is read or written here.
//!
//! What "ready" promises: for every context in which the attributes have the types of `[context]`, missing ones included, the
//! file serves the variant that flagd serves. Two things are outside of it, and a note says so where they matter:
//! a value of another type than declared, which JSONLogic converts and this format does not match; and a user without
//! the identity of a split that has its own bucket expression, where flagd's SDKs disagree with each other and here
//! `off_variant` is served.

mod condition;
mod finish;
mod flagd;
mod json;
mod matchers;
mod operand;
mod schedule;
mod settings;
mod split;
mod targeting;
mod types;
mod version;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use crate::format::{AttributeType, FlagKind};
use crate::workspace::WORKSPACE_FILE;
use finish::{Finished, Outlet};
use json::Json;
use settings::Settings;
use types::Types;

/// What an import is told.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions<'a> {
    /// The text of the workspace's `flagc.toml`; `None` where there is no workspace yet and one is to be made.
    pub workspace: Option<&'a str>,
    /// The project's name for a new `flagc.toml`.
    pub project: &'a str,
    /// The keys of the flags that the workspace has: those are left as they are.
    pub existing: &'a [String],
    /// The folder for the files, relative to the workspace, with `/` between folders; empty for its root.
    pub folder: &'a str,
    /// The environment whose flags these are; the flags themselves then serve their off variant. Without one the flags
    /// serve everywhere what they served.
    pub environment: Option<&'a str>,
    /// What the flags are for; `ops` unless said.
    pub kind: Option<FlagKind>,
    /// Who answers for them; `unowned` unless said.
    pub owner: Option<&'a str>,
    /// Whether a flag whose targeting cannot be said here comes in frozen at its default variant.
    pub approximate: bool,
    /// What stands behind `#:schema` in the first line of each flag; no such line unless said.
    pub schema: Option<&'a str>,
}

/// What an import makes.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The flags that come in, sorted by path.
    pub files: Vec<ImportedFile>,
    /// The new text of `flagc.toml`; `None` where it stays as it is.
    pub workspace: Option<String>,
    /// The attributes that were added to `[context]`, with the types that the targeting tells.
    pub attributes: BTreeMap<String, AttributeType>,
    /// What became of each flag, in the order of the document.
    pub flags: Vec<FlagOutcome>,
    /// What is to be said about the document as a whole.
    pub notes: Vec<String>,
}

/// A file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedFile {
    /// Relative to the workspace, with `/` between folders.
    pub path: String,
    /// TOML.
    pub text: String,
}

/// What became of a flag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlagOutcome {
    /// As the document has it, whether or not it can be a key here.
    pub key: String,
    /// How it came in.
    pub verdict: Verdict,
    /// Why it is not ready; empty where it is.
    pub reasons: Vec<String>,
    /// What was dropped, assumed, or differs at the edges.
    pub notes: Vec<String>,
}

/// How a flag came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It means what it meant.
    Ready,
    /// Frozen at its default variant.
    Approximated,
    /// It did not come in.
    LeftOut,
}

impl Verdict {
    /// The word for reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Approximated => "approximated",
            Self::LeftOut => "left out",
        }
    }
}

/// Why nothing can be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The text is not JSON, or nests more than 127 levels deep.
    #[error("the document is not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The outermost value is not an object.
    #[error("the document is not a JSON object")]
    NotADocument,
    /// There are no flags in it.
    #[error("the document has no `flags`")]
    NoFlags,
    /// A list of flags has one without a key.
    #[error("flag number {} of the document has no `key`", index + 1)]
    NoKey {
        /// From 0.
        index: usize,
    },
    /// `flagc.toml` cannot be read, so nothing can be added to it.
    #[error("`flagc.toml` cannot be read: {reason}")]
    Settings {
        /// Why.
        reason: String,
    },
    /// The environment is not one of the workspace's.
    #[error("there is no environment `{name}`; known are: {}", known.join(", "))]
    UnknownEnvironment {
        /// As it was asked for.
        name: String,
        /// Those of `flagc.toml`.
        known: Vec<String>,
    },
    /// The folder is not one in which flags lie.
    #[error("flags cannot lie in `{0}`")]
    Folder(String),
}

/// Imports a flagd document.
///
/// # Errors
/// An [`ImportError`] where not even a list of flags can be made.
pub fn flagd(document: &[u8], options: &ImportOptions<'_>) -> Result<Imported, ImportError> {
    let folder = folder(options.folder)?;
    let settings = settings(options)?;
    let document = Json::parse(document)?;
    let mut notes = assumptions(options);
    let candidates = flagd::candidates(&document, settings.generation, &mut notes)?;
    let taken = taken(&candidates, options.existing);
    let mut types = Types::new(&settings);
    types.learn(
        candidates
            .iter()
            .filter_map(|candidate| candidate.plan.as_ref())
            .flat_map(|plan| plan.rules.iter().map(|rule| &rule.condition)),
    );
    let mut outlet = Outlet { types, settings: &settings, options };
    let mut imported = Imported {
        files: Vec::new(),
        workspace: None,
        attributes: BTreeMap::new(),
        flags: Vec::new(),
        notes,
    };
    for mut candidate in candidates {
        if let Some(why) = unusable(&candidate.key, &folder, &taken) {
            candidate.reasons.push(why);
            candidate.frame = None;
        }
        let path = format!("{folder}{}.toml", candidate.key);
        let (outcome, finished) = outlet.finish(candidate);
        if let Some(Finished { text, used }) = finished {
            let new = used.into_iter().filter_map(|name| Some((outlet.types.undeclared(&name)?, name)));
            imported.attributes.extend(new.map(|(kind, name)| (name, kind)));
            imported.files.push(ImportedFile { path, text });
        }
        imported.flags.push(outcome);
    }
    imported.files.sort_by(|a, b| a.path.cmp(&b.path));
    imported.workspace = match options.workspace {
        None => Some(settings::fresh(options.project, &settings.environments, &imported.attributes)?),
        Some(_) if imported.attributes.is_empty() => None,
        Some(text) => Some(settings::extended(text, &imported.attributes)?),
    };
    Ok(imported)
}

fn settings(options: &ImportOptions<'_>) -> Result<Settings, ImportError> {
    let settings = match options.workspace {
        Some(text) => Settings::read(text)?,
        None => Settings::fresh(options.environment),
    };
    match options.environment {
        Some(name) if !settings.environments.iter().any(|known| known == name) => {
            Err(ImportError::UnknownEnvironment { name: name.to_owned(), known: settings.environments })
        }
        _ => Ok(settings),
    }
}

/// The folder with a `/` at its end, or nothing.
fn folder(written: &str) -> Result<String, ImportError> {
    let parts: Vec<&str> = written.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let reserved = ["segments", "services", "deployments", "releases"];
    // Hidden folders are not read, and what leads out of the workspace is none of its folders.
    let outside = written.starts_with('/') || parts.iter().any(|part| part.starts_with('.'));
    if outside || parts.first().is_some_and(|first| reserved.contains(first)) {
        return Err(ImportError::Folder(written.to_owned()));
    }
    Ok(if parts.is_empty() { String::new() } else { format!("{}/", parts.join("/")) })
}

/// What the source does not say and had to be filled in.
fn assumptions(options: &ImportOptions<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    if options.kind.is_none() {
        notes.push("flagd knows no kinds of flags: all are written as `ops`".to_owned());
    }
    if options.owner.is_none() {
        notes.push("flagd knows no owners: all flags are written as `unowned`".to_owned());
    }
    notes
}

/// How often each key is used, in the document and by the workspace, without regard to case.
#[derive(Default)]
struct Taken {
    existing: BTreeSet<String>,
    document: BTreeMap<String, usize>,
}

fn taken(candidates: &[flagd::Candidate], existing: &[String]) -> Taken {
    let mut taken = Taken::default();
    taken.existing.extend(existing.iter().map(|key| key.to_lowercase()));
    for candidate in candidates {
        *taken.document.entry(candidate.key.to_lowercase()).or_default() += 1;
    }
    taken
}

/// Why a flag of that key cannot be written.
fn unusable(key: &str, folder: &str, taken: &Taken) -> Option<String> {
    let lower = key.to_lowercase();
    if taken.existing.contains(&lower) {
        return Some("the workspace has a flag of that key already".to_owned());
    }
    if taken.document.get(&lower).is_some_and(|count| *count > 1) {
        return Some("its key stands twice in the document, when case is ignored".to_owned());
    }
    (folder.is_empty() && format!("{lower}.toml") == WORKSPACE_FILE)
        .then(|| "its file would be the workspace's own: import it into a folder".to_owned())
}
