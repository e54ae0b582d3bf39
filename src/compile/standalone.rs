//! One flag, compiled and ready to be evaluated. Requirements are compiled in, so it needs no other flag.

use flagc_runtime::{Document, Evaluator, Generation};

use super::{CompiledFlag, Obstacle, Reason, Segments, compile_flag};
use crate::format::Generation as Declared;
use crate::model::{Config, EnvironmentId, Flag, Workspace};

/// A flag and the runtime over a document that holds it alone.
#[derive(Debug)]
pub struct Standalone {
    /// As it stands in a bundle.
    pub flag: CompiledFlag,
    /// What services run.
    pub evaluator: Evaluator,
}

/// Compiles one flag by itself.
///
/// # Errors
/// Why it cannot be compiled.
pub fn standalone(
    workspace: &Workspace,
    flag: &Flag,
    environment: EnvironmentId,
    segments: &Segments,
) -> Result<Standalone, Obstacle> {
    let compiled = compile_flag(workspace, flag, environment, segments)?;
    let mut bytes = format!("{{\"flags\":{{\"{}\":", compiled.key).into_bytes();
    bytes.extend_from_slice(&compiled.json);
    bytes.extend_from_slice(b"}}");
    let document = Document::from_bytes(&bytes).map_err(|error| Obstacle {
        flag: compiled.key.to_string(),
        reason: Reason::Rejected(error.to_string()),
    })?;
    Ok(Standalone {
        flag: compiled,
        evaluator: Evaluator::new(document.with_generation(generation(&workspace.config))),
    })
}

/// The workspace's bucketing generation as the runtime knows it.
pub(super) fn generation(config: &Config) -> Generation {
    match config.bucketing.generation {
        Declared::Two => Generation::Two,
        Declared::Three => Generation::Three,
    }
}
