//! Evaluation: a flag, a context and a time in; OpenFeature's details out.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::context::Context;
use crate::document::{Document, Flag, Metadata, Targeting, Variant};
use crate::operator::{self, BUDGET, Env, Expr, Scope, logic};
use crate::value::Val;

/// The time of an evaluation, which rules read as `$flagd.timestamp`: whole seconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At(i64);

impl At {
    /// A time given in seconds since 1970-01-01 UTC.
    pub const fn unix(seconds: i64) -> Self {
        Self(seconds)
    }

    /// The time of the system clock: what services pass. Nothing else in this crate reads a clock.
    pub fn system_clock() -> Self {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Self(i64::try_from(seconds).unwrap_or(i64::MAX))
    }

    /// Seconds since 1970-01-01 UTC.
    pub const fn unix_seconds(self) -> i64 {
        self.0
    }
}

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

    fn without_value(reason: Reason, metadata: &'a Metadata) -> Self {
        Self { value: None, variant: None, reason, error_code: None, error_message: None, metadata }
    }

    fn error(code: ErrorCode, message: impl Into<Cow<'a, str>>, metadata: &'a Metadata) -> Self {
        Self {
            error_code: Some(code),
            error_message: Some(message.into()),
            ..Self::without_value(Reason::Error, metadata)
        }
    }
}

impl<'a> Details<'a, &'a Value> {
    /// Reads the value as another type.
    fn typed<T>(self, name: &str, read: impl FnOnce(&'a Value) -> Option<T>) -> Details<'a, T> {
        let Self { value, variant, reason, error_code, error_message, metadata } = self;
        let value = value.map(read);
        if matches!(value, Some(None)) {
            let variant = variant.unwrap_or_default();
            let message = format!("the value of variant `{variant}` is not {name}");
            return Details::error(ErrorCode::TypeMismatch, message, metadata);
        }
        Details { value: value.flatten(), variant, reason, error_code, error_message, metadata }
    }
}

/// What decided an evaluation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Trace {
    /// Where the rule is an `if`: the place of the pair whose condition held; the number of pairs where none did.
    pub branch: Option<usize>,
    /// Every split that found a bucket, in the order of evaluation.
    pub buckets: Vec<BucketTrace>,
}

/// How a split decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketTrace {
    /// The murmur3 hash.
    pub hash: u32,
    /// The bucket, below `total_weight`.
    pub bucket: u64,
    /// The sum of all weights.
    pub total_weight: u64,
    /// The buckets of the variant that was served.
    pub interval: Range<u64>,
}

/// Evaluates the flags of a document.
///
/// ```
/// use flagc_runtime::{At, Context, Document, Evaluator, Reason};
///
/// let document = Document::from_bytes(br#"{"flags": {"dark": {
///     "state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
///     "targeting": {"if": [{"===": [{"var": "country"}, "DE"]}, "on"]}
/// }}}"#)?;
/// let evaluator = Evaluator::new(document);
///
/// let details = evaluator.boolean("dark", &Context::new().set("country", "DE"), At::system_clock());
/// assert_eq!(details.variant, Some("on"));
/// assert_eq!(details.reason, Reason::TargetingMatch);
/// assert!(details.unwrap_or(false));
/// # Ok::<(), flagc_runtime::DocumentError>(())
/// ```
///
/// A clone shares the compiled document.
#[derive(Clone, Debug)]
pub struct Evaluator {
    document: Arc<Document>,
}

impl Evaluator {
    /// An evaluator of that document.
    pub fn new(document: Document) -> Self {
        Self::shared(Arc::new(document))
    }

    pub(crate) fn shared(document: Arc<Document>) -> Self {
        Self { document }
    }

    /// The document.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// All flags, sorted by key.
    pub fn flags(&self) -> impl ExactSizeIterator<Item = &Flag> {
        self.document.flags()
    }

    /// Evaluates a flag of any type.
    pub fn resolve(&self, flag: &str, context: &Context, at: At) -> Details<'_, &Value> {
        self.evaluate(flag, context, at, None)
    }

    /// Evaluates a flag of any type and says what decided.
    pub fn resolve_traced(&self, flag: &str, context: &Context, at: At) -> (Details<'_, &Value>, Trace) {
        let trace = RefCell::new(Trace::default());
        let details = self.evaluate(flag, context, at, Some(&trace));
        (details, trace.into_inner())
    }

    /// Evaluates a flag whose values are booleans.
    pub fn boolean(&self, flag: &str, context: &Context, at: At) -> Details<'_, bool> {
        self.resolve(flag, context, at).typed("a boolean", Value::as_bool)
    }

    /// Evaluates a flag whose values are texts.
    pub fn string(&self, flag: &str, context: &Context, at: At) -> Details<'_, &str> {
        self.resolve(flag, context, at).typed("a string", Value::as_str)
    }

    /// Evaluates a flag whose values are whole numbers; `1.0` is one.
    pub fn integer(&self, flag: &str, context: &Context, at: At) -> Details<'_, i64> {
        self.resolve(flag, context, at).typed("an integer", as_integer)
    }

    /// Evaluates a flag whose values are numbers.
    pub fn float(&self, flag: &str, context: &Context, at: At) -> Details<'_, f64> {
        self.resolve(flag, context, at).typed("a number", Value::as_f64)
    }

    /// Evaluates a flag whose values are objects or lists.
    pub fn object(&self, flag: &str, context: &Context, at: At) -> Details<'_, &Value> {
        let is_structure = |value: &Value| value.is_object() || value.is_array();
        self.resolve(flag, context, at)
            .typed("an object or a list", |value| is_structure(value).then_some(value))
    }

    fn evaluate<'a, 'c>(
        &'a self,
        key: &str,
        context: &'c Context,
        at: At,
        trace: Option<&'c RefCell<Trace>>,
    ) -> Details<'a, &'a Value> {
        let Some(flag) = self.document.flag(key) else {
            let message = format!("flag `{key}` is not in the document");
            return Details::error(ErrorCode::FlagNotFound, message, &self.document.metadata);
        };
        if !flag.enabled {
            return Details::without_value(Reason::Disabled, &flag.metadata);
        }
        match &flag.targeting {
            Targeting::None => serve_default(flag, Reason::Static),
            Targeting::Invalid(message) => Details::error(ErrorCode::ParseError, message, &flag.metadata),
            Targeting::Rule(rule) => {
                let env = Env {
                    context,
                    flag: &flag.key,
                    at,
                    generation: self.document.generation,
                    failed: Cell::new(false),
                    budget: Cell::new(BUDGET),
                    trace,
                };
                let result = decide(rule, &env);
                if env.failed.get() {
                    let message = "the rule divides by zero, or builds a value beyond all bounds";
                    return Details::error(ErrorCode::General, message, &flag.metadata);
                }
                serve(flag, &result)
            }
        }
    }
}

fn decide<'a>(rule: &'a Expr, env: &Env<'a>) -> Val<'a> {
    match (rule, env.trace) {
        (Expr::If(args), Some(trace)) => {
            let (branch, value) = logic::branch(args, env, Scope::Root);
            trace.borrow_mut().branch = Some(branch);
            value
        }
        _ => operator::eval(rule, env, Scope::Root),
    }
}

/// The variant that a rule's result names: a text, or the text of a boolean or a number. `null` names the default.
fn serve<'a>(flag: &'a Flag, result: &Val) -> Details<'a, &'a Value> {
    let name = match result {
        Val::Null => return serve_default(flag, Reason::Default),
        Val::Text(name) => Cow::Borrowed(name.as_ref()),
        Val::Bool(true) => Cow::Borrowed("true"),
        Val::Bool(false) => Cow::Borrowed("false"),
        Val::Number(_) => result.to_text(),
        Val::List(_) | Val::Object(_) => {
            let message = "the rule's result is a list or an object, which names no variant";
            return Details::error(ErrorCode::General, message, &flag.metadata);
        }
    };
    if let Some(variant) = flag.variant(&name) {
        return serve_variant(flag, variant, Reason::TargetingMatch);
    }
    let message = format!("the rule's result `{name}` is not among the variants");
    Details::error(ErrorCode::General, message, &flag.metadata)
}

fn serve_default(flag: &Flag, reason: Reason) -> Details<'_, &Value> {
    match flag.default.and_then(|index| flag.variants.get(index)) {
        Some(variant) => serve_variant(flag, variant, reason),
        None => Details::without_value(Reason::Default, &flag.metadata),
    }
}

fn serve_variant<'a>(flag: &'a Flag, variant: &'a Variant, reason: Reason) -> Details<'a, &'a Value> {
    Details {
        value: Some(&variant.value),
        variant: Some(&variant.name),
        reason,
        error_code: None,
        error_message: None,
        metadata: &flag.metadata,
    }
}

fn as_integer(value: &Value) -> Option<i64> {
    const TWO_63: f64 = 9_223_372_036_854_775_808.0;
    #[expect(clippy::cast_possible_truncation, reason = "whole and in range")]
    let whole = |n: f64| (n.fract() == 0.0 && (-TWO_63..TWO_63).contains(&n)).then_some(n as i64);
    value.as_i64().or_else(|| value.as_f64().and_then(whole))
}
