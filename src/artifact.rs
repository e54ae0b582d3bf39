//! Files that a command is about to write, and the one way to write them: whole or not at all.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// A file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputFile {
    /// Where.
    pub path: PathBuf,
    /// What.
    pub bytes: Vec<u8>,
    /// Whether others may read it: private keys are written for their owner alone.
    pub visibility: Visibility,
}

/// Who may read a written file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// As the process's umask says.
    Shared,
    /// The owner alone (mode 0600).
    Private,
}

/// Writes all files, each one atomically: a temporary file in the same folder, `fsync`, rename, `fsync` of the
/// folder. All are staged before the first is renamed, so that a full disk or a read-only folder changes nothing.
///
/// # Errors
/// Any I/O error, with the path it is about; staged files are removed.
pub fn write_all(files: &[OutputFile]) -> Result<(), WriteError> {
    let mut staged = Vec::with_capacity(files.len());
    let outcome = files.iter().try_for_each(|file| {
        staged.push(stage(file).map_err(|source| WriteError { path: file.path.clone(), source })?);
        Ok(())
    });
    let outcome = outcome.and_then(|()| {
        files.iter().zip(&staged).try_for_each(|(file, temporary)| {
            fs::rename(temporary, &file.path)
                .and_then(|()| sync_folder(&file.path))
                .map_err(|source| WriteError { path: file.path.clone(), source })
        })
    });
    if outcome.is_err() {
        for temporary in &staged {
            // Best effort: what was renamed already is not there any more, and the first error is the one to tell.
            let _ = fs::remove_file(temporary);
        }
    }
    outcome
}

/// Deletes files, one after the other.
///
/// # Errors
/// The first file that cannot be deleted; those behind it stay.
pub fn remove_all(paths: &[PathBuf]) -> Result<(), WriteError> {
    paths.iter().try_for_each(|path| {
        fs::remove_file(path)
            .and_then(|()| sync_folder(path))
            .map_err(|source| WriteError { path: path.clone(), source })
    })
}

/// A file that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write `{}`: {source}", path.display())]
pub struct WriteError {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub source: io::Error,
}

/// Bytes in lower-case hex, as digests are written.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)]).collect()
}

fn stage(file: &OutputFile) -> io::Result<PathBuf> {
    if fs::symlink_metadata(&file.path).is_ok_and(|found| found.is_dir()) {
        // The rename would say so as well, but only after other files were replaced.
        return Err(io::ErrorKind::IsADirectory.into());
    }
    fs::create_dir_all(folder_of(&file.path))?;
    let temporary = temporary_path(&file.path)?;
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    if file.visibility == Visibility::Private {
        use std::os::unix::fs::OpenOptionsExt as _;
        // A leftover of a killed run may have wider rights: `mode` acts on creation alone.
        let _ = fs::remove_file(&temporary);
        options.create_new(true).mode(0o600);
    }
    let write = |mut handle: File| {
        handle.write_all(&file.bytes)?;
        handle.sync_all()
    };
    options.open(&temporary).and_then(write).inspect_err(|_| {
        let _ = fs::remove_file(&temporary);
    })?;
    Ok(temporary)
}

/// `.NAME.PID.tmp` beside the target: the same file system, so that the rename is atomic, and hidden, so that
/// a workspace that is read meanwhile does not see it.
fn temporary_path(path: &Path) -> io::Result<PathBuf> {
    let name =
        path.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "not a file name"))?;
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}.tmp", std::process::id()));
    Ok(folder_of(path).join(hidden))
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(folder_of(path))?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}
