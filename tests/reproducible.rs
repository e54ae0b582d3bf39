//! The same commit gives the same payload: for whoever builds it, wherever, in whatever time zone, on however many threads.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn git(folder: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .args(["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The sample workspace, committed, without what `--dev` leaves in it.
fn repository(folder: &Path) -> PathBuf {
    let target = folder.join("origin");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("flags"), &target.join("flags"));
    git(&target, &["init", "--quiet"]);
    git(&target, &["add", "--all"]);
    git(&target, &["commit", "--quiet", "--message", "flags"]);
    target
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap();
        if name == ".flagc" {
            continue;
        }
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            fs::copy(&path, to.join(name)).unwrap();
        }
    }
}

/// The payloads of all environments, built in `clone` under the given variables and file mode mask.
fn payloads(clone: &Path, variables: &[(&str, &str)], umask: &str) -> Vec<Vec<u8>> {
    let build = format!("umask {umask} && exec \"$0\" build --all --unsigned --quiet --output out");
    let status = Command::new("sh")
        .args(["-c", &build, env!("CARGO_BIN_EXE_flagc")])
        .current_dir(clone)
        .envs(variables.iter().copied())
        .status()
        .unwrap();
    assert!(status.success());
    ["dev", "staging", "production"]
        .iter()
        .map(|environment| fs::read(clone.join(format!("out/{environment}.flagd.json"))).unwrap())
        .collect()
}

#[test]
fn two_clones_give_the_same_payload_bytes() {
    if Command::new("git").arg("--version").output().is_err() {
        println!("skipped: git is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let origin = repository(folder.path());
    let (here, there) = (folder.path().join("a"), folder.path().join("elsewhere/much deeper/ü"));
    fs::create_dir_all(there.parent().unwrap()).unwrap();
    for clone in [&here, &there] {
        git(folder.path(), &["clone", "--quiet", origin.to_str().unwrap(), clone.to_str().unwrap()]);
    }
    git(&there, &["remote", "set-url", "origin", "https://elsewhere.example/flags"]);
    let one =
        payloads(&here, &[("TZ", "UTC"), ("LC_ALL", "C"), ("RAYON_NUM_THREADS", "1"), ("USER", "a")], "022");
    let other = payloads(
        &there,
        &[("TZ", "Pacific/Auckland"), ("LC_ALL", "tr_TR.UTF-8"), ("RAYON_NUM_THREADS", "8"), ("USER", "b")],
        "077",
    );
    assert!(one == other, "the payloads differ");
    assert!(one.iter().all(|payload| !payload.is_empty()));
}
