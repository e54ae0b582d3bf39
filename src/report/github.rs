//! GitHub Actions workflow commands: a line that starts with `::` becomes an annotation in the diff of a pull request.
//! Escapes are those of the Actions toolkit (`@actions/core`, command.ts).

use std::fmt::Write as _;

use super::escape::{visible, visible_lines};
use super::lines::{LineTable, Region};
use super::{Options, Summary, counted, repository_path};
use crate::finding::{Finding, Severity};
use crate::source::Sources;

/// GitHub shows this many annotations of one level for a step and drops the rest.
const SHOWN: usize = 10;

pub(super) fn render(
    findings: &[Finding],
    sources: &Sources,
    summary: &Summary,
    options: &Options<'_>,
) -> String {
    let lines = LineTable::new(sources);
    let (mut text, mut rest) = (String::new(), Vec::new());
    let (mut errors, mut warnings) = (0, 0);
    for finding in findings {
        let count = match finding.severity {
            Severity::Error => &mut errors,
            Severity::Warning => &mut warnings,
        };
        *count += 1;
        if *count > SHOWN {
            rest.push(finding);
        } else {
            annotation(&mut text, finding, &lines, options.prefix);
        }
    }
    if !rest.is_empty() {
        let more = format!("{}, not shown as annotations", counted(rest.len(), "more finding"));
        let _ = writeln!(text, "::group::{more}");
        for finding in rest {
            log_line(&mut text, finding, &lines, options.prefix);
        }
        text.push_str("::endgroup::\n");
        let _ =
            writeln!(text, "::notice title=flagc::{}; {more}: see the log of this step", summary.sentence());
    }
    let _ = writeln!(text, "{}", summary.sentence());
    text
}

fn annotation(text: &mut String, finding: &Finding, lines: &LineTable<'_>, prefix: &str) {
    let Region { start, end } = lines.region(finding.place);
    let severity = finding.severity.as_str();
    let file = property(&repository_path(prefix, lines.file(finding.place.file).0));
    let place = if start.line == end.line {
        format!("line={},col={},endLine={},endColumn={}", start.line, start.column, end.line, end.column)
    } else {
        // The Checks API refuses columns across lines.
        format!("line={},endLine={}", start.line, end.line)
    };
    let title = property(&title(finding));
    let body = data(&body(finding, lines, prefix));
    let _ = writeln!(text, "::{severity} file={file},{place},title={title}::{body}");
}

/// A finding without an annotation. It begins with a word, so it is no command.
fn log_line(text: &mut String, finding: &Finding, lines: &LineTable<'_>, prefix: &str) {
    let start = lines.region(finding.place).start;
    let file = repository_path(prefix, lines.file(finding.place.file).0);
    let line = format!("{} {} {file}:{start} {}", finding.severity.as_str(), title(finding), finding.message);
    let _ = writeln!(text, "{}", harmless(&visible(&line)));
}

fn title(finding: &Finding) -> String {
    match &finding.environment {
        Some(environment) => format!("{} ({environment})", finding.rule),
        None => finding.rule.to_string(),
    }
}

fn body(finding: &Finding, lines: &LineTable<'_>, prefix: &str) -> String {
    let mut body = visible(&finding.message).into_owned();
    for related in &finding.related {
        let file = repository_path(prefix, lines.file(related.place.file).0);
        let start = lines.region(related.place).start;
        let _ = write!(body, "\n{}:{start}: {}", visible(&file), visible(&related.message));
    }
    if let Some(help) = &finding.help {
        let _ = write!(body, "\nhelp: {}", visible_lines(help));
    }
    body
}

/// Text after the `::` of a command; visible already, but for its line breaks.
pub(super) fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a command's property.
pub(super) fn property(text: &str) -> String {
    data(&visible(text)).replace(':', "%3A").replace(',', "%2C")
}

/// The runner still reads the older `##[command]`, and anywhere in a line.
fn harmless(text: &str) -> String {
    text.replace("##[", "# #[")
}
