//! `schema`: the JSON Schemas as text or as files.

use std::path::Path;

use crate::artifact::{OutputFile, Visibility};
use crate::format::{FileKind, schema_text};

/// The schema files of a folder, one for each kind of file.
pub fn files(folder: &Path) -> Vec<OutputFile> {
    FileKind::ALL
        .into_iter()
        .map(|kind| OutputFile {
            path: folder.join(file_name(kind)),
            bytes: schema_text(kind).into_bytes(),
            visibility: Visibility::Shared,
        })
        .collect()
}

/// The name of a schema's file.
pub fn file_name(kind: FileKind) -> String {
    format!("{}.schema.json", kind.as_str())
}
