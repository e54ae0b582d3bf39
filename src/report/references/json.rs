//! For programs, and for flagc in another repository. Keys may be added; none goes away within a version.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Report;
use crate::format::Instant;
use crate::references::{Class, Place, Reason, Reference, Scan, Skipped, Undefined};
use crate::report::to_json_line;

#[derive(Serialize, Deserialize)]
struct Document {
    version: u32,
    service: Option<String>,
    commit: Option<String>,
    committed_at: Option<String>,
    references: Vec<ReferenceRow>,
    undefined: Vec<UndefinedRow>,
    dynamic: Vec<PlaceRow>,
    skipped: Vec<SkippedRow>,
    files: BTreeMap<String, usize>,
    #[serde(default)]
    unsearched: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize)]
struct PlaceRow {
    service: String,
    file: String,
    line: usize,
    column: usize,
}

#[derive(Serialize, Deserialize)]
struct ReferenceRow {
    flag: String,
    class: String,
    #[serde(flatten)]
    place: PlaceRow,
}

#[derive(Serialize, Deserialize)]
struct UndefinedRow {
    key: String,
    #[serde(flatten)]
    place: PlaceRow,
}

#[derive(Serialize, Deserialize)]
struct SkippedRow {
    service: String,
    file: String,
    reason: String,
}

/// Why a text is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// It is no JSON, or lacks something.
    #[error("{0}")]
    Shape(#[from] serde_json::Error),
    /// It is of a version that is not known here.
    #[error("its version is {0}, and only 1 is known here")]
    Version(u32),
    /// A word in it means nothing.
    #[error("`{0}` is not known")]
    Word(String),
}

/// Reads a report: what was found, and when the code was committed, in seconds since 1970.
///
/// # Errors
/// What is no report.
pub fn read(text: &str) -> Result<(Scan, Option<i64>), ReportError> {
    let document: Document = serde_json::from_str(text)?;
    if document.version != 1 {
        return Err(ReportError::Version(document.version));
    }
    let time = match &document.committed_at {
        Some(time) => {
            let time: jiff::Timestamp = time.parse().map_err(|_| ReportError::Word(time.clone()))?;
            Some(time.as_second())
        }
        None => None,
    };
    let references = document.references.into_iter().map(|row| {
        let class = Class::named(&row.class).ok_or(ReportError::Word(row.class))?;
        Ok(Reference { place: from_row(row.place), flag: row.flag, class })
    });
    let skipped = document.skipped.into_iter().map(|row| {
        let reason = Reason::named(&row.reason).ok_or(ReportError::Word(row.reason))?;
        Ok(Skipped { service: row.service, file: row.file, reason })
    });
    let undefined = document.undefined.into_iter();
    let scan = Scan {
        references: references.collect::<Result<_, ReportError>>()?,
        undefined: undefined.map(|row| Undefined { place: from_row(row.place), key: row.key }).collect(),
        dynamic: document.dynamic.into_iter().map(from_row).collect(),
        skipped: skipped.collect::<Result<_, ReportError>>()?,
        files: document.files,
    };
    Ok((scan, time))
}

pub(super) fn render(report: &Report<'_>) -> String {
    let scan = report.scan;
    to_json_line(&Document {
        version: 1,
        service: report.service.map(str::to_owned),
        commit: report.commit.map(|(commit, _)| commit.clone()),
        committed_at: report.commit.map(|(_, time)| Instant(*time).to_string()),
        references: scan
            .references
            .iter()
            .map(|reference| ReferenceRow {
                flag: reference.flag.clone(),
                class: reference.class.as_str().to_owned(),
                place: row(&reference.place),
            })
            .collect(),
        undefined: scan
            .undefined
            .iter()
            .map(|undefined| UndefinedRow { key: undefined.key.clone(), place: row(&undefined.place) })
            .collect(),
        dynamic: scan.dynamic.iter().map(row).collect(),
        skipped: scan
            .skipped
            .iter()
            .map(|skipped| SkippedRow {
                service: skipped.service.clone(),
                file: skipped.file.clone(),
                reason: skipped.reason.as_str().to_owned(),
            })
            .collect(),
        files: scan.files.clone(),
        unsearched: report.unsearched.clone(),
    })
}

fn row(place: &Place) -> PlaceRow {
    PlaceRow { service: place.service.clone(), file: place.file.clone(), line: place.line, column: place.column }
}

fn from_row(row: PlaceRow) -> Place {
    // Lines and columns count from 1 in every report that flagc wrote.
    Place { service: row.service, file: row.file, line: row.line.max(1), column: row.column.max(1) }
}
