//! From what is written to what is meant: names are looked up, conditions are typed, defaults are filled in.

mod condition;
mod config;
mod flag;
mod others;
mod serve;

pub use config::config;
pub use flag::flag;
pub use others::{deployment, release, segment, service};

use ecow::EcoString;

use crate::finding::{Finding, RuleId};
use crate::model::{Config, EnvironmentId, SegmentId};
use crate::source::{FileId, Span};

/// What names in a file can refer to, known before the file is read.
pub struct Names<'c> {
    /// The settings: environments and attributes.
    pub config: &'c Config,
    /// The segments, sorted.
    pub segments: Vec<EcoString>,
}

impl Names<'_> {
    fn segment_id(&self, name: &str) -> Option<SegmentId> {
        let index = self.segments.binary_search_by(|segment| segment.as_str().cmp(name)).ok()?;
        u32::try_from(index).ok().map(SegmentId)
    }
}

/// Whether a text can name a service, a segment, a release or an environment.
pub fn is_name(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

/// Whether a text can be the key of a flag.
pub fn is_flag_key(text: &str) -> bool {
    text.len() <= 128
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

/// Names that every JavaScript object has by birth: as an attribute or a variant they would be there without
/// anybody having set them.
const BORN_NAMES: [&str; 12] = [
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "toString",
    "valueOf",
];

/// Whether every JavaScript object has something of that name by birth.
pub fn is_born(name: &str) -> bool {
    BORN_NAMES.contains(&name)
}

/// Where a resolver is, and what it has found so far.
struct Scope<'r, 'c> {
    names: &'r Names<'c>,
    file: FileId,
    /// The environment whose part of the file is being read, if it is one's.
    environment: Option<EnvironmentId>,
    /// Where an error keeps the flag from being compiled; `None` is everywhere.
    broken: Vec<Option<EnvironmentId>>,
    findings: &'r mut Vec<Finding>,
}

impl Scope<'_, '_> {
    /// Reports something that keeps this part of the file from being compiled.
    fn error(&mut self, rule: &'static str, span: Span, message: impl Into<String>, help: Option<String>) {
        self.broken.push(self.environment);
        self.note(rule, span, message, help);
    }

    /// Reports something that does not keep the flag from being compiled.
    fn note(&mut self, rule: &'static str, span: Span, message: impl Into<String>, help: Option<String>) {
        let mut finding = Finding::new(RuleId(rule), self.file, span, message);
        finding.help = help;
        finding.environment =
            self.environment.map(|id| self.names.config.environment(id).name.value.to_string());
        self.findings.push(finding);
    }
}
