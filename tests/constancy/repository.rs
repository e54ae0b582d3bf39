//! A repository that is made commit by commit, with dates in days since 1 January 2026.

use std::fs;
use std::path::Path;
use std::process::Command;

use flagc::constancy::{Extent, FlagHistory, Serves, Standing};
use flagc::ops::past::{AsOf, Past, past, recent};
use flagc::staleness::{State, judge_all};
use flagc::workspace;
use tempfile::TempDir;

/// 2026-01-01T00:00:00Z.
const START: i64 = 1_767_225_600;

/// The time of a day, in seconds since 1970.
pub fn day(day: i64) -> i64 {
    START + day * 86_400
}

pub const SETTINGS: &str = "project = \"acme\"\nenvironments = [{ name = \"staging\" }, { name = \"production\", \
                            critical = true }]\n[context.tier]\ntype = \"string\"\nvalues = [\"free\", \"pro\"]\n";

/// A flag that serves this by itself; more lines may follow.
pub fn flag(serve: &str, more: &str) -> String {
    format!("description = \"d\"\nkind = \"release\"\nowner = \"team-a\"\nserve = {serve}\n{more}\n")
}

pub struct Repository {
    folder: TempDir,
}

pub fn git(folder: &Path, arguments: &[&str], day: i64) -> String {
    let date = format!("{} +0000", self::day(day));
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "protocol.file.allow=always"])
        .args(arguments)
        .env("GIT_AUTHOR_DATE", &date)
        .env("GIT_COMMITTER_DATE", &date)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

impl Repository {
    /// An empty one.
    pub fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        git(folder.path(), &["init", "-q", "-b", "main"], 0);
        Self { folder }
    }

    /// One with [`SETTINGS`] and these files, committed on day 0.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let repository = Self::empty();
        let settings = [("flagc.toml", SETTINGS)];
        repository.commit(0, &settings.into_iter().chain(files.iter().copied()).collect::<Vec<_>>());
        repository
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Writes files (an empty text deletes one) and commits them; returns the commit.
    pub fn commit(&self, day: i64, files: &[(&str, &str)]) -> String {
        for (path, text) in files {
            if text.is_empty() {
                fs::remove_file(self.path().join(path)).unwrap();
            } else {
                self.write(path, text);
            }
        }
        self.commit_all(day)
    }

    pub fn commit_all(&self, day: i64) -> String {
        git(self.path(), &["add", "-A"], day);
        git(self.path(), &["commit", "-q", "--allow-empty", "-m", "change"], day);
        git(self.path(), &["rev-parse", "HEAD"], day)
    }

    pub fn git(&self, day: i64, arguments: &[&str]) -> String {
        git(self.path(), arguments, day)
    }

    pub fn past(&self, day: i64) -> Past {
        self.past_of(day, Extent::Present)
    }

    /// What `stale` knows on a day; `check`, which looks for no more than it needs, judges all flags alike.
    pub fn past_of(&self, day: i64, extent: Extent) -> Past {
        let past = past(self.path(), &AsOf::Now(self::day(day)), extent).unwrap();
        // The folder need not be the workspace, and what lies in it need not be committed.
        if past.folder.as_deref() == Some("") && self.git(day, &["status", "--porcelain"]).is_empty() {
            judged_alike(self.path(), &past);
        }
        past
    }

    /// What is known of a flag on a day.
    pub fn history(&self, day: i64, key: &str) -> FlagHistory {
        history(&self.past(day), key)
    }

    /// The constant value in production, the day since when, and the commit.
    pub fn constant(&self, day: i64, key: &str) -> Option<(String, i64, String)> {
        constant(&self.history(day, key).standings[1])
    }
}

/// Where `check` says that flags stand in their lives, without a limit to its looking back, as what is known of the whole
/// past says.
pub fn judged_alike(root: &Path, past: &Past) {
    let loaded = workspace::load(root);
    let recent = recent(root, &loaded, past.as_of, i64::MIN, None).unwrap();
    let judge = |histories: &[FlagHistory]| judge_all(&loaded.workspace, histories, &[], past.as_of);
    for (narrow, whole) in judge(&recent.histories).into_iter().zip(judge(&past.histories)) {
        let key = &loaded.workspace.flag(whole.flag).key;
        assert_eq!(narrow.state, whole.state, "{key}");
        assert_eq!(
            (narrow.since, narrow.at_least, narrow.due),
            (whole.since, whole.at_least, whole.due),
            "{key}"
        );
        if matches!(whole.state, State::Launched | State::Abandoned) {
            assert_eq!(narrow.signals, whole.signals, "{key}");
        }
    }
    assert_eq!(recent.histories.len(), past.histories.len());
}

pub fn history(past: &Past, key: &str) -> FlagHistory {
    let id = past.loaded.workspace.flag_id(key).expect("the flag exists");
    past.histories[id.0 as usize].clone()
}

pub fn constant(standing: &Standing) -> Option<(String, i64, String)> {
    let Serves::Constant(variant) = &standing.serves else { return None };
    let since = standing.since.clone().unwrap();
    assert!(!since.at_least);
    assert_eq!((since.time - START) % 86_400, 0);
    Some((variant.to_string(), (since.time - START) / 86_400, since.commit.unwrap()))
}
