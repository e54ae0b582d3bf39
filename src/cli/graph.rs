//! `flagc graph`.

use std::path::{Path, PathBuf};

use clap::Args;
use flagc::artifact::{self, OutputFile, Visibility};
use flagc::ops::OpError;
use flagc::ops::graph::{self, GraphOptions};
use flagc::report::graph::{Format as GraphFormat, Report, render};
use flagc::workspace;

use super::output::Output;
use super::{DONE, Failure, Format, Global, Outcome, shown};

/// Show what depends on what, and what a change touches.
#[derive(Args)]
pub(super) struct GraphArgs {
    /// Show what NAME depends on and what depends on it: a flag, a segment, a service or a release; `flag:NAME` and so on
    /// where several bear the name
    #[arg(long, value_name = "NAME")]
    focus: Option<String>,
    /// Show what counts in ENV, and what is served and live there
    #[arg(short, long = "env", value_name = "ENV")]
    environment: Option<String>,
    /// Write FILE; its ending says the format unless `--format` does: .svg, .dot, .mmd, .json
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What people can still follow with their eyes; Mermaid draws 500.
const MOST_EDGES: usize = 400;

pub(super) fn run(args: &GraphArgs, global: &Global, output: &Output) -> Outcome {
    output.allow(&[Format::Human, Format::Svg, Format::Dot, Format::Mermaid, Format::Json])?;
    let loaded = workspace::load(&global.root()?);
    let options = GraphOptions { focus: args.focus.as_deref(), environment: args.environment.as_deref() };
    let found = graph::graph(&loaded.workspace, options)?;
    let report = Report {
        selection: &found.selection,
        workspace: &loaded.workspace,
        sources: &loaded.sources,
        environment: found.environment,
    };
    let format = format(output.format, args.output.as_deref())?;
    let text = render(format, &report);
    let edges = found.selection.links.len();
    if edges > MOST_EDGES && matches!(format, GraphFormat::Svg | GraphFormat::Dot | GraphFormat::Mermaid) {
        output
            .note(&format!("{edges} edges are hard to follow: `--focus NAME` shows what is around one node"));
    }
    match &args.output {
        None => output.result(&text),
        Some(path) => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
                return Err(Failure::usage(format!("there is no folder `{}`", folder.display())));
            }
            let file =
                OutputFile { path: path.clone(), bytes: text.into_bytes(), visibility: Visibility::Shared };
            artifact::write_all(&[file]).map_err(OpError::from)?;
            output.note(&format!("wrote {}", shown(path)));
        }
    }
    Ok(DONE)
}

/// The format that was asked for, or that the name of the file says.
fn format(asked: Format, file: Option<&Path>) -> Result<GraphFormat, Failure> {
    Ok(match asked {
        Format::Svg => GraphFormat::Svg,
        Format::Dot => GraphFormat::Dot,
        Format::Mermaid => GraphFormat::Mermaid,
        Format::Json => GraphFormat::Json,
        Format::Human | Format::Sarif | Format::Github | Format::Markdown | Format::Html => {
            let ending = file.and_then(Path::extension).and_then(|ending| ending.to_str());
            match ending.unwrap_or_default() {
                "svg" => GraphFormat::Svg,
                "dot" | "gv" => GraphFormat::Dot,
                "mmd" | "mermaid" => GraphFormat::Mermaid,
                "json" => GraphFormat::Json,
                "" | "txt" => GraphFormat::Human,
                other => {
                    let help =
                        "name it `.svg`, `.dot`, `.mmd`, `.json` or `.txt`, or say `--format`".to_owned();
                    return Err(Failure::Usage(format!("`.{other}` is no format of graphs"), Some(help)));
                }
            }
        }
    })
}
