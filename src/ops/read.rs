//! Reading the files that signing is about: no more of them than they may be long.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use flagc_runtime::bundle::{Envelope, MAX_ENVELOPE_BYTES};
use flagc_runtime::trust::TrustFile;

use super::OpError;
use crate::references::{self, Report, Scan};

/// Longer than any trust file or public key that is accepted.
const MAX_SMALL_BYTES: usize = 1 << 21;

/// Longer than a report of a million references.
const MAX_REPORT_BYTES: usize = 1 << 28;

/// The bytes of an envelope; one byte more than allowed if it is longer, which the runtime then refuses.
pub(super) fn envelope_bytes(path: &Path) -> Result<Vec<u8>, OpError> {
    bounded(path, MAX_ENVELOPE_BYTES)
}

/// An envelope; nothing is verified.
pub(super) fn envelope(path: &Path) -> Result<Envelope, OpError> {
    Envelope::from_bytes(&envelope_bytes(path)?)
        .map_err(|error| OpError::Envelope { path: path.to_path_buf(), error })
}

/// A trust file, checked.
pub(super) fn trust(path: &Path) -> Result<TrustFile, OpError> {
    TrustFile::from_bytes(&bounded(path, MAX_SMALL_BYTES)?)
        .map_err(|error| OpError::Trust { path: path.to_path_buf(), error })
}

/// What `flagc refs` has written about services' code.
pub(super) fn report(path: &Path) -> Result<Report, OpError> {
    let not = |reason: String| OpError::NotAReport { file: path.display().to_string(), reason };
    let bytes = bounded(path, MAX_REPORT_BYTES)?;
    let text = std::str::from_utf8(&bytes).map_err(|error| not(error.to_string()))?;
    references::parse(text).map_err(|error| not(error.to_string()))
}

/// What several reports say together.
pub(super) fn reports(paths: &[PathBuf]) -> Result<Scan, OpError> {
    paths.iter().try_fold(Scan::default(), |mut all, path| {
        all.join(report(path)?.scan);
        Ok(all)
    })
}

/// A text such as a public key; what is not UTF-8 in it is replaced, and then refused by who reads it.
pub(super) fn text(path: &Path) -> Result<String, OpError> {
    Ok(String::from_utf8_lossy(&bounded(path, MAX_SMALL_BYTES)?).into_owned())
}

/// The bytes of a file of the format; longer ones are cut behind the limit, where loading refuses them.
pub(super) fn small(path: &Path) -> Result<Vec<u8>, OpError> {
    bounded(path, MAX_SMALL_BYTES)
}

fn bounded(path: &Path, most: usize) -> Result<Vec<u8>, OpError> {
    let read = || {
        let mut bytes = Vec::new();
        let most = u64::try_from(most).unwrap_or(u64::MAX);
        File::open(path)?.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read().map_err(|source| OpError::Read { path: path.to_path_buf(), source })
}
