//! The command line. The only place that prints, exits, and reads the environment, the terminal and the clock.

mod build;
mod can_deploy;
mod check;
mod deployed;
mod diff;
mod eval;
mod explain;
mod graph;
mod import;
mod init;
mod inspect;
mod keygen;
mod output;
mod path;
mod plan;
mod ready;
mod refs;
mod retire;
mod schema;
mod sign;
mod stale;
mod test;
mod trust;
mod verify;
mod who;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};
use flagc::ops::{self, OpError};

use output::Output;

/// Everything was done and nothing was found at error level.
const DONE: u8 = 0;
/// There are findings, or the answer is no.
const NO: u8 = 1;
/// The command could not do its work.
const FAILED: u8 = 2;

#[derive(Parser)]
#[command(
    name = "flagc",
    version,
    about = "Compiler and validator for feature flags that live in Git",
    disable_help_subcommand = true,
    after_help = "Exit codes: 0 done and nothing found at error level; 1 findings, or the answer is no; 2 the command \
                  could not do its work."
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Options that every command takes.
#[derive(Args)]
struct Global {
    /// Use the workspace in DIR instead of the one found from the current folder
    #[arg(short = 'C', global = true, value_name = "DIR")]
    directory: Option<PathBuf>,
    /// Output format
    #[arg(long, global = true, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Colours
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    color: Color,
    /// Say only what was asked for, and errors
    #[arg(short, long, global = true)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
    Sarif,
    Github,
    Markdown,
    Html,
    Svg,
    Dot,
    Mermaid,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Subcommand)]
enum Command {
    /// Prove what can be proved about the workspace
    Check(check::CheckArgs),
    /// Compile and sign one bundle per environment
    Build(build::BuildArgs),
    /// Evaluate one flag for one context
    Eval(eval::EvalArgs),
    /// Say who gets something else between two revisions
    Diff(diff::DiffArgs),
    /// Say who is served what
    Who(who::WhoArgs),
    /// Say whether a flag or a release could be turned on
    Ready(ready::ReadyArgs),
    /// Say which flags a version of a service would break, on its way out or back
    CanDeploy(can_deploy::CanDeployArgs),
    /// Print the whole way to a flag or a release that is on, and back
    Plan(plan::PlanArgs),
    /// Show what depends on what, and what a change touches
    Graph(graph::GraphArgs),
    /// Say which flags are done, since when, and what stands against taking them out
    Stale(stale::StaleArgs),
    /// Say where the services' code names flags, and what of that does not fit
    Refs(refs::RefsArgs),
    /// Say how a flag is taken out, and what stands in the way; `--apply` does it
    Retire(retire::RetireArgs),
    /// Run the flags' own tests
    Test(test::TestArgs),
    /// Record what is live in an environment
    Deployed(deployed::DeployedArgs),
    /// Make a workspace that passes check, with schemas, hooks, CI and editor settings
    Init(init::InitArgs),
    /// Verify a bundle as services do, and take out its flagd document
    Verify(verify::VerifyArgs),
    /// Say what a bundle claims, and whether it is true
    Inspect(inspect::InspectArgs),
    /// Add a signature to a bundle
    Sign(sign::SignArgs),
    /// Make a key to sign bundles with
    Keygen(keygen::KeygenArgs),
    /// Say who may sign for which environment
    Trust(trust::TrustArgs),
    /// Bring in flags of another system
    Import(import::ImportArgs),
    /// Explain a rule, with an example
    Explain(explain::ExplainArgs),
    /// Print or write the JSON Schemas
    Schema(schema::SchemaArgs),
}

/// Why a command ends without an answer.
enum Failure {
    /// An operation failed.
    Op(OpError),
    /// The options do not fit together or do not mean anything.
    Usage(String, Option<String>),
}

impl From<OpError> for Failure {
    fn from(error: OpError) -> Self {
        Self::Op(error)
    }
}

impl Failure {
    fn usage(message: impl Into<String>) -> Self {
        Self::Usage(message.into(), None)
    }
}

/// What a command ends with: an exit code, or why it has none of its own.
type Outcome = Result<u8, Failure>;

/// Parses the command line, runs the command, and turns what came of it into the exit code.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // clap prints help and version to stdout and everything else to stderr.
            let code = if error.use_stderr() { FAILED } else { DONE };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let output = Output::new(cli.global.color, cli.global.format, cli.global.quiet);
    let Some(command) = cli.command else {
        output.result(&Cli::command().render_help().to_string());
        return ExitCode::from(DONE);
    };
    let outcome = run(&command, &cli.global, &output);
    if let Some(error) = output.lost() {
        output.error(&format!("the result could not be written: {error}"), None);
        return ExitCode::from(FAILED);
    }
    ExitCode::from(match outcome {
        Ok(code) => code,
        Err(Failure::Op(error)) => {
            output.error(&error.to_string(), error.help().as_deref());
            error.exit_code()
        }
        Err(Failure::Usage(message, help)) => {
            output.error(&message, help.as_deref());
            FAILED
        }
    })
}

fn run(command: &Command, global: &Global, output: &Output) -> Outcome {
    match command {
        Command::Check(args) => check::run(args, global, output),
        Command::Build(args) => build::run(args, global, output),
        Command::Eval(args) => eval::run(args, global, output),
        Command::Diff(args) => diff::run(args, global, output),
        Command::Who(args) => who::run(args, global, output),
        Command::Ready(args) => ready::run(args, global, output),
        Command::CanDeploy(args) => can_deploy::run(args, global, output),
        Command::Plan(args) => plan::run(args, global, output),
        Command::Graph(args) => graph::run(args, global, output),
        Command::Stale(args) => stale::run(args, global, output),
        Command::Refs(args) => refs::run(args, global, output),
        Command::Retire(args) => retire::run(args, global, output),
        Command::Test(args) => test::run(args, global, output),
        Command::Deployed(args) => deployed::run(args, global, output),
        Command::Init(args) => init::run(args, global, output),
        Command::Verify(args) => verify::run(args, output),
        Command::Inspect(args) => inspect::run(args, output),
        Command::Sign(args) => sign::run(args, output),
        Command::Keygen(args) => keygen::run(args, output),
        Command::Trust(args) => trust::run(args, global, output),
        Command::Import(args) => import::run(args, global, output),
        Command::Explain(args) => explain::run(args, output),
        Command::Schema(args) => schema::run(args, output),
    }
}

impl Global {
    /// The folder the user stands in, or named.
    fn start(&self) -> Result<PathBuf, Failure> {
        let current = std::env::current_dir()
            .map_err(|error| Failure::usage(format!("the current folder cannot be read: {error}")))?;
        Ok(match &self.directory {
            Some(directory) => {
                let start = current.join(directory);
                if !start.is_dir() {
                    return Err(Failure::usage(format!("`{}` is not a folder", directory.display())));
                }
                start
            }
            None => current,
        })
    }

    /// The root of the workspace.
    fn root(&self) -> Result<PathBuf, Failure> {
        Ok(ops::locate(&self.start()?)?)
    }
}

impl Output {
    /// Refuses a format that a command does not have.
    fn allow(&self, formats: &[Format]) -> Result<(), Failure> {
        if formats.contains(&self.format) {
            return Ok(());
        }
        let names: Vec<String> = formats
            .iter()
            .filter_map(|format| Some(format.to_possible_value()?.get_name().to_owned()))
            .collect();
        Err(Failure::usage(format!("this command has the formats {}", names.join(", "))))
    }
}

/// A path as it is shown to the user: relative to where they stand, if that is shorter.
fn shown(path: &Path) -> String {
    let relative = std::env::current_dir()
        .ok()
        .and_then(|current| path.strip_prefix(current).ok().map(Path::to_path_buf));
    relative
        .filter(|relative| !relative.as_os_str().is_empty())
        .unwrap_or_else(|| path.to_path_buf())
        .display()
        .to_string()
}
