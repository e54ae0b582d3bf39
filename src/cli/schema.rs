//! `flagc schema`.

use std::path::PathBuf;

use clap::Args;
use flagc::format::{FileKind, schema_text};
use flagc::{artifact, ops};

use super::output::Output;
use super::{DONE, Failure, Format, Outcome, shown};

/// Print or write the JSON Schemas.
#[derive(Args)]
pub(super) struct SchemaArgs {
    /// Which one: workspace, flag, segment, service, deployment or release
    #[arg(value_parser = parse_kind, required_unless_present = "output")]
    kind: Option<FileKind>,
    /// Write all of them into this folder
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

fn parse_kind(text: &str) -> Result<FileKind, String> {
    let kind = FileKind::ALL.into_iter().find(|kind| kind.as_str() == text);
    kind.ok_or_else(|| {
        let names: Vec<&str> = FileKind::ALL.into_iter().map(FileKind::as_str).collect();
        format!("there is {}", flagc::workspace::listed(&names))
    })
}

pub(super) fn run(args: &SchemaArgs, output: &Output) -> Outcome {
    output.allow(&[Format::Human, Format::Json])?;
    if let Some(kind) = args.kind {
        output.result(&schema_text(kind));
    }
    if let Some(folder) = &args.output {
        let files = ops::schema::files(folder);
        artifact::write_all(&files).map_err(|error| Failure::Op(error.into()))?;
        output.note(&format!("wrote {} schemas into {}", files.len(), shown(folder)));
    }
    Ok(DONE)
}
