//! Workflow commands: an annotation on the file of each flag that changes for somebody.

use std::fmt::Write as _;

use super::Report;
use super::words::{self, before_after, is_metadata, summary};
use crate::diff::Change;
use crate::report::github::{data, property};

pub(super) fn render(report: &Report<'_>) -> String {
    let mut text = String::new();
    for judged in report.policies.iter().filter(|judged| !judged.verdict.broken.is_empty()) {
        let title = format!("policy broken: {}", judged.verdict.name);
        let reasons: Vec<String> = judged.verdict.broken.iter().map(words::breach).collect();
        let _ = writeln!(
            text,
            "::error file={},line={},title={}::{}",
            property(&path(report, judged.file)),
            judged.start.line,
            property(&title),
            data(&reasons.join("\n"))
        );
    }
    for told in report.removals {
        let finding = told.finding;
        let lines: Vec<&str> =
            std::iter::once(finding.message.as_str()).chain(finding.help.as_deref()).collect();
        let _ = writeln!(
            text,
            "::{} file={},line={},title={}::{}",
            finding.severity.as_str(),
            property(&path(report, told.file)),
            told.start.line,
            property(finding.rule.0),
            data(&lines.join("\n"))
        );
    }
    for change in report.diff.changes.iter().filter(|change| !is_metadata(change)) {
        let environment = change.environment.as_deref().unwrap_or("everywhere");
        let title = format!("{environment}: {} {}", change.flag, change.class.as_str());
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "::notice file={},title={}::{}",
            property(&path(report, &change.file)),
            property(&title),
            data(&message(change))
        );
    }
    for one in &report.diff.incomparable {
        let message = format!("`{}` in {} could not be compared: {}", one.flag, one.environment, one.reason);
        let _ = writeln!(text, "::warning::{}", data(&message));
    }
    let _ = writeln!(text, "{}", summary(report.diff));
    text
}

/// A file as the code host names it.
fn path(report: &Report<'_>, file: &str) -> String {
    match report.prefix {
        "" => file.to_owned(),
        prefix => format!("{prefix}/{file}"),
    }
}

fn message(change: &Change) -> String {
    let regions =
        change.regions.iter().map(|region| format!("{}: {}", region.when, before_after(region, &change.off)));
    let values = change
        .values
        .iter()
        .map(|value| format!("value of {}: {} → {}", value.variant, value.before, value.after));
    regions.chain(values).collect::<Vec<_>>().join("\n")
}
