//! `verify`: a bundle against a trust file, as services do it; then its payload, byte for byte, for any flagd provider.

use std::path::PathBuf;

use flagc_runtime::verify::{self, Verified, VerifyOptions};

use super::{OpError, read};
use crate::artifact::{self, OutputFile, Visibility};

/// What to verify, against what.
#[derive(Clone, Debug)]
pub struct VerifyRequest {
    /// The bundle.
    pub bundle: PathBuf,
    /// The trust file: the reader's own copy, never one that lies beside the bundle.
    pub trust: PathBuf,
    /// What is expected of the bundle.
    pub expected: VerifyOptions,
    /// Where the payload goes once it is verified.
    pub extract: Option<PathBuf>,
}

/// Verifies a bundle.
///
/// # Errors
/// [`OpError::Refused`] where the answer is no; what was at the place to extract to stays as it was.
pub fn verify(request: &VerifyRequest) -> Result<Verified, OpError> {
    let trust = read::trust(&request.trust)?;
    let bytes = read::envelope_bytes(&request.bundle)?;
    let verified = verify::verify(&bytes, &trust, &request.expected)
        .map_err(|error| OpError::Refused { path: request.bundle.clone(), error })?;
    if let Some(path) = &request.extract {
        let bytes = verified.payload().to_vec();
        artifact::write_all(&[OutputFile { path: path.clone(), bytes, visibility: Visibility::Shared }])?;
    }
    Ok(verified)
}
