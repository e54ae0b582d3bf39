//! Real history: 376 commits of 324 flags, if the corpora are here (`FLAGC_CORPORA`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::repository::judged_alike;
use flagc::constancy::{Extent, Serves};
use flagc::ops::past::{AsOf, past};

#[test]
fn real_history_is_dated_as_by_evaluating_every_commit() {
    let Some(corpora) = std::env::var_os("FLAGC_CORPORA").map(PathBuf::from) else {
        eprintln!("skipped: FLAGC_CORPORA is not set");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let clone = folder.path().join("clone");
    let status = Command::new("git")
        .args(["clone", "-q"])
        .arg(corpora.join("mozilla-flags.bundle"))
        .arg(&clone)
        .status()
        .unwrap();
    assert!(status.success());
    let (expected, found) = (recomputed(&clone), told(&clone));
    assert!(expected.len() > 600, "{} lines", expected.len());
    for (name, expected) in &expected {
        assert_eq!(found.get(name), Some(expected), "{name:?}");
    }
    assert_eq!(found.len(), expected.len());
    for as_of in [1_800_000_000, 2_000_000_000] {
        judged_alike(&clone, &past(&clone, &AsOf::Now(as_of), Extent::Present).unwrap());
    }
}

type Answers = BTreeMap<(String, String), [String; 4]>;

fn recomputed(clone: &Path) -> Answers {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/constancy/recompute.py");
    let output = Command::new("python3").arg(script).arg(clone).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
    lines
        .map(|parts| {
            let [flag, environment, rest @ ..] = &parts[..] else { panic!("{parts:?}") };
            ((flag.clone(), environment.clone()), rest.to_vec().try_into().unwrap())
        })
        .collect()
}

fn told(clone: &Path) -> Answers {
    let past = past(clone, &AsOf::Now(2_000_000_000), Extent::Present).unwrap();
    let workspace = &past.loaded.workspace;
    let mut answers = Answers::new();
    for (flag, history) in workspace.flags.iter().zip(&past.histories) {
        for (environment, standing) in workspace.config.environments.iter().zip(&history.standings) {
            let Serves::Constant(variant) = &standing.serves else { panic!("{} varies", flag.key) };
            let value = flag.variants.iter().find(|known| known.name.value == **variant).unwrap();
            let since = standing.since.clone().unwrap();
            let added = history.added.clone().unwrap();
            answers.insert(
                (flag.key.to_string(), environment.name.value.to_string()),
                [
                    value.json.to_string(),
                    since.time.to_string(),
                    since.commit.unwrap(),
                    added.commit.unwrap(),
                ],
            );
        }
    }
    answers
}
