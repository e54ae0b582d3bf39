//! `flagc trust`.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use flagc::ops::check;
use flagc::ops::trust::{self, AddOptions, RetireOptions, RoleName, TRUST_FILE};
use flagc::report::visible;
use flagc_runtime::trust::{Role, TrustFile};

use super::output::Output;
use super::{DONE, Failure, Format, Global, Outcome, shown};

/// Say who may sign for which environment.
#[derive(Args)]
pub(super) struct TrustArgs {
    #[command(subcommand)]
    action: Action,
    /// The trust file; trust.json beside flagc.toml unless given
    #[arg(long, global = true, value_name = "FILE")]
    trust: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Action {
    /// Trust a key
    Add(AddArgs),
    /// Trust a key no more, and raise the epoch
    Retire(RetireArgs),
    /// Show who is trusted
    Show,
}

#[derive(Args)]
struct AddArgs {
    /// Public keys: the NAME.pub.pem that `keygen` wrote
    #[arg(required = true, value_name = "KEY")]
    keys: Vec<PathBuf>,
    /// For this environment; may be given more than once
    #[arg(short, long = "env", value_name = "ENV", conflicts_with = "all", required_unless_present = "all")]
    environments: Vec<String>,
    /// For every environment
    #[arg(long)]
    all: bool,
    /// For what
    #[arg(long, value_enum, default_value_t = RoleArg::Bundle)]
    role: RoleArg,
    /// How many keys must sign from now on
    #[arg(long, value_name = "N")]
    threshold: Option<usize>,
}

#[derive(Args)]
struct RetireArgs {
    /// The key's id, or its beginning
    key: String,
    /// Only in this environment; may be given more than once
    #[arg(short, long = "env", value_name = "ENV")]
    environments: Vec<String>,
    /// Only for this
    #[arg(long, value_enum)]
    role: Option<RoleArg>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RoleArg {
    Bundle,
    Head,
}

impl From<RoleArg> for RoleName {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Bundle => Self::Bundle,
            RoleArg::Head => Self::Head,
        }
    }
}

pub(super) fn run(args: &TrustArgs, global: &Global, output: &Output) -> Outcome {
    output.allow(&[Format::Human, Format::Json])?;
    let file = match &args.trust {
        Some(file) => file.clone(),
        None => global.root()?.join(TRUST_FILE),
    };
    let trust = match &args.action {
        Action::Show => trust::show(&file)?,
        Action::Add(args) => add(args, file, global, output)?,
        Action::Retire(args) => retire(args, file, output)?,
    };
    match output.format {
        Format::Json => output.result(&String::from_utf8_lossy(&trust.to_bytes())),
        Format::Human
        | Format::Sarif
        | Format::Github
        | Format::Markdown
        | Format::Html
        | Format::Svg
        | Format::Dot
        | Format::Mermaid => output.result(&human(&trust)),
    }
    Ok(DONE)
}

fn add(args: &AddArgs, file: PathBuf, global: &Global, output: &Output) -> Result<TrustFile, Failure> {
    let workspace = check::check(&global.root()?).workspace;
    let options = AddOptions {
        file,
        public_keys: args.keys.clone(),
        environments: args.environments.clone(),
        role: args.role.into(),
        threshold: args.threshold,
    };
    let changed = trust::add(&workspace, &options)?;
    output.note(&format!("wrote {}: commit it, and ship a copy with every reader", shown(&options.file)));
    Ok(changed.trust)
}

fn retire(args: &RetireArgs, file: PathBuf, output: &Output) -> Result<TrustFile, Failure> {
    let options = RetireOptions {
        file,
        key: args.key.clone(),
        environments: args.environments.clone(),
        role: args.role.map(RoleName::from),
    };
    let changed = trust::retire(&options)?;
    output.note(&format!(
        "wrote {}, now of epoch {}: heads of an older epoch count no more once readers have it",
        shown(&options.file),
        changed.trust.epoch
    ));
    Ok(changed.trust)
}

fn human(trust: &TrustFile) -> String {
    let mut text = format!("project {}, epoch {}\n", visible(&trust.project), trust.epoch);
    for (name, environment) in &trust.environments {
        let mut line = |what: &str, role: &Role| {
            // Writing to a `String` cannot fail.
            let _ = writeln!(text, "{} {what}: {} of", visible(name), role.threshold);
            for key_id in &role.keys {
                let algorithm = trust.keys.get(key_id).map_or("unknown", |key| key.alg.as_str());
                let _ = writeln!(text, "  {key_id} {algorithm}");
            }
        };
        line("bundle", &environment.bundle);
        if let Some(head) = &environment.head {
            line("head", head);
        }
    }
    text
}
