//! Findings as versioned JSON for programs: one document, one line. Keys may be added to version 1, none goes away.

use serde::Serialize;

use super::Summary;
use super::lines::LineTable;
use crate::finding::Finding;
use crate::source::{Place, Sources};

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    findings: Vec<FindingJson<'a>>,
    summary: SummaryJson,
}

#[derive(Serialize)]
struct FindingJson<'a> {
    rule: &'a str,
    severity: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flag: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<&'a str>,
    location: Location<'a>,
    related: Vec<RelatedJson<'a>>,
}

#[derive(Serialize)]
struct RelatedJson<'a> {
    message: &'a str,
    location: Location<'a>,
}

/// Lines and columns from 1, columns in characters; the end column is one past the last character.
#[derive(Serialize)]
pub struct Location<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
struct SummaryJson {
    flags: usize,
    services: usize,
    errors: usize,
    warnings: usize,
}

pub(super) fn render(findings: &[Finding], sources: &Sources, summary: &Summary) -> String {
    let lines = LineTable::new(sources);
    let document = Document {
        version: 1,
        findings: findings.iter().map(|finding| finding_json(finding, &lines)).collect(),
        summary: SummaryJson {
            flags: summary.flags,
            services: summary.services,
            errors: summary.errors,
            warnings: summary.warnings,
        },
    };
    super::to_json_line(&document)
}

fn finding_json<'a>(finding: &'a Finding, lines: &LineTable<'a>) -> FindingJson<'a> {
    FindingJson {
        rule: finding.rule.0,
        severity: finding.severity.as_str(),
        message: &finding.message,
        help: finding.help.as_deref(),
        flag: finding.flag.as_deref(),
        environment: finding.environment.as_deref(),
        location: location(finding.place, lines),
        related: finding
            .related
            .iter()
            .map(|related| RelatedJson {
                message: &related.message,
                location: location(related.place, lines),
            })
            .collect(),
    }
}

pub(super) fn location<'a>(place: Place, lines: &LineTable<'a>) -> Location<'a> {
    let region = lines.region(place);
    Location {
        file: lines.file(place.file).0,
        line: region.start.line,
        column: region.start.column,
        end_line: region.end.line,
        end_column: region.end.column,
    }
}
