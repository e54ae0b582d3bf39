//! `refs`: where the services' code names flags, and what of that does not fit the flags.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::OpError;
use crate::finding::Finding;
use crate::history;
use crate::model::Workspace;
use crate::references::{self, Code, Scan, Source};
use crate::rule;
use crate::rules;
use crate::source::Sources;
use crate::workspace::{self, Loaded, nearest};

/// Whose code is searched, and where it lies.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Only this service.
    pub service: Option<String>,
    /// Code besides what service files name: the service and its folder, relative to `current`.
    pub code: Vec<(String, PathBuf)>,
    /// Where the user stands.
    pub current: PathBuf,
    /// What other repositories found in theirs.
    pub reports: Vec<Report>,
}

/// What was found in the code of services that lie elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Its file.
    pub file: String,
    /// When the code that was searched was committed, in seconds since 1970; `None` where nobody knows.
    pub time: Option<i64>,
    /// What was found.
    pub scan: Scan,
}

/// What was found.
#[derive(Debug)]
pub struct Found {
    /// The workspace.
    pub workspace: Workspace,
    /// Its files, and those of the code that findings point into.
    pub sources: Sources,
    /// In all code that was looked at.
    pub scan: Scan,
    /// When the code that was searched here was committed, and its commit; `None` outside of Git, and where it lies in
    /// more than one repository.
    pub commit: Option<(String, i64)>,
    /// Services whose code was not looked at, and why.
    pub unsearched: BTreeMap<String, String>,
    /// What does not fit.
    pub findings: Vec<Finding>,
}

/// Searches the services' code for the keys of all flags. Reports that are older than `oldest`, in seconds since 1970, are
/// not believed.
///
/// # Errors
/// A service that does not exist, code that does not, or that lies outside of the repository.
pub fn refs(root: &Path, options: &Options, oldest: Option<i64>) -> Result<Found, OpError> {
    let Loaded { workspace, sources, .. } = workspace::load(root);
    let asked = options.service.iter().chain(options.code.iter().map(|(service, _)| service));
    for name in asked {
        if workspace.service_id(name).is_none() {
            let names = workspace.services.iter().map(|service| service.name.as_str());
            let nearest = nearest(name, names).map(str::to_owned);
            return Err(OpError::UnknownService { name: name.clone(), nearest });
        }
    }
    let code = code(root, &workspace, options)?;
    let keys: Vec<&str> = workspace.flags.iter().map(|flag| flag.key.as_str()).collect();
    let mut scan = references::scan(&code, &keys, root)?;
    let commit = commit_of(&code);
    let mut unsearched = BTreeMap::new();
    for report in &options.reports {
        match (report.time, oldest) {
            (Some(time), Some(oldest)) if time < oldest => {
                let day = crate::staleness::day(time);
                for service in report.scan.files.keys() {
                    unsearched
                        .insert(service.clone(), format!("`{}` is of {day}, which is too old", report.file));
                }
            }
            _ => scan.join(report.scan.clone().with_keys(&keys)),
        }
    }
    for service in &workspace.services {
        let name = service.name.to_string();
        let is_asked = options.service.as_ref().is_none_or(|only| *only == name);
        if is_asked && !scan.files.contains_key(&name) {
            unsearched.entry(name).or_insert_with(|| {
                why_unsearched(code.iter().any(|at| at.service == *service.name)).to_owned()
            });
        } else {
            unsearched.remove(&name);
        }
    }
    let mut found = Found { workspace, sources, scan, commit, unsearched, findings: Vec::new() };
    found.judge(&code);
    Ok(found)
}

/// Why nothing of a service was searched.
fn why_unsearched(has_code: bool) -> &'static str {
    if has_code {
        "its code holds no file, or Git ignores all of them, and no report speaks of it"
    } else {
        "its file names no `code`, and no report speaks of it"
    }
}

impl Found {
    /// Runs the rules on code; the files that they point into become sources.
    fn judge(&mut self, code: &[Source]) {
        let undefined = self.scan.undefined.iter().map(|undefined| &undefined.place);
        let shown: BTreeSet<&str> =
            undefined.chain(&self.scan.dynamic).map(|place| place.file.as_str()).collect();
        for file in shown {
            // Code of other repositories is not here.
            let path = code.iter().find_map(|source| on_disk(source, file));
            let bytes = path.and_then(|path| std::fs::read(path).ok()).unwrap_or_default();
            self.sources.add(file.to_owned(), String::from_utf8_lossy(&bytes).into_owned());
        }
        let code = Code {
            workspace: &self.workspace,
            sources: &self.sources,
            scan: &self.scan,
            unsearched: &self.unsearched,
        };
        let findings = rule::run_on_code(rules::ALL, &code);
        self.findings = rule::settle(rules::ALL, &self.workspace, findings);
    }
}

/// Where the code lies that is to be searched.
pub(super) fn code(root: &Path, workspace: &Workspace, options: &Options) -> Result<Vec<Source>, OpError> {
    let wanted = |service: &str| options.service.as_ref().is_none_or(|only| only == service);
    let mut code = Vec::new();
    let limit = repository_of(root);
    for service in workspace.services.iter().filter(|service| wanted(&service.name)) {
        for folder in &service.code {
            let path = root.join(folder.value.as_str());
            let real = path.canonicalize().map_err(|source| OpError::Read { path: path.clone(), source })?;
            if !real.starts_with(&limit) {
                return Err(OpError::CodeOutside {
                    service: service.name.to_string(),
                    path: folder.value.to_string(),
                });
            }
            code.push(Source { service: service.name.to_string(), shown: folder.value.to_string(), path });
        }
    }
    for (service, path) in options.code.iter().filter(|(service, _)| wanted(service)) {
        let shown = path.display().to_string();
        let path = options.current.join(path);
        path.canonicalize().map_err(|source| OpError::Read { path: shown.clone().into(), source })?;
        code.push(Source { service: service.clone(), shown, path });
    }
    Ok(code)
}

/// Where a file that is shown below a source lies.
fn on_disk(source: &Source, file: &str) -> Option<PathBuf> {
    let below = file.strip_prefix(source.shown.trim_end_matches('/'))?;
    match below.strip_prefix('/') {
        Some(below) => Some(source.path.join(below)),
        None if below.is_empty() => Some(source.path.clone()),
        None => None,
    }
}

/// The repository around a folder; the folder itself where there is none.
pub(super) fn repository_of(root: &Path) -> PathBuf {
    let real = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
    let repository = real.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_path_buf);
    repository.unwrap_or_else(|| real.parent().map_or_else(|| real.clone(), Path::to_path_buf))
}

/// The commit of the code, if all of it lies in one repository.
fn commit_of(code: &[Source]) -> Option<(String, i64)> {
    let mut commits = code.iter().map(|source| {
        let folder = if source.path.is_dir() { source.path.as_path() } else { source.path.parent()? };
        history::head_commit(folder)
    });
    let first = commits.next()??;
    commits.all(|other| other.as_ref() == Some(&first)).then_some(first)
}
