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
    /// How many environments there are: dev, staging, production, and regions before staging
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(3..))]
    environments: u16,
}

/// How large a workspace is.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    pub(crate) flags: usize,
    pub(crate) services: usize,
    pub(crate) environments: u16,
}

pub(crate) fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let size = Size { flags: args.flags, services: args.services, environments: args.environments };
    workspace(size, args.seed, &args.out)
}

/// Writes a workspace into `out`.
pub(crate) fn workspace(size: Size, seed: u64, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut random = Random::new(seed);
    let services = size.services.max(1);
    for (path, text) in shop::files(&mut random, services, size.environments) {
        write(&out.join(path), &text)?;
    }
    for index in 0..size.flags {
        let (path, text) = flag::draw(&mut random, index, services);
        write(&out.join(path), &text)?;
    }
    Ok(())
}
