//! Reads plain TOML without tokens and without a parser in between: nearly every file is nothing but bare keys, headers,
//! text in double quotes without escapes, numbers, dates, lists and inline tables. Whatever else a file has, and every
//! mistake, is left to `toml_parser`, whose grammar this is a part of: a test holds that both give the same tree.

mod bytes;
mod scalar;

use std::borrow::Cow;

use super::{Builder, Children, Header, Key, Origin, Value, empty_table};
use crate::source::Span;
use bytes::{COMMENT, KEY, run, text_end};

/// So many keys, lists and inline tables lead to a value of a plain file at most.
const MAX_DEPTH: usize = 32;

/// Reads a text into a builder; `None` where it is not plain, and what the builder holds is of no use.
pub(super) fn read<'s>(text: &'s str, builder: &mut Builder<'s>) -> Option<()> {
    let mut quick = Quick { text, bytes: text.as_bytes(), at: 0, builder };
    let (mut table, mut depth) = (0, 0);
    loop {
        quick.blank();
        match quick.peek() {
            None => break,
            Some(b'\n' | b'#') => {}
            Some(b'[') => (table, depth) = quick.header()?,
            Some(_) => quick.key_and_value(table, depth)?,
        }
        quick.blank();
        quick.comment()?;
        match quick.peek() {
            None => break,
            Some(b'\n') => quick.at += 1,
            Some(_) => return None,
        }
    }
    quick.builder.tree.problems.is_empty().then_some(())
}

struct Quick<'b, 's> {
    text: &'s str,
    bytes: &'s [u8],
    /// The byte that is looked at.
    at: usize,
    builder: &'b mut Builder<'s>,
}

/// Where a value goes.
struct Slot<'s> {
    parent: u32,
    /// Its key; `None` for an element of a list.
    key: Option<Key<'s>>,
    /// How many keys, lists and inline tables lead to it.
    depth: usize,
}

impl<'s> Quick<'_, 's> {
    /// A header: the table that the lines after it go into, and how many keys lead to that.
    fn header(&mut self) -> Option<(u32, usize)> {
        let start = self.at;
        let is_array = self.bytes.get(start + 1) == Some(&b'[');
        let brackets = if is_array { 2 } else { 1 };
        self.at += brackets;
        let mut header = Header { is_array, span: self.since(start) };
        self.builder.path.clear();
        self.blank();
        loop {
            let key = self.key()?;
            self.builder.path.push(key);
            self.blank();
            if self.peek() != Some(b'.') {
                break;
            }
            self.at += 1;
            self.blank();
        }
        let depth = self.builder.path.len();
        let start = self.at;
        for _ in 0..brackets {
            self.expect(b']')?;
        }
        header.span = header.span.to(self.since(start));
        let table = self.builder.define_table(&header)?;
        (depth <= MAX_DEPTH).then_some((table, depth))
    }

    /// `key = value`, where the key may be several with dots in between.
    fn key_and_value(&mut self, table: u32, depth: usize) -> Option<()> {
        let (mut parent, mut depth) = (table, depth + 1);
        let mut key = self.key()?;
        self.blank();
        while self.peek() == Some(b'.') {
            self.at += 1;
            self.blank();
            parent = self.builder.descend_dotted(parent, key)?;
            depth += 1;
            key = self.key()?;
            self.blank();
        }
        self.expect(b'=')?;
        self.blank();
        if self.builder.lookup(parent, &key.0).is_some() {
            return None;
        }
        self.value(Slot { parent, key: Some(key), depth })
    }

    /// One bare key.
    fn key(&mut self) -> Option<Key<'s>> {
        let start = self.at;
        self.at += run(&KEY, self.rest());
        let key = self.text.get(start..self.at).filter(|key| !key.is_empty())?;
        Some((Cow::Borrowed(key), self.since(start)))
    }

    fn value(&mut self, slot: Slot<'s>) -> Option<()> {
        if slot.depth > MAX_DEPTH {
            return None;
        }
        match self.peek()? {
            b'"' => self.string(slot),
            b'[' => self.array(slot),
            b'{' => self.inline_table(slot),
            _ => self.scalar(slot),
        }
    }

    fn string(&mut self, slot: Slot<'s>) -> Option<()> {
        let start = self.at;
        self.at += 1;
        self.at += text_end(self.rest());
        let text = self.text.get(start + 1..self.at)?;
        self.expect(b'"')?;
        // Three quotes begin a text of several lines.
        if text.is_empty() && self.peek() == Some(b'"') {
            return None;
        }
        self.put(slot, start, Value::String(Cow::Borrowed(text)));
        Some(())
    }

    /// A number, a date or a truth value.
    fn scalar(&mut self, slot: Slot<'s>) -> Option<()> {
        let start = self.at;
        self.at += run(&bytes::SCALAR, self.rest());
        let value = scalar::read(self.text.get(start..self.at)?, start)?;
        self.put(slot, start, value);
        Some(())
    }

    fn array(&mut self, slot: Slot<'s>) -> Option<()> {
        let (start, depth) = (self.at, slot.depth + 1);
        let list = Children { first: 0, last: 0, len: 0, origin: Origin::Inline };
        self.at += 1;
        let parent = self.put(slot, start, Value::Array(list));
        loop {
            self.lines()?;
            if self.peek()? != b']' {
                self.value(Slot { parent, key: None, depth })?;
                self.lines()?;
            }
            match self.peek()? {
                b',' => self.at += 1,
                b']' => break,
                _ => return None,
            }
        }
        self.close(parent, start);
        Some(())
    }

    fn inline_table(&mut self, slot: Slot<'s>) -> Option<()> {
        let (start, depth) = (self.at, slot.depth);
        self.at += 1;
        let table = self.put(slot, start, empty_table(Origin::Inline));
        self.blank();
        while self.peek()? != b'}' {
            self.key_and_value(table, depth)?;
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
        self.close(table, start);
        Some(())
    }

    /// Adds a value that was read from `start` to here.
    fn put(&mut self, slot: Slot<'s>, start: usize, value: Value<'s>) -> u32 {
        let span = self.since(start);
        let key = slot.key.unwrap_or((Cow::Borrowed(""), span));
        self.builder.append(slot.parent, key, span, value)
    }

    /// The list or table that began at `start` ends with the byte that is looked at.
    fn close(&mut self, id: u32, start: usize) {
        self.at += 1;
        let span = self.since(start);
        let node = &mut self.builder.tree.nodes[id as usize];
        if node.key.is_empty() {
            node.key_span = span;
        }
        node.span = span;
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
            self.at += run(&COMMENT, self.rest());
            return matches!(self.peek(), None | Some(b'\n')).then_some(());
        }
        Some(())
    }

    fn blank(&mut self) {
        while let Some(b' ' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn rest(&self) -> &'s [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found.then_some(())
    }

    /// From a byte to where the reader stands.
    fn since(&self, start: usize) -> Span {
        Span::new(start, self.at)
    }
}
