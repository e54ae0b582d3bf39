//! `flagc diff` over a repository in which a few of many flags differ, and `flagc check` of one flag with many rules.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::commands::flag_files;
use super::measure::{self, Times};
use super::table::{Row, ratio};
use super::{missing, remove};

/// This many flags differ.
const CHANGED: usize = 20;

/// Rules of the large flag, and conditions of each.
const RULES: usize = 50;
const CONDITIONS: usize = 20;

/// Compares the workspace with itself before `CHANGED` of its flags were edited: with the work tree, and as two commits.
/// Then checks it: in a repository a check asks how long flags have been as they are.
pub(super) fn rows(
    program: &Path,
    workspace: &Path,
    flags: usize,
    runs: usize,
    checked: Option<Times>,
) -> Result<Vec<Row>, Box<dyn Error>> {
    let size = format!("{flags} flags, {CHANGED} differ");
    if git(workspace, &["init", "--quiet"]).is_err() {
        return Ok(vec![missing("flagc diff", "git is not installed")]);
    }
    // Nothing is packed behind our back, and nothing runs beside what is measured.
    git(workspace, &["config", "gc.auto", "0"])?;
    git(workspace, &["add", "--all"])?;
    commit(workspace)?;
    git(workspace, &["gc", "--quiet"])?;
    for file in flag_files(workspace)?.into_iter().take(CHANGED) {
        let text = fs::read_to_string(&file)?;
        fs::write(&file, text.replace("gte = ", "gte = 1").replace("{ on = 50 }", "{ on = 60 }"))?;
    }
    let mut rows = Vec::new();
    let mut measure = |what: &str, arguments: &[&str]| -> Result<(), Box<dyn Error>> {
        eprintln!("{what}, {size}");
        let once = || measure::succeed(Command::new(program).arg("-C").arg(workspace).args(arguments));
        let times = measure::repeat(runs, once)?;
        rows.push(Row {
            what: what.to_owned(),
            size: size.clone(),
            times,
            note: ratio(times, checked, "check"),
            peak: None,
        });
        Ok(())
    };
    measure("flagc diff, a commit and the work tree", &["diff", "HEAD"])?;
    git(workspace, &["add", "--all"])?;
    commit(workspace)?;
    measure("flagc diff, two commits", &["diff", "HEAD~1", "HEAD"])?;
    measure("flagc check, in a repository of two commits", &["check"])?;
    Ok(rows)
}

/// One flag with `RULES` rules of `CONDITIONS` conditions each, checked in a process of its own.
pub(super) fn large_flag(program: &Path, out: &Path, runs: usize) -> Result<Row, Box<dyn Error>> {
    let workspace = out.join("large-flag");
    remove(&workspace)?;
    fs::create_dir_all(&workspace)?;
    let mut settings = String::from("project = \"large\"\nenvironments = [{ name = \"production\" }]\n");
    let mut flag =
        String::from("description = \"large\"\nkind = \"ops\"\nowner = \"bench\"\nserve = \"off\"\n");
    for attribute in 0..CONDITIONS {
        let kind = ["string", "integer", "version", "list"][attribute % 4];
        writeln!(settings, "[context.a{attribute}]\ntype = \"{kind}\"")?;
    }
    for rule in 0..RULES {
        let conditions: Vec<String> = (0..CONDITIONS).map(|attribute| condition(rule, attribute)).collect();
        writeln!(flag, "[[rules]]\nif = {{ {} }}\nserve = {{ on = {} }}", conditions.join(", "), rule + 1)?;
    }
    fs::write(workspace.join("flagc.toml"), settings)?;
    fs::write(workspace.join("large.toml"), flag)?;
    let once = || measure::succeed(Command::new(program).arg("-C").arg(&workspace).arg("check"));
    let times = measure::repeat(runs, once)?;
    let size = format!("{RULES} rules × {CONDITIONS} conditions");
    Ok(Row { what: "flagc check, one flag".to_owned(), size, times, note: String::new(), peak: None })
}

/// Conditions of neighbouring rules overlap, so that none is settled at a glance.
fn condition(rule: usize, attribute: usize) -> String {
    let value = (rule * 7 + attribute * 3) % 40;
    match attribute % 4 {
        0 if rule.is_multiple_of(2) => format!("a{attribute} = {{ starts_with = \"p{}\" }}", value % 6),
        0 => format!("a{attribute} = {{ contains = \"c{}\" }}", value % 6),
        1 => format!("a{attribute} = {{ gte = {value}, lt = {} }}", value + 25),
        2 => format!("a{attribute} = \">={}.{}.0\"", value % 5, value % 3),
        _ => format!("a{attribute} = [\"e{}\", \"e{}\"]", value % 8, value % 5),
    }
}

fn commit(workspace: &Path) -> Result<(), Box<dyn Error>> {
    let author = ["-c", "user.name=bench", "-c", "user.email=bench@localhost"];
    git(workspace, &[&author[..], &["commit", "--quiet", "--message", "bench"]].concat())
}

fn git(folder: &Path, arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    measure::succeed(Command::new("git").arg("-C").arg(folder).args(arguments))
}
