//! The command line, as people meet it: each `tests/cmd/*.console` is a transcript that is run on a copy of the sample
//! workspace and compared. `SNAPSHOTS=overwrite cargo test --test cmd` writes down what is said now.

#![cfg(unix)]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod transcript;

use std::fs;
use std::path::{Path, PathBuf};

use transcript::{Repository, Show, compare};

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cmd");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|extension| extension == "console")).collect();
    files.sort();
    files
}

#[test]
fn transcripts_say_what_the_commands_say() {
    let cases = cases();
    assert!(cases.len() > 10, "the cases were not found");
    let replay = |file: &PathBuf| {
        let written = fs::read_to_string(file).unwrap();
        let said = Repository::new().replay(&written, Show::Streams, |line| Some(line.to_owned()));
        compare(said, file).err()
    };
    let failures: Vec<String> = cases.iter().filter_map(replay).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
