//! Evaluation: a flag, a context and a time in; OpenFeature's details out.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::ops::Range;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::choice::Choice;
use crate::context::Context;
use crate::details::{Details, ErrorCode, Reason};
use crate::document::{Document, Flag, Targeting};
use crate::operator::{BUDGET, Env, Rules};
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
    #[inline]
    pub fn resolve(&self, flag: &str, context: &Context, at: At) -> Details<'_, &Value> {
        self.answer(flag, context, at, None, "a value", Some)
    }

    /// Evaluates a flag of any type and says what decided.
    pub fn resolve_traced(&self, flag: &str, context: &Context, at: At) -> (Details<'_, &Value>, Trace) {
        let trace = RefCell::new(Trace::default());
        let details = self.answer(flag, context, at, Some(&trace), "a value", Some);
        (details, trace.into_inner())
    }

    /// Evaluates a flag whose values are booleans.
    #[inline]
    pub fn boolean(&self, flag: &str, context: &Context, at: At) -> Details<'_, bool> {
        self.answer(flag, context, at, None, "a boolean", Value::as_bool)
    }

    /// Evaluates a flag whose values are texts.
    #[inline]
    pub fn string(&self, flag: &str, context: &Context, at: At) -> Details<'_, &str> {
        self.answer(flag, context, at, None, "a string", Value::as_str)
    }

    /// Evaluates a flag whose values are whole numbers; `1.0` is one.
    pub fn integer(&self, flag: &str, context: &Context, at: At) -> Details<'_, i64> {
        self.answer(flag, context, at, None, "an integer", as_integer)
    }

    /// Evaluates a flag whose values are numbers.
    pub fn float(&self, flag: &str, context: &Context, at: At) -> Details<'_, f64> {
        self.answer(flag, context, at, None, "a number", Value::as_f64)
    }

    /// Evaluates a flag whose values are objects or lists.
    pub fn object(&self, flag: &str, context: &Context, at: At) -> Details<'_, &Value> {
        let structure = |value| Some(value).filter(|value: &&Value| value.is_object() || value.is_array());
        self.answer(flag, context, at, None, "an object or a list", structure)
    }

    /// Evaluates a flag and reads its value as the type `name`. Nothing but the answer is made here, in the caller's place;
    /// what takes words is left to a function of its own.
    #[inline]
    fn answer<'a, T>(
        &'a self,
        key: &str,
        context: &Context,
        at: At,
        trace: Option<&RefCell<Trace>>,
        name: &'static str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Details<'a, T> {
        let (flag, choice) = self.choose(key, context, at, trace);
        if let Some(flag) = flag
            && let Some(variant) = choice.variant(flag)
            && let Some(value) = read(&variant.value)
        {
            return Details {
                value: Some(value),
                variant: Some(&variant.name),
                reason: choice.reason(),
                error_code: None,
                error_message: None,
                metadata: &flag.metadata,
            };
        }
        match flag {
            Some(flag) => self.without_value(flag, choice, context, at, name),
            None => self.without_flag(key),
        }
        .map(|never| match never {})
    }

    /// The flag of that key, and what is decided on it: small enough for registers. Each way ends in one call or none.
    #[inline(never)]
    fn choose(
        &self,
        key: &str,
        context: &Context,
        at: At,
        trace: Option<&RefCell<Trace>>,
    ) -> (Option<&Flag>, Choice) {
        match self.document.glance(key) {
            Some(flag) => self.choose_of(flag, context, at, trace),
            None => self.choose_long(key, context, at, trace),
        }
    }

    #[inline(never)]
    fn choose_long(
        &self,
        key: &str,
        context: &Context,
        at: At,
        trace: Option<&RefCell<Trace>>,
    ) -> (Option<&Flag>, Choice) {
        match self.document.flag(key) {
            Some(flag) => self.choose_of(flag, context, at, trace),
            None => (None, Choice::REFUSED),
        }
    }

    #[inline]
    fn choose_of<'a>(
        &'a self,
        flag: &'a Flag,
        context: &Context,
        at: At,
        trace: Option<&RefCell<Trace>>,
    ) -> (Option<&'a Flag>, Choice) {
        match flag.settled {
            Some(choice) => (Some(flag), choice),
            None => self.by_rule(flag, context, at, trace),
        }
    }

    #[inline(never)]
    fn by_rule<'a>(
        &'a self,
        flag: &'a Flag,
        context: &Context,
        at: At,
        trace: Option<&RefCell<Trace>>,
    ) -> (Option<&'a Flag>, Choice) {
        let (Targeting::Rule(rule), Some(rules)) = (&flag.targeting, self.document.rules.get(flag.part))
        else {
            return (Some(flag), Choice::REFUSED);
        };
        let env = self.env(flag, rules, context, at, trace);
        (Some(flag), rule.choose(flag, &env))
    }

    fn env<'a>(
        &'a self,
        flag: &'a Flag,
        rules: &'a Rules,
        context: &'a Context,
        at: At,
        trace: Option<&'a RefCell<Trace>>,
    ) -> Env<'a> {
        Env {
            rules,
            context,
            flag: &flag.key,
            at,
            generation: self.document.generation,
            failed: Cell::new(false),
            budget: Cell::new(BUDGET),
            trace,
        }
    }

    #[cold]
    fn without_flag(&self, key: &str) -> Details<'_, Infallible> {
        let message = format!("flag `{key}` is not in the document");
        Details::error(ErrorCode::FlagNotFound, message, &self.document.metadata)
    }

    /// The answer where there is no value of the type `name`. A rule that was refused is evaluated once more for the reason.
    #[cold]
    fn without_value<'a>(
        &'a self,
        flag: &'a Flag,
        choice: Choice,
        context: &Context,
        at: At,
        name: &str,
    ) -> Details<'a, Infallible> {
        if let Some(variant) = choice.variant(flag) {
            let message = format!("the value of variant `{}` is not {name}", variant.name);
            return Details::error(ErrorCode::TypeMismatch, message, &flag.metadata);
        }
        match (choice.reason(), &flag.targeting, self.document.rules.get(flag.part)) {
            (Reason::Error, Targeting::Invalid(message), _) => {
                Details::error(ErrorCode::ParseError, message, &flag.metadata)
            }
            (Reason::Error, Targeting::Rule(rule), Some(rules)) => {
                let env = self.env(flag, rules, context, at, None);
                let result = rule.value(&env);
                let message = match result {
                    _ if env.failed.get() => {
                        "the rule divides by zero, or builds a value beyond all bounds".into()
                    }
                    Val::List(_) | Val::Object(_) => {
                        "the rule's result is a list or an object, which names no variant".into()
                    }
                    named => format!("the rule's result `{}` is not among the variants", named.to_text()),
                };
                Details::error(ErrorCode::General, message, &flag.metadata)
            }
            (reason, ..) => Details::without_value(reason, &flag.metadata),
        }
    }
}

fn as_integer(value: &Value) -> Option<i64> {
    const TWO_63: f64 = 9_223_372_036_854_775_808.0;
    #[expect(clippy::cast_possible_truncation, reason = "whole and in range")]
    let whole = |n: f64| (n.fract() == 0.0 && (-TWO_63..TWO_63).contains(&n)).then_some(n as i64);
    value.as_i64().or_else(|| value.as_f64().and_then(whole))
}
