//! The second half of `build`: payloads are bounded and signed, and examined as a reader would while they are written beside
//! their places; none takes its place before all are right.

use std::path::{Path, PathBuf};

use flagc_runtime::bundle::{BUNDLE_TYPE, Message};
use flagc_runtime::trust::TrustFile;
use flagc_runtime::verify::{VerifyError, VerifyOptions, steps};

use super::build::Built;
use super::trust::TRUST_FILE;
use super::{OpError, read, sign as sign_op};
use crate::artifact::{Begun, Staged, Visibility};
use crate::sign::{self, PublicKeys, Signer, wire};

/// A payload from this size on gets a warning: services load it at every change.
pub const LARGE: usize = 4 << 20;

/// A payload of this size is refused.
pub const TOO_LARGE: usize = 16 << 20;

/// A file that lies beside its target, and what is to be said about it.
#[derive(Debug)]
pub struct Sealed {
    /// What the file will be.
    pub path: PathBuf,
    /// What readers will have against it, and other warnings.
    pub notes: Vec<String>,
    staged: Staged,
}

/// The trust file beside `flagc.toml`, if there is one.
///
/// # Errors
/// A trust file that cannot be read or used.
pub fn trust_beside(root: &Path) -> Result<Option<TrustFile>, OpError> {
    let path = root.join(TRUST_FILE);
    if path.symlink_metadata().is_err() {
        return Ok(None);
    }
    read::trust(&path).map(Some)
}

/// The bare payload as a file in a folder: a flagd document without a signature.
///
/// # Errors
/// A payload that is too large, or a file that cannot be written.
pub fn bare(folder: &Path, built: &Built) -> Result<Sealed, OpError> {
    let notes = bounded(built)?.into_iter().collect();
    let path = folder.join(format!("{}.flagd.json", built.environment));
    let staged = Begun::new(&path, &built.payload, Visibility::Shared)?.finish(&[])?;
    Ok(Sealed { path, notes, staged })
}

/// Signs a payload, and verifies what came of it while it is written into the folder.
///
/// # Errors
/// A payload that is too large, a key that does not sign, or a bundle that the trust file refuses for another reason than
/// missing signatures or uncommitted changes; a file that cannot be written.
pub fn seal(
    folder: &Path,
    built: Built,
    signers: &[Signer],
    trust: Option<&TrustFile>,
) -> Result<Sealed, OpError> {
    let mut notes: Vec<String> = bounded(&built)?.into_iter().collect();
    let known = match trust {
        Some(trust) => sign_op::known_keys(trust, &built.environment, false)?,
        None => PublicKeys::new(),
    };
    let name = format!("{}.bundle.json", built.environment);
    let path = folder.join(&name);
    let options = VerifyOptions::new(built.environment);
    let message = Message::new(BUNDLE_TYPE, built.payload);
    let sign = || {
        sign::signatures(&message, signers, &known, |signatures| {
            let signed_by = trust.map(|trust| steps::signed_by(&message, signatures, trust, &options));
            let right = signed_by.iter().flatten().flatten().cloned().collect();
            (signed_by, right)
        })
    };
    // A program may let somebody think before it signs: nothing half-written lies there meanwhile.
    let at_once = signers.iter().all(|signer| matches!(signer, Signer::Key(_)));
    let write = || {
        let bytes = wire::payload(message.payload());
        let length = if at_once { bytes.len() } else { 0 };
        // What is on disk before the rest is known need not be waited for then.
        let stage = || Begun::new(&path, &bytes[..length], Visibility::Shared)?.on_disk();
        let examine = || trust.map_or(Ok(()), |trust| steps::content(message.payload(), trust, &options));
        let (begun, content) = rayon::join(|| at_once.then(stage), examine);
        (bytes, length, begun, content)
    };
    let (signed, (bytes, length, begun, content)) = rayon::join(sign, write);
    let (signatures, signed_by) = signed?;
    let bytes = wire::finish(bytes, BUNDLE_TYPE, &signatures);
    let look = || {
        let revocation = || trust.map_or(Ok(()), |trust| steps::revocation(&bytes, trust, &options));
        (steps::envelope(&bytes, &message, &signatures), revocation())
    };
    let finish = || {
        let begun = begun.unwrap_or_else(|| Begun::new(&path, &[], Visibility::Shared));
        begun?.finish(bytes.get(length..).unwrap_or_default())
    };
    let ((envelope, revocation), staged) = rayon::join(look, finish);
    if trust.is_none() {
        notes.push(format!(
            "there is no `{TRUST_FILE}` beside `flagc.toml`, so only the signature was verified: `flagc trust add` makes one"
        ));
    }
    // In about the order in which a reader comes upon them.
    let signed_by = signed_by.map_or(Ok(()), |signed_by| signed_by.map(drop));
    let refusals = [envelope, signed_by, revocation, content].into_iter().filter_map(Result::err);
    let (passing, lasting): (Vec<VerifyError>, Vec<VerifyError>) = refusals.partition(can_be_mended);
    if let Some(error) = lasting.into_iter().next() {
        return Err(OpError::Refused { path: name.into(), error });
    }
    notes.extend(passing.iter().map(|error| format!("readers will refuse it: {error}")));
    Ok(Sealed { path, notes, staged: staged? })
}

/// What signatures that are still to come, or a commit, will mend is no reason to write nothing.
fn can_be_mended(error: &VerifyError) -> bool {
    matches!(error, VerifyError::Threshold { .. } | VerifyError::Dirty(_))
}

/// Puts all files in their places, now that none was refused. Gives their paths, and what is to be said about them.
///
/// # Errors
/// The file that could not be written.
pub fn write(sealed: Vec<Sealed>) -> Result<Vec<(PathBuf, Vec<String>)>, OpError> {
    let mut all = Staged::default();
    let mut written = Vec::with_capacity(sealed.len());
    for Sealed { path, notes, staged } in sealed {
        all.append(staged);
        written.push((path, notes));
    }
    all.commit()?;
    Ok(written)
}

/// A warning for a large payload; a refusal of one that is too large. Both name the largest flags.
fn bounded(built: &Built) -> Result<Option<String>, OpError> {
    let size = built.payload.len();
    if size < LARGE {
        return Ok(None);
    }
    let mut sizes = built.sizes.clone();
    sizes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let largest: Vec<String> =
        sizes.iter().take(3).map(|(flag, bytes)| format!("`{flag}` ({bytes} bytes)")).collect();
    let largest = largest.join(", ");
    if size >= TOO_LARGE {
        return Err(OpError::TooLarge { environment: built.environment.clone(), size, largest });
    }
    Ok(Some(format!("{} is large: {size} bytes; the largest flags are {largest}", built.environment)))
}
