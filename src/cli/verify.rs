//! `flagc verify`.

use std::path::PathBuf;

use clap::Args;
use flagc::ops::verify::{self, VerifyRequest};
use flagc_runtime::bundle::Provenance;
use flagc_runtime::verify::VerifyOptions;
use serde::Serialize;

use super::output::{Output, json_line};
use super::{DONE, Format, Outcome, shown};

/// Verify a bundle as services do, and take out its flagd document.
#[derive(Args)]
pub(super) struct VerifyArgs {
    /// The bundle
    bundle: PathBuf,
    /// Trust what this file trusts: your own copy, never one that came with the bundle
    #[arg(long, value_name = "FILE")]
    trust: PathBuf,
    /// The environment whose flags are wanted
    #[arg(short, long = "env", value_name = "ENV")]
    environment: String,
    /// The project whose flags are wanted, beside what the trust file says
    #[arg(long, value_name = "NAME")]
    project: Option<String>,
    /// Refuse bundles of a lower serial
    #[arg(long, value_name = "N", default_value_t = 0)]
    min_serial: u64,
    /// Write the signed flagd document, byte for byte
    #[arg(long, value_name = "FILE")]
    extract: Option<PathBuf>,
}

/// The answer as JSON; the keys stand in this order.
#[derive(Serialize)]
struct JsonVerified<'a> {
    version: u8,
    verified: bool,
    provenance: &'a Provenance,
    signed_by: &'a [String],
    sha256: &'a str,
    size: u64,
}

pub(super) fn run(args: &VerifyArgs, output: &Output) -> Outcome {
    output.allow(&[Format::Human, Format::Json])?;
    let verified = verify::verify(&VerifyRequest {
        bundle: args.bundle.clone(),
        trust: args.trust.clone(),
        expected: VerifyOptions {
            environment: args.environment.clone(),
            project: args.project.clone(),
            min_serial: args.min_serial,
        },
        extract: args.extract.clone(),
    })?;
    let said = verified.provenance();
    if output.format == Format::Json {
        output.result(&json_line(&JsonVerified {
            version: 1,
            verified: true,
            provenance: said,
            signed_by: verified.signed_by(),
            sha256: verified.envelope_sha256(),
            size: verified.envelope_size(),
        }));
    } else {
        let commit = said.source.commit.as_deref().unwrap_or("no commit");
        output.result(&format!(
            "verified: {} {}, serial {}, {commit}\n",
            said.project, said.environment, said.serial
        ));
        for key_id in verified.signed_by() {
            output.note(&format!("signed by {key_id}"));
        }
    }
    if let Some(path) = &args.extract {
        output.note(&format!("wrote {}", shown(path)));
    }
    Ok(DONE)
}
