//! From JSONLogic to the typed form. An operator that nobody knows is an error here, at load, wherever it stands in the
//! rule: a branch that is not taken today may be taken tomorrow.

use serde_json::Value;

use super::guards;
use crate::json::Tree;
use crate::operator::Expr;
use crate::operator::arithmetic::Operation;
use crate::operator::compare::Comparison;
use crate::operator::data::{self, Var};
use crate::operator::fractional::{self, Fractional};
use crate::operator::list::Iteration;
use crate::operator::text::Affix;

/// Compiles a rule; the error names the operator that is not known.
pub(super) fn rule(tree: Tree) -> Result<Expr, String> {
    let mut rule = compile(tree, Place::Root)?;
    guards::recognise(&mut rule);
    Ok(rule)
}

/// Where a rule stands: inside an iteration `var` reads the item, and `$flagd` is not there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    Iteration,
}

fn compile(tree: Tree, place: Place) -> Result<Expr, String> {
    match tree {
        Tree::Object(mut entries) if entries.len() == 1 => match entries.pop() {
            Some((name, args)) => operator(&name, args, place),
            None => Ok(Expr::Literal(Value::Null)),
        },
        Tree::List(items) => list(items, place),
        literal => Ok(Expr::Literal(literal.into_value())),
    }
}

fn all(items: Vec<Tree>, place: Place) -> Result<Vec<Expr>, String> {
    let mut exprs = Vec::with_capacity(items.len());
    for item in items {
        exprs.push(compile(item, place)?);
    }
    Ok(exprs)
}

/// A list of constants is a constant.
fn list(items: Vec<Tree>, place: Place) -> Result<Expr, String> {
    let items = all(items, place)?;
    if !items.iter().all(|item| matches!(item, Expr::Literal(_))) {
        return Ok(Expr::List(items.into()));
    }
    let literals = items.into_iter().filter_map(|item| match item {
        Expr::Literal(value) => Some(value),
        _ => None,
    });
    Ok(Expr::Literal(Value::Array(literals.collect())))
}

fn operator(name: &str, args: Tree, place: Place) -> Result<Expr, String> {
    let args = match args {
        Tree::List(items) => items,
        single => vec![single],
    };
    if let Some(iteration) = iteration(name) {
        return Ok(Expr::Iterate(iteration, iterating(args, place)?));
    }
    if name == "reduce" {
        return Ok(Expr::Reduce(iterating(args, place)?));
    }
    if name == "var" {
        return var(args, place);
    }
    let args = all(args, place)?;
    if let Some(comparison) = comparison(name) {
        return Ok(Expr::Compare(comparison, args.into()));
    }
    if let Some(operation) = operation(name) {
        return Ok(Expr::Arithmetic(operation, args.into()));
    }
    Ok(match name {
        "if" | "?:" => Expr::If(args.into()),
        "and" => Expr::And(args.into()),
        "or" => Expr::Or(args.into()),
        "!" => Expr::Not(Box::new(first(args))),
        "!!" => Expr::Truthy(Box::new(first(args))),
        "cat" => Expr::Cat(args.into()),
        "substr" => Expr::Substr(args.into()),
        "starts_with" => Expr::Affix(Affix::Start, args.into()),
        "ends_with" => Expr::Affix(Affix::End, args.into()),
        "sem_ver" => Expr::SemVer(args.into()),
        "in" => Expr::In(args.into()),
        "merge" => Expr::Merge(args.into()),
        "missing" => Expr::Missing(args.into()),
        "missing_some" => Expr::MissingSome(args.into()),
        "fractional" => fractional_rule(args),
        "log" => Expr::Log(Box::new(first(args))),
        _ => return Err(format!("unknown operator `{name}`")),
    })
}

fn first(args: Vec<Expr>) -> Expr {
    args.into_iter().next().unwrap_or(Expr::Literal(Value::Null))
}

/// The second argument reads items; the others read what the whole reads.
fn iterating(args: Vec<Tree>, place: Place) -> Result<Box<[Expr]>, String> {
    let args = args.into_iter().enumerate();
    args.map(|(index, arg)| compile(arg, if index == 1 { Place::Iteration } else { place })).collect()
}

fn var(args: Vec<Tree>, place: Place) -> Result<Expr, String> {
    let path = args.first().map_or_else(|| Some(Box::default()), data::constant_path);
    let Some(path) = path else { return Ok(Expr::VarComputed(all(args, place)?.into())) };
    let default = args.into_iter().nth(1).map(|arg| compile(arg, place)).transpose()?.map(Box::new);
    Ok(match (place, &*path, default) {
        (Place::Root, [root, name], _) if **root == *data::FLAGD && **name == *"flagKey" => Expr::FlagKey,
        (Place::Root, [root, name], _) if **root == *data::FLAGD && **name == *"timestamp" => Expr::Timestamp,
        (Place::Root, [name], None) if **name != *data::FLAGD => Expr::Attribute(name.clone()),
        (_, _, default) => Expr::Var(Var { path, default }),
    })
}

fn fractional_rule(mut args: Vec<Expr>) -> Expr {
    let has_bucket_by = args.first().is_some_and(|arg| !fractional::is_bucket(arg));
    let bucket_by = has_bucket_by.then(|| args.remove(0));
    Expr::Fractional(Box::new(Fractional { bucket_by, buckets: fractional::compile_buckets(args) }))
}

fn iteration(name: &str) -> Option<Iteration> {
    Some(match name {
        "map" => Iteration::Map,
        "filter" => Iteration::Filter,
        "all" => Iteration::All,
        "some" => Iteration::Some,
        "none" => Iteration::None,
        _ => return None,
    })
}

fn comparison(name: &str) -> Option<Comparison> {
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

fn operation(name: &str) -> Option<Operation> {
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
