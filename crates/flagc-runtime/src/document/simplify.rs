//! Shorter rules of the same meaning: what `flagc build` writes out, so that every SDK agrees, is asked in fewer steps.

use crate::operator::arithmetic::Operation;
use crate::operator::compare::Comparison;
use crate::operator::guard::Guard;
use crate::operator::test::Test;
use crate::operator::text::Affix;
use crate::operator::{Expr, Place, Rules};

/// The question that a comparison of an attribute with a constant asks.
pub(super) fn comparison(comparison: Comparison, constant: Expr, rules: &mut Rules) -> Option<Test> {
    match (comparison, constant) {
        (Comparison::StrictEqual, Expr::Text(text)) => Some(Test::Is(text)),
        (Comparison::StrictNotEqual, Expr::Text(text)) => Some(Test::IsNot(text)),
        (
            Comparison::Less | Comparison::LessOrEqual | Comparison::Greater | Comparison::GreaterOrEqual,
            Expr::Literal(place),
        ) => {
            let number = rules.value(place).as_f64()?;
            Some(Test::Order(comparison, rules.add_number(number).ok()?))
        }
        _ => None,
    }
}

/// Shortens the parts of an `and` of which only the truth counts, from `first` to the end.
pub(super) fn and(parts: &mut Vec<Expr>, first: usize, rules: &Rules) {
    let (mut read, mut kept) = (first, first);
    while let Some(&part) = parts.get(read) {
        let next = parts.get(read + 1).copied();
        read += 1;
        let part = match (part, next) {
            // The next part is not true of anything but a text, either.
            (Expr::Test(Test::Affix(Affix::Start, text), name), Some(next))
                if rules.bytes(text).is_empty() && asks_for_text(next, name) =>
            {
                continue;
            }
            (Expr::Guard(Guard::Number, name), Some(next)) if has_no_fraction(next, name, rules) => {
                read += 1;
                Expr::Guard(Guard::Integer, name)
            }
            (part, _) => part,
        };
        if let Some(place) = parts.get_mut(kept) {
            *place = part;
        }
        kept += 1;
    }
    parts.truncate(kept);
}

fn asks_for_text(expr: Expr, name: Place) -> bool {
    match expr {
        Expr::Test(test, other) => test.asks_for_text() && other == name,
        Expr::Guard(Guard::FilledText | Guard::Version, other) => other == name,
        _ => false,
    }
}

/// Whether an expression is `0 <= attribute % 1 <= 0`.
fn has_no_fraction(expr: Expr, name: Place, rules: &Rules) -> bool {
    let is = |expr: &Expr, number: f64| matches!(expr, Expr::Literal(place) if rules.value(*place).as_f64() == Some(number));
    let Expr::Compare(Comparison::LessOrEqual, run) = expr else { return false };
    let [low, Expr::Arithmetic(Operation::Remainder, run), high] = rules.exprs(run) else { return false };
    let [Expr::Attribute(read), one] = rules.exprs(*run) else { return false };
    *read == name && is(low, 0.0) && is(high, 0.0) && is(one, 1.0)
}
