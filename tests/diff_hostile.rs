//! `flagc diff` on what it cannot compare, or hardly: a clear word, the documented exit code, neither a panic nor a hang.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// Far beyond what any of these takes, also on a busy machine without optimisation.
const PATIENCE: Duration = Duration::from_secs(120);
const FLAG: &str = "description = \"New\"\nkind = \"ops\"\nowner = \"a\"\nserve = \"off\"\n";

fn settings(attributes: &str) -> String {
    format!(
        "project = \"shop\"\nenvironments = [{{ name = \"production\" }}]\n[context.targetingKey]\ntype = \"string\"\n{attributes}"
    )
}

fn version(kind: &str) -> String {
    settings(&format!("[context.app]\ntype = \"{kind}\"\n"))
}

fn rule(condition: &str, serve: &str) -> String {
    format!("[[rules]]\nif = {{ {condition} }}\nserve = {serve}\n")
}

fn git(folder: &Path, args: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"])
        .args(["-c", "protocol.file.allow=always"])
        .args(args)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn put(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn commit(root: &Path) {
    git(root, &["add", "-A"]);
    git(root, &["commit", "-q", "--allow-empty", "-m", "change"]);
}

/// A repository with these files and one commit; `None` where `git` is not installed.
fn repository(files: &[(&str, &str)]) -> Option<(TempDir, PathBuf)> {
    if Command::new("git").arg("--version").output().is_err() {
        eprintln!("skipped: git is not installed");
        return None;
    }
    let scratch = tempfile::tempdir().unwrap();
    let root = scratch.path().join("shop");
    fs::create_dir(&root).unwrap();
    git(&root, &["init", "-q"]);
    for (path, text) in files {
        put(&root, path, text);
    }
    commit(&root);
    Some((scratch, root))
}

/// Runs `flagc diff`, in threads of 2 MiB as rayon has them; a hang fails.
fn diff(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let out = tempfile::tempdir().unwrap();
    let [stdout, stderr] = ["stdout", "stderr"].map(|name| out.path().join(name));
    let mut child = Command::new(env!("CARGO_BIN_EXE_flagc"))
        .arg("diff")
        .args(args)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("RUST_MIN_STACK", "2097152")
        .stdout(fs::File::create(&stdout).unwrap())
        .stderr(fs::File::create(&stderr).unwrap())
        .spawn()
        .unwrap();
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("a hang: flagc diff {args:?}");
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let code = status.code().expect("no signal ended it");
    let [stdout, stderr] = [stdout, stderr].map(|file| fs::read_to_string(file).unwrap());
    assert!(!stderr.contains("panicked"), "{stderr}");
    (code, stdout, stderr)
}

fn json(folder: &Path, args: &[&str]) -> Value {
    let (code, stdout, stderr) = diff(folder, &[args, &["--format", "json"]].concat());
    assert_eq!((code, stderr.as_str()), (0, ""));
    serde_json::from_str(&stdout).unwrap()
}

fn served(folder: &Path, flag: &str, context: &Value) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_flagc"))
        .args(["eval", flag, "-e", "production", "--format", "json", "--context", &context.to_string()])
        .current_dir(folder)
        .output()
        .unwrap();
    serde_json::from_slice::<Value>(&output.stdout).unwrap()["variant"].clone()
}

#[test]
fn what_cannot_be_found_is_refused_with_two() {
    let Some((scratch, root)) = repository(&[("flagc.toml", &settings("")), ("a.toml", FLAG)]) else {
        return;
    };
    let (code, stdout, stderr) = diff(&root, &["no-such-branch"]);
    assert_eq!((code, stdout.as_str()), (2, ""), "{stderr}");
    assert!(stderr.contains("no-such-branch"), "{stderr}");
    commit(&root);
    let url = format!("file://{}", root.display());
    git(scratch.path(), &["clone", "-q", "--depth=1", &url, "shallow"]);
    let (code, stdout, stderr) = diff(&scratch.path().join("shallow"), &["HEAD~1"]);
    assert_eq!((code, stdout.as_str()), (2, ""), "{stderr}");
    assert!(stderr.contains("shallow"), "{stderr}");
    let (code, ..) = diff(scratch.path(), &["HEAD"]);
    assert_eq!(code, 2);
}

#[test]
fn a_base_that_does_not_parse_is_told_and_the_rest_compared() {
    let files = [("flagc.toml", &*settings("")), ("a.toml", FLAG), ("broken.toml", "serve = ")];
    let Some((_scratch, root)) = repository(&files) else { return };
    put(&root, "a.toml", &FLAG.replace("\"off\"", "\"on\""));
    put(&root, "broken.toml", FLAG);
    let (code, stdout, stderr) = diff(&root, &["HEAD"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stderr.contains("syntax-error") && stderr.contains("broken.toml"), "{stderr}");
    assert!(stdout.contains("off → on") || stdout.contains("on 0 % → 100 %"), "{stdout}");
    put(&root, "flagc.toml", "environments = [");
    let (code, _, stderr) = diff(&root, &["HEAD"]);
    assert!(code == 0 && stderr.contains("flagc.toml"), "{code}: {stderr}");
}

#[test]
fn a_workspace_that_moved_is_followed_and_a_new_one_is_all_new() {
    let Some((_scratch, root)) = repository(&[("old/flagc.toml", &settings("")), ("old/a.toml", FLAG)])
    else {
        return;
    };
    git(&root, &["mv", "old", "new"]);
    let moved = json(&root.join("new"), &["HEAD"]);
    assert_eq!(moved["changes"], serde_json::json!([]), "{moved:#}");
    git(&root, &["reset", "-q", "--hard"]);
    git(&root, &["rm", "-q", "-r", "old"]);
    commit(&root);
    put(&root, "flags/flagc.toml", &settings(""));
    put(&root, "flags/a.toml", FLAG);
    let new = json(&root, &["HEAD"]);
    assert_eq!(new["incomparable"], serde_json::json!([]), "{new:#}");
}

#[test]
fn submodules_worktrees_and_bare_repositories_are_compared() {
    let Some((scratch, root)) = repository(&[("flagc.toml", &settings("")), ("a.toml", FLAG)]) else {
        return;
    };
    put(&root, "a.toml", &FLAG.replace("\"off\"", "{ on = 5 }"));
    commit(&root);
    let changed = json(&root, &["HEAD~1", "HEAD"]);
    assert_eq!(changed["changes"].as_array().unwrap().len(), 1, "{changed:#}");
    git(&root, &["worktree", "add", "-q", "../tree", "HEAD~1"]);
    git(scratch.path(), &["clone", "-q", "--bare", "shop", "bare.git"]);
    let around = scratch.path().join("around");
    fs::create_dir(&around).unwrap();
    git(&around, &["init", "-q"]);
    git(&around, &["submodule", "--quiet", "add", &root.display().to_string(), "flags"]);
    for folder in ["tree", "bare.git", "around/flags"] {
        let same = json(
            &scratch.path().join(folder),
            &["HEAD~1", "HEAD"]
                .map(|name| if folder == "tree" { name.replace("HEAD", "main") } else { name.to_owned() })
                .each_ref()
                .map(String::as_str),
        );
        assert_eq!(same["changes"], changed["changes"], "{folder}");
    }
    assert_eq!(diff(&scratch.path().join("bare.git"), &["HEAD"]).0, 2, "no work tree");
}

/// One flag of about a mebibyte, and every rule of it changed.
#[test]
fn a_flag_of_thousands_of_rules_is_done_or_too_complex() {
    let attributes = "[context.email]\ntype = \"string\"\n[context.age]\ntype = \"integer\"\n";
    let flag = |shift: usize, count: usize| {
        let mut text = FLAG.to_owned();
        for index in 0..count {
            let condition = format!("email = {{ contains = \"x{index}y\" }}, age = {{ gte = {index} }}");
            text.push_str(&rule(&condition, &format!("{{ on = {} }}", (index + shift) % 99 + 1)));
        }
        text
    };
    for count in [400, 9_000] {
        let files = [("flagc.toml", &*settings(attributes)), ("big.toml", &*flag(0, count))];
        let Some((_scratch, root)) = repository(&files) else { return };
        put(&root, "big.toml", &flag(1, count));
        let told = json(&root, &["HEAD"]);
        let sum = ["changes", "incomparable"].map(|key| told[key].as_array().unwrap().len());
        assert_eq!(sum.iter().sum::<usize>(), 1, "{sum:?}");
    }
}

/// Regions are the product of what three requirements ask.
#[test]
fn requirements_of_many_rules_are_done_or_too_complex() {
    let attributes = ["a", "b", "c"].map(|name| format!("[context.{name}]\ntype = \"string\"\n")).concat();
    let mut files = vec![("flagc.toml".to_owned(), settings(&attributes))];
    let mut top = String::from("[requires]\n");
    for name in ["a", "b", "c"] {
        let mut text = FLAG.to_owned();
        for index in 0..25 {
            text.push_str(&rule(&format!("{name} = \"{index}\""), &format!("{{ on = {} }}", index + 1)));
        }
        files.push((format!("{name}.toml"), text));
        writeln!(top, "{name} = \"on\"").unwrap();
    }
    files.push(("top.toml".to_owned(), format!("{}{top}", FLAG.replace("\"off\"", "{ on = 5 }"))));
    let borrowed: Vec<(&str, &str)> = files.iter().map(|(path, text)| (&**path, &**text)).collect();
    let Some((_scratch, root)) = repository(&borrowed) else { return };
    put(&root, "top.toml", &format!("{}{top}", FLAG.replace("\"off\"", "{ on = 6 }")));
    let told = json(&root, &["HEAD"]);
    assert_eq!(told["incomparable"].as_array().unwrap().len(), 1, "{}", told["changes"]);
}

#[test]
fn ten_megabytes_of_rules_are_compared() {
    let attributes = "[context.email]\ntype = \"string\"\n";
    let files: Vec<(String, String)> = (0..1_000)
        .map(|file| {
            let mut text = FLAG.to_owned();
            for index in 0..100 {
                text.push_str(&rule(
                    &format!("email = \"user-{file}-{index}@department.acme.example\""),
                    "\"on\"",
                ));
                text.push_str("# who asked for it, and when, and why it stands here\n");
            }
            (format!("f{file}.toml"), text)
        })
        .collect();
    assert!(files.iter().map(|(_, text)| text.len()).sum::<usize>() > 10_000_000);
    let settings = settings(attributes);
    let mut borrowed: Vec<(&str, &str)> = files.iter().map(|(path, text)| (&**path, &**text)).collect();
    borrowed.push(("flagc.toml", &settings));
    let Some((_scratch, root)) = repository(&borrowed) else { return };
    for (path, text) in files.iter().take(3) {
        put(&root, path, &text.replacen("serve = \"on\"", "serve = \"off\"", 1));
    }
    let told = json(&root, &["HEAD"]);
    assert_eq!(told["changes"].as_array().unwrap().len(), 3, "{told:#}");
    // All flags are looked at where the settings differ.
    put(&root, "flagc.toml", &settings.replace("\"shop\"", "\"mall\""));
    let told = json(&root, &["HEAD"]);
    assert_eq!(told["changes"].as_array().unwrap().len(), 3);
}

/// A name with two types: a witness may lack, but it must not be wrong.
#[test]
fn an_attribute_of_another_type_never_gives_a_wrong_witness() {
    let conditions = [
        ("string", "app = { starts_with = \"1.\" }"),
        ("string", "app = [\"1.0.0\", \"x\"]"),
        ("version", "app = \">=1.0.0\""),
        ("version", "app = \"<0.5.0\""),
        ("boolean", "app = true"),
        ("integer", "app = { gte = 18 }"),
        ("number", "app = { lt = 18.5 }"),
        ("list", "app = \"1.0.0\""),
    ];
    let Some((_scratch, root)) = repository(&[]) else { return };
    let mut witnesses = 0;
    for (one, before) in conditions {
        for (two, after) in conditions.iter().filter(|(two, _)| *two != one) {
            put(&root, "flagc.toml", &version(one));
            put(&root, "a.toml", &format!("{FLAG}{}", rule(before, "\"on\"")));
            commit(&root);
            let old = tempfile::tempdir().unwrap();
            put(old.path(), "flagc.toml", &version(one));
            put(old.path(), "a.toml", &format!("{FLAG}{}", rule(before, "\"on\"")));
            put(&root, "flagc.toml", &version(two));
            put(&root, "a.toml", &format!("{FLAG}{}", rule(after, "\"on\"")));
            let told = json(&root, &["HEAD"]);
            for region in told["changes"]
                .as_array()
                .unwrap()
                .iter()
                .flat_map(|change| change["regions"].as_array().unwrap())
            {
                let witness = &region["witness"];
                if witness.is_null() {
                    continue;
                }
                witnesses += 1;
                let context = &witness["context"];
                let got = [served(old.path(), "a", context), served(&root, "a", context)];
                let said = [witness["before"].clone(), witness["after"].clone()];
                assert_eq!(got, said, "{one} {before} → {two} {after}: {region:#}");
            }
        }
    }
    assert!(witnesses > 20, "{witnesses}");
}

#[test]
fn an_attribute_that_is_declared_no_more_is_told() {
    let text = format!("{FLAG}{}", rule("app = \"x\"", "\"on\""));
    let Some((_scratch, root)) = repository(&[("flagc.toml", &version("string")), ("a.toml", &text)]) else {
        return;
    };
    put(&root, "flagc.toml", &settings(""));
    let (code, stdout, stderr) = diff(&root, &["HEAD"]);
    assert_eq!(code, 0);
    assert!(stderr.contains("unknown-attribute") && stdout.contains("not compared"), "{stdout}{stderr}");
}

#[test]
fn a_closed_stdout_is_no_panic() {
    let Some((_scratch, root)) = repository(&[("flagc.toml", &settings("")), ("a.toml", FLAG)]) else {
        return;
    };
    put(&root, "a.toml", &FLAG.replace("\"off\"", "\"on\""));
    let mut child = Command::new(env!("CARGO_BIN_EXE_flagc"))
        .args(["diff", "HEAD"])
        .current_dir(&root)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let Output { stderr, .. } = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(stderr).unwrap();
    assert!(!stderr.contains("panicked"), "{stderr}");
}
