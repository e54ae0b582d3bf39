//! Flags that are gone: what is in one state and not in the next, judged by the rules on removal.

use std::path::Path;

use ecow::EcoString;

use super::{OpError, refs};
use crate::compile;
use crate::constancy;
use crate::finding::Finding;
use crate::model::{Flag, FlagId, Workspace};
use crate::references::{self, Scan};
use crate::retire;
use crate::rule::{self, Removal};
use crate::rules;
use crate::source::FileId;
use crate::workspace::Loaded;

/// Judges the removal of every flag that `base` has and `head` has not, at a time in seconds since 1970. The levels are
/// the base's, so that no change lowers what judges it. `reports` say where code names flags; the code that the head's
/// services name is looked at besides, if the head lies on the disk, in `root`. The files that are gone come behind the
/// head's own, so that findings can show them.
///
/// # Errors
/// Code that is not there.
pub fn removals(
    base: &Loaded,
    head: &mut Loaded,
    at: i64,
    reports: &Scan,
    root: Option<&Path>,
) -> Result<Vec<Finding>, OpError> {
    let gone: Vec<(&Flag, Option<FlagId>)> = without(&base.workspace, &head.workspace).collect();
    if gone.is_empty() {
        return Ok(Vec::new());
    }
    let mut seen = reports.clone();
    if let Some(root) = root {
        let code = refs::code(root, &head.workspace, &refs::Options::default())?;
        let keys: Vec<&str> = gone.iter().map(|(flag, _)| flag.key.as_str()).collect();
        seen.join(references::scan(&code, &keys, root)?);
    }
    let mut findings = Vec::new();
    let segments = compile::segments(&base.workspace);
    let histories = constancy::present(&base.workspace, at);
    for (flag, renamed) in gone {
        let id = base.workspace.flag_id(&flag.key).and_then(|id| histories.get(id.0 as usize));
        let standings = id.map(|history| history.standings.as_slice()).unwrap_or_default();
        let Ok(file) = u32::try_from(head.sources.files.len()).map(FileId) else { break };
        head.sources.files.push(base.sources.file(flag.file).clone());
        let uses = retire::uses(&seen, &flag.key);
        let removal = Removal {
            base: &base.workspace,
            segments: &segments,
            flag,
            file,
            head: &head.workspace,
            renamed: renamed.map(|id| head.workspace.flag(id)),
            standings,
            uses: &uses.of_flag,
        };
        findings.extend(rule::run_removal(rules::ALL, &removal));
    }
    Ok(rule::settle(rules::ALL, &base.workspace, findings))
}

/// The flags that are gone: whose key nothing bears any more, and which none has borne before.
pub fn gone<'b>(base: &'b Workspace, head: &Workspace) -> Vec<&'b Flag> {
    without(base, head).filter(|(_, renamed)| renamed.is_none()).map(|(flag, _)| flag).collect()
}

/// The flags whose key nothing bears any more, each with the one that says it bore it before.
fn without<'b>(base: &'b Workspace, head: &Workspace) -> impl Iterator<Item = (&'b Flag, Option<FlagId>)> {
    let is_there = |key: &EcoString| {
        head.flag_id(key).is_some() || head.unreadable_flags.iter().any(|flag| flag == key.as_str())
    };
    let renamed = |key: &EcoString| {
        let heir = head.flags.iter().find(|flag| flag.previous_keys.iter().any(|k| k.value == *key));
        heir.and_then(|heir| head.flag_id(&heir.key))
    };
    base.flags.iter().filter(move |flag| !is_there(&flag.key)).map(move |flag| (flag, renamed(&flag.key)))
}

/// Leaves out what is told better: a requirement of a flag that is gone is no misspelt name.
pub fn without_repetition(findings: &mut Vec<Finding>, removals: &[Finding]) {
    findings.retain(|finding| {
        let told =
            |removal: &Finding| removal.rule.0 == "removed-while-required" && removal.place == finding.place;
        finding.rule.0 != "unknown-flag" || !removals.iter().any(told)
    });
}
