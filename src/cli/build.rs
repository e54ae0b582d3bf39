//! `flagc build`.

use std::path::PathBuf;

use clap::Args;
use flagc::ops::build::{self, Compiled, Uncommitted};
use flagc::ops::check;
use flagc::ops::dev::{self, DevKey};
use flagc::ops::seal::{self, Sealed};

use super::output::Output;
use super::sign::signers;
use super::{DONE, Failure, Format, Global, NO, Outcome, check as check_command, shown};

/// The largest number that every JSON reader keeps: 2^53 − 1.
const MAX_SERIAL: u64 = (1 << 53) - 1;

/// Compile and sign one bundle per environment.
#[derive(Args)]
#[command(group = clap::ArgGroup::new("which").required(true))]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub(super) struct BuildArgs {
    /// Build for this environment; may be given more than once
    #[arg(short, long = "env", value_name = "ENV", group = "which")]
    environments: Vec<String>,
    /// Build for every environment
    #[arg(long, group = "which")]
    all: bool,
    /// Write into this folder
    #[arg(short, long, value_name = "DIR", default_value = "dist")]
    output: PathBuf,
    /// Sign with this key: a file, env:NAME or cmd:PROGRAM; may be given more than once
    // Hyphens are let through, so that a key that was put here by mistake is refused without being printed.
    #[arg(short, long = "key", value_name = "KEY", allow_hyphen_values = true)]
    keys: Vec<String>,
    /// Sign with a key that is made on first use, for trying things out; only `.flagc/trust.json` trusts it
    #[arg(long, conflicts_with_all = ["keys", "unsigned"])]
    dev: bool,
    /// Write the bare flagd document, without a signature
    #[arg(long, conflicts_with = "keys")]
    unsigned: bool,
    /// Refuse on any finding at error level, also on one that does not prevent compiling
    #[arg(long)]
    gate: bool,
    /// Build what is not committed, and say so in the bundle
    #[arg(long)]
    allow_dirty: bool,
    /// Use this serial instead of the number of first-parent commits
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=MAX_SERIAL))]
    serial: Option<u64>,
}

pub(super) fn run(args: &BuildArgs, global: &Global, output: &Output) -> Outcome {
    output.allow(&[Format::Human])?;
    if args.keys.is_empty() && !args.dev && !args.unsigned {
        let help =
            "make one with `flagc keygen` and name it with `--key`; `--dev` makes one for trying things out";
        return Err(Failure::Usage("there is no key to sign with".to_owned(), Some(help.to_owned())));
    }
    let root = global.root()?;
    let checked = check::check(&root);
    let environments = build::select(&checked.workspace, &args.environments)?;
    if !checked.findings.is_empty() {
        check_command::print(&checked.findings, &checked, &root, output);
    }
    if args.gate && checked.has_errors() {
        return Ok(NO);
    }
    let dev = if args.dev { Some(dev::dev_key(&root, &checked.workspace.config)?) } else { None };
    let uncommitted = match (args.dev, args.allow_dirty) {
        (true, _) => Uncommitted::Try,
        (false, true) => Uncommitted::Mark,
        (false, false) => Uncommitted::Refuse,
    };
    let origin = build::origin(&root, &checked, args.serial, uncommitted)?;
    let payloads = match build::compile(&checked, &environments, &origin, args.dev) {
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
    if checked.has_errors() {
        output.note("the findings above do not prevent compiling");
    }
    let sealed: Vec<Sealed> = match dev {
        _ if args.unsigned => {
            payloads.iter().map(|built| seal::bare(&args.output, built)).collect::<Result<_, _>>()?
        }
        Some(DevKey { signer, trust, trust_file, made }) => {
            if made {
                output.note(&format!("made a key for trying things out; {} trusts it", shown(&trust_file)));
            }
            let signers = [signer];
            payloads
                .into_iter()
                .map(|built| seal::seal(&args.output, built, &signers, Some(&trust)))
                .collect::<Result<_, _>>()?
        }
        None => {
            let signers = signers(&args.keys)?;
            let trust = seal::trust_beside(&root)?;
            payloads
                .into_iter()
                .map(|built| seal::seal(&args.output, built, &signers, trust.as_ref()))
                .collect::<Result<_, _>>()?
        }
    };
    for (path, notes) in seal::write(sealed)? {
        output.note(&format!("wrote {}", shown(&path)));
        for note in notes {
            output.note(&format!("  {note}"));
        }
    }
    // As in `check`: the process ends here.
    std::mem::forget(checked);
    Ok(DONE)
}
