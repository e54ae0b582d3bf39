//! `flagc import`.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use flagc::format::FlagKind;
use flagc::import::Verdict;
use flagc::ops::import::{self, ImportOutcome, ImportRequest};
use serde_json::json;

use super::output::Output;
use super::{DONE, Format, Global, NO, Outcome, shown};

/// Bring in flags of another system.
#[derive(Args)]
pub(super) struct ImportArgs {
    #[command(subcommand)]
    from: From,
}

#[derive(Subcommand)]
enum From {
    /// A flagd document
    Flagd(FlagdArgs),
}

#[derive(Args)]
struct FlagdArgs {
    /// The document
    file: PathBuf,
    /// The environment whose flags these are; without it they serve in every environment what they served
    #[arg(long = "environment", short = 'e', value_name = "ENV")]
    environment: Option<String>,
    /// The folder for the files, relative to the workspace
    #[arg(long, value_name = "FOLDER", default_value = "")]
    folder: String,
    /// What the flags are for; a document does not say
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// Who answers for the flags; a document does not say
    #[arg(long, value_name = "OWNER")]
    owner: Option<String>,
    /// Bring in a flag whose targeting cannot be said here, frozen at its default variant
    #[arg(long)]
    approximate: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    Release,
    Experiment,
    Ops,
    Permission,
}

pub(super) fn run(args: &ImportArgs, global: &Global, output: &Output) -> Outcome {
    output.allow(&[Format::Human, Format::Json])?;
    let From::Flagd(args) = &args.from;
    let kind = args.kind.map(|kind| match kind {
        Kind::Release => FlagKind::Release,
        Kind::Experiment => FlagKind::Experiment,
        Kind::Ops => FlagKind::Ops,
        Kind::Permission => FlagKind::Permission,
    });
    let request = ImportRequest {
        document: args.file.clone(),
        start: global.start()?,
        folder: args.folder.clone(),
        environment: args.environment.clone(),
        kind,
        owner: args.owner.clone(),
        approximate: args.approximate,
    };
    let outcome = import::flagd(&request)?;
    output.answer(|| format!("{}\n", to_json(&outcome)), || human(&outcome));
    for path in &outcome.written {
        output.note(&format!("wrote {}", shown(path)));
    }
    let left_out = outcome.imported.flags.iter().any(|flag| flag.verdict == Verdict::LeftOut);
    Ok(if left_out { NO } else { DONE })
}

fn human(outcome: &ImportOutcome) -> String {
    let imported = &outcome.imported;
    let mut text = String::new();
    // Writing to a string cannot fail.
    for flag in &imported.flags {
        let key = flagc::report::visible(&flag.key);
        let _ = writeln!(text, "{:13} {key}", flag.verdict.as_str());
        for line in flag.reasons.iter().chain(&flag.notes) {
            let _ = writeln!(text, "              {}", flagc::report::visible(line));
        }
    }
    for (attribute, kind) in &imported.attributes {
        let _ = writeln!(text, "added to [context]: {attribute}, {}", kind.describe());
    }
    for note in &imported.notes {
        let _ = writeln!(text, "note: {}", flagc::report::visible(note));
    }
    let count = |verdict| imported.flags.iter().filter(|flag| flag.verdict == verdict).count();
    let (ready, frozen, left) =
        (count(Verdict::Ready), count(Verdict::Approximated), count(Verdict::LeftOut));
    let _ = writeln!(text, "{ready} ready, {frozen} approximated, {left} left out");
    text
}

fn to_json(outcome: &ImportOutcome) -> serde_json::Value {
    let imported = &outcome.imported;
    let flags: Vec<_> = imported
        .flags
        .iter()
        .map(|flag| {
            json!({
                "flag": flag.key, "verdict": flag.verdict.as_str(), "reasons": flag.reasons, "notes": flag.notes,
            })
        })
        .collect();
    let attributes: serde_json::Map<_, _> =
        imported.attributes.iter().map(|(name, kind)| (name.clone(), json!(kind.as_str()))).collect();
    let files: Vec<_> = imported.files.iter().map(|file| &file.path).collect();
    json!({ "version": 1, "flags": flags, "attributes": attributes, "files": files, "notes": imported.notes })
}
