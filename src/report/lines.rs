//! From bytes to lines and columns, fast for thousands of findings: every file is scanned once, when it is first asked
//! for, and a lookup reads at most [`STEP`] bytes, however long the line is.

use std::cell::OnceCell;

use crate::source::{FileId, Place, Position, Sources, Span};

/// Characters are counted from the nearest checkpoint; checkpoints stand this many bytes apart.
const STEP: usize = 512;

/// Where a place begins and ends: both from 1, columns in characters; the end is one past the last character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) start: Position,
    pub(super) end: Position,
}

/// The lines of all files.
pub(super) struct LineTable<'s> {
    sources: &'s Sources,
    files: Vec<OnceCell<FileLines>>,
}

impl<'s> LineTable<'s> {
    pub(super) fn new(sources: &'s Sources) -> Self {
        Self { sources, files: sources.files.iter().map(|_| OnceCell::new()).collect() }
    }

    /// The path and the text of a file.
    pub(super) fn file(&self, file: FileId) -> (&'s str, &'s str) {
        self.sources.files.get(file.0 as usize).map_or(("", ""), |file| (&file.path, &file.text))
    }

    /// Where each line of a file begins.
    pub(super) fn starts(&self, file: FileId) -> &[usize] {
        self.lines(file).map_or(&[0], |lines| &lines.starts)
    }

    /// The region of a place; what lies outside of the text is moved to its end.
    pub(super) fn region(&self, place: Place) -> Region {
        let (_, text) = self.file(place.file);
        let range = clamp(text, place.span);
        Region { start: self.position(place.file, range.start), end: self.position(place.file, range.end) }
    }

    fn position(&self, file: FileId, offset: usize) -> Position {
        let (_, text) = self.file(file);
        let Some(lines) = self.lines(file) else { return Position { line: 1, column: 1 } };
        let line = line_of(&lines.starts, offset);
        let characters = |at| lines.characters_before(text, at);
        Position { line: line + 1, column: characters(offset) - characters(lines.starts[line]) + 1 }
    }

    fn lines(&self, file: FileId) -> Option<&FileLines> {
        let cell = self.files.get(file.0 as usize)?;
        Some(cell.get_or_init(|| FileLines::scan(self.file(file).1)))
    }
}

/// The index into `starts` of the line that holds an offset. INVARIANT: `starts` begins with 0.
pub(super) fn line_of(starts: &[usize], offset: usize) -> usize {
    starts.partition_point(|start| *start <= offset).saturating_sub(1)
}

/// A span as a range within a text, at boundaries of characters; never reversed.
pub(super) fn clamp(text: &str, span: Span) -> std::ops::Range<usize> {
    let (mut start, mut end) = (span.range().start.min(text.len()), span.range().end.min(text.len()));
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end.max(start)
}

struct FileLines {
    starts: Vec<usize>,
    /// How many characters begin before byte 0, `STEP`, 2 × `STEP`, …
    checkpoints: Vec<usize>,
}

impl FileLines {
    fn scan(text: &str) -> Self {
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(newlines.map(|(at, _)| at + 1)).collect();
        let mut total = 0;
        let mut checkpoints = Vec::with_capacity(text.len() / STEP + 1);
        for chunk in text.as_bytes().chunks(STEP) {
            checkpoints.push(total);
            total += begun(chunk);
        }
        Self { starts, checkpoints }
    }

    /// How many characters begin before an offset.
    fn characters_before(&self, text: &str, offset: usize) -> usize {
        let Some(known) = self.checkpoints.get(offset / STEP) else {
            // The end of a text whose length is a multiple of `STEP`.
            let last = self.checkpoints.len().saturating_sub(1);
            let tail = text.as_bytes().get(last * STEP..offset).unwrap_or_default();
            return self.checkpoints.last().copied().unwrap_or_default() + begun(tail);
        };
        known + begun(text.as_bytes().get(offset / STEP * STEP..offset).unwrap_or_default())
    }
}

/// How many characters begin in some bytes of UTF-8: those that are no continuation.
fn begun(bytes: &[u8]) -> usize {
    bytes.iter().map(|byte| usize::from(byte & 0xc0 != 0x80)).sum()
}
