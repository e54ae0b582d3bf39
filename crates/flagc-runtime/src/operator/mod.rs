//! The typed decision form of targeting, one file an operator family, and the walk that evaluates it. Nothing here
//! fails: an operator that cannot answer says `null`, as flagd's documentation asks for.

pub(crate) mod arithmetic;
pub(crate) mod compare;
pub(crate) mod data;
pub(crate) mod fractional;
pub(crate) mod guard;
pub(crate) mod list;
pub(crate) mod logic;
pub(crate) mod sem_ver;
pub(crate) mod text;

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::sync::Arc;

use serde_json::Value;

use crate::bucket::Generation;
use crate::context::{Context, Name};
use crate::evaluate::{At, Trace};
use crate::value::{self, List, Number, Val};

/// A compiled rule.
#[derive(Debug)]
pub(crate) enum Expr {
    /// A text that stands for itself.
    Text(Arc<str>),
    /// A list of such texts.
    Texts(Box<[Arc<str>]>),
    /// Any other value that stands for itself.
    Literal(Value),
    /// A list whose items are rules.
    List(Box<[Expr]>),
    /// `{"var": "$flagd.flagKey"}`
    FlagKey,
    /// `{"var": "$flagd.timestamp"}`
    Timestamp,
    /// `var` of a top-level attribute, without a default.
    Attribute(Name),
    Var(data::Var),
    /// `var` whose path is itself a rule.
    VarComputed(Box<[Expr]>),
    Missing(Box<[Expr]>),
    MissingSome(Box<[Expr]>),
    If(Box<[Expr]>),
    And(Box<[Expr]>),
    Or(Box<[Expr]>),
    Not(Box<Expr>),
    Truthy(Box<Expr>),
    Compare(compare::Comparison, Box<[Expr]>),
    Arithmetic(arithmetic::Operation, Box<[Expr]>),
    Cat(Box<[Expr]>),
    Substr(Box<[Expr]>),
    Affix(text::Affix, Box<[Expr]>),
    SemVer(Box<[Expr]>),
    In(Box<[Expr]>),
    Merge(Box<[Expr]>),
    Iterate(list::Iteration, Box<[Expr]>),
    Reduce(Box<[Expr]>),
    Fractional(Box<fractional::Fractional>),
    /// A guard that `flagc build` writes, on a top-level attribute.
    Guard(guard::Guard, Name),
    /// `log` answers with its argument; this library writes to nowhere.
    Log(Box<Expr>),
}

/// What a rule may look at beside its arguments, and what it may leave behind.
pub(crate) struct Env<'a> {
    pub(crate) context: &'a Context,
    pub(crate) flag: &'a str,
    pub(crate) at: At,
    pub(crate) generation: Generation,
    /// Set where flagd's SDKs give up: division by zero, and a rule that builds more than its budget.
    pub(crate) failed: Cell<bool>,
    /// How many items and bytes the operators may still make: a small rule can ask for an exponential value.
    pub(crate) budget: Cell<usize>,
    pub(crate) trace: Option<&'a RefCell<Trace>>,
}

/// Items and bytes that one evaluation may build or walk over.
pub(crate) const BUDGET: usize = 1 << 18;

/// The data that `var` reads: the context, or what an iteration puts in its place.
#[derive(Clone, Copy)]
pub(crate) enum Scope<'s, 'a> {
    Root,
    Item(&'s Val<'a>),
    Fold { accumulator: &'s Val<'a>, current: &'s Val<'a> },
}

impl Env<'_> {
    /// Takes `amount` from the budget; false, and the evaluation fails, once it is spent.
    pub(crate) fn spend(&self, amount: usize) -> bool {
        let left = self.budget.get().checked_sub(amount);
        self.budget.set(left.unwrap_or(0));
        if left.is_none() {
            self.failed.set(true);
        }
        left.is_some()
    }
}

/// Evaluates one rule.
pub(crate) fn eval<'a>(expr: &'a Expr, env: &Env<'a>, scope: Scope<'_, 'a>) -> Val<'a> {
    match expr {
        Expr::Text(text) => Val::Text(Cow::Borrowed(text)),
        Expr::Texts(texts) => Val::List(List::Texts(texts)),
        Expr::Literal(value) => Val::from(value),
        Expr::List(items) => list::build(items, env, scope),
        Expr::FlagKey => Val::Text(Cow::Borrowed(env.flag)),
        Expr::Timestamp => Val::Number(Number::Signed(env.at.unix_seconds())),
        Expr::Attribute(name) => env.context.read(name).map_or(Val::Null, Val::from),
        Expr::Var(var) => data::var(var, env, scope),
        Expr::VarComputed(args) => data::var_computed(args, env, scope),
        Expr::Missing(args) => data::missing(args, env, scope),
        Expr::MissingSome(args) => data::missing_some(args, env, scope),
        Expr::If(args) => logic::branch(args, env, scope).1,
        Expr::And(args) => logic::and(args, env, scope),
        Expr::Or(args) => logic::or(args, env, scope),
        Expr::Not(arg) => Val::Bool(!holds(arg, env, scope)),
        Expr::Truthy(arg) => Val::Bool(holds(arg, env, scope)),
        Expr::Compare(comparison, args) => Val::Bool(compare::compare(*comparison, args, env, scope)),
        Expr::Arithmetic(operation, args) => Val::float(arithmetic::compute(*operation, args, env, scope)),
        Expr::Cat(args) => text::cat(args, env, scope),
        Expr::Substr(args) => text::substr(args, env, scope),
        Expr::Affix(affix, args) => text::has_affix(*affix, args, env, scope).map_or(Val::Null, Val::Bool),
        Expr::SemVer(args) => sem_ver::sem_ver(args, env, scope),
        Expr::In(args) => Val::Bool(list::contains(args, env, scope)),
        Expr::Merge(args) => list::merge(args, env, scope),
        Expr::Iterate(iteration, args) => list::iterate(*iteration, args, env, scope),
        Expr::Reduce(args) => list::reduce(args, env, scope),
        Expr::Fractional(fractional) => fractional::fractional(fractional, env, scope),
        Expr::Guard(guard, name) => Val::Bool(guard::holds(*guard, name, env)),
        Expr::Log(arg) => eval(arg, env, scope),
    }
}

/// Whether a rule's value is true: the same as its truth, without making the value where that can be saved.
pub(crate) fn holds<'a>(expr: &'a Expr, env: &Env<'a>, scope: Scope<'_, 'a>) -> bool {
    match expr {
        Expr::And(args) if !args.is_empty() => args.iter().all(|arg| holds(arg, env, scope)),
        Expr::Or(args) => args.iter().any(|arg| holds(arg, env, scope)),
        Expr::If(args) => logic::branch_holds(args, env, scope),
        Expr::Not(arg) => !holds(arg, env, scope),
        Expr::Truthy(arg) => holds(arg, env, scope),
        Expr::Compare(comparison, args) => compare::compare(*comparison, args, env, scope),
        Expr::In(args) => list::contains(args, env, scope),
        Expr::Guard(guard, name) => guard::holds(*guard, name, env),
        Expr::Affix(affix, args) => text::has_affix(*affix, args, env, scope) == Some(true),
        other => eval(other, env, scope).is_truthy(),
    }
}

impl Expr {
    /// The value of an expression that stands for itself.
    pub(crate) fn to_literal(&self) -> Option<Value> {
        match self {
            Self::Text(text) => Some(Value::from(&**text)),
            Self::Texts(texts) => Some(texts.iter().map(|text| Value::from(&**text)).collect()),
            Self::Literal(value) => Some(value.clone()),
            _ => None,
        }
    }
}

/// A value as it stands in the context or the document.
#[derive(Clone, Copy)]
pub(crate) enum Plain<'a> {
    Text(&'a str),
    /// Anything but a text.
    Json(&'a Value),
}

impl Plain<'_> {
    /// `===`
    pub(crate) fn strict_equals(self, other: Self) -> bool {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => value::same_text(a, b),
            (Self::Json(a), Self::Json(b)) => value::strict_equals_json(a, b),
            (Self::Text(_), Self::Json(_)) | (Self::Json(_), Self::Text(_)) => false,
        }
    }
}

impl<'a> From<&'a Value> for Plain<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::String(text) => Self::Text(text),
            other => Self::Json(other),
        }
    }
}

/// What an argument stands for, where that is a constant or a top-level attribute: most are.
pub(crate) fn plain<'a>(expr: &'a Expr, env: &Env<'a>) -> Option<Plain<'a>> {
    match expr {
        Expr::Text(text) => Some(Plain::Text(text)),
        Expr::Literal(value) => Some(Plain::from(value)),
        Expr::Attribute(name) => Some(env.context.read(name).map_or(Plain::Json(&Value::Null), Plain::from)),
        _ => None,
    }
}

/// The number that an expression stands for, where that is a number whatever happens: nothing has been evaluated where
/// there is none.
pub(crate) fn double<'a>(expr: &'a Expr, env: &Env<'a>, scope: Scope<'_, 'a>) -> Option<f64> {
    match expr {
        Expr::Literal(value) => value.as_f64(),
        Expr::Attribute(name) => env.context.read(name)?.as_f64(),
        Expr::Arithmetic(operation, args) => Some(arithmetic::compute(*operation, args, env, scope)),
        _ => None,
    }
}

/// The value of the argument at `index`; `null` where there is none.
pub(crate) fn arg<'a>(args: &'a [Expr], index: usize, env: &Env<'a>, scope: Scope<'_, 'a>) -> Val<'a> {
    args.get(index).map_or(Val::Null, |expr| eval(expr, env, scope))
}

/// A list of borrowed or made items, where `value` is one.
pub(crate) fn as_list<'v, 'a>(value: &'v Val<'a>) -> Option<&'v List<'a>> {
    match value {
        Val::List(list) => Some(list),
        _ => None,
    }
}
