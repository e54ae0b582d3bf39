//! Findings for people. The only file that knows miette: every finding becomes a diagnostic over a [`Snippet`], which
//! is small, visible text, so that neither long files nor hostile ones reach the terminal.

use std::fmt::{self, Write as _};
use std::ops::Range;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents,
};

use super::escape::{visible, visible_lines};
use super::lines::LineTable;
use super::snippet::{CONTEXT, Mark, Snippet, cut};
use super::{Options, Summary};
use crate::finding::{Finding, Related, Severity};
use crate::source::{FileId, Sources};

/// A related place so many lines away, or less, is marked in the same excerpt.
const BESIDE: usize = 3;

/// Narrower terminals get lines of this width.
const MIN_WIDTH: usize = 40;

pub(super) fn render(
    findings: &[Finding],
    sources: &Sources,
    summary: &Summary,
    options: &Options<'_>,
) -> String {
    let table = LineTable::new(sources);
    let handler = handler(options);
    let mut text = String::new();
    for finding in findings {
        for part in parts(finding, &table) {
            // A formatter that writes to a `String` fails only if a snippet lies about its spans.
            if handler.render_report(&mut text, &part).is_err() {
                let _ = writeln!(text, "{part}");
            }
        }
        text.push('\n');
    }
    let _ = writeln!(text, "{}", summary.sentence());
    text
}

fn handler(options: &Options<'_>) -> GraphicalReportHandler {
    let theme = match (options.unicode, options.color) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, true) => GraphicalTheme::ascii(),
        (false, false) => GraphicalTheme::none(),
    };
    GraphicalReportHandler::new_themed(theme)
        .with_width(options.width.max(MIN_WIDTH))
        .with_context_lines(CONTEXT)
        .with_links(false)
        .without_cause_chain()
}

/// What miette draws at once: a headline and lines of one file. A finding is one part, and one more for each distant
/// place that explains it; advice stands under the last.
#[derive(Debug)]
struct Part {
    code: Option<String>,
    severity: miette::Severity,
    headline: String,
    help: Option<String>,
    excerpt: Option<Excerpt>,
}

#[derive(Debug)]
struct Excerpt {
    path: String,
    snippet: Snippet,
    labels: Vec<Option<String>>,
}

fn parts(finding: &Finding, table: &LineTable<'_>) -> Vec<Part> {
    let line = table.region(finding.place).start.line;
    let (beside, elsewhere): (Vec<&Related>, Vec<&Related>) = finding.related.iter().partition(|related| {
        related.place.file == finding.place.file
            && table.region(related.place).start.line.abs_diff(line) <= BESIDE
    });
    let first = Mark { span: finding.place.span, label: finding.label.as_deref() };
    let marks: Vec<Mark<'_>> = std::iter::once(first).chain(beside.into_iter().map(mark)).collect();
    let mut parts = vec![Part {
        code: Some(code(finding)),
        severity: severity(finding.severity),
        headline: visible(&finding.message).into_owned(),
        help: None,
        excerpt: excerpt(table, finding.place.file, &marks),
    }];
    if parts.iter().all(|part| part.excerpt.is_none()) {
        let (path, _) = table.file(finding.place.file);
        parts.push(note(format!("in `{}`", visible(path))));
    }
    parts.extend(elsewhere.into_iter().map(|related| Part {
        code: None,
        severity: miette::Severity::Advice,
        headline: visible(&related.message).into_owned(),
        help: None,
        excerpt: excerpt(table, related.place.file, &[Mark { span: related.place.span, label: None }]),
    }));
    if let Some(last) = parts.last_mut() {
        last.help = finding.help.as_deref().map(visible_lines);
    }
    parts
}

fn note(headline: String) -> Part {
    Part { code: None, severity: miette::Severity::Advice, headline, help: None, excerpt: None }
}

fn mark(related: &Related) -> Mark<'_> {
    Mark { span: related.place.span, label: Some(&related.message) }
}

fn excerpt(table: &LineTable<'_>, file: FileId, marks: &[Mark<'_>]) -> Option<Excerpt> {
    let (path, text) = table.file(file);
    if text.is_empty() {
        return None;
    }
    let labels = marks.iter().map(|mark| mark.label.map(|label| visible(label).into_owned())).collect();
    Some(Excerpt { path: visible(path).into_owned(), snippet: cut(table, file, marks), labels })
}

fn code(finding: &Finding) -> String {
    let code = format!("{}[{}]", finding.severity.as_str(), finding.rule);
    match &finding.environment {
        Some(environment) => format!("{code} in {}", visible(environment)),
        None => code,
    }
}

fn severity(severity: Severity) -> miette::Severity {
    match severity {
        Severity::Error => miette::Severity::Error,
        Severity::Warning => miette::Severity::Warning,
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline)
    }
}

impl std::error::Error for Part {}

impl Diagnostic for Part {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code.as_ref().map(|code| Box::new(code) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.as_ref().map(|excerpt| excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let Excerpt { snippet, labels, .. } = self.excerpt.as_ref()?;
        let marks = snippet.marks.iter().zip(labels).enumerate();
        Some(Box::new(marks.map(|(at, (range, label))| {
            let span = (range.start, range.len());
            match at {
                0 => LabeledSpan::new_primary_with_span(label.clone(), span),
                _ => LabeledSpan::new_with_span(label.clone(), span),
            }
        })))
    }
}

/// miette asks for the lines around a span, and, with no lines of context, for the position of a mark.
impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let bytes = span.offset()..span.offset() + span.len();
        let shown = self.lines_around(&bytes, before, after).ok_or(MietteError::OutOfBounds)?;
        let Snippet { text, lines, first_line, marks, positions } = &self.snippet;
        let start = *lines.get(shown.start).ok_or(MietteError::OutOfBounds)?;
        let end = lines.get(shown.end).copied().unwrap_or(text.len());
        let data = text.as_bytes().get(start..end).ok_or(MietteError::OutOfBounds)?;
        let mark = marks.iter().position(|mark| *mark == bytes).filter(|_| before == 0 && after == 0);
        let (line, column) = match mark.and_then(|at| positions.get(at)) {
            Some(position) => (position.line - 1, position.column - 1),
            None => (first_line + shown.start - 1, 0),
        };
        let place = SourceSpan::from((start, data.len()));
        let count = shown.len();
        Ok(Box::new(MietteSpanContents::new_named(self.path.clone(), data, place, line, column, count)))
    }
}

impl Excerpt {
    /// The shown lines around some bytes, as indices.
    fn lines_around(&self, bytes: &Range<usize>, before: usize, after: usize) -> Option<Range<usize>> {
        let lines = &self.snippet.lines;
        let line_at = |offset| lines.partition_point(|start| *start <= offset).checked_sub(1);
        let first = line_at(bytes.start)?;
        let last = line_at(bytes.end.saturating_sub(1).max(bytes.start))?;
        Some(first.saturating_sub(before)..(last + after + 1).min(lines.len()))
    }
}
