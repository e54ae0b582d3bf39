//! Loading a signed bundle as a service does: verified, compiled, ready to evaluate.

use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::measure::Times;
use super::table::Row;
use super::{missing, release};

/// The time for the bundle that `commands::flagc` built of a workspace.
pub(super) fn row(root: &Path, workspace: &Path, flags: usize) -> Result<Row, Box<dyn Error>> {
    let what = "flagc-runtime: load a signed bundle";
    let bundle = workspace.with_extension("built").join("production.bundle.json");
    if !bundle.exists() {
        return Ok(missing(what, "not built: larger than readers accept"));
    }
    let program = release(root, &["-p", "flagc-runtime", "--example", "time_load"], "examples/time_load")?;
    let trust = workspace.join(".flagc/trust.json");
    let done = Command::new(program).args([&bundle, &trust]).arg("production").output()?;
    if !done.status.success() {
        return Err(String::from_utf8_lossy(&done.stderr).into_owned().into());
    }
    let text = String::from_utf8(done.stdout)?;
    let times = text.lines().filter_map(|line| line.strip_prefix("load ")?.parse().ok());
    let times = Times::of(times.map(Duration::from_nanos).collect());
    Ok(Row { what: what.to_owned(), size: format!("{flags} flags"), times, note: String::new(), peak: None })
}
