//! Which variants a flag can serve in an environment, now or later.

use crate::compile::Segments;
use crate::exposure::{self, Analysis, Program, Setting, Survey, TooComplex, variants_of};
use crate::model::{EnvironmentId, Flag, VariantId, Workspace};

/// What is known of a flag's exposure.
#[derive(Clone, Copy, Debug)]
pub enum Servable<'a> {
    /// Whatever stands in a serve is served to somebody: [`exposure::is_plain`], and nothing is required.
    Plain,
    /// It was analysed.
    Analysed(&'a Analysis<'a>),
    /// It cannot be compiled, or is killed, in every environment.
    Dark,
}

impl Servable<'_> {
    /// Whether somebody can get a variant in an environment, at a time (in seconds since 1970) or at any later one; at any
    /// time at all where none is given. What cannot be compiled serves nothing: its own findings say why.
    ///
    /// # Errors
    /// A flag that is too complex.
    pub fn serves(
        self,
        workspace: &Workspace,
        flag: &Flag,
        environment: EnvironmentId,
        variant: VariantId,
        as_of: Option<i64>,
    ) -> Result<bool, TooComplex> {
        if flag.broken_in(environment) {
            return Ok(false);
        }
        if flag.killed_in(environment) {
            return Ok(variant == flag.off_variant);
        }
        match self {
            Self::Plain => Ok(is_written(flag, environment, variant, as_of)),
            Self::Dark => Ok(false),
            Self::Analysed(analysis) if analysis.too_complex => Err(TooComplex),
            Self::Analysed(analysis) => {
                let Some(setting) = analysis.setting_in(environment) else { return Ok(false) };
                let reached = setting.reach.get(usize::from(variant.0)).is_some_and(Option::is_some);
                match as_of {
                    Some(as_of) if reached && setting.moments.len() > 1 => {
                        from(analysis, workspace, setting, variant, as_of)
                    }
                    _ => Ok(reached),
                }
            }
        }
    }
}

/// The variants of a flag that somebody can get in an environment, at a time or at any later one.
///
/// # Errors
/// A flag that is too complex.
pub fn servable(
    workspace: &Workspace,
    segments: &Segments,
    flag: &Flag,
    environment: EnvironmentId,
    as_of: Option<i64>,
) -> Result<Vec<VariantId>, TooComplex> {
    with_exposure(workspace, segments, flag, |known| {
        let mut served = Vec::new();
        for variant in flag.variant_ids() {
            if known.serves(workspace, flag, environment, variant, as_of)? {
                served.push(variant);
            }
        }
        Ok(served)
    })
}

/// Finds out what there is to know of a flag's exposure, and asks it.
pub(super) fn with_exposure<T>(
    workspace: &Workspace,
    segments: &Segments,
    flag: &Flag,
    ask: impl FnOnce(Servable<'_>) -> T,
) -> T {
    if flag.requires.is_empty() && exposure::is_plain(workspace, flag) {
        return ask(Servable::Plain);
    }
    match Survey::new(workspace, flag, segments) {
        None => ask(Servable::Dark),
        Some(survey) => ask(Servable::Analysed(&Analysis::new(&survey))),
    }
}

/// Whether a serve that is still to come, or a rule, names the variant.
fn is_written(flag: &Flag, environment: EnvironmentId, variant: VariantId, as_of: Option<i64>) -> bool {
    let schedule = flag.schedule_in(environment);
    // The step in force is the last one that has passed; before any has, it is the environment's own serve.
    let passed = as_of.map_or(0, |as_of| schedule.partition_point(|step| step.at.value.0 <= as_of));
    let first = if passed == 0 { Some(flag.serve_in(environment)) } else { None };
    let steps = schedule.iter().skip(passed.saturating_sub(1)).map(|step| &step.serve);
    let rules = flag.rules_in(environment).iter().map(|rule| &rule.serve);
    first.into_iter().chain(steps).chain(rules).any(|serve| variants_of(serve, flag).contains(&variant))
}

/// Whether somebody can get a variant from a time on.
fn from(
    analysis: &Analysis<'_>,
    workspace: &Workspace,
    setting: &Setting<'_>,
    variant: VariantId,
    as_of: i64,
) -> Result<bool, TooComplex> {
    let (flag, space) = (analysis.flag, analysis.solver.space());
    let instants = exposure::instants(workspace, flag, setting.environment);
    let later = instants.into_iter().filter(|instant| *instant > as_of);
    for at in std::iter::once(as_of).chain(later) {
        let program = Program::new(space, workspace, flag, setting.environment, at)?;
        if analysis.solver.possible(&[&program.serves(space, &[variant])])? {
            return Ok(true);
        }
    }
    Ok(false)
}
