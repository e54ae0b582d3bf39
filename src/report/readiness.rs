//! Verdicts on readiness, as text and as JSON.

use std::fmt::Write as _;

use serde::Serialize;

use super::json::{Location, location};
use super::lines::LineTable;
use crate::readiness::Row;
use crate::source::Sources;

/// A verdict as JSON; see `docs/ready.md`.
#[derive(Serialize)]
pub struct RowJson<'a> {
    environment: &'a str,
    flag: &'a str,
    service: &'a str,
    variant: &'a str,
    verdict: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    live: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    needs: &'a str,
    reason: &'a str,
    locations: Vec<Location<'a>>,
}

/// The verdicts for programs.
pub fn rows_as_json<'a>(rows: impl IntoIterator<Item = &'a Row>, sources: &'a Sources) -> Vec<RowJson<'a>> {
    let lines = LineTable::new(sources);
    let one = |row: &'a Row| RowJson {
        environment: &row.environment,
        flag: &row.flag,
        service: &row.service,
        variant: &row.variant,
        verdict: row.verdict,
        live: row.live.as_deref(),
        instance: row.instance.as_deref(),
        needs: &row.needs,
        reason: &row.reason,
        locations: row.places.iter().map(|place| location(*place, &lines)).collect(),
    };
    rows.into_iter().map(one).collect()
}

/// The verdicts as a table: one line each, with the place of what is live.
pub fn rows_as_text(rows: &[&Row], sources: &Sources) -> String {
    let lines = LineTable::new(sources);
    let cells =
        |row: &Row| [row.flag.clone(), row.service.clone(), row.variant.clone(), row.verdict.to_owned()];
    let mut widths = [0; 4];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(cells(row)) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in rows {
        text.push(' ');
        for (width, cell) in widths.iter().zip(cells(row)) {
            // Writing to a string cannot fail.
            let _ = write!(text, " {cell:width$}  ");
        }
        text.push_str(&row.reason);
        if let Some(place) = row.places.last().filter(|_| !row.is_ready()) {
            let _ = write!(text, "   ({}:{})", lines.file(place.file).0, lines.region(*place).start.line);
        }
        text.push('\n');
    }
    text
}
