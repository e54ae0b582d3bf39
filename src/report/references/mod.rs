//! Where code names flags, as text, and as the report that one repository hands to another.

mod human;
mod json;
mod markdown;

use std::collections::BTreeMap;

use crate::references::Scan;

pub use json::{ReportError, read};

/// What is told.
#[derive(Clone, Copy, Debug)]
pub struct Report<'r> {
    /// The one service that was asked for, if it was one.
    pub service: Option<&'r str>,
    /// What was found.
    pub scan: &'r Scan,
    /// The commit of the code that was searched here, and when it was committed.
    pub commit: Option<&'r (String, i64)>,
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
    /// For programs: one document, which [`read`] reads.
    Json,
    /// Tables by flag.
    Markdown,
}

/// Writes it; the text ends with a newline.
pub fn render(format: Format, report: &Report<'_>) -> String {
    match format {
        Format::Human => human::render(report),
        Format::Json => json::render(report),
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
        let (services, plural) = (self.scan.files.len(), if self.scan.files.len() == 1 { "" } else { "s" });
        let mut text = format!("{files} files of {services} service{plural} searched");
        for (reason, count) in self.skipped() {
            text.push_str(&format!("; {count} {reason}"));
        }
        text
    }
}
