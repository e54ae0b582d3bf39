//! `flagc sign`, and how the command line names keys.

use std::path::PathBuf;

use clap::Args;
use flagc::ops::OpError;
use flagc::ops::sign::{self, SignOptions};
use flagc::sign::{KeySource, Signer};

use super::output::Output;
use super::{DONE, Format, Outcome, shown};

/// Add a signature to a bundle.
#[derive(Args)]
pub(super) struct SignArgs {
    /// The bundle
    bundle: PathBuf,
    /// Sign with this key: a file, env:NAME or cmd:PROGRAM; may be given more than once
    // Hyphens are let through, so that a key that was put here by mistake is refused without being printed.
    #[arg(short, long = "key", value_name = "KEY", required = true, allow_hyphen_values = true)]
    keys: Vec<String>,
    /// Refuse keys that this file does not trust; needed for cmd:PROGRAM
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
    /// Refuse another payload than this one, which `build --unsigned` wrote
    #[arg(long, value_name = "FILE")]
    payload: Option<PathBuf>,
    /// Write here instead of into the bundle
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(args: &SignArgs, output: &Output) -> Outcome {
    output.allow(&[Format::Human])?;
    let options = SignOptions {
        bundle: args.bundle.clone(),
        output: args.output.clone().unwrap_or_else(|| args.bundle.clone()),
        trust: args.trust.clone(),
        payload: args.payload.clone(),
    };
    let signed = sign::sign(&options, &signers(&args.keys)?)?;
    output.note(&format!("wrote {}, for {}, signed by:", shown(&options.output), signed.environment));
    for key_id in signed.key_ids {
        output.note(&format!("  {key_id}"));
    }
    Ok(DONE)
}

/// The keys that a user named.
pub(super) fn signers(keys: &[String]) -> Result<Vec<Signer>, OpError> {
    let open = |key: &String| Ok(KeySource::parse(key)?.open(|name| std::env::var(name).ok())?);
    keys.iter().map(open).collect()
}
