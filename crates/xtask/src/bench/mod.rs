//! `cargo xtask bench`: flagc beside the floor and beside what people would use instead, in one run, as one table.
//! Absolute times mean little on another machine: the ratios are what is compared.

mod commands;
mod diff;
mod evaluate;
mod floor;
mod load;
mod measure;
mod readiness;
mod table;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use table::Row;

use crate::generate::{self, Size};

/// What to run.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Sizes of the generated workspaces, in flags
    #[arg(long, value_delimiter = ',', default_value = "10000,100000")]
    flags: Vec<usize>,
    /// How often each command runs after a first, uncounted time; slow peers run twice
    #[arg(long, default_value_t = 7)]
    runs: usize,
    /// Use this flagc instead of building one in release mode
    #[arg(long)]
    flagc: Option<PathBuf>,
    /// Leave the other validators and evaluators out
    #[arg(long)]
    no_peers: bool,
    /// Keep workspaces and documents here, outside of every Git repository: in one, a check looks into the past as well.
    /// `flagc-bench` in the folder for temporary files unless said otherwise
    #[arg(long)]
    out: Option<PathBuf>,
}

/// The largest workspace that the slow validators are made to wait for.
const PEERS_UP_TO: usize = 10_000;

pub(crate) fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let root = root()?;
    let out = args.out.clone().unwrap_or_else(|| std::env::temp_dir().join("flagc-bench"));
    fs::create_dir_all(&out)?;
    let out = out.canonicalize()?;
    if out.ancestors().any(|folder| folder.join(".git").exists()) {
        return Err(
            format!("{} lies in a Git repository: name another folder with --out", out.display()).into()
        );
    }
    let flagc = match &args.flagc {
        Some(path) => path.canonicalize()?,
        None => release(&root, &["-p", "flagc", "--bin", "flagc"], "flagc")?,
    };
    write_schemas(&flagc, &out)?;
    let mut rows = Vec::new();
    for &flags in &args.flags {
        let workspace = out.join(format!("flags-{flags}"));
        remove(&workspace)?;
        eprintln!("writing {flags} flags");
        generate::workspace(Size { flags, services: 12, environments: 3 }, 1, &workspace)?;
        let (measured, checked) = commands::flagc(&flagc, &workspace, flags, args.runs)?;
        rows.extend(measured);
        if !args.no_peers && flags <= PEERS_UP_TO {
            rows.extend(commands::validators(&root, &out, &flagc, &workspace, flags)?);
        }
        if flags <= PEERS_UP_TO {
            rows.extend(diff::rows(&flagc, &workspace, flags, args.runs, checked)?);
            rows.push(load::row(&root, &workspace, flags)?);
        }
    }
    rows.extend(readiness::rows(&flagc, &out, args.runs)?);
    rows.push(diff::large_flag(&flagc, &out, args.runs)?);
    rows.extend(evaluate::rows(&root, &flagc, &out, args.no_peers)?);
    print!("{}", table::render(&rows));
    Ok(())
}

/// The repository that this binary was built from.
fn root() -> Result<PathBuf, Box<dyn Error>> {
    Ok(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?)
}

/// Builds in release mode; the path of what was built.
fn release(root: &Path, package: &[&str], name: &str) -> Result<PathBuf, Box<dyn Error>> {
    eprintln!("building {name} in release mode");
    let mut build = Command::new("cargo");
    build.args(["build", "--release", "--quiet"]).args(package).current_dir(root);
    if !build.status()?.success() {
        return Err(format!("`{name}` does not build").into());
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(target.join("release").join(name))
}

/// The schemas, where the generated files' `#:schema` lines look for them.
fn write_schemas(flagc: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(out)?;
    let done = Command::new(flagc).arg("schema").arg("-o").arg(out.join("schemas")).output()?;
    if done.status.success() { Ok(()) } else { Err("`flagc schema` failed".into()) }
}

fn remove(folder: &Path) -> Result<(), Box<dyn Error>> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(())
}

/// A row for what cannot run here.
fn missing(what: &str, why: &str) -> Row {
    Row { what: what.to_owned(), size: String::new(), times: None, note: why.to_owned(), peak: None }
}
