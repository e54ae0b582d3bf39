//! From JSONLogic to the typed form. An operator that nobody knows is an error here, at load, wherever it stands in the
//! rule: a branch that is not taken today may be taken tomorrow.

use serde_json::Value;

use super::texts::Texts;
use crate::context::Name;
use crate::json::{Node, View};
use crate::operator::Expr;
use crate::operator::arithmetic::Operation;
use crate::operator::compare::Comparison;
use crate::operator::data::{self, Var};
use crate::operator::fractional::{self, Fractional};
use crate::operator::guard::Guard;
use crate::operator::list::Iteration;
use crate::operator::text::Affix;
use crate::value::{Number, number};

/// Compiles the rules of a document.
#[derive(Default)]
pub(super) struct Compiler {
    pub(super) texts: Texts,
    /// How many guards stood where only their truth counts. One that stands elsewhere, or that does not have the truth of
    /// what it stands for, is not counted: then the rule must be read again without recognising guards.
    pub(super) guards: usize,
}

/// What is asked of a rule.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// Nothing but its truth, as of a condition of `if`.
    Truth,
    /// Its value.
    Value,
    /// Its value for each item of an iteration: `var` reads the item, and `$flagd` is not there.
    Item,
}

impl Asked {
    /// What is asked of the arguments of an operator that needs their values.
    fn of_arguments(self) -> Self {
        match self {
            Self::Truth | Self::Value => Self::Value,
            Self::Item => Self::Item,
        }
    }

    /// What is asked of the arguments of an operator that needs their truth alone.
    fn of_conditions(self) -> Self {
        match self {
            Self::Truth | Self::Value => Self::Truth,
            Self::Item => Self::Item,
        }
    }

    /// What is asked of the arguments of an operator that answers with one of them.
    fn of_choices(self) -> Self {
        match self {
            Self::Truth => Self::Truth,
            Self::Value | Self::Item => self.of_arguments(),
        }
    }

    /// What is asked of an argument of `if`.
    fn of_branch(self, index: usize, arguments: usize) -> Self {
        if index.is_multiple_of(2) && index + 1 < arguments {
            self.of_conditions()
        } else {
            self.of_choices()
        }
    }
}

/// The arguments of an operator: one that is no list stands for a list of it alone.
#[derive(Clone, Copy)]
struct Arguments<'t, 'a>(View<'t, 'a>);

impl<'t, 'a> Arguments<'t, 'a> {
    fn len(self) -> usize {
        match self.0.node() {
            Node::List { items, .. } => *items as usize,
            _ => 1,
        }
    }

    fn iter(self) -> impl Iterator<Item = View<'t, 'a>> + Clone {
        let single = !matches!(self.0.node(), Node::List { .. });
        self.0.items().chain(single.then_some(self.0))
    }
}

impl Compiler {
    /// Compiles a rule; the error names the operator that is not known.
    pub(super) fn rule(&mut self, rule: View) -> Result<Expr, String> {
        self.compile(rule, Asked::Value)
    }

    fn compile(&mut self, rule: View, asked: Asked) -> Result<Expr, String> {
        match rule.node() {
            Node::Object { keys: 1, .. } => match rule.entries().next() {
                Some((name, args)) => self.operator(name, Arguments(args), asked),
                None => Ok(Expr::Literal(Value::Null)),
            },
            Node::List { .. } => self.list(rule, asked.of_arguments()),
            Node::Text(text) => Ok(Expr::Text(self.texts.hold(text))),
            Node::Guard(guard) => Ok(self.guard(*guard, rule.guarded(), asked)),
            Node::Null | Node::Bool(_) | Node::Number(_) | Node::Object { .. } => {
                Ok(Expr::Literal(rule.to_value()))
            }
        }
    }

    fn guard(&mut self, guard: Guard, name: &str, asked: Asked) -> Expr {
        self.guards += usize::from(asked == Asked::Truth);
        Expr::Guard(guard, Name::new(self.texts.hold(name)))
    }

    /// Compiles arguments, of each of which is asked what `asked` says of its place.
    fn each(&mut self, args: Arguments, asked: impl Fn(usize) -> Asked) -> Result<Vec<Expr>, String> {
        let mut exprs = Vec::with_capacity(args.len());
        for (index, arg) in args.iter().enumerate() {
            exprs.push(self.compile(arg, asked(index))?);
        }
        Ok(exprs)
    }

    fn all(&mut self, args: Arguments, asked: Asked) -> Result<Vec<Expr>, String> {
        self.each(args, |_| asked.of_arguments())
    }

    /// A list of constants is a constant.
    fn list(&mut self, list: View, asked: Asked) -> Result<Expr, String> {
        let mut items = list.items().map(|item| item.as_text()).peekable();
        if items.peek().is_some() && items.clone().all(|text| text.is_some()) {
            return Ok(Expr::Texts(items.flatten().map(|text| self.texts.hold(text)).collect()));
        }
        let items = self.all(Arguments(list), asked)?;
        let literals: Option<Vec<Value>> = items.iter().map(Expr::to_literal).collect();
        Ok(literals
            .map_or_else(|| Expr::List(items.into()), |literals| Expr::Literal(Value::Array(literals))))
    }

    fn operator(&mut self, name: &str, args: Arguments, asked: Asked) -> Result<Expr, String> {
        Ok(match name {
            "var" => return self.var(args, asked),
            "if" | "?:" => Expr::If(self.each(args, |index| asked.of_branch(index, args.len()))?.into()),
            "and" => Expr::And(self.and(args, asked)?.into()),
            "or" => Expr::Or(self.each(args, |_| asked.of_choices())?.into()),
            "!" => Expr::Not(Box::new(first(self.each(args, |_| asked.of_conditions())?))),
            "!!" => Expr::Truthy(Box::new(first(self.each(args, |_| asked.of_conditions())?))),
            "cat" => Expr::Cat(self.all(args, asked)?.into()),
            "substr" => Expr::Substr(self.all(args, asked)?.into()),
            "starts_with" => Expr::Affix(Affix::Start, self.all(args, asked)?.into()),
            "ends_with" => Expr::Affix(Affix::End, self.all(args, asked)?.into()),
            "sem_ver" => Expr::SemVer(self.all(args, asked)?.into()),
            "in" => Expr::In(self.all(args, asked)?.into()),
            "merge" => Expr::Merge(self.all(args, asked)?.into()),
            "missing" => Expr::Missing(self.all(args, asked)?.into()),
            "missing_some" => Expr::MissingSome(self.all(args, asked)?.into()),
            "fractional" => self.fractional(args, asked)?,
            "log" => Expr::Log(Box::new(first(self.all(args, asked)?))),
            "reduce" => Expr::Reduce(self.iterating(args, asked)?),
            _ => return self.of_a_family(name, args, asked),
        })
    }

    /// The operators that differ from others in one step.
    fn of_a_family(&mut self, name: &str, args: Arguments, asked: Asked) -> Result<Expr, String> {
        if let Some(comparison) = comparison(name) {
            return Ok(Expr::Compare(comparison, self.all(args, asked)?.into()));
        }
        if let Some(operation) = operation(name) {
            return Ok(Expr::Arithmetic(operation, self.all(args, asked)?.into()));
        }
        if let Some(iteration) = iteration(name) {
            return Ok(Expr::Iterate(iteration, self.iterating(args, asked)?));
        }
        self.all(args, asked)?;
        Err(format!("unknown operator `{name}`"))
    }

    /// A text that the guard for versions lets through and that is no version is refused by the comparison behind it.
    fn and(&mut self, args: Arguments, asked: Asked) -> Result<Vec<Expr>, String> {
        let parts = self.each(args, |_| asked.of_choices())?;
        for (index, part) in parts.iter().enumerate() {
            if let Expr::Guard(Guard::Version, name) = part
                && !parts.get(index + 1).is_some_and(|next| compares(next, name.as_str()))
            {
                self.guards = self.guards.saturating_sub(1);
            }
        }
        Ok(parts)
    }

    /// The second argument reads items; the others read what the whole reads.
    fn iterating(&mut self, args: Arguments, asked: Asked) -> Result<Box<[Expr]>, String> {
        let of = |index| if index == 1 { Asked::Item } else { asked.of_arguments() };
        Ok(self.each(args, of)?.into())
    }

    fn var(&mut self, args: Arguments, asked: Asked) -> Result<Expr, String> {
        let asked = asked.of_arguments();
        if let Some(Node::Text(name)) = args.iter().next().as_ref().map(View::node)
            && asked != Asked::Item
            && args.len() == 1
            && data::is_top_level(name)
        {
            return Ok(Expr::Attribute(Name::new(self.texts.hold(name))));
        }
        let path = args.iter().next().map_or_else(|| Some(Box::default()), data::constant_path);
        let Some(path) = path else { return Ok(Expr::VarComputed(self.all(args, asked)?.into())) };
        let default = args.iter().nth(1).map(|arg| self.compile(arg, asked)).transpose()?.map(Box::new);
        Ok(match (asked, &*path, default) {
            (Asked::Item, _, default) => Expr::Var(Var { path, default }),
            (_, [root, name], _) if **root == *data::FLAGD && **name == *"flagKey" => Expr::FlagKey,
            (_, [root, name], _) if **root == *data::FLAGD && **name == *"timestamp" => Expr::Timestamp,
            (_, [name], None) if **name != *data::FLAGD => Expr::Attribute(Name::new(self.texts.hold(name))),
            (_, _, default) => Expr::Var(Var { path, default }),
        })
    }

    /// A first argument that is a list is a bucket: then the targeting key is what is hashed.
    fn fractional(&mut self, args: Arguments, asked: Asked) -> Result<Expr, String> {
        let asked = asked.of_arguments();
        let mut rest = args.iter().peekable();
        let bucket_by = rest.next_if(|first| !matches!(first.node(), Node::List { .. }));
        let bucket_by = bucket_by.map(|first| self.compile(first, asked)).transpose()?;
        let buckets = if rest.clone().all(|bucket| plain_bucket(bucket).is_some()) {
            fractional::constant_buckets(rest.filter_map(plain_bucket).map(|(variant, weight)| {
                Some((Expr::Text(self.texts.hold(variant)), fractional::whole_weight(weight)?))
            }))
        } else {
            fractional::compile_buckets(
                rest.map(|bucket| self.compile(bucket, asked)).collect::<Result<_, _>>()?,
            )
        };
        Ok(Expr::Fractional(Box::new(Fractional { bucket_by, buckets })))
    }
}

/// A bucket as nearly all are: the name of a variant and a weight.
fn plain_bucket<'t>(bucket: View<'t, '_>) -> Option<(&'t str, Number)> {
    let mut parts = bucket.items();
    match (parts.next()?.node(), parts.next()?.node(), parts.next()) {
        (Node::Text(variant), Node::Number(weight), None) => Some((variant, number(weight))),
        _ => None,
    }
}

fn first(args: Vec<Expr>) -> Expr {
    args.into_iter().next().unwrap_or(Expr::Literal(Value::Null))
}

/// Whether an expression is `sem_ver` on the attribute, or only made of such.
fn compares(expr: &Expr, name: &str) -> bool {
    match expr {
        Expr::SemVer(arguments) => {
            matches!(arguments.first(), Some(Expr::Attribute(read)) if read.as_str() == name)
        }
        Expr::And(parts) | Expr::Or(parts) => {
            !parts.is_empty() && parts.iter().all(|part| compares(part, name))
        }
        _ => false,
    }
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
