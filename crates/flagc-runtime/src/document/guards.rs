//! Recognises, in conditions, the guards that `flagc build` writes: an `and` of portable operators that together ask one
//! thing of one attribute. Only where nothing but the truth of the `and` counts, and only where the truth is the same.

use serde_json::Value;

use crate::operator::Expr;
use crate::operator::compare::Comparison;
use crate::operator::guard::{Guard, MAX_VERSION_LENGTH};
use crate::operator::text::Affix;

/// Rewrites the conditions of a rule: the questions of its `if`s.
pub(super) fn recognise(rule: &mut Expr) {
    if let Expr::If(arguments) = rule {
        let last = arguments.len().saturating_sub(1);
        for (index, argument) in arguments.iter_mut().enumerate() {
            if index % 2 == 0 && index < last {
                condition(argument);
            } else {
                recognise(argument);
            }
        }
    }
}

fn condition(expr: &mut Expr) {
    match expr {
        Expr::And(arguments) => {
            arguments.iter_mut().for_each(condition);
            let all = std::mem::take(arguments).into_vec();
            *arguments = fused(all).into();
        }
        Expr::Or(arguments) => arguments.iter_mut().for_each(condition),
        Expr::Not(inner) => condition(inner),
        _ => {}
    }
}

/// The arguments of an `and`, each run of arguments that is a guard replaced by it.
fn fused(mut arguments: Vec<Expr>) -> Vec<Expr> {
    let mut kept = Vec::with_capacity(arguments.len());
    let mut start = 0;
    while start < arguments.len() {
        if let Some((guard, name, length)) = guard_at(&arguments[start..]) {
            kept.push(Expr::Guard(guard, name));
            start += length;
        } else {
            kept.push(std::mem::replace(&mut arguments[start], Expr::Literal(Value::Null)));
            start += 1;
        }
    }
    kept
}

/// The guard that the arguments begin with, its attribute, and how many of them it takes.
fn guard_at(arguments: &[Expr]) -> Option<(Guard, Box<str>, usize)> {
    let name = match arguments.first()? {
        Expr::Compare(Comparison::StrictNotEqual, sides) | Expr::Affix(Affix::Start, sides) => {
            attribute(sides.first()?)?
        }
        _ => return None,
    };
    if is_number_guard(arguments, name) {
        return Some((Guard::Number, name.into(), 5));
    }
    if is_version_guard(arguments, name) {
        return Some((Guard::Version, name.into(), 4));
    }
    let filled = is_string(arguments.first()?, name) && not_equal(arguments.get(1)?, name, &Value::from(""));
    filled.then(|| (Guard::FilledText, name.into(), 2))
}

fn is_number_guard(arguments: &[Expr], name: &str) -> bool {
    let [present, text, boolean, list, object, ..] = arguments else { return false };
    let spellings = Value::from(vec!["true", "True", "false", "False"]);
    not_equal(present, name, &Value::Null)
        && matches!(text, Expr::Not(inner) if is_string(inner, name))
        && matches!(boolean, Expr::Not(inner) if matches!(&**inner, Expr::In(sides)
            if matches!(&**sides, [spelt, Expr::Literal(all)] if is_cat(spelt, name) && *all == spellings)))
        && matches!(list, Expr::In(sides) if matches!(&**sides, [value, Expr::Merge(merged)]
            if is(value, name) && matches!(&**merged, [value] if is(value, name))))
        && matches!(object, Expr::Not(inner) if matches!(&**inner, Expr::In(sides)
            if matches!(&**sides, [word, spelt] if is_literal(word, "object") && is_cat(spelt, name))))
}

/// Only in front of a comparison of the same attribute: a text that the guard lets through and that is no version is
/// refused there.
fn is_version_guard(arguments: &[Expr], name: &str) -> bool {
    let [text, short, clean, odd, compared, ..] = arguments else { return false };
    is_string(text, name)
        && matches!(short, Expr::Compare(Comparison::StrictEqual, sides) if matches!(&**sides, [cut, nothing]
            if is_substr(cut, name, MAX_VERSION_LENGTH) && is_literal(nothing, "")))
        && is_read(clean, |parts| {
            matches!(parts, [before, value, after]
            if is_literal(before, "0.0.0-") && is(value, name) && is_literal(after, "x"))
        })
        && matches!(odd, Expr::Not(inner) if is_odd(inner, name))
        && compares(compared, name)
}

fn is_odd(expr: &Expr, name: &str) -> bool {
    let Expr::Or(ways) = expr else { return false };
    let [capital, double, Expr::And(partial)] = &**ways else { return false };
    let [Expr::Or(marks), Expr::Or(longer)] = &**partial else { return false };
    let [minus, plus] = &**marks else { return false };
    let [whole, tail] = &**longer else { return false };
    starts_with(capital, name, "V")
        && starts_with(double, name, "vv")
        && has(minus, name, "-")
        && has(plus, name, "+")
        && is_read(whole, |parts| matches!(parts, [zero, value] if is_literal(zero, "0.") && is(value, name)))
        && is_read(
            tail,
            |parts| matches!(parts, [zero, cut] if is_literal(zero, "0.") && is_substr(cut, name, 1)),
        )
}

/// Whether an expression is `sem_ver` on the attribute, or only made of such.
fn compares(expr: &Expr, name: &str) -> bool {
    match expr {
        Expr::SemVer(arguments) => arguments.first().is_some_and(|value| is(value, name)),
        Expr::And(parts) | Expr::Or(parts) => {
            !parts.is_empty() && parts.iter().all(|part| compares(part, name))
        }
        _ => false,
    }
}

/// `{"sem_ver": [{"cat": PARTS}, ">=", "0.0.0-0"]}`: is it a version at all?
fn is_read(expr: &Expr, parts: impl Fn(&[Expr]) -> bool) -> bool {
    matches!(expr, Expr::SemVer(arguments) if matches!(&**arguments, [Expr::Cat(read), operator, least]
        if parts(read) && is_literal(operator, ">=") && is_literal(least, "0.0.0-0")))
}

fn attribute(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Attribute(name) => Some(name),
        _ => None,
    }
}

fn is(expr: &Expr, name: &str) -> bool {
    attribute(expr) == Some(name)
}

fn is_literal(expr: &Expr, text: &str) -> bool {
    matches!(expr, Expr::Literal(Value::String(literal)) if literal == text)
}

fn is_string(expr: &Expr, name: &str) -> bool {
    starts_with(expr, name, "")
}

fn starts_with(expr: &Expr, name: &str, text: &str) -> bool {
    matches!(expr, Expr::Affix(Affix::Start, sides) if matches!(&**sides, [value, prefix]
        if is(value, name) && is_literal(prefix, text)))
}

fn has(expr: &Expr, name: &str, text: &str) -> bool {
    matches!(expr, Expr::In(sides) if matches!(&**sides, [part, value] if is_literal(part, text) && is(value, name)))
}

fn not_equal(expr: &Expr, name: &str, other: &Value) -> bool {
    matches!(expr, Expr::Compare(Comparison::StrictNotEqual, sides) if matches!(&**sides, [value, Expr::Literal(literal)]
        if is(value, name) && literal == other))
}

fn is_cat(expr: &Expr, name: &str) -> bool {
    matches!(expr, Expr::Cat(parts) if matches!(&**parts, [value] if is(value, name)))
}

fn is_substr(expr: &Expr, name: &str, start: usize) -> bool {
    matches!(expr, Expr::Substr(arguments) if matches!(&**arguments, [value, Expr::Literal(Value::Number(from))]
        if is(value, name) && from.as_u64() == u64::try_from(start).ok()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{At, Context, Document, Evaluator};
    use serde_json::json;

    fn number_guard() -> Vec<Value> {
        let x = json!({"var": "x"});
        vec![
            json!({"!==": [x, null]}),
            json!({"!": [{"starts_with": [x, ""]}]}),
            json!({"!": [{"in": [{"cat": [x]}, ["true", "True", "false", "False"]]}]}),
            json!({"in": [x, {"merge": [x]}]}),
            json!({"!": [{"in": ["object", {"cat": [x]}]}]}),
        ]
    }

    fn version_guard() -> Vec<Value> {
        let x = json!({"var": "x"});
        let read = |parts: Value| json!({"sem_ver": [{"cat": parts}, ">=", "0.0.0-0"]});
        let partial = json!({"or": [read(json!(["0.", x])), read(json!(["0.", {"substr": [x, 1]}]))]});
        let marked = json!({"or": [{"in": ["-", x]}, {"in": ["+", x]}]});
        vec![
            json!({"starts_with": [x, ""]}),
            json!({"===": [{"substr": [x, 250]}, ""]}),
            read(json!(["0.0.0-", x, "x"])),
            json!({"!": [{"or": [
                {"starts_with": [x, "V"]}, {"starts_with": [x, "vv"]}, {"and": [marked, partial]},
            ]}]}),
            json!({"sem_ver": [x, ">=", "1.2.0"]}),
        ]
    }

    fn filled_guard() -> Vec<Value> {
        vec![json!({"starts_with": [{"var": "x"}, ""]}), json!({"!==": [{"var": "x"}, ""]})]
    }

    /// Evaluates `{"if": [{"and": parts}, "on", "off"]}`, as it stands or with a part in front that keeps the guard from
    /// being recognised and changes nothing.
    fn serves(parts: &[Value], value: &Value, hidden: bool) -> bool {
        let hide = |part: &Value| if hidden { json!({"!!": [part]}) } else { part.clone() };
        let parts: Vec<Value> = parts.iter().map(hide).collect();
        let document = json!({"flags": {"f": {
            "state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
            "targeting": {"if": [{"and": parts}, "on", "off"]},
        }}});
        let document = Document::from_value(&document).unwrap_or_else(|error| unreachable!("{error}"));
        let context = Context::new().set("x", value.clone());
        Evaluator::new(document).boolean("f", &context, At::unix(0)).value == Some(true)
    }

    #[test]
    fn a_guard_has_the_truth_of_what_it_stands_for() {
        let values = [
            json!(null),
            json!(""),
            json!("a"),
            json!("1"),
            json!(0),
            json!(-0.0),
            json!(5.5),
            json!(1e308),
            json!(true),
            json!(false),
            json!([]),
            json!([1]),
            json!([[]]),
            json!({}),
            json!({"a": 1}),
            json!("object"),
            json!("true"),
            json!("1.2.3"),
            json!("v1.2.3"),
            json!("V1.2.3"),
            json!("vv1.2.3"),
            json!(" 1.2.3"),
            json!("1.2.3 "),
            json!("2"),
            json!("1.2"),
            json!("1.2-rc"),
            json!("2-rc"),
            json!("v2-rc"),
            json!("1.2.3-rc.1"),
            json!("1.2.3+b"),
            json!("2+b"),
            json!("01.2.3"),
            json!("1.2.3.4"),
            json!("9007199254740992.0.0"),
            json!("é"),
            json!("1.2.3-é"),
            json!(format!("1.2.3-{}", "a".repeat(244))),
            json!(format!("1.2.3-{}", "a".repeat(245))),
        ];
        for guard in [number_guard(), version_guard(), filled_guard()] {
            for value in &values {
                assert_eq!(serves(&guard, value, false), serves(&guard, value, true), "{value} {guard:?}");
            }
        }
    }

    #[test]
    fn guards_are_recognised_and_what_only_looks_like_one_is_not() {
        let recognised = |parts: Vec<Value>| {
            let text = json!({"if": [{"and": parts}, "on", "off"]}).to_string();
            let tree = crate::json::parse(text.as_bytes(), 1 << 16, crate::json::Duplicates::Refused);
            let rule = tree.ok().and_then(|tree| super::super::compile::rule(tree).ok());
            format!("{rule:?}").contains("Guard(")
        };
        assert!(recognised(number_guard()) && recognised(version_guard()) && recognised(filled_guard()));
        assert!(!recognised(number_guard()[..4].to_vec()));
        assert!(!recognised(version_guard()[..4].to_vec()), "nothing compares the version");
        let other = vec![json!({"starts_with": [{"var": "x"}, ""]}), json!({"!==": [{"var": "y"}, ""]})];
        assert!(!recognised(other));
    }
}
