//! Reads plain TOML without tokens and without a parser in between: nearly every file is nothing but bare keys, headers,
//! text in double quotes without escapes, numbers, dates, lists and inline tables. Whatever else a file has, and every
//! mistake, is left to `toml_parser`, whose grammar this is a part of: a test holds that both give the same tree.

use std::borrow::Cow;

use toml_parser::parser::EventReceiver as _;

use super::{Builder, Children, Header, Origin, Value, empty_table};
use crate::syntax::problems::to_span;

/// Lists and inline tables stand this deep in each other in a plain file.
const MAX_DEPTH: usize = 16;

/// Reads a text into a builder; `None` where it is not plain, and what the builder holds is of no use.
pub(super) fn read<'s>(text: &'s str, builder: &mut Builder<'s>) -> Option<()> {
    let mut quick = Quick { text, at: 0, builder };
    while quick.statement()? {}
    builder.tree.problems.is_empty().then_some(())
}

struct Quick<'b, 's> {
    text: &'s str,
    /// The byte that is looked at.
    at: usize,
    builder: &'b mut Builder<'s>,
}

impl<'s> Quick<'_, 's> {
    /// One line, or one value over several lines; false at the end of the text.
    fn statement(&mut self) -> Option<bool> {
        self.blank();
        match self.peek() {
            None => return Some(false),
            Some(b'\n' | b'#') => {}
            Some(b'[') => self.header()?,
            Some(_) => self.key_and_value(0)?,
        }
        self.blank();
        self.comment()?;
        match self.peek() {
            None => Some(false),
            Some(b'\n') => {
                self.at += 1;
                Some(true)
            }
            Some(_) => None,
        }
    }

    fn header(&mut self) -> Option<()> {
        let start = self.at;
        let is_array = self.text.as_bytes().get(start + 1) == Some(&b'[');
        let brackets = if is_array { 2 } else { 1 };
        self.at += brackets;
        self.builder.path.clear();
        self.builder.header = Some(Header { is_array, span: to_span(self.since(start)) });
        self.blank();
        self.key()?;
        let start = self.at;
        for _ in 0..brackets {
            self.expect(b']')?;
        }
        self.builder.close_header(self.since(start));
        Some(())
    }

    fn key_and_value(&mut self, depth: usize) -> Option<()> {
        self.key()?;
        self.expect(b'=')?;
        self.blank();
        self.value(depth)
    }

    /// A bare key, or several with dots in between, and the blanks behind it.
    fn key(&mut self) -> Option<()> {
        loop {
            let start = self.at;
            self.skip(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
            let key = self.text.get(start..self.at).filter(|key| !key.is_empty())?;
            self.builder.path.push((Cow::Borrowed(key), to_span(self.since(start))));
            self.blank();
            if self.peek() != Some(b'.') {
                return Some(());
            }
            self.at += 1;
            self.blank();
        }
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        let depth = Some(depth + 1).filter(|depth| *depth <= MAX_DEPTH)?;
        match self.peek()? {
            b'"' => self.string(),
            b'[' => self.array(depth),
            b'{' => self.inline_table(depth),
            _ => self.scalar(),
        }
    }

    fn string(&mut self) -> Option<()> {
        let start = self.at;
        self.at += 1;
        self.skip(|byte| byte >= b' ' && byte != b'"' && byte != b'\\' && byte != 0x7f);
        let text = self.text.get(start + 1..self.at)?;
        self.expect(b'"')?;
        // Three quotes begin a text of several lines.
        if text.is_empty() && self.peek() == Some(b'"') {
            return None;
        }
        self.builder.insert(to_span(self.since(start)), Value::String(Cow::Borrowed(text)));
        Some(())
    }

    /// A number, a date or a truth value.
    fn scalar(&mut self) -> Option<()> {
        let start = self.at;
        self.skip(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'+' | b'.' | b':'));
        let span = self.since(start);
        let value = match self.text.get(start..self.at)? {
            "" => return None,
            "true" => Value::Boolean(true),
            "false" => Value::Boolean(false),
            _ => {
                self.builder.scalar(span, None, &mut ());
                return Some(());
            }
        };
        self.builder.insert(to_span(span), value);
        Some(())
    }

    fn array(&mut self, depth: usize) -> Option<()> {
        let list = Children { first: 0, last: 0, len: 0, origin: Origin::Inline };
        self.open(Value::Array(list));
        loop {
            self.lines()?;
            if self.peek()? != b']' {
                self.value(depth)?;
                self.lines()?;
            }
            match self.peek()? {
                b',' => self.at += 1,
                b']' => break,
                _ => return None,
            }
        }
        self.close();
        Some(())
    }

    fn inline_table(&mut self, depth: usize) -> Option<()> {
        self.open(empty_table(Origin::Inline));
        self.blank();
        while self.peek()? != b'}' {
            self.key_and_value(depth)?;
            self.blank();
            if self.peek()? == b',' {
                self.at += 1;
                self.blank();
                // A comma at the end is TOML 1.1, which is told.
                self.peek().filter(|next| *next != b'}')?;
            } else if self.peek()? != b'}' {
                return None;
            }
        }
        self.close();
        Some(())
    }

    fn open(&mut self, value: Value<'s>) {
        self.at += 1;
        self.builder.open_container(self.since(self.at - 1), value);
    }

    fn close(&mut self) {
        self.at += 1;
        self.builder.close_container(self.since(self.at - 1));
    }

    /// Blanks, comments and line breaks, as they may stand between the elements of a list.
    fn lines(&mut self) -> Option<()> {
        loop {
            self.blank();
            self.comment()?;
            if self.peek() != Some(b'\n') {
                return Some(());
            }
            self.at += 1;
        }
    }

    /// A comment, if there is one; `None` for characters that may not stand in it.
    fn comment(&mut self) -> Option<()> {
        if self.peek() == Some(b'#') {
            self.skip(|byte| (byte >= b' ' && byte != 0x7f) || byte == b'\t');
            return matches!(self.peek(), None | Some(b'\n')).then_some(());
        }
        Some(())
    }

    fn blank(&mut self) {
        self.skip(|byte| matches!(byte, b' ' | b'\t'));
    }

    fn skip(&mut self, is_part: impl Fn(u8) -> bool) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(|byte| !is_part(*byte)).unwrap_or(rest.len());
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found.then_some(())
    }

    /// From a byte to where the reader stands.
    fn since(&self, start: usize) -> toml_parser::Span {
        toml_parser::Span::new_unchecked(start, self.at)
    }
}
