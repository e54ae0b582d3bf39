//! Every rule: a page, a workspace that breaks it with what is said about that, and one that does not. The bad ones are
//! compared with `tests/rules/<rule>/bad/expected.txt`; `SNAPSHOTS=overwrite` writes these files anew. Where there is a
//! `base`, both are what became of it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use common::{Checked, FLAG, SETTINGS, check, check_against, check_aged, check_code, write};
use flagc::rule::Group;
use flagc::rules;

fn case(rule: &str, side: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules").join(rule).join(side)
}

fn rule_names() -> impl Iterator<Item = &'static str> {
    rules::ALL.iter().map(|rule| rule.id.0)
}

/// Workspaces that a repository cannot or should not hold are built where the test runs.
fn build(rule: &str, root: &Path) -> bool {
    let flag = |bytes: &[u8]| {
        write(root, "flagc.toml", SETTINGS.as_bytes());
        write(root, "new-checkout.toml", bytes);
    };
    match rule {
        "merge-conflict" => {
            let (ours, theirs) = ("<".repeat(7), ">".repeat(7));
            let sides = format!("{ours} HEAD\nenabled = true\n=======\nenabled = false\n{theirs} kill\n");
            flag(format!("{FLAG}{sides}").as_bytes());
        }
        "not-utf8" => flag(&[FLAG.as_bytes(), b"links = [\"https://m\xfcnchen.example\"]\n"].concat()),
        "file-too-large" => flag(format!("{FLAG}{}", "# more of it\n".repeat(100_000)).as_bytes()),
        "bidi-control" => flag(format!("{FLAG}# serve\u{202e} = \"on\"\n").as_bytes()),
        "not-a-file" => {
            flag(FLAG.as_bytes());
            std::fs::create_dir(root.join("old-checkout.toml")).unwrap();
            #[cfg(unix)]
            std::os::unix::fs::symlink(root.join("new-checkout.toml"), root.join("linked.toml")).unwrap();
        }
        "compiled-too-large" => {
            let rule = "[[rules]]\nif = { segment = \"s16\" }\nserve = \"on\"\n";
            let served = FLAG.replace("\"off\"", "\"on\"");
            flag(format!("{served}[requires]\nnew-payments-api = \"on\"\n").as_bytes());
            write(root, "new-payments-api.toml", format!("{FLAG}{rule}").as_bytes());
            let segment = |number: usize, condition: &str| {
                let text = format!("description = \"Some\"\nowner = \"it\"\nif = {condition}\n");
                write(root, &format!("segments/s{number}.toml"), text.as_bytes());
            };
            segment(0, "{ targetingKey = \"u-1\" }");
            for number in 1..=16 {
                let (one, other) =
                    (format!("s{}", number - 1), format!("{{ segment = \"s{}\" }}", number - 1));
                segment(number, &format!("{{ segment = \"{one}\", any = [{other}] }}"));
            }
        }
        "too-complex" => {
            let rule =
                |number| format!("[[rules]]\nif = {{ targetingKey = \"u-{number}\" }}\nserve = \"on\"\n");
            flag(format!("{FLAG}{}", (0..=1000).map(rule).collect::<String>()).as_bytes());
        }
        // Whoever may read everything finds no file that cannot be read, but one that is not there.
        "unreadable-file" => {}
        _ => return false,
    }
    true
}

/// A case with a folder `code` is about code, one with a file `days` about time: the day on which it was committed, and
/// the day that is now.
fn check_case(root: &Path) -> Checked {
    if root.join("code").is_dir() {
        return check_code(root);
    }
    let Ok(days) = std::fs::read_to_string(root.join("days")) else { return check(root) };
    let (committed, now) = days.trim().split_once(' ').expect("two days");
    check_aged(root, committed, now)
}

#[test]
fn a_bad_workspace_is_told_what_is_wrong_with_it() {
    let overwrite = std::env::var_os("SNAPSHOTS").is_some_and(|mode| mode == "overwrite");
    let mut failures = Vec::new();
    for rule in rule_names() {
        let folder = tempfile::tempdir().unwrap();
        let committed = case(rule, "bad");
        let root = if build(rule, folder.path()) { folder.path() } else { committed.as_path() };
        let base = case(rule, "base");
        let checked = if base.is_dir() { check_against(root, &base) } else { check_case(root) };
        let found = checked.rules();
        if !found.contains(&rule) || found.iter().any(|other| *other != rule) {
            failures.push(format!("{rule}: found {found:?}\n{}", checked.render()));
            continue;
        }
        let (golden, text) = (committed.join("expected.txt"), checked.render());
        if overwrite {
            std::fs::create_dir_all(&committed).unwrap();
            std::fs::write(&golden, text).unwrap();
            continue;
        }
        let expected = std::fs::read_to_string(&golden).unwrap_or_default();
        if expected != text {
            failures.push(format!("{rule}: expected\n{expected}\nbut found\n{text}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn a_good_workspace_has_no_finding_at_all() {
    for rule in rule_names() {
        let root = case(rule, "good");
        assert!(root.join("flagc.toml").is_file(), "`{rule}` has no good case");
        let base = case(rule, "base");
        let checked = if base.is_dir() { check_against(&root, &base) } else { check_case(&root) };
        assert_eq!(checked.render(), "", "{rule}");
    }
}

#[test]
fn every_case_belongs_to_a_rule() {
    let folders = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules")).unwrap();
    let names: BTreeSet<String> =
        folders.map(|folder| folder.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names, rule_names().map(str::to_owned).collect());
}

#[test]
fn rules_are_sorted_and_named_once_and_unlike_groups() {
    let names: Vec<&str> = rule_names().collect();
    assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
    assert!(Group::ALL.iter().all(|group| !names.contains(&group.as_str())));
}

#[test]
fn every_rule_has_a_page_with_an_example_of_itself() {
    for rule in rules::ALL {
        let (name, page) = (rule.id.0, rule.page);
        assert!(!page.starts_with('#') && page.ends_with('\n'), "{name}: a body without a title");
        let (before, rest) = page.split_once("\n```toml\n").expect(name);
        let (example, after) = rest.split_once("\n```\n").expect(name);
        assert!(example.contains(name), "{name}: the example does not name the rule");
        assert!(
            !before.trim().is_empty() && !after.trim().is_empty(),
            "{name}: what it means, and what to do"
        );
        assert!(page.lines().all(|line| line.chars().count() <= 120), "{name}: long lines");
        assert!(!rule.summary.is_empty() && !rule.summary.ends_with('.'), "{name}");
    }
}

/// The loader names rules as text; a slip of the pen would make a finding that nobody can look up.
#[test]
fn every_rule_that_the_source_names_exists() {
    let mut found = 0;
    for file in source_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/workspace")) {
        let text = std::fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap().replace("\\\"", "");
        for literal in code.split('"').skip(1).step_by(2).filter(|literal| is_kebab(literal)) {
            assert!(rule_names().any(|rule| rule == literal), "{}: `{literal}`", file.display());
            found += 1;
        }
    }
    assert!(found > 40, "only {found} names of rules were found");
}

fn is_kebab(text: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    text.contains('-') && text.split('-').all(is_word)
}

fn source_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(source_files(&path));
        } else {
            files.push(path);
        }
    }
    files
}
