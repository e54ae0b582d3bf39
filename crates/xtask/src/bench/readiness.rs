//! What readiness adds to `flagc check`: the same workspace with the three rules that ask for it, and without.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::measure;
use super::remove;
use super::table::{Row, ratio};
use crate::generate::{self, Size};

const SIZE: Size = Size { flags: 10_000, services: 2_000, environments: 20 };

/// The rules, left out.
const WITHOUT: &str = "\n[lints]\nservice-not-ready = \"allow\"\nkill-switch-broken = \"allow\"\nreadiness-unknown = \"allow\"\n";

pub(super) fn rows(program: &Path, out: &Path, runs: usize) -> Result<Vec<Row>, Box<dyn Error>> {
    let workspace = out.join("services");
    remove(&workspace)?;
    let Size { flags, services, environments } = SIZE;
    let size = format!("{flags} flags, {services} services, {environments} environments");
    eprintln!("writing {size}");
    generate::workspace(SIZE, 1, &workspace)?;
    let file = workspace.join("flagc.toml");
    let with = fs::read_to_string(&file)?;
    let without = format!("{with}{WITHOUT}");
    let once = |settings: &str| {
        fs::write(&file, settings)?;
        measure::succeed(Command::new(program).arg("-C").arg(&workspace).arg("check"))
    };
    eprintln!("flagc check, {size}");
    let base = measure::repeat(runs, || once(&without))?;
    let times = measure::repeat(runs, || once(&with))?;
    let row =
        |what: &str, times, note| Row { what: what.to_owned(), size: size.clone(), times, note, peak: None };
    Ok(vec![
        row("flagc check without readiness", base, String::new()),
        row("flagc check", times, ratio(times, base, "without")),
    ])
}
