//! What becomes of a command that cannot say its answer, or is sent somewhere that does not exist.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;
use std::process::{Command, Stdio};

fn flagc() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_flagc"));
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

#[test]
#[cfg(target_os = "linux")]
fn an_answer_that_a_full_disk_swallows_is_an_error() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = flagc().args(["explain", "unknown-variant"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("could not be written"), "{error}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = flagc().arg("check").stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_folder_that_does_not_exist_is_not_searched_above() {
    let missing = Path::new("flags/nowhere");
    let output = flagc().arg("-C").arg(missing).arg("check").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("`flags/nowhere` is not a folder"), "{error}");
}
