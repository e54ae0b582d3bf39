//! `flagc keygen`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use flagc::ops::keygen::{self, KeygenOptions};
use flagc_runtime::trust::Algorithm;

use super::output::Output;
use super::{DONE, Format, Outcome, shown};

/// Make a key to sign bundles with.
#[derive(Args)]
pub(super) struct KeygenArgs {
    /// Write NAME.pem, which stays secret, and NAME.pub.pem
    #[arg(value_name = "NAME")]
    name: PathBuf,
    /// For this algorithm
    #[arg(long = "alg", value_enum, default_value_t = AlgorithmName::Ed25519)]
    algorithm: AlgorithmName,
    /// Replace a key that exists
    #[arg(long)]
    force: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum AlgorithmName {
    Ed25519,
    #[value(name = "ecdsa-p256-sha256")]
    EcdsaP256Sha256,
}

pub(super) fn run(args: &KeygenArgs, output: &Output) -> Outcome {
    output.allow(&[Format::Human])?;
    let algorithm = match args.algorithm {
        AlgorithmName::Ed25519 => Algorithm::Ed25519,
        AlgorithmName::EcdsaP256Sha256 => Algorithm::EcdsaP256Sha256,
    };
    let made = keygen::keygen(&KeygenOptions { name: args.name.clone(), algorithm, replace: args.force })?;
    output.result(&format!("{}\n", made.key_id));
    output.note(&format!("wrote {}: keep it secret, and out of Git", shown(&made.private)));
    output.note(&format!("wrote {}", shown(&made.public)));
    output.note(&format!("next: `flagc trust add {} -e ENV`", shown(&made.public)));
    Ok(DONE)
}
