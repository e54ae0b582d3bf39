//! Whether two flags of a release reach the same users.

use super::{Setting, moments, space};
use crate::exposure::{Program, Region, Solver, TooComplex, regions};
use crate::model::Flag;

/// Users whom two flags serve differently.
#[derive(Clone, Debug)]
pub struct Difference {
    /// From when on, in seconds since 1970; `None` where it is so from the beginning.
    pub at: Option<i64>,
    /// Who, what each flag serves to what part of them, and one of them.
    pub region: Region,
}

/// The first users that two flags serve differently, if there are any: the first time, and of these the region that
/// comes first.
///
/// # Errors
/// Where that takes more steps than are allowed.
pub fn difference(setting: Setting<'_>, one: &Flag, other: &Flag) -> Result<Option<Difference>, TooComplex> {
    let space = space(setting, &[one, other]);
    let solver = Solver::new(&space);
    let differs = |outcomes: &[ecow::EcoString]| match outcomes {
        [first, second] => !goes_with((one, first), (other, second)),
        _ => false,
    };
    for (position, at) in moments(setting, &[one, other]).into_iter().enumerate() {
        let program = |flag| Program::new(&space, setting.workspace, flag, setting.environment, at);
        let (first, second) = (program(one)?, program(other)?);
        if let Some(region) = regions(&solver, &[&first, &second], &differs)?.into_iter().next() {
            return Ok(Some(Difference { at: (position > 0).then_some(at), region }));
        }
    }
    Ok(None)
}

/// Whether it fits together that a user gets these variants of two flags: both off, or neither, and the same one where
/// both flags know both.
pub fn goes_with((one, first): (&Flag, &str), (other, second): (&Flag, &str)) -> bool {
    let is_off = |flag: &Flag, variant: &str| flag.variant(flag.off_variant).name.value == variant;
    let knows = |flag: &Flag, variant: &str| flag.variant_id(variant).is_some();
    match (is_off(one, first), is_off(other, second)) {
        (true, true) => true,
        (false, false) => first == second || !(knows(one, second) && knows(other, first)),
        (true, false) | (false, true) => false,
    }
}
