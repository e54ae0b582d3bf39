//! Lists: literal lists of rules, `in`, `merge`, `map`, `filter`, `all`, `some`, `none`, `reduce`.

use serde_json::Value;

use super::{Env, Expr, Plain, Scope, arg, as_list, eval, holds, plain};
use crate::value::{self, List, Val};

/// Which walk over a list, by what it makes of the items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Iteration {
    Map,
    Filter,
    All,
    Some,
    None,
}

/// A list whose items are rules.
pub(crate) fn build<'a>(items: &'a [Expr], env: &Env<'a>, scope: Scope<'_, 'a>) -> Val<'a> {
    if !env.spend(items.len()) {
        return Val::Null;
    }
    made(items.iter().map(|expr| eval(expr, env, scope)).collect())
}

/// `in`: an item of a list, or a part of a text.
pub(crate) fn contains<'a>(args: &'a [Expr], env: &Env<'a>, scope: Scope<'_, 'a>) -> bool {
    match args {
        [needle, Expr::Texts(run)] => match plain(needle, env) {
            Some(Plain::Text(needle)) => {
                return env.rules.texts(*run).any(|item| value::same(item, needle.as_bytes()));
            }
            Some(Plain::Json(_)) => return false,
            None => {}
        },
        [needle, Expr::Literal(place)] => {
            if let (Value::Array(items), Some(needle)) = (env.rules.value(*place), plain(needle, env)) {
                return items.iter().any(|item| Plain::from(item).strict_equals(needle));
            }
        }
        _ => {}
    }
    let needle = arg(args, 0, env, scope);
    match arg(args, 1, env, scope) {
        Val::List(list) => {
            env.spend(list.len()) && list.iter().any(|item| value::strict_equals(&item, &needle))
        }
        Val::Text(text) => text.contains(needle.to_text().as_ref()),
        Val::Null | Val::Bool(_) | Val::Number(_) | Val::Object(_) => false,
    }
}

/// `merge`: one list of all arguments, those that are lists opened up.
pub(crate) fn merge<'a>(args: &'a [Expr], env: &Env<'a>, scope: Scope<'_, 'a>) -> Val<'a> {
    let mut items = Vec::new();
    for expr in args {
        let value = eval(expr, env, scope);
        if !env.spend(as_list(&value).map_or(1, List::len)) {
            return Val::Null;
        }
        match value {
            Val::List(list) => items.extend(list.iter()),
            value => items.push(value),
        }
    }
    made(items)
}

/// `map`, `filter`, `all`, `some`, `none`: the second argument is evaluated with each item as its data. What is no list
/// counts as an empty one.
pub(crate) fn iterate<'a>(
    iteration: Iteration,
    args: &'a [Expr],
    env: &Env<'a>,
    scope: Scope<'_, 'a>,
) -> Val<'a> {
    let source = arg(args, 0, env, scope);
    let rule = args.get(1);
    let empty = List::Made(Vec::new());
    let list = as_list(&source).unwrap_or(&empty);
    let mut items = list.iter().take_while(|_| env.spend(1));
    let apply = |item: &Val<'a>| rule.map_or(Val::Null, |rule| eval(rule, env, Scope::Item(item)));
    let holds = |item: &Val<'a>| rule.is_some_and(|rule| holds(rule, env, Scope::Item(item)));
    match iteration {
        Iteration::Map => made(items.map(|item| apply(&item)).collect()),
        Iteration::Filter => made(items.filter(|item| holds(item)).collect()),
        Iteration::All => Val::Bool(list.len() > 0 && items.all(|item| holds(&item))),
        Iteration::Some => Val::Bool(items.any(|item| holds(&item))),
        Iteration::None => Val::Bool(!items.any(|item| holds(&item))),
    }
}

/// `reduce`: the rule sees `current` and `accumulator`; the third argument is the accumulator to begin with.
pub(crate) fn reduce<'a>(args: &'a [Expr], env: &Env<'a>, scope: Scope<'_, 'a>) -> Val<'a> {
    let source = arg(args, 0, env, scope);
    let mut accumulator = arg(args, 2, env, scope);
    let (Val::List(list), Some(rule)) = (source, args.get(1)) else { return accumulator };
    for current in list.iter().take_while(|_| env.spend(1)) {
        accumulator = eval(rule, env, Scope::Fold { accumulator: &accumulator, current: &current });
    }
    accumulator
}

fn made(items: Vec<Val<'_>>) -> Val<'_> {
    Val::List(List::Made(items))
}
