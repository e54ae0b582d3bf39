//! `== != === !== < <= > >=`.

use std::cmp::Ordering;

use super::{Env, Expr, Scope, arg, plain};
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
    let a = arg(args, 0, env, scope);
    let b = arg(args, 1, env, scope);
    let between = |holds: fn(Ordering) -> bool| {
        ordered(&a, &b, holds) && args.get(2).is_none_or(|_| ordered(&b, &arg(args, 2, env, scope), holds))
    };
    match comparison {
        Comparison::Equal => value::loose_equals(&a, &b),
        Comparison::NotEqual => !value::loose_equals(&a, &b),
        Comparison::StrictEqual => value::strict_equals(&a, &b),
        Comparison::StrictNotEqual => !value::strict_equals(&a, &b),
        Comparison::Less => between(Ordering::is_lt),
        Comparison::LessOrEqual => between(Ordering::is_le),
        Comparison::Greater => between(Ordering::is_gt),
        Comparison::GreaterOrEqual => between(Ordering::is_ge),
    }
}

fn ordered(a: &Val, b: &Val, holds: fn(Ordering) -> bool) -> bool {
    value::order(a, b).is_some_and(holds)
}
