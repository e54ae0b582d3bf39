//! Where the rules of a document lie: expressions, texts and values, each kind in one vector, named by their places. A
//! rule costs no allocation of its own, and what is evaluated together lies together.

use serde_json::Value;

use super::Expr;
use super::data::Var;
use super::fractional::{Fractional, Interval};
use super::program::{Answer, Question};
use crate::choice::Choice;
use crate::context::{Mark, Slot, mark, slot};

/// The rules of a document, or of a part of one.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    exprs: Vec<Expr>,
    /// All texts, one after the other.
    letters: String,
    /// What lists of texts are made of.
    texts: Vec<Text>,
    names: Vec<Name>,
    values: Vec<Value>,
    numbers: Vec<f64>,
    vars: Vec<Var>,
    fractionals: Vec<Fractional>,
    intervals: Vec<Interval>,
    /// What the programs of flags are made of.
    questions: Vec<Question>,
    answers: Vec<Answer>,
}

/// A text, by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    start: u32,
    end: u32,
}

/// Some of one kind that lie beside each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    start: u32,
    end: u32,
}

/// One of a kind, by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place(u32);

/// The name of an attribute.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Name {
    pub(crate) text: Text,
    pub(crate) mark: Mark,
    pub(crate) slot: Slot,
}

/// Constants that lie beside each other, of some rules.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Texts<'a> {
    rules: &'a Rules,
    run: Run,
}

impl Run {
    fn of<T>(self, all: &[T]) -> &[T] {
        all.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

impl Rules {
    /// With room for about what the rules in a text of that many bytes come to: as they grow, nothing need be moved. Of a
    /// large room, what is not used is never touched.
    pub(crate) fn with_room(bytes: usize) -> Self {
        Self {
            exprs: Vec::with_capacity(bytes / 32),
            letters: String::with_capacity(bytes / 32),
            texts: Vec::with_capacity(bytes / 384),
            values: Vec::with_capacity(bytes / 384),
            numbers: Vec::with_capacity(bytes / 1024),
            fractionals: Vec::with_capacity(bytes / 384),
            intervals: Vec::with_capacity(bytes / 192),
            questions: Vec::with_capacity(bytes / 96),
            answers: Vec::with_capacity(bytes / 192),
            ..Self::default()
        }
    }

    #[inline]
    pub(crate) fn exprs(&self, run: Run) -> &[Expr] {
        run.of(&self.exprs)
    }

    pub(crate) fn text(&self, text: Text) -> &str {
        self.letters.get(text.start as usize..text.end as usize).unwrap_or_default()
    }

    pub(crate) fn texts(&self, run: Run) -> Texts<'_> {
        Texts { rules: self, run }
    }

    /// A text as bytes: nothing has to be asked of its ends.
    #[inline]
    pub(crate) fn bytes(&self, text: Text) -> &[u8] {
        self.letters.as_bytes().get(text.start as usize..text.end as usize).unwrap_or_default()
    }

    #[inline]
    pub(crate) fn name(&self, place: Place) -> Option<&Name> {
        self.names.get(place.0 as usize)
    }

    #[inline]
    pub(crate) fn number(&self, place: Place) -> f64 {
        self.numbers.get(place.0 as usize).copied().unwrap_or(f64::NAN)
    }

    pub(crate) fn value(&self, place: Place) -> &Value {
        self.values.get(place.0 as usize).unwrap_or(&Value::Null)
    }

    pub(crate) fn var(&self, place: Place) -> Option<&Var> {
        self.vars.get(place.0 as usize)
    }

    pub(crate) fn fractional(&self, place: Place) -> Option<&Fractional> {
        self.fractionals.get(place.0 as usize)
    }

    pub(crate) fn intervals(&self, run: Run) -> &[Interval] {
        run.of(&self.intervals)
    }

    #[inline]
    pub(crate) fn question(&self, place: u32) -> Option<&Question> {
        self.questions.get(place as usize)
    }

    #[inline]
    pub(crate) fn answer(&self, place: u32) -> Option<&Answer> {
        self.answers.get(place as usize)
    }

    /// The value of an expression that stands for itself.
    pub(crate) fn literal(&self, expr: Expr) -> Option<Value> {
        match expr {
            Expr::Text(text) => Some(Value::from(self.text(text))),
            Expr::Texts(run) => Some(self.texts(run).iter().map(Value::from).collect()),
            Expr::Literal(place) => Some(self.value(place).clone()),
            _ => None,
        }
    }
}

/// How many expressions, questions and answers there are.
#[derive(Clone, Copy)]
pub(crate) struct Extent([usize; 3]);

/// For rules that are compiled once more.
impl Rules {
    pub(crate) fn extent(&self) -> Extent {
        Extent([self.exprs.len(), self.questions.len(), self.answers.len()])
    }

    /// Forgets the last ones, which nothing names any more.
    pub(crate) fn shorten(&mut self, Extent([exprs, questions, answers]): Extent) {
        self.exprs.truncate(exprs);
        self.questions.truncate(questions);
        self.answers.truncate(answers);
    }
}

/// An error says that there are too many for their places: 2^32.
impl Rules {
    pub(crate) fn add_exprs(&mut self, exprs: impl Iterator<Item = Expr>) -> Result<Run, String> {
        add_all(&mut self.exprs, exprs)
    }

    pub(crate) fn add_text(&mut self, text: &str) -> Result<Text, String> {
        let start = place(self.letters.len())?;
        self.letters.push_str(text);
        Ok(Text { start, end: place(self.letters.len())? })
    }

    pub(crate) fn add_texts(&mut self, texts: impl Iterator<Item = Text>) -> Result<Run, String> {
        add_all(&mut self.texts, texts)
    }

    pub(crate) fn add_name(&mut self, text: Text) -> Result<Place, String> {
        let mark = mark(self.text(text));
        let name = Name { text, mark, slot: slot(mark) };
        add(&mut self.names, name)
    }

    pub(crate) fn add_number(&mut self, number: f64) -> Result<Place, String> {
        add(&mut self.numbers, number)
    }

    pub(crate) fn add_value(&mut self, value: Value) -> Result<Place, String> {
        add(&mut self.values, value)
    }

    pub(crate) fn add_var(&mut self, var: Var) -> Result<Place, String> {
        add(&mut self.vars, var)
    }

    pub(crate) fn add_fractional(&mut self, fractional: Fractional) -> Result<Place, String> {
        add(&mut self.fractionals, fractional)
    }

    pub(crate) fn add_intervals(&mut self, intervals: impl Iterator<Item = Interval>) -> Result<Run, String> {
        add_all(&mut self.intervals, intervals)
    }

    /// Says what is decided in one of some intervals.
    pub(crate) fn decide(&mut self, run: Run, index: usize, choice: Choice) {
        let intervals = self.intervals.get_mut(run.start as usize..run.end as usize);
        if let Some(interval) = intervals.and_then(|intervals| intervals.get_mut(index)) {
            interval.choice = choice;
        }
    }

    pub(crate) fn add_question(&mut self, question: Question) -> Result<u32, String> {
        add(&mut self.questions, question).map(|place| place.0)
    }

    pub(crate) fn add_answer(&mut self, answer: Answer) -> Result<u32, String> {
        add(&mut self.answers, answer).map(|place| place.0)
    }
}

fn place(length: usize) -> Result<u32, String> {
    u32::try_from(length).map_err(|_| "the rules of the document are too large".to_owned())
}

fn add<T>(all: &mut Vec<T>, one: T) -> Result<Place, String> {
    let start = place(all.len())?;
    all.push(one);
    Ok(Place(start))
}

fn add_all<T>(all: &mut Vec<T>, more: impl Iterator<Item = T>) -> Result<Run, String> {
    let start = place(all.len())?;
    all.extend(more);
    Ok(Run { start, end: place(all.len())? })
}

impl<'a> Texts<'a> {
    pub(crate) fn len(self) -> usize {
        self.run.of(&self.rules.texts).len()
    }

    pub(crate) fn get(self, index: usize) -> Option<&'a str> {
        self.run.of(&self.rules.texts).get(index).map(|text| self.rules.text(*text))
    }

    /// Whether one of the texts, as bytes, is what is looked for.
    #[inline]
    pub(crate) fn any(self, mut is: impl FnMut(&[u8]) -> bool) -> bool {
        self.run.of(&self.rules.texts).iter().any(|text| is(self.rules.bytes(*text)))
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = &'a str> {
        self.run.of(&self.rules.texts).iter().map(move |text| self.rules.text(*text))
    }

    /// Whether both are the very same list, rather than equal ones.
    pub(crate) fn is(self, other: Self) -> bool {
        std::ptr::eq(self.rules, other.rules) && self.run == other.run
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A document has a million of them.
    #[test]
    fn an_expression_takes_sixteen_bytes() {
        assert_eq!(size_of::<Expr>(), 16);
    }
}
