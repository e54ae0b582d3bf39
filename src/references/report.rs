//! A scan as a document: what `flagc refs --format json` prints, and what one repository hands to another. Keys may be
//! added; none goes away within a version.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Class, Place, Reason, Reference, Scan, Skipped, Undefined};
use crate::format::Instant;

/// What is known of the age of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The commit; `None` where the code lies in several repositories.
    pub commit: Option<String>,
    /// When it was committed, in seconds since 1970: the oldest, where there are several.
    pub time: i64,
}

/// What stands in a report beside the scan.
#[derive(Clone, Copy, Debug, Default)]
pub struct Header<'h> {
    /// The one service that was asked for, if it was one.
    pub service: Option<&'h str>,
    /// When the code was committed that was searched, if it was.
    pub committed: Option<&'h Committed>,
    /// Services whose code was not looked at, and why.
    pub unsearched: Option<&'h BTreeMap<String, String>>,
    /// The keys that were looked for.
    pub keys: &'h [&'h str],
}

/// A document that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// What was found.
    pub scan: Scan,
    /// When the code was committed, in seconds since 1970, if the document says so.
    pub time: Option<i64>,
    /// The keys that were looked for, if the document says so.
    pub keys: Option<BTreeSet<String>>,
}

/// The document. In one that is read, a place without a service is of the service that the document is about.
#[derive(Serialize, Deserialize)]
pub struct Document {
    version: u64,
    service: Option<String>,
    commit: Option<String>,
    committed_at: Option<String>,
    references: Vec<ReferenceRow>,
    #[serde(default)]
    undefined: Vec<UndefinedRow>,
    #[serde(default)]
    dynamic: Vec<PlaceRow>,
    #[serde(default)]
    skipped: Vec<SkippedRow>,
    /// How many files of each service were searched.
    #[serde(default)]
    files: BTreeMap<String, usize>,
    #[serde(default)]
    unsearched: BTreeMap<String, String>,
    /// The keys that were looked for.
    #[serde(default)]
    keys: Option<BTreeSet<String>>,
}

/// What every version says first.
#[derive(Deserialize)]
struct Versioned {
    version: u64,
}

#[derive(Serialize, Deserialize)]
struct PlaceRow {
    service: Option<String>,
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
    service: Option<String>,
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
    Version(u64),
    /// A word in it means nothing.
    #[error("`{0}` is not known")]
    Word(String),
}

/// Reads a report.
///
/// # Errors
/// What is no report.
pub fn parse(text: &str) -> Result<Report, ReportError> {
    // Another version may have other keys.
    let Versioned { version } = serde_json::from_str(text)?;
    if version != 1 {
        return Err(ReportError::Version(version));
    }
    let document: Document = serde_json::from_str(text)?;
    let time = match &document.committed_at {
        Some(time) => {
            let time: jiff::Timestamp = time.parse().map_err(|_| ReportError::Word(time.clone()))?;
            Some(time.as_second())
        }
        None => None,
    };
    let own = document.service.unwrap_or_default();
    let references = document.references.into_iter().map(|row| {
        let class = Class::named(&row.class).ok_or(ReportError::Word(row.class))?;
        Ok(Reference { place: from_row(row.place, &own), flag: row.flag, class })
    });
    let skipped = document.skipped.into_iter().map(|row| {
        let reason = Reason::named(&row.reason).ok_or(ReportError::Word(row.reason))?;
        Ok(Skipped { service: row.service.unwrap_or_else(|| own.clone()), file: row.file, reason })
    });
    let undefined = document.undefined.into_iter();
    let mut scan = Scan {
        references: references.collect::<Result<_, ReportError>>()?,
        undefined: undefined
            .map(|row| Undefined { place: from_row(row.place, &own), key: row.key })
            .collect(),
        dynamic: document.dynamic.into_iter().map(|row| from_row(row, &own)).collect(),
        skipped: skipped.collect::<Result<_, ReportError>>()?,
        files: document.files,
        unasked: BTreeSet::new(),
    };
    // A report that does not count its files speaks of its service all the same.
    let named = scan.references.iter().map(|reference| reference.place.service.clone());
    let speaks_of = |service: &String| !service.is_empty() && !document.unsearched.contains_key(service);
    let services: BTreeSet<String> = named.chain([own]).filter(speaks_of).collect();
    for service in services {
        scan.files.entry(service).or_default();
    }
    scan.sort();
    Ok(Report { scan, time, keys: document.keys })
}

/// Makes the document of a scan.
pub fn document(header: &Header<'_>, scan: &Scan) -> Document {
    let references = scan.references.iter().map(|reference| ReferenceRow {
        flag: reference.flag.clone(),
        class: reference.class.as_str().to_owned(),
        place: row(&reference.place),
    });
    let undefined = scan.undefined.iter();
    let unasked: BTreeSet<&str> = scan.unasked.iter().map(|(_, flag)| flag.as_str()).collect();
    let keys = header.keys.iter().copied();
    let skipped = scan.skipped.iter().map(|skipped| SkippedRow {
        service: Some(skipped.service.clone()),
        file: skipped.file.clone(),
        reason: skipped.reason.as_str().to_owned(),
    });
    Document {
        version: 1,
        service: header.service.map(str::to_owned),
        commit: header.committed.and_then(|committed| committed.commit.clone()),
        committed_at: header.committed.map(|committed| Instant(committed.time).to_string()),
        references: references.collect(),
        undefined: undefined
            .map(|undefined| UndefinedRow { key: undefined.key.clone(), place: row(&undefined.place) })
            .collect(),
        dynamic: scan.dynamic.iter().map(row).collect(),
        skipped: skipped.collect(),
        files: scan.files.clone(),
        unsearched: header.unsearched.cloned().unwrap_or_default(),
        keys: Some(keys.filter(|key| !unasked.contains(key)).map(str::to_owned).collect()),
    }
}

fn row(place: &Place) -> PlaceRow {
    let (line, column) = (place.line, place.column);
    PlaceRow { service: Some(place.service.clone()), file: place.file.clone(), line, column }
}

fn from_row(row: PlaceRow, own: &str) -> Place {
    // Lines and columns count from 1 in every report that flagc wrote.
    let (line, column) = (row.line.max(1), row.column.max(1));
    Place { service: row.service.unwrap_or_else(|| own.to_owned()), file: row.file, line, column }
}
