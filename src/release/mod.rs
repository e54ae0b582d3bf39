//! Release units: whether the flags of one reach the same users in every environment at all times, and whether their
//! steps come in an order in which they have an effect.

mod order;
mod split;

use std::collections::BTreeSet;

pub use order::{Early, early};
pub use split::{Difference, difference, goes_with};

use crate::compile::{self, Segments};
use crate::exposure::{self, Gathered, Space};
use crate::model::{EnvironmentId, Flag, FlagId, Release, Workspace};
use crate::source::Spanned;

/// What flags of a release are looked at in.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'w> {
    /// The workspace.
    pub workspace: &'w Workspace,
    /// Its segments as logic.
    pub segments: &'w Segments,
    /// Where.
    pub environment: EnvironmentId,
    /// From when on, in seconds since 1970; what was before does not matter any more. All times where it is not known.
    pub from: Option<i64>,
}

/// The flags of a release that must go together in an environment, each with its name there: those that exist and compile,
/// and that no kill has taken out, their own or one of a flag that they require: a kill never waits.
pub fn members<'w>(
    setting: Setting<'w>,
    release: &'w Release,
) -> Vec<(FlagId, &'w Spanned<ecow::EcoString>)> {
    let Setting { workspace, segments, environment, .. } = setting;
    let named = release.flags.iter().filter_map(|name| Some((workspace.flag_id(&name.value)?, name)));
    let mut seen = BTreeSet::new();
    let members = named.filter(|(id, _)| {
        let flag = workspace.flag(*id);
        seen.insert(*id)
            && compile::check_flag(workspace, flag, environment, segments).is_ok()
            && compile::demands(workspace, flag).is_ok_and(|required| {
                let required = required.keys().map(|id| workspace.flag(*id));
                std::iter::once(flag).chain(required).all(|flag| !flag.killed_in(environment))
            })
    });
    members.collect()
}

/// The space in which flags can be compared.
fn space(setting: Setting<'_>, flags: &[&Flag]) -> Space {
    let mut gathered = Gathered::default();
    for flag in flags {
        // Members compile, so nothing is in the way.
        let _ = exposure::gather(&mut gathered, setting.workspace, flag, setting.environment);
    }
    Space::new(gathered)
}

/// The times at which flags may begin to serve something else: from the beginning, then at every step that is to come.
fn moments(setting: Setting<'_>, flags: &[&Flag]) -> Vec<i64> {
    let from = setting.from.unwrap_or(i64::MIN);
    let steps =
        flags.iter().flat_map(|flag| exposure::instants(setting.workspace, flag, setting.environment));
    let later: BTreeSet<i64> = steps.filter(|at| *at > from).collect();
    std::iter::once(from).chain(later).collect()
}
