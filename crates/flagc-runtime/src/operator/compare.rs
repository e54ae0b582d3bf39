//! `== != === !== < <= > >=`.

use std::cmp::Ordering;

use super::{Env, Expr, Scope, arg, double, eval, plain};
use crate::value::{self, Val};

/// Which comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    StrictEqual,
    StrictNotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    /// Whether an ordering holds for two that compare so; what cannot be compared has none.
    #[inline]
    pub(crate) fn holds_for(self, order: Option<Ordering>) -> bool {
        order.is_some_and(|order| match self {
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
            Self::Equal | Self::StrictEqual => order.is_eq(),
            Self::NotEqual | Self::StrictNotEqual => order.is_ne(),
        })
    }
}

/// Compares the first two arguments; with a third, an ordering asks whether the second lies between the others.
pub(crate) fn compare<'a>(
    comparison: Comparison,
    args: &'a [Expr],
    env: &Env<'a>,
    scope: Scope<'_, 'a>,
) -> bool {
    if let (Comparison::StrictEqual | Comparison::StrictNotEqual, [a, b]) = (comparison, args)
        && let (Some(a), Some(b)) = (plain(a, env), plain(b, env))
    {
        return a.strict_equals(b) == (comparison == Comparison::StrictEqual);
    }
    let both = |equal: fn(&Val, &Val) -> bool| equal(&arg(args, 0, env, scope), &arg(args, 1, env, scope));
    match comparison {
        Comparison::Equal => both(value::loose_equals),
        Comparison::NotEqual => !both(value::loose_equals),
        Comparison::StrictEqual => both(value::strict_equals),
        Comparison::StrictNotEqual => !both(value::strict_equals),
        Comparison::Less | Comparison::LessOrEqual | Comparison::Greater | Comparison::GreaterOrEqual => {
            between(comparison, args, env, scope)
        }
    }
}

fn between<'a>(comparison: Comparison, args: &'a [Expr], env: &Env<'a>, scope: Scope<'_, 'a>) -> bool {
    let operand = |index| match args.get(index).map(|expr| (double(expr, env, scope), expr)) {
        Some((Some(double), _)) => Operand::Double(double),
        Some((None, expr)) => Operand::Value(eval(expr, env, scope)),
        None => Operand::Value(Val::Null),
    };
    let (a, b) = (operand(0), operand(1));
    comparison.holds_for(a.order(&b)) && (args.len() < 3 || comparison.holds_for(b.order(&operand(2))))
}

/// One side of an ordering. Numbers, which most are, need not become values.
enum Operand<'a> {
    Double(f64),
    Value(Val<'a>),
}

impl Operand<'_> {
    fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Double(a), Self::Double(b)) => a.partial_cmp(b),
            (Self::Double(a), Self::Value(b)) => value::order(&Val::float(*a), b),
            (Self::Value(a), Self::Double(b)) => value::order(a, &Val::float(*b)),
            (Self::Value(a), Self::Value(b)) => value::order(a, b),
        }
    }
}
