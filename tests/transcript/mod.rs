//! Transcripts: what a terminal shows when commands are typed, as text that is run and compared. `tests/cmd/*.console`
//! and the README's console blocks are written so.
//!
//! `$ ` begins a command for the shell, `> ` continues it, what follows is its output. Where the streams are told
//! apart, a line of stderr begins with `2> `, and an exit code that is not 0 stands in `[exit 1]`. Comments begin with
//! `#`, after an empty line.

#![allow(dead_code, reason = "each test uses its part of it")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A copy of the sample workspace in a Git repository of its own, with everything committed.
pub struct Repository {
    folder: tempfile::TempDir,
    home: tempfile::TempDir,
}

/// How a command's output is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// As a terminal does: both streams in one.
    Terminal,
    /// stderr marked, and the exit code.
    Streams,
}

impl Repository {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let project = Path::new(env!("CARGO_MANIFEST_DIR"));
        copy(&project.join("flags"), &folder.path().join("flags"));
        fs::copy(project.join(".gitignore"), folder.path().join(".gitignore")).unwrap();
        commit(folder.path());
        Self { folder, home: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    /// Runs a command line in the shell, with `flagc` on the path and little else in the environment.
    pub fn run(&self, line: &str) -> Output {
        let flagc = Path::new(env!("CARGO_BIN_EXE_flagc")).parent().unwrap();
        let inherited = std::env::var_os("PATH").unwrap();
        let path =
            std::env::join_paths(std::iter::once(flagc.into()).chain(std::env::split_paths(&inherited)));
        Command::new("sh")
            .args(["-c", line])
            .current_dir(self.path())
            .env_clear()
            .env("PATH", path.unwrap())
            .env("HOME", self.home.path())
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap()
    }

    /// Runs the commands of a transcript that `runs` lets through, and writes down what they say now.
    pub fn replay(&self, transcript: &str, show: Show, runs: impl Fn(&str) -> Option<String>) -> String {
        let mut text = String::new();
        for step in steps(transcript) {
            text.push_str(step.before);
            text.push_str(step.command);
            let Some(line) = runs(&line_of(step.command)) else {
                text.push_str(step.output);
                continue;
            };
            match show {
                Show::Terminal => {
                    let output = self.run(&format!("exec 2>&1\n{line}"));
                    text.push_str(&self.shown(&output.stdout));
                }
                Show::Streams => {
                    let output = self.run(&line);
                    text.push_str(&self.shown(&output.stdout));
                    for line in self.shown(&output.stderr).lines() {
                        let _ = writeln!(text, "{}", format!("2> {line}").trim_end());
                    }
                    if !output.status.success() {
                        let _ = writeln!(text, "[exit {}]", output.status.code().unwrap());
                    }
                }
            }
        }
        text
    }

    /// Output as it stands in a transcript: what differs from run to run is replaced.
    fn shown(&self, output: &[u8]) -> String {
        let text = String::from_utf8(output.to_vec()).unwrap();
        let text = text.replace(self.path().to_str().unwrap(), "[ROOT]");
        let text = text.replace(self.home.path().to_str().unwrap(), "~");
        let text = without_digests(text.trim_end_matches('\n'));
        if text.is_empty() { String::new() } else { format!("{text}\n") }
    }
}

/// Digests, key ids and commits change with every flag and every key: `…` stands for them.
fn without_digests(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_hexdigit()) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(from.len());
        let (run, after) = from.split_at(end);
        shown.push_str(before);
        shown.push_str(if run.len() >= 40 { "…" } else { run });
        rest = after;
    }
    shown + rest
}

/// A command of a transcript, as written.
struct Step<'t> {
    /// Empty lines and comments.
    before: &'t str,
    /// With its `$ ` and `> `.
    command: &'t str,
    output: &'t str,
}

fn steps(transcript: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    let mut rest = transcript;
    while !rest.is_empty() {
        let before = length(rest, |line| !line.starts_with("$ "));
        let (head, tail) = rest.split_at(before);
        let first = tail.find('\n').map_or(tail.len(), |end| end + 1);
        let (_, after) = tail.split_at(first);
        let more = length(after, |line| line.starts_with("> "));
        let (command, tail) = tail.split_at(first + more);
        let until = length(tail, |line| !line.starts_with("$ "));
        let output = without_comments(&tail[..until]);
        steps.push(Step { before: head, command, output });
        rest = &tail[output.len()..];
    }
    steps
}

/// The bytes of the leading lines that are wanted.
fn length(text: &str, wanted: impl Fn(&str) -> bool) -> usize {
    text.split_inclusive('\n').take_while(|line| wanted(line)).map(str::len).sum()
}

/// The output without the empty lines and comments that belong to the next command.
fn without_comments(output: &str) -> &str {
    let mut end = output.len();
    let mut at = output.len();
    for line in output.split_inclusive('\n').rev() {
        at -= line.len();
        if line == "\n" {
            end = at;
        } else if !line.starts_with('#') {
            break;
        }
    }
    &output[..end]
}

/// The command line without its marks.
fn line_of(command: &str) -> String {
    command.lines().map(|line| line.get(2..).unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Compares a file of transcripts with what was said now; `SNAPSHOTS=overwrite` writes it down.
pub fn compare(actual: String, file: &Path) -> Result<(), String> {
    let expected = snapbox::Data::read_from(file, Some(snapbox::data::DataFormat::Text));
    let assert = snapbox::Assert::new().action_env("SNAPSHOTS").normalize_paths(false);
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    let actual = snapbox::Data::text(actual);
    assert.try_eq(Some(&name), actual, expected).map_err(|error| error.to_string())
}

/// Copies a folder but for what is hidden: somebody may have built with `--dev` in it, and the key is theirs.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap();
        if name.to_str().unwrap().starts_with('.') {
            continue;
        }
        let target = to.join(name);
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// Commits everything in the folder, as the same person at the same time.
fn commit(folder: &Path) {
    let repository = git2::Repository::init(folder).unwrap();
    let mut index = repository.index().unwrap();
    index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).unwrap();
    index.write().unwrap();
    let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
    let time = git2::Time::new(1_795_165_200, 0); // 2026-11-20T09:00:00Z
    let someone = git2::Signature::new("Jo", "jo@acme.example", &time).unwrap();
    repository.commit(Some("HEAD"), &someone, &someone, "Add the flags", &tree, &[]).unwrap();
}
