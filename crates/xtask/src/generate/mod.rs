//! `cargo xtask generate`: a large workspace of flags as teams write them, for benches and for trying things out.
//! INVARIANT: it passes `flagc check` without a finding, now and when rules on exposure and readiness look closer: every
//! rule decides something, every variant is served somewhere, and production serves nothing that staging never did.

mod flag;
mod shop;

use std::error::Error;
use std::path::{Path, PathBuf};

pub(crate) use flag::key;

use crate::random::Random;
use crate::text::write;

/// What to write, and where.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many flags
    #[arg(long)]
    flags: usize,
    /// Names the workspace: the same arguments write the same bytes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The folder to write the workspace into
    #[arg(long)]
    out: PathBuf,
    /// How many services evaluate the flags
    #[arg(long, default_value_t = 12)]
    services: usize,
}

pub(crate) fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    workspace(args.flags, args.seed, args.services, &args.out)
}

/// Writes a workspace of `flags` flags into `out`.
pub(crate) fn workspace(flags: usize, seed: u64, services: usize, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut random = Random::new(seed);
    let services = services.max(1);
    for (path, text) in shop::files(&mut random, services) {
        write(&out.join(path), &text)?;
    }
    for index in 0..flags {
        let (path, text) = flag::draw(&mut random, index, services);
        write(&out.join(path), &text)?;
    }
    Ok(())
}
