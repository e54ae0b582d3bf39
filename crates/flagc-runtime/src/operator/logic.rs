//! `if`, `and`, `or`: evaluated only as far as the answer needs, and answering with a value, not with its truth.

use super::{Env, Expr, Scope, eval, holds};
use crate::value::Val;

/// `if`: pairs of a condition and a value, then what stands for none of them.
pub(crate) fn branch<'a>(args: &'a [Expr], env: &Env<'a>, scope: Scope<'_, 'a>) -> Val<'a> {
    chosen(args, env, scope).1.map_or(Val::Null, |expr| eval(expr, env, scope))
}

/// The number of the pair of an `if` that decides (the number of pairs where none does), and the expression of its value,
/// where it has one.
#[inline]
pub(crate) fn chosen<'a>(args: &'a [Expr], env: &Env<'a>, scope: Scope<'_, 'a>) -> (usize, Option<&'a Expr>) {
    let (pairs, rest) = args.as_chunks::<2>();
    for (index, [condition, value]) in pairs.iter().enumerate() {
        if holds(condition, env, scope) {
            return (index, Some(value));
        }
    }
    (pairs.len(), rest.first())
}

/// The truth of what `if` answers.
pub(crate) fn branch_holds<'a>(args: &'a [Expr], env: &Env<'a>, scope: Scope<'_, 'a>) -> bool {
    chosen(args, env, scope).1.is_some_and(|answer| holds(answer, env, scope))
}

/// `and`: the first value that is not true, or else the last.
pub(crate) fn and<'a>(args: &'a [Expr], env: &Env<'a>, scope: Scope<'_, 'a>) -> Val<'a> {
    first(args, env, scope, false)
}

/// `or`: the first value that is true, or else the last.
pub(crate) fn or<'a>(args: &'a [Expr], env: &Env<'a>, scope: Scope<'_, 'a>) -> Val<'a> {
    first(args, env, scope, true)
}

fn first<'a>(args: &'a [Expr], env: &Env<'a>, scope: Scope<'_, 'a>, wanted: bool) -> Val<'a> {
    let mut value = Val::Null;
    for expr in args {
        value = eval(expr, env, scope);
        if value.is_truthy() == wanted {
            break;
        }
    }
    value
}
