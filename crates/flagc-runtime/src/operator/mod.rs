//! The typed decision form of targeting, one file an operator family, and the walk that evaluates it. Nothing here
//! fails: an operator that cannot answer says `null`, as flagd's documentation asks for.

pub(crate) mod arithmetic;
pub(crate) mod compare;
pub(crate) mod data;
pub(crate) mod fractional;
pub(crate) mod guard;
pub(crate) mod list;
pub(crate) mod logic;
pub(crate) mod program;
mod rules;
pub(crate) mod sem_ver;
pub(crate) mod test;
pub(crate) mod text;

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use serde_json::Value;

pub(crate) use rules::{Place, Rules, Run, Text, Texts};

use crate::bucket::Generation;
use crate::context::Context;
use crate::evaluate::{At, Trace};
use crate::value::{self, List, Number, Val};

/// A compiled rule, or a part of one; what belongs to it lies in [`Rules`].
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expr {
    /// A text that stands for itself.
    Text(Text),
    /// A list of such texts.
    Texts(Run),
    /// Any other value that stands for itself.
    Literal(Place),
    /// A list whose items are rules.
    List(Run),
    /// `{"var": "$flagd.flagKey"}`
    FlagKey,
    /// `{"var": "$flagd.timestamp"}`
    Timestamp,
    /// `var` of a top-level attribute, without a default.
    Attribute(Place),
    Var(Place),
    /// `var` whose path is itself a rule.
    VarComputed(Run),
    Missing(Run),
    MissingSome(Run),
    If(Run),
    And(Run),
    Or(Run),
    Not(Run),
    Truthy(Run),
    Compare(compare::Comparison, Run),
    Arithmetic(arithmetic::Operation, Run),
    Cat(Run),
    Substr(Run),
    Affix(text::Affix, Run),
    SemVer(Run),
    In(Run),
    Merge(Run),
    Iterate(list::Iteration, Run),
    Reduce(Run),
    Fractional(Place),
    /// A guard that `flagc build` writes, on a top-level attribute.
    Guard(guard::Guard, Place),
    /// A question about a top-level attribute.
    Test(test::Test, Place),
    /// `log` answers with its argument; this library writes to nowhere.
    Log(Run),
}

/// What a rule may look at beside its arguments, and what it may leave behind.
pub(crate) struct Env<'a> {
    pub(crate) rules: &'a Rules,
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

impl<'a> Env<'a> {
    /// The value of a top-level attribute.
    #[inline]
    pub(crate) fn attribute(&self, name: Place) -> Option<&'a Value> {
        let name = self.rules.name(name)?;
        self.context.read(name.mark, name.slot, || self.rules.text(name.text))
    }

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
    let of = |run: &Run| env.rules.exprs(*run);
    match expr {
        Expr::Text(text) => Val::Text(Cow::Borrowed(env.rules.text(*text))),
        Expr::Texts(run) => Val::List(List::Texts(env.rules.texts(*run))),
        Expr::Literal(place) => Val::from(env.rules.value(*place)),
        Expr::List(items) => list::build(of(items), env, scope),
        Expr::FlagKey => Val::Text(Cow::Borrowed(env.flag)),
        Expr::Timestamp => Val::Number(Number::Signed(env.at.unix_seconds())),
        Expr::Attribute(name) => env.attribute(*name).map_or(Val::Null, Val::from),
        Expr::Var(place) => env.rules.var(*place).map_or(Val::Null, |var| data::var(var, env, scope)),
        Expr::VarComputed(args) => data::var_computed(of(args), env, scope),
        Expr::Missing(args) => data::missing(of(args), env, scope),
        Expr::MissingSome(args) => data::missing_some(of(args), env, scope),
        Expr::If(args) => logic::branch(of(args), env, scope),
        Expr::And(args) => logic::and(of(args), env, scope),
        Expr::Or(args) => logic::or(of(args), env, scope),
        Expr::Cat(args) => text::cat(of(args), env, scope),
        Expr::Substr(args) => text::substr(of(args), env, scope),
        Expr::Affix(affix, args) => {
            text::has_affix(*affix, of(args), env, scope).map_or(Val::Null, Val::Bool)
        }
        Expr::SemVer(args) => sem_ver::sem_ver(of(args), env, scope),
        Expr::Merge(args) => list::merge(of(args), env, scope),
        Expr::Iterate(iteration, args) => list::iterate(*iteration, of(args), env, scope),
        Expr::Reduce(args) => list::reduce(of(args), env, scope),
        Expr::Arithmetic(operation, args) => {
            Val::float(arithmetic::compute(*operation, of(args), env, scope))
        }
        Expr::Fractional(place) => match env.rules.fractional(*place) {
            Some(fractional) => fractional::fractional(fractional, env, scope),
            None => Val::Null,
        },
        Expr::Test(test, name) => test::eval(*test, *name, env),
        Expr::Log(args) => arg(of(args), 0, env, scope),
        Expr::Not(_) | Expr::Truthy(_) | Expr::Compare(..) | Expr::In(_) | Expr::Guard(..) => {
            Val::Bool(holds(expr, env, scope))
        }
    }
}

/// Whether a rule's value is true: the same as its truth, without making the value where that can be saved.
#[inline]
pub(crate) fn holds<'a>(expr: &'a Expr, env: &Env<'a>, scope: Scope<'_, 'a>) -> bool {
    match expr {
        Expr::Test(test, name) => test::holds(*test, env.attribute(*name), env.rules),
        Expr::Guard(guard, name) => guard::holds(*guard, env.attribute(*name)),
        other => walk(other, env, scope),
    }
}

fn walk<'a>(expr: &'a Expr, env: &Env<'a>, scope: Scope<'_, 'a>) -> bool {
    let of = |run: &Run| env.rules.exprs(*run);
    let first = |run: &Run| of(run).first().is_some_and(|arg| holds(arg, env, scope));
    match expr {
        Expr::And(args) => {
            let args = of(args);
            !args.is_empty() && args.iter().all(|arg| holds(arg, env, scope))
        }
        Expr::Or(args) => of(args).iter().any(|arg| holds(arg, env, scope)),
        Expr::If(args) => logic::branch_holds(of(args), env, scope),
        Expr::Not(arg) => !first(arg),
        Expr::Truthy(arg) => first(arg),
        Expr::Compare(comparison, args) => compare::compare(*comparison, of(args), env, scope),
        Expr::In(args) => list::contains(of(args), env, scope),
        Expr::Guard(guard, name) => guard::holds(*guard, env.attribute(*name)),
        Expr::Affix(affix, args) => text::has_affix(*affix, of(args), env, scope) == Some(true),
        other => eval(other, env, scope).is_truthy(),
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
            (Self::Text(a), Self::Text(b)) => value::same(a.as_bytes(), b.as_bytes()),
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
        Expr::Text(text) => Some(Plain::Text(env.rules.text(*text))),
        Expr::Literal(place) => Some(Plain::from(env.rules.value(*place))),
        Expr::Attribute(name) => Some(env.attribute(*name).map_or(Plain::Json(&Value::Null), Plain::from)),
        _ => None,
    }
}

/// The number that an expression stands for, where that is a number whatever happens: nothing has been evaluated where
/// there is none.
pub(crate) fn double<'a>(expr: &'a Expr, env: &Env<'a>, scope: Scope<'_, 'a>) -> Option<f64> {
    match expr {
        Expr::Literal(place) => env.rules.value(*place).as_f64(),
        Expr::Attribute(name) => env.attribute(*name)?.as_f64(),
        Expr::Arithmetic(operation, args) => {
            Some(arithmetic::compute(*operation, env.rules.exprs(*args), env, scope))
        }
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
