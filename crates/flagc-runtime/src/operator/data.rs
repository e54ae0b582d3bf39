//! `var`, `missing`, `missing_some`: reading the context, or the item that an iteration stands on.

use std::borrow::Cow;

use serde_json::Value;

use super::{Env, Expr, Scope, arg, eval};
use crate::json::{Node, View};
use crate::value::{List, Number, Object, Val};

/// `var` with a constant path.
#[derive(Debug)]
pub(crate) struct Var {
    /// The path's segments; none means the data as a whole.
    pub(crate) path: Box<[Box<str>]>,
    pub(crate) default: Option<Expr>,
}

/// The name under which flagd puts its own properties into the context.
pub(crate) const FLAGD: &str = "$flagd";

/// `var`: what stands at the path, or the default where that is missing or `null`.
pub(crate) fn var<'a>(var: &'a Var, env: &Env<'a>, scope: Scope<'_, 'a>) -> Val<'a> {
    or_default(lookup(var.path.iter().map(AsRef::as_ref), env, scope), var.default.as_ref(), env, scope)
}

/// `var` with a path that is computed: a text or a number.
pub(crate) fn var_computed<'a>(args: &'a [Expr], env: &Env<'a>, scope: Scope<'_, 'a>) -> Val<'a> {
    let key = arg(args, 0, env, scope);
    or_default(lookup_key(&key, env, scope), args.get(1), env, scope)
}

fn or_default<'a>(
    found: Option<Val<'a>>,
    default: Option<&'a Expr>,
    env: &Env<'a>,
    scope: Scope<'_, 'a>,
) -> Val<'a> {
    match found {
        None | Some(Val::Null) => default.map_or(Val::Null, |expr| eval(expr, env, scope)),
        Some(value) => value,
    }
}

/// `missing`: those of the paths at which nothing stands, or `null`, or `""`.
pub(crate) fn missing<'a>(args: &'a [Expr], env: &Env<'a>, scope: Scope<'_, 'a>) -> Val<'a> {
    let first = arg(args, 0, env, scope);
    let keys = match first {
        Val::List(list) => list,
        first => {
            let rest = args.iter().skip(1).map(|expr| eval(expr, env, scope));
            List::Made(args.first().map(|_| first).into_iter().chain(rest).collect())
        }
    };
    Val::List(List::Made(missing_keys(&keys, env, scope)))
}

/// `missing_some`: nothing where at least as many paths as needed are there, else those that are missing.
pub(crate) fn missing_some<'a>(args: &'a [Expr], env: &Env<'a>, scope: Scope<'_, 'a>) -> Val<'a> {
    let needed = arg(args, 0, env, scope).to_number();
    let Val::List(keys) = arg(args, 1, env, scope) else { return Val::List(List::Made(Vec::new())) };
    let missing = missing_keys(&keys, env, scope);
    #[expect(clippy::cast_precision_loss, reason = "the budget keeps lists far below 2^53")]
    let present = (keys.len() - missing.len()) as f64;
    Val::List(List::Made(if present >= needed { Vec::new() } else { missing }))
}

fn missing_keys<'a>(keys: &List<'a>, env: &Env<'a>, scope: Scope<'_, 'a>) -> Vec<Val<'a>> {
    let absent = |key: &Val<'a>| match lookup_key(key, env, scope) {
        None | Some(Val::Null) => true,
        Some(Val::Text(text)) => text.is_empty(),
        Some(_) => false,
    };
    keys.iter().take_while(|_| env.spend(1)).filter(absent).collect()
}

fn lookup_key<'a>(key: &Val<'a>, env: &Env<'a>, scope: Scope<'_, 'a>) -> Option<Val<'a>> {
    match key {
        Val::Null => lookup([].into_iter(), env, scope),
        key => {
            let path = key.to_text();
            let depth = if path.is_empty() { 0 } else { usize::MAX };
            lookup(path.split('.').take(depth), env, scope)
        }
    }
}

fn lookup<'p, 'a>(
    mut path: impl Iterator<Item = &'p str>,
    env: &Env<'a>,
    scope: Scope<'_, 'a>,
) -> Option<Val<'a>> {
    let mut found = match (scope, path.next()) {
        (Scope::Root | Scope::Fold { .. }, None) => Val::Object(Object::Data),
        (Scope::Root, Some(FLAGD)) => return flagd_property(path.next(), env),
        (Scope::Root, Some(name)) => env.context.get(name).map(Val::from)?,
        (Scope::Item(item), None) => item.clone(),
        (Scope::Item(item), Some(name)) => step(item, name)?,
        (Scope::Fold { accumulator, .. }, Some("accumulator")) => accumulator.clone(),
        (Scope::Fold { current, .. }, Some("current")) => current.clone(),
        (Scope::Fold { .. }, Some(_)) => return None,
    };
    for segment in path {
        found = step(&found, segment)?;
    }
    Some(found)
}

fn flagd_property<'a>(name: Option<&str>, env: &Env<'a>) -> Option<Val<'a>> {
    match name {
        None => Some(Val::Object(Object::Data)),
        Some("flagKey") => Some(Val::Text(Cow::Borrowed(env.flag))),
        Some("timestamp") => Some(Val::Number(Number::Signed(env.at.unix_seconds()))),
        Some(_) => None,
    }
}

/// One step of a path: a key of an object, an index or the `length` of a list or a text.
fn step<'a>(value: &Val<'a>, segment: &str) -> Option<Val<'a>> {
    match value {
        Val::Object(Object::Json(map)) => map.get(segment).map(Val::from),
        Val::List(list) if segment == "length" => Some(length(list.len())),
        Val::List(list) => list.get(index(segment)?),
        Val::Text(text) if segment == "length" => Some(length(text.encode_utf16().count())),
        Val::Text(text) => {
            let character = text.chars().nth(index(segment)?)?;
            Some(Val::Text(Cow::Owned(character.to_string())))
        }
        Val::Null | Val::Bool(_) | Val::Number(_) | Val::Object(Object::Data) => None,
    }
}

fn length<'a>(length: usize) -> Val<'a> {
    Val::Number(Number::Unsigned(length as u64))
}

/// An index in its shortest decimal form.
fn index(segment: &str) -> Option<usize> {
    let plain = segment == "0" || !segment.starts_with(['0', '+']);
    plain.then(|| segment.parse().ok()).flatten()
}

/// Whether a `var` of that text reads a top-level attribute of the context.
pub(crate) fn is_top_level(name: &str) -> bool {
    !name.is_empty() && !name.contains('.') && name != FLAGD
}

/// The constant path of a `var`, where its argument is a text, a number or `null`.
pub(crate) fn constant_path(key: View) -> Option<Box<[Box<str>]>> {
    let text = match key.node() {
        Node::Null => return Some(Box::default()),
        Node::Text(text) => Cow::Borrowed(text.as_ref()),
        Node::Number(number) => Val::from(&Value::Number(number.clone())).to_text().into_owned().into(),
        Node::Bool(true) => Cow::Borrowed("true"),
        Node::Bool(false) => Cow::Borrowed("false"),
        Node::List { .. } | Node::Object { .. } | Node::Guard(_) => return None,
    };
    if text.is_empty() {
        return Some(Box::default());
    }
    Some(text.split('.').map(Box::from).collect())
}
