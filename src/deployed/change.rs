//! What shall be live after a change, from what is: which entries stay, which go, which come.

use std::collections::BTreeSet;

use super::{Entry, Scope};

/// How a version joins those that are live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// It takes the place of the only one there is; where there are several, nobody can say of which.
    Unless,
    /// It is the only one from now on.
    Replace,
    /// It is one more beside the others.
    Add,
}

/// More than one version is live, and nobody said what becomes of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Several {
    /// The versions, sorted.
    pub versions: Vec<String>,
}

/// All entries of the scope as they shall be once `new` has joined them.
///
/// # Errors
/// [`Several`] with [`Join::Unless`] where more than one version is live.
pub fn join(scope: Scope<'_>, live: &[Entry], new: &Entry, how: Join) -> Result<Vec<Entry>, Several> {
    let covered: Vec<&Entry> = live.iter().filter(|entry| scope.covers(entry)).collect();
    if how == Join::Add {
        let mut wanted: Vec<Entry> = covered.into_iter().map(kept).collect();
        wanted.retain(|entry| !is_same(entry, new));
        wanted.push(new.clone());
        return Ok(wanted);
    }
    let versions: BTreeSet<&str> = covered.iter().map(|entry| entry.version.as_str()).collect();
    if how == Join::Unless && versions.len() > 1 {
        return Err(Several { versions: versions.into_iter().map(str::to_owned).collect() });
    }
    // The groups of instances stay: each of them has the new version from now on.
    let mut groups: Vec<Option<&String>> = covered.iter().map(|entry| entry.instance.as_ref()).collect();
    if groups.is_empty() {
        groups.push(new.instance.as_ref());
    }
    let mut seen = BTreeSet::new();
    groups.retain(|group| seen.insert(*group));
    Ok(groups.into_iter().map(|group| Entry { instance: group.cloned(), ..new.clone() }).collect())
}

/// All entries of the scope that are left without `version`, or none of them without one; and those that go.
pub fn remove<'e>(
    scope: Scope<'_>,
    live: &'e [Entry],
    version: Option<&str>,
) -> (Vec<Entry>, Vec<&'e Entry>) {
    let covered = live.iter().filter(|entry| scope.covers(entry));
    let (gone, stay): (Vec<&Entry>, Vec<&Entry>) =
        covered.partition(|entry| version.is_none_or(|version| entry.version == version));
    (stay.into_iter().map(kept).collect(), gone)
}

fn kept(entry: &Entry) -> Entry {
    Entry { capabilities: None, ..entry.clone() }
}

/// Whether two entries speak of the same instances.
pub(super) fn is_same(one: &Entry, other: &Entry) -> bool {
    one.service == other.service && one.version == other.version && one.instance == other.instance
}
