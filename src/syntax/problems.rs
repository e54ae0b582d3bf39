//! The parser's complaints as problems of a file: the first of each heap, in words that people know.

use toml_parser::{ErrorSink, Expected, ParseError};

use super::{Problem, ProblemKind};
use crate::source::Span;

/// One slip makes the parser stumble over what follows: of syntax problems on lines that follow each other only
/// the first is kept.
pub(super) fn drop_echoes(text: &str, problems: &mut Vec<Problem>) {
    let mut last_offset: Option<usize> = None;
    problems.retain(|problem| {
        let ProblemKind::Syntax { .. } = problem.kind else { return true };
        let offset = problem.span.start as usize;
        let echo = last_offset.is_some_and(|last| {
            let between = text.get(last.min(offset)..offset).unwrap_or_default();
            between.matches('\n').count() <= 1
        });
        last_offset = Some(offset);
        !echo
    });
}

/// Gathers what the parser itself complains about.
#[derive(Default)]
pub(super) struct Errors {
    pub(super) problems: Vec<Problem>,
}

impl ErrorSink for Errors {
    fn report_error(&mut self, error: ParseError) {
        self.problems.push(syntax_problem(&error, true));
    }
}

pub(super) fn syntax_problem(error: &ParseError, structural: bool) -> Problem {
    let span = error.unexpected().or(error.context()).map_or(Span::default(), to_span);
    let expected = error.expected().filter(|list| !list.is_empty()).map(|list| {
        let words: Vec<String> = list
            .iter()
            .map(|expected| match expected {
                Expected::Literal("\n") => "a new line".to_owned(),
                Expected::Description("literal string") => "a text in quotes".to_owned(),
                Expected::Literal(text) => format!("`{text}`"),
                Expected::Description(text) => (*text).to_owned(),
                _ => "something else".to_owned(),
            })
            .collect();
        words.join(" or ")
    });
    let message = error.description().to_owned();
    Problem { kind: ProblemKind::Syntax { message, expected, structural }, span }
}

pub(super) fn to_span(span: toml_parser::Span) -> Span {
    Span::new(span.start(), span.end())
}
