//! Whole processes over one workspace: flagc, and the validators that people would use instead.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use super::measure::{self, Task, Times};
use super::table::{Row, ratio};
use super::{floor, missing};

/// Slow peers run this often after the first time.
const PEER_RUNS: usize = 2;

/// A bundle of more flags is larger than readers accept, so none is built.
const BUILT_UP_TO: usize = 10_000;

/// Beside each of these runs check runs this often.
const CHECKS: usize = 5;

/// The floor, then check and build; and what check took.
pub(super) fn flagc(
    program: &Path,
    workspace: &Path,
    flags: usize,
    runs: usize,
) -> Result<(Vec<Row>, Option<Times>), Box<dyn Error>> {
    let size = format!("{flags} flags");
    let folder = workspace.with_extension("built");
    let build = |how: &str| {
        let mut command = Command::new(program);
        command.arg("-C").arg(workspace).args([
            "build",
            "-e",
            "production",
            "--allow-dirty",
            "--serial",
            "1",
        ]);
        measure::succeed(command.arg(how).arg("-o").arg(&folder))
    };
    let mut read = || Ok(floor::read_all(workspace).map(drop)?);
    let mut once = || measure::succeed(&mut check(program, workspace));
    eprintln!("the floor, flagc check and flagc build, {size}");
    let (read, checked, builds) = if flags <= BUILT_UP_TO {
        let (mut unsigned, mut signed) = (|| build("--unsigned"), || build("--dev"));
        let tasks: [Task<'_>; 4] = [&mut read, &mut once, &mut unsigned, &mut signed];
        let [read, checked, unsigned, signed] = measure::in_turn(runs, tasks);
        (read?, checked?, vec![("unsigned", unsigned), ("signed", signed)])
    } else {
        let [read, checked] = measure::in_turn(runs, [&mut read, &mut once]);
        (read?, checked?, Vec::new())
    };
    let peak = measure::peak(&mut check(program, workspace))?;
    let mut rows = vec![
        row("read every file, two threads (the floor)", &size, read, String::new(), None),
        row("flagc check", &size, checked, ratio(checked, read, "the floor"), peak),
    ];
    rows.extend(builds.into_iter().map(|(how, times)| {
        let what = format!("flagc build, one environment, {how}");
        match times {
            Ok(times) => row(&what, &size, times, ratio(times, checked, "check"), None),
            Err(error) => missing(&what, &format!("failed: {error}")),
        }
    }));
    Ok((rows, checked))
}

fn check(program: &Path, workspace: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg("-C").arg(workspace).arg("check");
    command
}

/// What validates the same flag files against the same schema, each in a process of its own.
pub(super) fn validators(
    root: &Path,
    out: &Path,
    program: &Path,
    workspace: &Path,
    flags: usize,
) -> Result<Vec<Row>, Box<dyn Error>> {
    let files = flag_files(workspace)?;
    let list = out.join("files.txt");
    let lines: Vec<String> = files.iter().map(|path| path.display().to_string()).collect();
    fs::write(&list, lines.join("\n"))?;
    let schema = out.join("schemas/flag.schema.json").canonicalize()?;
    let installed = root.join("tests/peers/.installed");

    let mut rows = Vec::new();
    let check = || measure::succeed(&mut check(program, workspace));
    let python = installed.join("bench-python/bin");
    let taplo = python.join("taplo");
    rows.push(validator("taplo lint", &taplo, flags, check, |command| {
        command.args(["lint", "--schema"]).arg(format!("file://{}", schema.display())).args(&files);
    }));
    rows.push(validator("check-jsonschema", &python.join("check-jsonschema"), flags, check, |command| {
        command.arg("--schemafile").arg(&schema).args(&files);
    }));
    let ajv = installed.join("bench-node/node_modules/ajv/package.json");
    if ajv.exists() {
        rows.push(validator("ajv and smol-toml", Path::new("node"), flags, check, |command| {
            command.arg(root.join("tests/peers/bench/ajv.mjs")).arg(&schema).arg(&list);
        }));
    } else {
        rows.push(missing("ajv and smol-toml", "not installed (tests/peers/install.sh --bench)"));
    }
    Ok(rows)
}

fn validator(
    what: &str,
    program: &Path,
    flags: usize,
    mut check: impl FnMut() -> Result<(), Box<dyn Error>>,
    arguments: impl Fn(&mut Command),
) -> Row {
    if program.is_absolute() && !program.exists() {
        return missing(what, "not installed (tests/peers/install.sh --bench)");
    }
    eprintln!("{what}, {flags} flags");
    let mut validate = || {
        let mut command = Command::new(program);
        arguments(&mut command);
        measure::succeed(&mut command)
    };
    // A slow peer says with few runs what it takes; beside it the fast one needs more, and its first runs count, too.
    let mut checks = Vec::new();
    let mut check_often = || {
        for _ in 0..CHECKS {
            let start = Instant::now();
            check()?;
            checks.push(start.elapsed());
        }
        Ok(())
    };
    let [times, checked] = measure::in_turn(PEER_RUNS, [&mut validate, &mut check_often]);
    match times.and_then(|times| checked.map(|_| times)) {
        Ok(times) => {
            let note = ratio(times, Times::of(checks), "flagc check");
            row(what, &format!("{flags} flags"), times, note, None)
        }
        Err(error) => missing(what, &format!("failed: {error}")),
    }
}

/// The flags' files alone: each kind of file has a schema of its own, and validators take one.
pub(super) fn flag_files(workspace: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    for folder in fs::read_dir(workspace)? {
        let folder = folder?;
        // `.flagc` holds the key that `build --dev` made.
        let reserved = ["segments", "services", "deployments", "releases", ".flagc", ".git"]
            .map(Some)
            .contains(&folder.file_name().to_str());
        if reserved || !folder.file_type()?.is_dir() {
            continue;
        }
        for file in fs::read_dir(folder.path())? {
            files.push(file?.path());
        }
    }
    files.sort();
    Ok(files)
}

fn row(what: &str, size: &str, times: Option<Times>, note: String, peak: Option<u64>) -> Row {
    Row { what: what.to_owned(), size: size.to_owned(), times, note, peak }
}
