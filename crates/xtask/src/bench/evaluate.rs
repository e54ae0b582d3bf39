//! Loading a document and evaluating flags of it: flagc's runtime beside flagd's JavaScript and Python cores.

use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::measure::{self, Times};
use super::table::{Row, ratio};
use super::{missing, release};
use crate::generate::{self, Size};

/// Few enough flags that every evaluator takes the document.
const FLAGS: usize = 1_000;

/// Nobody whom a rule takes: every rule is tried, then the split decides.
const CONTEXT: &str = r#"{"targetingKey":"u-1","email":"jo@mail.example","country":"DE","tier":"free","appVersion":"1.0.0","age":10,
    "score":0.99,"roles":[],"deviceModel":"zz-1","beta":false,"accountId":7}"#;

/// What is asked, in words, by the position of the generated flag.
const ASKED: [(usize, &str); 2] =
    [(17, "evaluate a flag without targeting"), (0, "evaluate three rules and a split")];

/// The times of one evaluator: load, then one for each of `ASKED`.
type Answers = [Vec<Duration>; 3];

/// How often each program runs.
const TURNS: usize = 3;

pub(super) fn rows(
    root: &Path,
    flagc: &Path,
    out: &Path,
    no_peers: bool,
) -> Result<Vec<Row>, Box<dyn Error>> {
    let workspace = out.join("evaluated");
    super::remove(&workspace)?;
    generate::workspace(Size { flags: FLAGS, services: 12, environments: 3 }, 1, &workspace)?;
    let mut build = Command::new(flagc);
    build.arg("-C").arg(&workspace).args([
        "build",
        "-e",
        "production",
        "--unsigned",
        "--allow-dirty",
        "--serial",
        "1",
        "-o",
    ]);
    measure::succeed(build.arg(out.join("documents")))?;
    let document = out.join("documents/production.flagd.json");

    let example =
        release(root, &["-p", "flagc-runtime", "--example", "time_evaluate"], "examples/time_evaluate")?;
    let peers = root.join("tests/peers");
    let mut node = Command::new("node");
    node.arg(peers.join("bench/evaluate.mjs"));
    let mut python = Command::new(peers.join(".installed/python/bin/python"));
    python.arg(peers.join("bench/evaluate.py"));
    let mut programs = vec![("flagc-runtime", Command::new(example))];
    if !no_peers {
        programs.extend([("JavaScript flagd-core", node), ("Python flagd-core", python)]);
    }
    let asked = ask_in_turn(&mut programs, &document);
    let ours = asked.first().cloned().transpose()?.map_or([None; 3], |answers| times_of(&answers));
    let mut rows = Vec::new();
    for ((name, _), answers) in programs.iter().zip(&asked) {
        match answers {
            Ok(answers) => rows.extend(told(name, times_of(answers), ours)),
            Err(error) => {
                rows.push(missing(name, &format!("not measured (tests/peers/install.sh): {error}")));
            }
        }
    }
    Ok(rows)
}

/// Asks one program after the other, several times over: what the machine gives changes by the minute, and all are to have
/// their share of it.
fn ask_in_turn(programs: &mut [(&str, Command)], document: &Path) -> Vec<Result<Answers, String>> {
    let keys = ASKED.map(|(index, _)| generate::key(index));
    for (_, program) in &mut *programs {
        program.arg(document).arg(CONTEXT).args(&keys);
    }
    let mut all: Vec<Result<Answers, String>> = programs.iter().map(|_| Ok(Answers::default())).collect();
    for _ in 0..TURNS {
        for ((_, program), answers) in programs.iter_mut().zip(&mut all) {
            let Ok(known) = answers else { continue };
            match ask(program, &keys) {
                Ok(more) => known.iter_mut().zip(more).for_each(|(known, more)| known.extend(more)),
                Err(error) => *answers = Err(error.to_string()),
            }
        }
    }
    all
}

/// Runs one evaluator's program and reads its "NAME NANOSECONDS" lines.
fn ask(program: &mut Command, keys: &[String; 2]) -> Result<Answers, Box<dyn Error>> {
    let done = program.output()?;
    if !done.status.success() {
        let error = String::from_utf8_lossy(&done.stderr);
        return Err(error.lines().last().unwrap_or("it failed").to_owned().into());
    }
    let text = String::from_utf8(done.stdout)?;
    let of = |name: &str| {
        let lines = text.lines().filter_map(|line| line.split_once(' ')).filter(|(found, _)| *found == name);
        lines.filter_map(|(_, time)| Some(Duration::from_secs_f64(time.parse::<f64>().ok()? / 1e9))).collect()
    };
    Ok([of("load"), of(&keys[0]), of(&keys[1])])
}

fn times_of(answers: &Answers) -> [Option<Times>; 3] {
    answers.clone().map(Times::of)
}

fn told(name: &str, theirs: [Option<Times>; 3], ours: [Option<Times>; 3]) -> Vec<Row> {
    let asked = ["load a document", ASKED[0].1, ASKED[1].1];
    let rows = asked.iter().zip(theirs).zip(ours);
    rows.map(|((what, times), ours)| Row {
        what: format!("{name}: {what}"),
        size: if *what == asked[0] { format!("{FLAGS} flags") } else { "one call".to_owned() },
        times,
        note: if name == "flagc-runtime" { String::new() } else { ratio(times, ours, "flagc-runtime") },
        peak: None,
    })
    .collect()
}
