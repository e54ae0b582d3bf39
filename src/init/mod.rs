//! What `flagc init` writes: a workspace that passes `check`, its schemas, and the files that let Git hooks, CI and
//! editors know about it. Only a plan: nothing is read and nothing is written here, and no existing file is touched.

use std::path::{Path, PathBuf};

use crate::artifact::{OutputFile, Visibility};
use crate::format::{FileKind, schema_text};

/// A service that runs `flagc check` on every change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ci {
    /// GitHub Actions.
    Github,
    /// GitLab CI/CD.
    Gitlab,
}

impl Ci {
    /// Its name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Gitlab => "gitlab",
        }
    }
}

/// What a new workspace is told.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// The root of the repository, or the folder in which editors and hooks are to be set up: absolute, or relative to
    /// the current folder.
    pub root: &'a Path,
    /// The workspace relative to `root`, with `/` between folders; empty where it is the root itself.
    pub workspace: &'a str,
    /// The name of the project; see [`project_name`].
    pub project: &'a str,
    /// Which CI to write a file for.
    pub ci: Option<Ci>,
    /// The version of flagc that hooks and CI install.
    pub version: &'a str,
}

/// The files of a new workspace in the order in which a reader would open them. Paths begin with `root`.
pub fn plan(options: &Options<'_>) -> Vec<OutputFile> {
    let folder = Folder::new(options.workspace);
    let mut files = vec![
        (folder.join("flagc.toml"), fill(include_str!("templates/flagc.toml"), options, &folder, 0)),
        (
            folder.join("welcome/new-greeting.toml"),
            fill(include_str!("templates/new-greeting.toml"), options, &folder, 1),
        ),
        (folder.join("segments/staff.toml"), fill(include_str!("templates/staff.toml"), options, &folder, 1)),
    ];
    for kind in FileKind::ALL {
        files.push((format!("schemas/{}.schema.json", kind.as_str()), schema_text(kind)));
    }
    files.push((".gitignore".to_owned(), GITIGNORE.to_owned()));
    let mut add = |path: &str, template: &str| {
        files.push((path.to_owned(), fill(template, options, &folder, 0)));
    };
    add(".pre-commit-config.yaml", include_str!("templates/pre-commit-config.yaml"));
    add(".vscode/extensions.json", include_str!("templates/extensions.json"));
    add(".taplo.toml", include_str!("templates/taplo.toml"));
    match options.ci {
        Some(Ci::Github) => add(".github/workflows/flags.yml", include_str!("templates/github.yml")),
        Some(Ci::Gitlab) => add(".gitlab-ci.yml", include_str!("templates/gitlab.yml")),
        None => {}
    }
    let output = |(path, text): (String, String)| OutputFile {
        path: options.root.join(path),
        bytes: text.into_bytes(),
        visibility: Visibility::Shared,
    };
    files.into_iter().map(output).collect()
}

/// Which files of a plan are there already, a dangling symbolic link included: those are left as they are.
pub fn existing(plan: &[OutputFile]) -> Vec<PathBuf> {
    let is_there = |file: &&OutputFile| file.path.symlink_metadata().is_ok();
    plan.iter().filter(is_there).map(|file| file.path.clone()).collect()
}

/// What Git must not keep: the development key and what `flagc build` writes. For those whose `.gitignore` exists.
pub const GITIGNORE: &str = "# flagc: the development key, and what `flagc build` writes\n.flagc/\n/dist/\n";

/// A project's name made from a folder's: what a name may not hold becomes `-`.
pub fn project_name(folder: &str) -> String {
    let allowed = |character: char| character.is_ascii_alphanumeric() || ".-_".contains(character);
    let name: String =
        folder.chars().map(|character| if allowed(character) { character } else { '-' }).take(64).collect();
    match name.trim_start_matches(['.', '-', '_']) {
        "" => "my-project".to_owned(),
        name => name.to_owned(),
    }
}

/// The workspace's folder as the templates need it.
struct Folder {
    /// Without a slash at either end; empty for the root.
    path: String,
}

impl Folder {
    fn new(path: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        Self { path: parts.join("/") }
    }

    fn join(&self, path: &str) -> String {
        if self.path.is_empty() { path.to_owned() } else { format!("{}/{path}", self.path) }
    }

    /// From a file that lies `depth` folders down in the workspace to the root.
    fn up(&self, depth: usize) -> String {
        let depth = depth + self.path.split('/').filter(|part| !part.is_empty()).count();
        if depth == 0 { "./".to_owned() } else { "../".repeat(depth) }
    }
}

fn fill(template: &str, options: &Options<'_>, folder: &Folder, depth: usize) -> String {
    let workspace = if folder.path.is_empty() { "." } else { &folder.path };
    template
        .replace("@up@", &folder.up(depth))
        .replace("@toml@", &toml_string(&folder.join("**/*.toml")))
        .replace("@shell@", &shell_word(workspace))
        .replace("@pattern@", &pattern(&folder.join("")).replace('\'', "''"))
        .replace("@project@", &project_name(options.project))
        .replace("@version@", options.version)
}

/// Text as a TOML string with its quotes; JSON's escapes are among TOML's.
fn toml_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A path as one word of a POSIX shell.
fn shell_word(path: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "._-/".contains(character);
    if path.chars().all(plain) && !path.starts_with('-') {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}

/// A path as a regular expression: pre-commit selects files with one.
fn pattern(path: &str) -> String {
    let special = |character: char| ".+*?()[]{}|^$\\".contains(character);
    path.chars()
        .flat_map(|character| special(character).then_some('\\').into_iter().chain([character]))
        .collect()
}

#[cfg(test)]
mod tests;
