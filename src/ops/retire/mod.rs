//! `retire`: the way to take a flag out, and the edits of the workspace that end it.

mod apply;
mod error;

use std::path::Path;

use super::{OpError, past};
use crate::artifact::{self, OutputFile, Visibility};
use crate::compile;
use crate::constancy::{self, Extent, FlagHistory, Serves, Standing};
use crate::deployed::unified;
use crate::diff::{self, Diff, Request};
use crate::model::{Flag, Workspace};
use crate::retire::{self, Blocker, Known, Plan, Subject, Uses, piranha, without_flag, without_requirement};
use crate::source::FileId;
use crate::workspace::{self, Given, GivenContent, Loaded, nearest};

pub use apply::{Applied, apply};
pub use error::RetireError;

/// A plan, and the edits that end it.
#[derive(Debug)]
pub struct Prepared {
    /// The plan.
    pub plan: Plan,
    /// The edits, by file.
    pub edits: Vec<Edit>,
    loaded: Loaded,
    at: i64,
}

/// What becomes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The file, relative to the workspace.
    pub file: String,
    /// Its text.
    pub before: String,
    /// The text that it gets; `None` where it is deleted.
    pub after: Option<String>,
}

impl Edit {
    /// The edit as a unified diff.
    pub fn diff(&self) -> String {
        unified(&self.file, &self.before, self.after.as_deref().unwrap_or_default())
    }
}

/// Plans the removal of a flag from the workspace in `root`, as of a time in seconds since 1970.
///
/// # Errors
/// A flag that does not exist, a file that cannot be edited, or Git's.
pub fn plan(root: &Path, key: &str, at: i64, uses: Option<&Uses>) -> Result<Prepared, OpError> {
    let loaded = workspace::load(root);
    let Some(id) = loaded.workspace.flag_id(key) else {
        let keys = loaded.workspace.flags.iter().map(|flag| flag.key.as_str());
        return Err(OpError::UnknownFlag {
            key: key.to_owned(),
            nearest: nearest(key, keys).map(str::to_owned),
        });
    };
    let flag = loaded.workspace.flag(id);
    let (edits, unreadable) =
        edits(&loaded, flag).map_err(|(path, error)| RetireError::Edit { path, error })?;
    let without = compare(&loaded, &edited(&loaded, &edits), flag, at);
    let history = history(root, &loaded, flag, at)?;
    let subject = Subject { workspace: &loaded.workspace, sources: &loaded.sources, flag };
    let mut plan = retire::plan(subject, Known { history: &history, without: &without, uses });
    for flag in unreadable {
        let blocker = Blocker::Unreadable { flag };
        if !plan.blockers.contains(&blocker) {
            plan.blockers.push(blocker);
        }
    }
    Ok(Prepared { plan, edits, loaded, at })
}

/// Writes the rules with which Polyglot Piranha takes the flag out of code into a folder that is new or empty, and says
/// what they do not do.
///
/// # Errors
/// [`RetireError`].
pub fn write_rules(folder: &Path, plan: &Plan) -> Result<Vec<String>, RetireError> {
    let rules = piranha::rules(plan).map_err(RetireError::Rules)?;
    let is_taken = std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if is_taken {
        return Err(RetireError::NotEmpty { path: folder.to_path_buf() });
    }
    let files = rules.files.into_iter().map(|(path, text)| OutputFile {
        path: folder.join(path),
        bytes: text.into_bytes(),
        visibility: Visibility::Shared,
    });
    artifact::write_all(&files.collect::<Vec<_>>())?;
    Ok(rules.notes)
}

/// What the files become: requirements and releases go on without the flag, its own file goes. Besides, the flags that
/// require it and whose files are no TOML.
type Edits = (Vec<Edit>, Vec<String>);

fn edits(loaded: &Loaded, flag: &Flag) -> Result<Edits, (String, retire::EditError)> {
    let (workspace, sources) = (&loaded.workspace, &loaded.sources);
    let key = flag.key.as_str();
    let (mut edits, mut unreadable) = (Vec::new(), Vec::new());
    let mut edit = |id: FileId, change: &dyn Fn(&str) -> Result<Option<String>, retire::EditError>| {
        let source = sources.file(id);
        let after = change(&source.text).map_err(|error| (source.path.clone(), error))?;
        edits.push(Edit { file: source.path.clone(), before: source.text.to_string(), after });
        Ok(())
    };
    for dependent in &workspace.flags {
        let is_one = dependent.requires.iter().any(|requirement| requirement.flag.value == key);
        if is_one && edit(dependent.file, &|text| without_requirement(text, key).map(Some)).is_err() {
            unreadable.push(dependent.key.to_string());
        }
    }
    for release in &workspace.releases {
        if release.flags.iter().any(|named| named.value == key) {
            edit(release.file, &|text| without_flag(text, key))?;
        }
    }
    edit(flag.file, &|_| Ok(None))?;
    Ok((edits, unreadable))
}

/// The workspace with the edits in it.
fn edited(loaded: &Loaded, edits: &[Edit]) -> Loaded {
    let mut files = Vec::with_capacity(loaded.sources.files.len());
    for (id, source) in (0..).map(FileId).zip(&loaded.sources.files) {
        let content = match edits.iter().find(|edit| edit.file == source.path) {
            None => GivenContent::Known(id),
            Some(Edit { after: Some(text), .. }) => GivenContent::Bytes(text.clone().into_bytes()),
            Some(Edit { after: None, .. }) => continue,
        };
        files.push(Given { path: source.path.clone(), content });
    }
    workspace::load_given(files, loaded)
}

/// What changes for the flags that require this one, directly or through others.
fn compare(before: &Loaded, after: &Loaded, flag: &Flag, at: i64) -> Diff {
    let (base, head) = (&before.workspace, &after.workspace);
    let (base_segments, head_segments) = (compile::segments(base), compile::segments(head));
    let is_reached = |other: &&Flag| {
        other.key != flag.key
            && !other.requires.is_empty()
            && compile::demands(base, other)
                .map_or(true, |demands| demands.keys().any(|id| base.flag(*id).key == flag.key))
    };
    let request = Request {
        base: diff::Side { workspace: base, segments: &base_segments },
        head: diff::Side { workspace: head, segments: &head_segments },
        flags: base.flags.iter().filter(is_reached).map(|flag| flag.key.clone()).collect(),
        at,
    };
    diff::compare(&request)
}

/// What the flag on the disk serves now; since when, where what is committed says the same.
fn history(root: &Path, loaded: &Loaded, flag: &Flag, at: i64) -> Result<FlagHistory, OpError> {
    let of = |workspace: &Workspace, histories: Vec<FlagHistory>| {
        let id = workspace.flag_id(&flag.key)?;
        histories.into_iter().nth(id.0 as usize)
    };
    let empty = FlagHistory::default();
    let mut now = of(&loaded.workspace, constancy::present(&loaded.workspace, at)).unwrap_or(empty);
    let past = match past::past(root, &past::AsOf::Now(at), Extent::Present) {
        // The workspace is not committed yet.
        Err(OpError::NoWorkspaceIn { .. }) => return Ok(now),
        past => past?,
    };
    let Some(known) = of(&past.loaded.workspace, past.histories) else { return Ok(now) };
    let names = |workspace: &Workspace| -> Vec<String> {
        workspace.config.environments.iter().map(|environment| environment.name.value.to_string()).collect()
    };
    let then = names(&past.loaded.workspace);
    for (name, standing) in names(&loaded.workspace).iter().zip(&mut now.standings) {
        let index = then.iter().position(|other| other == name);
        let before = index.and_then(|index| known.standings.get(index)).filter(|before| {
            let values = [(&past.loaded.workspace, *before), (&loaded.workspace, &*standing)];
            let [before, now] = values.map(|(workspace, standing)| value(workspace, &flag.key, standing));
            before == now
        });
        standing.since = before.and_then(|before| before.since.clone());
    }
    now.added = known.added;
    Ok(now)
}

/// What everybody gets of a flag, if everybody gets the same.
fn value(workspace: &Workspace, key: &str, standing: &Standing) -> Option<serde_json::Value> {
    let Serves::Constant(variant) = &standing.serves else { return None };
    let flag = workspace.flag(workspace.flag_id(key)?);
    Some(flag.variant(flag.variant_id(variant)?).value())
}
