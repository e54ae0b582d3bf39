//! The answer to an evaluation, as OpenFeature has it: a value, and why it was served.

use std::borrow::Cow;
use std::fmt;

use crate::document::Metadata;

/// Why a value was served; OpenFeature specification, section 2.2.5. flagd's SDKs say `TARGETING_MATCH` of a split, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The flag has no rule.
    Static,
    /// The rule named the variant.
    TargetingMatch,
    /// The rule named none, or there is no default variant.
    Default,
    /// The flag is disabled: the caller's own default counts.
    Disabled,
    /// See the error code; the caller's own default counts.
    Error,
}

impl Reason {
    /// The name as OpenFeature writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Static => "STATIC",
            Self::TargetingMatch => "TARGETING_MATCH",
            Self::Default => "DEFAULT",
            Self::Disabled => "DISABLED",
            Self::Error => "ERROR",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What went wrong; OpenFeature specification, section 1.7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// The document has no flag of that key.
    FlagNotFound,
    /// The variant's value has another type than was asked for.
    TypeMismatch,
    /// The flag's rule is not one that flagd knows.
    ParseError,
    /// The rule named a variant that the flag does not have, divided by zero or asked for too much.
    General,
}

impl ErrorCode {
    /// The name as OpenFeature writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FlagNotFound => "FLAG_NOT_FOUND",
            Self::TypeMismatch => "TYPE_MISMATCH",
            Self::ParseError => "PARSE_ERROR",
            Self::General => "GENERAL",
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The answer to an evaluation.
#[derive(Clone, Debug)]
pub struct Details<'a, T> {
    /// The value; `None` means: use your own default.
    pub value: Option<T>,
    /// The name of the variant that was served.
    pub variant: Option<&'a str>,
    /// Why.
    pub reason: Reason,
    /// Set if and only if `reason` is [`Reason::Error`].
    pub error_code: Option<ErrorCode>,
    /// What went wrong, in words.
    pub error_message: Option<Cow<'a, str>>,
    /// Metadata of the flag over that of the flag set.
    pub metadata: &'a Metadata,
}

impl<'a, T> Details<'a, T> {
    /// The value, or the caller's own default.
    pub fn unwrap_or(self, default: T) -> T {
        self.value.unwrap_or(default)
    }

    /// The same answer with another form of its value.
    pub fn map<U>(self, form: impl FnOnce(T) -> U) -> Details<'a, U> {
        let Self { value, variant, reason, error_code, error_message, metadata } = self;
        Details { value: value.map(form), variant, reason, error_code, error_message, metadata }
    }

    pub(crate) fn without_value(reason: Reason, metadata: &'a Metadata) -> Self {
        Self { value: None, variant: None, reason, error_code: None, error_message: None, metadata }
    }

    pub(crate) fn error(code: ErrorCode, message: impl Into<Cow<'a, str>>, metadata: &'a Metadata) -> Self {
        Self {
            error_code: Some(code),
            error_message: Some(message.into()),
            ..Self::without_value(Reason::Error, metadata)
        }
    }
}
