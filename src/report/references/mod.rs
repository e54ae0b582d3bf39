//! Where code names flags, as text, and as the report that one repository hands to another.

mod human;
mod markdown;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{counted, to_json_line};
use crate::references::{Committed, Header, Scan, document};

/// What is told.
#[derive(Clone, Copy, Debug)]
pub struct Report<'r> {
    /// The one service that was asked for, if it was one.
    pub service: Option<&'r str>,
    /// What was found.
    pub scan: &'r Scan,
    /// When the code was committed that was searched here.
    pub committed: Option<&'r Committed>,
    /// Services whose code was not looked at, and why.
    pub unsearched: &'r BTreeMap<String, String>,
    /// The keys of all flags, sorted.
    pub flags: &'r [&'r str],
}

/// The ways to tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A list for a terminal.
    Human,
    /// For programs: one document, which [`crate::references::parse`] reads.
    Json,
    /// Tables by flag.
    Markdown,
}

/// Writes it; the text ends with a newline.
pub fn render(format: Format, report: &Report<'_>) -> String {
    match format {
        Format::Human => human::render(report),
        Format::Json => {
            let header = Header {
                service: report.service,
                committed: report.committed,
                unsearched: Some(report.unsearched),
                keys: report.flags,
            };
            to_json_line(&document(&header, report.scan))
        }
        Format::Markdown => markdown::render(report),
    }
}

impl Report<'_> {
    /// What was not searched, counted by reason.
    fn skipped(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for skipped in &self.scan.skipped {
            *counts.entry(skipped.reason.as_str()).or_default() += 1;
        }
        counts
    }

    fn searched(&self) -> String {
        let files: usize = self.scan.files.values().sum();
        let mut text =
            format!("{} of {} searched", counted(files, "file"), counted(self.scan.files.len(), "service"));
        for (reason, count) in self.skipped() {
            let _ = write!(text, "; {count} {reason}");
        }
        text
    }
}
