//! Workflow commands: an annotation on the file of each flag that changes for somebody.

use std::fmt::Write as _;

use super::Report;
use super::words::{before_after, is_metadata, summary};
use crate::diff::Change;
use crate::report::github::{data, property};

pub(super) fn render(report: &Report<'_>) -> String {
    let mut text = String::new();
    for change in report.diff.changes.iter().filter(|change| !is_metadata(change)) {
        let environment = change.environment.as_deref().unwrap_or("everywhere");
        let title = format!("{environment}: {} {}", change.flag, change.class.as_str());
        let path = match report.prefix {
            "" => change.file.clone(),
            prefix => format!("{prefix}/{}", change.file),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "::notice file={},title={}::{}",
            property(&path),
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

fn message(change: &Change) -> String {
    let regions =
        change.regions.iter().map(|region| format!("{}: {}", region.when, before_after(region, &change.off)));
    let values = change
        .values
        .iter()
        .map(|value| format!("value of {}: {} → {}", value.variant, value.before, value.after));
    regions.chain(values).collect::<Vec<_>>().join("\n")
}
