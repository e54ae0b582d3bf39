//! `check`: load, run the rules, settle the levels.

use std::path::Path;

use super::{OpError, evaluate, read};
use crate::compile;
use crate::finding::{Finding, Severity};
use crate::history;
use crate::model::Workspace;
use crate::readiness::Facts;
use crate::rule::{self, Context};
use crate::rules;
use crate::source::Sources;
use crate::workspace::{self, Loaded};

/// A workspace and everything that was found in it.
#[derive(Debug)]
pub struct Checked {
    /// What could be understood.
    pub workspace: Workspace,
    /// The files.
    pub sources: Sources,
    /// All findings with their levels, in the order of the files.
    pub findings: Vec<Finding>,
}

impl Checked {
    /// Whether there is a finding at error level.
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// The flags that were seen, also those that could not be read.
    pub fn flag_count(&self) -> usize {
        self.workspace.flags.len() + self.workspace.unreadable_flags.len()
    }
}

/// What a check goes by besides the workspace.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Files that say what is live, in place of the workspace's own for one run: `FILE`, whose stem names the environment,
    /// or `ENV=FILE`.
    pub deployments: Vec<String>,
    /// The time that is now, in seconds since 1970; when the commit that is checked out was committed unless said
    /// otherwise.
    pub as_of: Option<i64>,
}

/// Checks the workspace in `root`.
pub fn check(root: &Path) -> Checked {
    check_loaded(workspace::load(root), history::head_time(root))
}

/// Checks the workspace in `root` by the options.
///
/// # Errors
/// A deployment file that cannot be read, or is for no environment of the workspace.
pub fn check_with(root: &Path, options: &Options) -> Result<Checked, OpError> {
    let loaded = load(root, &options.deployments)?;
    Ok(check_loaded(loaded, options.as_of.or_else(|| history::head_time(root))))
}

/// Loads the workspace in `root`, with what is live taken from elsewhere.
///
/// # Errors
/// See [`check_with`].
pub fn load(root: &Path, deployments: &[String]) -> Result<Loaded, OpError> {
    let mut loaded = workspace::load(root);
    for given in deployments {
        let config = &loaded.workspace.config;
        let named = given.split_once('=').filter(|(name, _)| config.environment_id(name).is_some());
        let (environment, path) = match named {
            Some((environment, path)) => (environment, path),
            None if !Path::new(given).exists() && given.contains('=') => {
                (given.split('=').next().unwrap_or(given), given.as_str())
            }
            None => {
                (Path::new(given).file_stem().and_then(|stem| stem.to_str()).unwrap_or(given), given.as_str())
            }
        };
        evaluate::environment(&loaded.workspace, environment)?;
        let bytes = read::small(Path::new(path))?;
        workspace::replace_deployment(&mut loaded, environment, path.to_owned(), bytes);
    }
    Ok(loaded)
}

/// Checks a workspace that was loaded, as of a time in seconds since 1970.
pub fn check_loaded(loaded: Loaded, as_of: Option<i64>) -> Checked {
    let Loaded { workspace, sources, mut findings } = loaded;
    let segments = compile::segments(&workspace);
    let facts = Facts::new(&workspace, as_of);
    let context = Context {
        workspace: &workspace,
        sources: &sources,
        rules: rules::ALL,
        segments: &segments,
        facts: &facts,
        as_of,
    };
    findings.extend(rule::run(&context));
    let findings = rule::settle(rules::ALL, &workspace, findings);
    Checked { workspace, sources, findings }
}
