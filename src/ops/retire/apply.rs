//! `--apply`: the edits are checked in memory, and then made together or not at all.

use std::path::Path;

use super::{Edit, Prepared, RetireError, edited};
use crate::artifact::{self, OutputFile, Visibility};
use crate::finding::{Finding, Severity};
use crate::history::{self, Change, Head, HistoryError, Input};
use crate::ops::check::{Checked, check_loaded};
use crate::workspace::Loaded;

/// What was done.
#[derive(Debug)]
pub struct Applied {
    /// What `check` finds afterwards and did not find before.
    pub warnings: Vec<String>,
}

/// Makes the edits in the workspace in `root`.
///
/// # Errors
/// [`RetireError`]; then nothing is changed, unless files could be written and another could not be deleted.
pub fn apply(root: &Path, prepared: Prepared) -> Result<Applied, RetireError> {
    let Prepared { plan, edits, loaded, at } = prepared;
    if !plan.blockers.is_empty() {
        return Err(RetireError::Blocked { flag: plan.flag, count: plan.blockers.len() });
    }
    let reads = plan.reads().count();
    if reads > 0 {
        return Err(RetireError::Read { flag: plan.flag, count: reads });
    }
    if let Some(path) = uncommitted(root, &loaded, &edits)? {
        return Err(RetireError::Uncommitted { path });
    }
    let after = edited(&loaded, &edits);
    let new = new_findings(&check_loaded(loaded, Some(at)), &check_loaded(after, Some(at)));
    if let Some((place, worse)) = new.iter().find(|(_, finding)| finding.severity == Severity::Error) {
        let message = worse.message.clone();
        return Err(RetireError::Worse { flag: plan.flag, message, place: place.clone() });
    }
    for edit in &edits {
        if std::fs::read(root.join(&edit.file)).unwrap_or_default() != edit.before.as_bytes() {
            return Err(RetireError::Changed { path: edit.file.clone() });
        }
    }
    let (mut written, mut gone) = (Vec::new(), Vec::new());
    for edit in edits {
        let path = root.join(&edit.file);
        match edit.after {
            Some(text) => {
                let bytes = text.into_bytes();
                written.push(OutputFile { path, bytes, visibility: Visibility::Shared });
            }
            None => gone.push(path),
        }
    }
    artifact::write_all(&written)?;
    artifact::remove_all(&gone)?;
    let warning =
        |(place, finding): &(String, Finding)| format!("{} ({}, {place})", finding.message, finding.rule);
    Ok(Applied { warnings: new.iter().map(warning).collect() })
}

/// A file that would be deleted and is not as HEAD has it. Outside of Git, and before the first commit, there is none:
/// nobody expects to get anything back.
fn uncommitted(root: &Path, loaded: &Loaded, edits: &[Edit]) -> Result<Option<String>, HistoryError> {
    let files = loaded.sources.files.iter();
    let inputs: Vec<Input<'_>> =
        files.map(|file| Input { path: &file.path, bytes: file.text.as_bytes() }).collect();
    // The number of the commit does not matter here.
    let facts = history::describe(root, &inputs, Some(1))?;
    let is_committed = matches!(facts.head, Head::Commit(_));
    let deleted = |change: &Change| edits.iter().any(|edit| edit.after.is_none() && edit.file == change.path);
    Ok(facts.changes.into_iter().filter(|_| is_committed).find(deleted).map(|change| change.path))
}

/// What is found afterwards and was not before, with its place.
fn new_findings(before: &Checked, after: &Checked) -> Vec<(String, Finding)> {
    let place = |checked: &Checked, finding: &Finding| {
        let file = checked.sources.file(finding.place.file);
        (file.path.clone(), file.position(finding.place.span.start))
    };
    let is_known = |finding: &&Finding| {
        let (file, _) = place(after, finding);
        before.findings.iter().any(|other| {
            (other.rule, &other.message, other.severity) == (finding.rule, &finding.message, finding.severity)
                && place(before, other).0 == file
        })
    };
    let new = after.findings.iter().filter(|finding| !is_known(finding));
    new.map(|finding| {
        let (file, position) = place(after, finding);
        (format!("{file}:{position}"), finding.clone())
    })
    .collect()
}
