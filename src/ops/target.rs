//! What a question is about: a flag, or the flags of a release.

use super::OpError;
use crate::model::{EnvironmentId, FlagId, ReleaseId, VariantId, Workspace};
use crate::{compile, workspace};

/// A flag, or the flags of a release, in the order of the release's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// As it was asked for.
    pub name: String,
    /// The release, if it is one.
    pub release: Option<ReleaseId>,
    /// The flags.
    pub flags: Vec<FlagId>,
}

/// What a name can mean.
const KINDS: [&str; 2] = ["flag", "release"];

/// Finds a flag or a release by its name; `flag:NAME` and `release:NAME` say which where both exist.
///
/// # Errors
/// A name that nothing has, or both have; a release that names a flag that does not exist.
pub fn find(workspace: &Workspace, name: &str) -> Result<Target, OpError> {
    let (flag, release) = match name.split_once(':') {
        Some(("flag", key)) => (workspace.flag_id(key), None),
        Some(("release", name)) => (None, release_id(workspace, name)),
        _ => (workspace.flag_id(name), release_id(workspace, name)),
    };
    let flags = match (flag, release) {
        (Some(_), Some(_)) => {
            return Err(OpError::AmbiguousTarget { kinds: KINDS.to_vec(), name: name.to_owned() });
        }
        (Some(flag), None) => vec![flag],
        (None, Some(release)) => flags_of(workspace, release)?,
        (None, None) => {
            let flags = workspace.flags.iter().map(|flag| flag.key.as_str());
            let releases = workspace.releases.iter().map(|release| release.name.as_str());
            let nearest = workspace::nearest(name, flags.chain(releases)).map(str::to_owned);
            return Err(OpError::UnknownTarget { kinds: KINDS.to_vec(), name: name.to_owned(), nearest });
        }
    };
    Ok(Target { name: name.to_owned(), release, flags })
}

fn release_id(workspace: &Workspace, name: &str) -> Option<ReleaseId> {
    let index = workspace.releases.binary_search_by(|release| release.name.as_str().cmp(name)).ok()?;
    u32::try_from(index).ok().map(ReleaseId)
}

fn flags_of(workspace: &Workspace, release: ReleaseId) -> Result<Vec<FlagId>, OpError> {
    let mut flags = Vec::new();
    for named in &workspace.release(release).flags {
        let key = named.value.as_str();
        let known = || workspace.flags.iter().map(|flag| flag.key.as_str());
        let unknown = || OpError::UnknownFlag {
            key: key.to_owned(),
            nearest: workspace::nearest(key, known()).map(str::to_owned),
        };
        let id = workspace.flag_id(key).ok_or_else(unknown)?;
        if !flags.contains(&id) {
            flags.push(id);
        }
    }
    Ok(flags)
}

/// Makes sure that flags can be compiled in an environment: of what is broken nothing can be said.
///
/// # Errors
/// The first that cannot.
pub fn compiled(
    workspace: &Workspace,
    flags: &[FlagId],
    environment: EnvironmentId,
    segments: &compile::Segments,
) -> Result<(), OpError> {
    flags.iter().try_for_each(|id| {
        let flag = workspace.flag(*id);
        compile::check_flag(workspace, flag, environment, segments).map_err(OpError::NotCompiled)
    })
}

/// A flag's variant by name.
///
/// # Errors
/// A name that none has.
pub fn variant(workspace: &Workspace, flag: FlagId, name: &str) -> Result<VariantId, OpError> {
    let flag = workspace.flag(flag);
    flag.variant_id(name).ok_or_else(|| OpError::UnknownVariant {
        flag: flag.key.to_string(),
        name: name.to_owned(),
        known: flag.variants.iter().map(|variant| variant.name.value.to_string()).collect(),
    })
}
