//! Reads compact JSON into a tape, or gives up. It is strict: what it takes, `serde_json` takes as the same value.

use std::borrow::Cow;
use std::collections::HashSet;

use foldhash::fast::RandomState;
use serde_json::Number;

use super::tape::{Node, Tape, View};
use super::templates;

/// Why the reader gave up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// White space between the parts.
    Spaced,
    /// [`Reader::twice`] stands twice in one object.
    Twice,
    /// No JSON, or nested too deeply.
    Malformed,
}

/// A place in a text of JSON.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// How many more levels may be entered.
    levels: usize,
    /// Whether guards are recognised, and how many were.
    pub(crate) recognise: bool,
    pub(crate) guards: usize,
    /// The key that stands twice.
    pub(crate) twice: Option<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, levels: usize) -> Self {
        Self { text, at: 0, levels, recognise: false, guards: 0, twice: None }
    }

    /// The place of the next byte.
    pub(crate) fn place(&self) -> usize {
        self.at
    }

    /// Goes back to a place where a value began.
    pub(crate) fn return_to(&mut self, place: usize) {
        self.at = place;
    }

    /// The text from a place up to the next byte.
    pub(crate) fn since(&self, place: usize) -> &'a str {
        self.text.get(place..self.at).unwrap_or_default()
    }

    /// The next byte; a zero, which no JSON has, at the end.
    pub(crate) fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    /// Nothing must follow.
    pub(super) fn end(&self) -> Result<(), Stop> {
        if self.at == self.text.len() { Ok(()) } else { Err(self.unexpected()) }
    }

    fn unexpected(&self) -> Stop {
        if matches!(self.peek(), b' ' | b'\n' | b'\r' | b'\t') { Stop::Spaced } else { Stop::Malformed }
    }

    fn expect(&mut self, byte: u8) -> Result<(), Stop> {
        if self.peek() != byte {
            return Err(self.unexpected());
        }
        self.at += 1;
        Ok(())
    }

    /// Reads a value to the end of a tape.
    pub(crate) fn value(&mut self, tape: &mut Tape<'a>) -> Result<(), Stop> {
        match self.peek() {
            b'"' => {
                let text = self.quoted()?;
                tape.push(Node::Text(text));
            }
            b'{' if self.variable(tape) => {}
            b'{' => return self.object(tape),
            b'[' => return self.list(tape, false),
            b't' => return self.word("true", Node::Bool(true), tape),
            b'f' => return self.word("false", Node::Bool(false), tape),
            b'n' => return self.word("null", Node::Null, tape),
            b'-' | b'0'..=b'9' => {
                let number = self.number()?;
                tape.push(Node::Number(number));
            }
            _ => return Err(self.unexpected()),
        }
        Ok(())
    }

    /// Reads `{"var": NAME}`, which a third of all objects in a rule are, if it stands here as it is written by `flagc build`.
    fn variable(&mut self, tape: &mut Tape<'a>) -> bool {
        const HEAD: &[u8] = br#"{"var":""#;
        let Some(name) = self.rest().strip_prefix(HEAD).filter(|_| self.levels > 0) else { return false };
        let length = plain_length(name);
        if name.get(length..length + 2) != Some(br#""}"#) {
            return false;
        }
        let start = self.at + HEAD.len();
        let Some(name) = self.text.get(start..start + length) else { return false };
        let head = Node::Object { keys: 1, nodes: 2 };
        tape.extend([head, Node::Text(Cow::Borrowed("var")), Node::Text(Cow::Borrowed(name))]);
        self.at = start + length + 2;
        true
    }

    fn word(&mut self, word: &str, node: Node<'a>, tape: &mut Tape<'a>) -> Result<(), Stop> {
        if !self.rest().starts_with(word.as_bytes()) {
            return Err(Stop::Malformed);
        }
        self.at += word.len();
        tape.push(node);
        Ok(())
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// Whole numbers of few digits are read here, all others by `serde_json`.
    fn number(&mut self) -> Result<Number, Stop> {
        let rest = self.rest();
        let length = rest
            .iter()
            .position(|b| !matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'))
            .unwrap_or(rest.len());
        let digits = rest.get(..length).unwrap_or_default();
        let is_plain = length < 19 && digits.iter().all(u8::is_ascii_digit);
        let number = if is_plain && (length == 1 || digits.first() != Some(&b'0')) {
            digits.iter().fold(0, |n: u64, digit| n * 10 + u64::from(digit - b'0')).into()
        } else {
            serde_json::from_slice(digits).map_err(|_| Stop::Malformed)?
        };
        self.at += length;
        Ok(number)
    }

    /// Reads a text: borrowed, unless it has escapes, which are left to `serde_json`.
    pub(crate) fn quoted(&mut self) -> Result<Cow<'a, str>, Stop> {
        self.expect(b'"')?;
        let start = self.at;
        self.at += plain_length(self.rest());
        match self.peek() {
            b'"' => {
                let text = self.text.get(start..self.at).ok_or(Stop::Malformed)?;
                self.at += 1;
                Ok(Cow::Borrowed(text))
            }
            b'\\' => self.escaped(start),
            _ => Err(Stop::Malformed),
        }
    }

    fn escaped(&mut self, start: usize) -> Result<Cow<'a, str>, Stop> {
        loop {
            self.at += plain_length(self.rest());
            match self.peek() {
                b'\\' => self.at += 2,
                b'"' => break,
                _ => return Err(Stop::Malformed),
            }
        }
        self.at += 1;
        let quoted = self.text.get(start - 1..self.at).ok_or(Stop::Malformed)?;
        serde_json::from_str(quoted).map(Cow::Owned).map_err(|_| Stop::Malformed)
    }

    /// Walks over a list or an object; `next` must read an item, or a key's value.
    fn walk(&mut self, closing: u8, next: impl FnMut(&mut Self) -> Result<(), Stop>) -> Result<(), Stop> {
        self.levels = self.levels.checked_sub(1).ok_or(Stop::Malformed)?;
        self.at += 1;
        if self.peek() == closing {
            self.at += 1;
            self.levels += 1;
        } else {
            self.follow(closing, None, next)?;
        }
        Ok(())
    }

    /// Walks on where an item, or a key, begins: up to the end of the list or the object, or up to where one begins at
    /// `until`. Answers whether that is where it stands.
    fn follow(
        &mut self,
        closing: u8,
        until: Option<usize>,
        mut next: impl FnMut(&mut Self) -> Result<(), Stop>,
    ) -> Result<bool, Stop> {
        loop {
            if until == Some(self.at) {
                return Ok(true);
            }
            next(self)?;
            match self.peek() {
                b',' => self.at += 1,
                byte if byte == closing => break self.at += 1,
                _ => return Err(self.unexpected()),
            }
        }
        self.levels += 1;
        Ok(false)
    }

    /// Enters an object that is not empty, so that its entries can be walked over in parts.
    pub(crate) fn enter(&mut self) -> Result<(), Stop> {
        self.levels = self.levels.checked_sub(1).ok_or(Stop::Malformed)?;
        self.at += 1;
        Ok(())
    }

    /// Walks over the entries of an object that was entered, up to its end or to a key at `until`, which is answered.
    pub(crate) fn entries_until(
        &mut self,
        until: Option<usize>,
        mut entry: impl FnMut(&mut Self, Cow<'a, str>) -> Result<(), Stop>,
    ) -> Result<bool, Stop> {
        self.follow(b'}', until, |reader| {
            let key = reader.quoted()?;
            reader.expect(b':')?;
            entry(reader, key)
        })
    }

    /// Goes on behind the end of an object that was entered.
    pub(crate) fn leave_at(&mut self, place: usize) {
        self.at = place;
        self.levels += 1;
    }

    /// All that is read, whatever was read already.
    pub(crate) fn whole(&self) -> &'a str {
        self.text
    }

    /// Walks over an object; `entry` must read each key's value. Keys that stand twice are left to it.
    pub(crate) fn entries(
        &mut self,
        mut entry: impl FnMut(&mut Self, Cow<'a, str>) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        self.walk(b'}', |reader| {
            let key = reader.quoted()?;
            reader.expect(b':')?;
            entry(reader, key)
        })
    }

    /// Walks over a list; `item` must read each.
    pub(crate) fn items(&mut self, item: impl FnMut(&mut Self) -> Result<(), Stop>) -> Result<(), Stop> {
        self.walk(b']', item)
    }

    fn list(&mut self, tape: &mut Tape<'a>, guards: bool) -> Result<(), Stop> {
        let head = tape.len();
        tape.push(Node::Null);
        let mut items = 0;
        self.items(|reader| {
            items += 1;
            match guards.then(|| reader.guard()).flatten() {
                Some((guard, name)) => {
                    tape.push(guard);
                    tape.push(name);
                    Ok(())
                }
                None => reader.value(tape),
            }
        })?;
        let nodes = counted(tape.len() - head - 1)?;
        tape[head] = Node::List { items, nodes };
        Ok(())
    }

    fn guard(&mut self) -> Option<(Node<'a>, Node<'a>)> {
        let (guard, name, length) = templates::guard_at(self.text.get(self.at..)?)?;
        self.at += length;
        self.guards += 1;
        Some((Node::Guard(guard), Node::Text(Cow::Borrowed(name))))
    }

    fn object(&mut self, tape: &mut Tape<'a>) -> Result<(), Stop> {
        let head = tape.len();
        tape.push(Node::Null);
        let (mut keys, mut last, mut in_order) = (0, None, true);
        self.entries(|reader, key| {
            in_order &= last.as_ref().is_none_or(|last| *last < key);
            let is_and = reader.recognise && key == "and" && reader.peek() == b'[';
            tape.push(Node::Text(key.clone()));
            last = Some(key);
            keys += 1;
            if is_and { reader.list(tape, true) } else { reader.value(tape) }
        })?;
        let nodes = counted(tape.len() - head - 1)?;
        tape[head] = Node::Object { keys, nodes };
        if !in_order {
            let view = View::of(tape.get(head..).unwrap_or_default());
            self.refuse_twice(view.entries().map(|(key, _)| key.as_ref()))?;
        }
        Ok(())
    }

    /// Gives up where a key stands twice.
    pub(crate) fn refuse_twice<'k>(&mut self, keys: impl Iterator<Item = &'k str>) -> Result<(), Stop> {
        let mut seen: HashSet<&str, RandomState> = HashSet::default();
        for key in keys {
            if !seen.insert(key) {
                self.twice = Some(key.to_owned());
                return Err(Stop::Twice);
            }
        }
        Ok(())
    }
}

fn counted(nodes: usize) -> Result<u32, Stop> {
    u32::try_from(nodes).map_err(|_| Stop::Malformed)
}

/// How many bytes stand before the first that is a quote, a backslash or a control character; eight are looked at in
/// one step.
fn plain_length(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 0xff;
    const HIGH: u64 = ONES * 0x80;
    let mut length = 0;
    for chunk in bytes.as_chunks::<8>().0 {
        let word = u64::from_le_bytes(*chunk);
        let (quote, backslash) = (word ^ (ONES * 0x22), word ^ (ONES * 0x5c));
        // A byte's high bit is set where that byte is zero (below 0x20); bits above the lowest of them may be wrong.
        let found = (quote.wrapping_sub(ONES) & !quote)
            | (backslash.wrapping_sub(ONES) & !backslash)
            | (word.wrapping_sub(ONES * 0x20) & !word);
        if found & HIGH != 0 {
            return length + (found & HIGH).trailing_zeros() as usize / 8;
        }
        length += 8;
    }
    let rest = bytes.get(length..).unwrap_or_default();
    length + rest.iter().position(|b| matches!(b, b'"' | b'\\' | 0..0x20)).unwrap_or(rest.len())
}
