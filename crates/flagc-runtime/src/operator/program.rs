//! A rule as a program: questions about the context, each with the way to go on for yes and for no, and at the end of
//! every way what the rule answers. `if`, `and`, `or` and `!` become ways, and cost nothing while a rule is evaluated.

use super::fractional::{self, Fractional, Interval};
use super::{Env, Expr, Place, Rules, Run, Scope, eval, guard, holds, test};
use crate::choice::Choice;
use crate::details::Reason;
use crate::document::Flag;
use crate::value::Val;

/// Where to go on: at a question, or, from [`ANSWERS`] on, at an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way(u32);

const ANSWERS: u32 = 1 << 31;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Question {
    asked: Expr,
    yes: Way,
    no: Way,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    /// The place of the pair of the rule's outermost `if` that leads here; the number of pairs where none does.
    branch: Option<u32>,
    /// What stands there; `null` where nothing does.
    value: Option<Expr>,
    served: Served,
}

/// What an answer comes to, as far as it is known before anybody asks.
#[derive(Clone, Copy, Debug)]
enum Served {
    Variant(Choice),
    /// A split of constant weights by the hash of a seed and an attribute; its intervals know their variants.
    Split(Place),
    /// Whatever its value names.
    Value,
}

impl Way {
    /// The answer that is reached.
    #[inline]
    fn answer<'a>(self, env: &Env<'a>) -> Option<&'a Answer> {
        let mut way = self;
        while let Some(question) = env.rules.question(way.0) {
            // Nearly all questions are of the first two kinds, which need no call.
            let is_so = match &question.asked {
                Expr::Test(test, name) => test::holds(*test, env.attribute(*name), env.rules),
                Expr::Guard(guard, name) => guard::holds(*guard, env.attribute(*name)),
                other => holds(other, env, Scope::Root),
            };
            way = if is_so { question.yes } else { question.no };
        }
        env.rules.answer(way.0.wrapping_sub(ANSWERS))
    }

    /// What is decided on a flag.
    #[inline]
    pub(crate) fn choose<'a>(self, flag: &'a Flag, env: &Env<'a>) -> Choice {
        let Some(answer) = self.answer(env) else { return Choice::REFUSED };
        if let Some(trace) = env.trace {
            trace.borrow_mut().branch = answer.branch.map(|branch| branch as usize);
        }
        let choice = match answer.served {
            Served::Variant(choice) => choice,
            Served::Split(place) => {
                match env.rules.fractional(place).and_then(|split| fractional::interval(split, env)) {
                    Some(interval) => interval.choice,
                    None => Choice::named(flag, &answer.value(env)),
                }
            }
            Served::Value => Choice::named(flag, &answer.value(env)),
        };
        if env.failed.get() { Choice::REFUSED } else { choice }
    }

    /// The value that names a variant.
    pub(crate) fn value<'a>(self, env: &Env<'a>) -> Val<'a> {
        self.answer(env).map_or(Val::Null, |answer| answer.value(env))
    }
}

impl Answer {
    fn value<'a>(&'a self, env: &Env<'a>) -> Val<'a> {
        self.value.as_ref().map_or(Val::Null, |expr| eval(expr, env, Scope::Root))
    }
}

/// Makes the program of a flag's rule. How deep that nests was bounded when it was read. An error says that the document's
/// rules are too many.
pub(crate) fn program(rule: Expr, flag: &Flag, rules: &mut Rules) -> Result<Way, String> {
    Author { flag, rules }.answers(Some(rule), None)
}

/// Writes a program from its end to its beginning: where a way leads is known before there is a question on it.
struct Author<'f, 'r> {
    flag: &'f Flag,
    rules: &'r mut Rules,
}

impl Author<'_, '_> {
    /// The way to what an expression answers. `branch` is that of the outermost `if`, behind its first pair.
    fn answers(&mut self, value: Option<Expr>, branch: Option<u32>) -> Result<Way, String> {
        let Some(Expr::If(run)) = value else { return self.answer(value, branch) };
        let branch_at = |pair: usize| branch.or_else(|| u32::try_from(pair).ok());
        let (pairs, rest) = self.pairs(run);
        let mut way = self.answers(rest, branch_at(pairs))?;
        for pair in (0..pairs).rev() {
            if let Some([condition, value]) = self.pair(run, pair) {
                let yes = self.answers(Some(value), branch_at(pair))?;
                way = self.asks(condition, yes, way)?;
            }
        }
        Ok(way)
    }

    /// The way that asks whether an expression is true.
    fn asks(&mut self, asked: Expr, yes: Way, no: Way) -> Result<Way, String> {
        match asked {
            // `and` and `or` of nothing are not true.
            Expr::And(run) | Expr::Or(run) if self.rules.exprs(run).is_empty() => Ok(no),
            Expr::And(run) => self.each_from_last(run, yes, |author, part, way| author.asks(part, way, no)),
            Expr::Or(run) => self.each_from_last(run, no, |author, part, way| author.asks(part, yes, way)),
            Expr::Not(run) => self.asks_first(run, no, yes),
            Expr::Truthy(run) => self.asks_first(run, yes, no),
            Expr::If(run) => {
                let (pairs, rest) = self.pairs(run);
                let mut way = rest.map_or(Ok(no), |rest| self.asks(rest, yes, no))?;
                for pair in (0..pairs).rev() {
                    if let Some([condition, value]) = self.pair(run, pair) {
                        let then = self.asks(value, yes, no)?;
                        way = self.asks(condition, then, way)?;
                    }
                }
                Ok(way)
            }
            asked => self.rules.add_question(Question { asked, yes, no }).map(Way),
        }
    }

    /// The way that asks whether the first of some expressions is true; nothing is not.
    fn asks_first(&mut self, run: Run, yes: Way, no: Way) -> Result<Way, String> {
        let first = self.rules.exprs(run).first().copied();
        first.map_or(Ok(no), |first| self.asks(first, yes, no))
    }

    fn each_from_last(
        &mut self,
        run: Run,
        last: Way,
        mut ask: impl FnMut(&mut Self, Expr, Way) -> Result<Way, String>,
    ) -> Result<Way, String> {
        let mut way = last;
        for index in (0..self.rules.exprs(run).len()).rev() {
            if let Some(&part) = self.rules.exprs(run).get(index) {
                way = ask(self, part, way)?;
            }
        }
        Ok(way)
    }

    fn answer(&mut self, value: Option<Expr>, branch: Option<u32>) -> Result<Way, String> {
        let served = match value {
            None => Served::Variant(Choice::default_of(self.flag, Reason::Default)),
            Some(Expr::Text(name)) => Served::Variant(Choice::of_name(self.flag, self.rules.text(name))),
            Some(Expr::Fractional(place)) if self.resolve(place) => Served::Split(place),
            Some(_) => Served::Value,
        };
        let answer = self.rules.add_answer(Answer { branch, value, served })?;
        // There are never as many as that: each has a place of its own in a text of some megabytes.
        Ok(Way(answer.saturating_add(ANSWERS)))
    }

    /// Gives each interval of a split its variant. Whether it is a split by an attribute whose intervals all name one.
    fn resolve(&mut self, place: Place) -> bool {
        let Some(intervals) = self.rules.fractional(place).and_then(Fractional::intervals) else {
            return false;
        };
        let length = self.rules.intervals(intervals).len();
        (0..length).all(|index| {
            let Some(Interval { variant: Expr::Text(name), .. }) = self.rules.intervals(intervals).get(index)
            else {
                return false;
            };
            let choice = Choice::of_name(self.flag, self.rules.text(*name));
            self.rules.decide(intervals, index, choice);
            true
        })
    }

    /// How many pairs an `if` has, and what stands behind them.
    fn pairs(&self, run: Run) -> (usize, Option<Expr>) {
        let (pairs, rest) = self.rules.exprs(run).as_chunks::<2>();
        (pairs.len(), rest.first().copied())
    }

    fn pair(&self, run: Run, index: usize) -> Option<[Expr; 2]> {
        self.rules.exprs(run).as_chunks::<2>().0.get(index).copied()
    }
}
