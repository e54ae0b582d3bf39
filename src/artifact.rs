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
    let mut staged = Staged::default();
    files.iter().try_for_each(|file| staged.add(&file.path, &file.bytes, file.visibility))?;
    staged.commit()
}

/// Files that lie whole beside their targets. Committing makes them the targets; dropped before that, they are removed.
#[derive(Debug, Default)]
pub struct Staged {
    files: Vec<StagedFile>,
    /// The folders that had to be made for them.
    folders: Vec<PathBuf>,
}

#[derive(Debug)]
struct StagedFile {
    temporary: PathBuf,
    path: PathBuf,
}

impl Staged {
    /// Writes one more file beside its target.
    ///
    /// # Errors
    /// Any I/O error.
    pub fn add(&mut self, path: &Path, bytes: &[u8], visibility: Visibility) -> Result<(), WriteError> {
        self.append(Begun::new(path, bytes, visibility)?.finish(&[])?);
        Ok(())
    }

    fn make_folder(&mut self, folder: &Path) -> io::Result<()> {
        let missing: Vec<&Path> = folder.ancestors().take_while(|folder| !folder.exists()).collect();
        for folder in missing.into_iter().rev().filter(|folder| !folder.as_os_str().is_empty()) {
            match fs::create_dir(folder) {
                Ok(()) => self.folders.push(folder.to_path_buf()),
                // Somebody else was faster.
                Err(_) if folder.is_dir() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Adds what another has staged, to be committed together.
    pub fn append(&mut self, mut other: Self) {
        self.files.append(&mut other.files);
        self.folders.append(&mut other.folders);
    }

    /// Renames all of them, in the order in which they were added.
    ///
    /// # Errors
    /// The first that cannot be renamed; those behind it stay as they were.
    pub fn commit(mut self) -> Result<(), WriteError> {
        self.files.iter().try_for_each(|file| {
            fs::rename(&file.temporary, &file.path)
                .and_then(|()| sync_folder(&file.path))
                .map_err(|source| WriteError { path: file.path.clone(), source })
        })?;
        self.files.clear();
        self.folders.clear();
        Ok(())
    }
}

/// A file beside its target of which only the beginning is written. Dropped before it is finished, it is removed.
#[derive(Debug)]
pub struct Begun {
    path: PathBuf,
    handle: File,
    staged: Staged,
}

impl Begun {
    /// Writes the beginning of a file beside its target.
    ///
    /// # Errors
    /// Any I/O error.
    pub fn new(path: &Path, beginning: &[u8], visibility: Visibility) -> Result<Self, WriteError> {
        let failed = |source| WriteError { path: path.to_path_buf(), source };
        let mut staged = Staged::default();
        staged.make_folder(folder_of(path)).map_err(failed)?;
        let (temporary, mut handle) = create(path, visibility).map_err(failed)?;
        staged.files.push(StagedFile { temporary, path: path.to_path_buf() });
        handle.write_all(beginning).map_err(failed)?;
        Ok(Self { path: path.to_path_buf(), handle, staged })
    }

    /// Waits until the beginning is on disk.
    ///
    /// # Errors
    /// Any I/O error.
    pub fn on_disk(self) -> Result<Self, WriteError> {
        match self.handle.sync_data() {
            Ok(()) => Ok(self),
            Err(source) => Err(WriteError { path: self.path, source }),
        }
    }

    /// Writes the rest.
    ///
    /// # Errors
    /// Any I/O error.
    pub fn finish(mut self, rest: &[u8]) -> Result<Staged, WriteError> {
        match self.handle.write_all(rest).and_then(|()| self.handle.sync_all()) {
            Ok(()) => Ok(self.staged),
            Err(source) => Err(WriteError { path: self.path, source }),
        }
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        for file in &self.files {
            // Best effort: what was renamed already is not there any more, and the first error is the one to tell.
            let _ = fs::remove_file(&file.temporary);
        }
        // The innermost first; one that somebody else has put something into stays.
        self.folders.sort_by_key(|folder| std::cmp::Reverse(folder.components().count()));
        for folder in &self.folders {
            let _ = fs::remove_dir(folder);
        }
    }
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

/// Makes the temporary file beside a target.
fn create(path: &Path, visibility: Visibility) -> io::Result<(PathBuf, File)> {
    if fs::symlink_metadata(path).is_ok_and(|found| found.is_dir()) {
        // The rename would say so as well, but only after other files were replaced.
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let temporary = temporary_path(path)?;
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    if visibility == Visibility::Private {
        use std::os::unix::fs::OpenOptionsExt as _;
        // A leftover of a killed run may have wider rights: `mode` acts on creation alone.
        let _ = fs::remove_file(&temporary);
        options.create_new(true).mode(0o600);
    }
    let handle = options.open(&temporary)?;
    Ok((temporary, handle))
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_is_staged_takes_its_place_only_when_it_is_committed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/folder/a.json");
        let names = || fs::read_dir(folder.path()).unwrap().count();
        let mut staged = Staged::default();
        staged.add(&path, b"new", Visibility::Shared).unwrap();
        assert_eq!((path.exists(), names()), (false, 1));
        drop(staged);
        assert_eq!(names(), 0);
        fs::write(folder.path().join("file"), b"").unwrap();
        let mut staged = Staged::default();
        staged.add(&path, b"new", Visibility::Shared).unwrap();
        staged.add(&folder.path().join("file/b.json"), b"new", Visibility::Shared).unwrap_err();
        drop(staged);
        assert_eq!(names(), 1);
        let mut staged = Staged::default();
        staged.add(&path, b"new", Visibility::Shared).unwrap();
        staged.commit().unwrap();
        assert_eq!((fs::read(&path).unwrap(), names()), (b"new".to_vec(), 2));
        drop(Begun::new(&folder.path().join("other/b.json"), b"ne", Visibility::Shared).unwrap());
        assert_eq!(names(), 2);
        let begun = Begun::new(&path, b"ne", Visibility::Shared).unwrap();
        begun.finish(b"wer").unwrap().commit().unwrap();
        assert_eq!((fs::read(&path).unwrap(), names()), (b"newer".to_vec(), 2));
    }
}
