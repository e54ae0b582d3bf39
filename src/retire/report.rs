//! What `flagc refs --format json` has written, here or in another repository's pipeline: where a service's code names
//! flags.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Class, Use, Uses};

/// The references of services' code to flags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The services whose code was looked into.
    services: BTreeSet<String>,
    /// The flag that is named, and where.
    references: Vec<(String, Use)>,
    /// Where a key is made at run time.
    dynamic: Vec<Use>,
}

/// Why a text is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// It is no JSON, or of another form.
    #[error("{0}")]
    Form(#[from] serde_json::Error),
    /// It is of a version that is not known.
    #[error("version {0} of the form is not known")]
    Version(u64),
    /// It names a class that is not known.
    #[error("`{0}` is no class of references")]
    Class(String),
}

#[derive(Deserialize)]
struct Written {
    version: u64,
    service: Option<String>,
    references: Vec<Reference>,
    #[serde(default)]
    dynamic: Vec<Spot>,
}

#[derive(Deserialize)]
struct Reference {
    flag: String,
    class: String,
    #[serde(flatten)]
    spot: Spot,
}

#[derive(Deserialize)]
struct Spot {
    service: Option<String>,
    file: String,
    line: usize,
    column: usize,
}

impl Report {
    /// Reads a report.
    ///
    /// # Errors
    /// A [`ReportError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ReportError> {
        let written: Written = serde_json::from_slice(bytes)?;
        if written.version != 1 {
            return Err(ReportError::Version(written.version));
        }
        let of = written.service.as_deref();
        let mut references = Vec::with_capacity(written.references.len());
        for Reference { flag, class, spot } in written.references {
            let known = Class::ALL.into_iter().find(|known| known.as_str() == class);
            references.push((flag, spot.used(of, known.ok_or(ReportError::Class(class))?)));
        }
        let dynamic: Vec<Use> =
            written.dynamic.into_iter().map(|spot| spot.used(of, Class::Unknown)).collect();
        let seen = references.iter().map(|(_, one)| one).chain(&dynamic).map(|one| one.service.clone());
        let services = seen.chain(written.service.clone()).collect();
        Ok(Self { services, references, dynamic })
    }
}

impl Spot {
    fn used(self, of: Option<&str>, class: Class) -> Use {
        let service = self.service.or_else(|| of.map(str::to_owned)).unwrap_or_default();
        Use { service, class, file: self.file, line: self.line, column: self.column }
    }
}

/// What reports say of one flag.
pub fn uses(reports: &[Report], key: &str) -> Uses {
    let mut uses = Uses::default();
    for report in reports {
        uses.services.extend(report.services.iter().cloned());
        let of_flag = report.references.iter().filter(|(flag, _)| flag == key);
        uses.of_flag.extend(of_flag.map(|(_, one)| one.clone()));
        uses.dynamic.extend(report.dynamic.iter().cloned());
    }
    uses.of_flag.sort();
    uses.of_flag.dedup();
    uses.dynamic.sort();
    uses.dynamic.dedup();
    uses
}
