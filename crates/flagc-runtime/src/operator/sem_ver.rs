//! `sem_ver`: two versions and an operator. As flagd has it, a leading `v` is taken off, `1` and `1.2` are filled up with
//! zeros, numbers count as text, and `^` and `~` compare major, or major and minor, alone.

use std::cmp::Ordering;

use super::{Env, Expr, Scope, eval};
use crate::value::Val;

/// A version, split but not copied. Numeric parts stay text: they may have any number of digits.
struct Version<'v> {
    numbers: [&'v str; 3],
    pre_release: Option<&'v str>,
}

/// `sem_ver`: `null` for anything but two versions and a known operator.
pub(crate) fn sem_ver<'a>(args: &'a [Expr], env: &Env<'a>, scope: Scope<'_, 'a>) -> Val<'a> {
    let [left, operator, right] = args else { return Val::Null };
    let (left, right) = (eval(left, env, scope), eval(right, env, scope));
    let Val::Text(operator) = eval(operator, env, scope) else { return Val::Null };
    if !is_scalar(&left) || !is_scalar(&right) {
        return Val::Null;
    }
    let (left, right) = (left.to_text(), right.to_text());
    match (parse(&left), parse(&right)) {
        (Some(left), Some(right)) => compare(&left, &operator, &right).map_or(Val::Null, Val::Bool),
        _ => Val::Null,
    }
}

/// Whether a text is a version.
pub(crate) fn is_version(text: &str) -> bool {
    parse(text).is_some()
}

fn is_scalar(value: &Val) -> bool {
    matches!(value, Val::Text(_) | Val::Number(_))
}

fn compare(left: &Version, operator: &str, right: &Version) -> Option<bool> {
    let order = || order(left, right);
    let same = |parts: usize| left.numbers.iter().zip(right.numbers).take(parts).all(|(a, b)| *a == b);
    Some(match operator {
        "=" => order().is_eq(),
        "!=" => order().is_ne(),
        "<" => order().is_lt(),
        "<=" => order().is_le(),
        ">" => order().is_gt(),
        ">=" => order().is_ge(),
        "^" => same(1),
        "~" => same(2),
        _ => return None,
    })
}

fn parse(text: &str) -> Option<Version<'_>> {
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let (text, build) = split_at_mark(text, '+');
    let (core, pre_release) = split_at_mark(text, '-');
    let mut numbers = ["0"; 3];
    let mut parts = 0;
    for part in core.split('.') {
        *numbers.get_mut(parts)? = part;
        parts += 1;
    }
    let partial = parts < 3;
    let is_valid = numbers.iter().all(|n| is_number(n) && is_safe(n))
        && pre_release.is_none_or(|text| text.split('.').all(is_pre_release_identifier))
        && build.is_none_or(|text| text.split('.').all(is_identifier))
        && !(partial && (pre_release.is_some() || build.is_some()));
    is_valid.then_some(Version { numbers, pre_release })
}

fn split_at_mark(text: &str, mark: char) -> (&str, Option<&str>) {
    text.split_once(mark).map_or((text, None), |(before, after)| (before, Some(after)))
}

fn is_number(text: &str) -> bool {
    is_digits(text) && (text == "0" || !text.starts_with('0'))
}

/// JavaScript reads no version with a number beyond 2^53−1; a number has no leading zeros, so its length decides first.
fn is_safe(text: &str) -> bool {
    text.len() < 16 || (text.len() == 16 && text <= "9007199254740991")
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn is_pre_release_identifier(text: &str) -> bool {
    is_identifier(text) && (!is_digits(text) || is_number(text))
}

/// The order of semver.org, item 11; build metadata does not count.
fn order(left: &Version, right: &Version) -> Ordering {
    let numbers = left.numbers.iter().zip(right.numbers).map(|(a, b)| order_numbers(a, b));
    numbers.fold(Ordering::Equal, Ordering::then).then_with(|| match (left.pre_release, right.pre_release) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(left), Some(right)) => order_pre_releases(left, right),
    })
}

fn order_numbers(left: &str, right: &str) -> Ordering {
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

fn order_pre_releases(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left.split('.'), right.split('.'));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(a), Some(b)) => match (is_digits(a), is_digits(b)) {
                (true, true) => order_numbers(a, b),
                (true, false) => Ordering::Less,
                (false, true) => Ordering::Greater,
                (false, false) => a.cmp(b),
            },
        };
        if order.is_ne() {
            return order;
        }
    }
}
