//! Guards: what `flagc build` writes out in portable operators, so that every SDK reads a value alike, decided here by
//! looking at the value once. `document::guards` recognises them.

use serde_json::Value;

use super::Env;
use super::sem_ver;

/// What a guard asks of a top-level attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guard {
    /// Is it a number?
    Number,
    /// Is it a text that is not empty?
    FilledText,
    /// Is it a text that every SDK reads as the same version?
    Version,
}

/// The longest text, in UTF-16 units, that the guard takes for a version.
pub(crate) const MAX_VERSION_LENGTH: usize = 250;

pub(crate) fn holds(guard: Guard, name: &str, env: &Env<'_>) -> bool {
    match (guard, env.context.get(name)) {
        (Guard::Number, Some(Value::Number(_))) => true,
        (Guard::FilledText, Some(Value::String(text))) => !text.is_empty(),
        // A version is ASCII, so its bytes are its units.
        (Guard::Version, Some(Value::String(text))) => {
            text.len() <= MAX_VERSION_LENGTH && !text.starts_with('V') && sem_ver::is_version(text)
        }
        (Guard::Number | Guard::FilledText | Guard::Version, _) => false,
    }
}
