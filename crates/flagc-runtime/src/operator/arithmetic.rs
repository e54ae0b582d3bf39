//! `+ - * / % min max`, on doubles. What is no number becomes NaN; division by zero fails the evaluation, as it does in
//! flagd's SDKs.

use super::{Env, Expr, Scope, double, eval};

/// Which operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Min,
    Max,
}

/// Computes over the arguments as numbers.
pub(crate) fn compute<'a>(
    operation: Operation,
    args: &'a [Expr],
    env: &Env<'a>,
    scope: Scope<'_, 'a>,
) -> f64 {
    let number = |expr| double(expr, env, scope).unwrap_or_else(|| eval(expr, env, scope).to_number());
    let mut numbers = args.iter().map(number);
    match operation {
        Operation::Add => numbers.sum(),
        Operation::Multiply => numbers.product(),
        Operation::Min => numbers.reduce(smaller).unwrap_or(f64::NAN),
        Operation::Max => numbers.reduce(larger).unwrap_or(f64::NAN),
        Operation::Subtract => match (numbers.next(), numbers.next()) {
            (Some(a), Some(b)) => a - b,
            (Some(a), None) => -a,
            (None, _) => f64::NAN,
        },
        Operation::Divide => match (numbers.next(), numbers.next()) {
            (Some(a), Some(b)) => a / nonzero(b, env),
            _ => f64::NAN,
        },
        Operation::Remainder => match (numbers.next(), numbers.next()) {
            (Some(a), Some(b)) => remainder(a, nonzero(b, env)),
            _ => f64::NAN,
        },
    }
}

/// `a % b`; of whole numbers, which is nearly always, without the slow division of doubles.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "whole and below 2^53"
)]
fn remainder(a: f64, b: f64) -> f64 {
    let whole = |n: f64| Some(n as i64).filter(|whole| *whole as f64 == n && whole.unsigned_abs() < 1 << 53);
    match (whole(a), whole(b)) {
        (Some(whole_a), Some(whole_b)) if whole_b != 0 => ((whole_a % whole_b) as f64).copysign(a),
        _ => a % b,
    }
}

fn nonzero(divisor: f64, env: &Env) -> f64 {
    if divisor == 0.0 {
        env.failed.set(true);
    }
    divisor
}

// `f64::min` passes over NaN; ECMAScript's does not.
fn smaller(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { a.min(b) }
}

fn larger(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { a.max(b) }
}
