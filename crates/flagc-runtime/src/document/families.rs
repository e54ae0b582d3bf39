//! The names of operators that differ from others in one step.

use crate::operator::arithmetic::Operation;
use crate::operator::compare::Comparison;
use crate::operator::list::Iteration;

pub(super) fn iteration(name: &str) -> Option<Iteration> {
    Some(match name {
        "map" => Iteration::Map,
        "filter" => Iteration::Filter,
        "all" => Iteration::All,
        "some" => Iteration::Some,
        "none" => Iteration::None,
        _ => return None,
    })
}

pub(super) fn comparison(name: &str) -> Option<Comparison> {
    Some(match name {
        "==" => Comparison::Equal,
        "!=" => Comparison::NotEqual,
        "===" => Comparison::StrictEqual,
        "!==" => Comparison::StrictNotEqual,
        "<" => Comparison::Less,
        "<=" => Comparison::LessOrEqual,
        ">" => Comparison::Greater,
        ">=" => Comparison::GreaterOrEqual,
        _ => return None,
    })
}

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "+" => Operation::Add,
        "-" => Operation::Subtract,
        "*" => Operation::Multiply,
        "/" => Operation::Divide,
        "%" => Operation::Remainder,
        "min" => Operation::Min,
        "max" => Operation::Max,
        _ => return None,
    })
}
