//! `cat`, `substr`, and flagd's `starts_with` and `ends_with`.

use std::borrow::Cow;

use super::{Env, Expr, Plain, Scope, arg, eval, plain};
use crate::value::{self, Val};

/// `starts_with` or `ends_with`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Affix {
    Start,
    End,
}

/// `cat`: the texts of all arguments, one after the other.
pub(crate) fn cat<'a>(args: &'a [Expr], env: &Env<'a>, scope: Scope<'_, 'a>) -> Val<'a> {
    if let [only] = args {
        return Val::Text(eval(only, env, scope).to_text());
    }
    let mut text = String::new();
    for expr in args {
        let before = text.len();
        // Writing to a String does not fail.
        let _ = eval(expr, env, scope).write_text(&mut text);
        if !env.spend(text.len() - before) {
            return Val::Null;
        }
    }
    Val::Text(Cow::Owned(text))
}

/// `substr`: from a position, negative from the end, as many characters as the length says; a negative length leaves
/// as many out at the end.
pub(crate) fn substr<'a>(args: &'a [Expr], env: &Env<'a>, scope: Scope<'_, 'a>) -> Val<'a> {
    let source = arg(args, 0, env, scope).to_text();
    let total = source.chars().count();
    let start = match position(&arg(args, 1, env, scope)) {
        back if back < 0 => total.saturating_sub(clamp(back)),
        start => clamp(start).min(total),
    };
    let end = match arg(args, 2, env, scope) {
        Val::Null => total,
        length => match position(&length) {
            back if back < 0 => total.saturating_sub(clamp(back)),
            length => start.saturating_add(clamp(length)).min(total),
        },
    };
    let text: String = source.chars().skip(start).take(end.saturating_sub(start)).collect();
    Val::Text(Cow::Owned(text))
}

/// `starts_with`, `ends_with`: `None` unless there are two arguments and both are strings.
pub(crate) fn has_affix<'a>(
    affix: Affix,
    args: &'a [Expr],
    env: &Env<'a>,
    scope: Scope<'_, 'a>,
) -> Option<bool> {
    let [whole, part] = args else { return None };
    if let (Some(whole), Some(part)) = (plain(whole, env), plain(part, env)) {
        return match (whole, part) {
            (Plain::Text(whole), Plain::Text(part)) => Some(affix.is_of(whole.as_bytes(), part.as_bytes())),
            _ => None,
        };
    }
    match (eval(whole, env, scope), eval(part, env, scope)) {
        (Val::Text(whole), Val::Text(part)) => Some(affix.is_of(whole.as_bytes(), part.as_bytes())),
        _ => None,
    }
}

impl Affix {
    /// Whether a text, as bytes, begins or ends with another.
    #[inline]
    pub(crate) fn is_of(self, whole: &[u8], part: &[u8]) -> bool {
        let cut = match self {
            Self::Start => whole.get(..part.len()),
            Self::End => whole.len().checked_sub(part.len()).and_then(|start| whole.get(start..)),
        };
        cut.is_some_and(|cut| value::same(cut, part))
    }
}

/// A position as an integer: towards zero, NaN is zero.
#[expect(clippy::cast_possible_truncation, reason = "saturates, which is what a position wants")]
fn position(value: &Val) -> i64 {
    value.to_number() as i64
}

fn clamp(position: i64) -> usize {
    usize::try_from(position.unsigned_abs()).unwrap_or(usize::MAX)
}
