//! `refs`: where the services' code names flags, and what of that does not fit the flags.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::{OpError, read};
use crate::finding::Finding;
use crate::format::Days;
use crate::history;
use crate::model::Workspace;
use crate::references::{self, Code, Committed, Scan, Source};
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
    /// How old the code of a report may be, if not as old as the workspace says.
    pub max_age: Option<Days>,
}

/// What was found in the code of services that lie elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Its file.
    pub file: String,
    /// What it says.
    pub said: references::Report,
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
    /// When the code was committed that was searched here; `None` outside of Git.
    pub committed: Option<Committed>,
    /// Reports that are not believed, and why.
    pub doubts: Vec<String>,
    /// Services whose code was not looked at, and why.
    pub unsearched: BTreeMap<String, String>,
    /// What does not fit.
    pub findings: Vec<Finding>,
}

/// Reads what `flagc refs` found elsewhere.
///
/// # Errors
/// A file that is not there, or no report.
pub fn report(path: &Path) -> Result<Report, OpError> {
    Ok(Report { file: path.display().to_string(), said: read::report(path)? })
}

/// Searches the services' code for the keys of all flags. At a time `now`, in seconds since 1970, reports of code that was
/// committed too long ago, or nobody knows when, are not believed.
///
/// # Errors
/// A service that does not exist, code that does not, or that lies outside of the repository.
pub fn refs(root: &Path, options: &Options, now: Option<i64>) -> Result<Found, OpError> {
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
    let committed = committed(&code);
    let (mut unsearched, mut doubts) = (BTreeMap::new(), Vec::new());
    let limit = options.max_age.unwrap_or(workspace.config.max_report_age);
    for report in &options.reports {
        match now.and_then(|now| doubt(report, now, limit)) {
            Some(doubt) => {
                let services = report.said.scan.files.keys().cloned();
                unsearched.extend(services.map(|service| (service, doubt.clone())));
                doubts.push(doubt);
            }
            None => scan.join(report.said.scan.clone().with_keys(&keys, report.said.keys.as_ref())),
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
    let mut found = Found { workspace, sources, scan, committed, unsearched, doubts, findings: Vec::new() };
    found.judge(&code);
    Ok(found)
}

/// Why a report is not believed.
fn doubt(report: &Report, now: i64, limit: Days) -> Option<String> {
    let file = &report.file;
    let Some(time) = report.said.time else {
        return Some(format!("`{file}` does not say when its code was committed"));
    };
    // Clocks of two machines differ by less.
    if time > now + Days(1).seconds() {
        return Some(format!("`{file}` is of {}, which is still to come", crate::staleness::day(time)));
    }
    let is_old = time < now - limit.seconds();
    is_old.then(|| format!("`{file}` is of {}, which is too old", crate::staleness::day(time)))
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

/// When the code was committed, if all of it was.
fn committed(code: &[Source]) -> Option<Committed> {
    let commits = code.iter().map(|source| {
        let folder = if source.path.is_dir() { source.path.as_path() } else { source.path.parent()? };
        history::head_commit(folder)
    });
    let commits: Vec<(String, i64)> = commits.collect::<Option<_>>()?;
    let (first, _) = commits.first()?;
    let commit = commits.iter().all(|(other, _)| other == first).then(|| first.clone());
    let time = commits.iter().map(|(_, time)| *time).min()?;
    Some(Committed { commit, time })
}
