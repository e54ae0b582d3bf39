//! `flagc init`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use flagc::init::{Ci, GITIGNORE};
use flagc::ops::init;

use super::output::Output;
use super::{DONE, Format, Global, Outcome, shown};

/// Make a workspace that passes check, with schemas, hooks, CI and editor settings.
#[derive(Args)]
pub(super) struct InitArgs {
    /// The root of the repository
    #[arg(value_name = "DIR", default_value = ".")]
    root: PathBuf,
    /// The folder of the workspace below it
    #[arg(long, value_name = "FOLDER", default_value = "flags")]
    folder: String,
    /// The name of the project; the folder's name unless given
    #[arg(long, value_name = "NAME")]
    project: Option<String>,
    /// Also write a CI file
    #[arg(long, value_enum)]
    ci: Option<CiName>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum CiName {
    Github,
    Gitlab,
}

pub(super) fn run(args: &InitArgs, global: &Global, output: &Output) -> Outcome {
    output.allow(&[Format::Human])?;
    let root: PathBuf = global.start()?.join(&args.root).components().collect();
    let ci = args.ci.map(|ci| match ci {
        CiName::Github => Ci::Github,
        CiName::Gitlab => Ci::Gitlab,
    });
    let project = args.project.clone().unwrap_or_else(|| init::project_of(&root));
    let made = init::init(&root, &args.folder, &project, ci)?;
    for path in &made.written {
        output.note(&format!("wrote {}", shown(path)));
    }
    for path in &made.kept {
        output.note(&format!("kept {}, which was there already", shown(path)));
        if path.ends_with(".gitignore") {
            output.note(&format!("  add to it:\n{GITIGNORE}"));
        }
    }
    output.note("next: `flagc check`, then `flagc build --all --dev`");
    Ok(DONE)
}
