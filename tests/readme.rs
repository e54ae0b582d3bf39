//! The console blocks of the README and of the pages in `docs/` are run, in their order, on a copy of the sample
//! workspace, and say what they say there. `SNAPSHOTS=overwrite cargo test --test readme` writes down what is said now.

#![cfg(unix)]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod transcript;

use std::fs;
use std::path::Path;

use transcript::{Repository, Show, compare};

/// The binary that this test was built with stands in for the one that cargo would build.
fn built(line: &str) -> String {
    line.replace("cargo run --release -- ", "flagc ")
}

/// Replays a page in a repository of its own.
fn replay(file: &Path) -> Result<usize, String> {
    let page = fs::read_to_string(file).unwrap();
    let repository = Repository::new();
    let mut said = String::new();
    let mut commands = 0;
    for (index, part) in page.split_inclusive("```").enumerate() {
        // Inside a block, `part` begins with the name of its language and ends with the marks that close it.
        let block = part.strip_suffix("```").and_then(|block| block.strip_prefix("console\n"));
        match block.filter(|_| index % 2 == 1) {
            None => said.push_str(part),
            Some(block) => {
                commands += block.matches("$ ").count();
                said.push_str("console\n");
                said.push_str(&repository.replay(block, Show::Terminal, |line| Some(built(line))));
                said.push_str("```");
            }
        }
    }
    compare(said, file).map(|()| commands)
}

#[test]
fn console_blocks_say_what_the_commands_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages: Vec<_> =
        fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    pages.push(root.join("README.md"));
    let replayed: Vec<Result<usize, String>> = pages.iter().map(|page| replay(page)).collect();
    let differences: Vec<&str> =
        replayed.iter().filter_map(|page| Some(page.as_ref().err()?.as_str())).collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    let commands: usize = replayed.into_iter().flatten().sum();
    assert!(commands > 8, "the blocks were not found");
}
