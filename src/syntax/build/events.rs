//! What the parser sees, one event at a time, and what the builder does about it.

use std::borrow::Cow;

use toml_parser::decoder::Encoding;
use toml_parser::parser::EventReceiver;
use toml_parser::{ErrorSink, ParseError};

use super::super::problems::{syntax_problem, to_span};
use super::super::scalar::{self, Scalar};
use super::{Builder, Children, Header, Origin, ProblemKind, Value, empty_table};

impl EventReceiver for Builder<'_> {
    fn std_table_open(&mut self, span: toml_parser::Span, _error: &mut dyn ErrorSink) {
        self.path.clear();
        self.open.clear();
        self.header = Some(Header { is_array: false, span: to_span(span) });
    }

    fn std_table_close(&mut self, span: toml_parser::Span, _error: &mut dyn ErrorSink) {
        self.close_header(span);
    }

    fn array_table_open(&mut self, span: toml_parser::Span, _error: &mut dyn ErrorSink) {
        self.path.clear();
        self.open.clear();
        self.header = Some(Header { is_array: true, span: to_span(span) });
    }

    fn array_table_close(&mut self, span: toml_parser::Span, _error: &mut dyn ErrorSink) {
        self.close_header(span);
    }

    fn inline_table_open(&mut self, span: toml_parser::Span, _error: &mut dyn ErrorSink) -> bool {
        self.open_container(span, empty_table(Origin::Inline));
        true
    }

    fn inline_table_close(&mut self, span: toml_parser::Span, _error: &mut dyn ErrorSink) {
        if self.after_comma && self.innermost_is_inline_table() {
            self.problem(ProblemKind::Newer { what: "a comma at the end of an inline table" }, to_span(span));
        }
        self.close_container(span);
    }

    fn array_open(&mut self, span: toml_parser::Span, _error: &mut dyn ErrorSink) -> bool {
        let list = Children { first: 0, last: 0, len: 0, origin: Origin::Inline };
        self.open_container(span, Value::Array(list));
        true
    }

    fn array_close(&mut self, span: toml_parser::Span, _error: &mut dyn ErrorSink) {
        self.close_container(span);
    }

    fn simple_key(&mut self, span: toml_parser::Span, encoding: Option<Encoding>, error: &mut dyn ErrorSink) {
        self.after_comma = false;
        let raw = self.raw(span, encoding);
        let mut key = Cow::Borrowed("");
        let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if encoding.is_none() && !raw.is_empty() && raw.as_str().bytes().all(is_bare) {
            key = Cow::Borrowed(raw.as_str());
        } else {
            raw.decode_key(&mut key, error);
        }
        self.path.push((key, to_span(span)));
    }

    fn scalar(&mut self, span: toml_parser::Span, encoding: Option<Encoding>, _error: &mut dyn ErrorSink) {
        self.after_comma = false;
        let raw = self.raw(span, encoding);
        let mut problems = Vec::new();
        let mut sink = |error: ParseError| problems.push(syntax_problem(&error, false));
        let value = match scalar::decode(raw, span, encoding, &mut sink) {
            Scalar::Value { value, newer } => {
                if let Some(what) = newer {
                    self.problem(ProblemKind::Newer { what }, to_span(span));
                }
                value
            }
            Scalar::OutOfRange => {
                self.problem(ProblemKind::NumberRange { text: raw.as_str().to_owned() }, to_span(span));
                Value::Invalid
            }
        };
        self.tree.problems.append(&mut problems);
        self.insert(to_span(span), value);
    }

    fn value_sep(&mut self, _span: toml_parser::Span, _error: &mut dyn ErrorSink) {
        self.path.clear();
        self.after_comma = true;
    }

    fn newline(&mut self, span: toml_parser::Span, error: &mut dyn ErrorSink) {
        self.raw(span, None).decode_newline(error);
        self.abandon_header();
        if self.open.is_empty() {
            self.path.clear();
        } else if self.innermost_is_inline_table()
            && self.open.last_mut().is_some_and(|open| !std::mem::replace(&mut open.broken_line, true))
        {
            self.problem(ProblemKind::Newer { what: "a line break in an inline table" }, to_span(span));
        }
    }

    fn comment(&mut self, span: toml_parser::Span, error: &mut dyn ErrorSink) {
        self.raw(span, None).decode_comment(error);
    }
}
