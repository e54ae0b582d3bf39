//! `flagc build`.

use std::path::PathBuf;

use clap::Args;
use flagc::finding::Severity;
use flagc::ops::build::{self, Built, Compiled, Uncommitted};
use flagc::ops::check;

use super::output::Output;
use super::{DONE, Format, Global, NO, Outcome, check as check_command, shown};

/// Compile and sign one bundle per environment.
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub(super) struct BuildArgs {
    /// Build for this environment; may be given more than once
    #[arg(short, long = "env", value_name = "ENV", conflicts_with = "all", required_unless_present = "all")]
    environments: Vec<String>,
    /// Build for every environment
    #[arg(long)]
    all: bool,
    /// Write into this folder
    #[arg(short, long, value_name = "DIR", default_value = "dist")]
    output: PathBuf,
    /// Write the bare flagd document, without a signature
    #[arg(long)]
    unsigned: bool,
    /// Refuse on any finding at error level, also on one that does not prevent compiling
    #[arg(long)]
    gate: bool,
    /// Build what is not committed, and say so in the bundle
    #[arg(long)]
    allow_dirty: bool,
    /// Use this serial instead of the number of first-parent commits
    #[arg(long, value_name = "N")]
    serial: Option<u64>,
}

pub(super) fn run(args: &BuildArgs, global: &Global, output: &Output) -> Outcome {
    output.allow(&[Format::Human])?;
    let root = global.root()?;
    let checked = check::check(&root);
    let environments = build::select(&checked.workspace, &args.environments)?;
    if !checked.findings.is_empty() {
        check_command::print(&checked.findings, &checked, &root, output);
    }
    if args.gate && checked.has_errors() {
        return Ok(NO);
    }
    let uncommitted = if args.allow_dirty { Uncommitted::Mark } else { Uncommitted::Refuse };
    let origin = build::origin(&root, &checked, args.serial, uncommitted)?;
    let payloads = match build::compile(&checked, &environments, &origin, false) {
        Compiled::Payloads(payloads) => payloads,
        Compiled::Refused(refused) => {
            for (environment, obstacles) in refused {
                for obstacle in obstacles {
                    output.error(&format!("{environment} cannot be compiled: {obstacle}"), None);
                }
            }
            return Ok(NO);
        }
    };
    if checked.findings.iter().any(|finding| finding.severity == Severity::Error) {
        output.note("the findings above do not prevent compiling");
    }
    let files = payloads.into_iter().map(unsigned).collect();
    for path in build::write(&args.output, files)? {
        output.note(&format!("wrote {}", shown(&path)));
    }
    Ok(DONE)
}

fn unsigned(built: Built) -> (String, Vec<u8>) {
    (format!("{}.flagd.json", built.environment), built.payload)
}
