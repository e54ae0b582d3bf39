//! Holds the house in order: modules import downward only, files stay small, and the runtime stays light.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The floors of the house, from the ground up. A module may name those below it, and those on its own floor that are
/// listed before it.
const FLOORS: &[&[&str]] = &[
    &["source", "canonical"],
    &["finding", "artifact"],
    &["syntax"],
    &["format"],
    &["model", "sdk"],
    &["graph"],
    &["history", "sign", "references"],
    &["workspace"],
    &["compile"],
    &["expectation", "explain"],
    &["exposure"],
    &["contract", "release", "readiness"],
    &["plan"],
    &["constancy", "owners"],
    &["staleness"],
    &["diff"],
    &["retire"],
    &["rule"],
    &["rules"],
    &["report", "import", "init", "deployed"],
    &["ops"],
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn floors() -> BTreeMap<&'static str, usize> {
    FLOORS.iter().flat_map(|floor| floor.iter()).enumerate().map(|(height, name)| (*name, height)).collect()
}

/// The module of the library that a file belongs to.
fn module_of(src: &Path, file: &Path) -> String {
    let relative = file.strip_prefix(src).unwrap();
    let first = relative.components().next().unwrap().as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

#[test]
fn modules_import_downward_only() {
    let src = root().join("src");
    let floors = floors();
    let mut wrong = Vec::new();
    for file in rust_files(&src) {
        let module = module_of(&src, &file);
        if matches!(module.as_str(), "lib" | "main" | "cli") {
            continue;
        }
        let height = floors
            .get(module.as_str())
            .unwrap_or_else(|| panic!("`{module}` is on no floor: add it to FLOORS"));
        for line in fs::read_to_string(&file).unwrap().lines() {
            let code = line.split("//").next().unwrap_or_default();
            for named in code.split("crate::").skip(1) {
                let name: String =
                    named.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                let Some(other) = floors.get(name.as_str()) else { continue };
                if other > height {
                    wrong.push(format!("{}: {module} names {name}, which lies above it", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "imports that lead upward:\n{}", wrong.join("\n"));
}

#[test]
fn every_module_of_the_library_is_on_a_floor() {
    let floors = floors();
    let library = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    for line in library.lines() {
        if let Some(name) = line.strip_prefix("pub mod ") {
            let name = name.trim_end_matches(';');
            assert!(floors.contains_key(name), "`{name}` is on no floor");
        }
    }
}

#[test]
fn only_the_command_line_prints_and_reads_the_environment_and_the_clock() {
    let src = root().join("src");
    let forbidden = [
        "println!",
        "eprintln!",
        "std::env::var",
        "env::args",
        "SystemTime::now",
        "Instant::now",
        "Timestamp::now",
        "process::exit",
    ];
    let mut wrong = Vec::new();
    for file in rust_files(&src) {
        if module_of(&src, &file) == "cli" {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        wrong.extend(
            forbidden
                .iter()
                .filter(|word| code.contains(**word))
                .map(|word| format!("{}: {word}", file.display())),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_stay_small() {
    let folders = ["src", "crates/flagc-runtime/src", "crates/xtask/src"];
    let files = folders.iter().flat_map(|folder| rust_files(&root().join(folder)));
    let long: Vec<String> = files
        .map(|file| (fs::read_to_string(&file).unwrap().lines().count(), file))
        .filter(|(lines, _)| *lines > 400)
        .map(|(lines, file)| format!("{} has {lines} lines", file.display()))
        .collect();
    assert!(long.is_empty(), "a second room may be hiding in each of these:\n{}", long.join("\n"));
}

#[test]
fn only_one_file_names_git2_and_one_names_miette() {
    let src = root().join("src");
    for (library, home) in [("git2::", "history"), ("miette::", "report/human.rs")] {
        for file in rust_files(&src) {
            let relative = file.strip_prefix(&src).unwrap().to_string_lossy().into_owned();
            let at_home = relative.starts_with(home);
            let names = fs::read_to_string(&file).unwrap().contains(library);
            assert!(at_home || !names, "{relative} names {library}, whose only place is {home}");
        }
    }
}

#[test]
fn the_runtime_links_nothing_heavy() {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["tree", "--package", "flagc-runtime", "--edges", "normal", "--prefix", "none", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    assert!(tree.contains("serde_json"), "the tree was not read:\n{tree}");
    for heavy in ["git2", "miette", "clap", "jsonschema", "schemars", "petgraph", "toml", "tokio", "rayon"] {
        let named = tree.lines().any(|line| line.split(' ').next() == Some(heavy));
        assert!(!named, "flagc-runtime links {heavy}");
    }
}
