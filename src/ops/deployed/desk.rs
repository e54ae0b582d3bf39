//! The file of one environment while it is edited: where it lies, what it says, and whether it may be written.

use std::path::Path;

use super::{Change, Edited, Target};
use crate::artifact::{self, OutputFile, Visibility};
use crate::compile;
use crate::deployed::{EditError, Entry, Record, Scope, unified};
use crate::finding::{Finding, Severity};
use crate::model::Service;
use crate::ops::{OpError, evaluate};
use crate::readiness::Facts;
use crate::rule::{self, Check, Context, Group, Rule};
use crate::rules;
use crate::source::FileId;
use crate::workspace::{self, Given, GivenContent, Loaded, WORKSPACE_FILE, nearest};

/// The desk.
pub(super) struct Desk {
    loaded: Loaded,
    /// Relative to the workspace.
    file: String,
    /// The file's id and text; `None` where it is to be made.
    known: Option<FileId>,
    record: Record,
    /// What was live before.
    pub(super) before: Vec<Entry>,
    /// What somebody should know.
    pub(super) notes: Vec<String>,
}

impl Desk {
    /// Reads the workspace and the file.
    pub(super) fn open(target: &Target) -> Result<Self, OpError> {
        let loaded = workspace::load(&target.root);
        evaluate::environment(&loaded.workspace, &target.environment)?;
        let deployments = &loaded.workspace.deployments;
        let known = deployments.iter().find(|d| d.environment == target.environment).map(|d| d.file);
        let file = match known {
            Some(id) => loaded.sources.file(id).path.clone(),
            None => format!("deployments/{}.toml", target.environment),
        };
        if known.is_none() && target.root.join(&file).symlink_metadata().is_ok() {
            return Err(EditError::NotRead { path: file }.into());
        }
        let record = match known {
            Some(id) => {
                if let Some(found) = loaded.findings.iter().find(|f| f.place.file == id && is_fatal(f)) {
                    let reason = found.message.clone();
                    return Err(EditError::Broken { path: file, reason }.into());
                }
                Record::parse(&loaded.sources.file(id).text)
            }
            None => Ok(Record::new(schema_line(&loaded).as_deref())),
        };
        let error = |error| EditError::Record { path: file.clone(), error };
        let record = record.map_err(error)?;
        let before = record.entries().map_err(error)?;
        Ok(Self { loaded, file, known, record, before, notes: Vec::new() })
    }

    /// The services of the workspace.
    pub(super) fn services(&self) -> &[Service] {
        &self.loaded.workspace.services
    }

    /// Refuses a service that the workspace does not have, unless the workspace allows that.
    pub(super) fn require_service(&self, name: &str) -> Result<(), EditError> {
        let workspace = &self.loaded.workspace;
        let services = workspace.services.iter().map(|service| service.name.as_str());
        let rule = rules::ALL.iter().find(|rule| rule.id.0 == "unknown-service");
        let is_error = rule.is_some_and(|rule| rule::severity(rule, workspace) == Some(Severity::Error));
        if !is_error || services.clone().any(|service| service == name) {
            return Ok(());
        }
        Err(EditError::UnknownService {
            name: name.to_owned(),
            nearest: nearest(name, services).map(str::to_owned),
        })
    }

    /// Refuses what is no capability, and notes flags that the workspace does not have: they may be retired.
    pub(super) fn require_capabilities(&mut self, capabilities: &[String]) -> Result<(), EditError> {
        let workspace = &self.loaded.workspace;
        for written in capabilities {
            let parts = written.split_once(':').filter(|(flag, variant)| {
                workspace::is_flag_key(flag) && !variant.is_empty() && !variant.contains(':')
            });
            let Some((flag, _)) = parts else {
                return Err(EditError::Capability { written: written.clone() });
            };
            if workspace.flag_id(flag).is_none() {
                let keys = workspace.flags.iter().map(|flag| flag.key.as_str());
                let hint = nearest(flag, keys).map(|key| format!(": did you mean `{key}`?"));
                self.notes.push(format!("there is no flag `{flag}`{}", hint.unwrap_or_default()));
            }
        }
        Ok(())
    }

    /// Makes the entries of the scope those that are wanted.
    pub(super) fn rewrite(&mut self, scope: Scope<'_>, wanted: &[Entry]) -> Result<(), EditError> {
        let path = &self.file;
        self.record.rewrite(scope, wanted).map_err(|error| EditError::Record { path: path.clone(), error })
    }

    /// Checks the new text and writes it; `services` are those to be told about, sorted.
    pub(super) fn finish(mut self, target: &Target, services: &[&str]) -> Result<Edited, OpError> {
        let path = target.root.join(&self.file);
        let error = |error| EditError::Record { path: self.file.clone(), error };
        if let Some(before) = self.record.recorded_at().filter(|before| *before > target.recorded_at) {
            let note =
                format!("the record is older than what it replaces: {} after {before}", target.recorded_at);
            self.notes.push(note);
        }
        self.record.set_recorded_at(target.recorded_at).map_err(error)?;
        let (before, after) = (self.before_text().to_owned(), self.record.text());
        self.check(&after)?;
        let entries = self.record.entries().map_err(error)?;
        let written = !target.dry_run && before != after;
        if written {
            self.require_unchanged(&path, &before)?;
            let bytes = after.clone().into_bytes();
            artifact::write_all(&[OutputFile { path: path.clone(), bytes, visibility: Visibility::Shared }])?;
        }
        let of = |entries: &[Entry], service: &str| {
            entries.iter().filter(|entry| entry.service == service).cloned().collect()
        };
        let services = services.iter().map(|service| Change {
            service: (*service).to_owned(),
            before: of(&self.before, service),
            after: of(&entries, service),
        });
        Ok(Edited {
            services: services.collect(),
            diff: unified(&self.file, &before, &after),
            file: self.file,
            path,
            recorded_at: target.recorded_at,
            written,
            notes: self.notes,
        })
    }

    /// Changes nothing, not even the time.
    pub(super) fn leave(self, target: &Target) -> Edited {
        Edited {
            services: Vec::new(),
            diff: String::new(),
            path: target.root.join(&self.file),
            file: self.file,
            recorded_at: target.recorded_at,
            written: false,
            notes: self.notes,
        }
    }

    /// Refuses to undo what another pipeline has written meanwhile. Between this look and the writing is a moment;
    /// Git sees to the rest.
    fn require_unchanged(&self, path: &Path, before: &str) -> Result<(), EditError> {
        let now = std::fs::read(path).unwrap_or_default();
        if now == before.as_bytes() { Ok(()) } else { Err(EditError::Changed { path: self.file.clone() }) }
    }

    fn before_text(&self) -> &str {
        self.known.map_or("", |id| &self.loaded.sources.file(id).text)
    }

    /// Checks the new text in its workspace. Whether services are ready for their flags is no reason to refuse a fact.
    fn check(&self, text: &str) -> Result<(), EditError> {
        let sources = &self.loaded.sources;
        let mut files: Vec<Given> = Vec::with_capacity(sources.files.len() + 1);
        for (index, file) in (0..).zip(&sources.files) {
            if file.path != self.file {
                files.push(Given { path: file.path.clone(), content: GivenContent::Known(FileId(index)) });
            }
        }
        let bytes = text.as_bytes().to_vec();
        files.push(Given { path: self.file.clone(), content: GivenContent::Bytes(bytes) });
        let Loaded { workspace, sources, mut findings, .. } = workspace::load_given(files, &self.loaded);
        let asked: Vec<&Rule> = rules::ALL
            .iter()
            .copied()
            .filter(|rule| matches!(rule.check, Check::Workspace(_)) && rule.group != Group::Coordination)
            .collect();
        let segments = compile::segments(&workspace);
        findings.extend(rule::run(&Context {
            workspace: &workspace,
            rules: &asked,
            segments: &segments,
            facts: &Facts::default(),
            as_of: None,
        }));
        let findings = rule::settle(rules::ALL, &workspace, findings);
        let own = sources.find(&self.file);
        let refusal = findings
            .into_iter()
            .find(|finding| finding.severity == Severity::Error && Some(finding.place.file) == own);
        match refusal {
            None => Ok(()),
            Some(Finding { message, help, .. }) => {
                Err(EditError::Refused { path: self.file.clone(), message, help })
            }
        }
    }
}

/// Whether a file with this finding cannot be edited. What is merely wrong in it may be what the edit corrects.
fn is_fatal(finding: &Finding) -> bool {
    let rule = rules::ALL.iter().find(|rule| rule.id == finding.rule);
    rule.is_none_or(|rule| rule.group == Group::Syntax && rule.level == rule::Level::Fixed)
        || finding.rule.0 == "merge-conflict"
}

/// What stands behind `#:schema` in the other deployments, or beside what stands there in `flagc.toml`.
fn schema_line(loaded: &Loaded) -> Option<String> {
    let line = |id: FileId| {
        let text = &loaded.sources.file(id).text;
        text.lines().next()?.strip_prefix("#:schema ").map(str::trim).map(str::to_owned)
    };
    if let Some(schema) = loaded.workspace.deployments.iter().find_map(|deployment| line(deployment.file)) {
        return Some(schema);
    }
    let settings = line(loaded.sources.find(WORKSPACE_FILE)?)?;
    let folder = settings.strip_suffix("workspace.schema.json")?;
    let up = if folder.contains("://") || folder.starts_with('/') { "" } else { "../" };
    Some(format!("{up}{folder}deployment.schema.json"))
}
