//! From a found file to text, or to the finding that says why there is none.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use rustix::fd::OwnedFd;
use rustix::fs::{FileType, Mode, OFlags};

use crate::finding::{Finding, RuleId};
use crate::source::{FileId, Span};

use super::discover::{Found, Nature, Origin, io_reason};

/// A flag file is some hundred lines; a megabyte is a mistake.
pub const MAX_BYTES: u64 = 1024 * 1024;

/// Reads files below a root. It keeps the folder of the file that it read last: most files lie in the same one, and the
/// system need not walk the whole path for each.
#[derive(Debug)]
pub struct Reader<'r> {
    root: &'r Path,
    folder: Option<(PathBuf, OwnedFd)>,
}

impl<'r> Reader<'r> {
    /// Reads files below `root`.
    pub fn new(root: &'r Path) -> Self {
        Self { root, folder: None }
    }

    /// Opens a file. Between the walk and the opening a pipe or a link may have taken its place: never waits, never
    /// follows.
    fn open(&mut self, path: &Path) -> rustix::io::Result<OwnedFd> {
        let (folder, name) = split(path)?;
        if self.folder.as_ref().is_none_or(|(kept, _)| kept.as_os_str() != folder.as_os_str()) {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
            let handle = rustix::fs::open(self.root.join(folder), flags, Mode::empty())?;
            self.folder = Some((folder.to_path_buf(), handle));
        }
        let (_, handle) = self.folder.as_ref().ok_or(rustix::io::Errno::INVAL)?;
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        rustix::fs::openat(handle, name, flags, Mode::empty())
    }
}

/// A file's folder and its name. `Path::parent` would take the path apart from its end, for every file.
fn split(path: &Path) -> rustix::io::Result<(&Path, &OsStr)> {
    match path.to_str().and_then(|text| text.rsplit_once('/')) {
        Some((folder, name)) if std::path::MAIN_SEPARATOR == '/' && !name.is_empty() => {
            Ok((Path::new(folder), OsStr::new(name)))
        }
        _ => {
            let name = path.file_name().ok_or(rustix::io::Errno::INVAL)?;
            Ok((path.parent().unwrap_or(Path::new("")), name))
        }
    }
}

/// A file that cannot be read as text.
#[derive(Debug)]
pub struct Unread {
    /// The finding that says why.
    pub finding: Finding,
    /// What the finding points into; empty where there is nothing to show.
    pub text: String,
}

/// Reads one file of the workspace into `buffer`, which it empties before.
///
/// # Errors
/// Why it cannot be read.
pub fn read<'b>(
    reader: &mut Reader<'_>,
    found: &Found,
    file: FileId,
    buffer: &'b mut Vec<u8>,
) -> Result<&'b str, Box<Unread>> {
    let path = &found.path;
    let fail = |rule, message: String, help: &str| {
        let finding = Finding::new(RuleId(rule), file, Span::default(), message).help(help);
        Box::new(Unread { finding, text: String::new() })
    };
    let too_large = || {
        let help = "a flag is some hundred lines: split it, or take out what is not a flag";
        fail("file-too-large", format!("`{path}` is larger than 1 MiB"), help)
    };
    match &found.nature {
        Nature::File => {}
        Nature::Oversized => return Err(too_large()),
        Nature::Other(what) => {
            let message = format!("`{path}` is {what}, which flagc does not read");
            let help = "put a plain file there, or give it another ending than `.toml`";
            return Err(fail("not-a-file", message, help));
        }
        Nature::Unreadable(reason) => {
            let message = format!("`{path}` cannot be read: {reason}");
            let help = "give the user that runs flagc the right to read it";
            return Err(fail("unreadable-file", message, help));
        }
    }
    let is_file = match &found.origin {
        Origin::Disk(path) => read_bounded(reader, path.as_deref().unwrap_or(Path::new(&found.path)), buffer),
        Origin::Bytes(bytes) => {
            buffer.clone_from(bytes);
            Ok(true)
        }
        // INVARIANT: `load` has given those their text before.
        Origin::Known(_) => Ok(false),
    };
    match is_file {
        Ok(true) => {}
        Ok(false) => {
            let message = format!("`{path}` changed into something else than a file while it was read");
            return Err(fail("not-a-file", message, "run the command again"));
        }
        Err(error) => {
            let message = format!("`{path}` cannot be read: {}", io_reason(&error.into()));
            return Err(fail("unreadable-file", message, "make the file readable and run the command again"));
        }
    }
    let bytes = buffer.as_slice();
    if bytes.len() as u64 > MAX_BYTES {
        return Err(too_large());
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let readable = error.valid_up_to();
        let line = String::from_utf8_lossy(&bytes[..readable]).matches('\n').count() + 1;
        let message = format!("`{path}` is not UTF-8 text: line {line} has bytes that are no characters");
        let mut unread = fail("not-utf8", message, "save the file as UTF-8");
        unread.text = String::from_utf8_lossy(bytes).into_owned();
        // There stands the sign for what is no character.
        unread.finding.place.span = Span::new(readable, readable + char::REPLACEMENT_CHARACTER.len_utf8());
        unread
    })
}

/// At most one byte more than the limit, so that an endless file ends; false if it is not a regular file.
fn read_bounded(reader: &mut Reader<'_>, path: &Path, bytes: &mut Vec<u8>) -> rustix::io::Result<bool> {
    bytes.clear();
    let handle = reader.open(path)?;
    let status = rustix::fs::fstat(&handle)?;
    if FileType::from_raw_mode(status.st_mode) != FileType::RegularFile {
        return Ok(false);
    }
    let size = u64::try_from(status.st_size).unwrap_or(0).min(MAX_BYTES);
    let size = usize::try_from(size).unwrap_or(0);
    // One byte more than the size: a file that did not change while it was read ends in a single call.
    bytes.reserve(size + 1);
    while bytes.len() as u64 <= MAX_BYTES {
        if bytes.len() == bytes.capacity() {
            bytes.reserve(64 * 1024);
        }
        let count = match rustix::io::read(&handle, rustix::buffer::spare_capacity(bytes)) {
            Ok(count) => count,
            Err(rustix::io::Errno::INTR) => continue,
            Err(error) => return Err(error),
        };
        if count == 0 || (bytes.len() >= size && bytes.len() < bytes.capacity()) {
            break;
        }
    }
    Ok(true)
}
