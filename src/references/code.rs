//! A scan beside the workspace it belongs to: what rules on code look at.

use std::collections::BTreeMap;

use super::{Place, Scan};
use crate::model::Workspace;
use crate::source::{FileId, Sources, Span};

/// What rules on code look at.
#[derive(Clone, Copy, Debug)]
pub struct Code<'c> {
    /// The workspace.
    pub workspace: &'c Workspace,
    /// Its files, and those of the code that may be pointed into.
    pub sources: &'c Sources,
    /// What was found in code.
    pub scan: &'c Scan,
    /// Services whose code was not looked at, and why.
    pub unsearched: &'c BTreeMap<String, String>,
}

impl Code<'_> {
    /// A place of code among the sources; without its line where the file is not here.
    pub fn at(&self, place: &Place) -> (FileId, Span) {
        let Some(file) = self.sources.find(&place.file) else {
            return (self.workspace.config.file, Span::default());
        };
        let text = &self.sources.file(file).text;
        let line = text.split_inclusive('\n').take(place.line - 1).map(str::len).sum::<usize>();
        let before = text.get(line..).unwrap_or_default().char_indices().nth(place.column - 1);
        let start = line + before.map_or(0, |(at, _)| at);
        let quote =
            text.get(start..).and_then(|rest| rest.chars().next()).filter(|c| matches!(c, '"' | '\'' | '`'));
        let end = |c: char| match quote {
            Some(quote) => c == quote,
            None => !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':')),
        };
        let skip = quote.map_or(0, char::len_utf8);
        let rest = text.get(start + skip..).unwrap_or_default();
        let length = skip * 2 + rest.find(end).unwrap_or(rest.len());
        let clamp = |at: usize| u32::try_from(at.min(text.len())).unwrap_or(u32::MAX);
        (file, Span { start: clamp(start), end: clamp(start + length) })
    }

    /// A place as text, for code that is not here.
    pub fn words(&self, place: &Place) -> String {
        match self.sources.find(&place.file) {
            Some(file) if !self.sources.file(file).text.is_empty() => String::new(),
            _ => format!(", in {}:{}:{}", place.file, place.line, place.column),
        }
    }
}
