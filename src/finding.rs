//! What the checks have to say: plain data, made by the loader and the rules, printed by the reporters.

use std::fmt;

use crate::source::{FileId, Place, Span};

/// The stable name of a rule in kebab-case, such as `unknown-variant`. An opaque name here: the list of
/// rules lives on top, in `rules`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(pub &'static str);

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// How much a finding weighs, in rising order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Shown; the exit code stays 0 unless warnings are denied.
    Warning,
    /// Shown; the exit code is 1.
    Error,
}

impl Severity {
    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A second place that explains the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// What stands there.
    pub message: String,
    /// Where.
    pub place: Place,
}

/// One thing that is wrong, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which rule speaks.
    pub rule: RuleId,
    /// How much it weighs; set from the rule's default and the workspace's `[lints]` in `rule::settle`.
    pub severity: Severity,
    /// What is wrong: one line, lower case, no full stop, the user's words in backticks.
    pub message: String,
    /// A few words that stand under the marked text.
    pub label: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// The flag it is about.
    pub flag: Option<String>,
    /// The environment it is about, where only one is.
    pub environment: Option<String>,
    /// The text it is about.
    pub place: Place,
    /// Other places that explain it.
    pub related: Vec<Related>,
}

impl Finding {
    /// A finding at error level; `rule::settle` gives it the level that its rule and the workspace say.
    pub fn new(rule: RuleId, file: FileId, span: Span, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity: Severity::Error,
            message: message.into(),
            label: None,
            help: None,
            flag: None,
            environment: None,
            place: Place { file, span },
            related: Vec::new(),
        }
    }

    /// Adds the words that stand under the marked text.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Adds the advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Names the flag it is about.
    #[must_use]
    pub fn flag(mut self, flag: impl Into<String>) -> Self {
        self.flag = Some(flag.into());
        self
    }

    /// The files that it points into.
    pub fn files(&self) -> impl Iterator<Item = FileId> {
        std::iter::once(self.place)
            .chain(self.related.iter().map(|related| related.place))
            .map(|place| place.file)
    }

    /// Names the one environment it is about.
    #[must_use]
    pub fn environment(mut self, environment: impl Into<String>) -> Self {
        self.environment = Some(environment.into());
        self
    }

    /// Adds a second place.
    #[must_use]
    pub fn related(mut self, place: Place, message: impl Into<String>) -> Self {
        self.related.push(Related { message: message.into(), place });
        self
    }
}

/// Sorts findings by file, place, rule and message, and drops exact repetitions, so that the order never
/// depends on threads.
pub fn sort(findings: &mut Vec<Finding>) {
    findings.sort_by(|a, b| {
        (a.place, a.rule, &a.message, &a.environment).cmp(&(b.place, b.rule, &b.message, &b.environment))
    });
    findings.dedup();
}
