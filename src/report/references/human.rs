//! A list for a terminal: by flag, then what does not fit and what was not looked at.

use std::fmt::Write as _;

use super::Report;
use crate::report::escape::visible;

pub(super) fn render(report: &Report<'_>) -> String {
    let mut text = String::new();
    let scan = report.scan;
    for flag in report.flags {
        let mut references = scan.references_of(flag).peekable();
        if references.peek().is_none() {
            continue;
        }
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{flag}");
        for reference in references {
            let place = &reference.place;
            let (class, service) = (reference.class.as_str(), &place.service);
            let _ = writeln!(
                text,
                "  {class:<8}  {service}  {}:{}:{}",
                visible(&place.file),
                place.line,
                place.column
            );
        }
    }
    let named = |flag: &&&str| scan.references_of(flag).next().is_none();
    let silent: Vec<&str> = report.flags.iter().filter(named).copied().collect();
    if !silent.is_empty() {
        let _ = writeln!(text, "not named in the code that was searched: {}", silent.join(", "));
    }
    for undefined in &scan.undefined {
        let place = &undefined.place;
        let _ = writeln!(
            text,
            "undefined: {}  {}:{}:{}",
            visible(&undefined.key),
            visible(&place.file),
            place.line,
            place.column
        );
    }
    for place in &scan.dynamic {
        let _ = writeln!(text, "made at run time: {}:{}:{}", visible(&place.file), place.line, place.column);
    }
    for skipped in scan.skipped.iter().filter(|skipped| skipped.reason.hides()) {
        let _ = writeln!(text, "not searched: {} ({})", visible(&skipped.file), skipped.reason.as_str());
    }
    for (service, why) in report.unsearched {
        let _ = writeln!(text, "not searched: the code of {service}: {why}");
    }
    let _ = writeln!(text, "{}", report.searched());
    text
}
