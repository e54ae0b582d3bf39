//! `if`, `and`, `or`: evaluated only as far as the answer needs, and answering with a value, not with its truth.

use super::{Env, Expr, Scope, arg, eval, holds};
use crate::value::Val;

/// `if`: pairs of a condition and a value, then what stands for none of them. Answers with the number of the pair that
/// decided (the number of pairs where none did) and its value.
pub(crate) fn branch<'a>(args: &'a [Expr], env: &Env<'a>, scope: Scope<'_, 'a>) -> (usize, Val<'a>) {
    let (pairs, rest) = args.as_chunks::<2>();
    for (index, [condition, value]) in pairs.iter().enumerate() {
        if holds(condition, env, scope) {
            return (index, eval(value, env, scope));
        }
    }
    (pairs.len(), arg(rest, 0, env, scope))
}

/// The truth of what `if` answers.
pub(crate) fn branch_holds<'a>(args: &'a [Expr], env: &Env<'a>, scope: Scope<'_, 'a>) -> bool {
    let (pairs, rest) = args.as_chunks::<2>();
    let decided = pairs.iter().find(|[condition, _]| holds(condition, env, scope));
    let answer = decided.map_or(rest.first(), |[_, value]| Some(value));
    answer.is_some_and(|answer| holds(answer, env, scope))
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
