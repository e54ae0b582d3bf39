//! From JSONLogic to the typed form. An operator that nobody knows is an error here, at load, wherever it stands in the
//! rule: a branch that is not taken today may be taken tomorrow.

use std::borrow::Cow;

use serde_json::Value;

use super::families::{comparison, iteration, operation};
use super::simplify;
use super::texts::Known;
use crate::json::{Node, View};
use crate::operator::data::{self, Var};
use crate::operator::fractional::{self, Fractional};
use crate::operator::guard::Guard;
use crate::operator::test::Test;
use crate::operator::text::Affix;
use crate::operator::{Expr, Place, Rules, Run};
use crate::value::{Number, number};

/// Compiles the rules of a document.
#[derive(Default)]
pub(super) struct Compiler<'a> {
    pub(super) rules: Rules,
    known: Known<'a>,
    /// Arguments whose operator is not yet complete; they are put beside each other when it is.
    open: Vec<Expr>,
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

impl<'a> Compiler<'a> {
    /// With room for the rules in a text of that many bytes.
    pub(super) fn with_room(bytes: usize) -> Self {
        Self { rules: Rules::with_room(bytes), ..Self::default() }
    }

    /// Compiles a rule; the error names the operator that is not known.
    pub(super) fn rule(&mut self, rule: View<'_, 'a>) -> Result<Expr, String> {
        self.open.clear();
        self.compile(rule, Asked::Value)
    }

    fn compile(&mut self, rule: View<'_, 'a>, asked: Asked) -> Result<Expr, String> {
        match rule.node() {
            Node::Object { keys: 1, .. } => match rule.entries().next() {
                Some((name, args)) => self.operator(name, Arguments(args), asked),
                None => self.literal(Value::Null),
            },
            Node::List { .. } => self.list(rule, asked.of_arguments()),
            Node::Text(text) => self.text(text.clone()),
            Node::Guard(guard) => self.guard(*guard, rule.guarded().clone(), asked),
            Node::Null | Node::Bool(_) | Node::Number(_) | Node::Object { .. } => {
                self.literal(rule.to_value())
            }
        }
    }

    fn text(&mut self, text: Cow<'a, str>) -> Result<Expr, String> {
        self.known.text(text, &mut self.rules).map(Expr::Text)
    }

    fn attribute(&mut self, name: Cow<'a, str>) -> Result<Expr, String> {
        self.known.name(name, &mut self.rules).map(Expr::Attribute)
    }

    fn literal(&mut self, value: Value) -> Result<Expr, String> {
        self.rules.add_value(value).map(Expr::Literal)
    }

    fn guard(&mut self, guard: Guard, name: Cow<'a, str>, asked: Asked) -> Result<Expr, String> {
        self.guards += usize::from(asked == Asked::Truth);
        Ok(Expr::Guard(guard, self.known.name(name, &mut self.rules)?))
    }

    /// Compiles arguments, of each of which is asked what `asked` says of its place; answers with where they begin among
    /// those that are open.
    fn opened<'t>(
        &mut self,
        args: impl Iterator<Item = View<'t, 'a>>,
        asked: impl Fn(usize) -> Asked,
    ) -> Result<usize, String>
    where
        'a: 't,
    {
        let first = self.open.len();
        for (index, arg) in args.enumerate() {
            let expr = self.compile(arg, asked(index))?;
            self.open.push(expr);
        }
        Ok(first)
    }

    /// Puts the open arguments from `first` on beside each other.
    fn close(&mut self, first: usize) -> Result<Run, String> {
        self.rules.add_exprs(self.open.drain(first..))
    }

    fn each(&mut self, args: Arguments<'_, 'a>, asked: impl Fn(usize) -> Asked) -> Result<Run, String> {
        let first = self.opened(args.iter(), asked)?;
        self.close(first)
    }

    fn all(&mut self, args: Arguments<'_, 'a>, asked: Asked) -> Result<Run, String> {
        self.each(args, |_| asked.of_arguments())
    }

    /// A list of constants is a constant.
    fn list(&mut self, list: View<'_, 'a>, asked: Asked) -> Result<Expr, String> {
        let first = self.opened(list.items(), |_| asked.of_arguments())?;
        let items = self.open.get(first..).unwrap_or_default();
        let texts = items.iter().map(|item| if let Expr::Text(text) = item { Some(*text) } else { None });
        if !items.is_empty() && texts.clone().all(|text| text.is_some()) {
            let texts = self.rules.add_texts(texts.flatten())?;
            self.open.truncate(first);
            return Ok(Expr::Texts(texts));
        }
        let literals: Option<Vec<Value>> = items.iter().map(|item| self.rules.literal(*item)).collect();
        match literals {
            None => self.close(first).map(Expr::List),
            Some(literals) => {
                self.open.truncate(first);
                self.literal(Value::Array(literals))
            }
        }
    }

    fn operator(&mut self, name: &str, args: Arguments<'_, 'a>, asked: Asked) -> Result<Expr, String> {
        Ok(match name {
            "var" => return self.var(args, asked),
            "if" | "?:" => Expr::If(self.each(args, |index| asked.of_branch(index, args.len()))?),
            "and" => return self.and(args, asked),
            "or" => Expr::Or(self.each(args, |_| asked.of_choices())?),
            "!" => Expr::Not(self.each(args, |_| asked.of_conditions())?),
            "!!" => Expr::Truthy(self.each(args, |_| asked.of_conditions())?),
            "cat" => Expr::Cat(self.all(args, asked)?),
            "substr" => Expr::Substr(self.all(args, asked)?),
            "starts_with" => return self.affix(Affix::Start, args, asked),
            "ends_with" => return self.affix(Affix::End, args, asked),
            "sem_ver" => Expr::SemVer(self.all(args, asked)?),
            "in" => return self.contains(args, asked),
            "merge" => Expr::Merge(self.all(args, asked)?),
            "missing" => Expr::Missing(self.all(args, asked)?),
            "missing_some" => Expr::MissingSome(self.all(args, asked)?),
            "fractional" => self.fractional(args, asked)?,
            "log" => Expr::Log(self.all(args, asked)?),
            "reduce" => Expr::Reduce(self.iterating(args, asked)?),
            _ => return self.of_a_family(name, args, asked),
        })
    }

    /// The operators that differ from others in one step.
    fn of_a_family(&mut self, name: &str, args: Arguments<'_, 'a>, asked: Asked) -> Result<Expr, String> {
        if let Some(comparison) = comparison(name) {
            let first = self.opened(args.iter(), |_| asked.of_arguments())?;
            let test = |constant, rules: &mut Rules| simplify::comparison(comparison, constant, rules);
            return self.asking(first, test, |args| Expr::Compare(comparison, args));
        }
        if let Some(operation) = operation(name) {
            return Ok(Expr::Arithmetic(operation, self.all(args, asked)?));
        }
        if let Some(iteration) = iteration(name) {
            return Ok(Expr::Iterate(iteration, self.iterating(args, asked)?));
        }
        self.all(args, asked)?;
        Err(format!("unknown operator `{name}`"))
    }

    fn affix(&mut self, affix: Affix, args: Arguments<'_, 'a>, asked: Asked) -> Result<Expr, String> {
        let first = self.opened(args.iter(), |_| asked.of_arguments())?;
        let test = |constant, _: &mut Rules| match constant {
            Expr::Text(text) => Some(Test::Affix(affix, text)),
            _ => None,
        };
        self.asking(first, test, |args| Expr::Affix(affix, args))
    }

    fn contains(&mut self, args: Arguments<'_, 'a>, asked: Asked) -> Result<Expr, String> {
        let first = self.opened(args.iter(), |_| asked.of_arguments())?;
        let test = |constant, _: &mut Rules| match constant {
            Expr::Texts(texts) => Some(Test::In(texts)),
            _ => None,
        };
        self.asking(first, test, Expr::In)
    }

    /// Closes open arguments from `first` on: where they are an attribute and a constant that `test` takes, as the question
    /// that they ask together.
    fn asking(
        &mut self,
        first: usize,
        test: impl FnOnce(Expr, &mut Rules) -> Option<Test>,
        otherwise: impl FnOnce(Run) -> Expr,
    ) -> Result<Expr, String> {
        if let Some(&[Expr::Attribute(name), constant]) = self.open.get(first..)
            && let Some(test) = test(constant, &mut self.rules)
        {
            self.open.truncate(first);
            return Ok(Expr::Test(test, name));
        }
        self.close(first).map(otherwise)
    }

    /// A text that the guard for versions lets through and that is no version is refused by the comparison behind it.
    fn and(&mut self, args: Arguments<'_, 'a>, asked: Asked) -> Result<Expr, String> {
        let first = self.opened(args.iter(), |_| asked.of_choices())?;
        let parts = self.open.get(first..).unwrap_or_default();
        for (index, part) in parts.iter().enumerate() {
            if let Expr::Guard(Guard::Version, name) = part
                && !parts.get(index + 1).is_some_and(|next| self.compares(next, *name))
            {
                self.guards = self.guards.saturating_sub(1);
            }
        }
        if asked == Asked::Truth {
            simplify::and(&mut self.open, first, &self.rules);
            if let Some(&[only]) = self.open.get(first..) {
                self.open.truncate(first);
                return Ok(only);
            }
        }
        self.close(first).map(Expr::And)
    }

    /// Whether an expression is `sem_ver` on the attribute, or only made of such.
    fn compares(&self, expr: &Expr, name: Place) -> bool {
        match expr {
            Expr::SemVer(arguments) => {
                matches!(self.rules.exprs(*arguments).first(), Some(Expr::Attribute(read)) if *read == name)
            }
            Expr::And(parts) | Expr::Or(parts) => {
                let parts = self.rules.exprs(*parts);
                !parts.is_empty() && parts.iter().all(|part| self.compares(part, name))
            }
            _ => false,
        }
    }

    /// The second argument reads items; the others read what the whole reads.
    fn iterating(&mut self, args: Arguments<'_, 'a>, asked: Asked) -> Result<Run, String> {
        self.each(args, |index| if index == 1 { Asked::Item } else { asked.of_arguments() })
    }

    fn var(&mut self, args: Arguments<'_, 'a>, asked: Asked) -> Result<Expr, String> {
        let asked = asked.of_arguments();
        if let Some(Node::Text(name)) = args.iter().next().as_ref().map(View::node)
            && asked != Asked::Item
            && args.len() == 1
            && data::is_top_level(name)
        {
            return self.attribute(name.clone());
        }
        let path = args.iter().next().map_or_else(|| Some(Box::default()), data::constant_path);
        let Some(path) = path else { return Ok(Expr::VarComputed(self.all(args, asked)?)) };
        let default = args.iter().nth(1).map(|arg| self.compile(arg, asked)).transpose()?;
        match (asked, &*path, default) {
            (Asked::Item, _, _) => {}
            (_, [root, name], _) if **root == *data::FLAGD && **name == *"flagKey" => {
                return Ok(Expr::FlagKey);
            }
            (_, [root, name], _) if **root == *data::FLAGD && **name == *"timestamp" => {
                return Ok(Expr::Timestamp);
            }
            (_, [name], None) if **name != *data::FLAGD => {
                return self.attribute(Cow::Owned(name.clone().into_string()));
            }
            _ => {}
        }
        self.rules.add_var(Var { path, default }).map(Expr::Var)
    }

    /// A first argument that is a list is a bucket: then the targeting key is what is hashed.
    fn fractional(&mut self, args: Arguments<'_, 'a>, asked: Asked) -> Result<Expr, String> {
        let asked = asked.of_arguments();
        let mut rest = args.iter().peekable();
        let bucket_by = rest.next_if(|first| !matches!(first.node(), Node::List { .. }));
        let bucket_by = bucket_by.map(|first| self.compile(first, asked)).transpose()?;
        let buckets = if rest.clone().all(|bucket| plain_bucket(bucket).is_some()) {
            let first = self.open.len();
            let mut weights = Vec::with_capacity(4);
            for (variant, weight) in rest.filter_map(plain_bucket) {
                let variant = self.text(variant.clone())?;
                self.open.push(variant);
                weights.push(fractional::whole_weight(weight));
            }
            let buckets =
                self.open.drain(first..).zip(weights).map(|(variant, weight)| Some((variant, weight?)));
            fractional::constant_buckets(buckets, &mut self.rules)?
        } else {
            let first = self.opened(rest, |_| asked)?;
            let buckets =
                fractional::compile_buckets(self.open.get(first..).unwrap_or_default(), &mut self.rules)?;
            self.open.truncate(first);
            buckets
        };
        let seeded = fractional::seeded(bucket_by, &self.rules);
        self.rules.add_fractional(Fractional { bucket_by, buckets, seeded }).map(Expr::Fractional)
    }
}

/// A bucket as nearly all are: the name of a variant and a weight.
fn plain_bucket<'t, 'a>(bucket: View<'t, 'a>) -> Option<(&'t Cow<'a, str>, Number)> {
    let mut parts = bucket.items();
    match (parts.next()?.node(), parts.next()?.node(), parts.next()) {
        (Node::Text(variant), Node::Number(weight), None) => Some((variant, number(weight))),
        _ => None,
    }
}
