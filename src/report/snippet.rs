//! The lines around a few marks of one file, ready to be shown: cut to what a person can read, made visible, with the
//! marks moved along. Its size depends on the marks, never on the file.

use std::ops::Range;

use super::escape::push_visible;
use super::lines::{LineTable, clamp, line_of};
use crate::source::{FileId, Place, Position, Span};

/// Lines of context before and after a mark.
pub(super) const CONTEXT: usize = 1;

/// A mark over more lines than this is shown on its first line.
const MAX_LINES: usize = 8;

/// Lines longer than this many characters are cut around the first mark in them.
const MAX_CHARACTERS: usize = 320;

/// Some text to mark, and the words that stand under it.
#[derive(Clone, Debug)]
pub(super) struct Mark<'f> {
    pub(super) span: Span,
    pub(super) label: Option<&'f str>,
}

/// Neighbouring lines of one file.
#[derive(Debug)]
pub(super) struct Snippet {
    /// The lines, each with `\n` at its end.
    pub(super) text: String,
    /// The number of its first line in the file, from 1.
    pub(super) first_line: usize,
    /// Where each line begins in `text`.
    pub(super) lines: Vec<usize>,
    /// For each mark of the input: its bytes in `text`.
    pub(super) marks: Vec<Range<usize>>,
    /// For each mark of the input: where it begins in the file.
    pub(super) positions: Vec<Position>,
}

/// Cuts out the lines around some marks.
pub(super) fn cut(table: &LineTable<'_>, file: FileId, marks: &[Mark<'_>]) -> Snippet {
    let (_, text) = table.file(file);
    let starts = table.starts(file);
    let spans: Vec<Range<usize>> = marks.iter().map(|mark| shown_span(text, starts, mark.span)).collect();
    let mut snippet = Snippet {
        text: String::new(),
        first_line: 1,
        lines: Vec::new(),
        marks: Vec::new(),
        positions: marks.iter().map(|mark| table.region(Place { file, span: mark.span }).start).collect(),
    };
    // Pairs of offsets, in the file and in the snippet, both rising.
    let mut offsets = Vec::new();
    let shown = shown_lines(text, starts, &spans);
    snippet.first_line = shown.start + 1;
    for line in shown {
        let range = line_range(text, starts, line);
        let focus = spans.iter().map(|span| span.start).filter(|at| range.contains(at)).min();
        snippet.lines.push(snippet.text.len());
        push_line(&mut snippet.text, &mut offsets, text, &range, focus);
    }
    snippet.marks = spans.iter().map(|span| moved(&offsets, span.start)..moved(&offsets, span.end)).collect();
    snippet
}

/// The part of a span that is shown.
fn shown_span(text: &str, starts: &[usize], span: Span) -> Range<usize> {
    let span = clamp(text, span);
    let (first, last) = (line_of(starts, span.start), line_of(starts, span.end));
    if last - first < MAX_LINES {
        return span;
    }
    span.start..line_range(text, starts, first).end.max(span.start)
}

/// The bytes of a line without its line break.
fn line_range(text: &str, starts: &[usize], line: usize) -> Range<usize> {
    let start = starts.get(line).copied().unwrap_or(text.len());
    let end = starts.get(line + 1).map_or(text.len(), |next| next - 1);
    let content = text.get(start..end).unwrap_or_default();
    start..start + content.strip_suffix('\r').unwrap_or(content).len()
}

/// The lines to show, as indices: those of all marks, what lies between them, and the context.
fn shown_lines(text: &str, starts: &[usize], spans: &[Range<usize>]) -> Range<usize> {
    // What follows the last line break is a line only if something is marked there.
    let mut end = starts.len();
    if text.ends_with('\n') && spans.iter().all(|span| span.start < text.len()) {
        end -= 1;
    }
    let last_byte = |span: &Range<usize>| span.end.saturating_sub(1).max(span.start);
    let first = spans.iter().map(|span| line_of(starts, span.start)).min().unwrap_or_default();
    let last = spans.iter().map(|span| line_of(starts, last_byte(span))).max().unwrap_or_default();
    first.saturating_sub(CONTEXT)..(last + CONTEXT + 1).min(end)
}

/// Adds one line, made visible, and cut if it is long.
fn push_line(
    shown: &mut String,
    offsets: &mut Vec<(usize, usize)>,
    text: &str,
    range: &Range<usize>,
    focus: Option<usize>,
) {
    offsets.push((range.start, shown.len()));
    let window = window(text, range, focus.unwrap_or(range.start));
    if window.start > range.start {
        shown.push('…');
    }
    for (at, character) in text.get(window.clone()).unwrap_or_default().char_indices() {
        offsets.push((window.start + at, shown.len()));
        if character == '\t' {
            shown.push('\t');
        } else {
            push_visible(shown, character);
        }
    }
    offsets.push((window.end, shown.len()));
    if window.end < range.end {
        shown.push('…');
    }
    shown.push('\n');
}

/// The part of a line that is shown: all of it, or [`MAX_CHARACTERS`] with a quarter of them before `focus`.
fn window(text: &str, range: &Range<usize>, focus: usize) -> Range<usize> {
    let line = text.get(range.clone()).unwrap_or_default();
    if line.len() <= MAX_CHARACTERS {
        return range.clone();
    }
    let (before, after) = line.split_at(focus.clamp(range.start, range.end) - range.start);
    let start =
        before.char_indices().rev().take(MAX_CHARACTERS / 4).last().map_or(before.len(), |(at, _)| at);
    let room = MAX_CHARACTERS - before[start..].chars().count();
    let end = after.char_indices().nth(room).map_or(line.len(), |(at, _)| before.len() + at);
    range.start + start..range.start + end
}

/// Where an offset of the file lies in the snippet: at the last known offset that is not behind it.
fn moved(offsets: &[(usize, usize)], at: usize) -> usize {
    let after = offsets.partition_point(|(original, _)| *original <= at);
    after.checked_sub(1).and_then(|last| offsets.get(last)).map_or(0, |(_, shown)| *shown)
}
