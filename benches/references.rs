//! How long it takes to find 2,000 keys in 480 MB of source: `cargo bench --bench references` prints the least of three runs
//! of the whole scan, classes included, beside `rg -F -f KEYS` (ripgrep) on the same tree, if it is there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use flagc::references::{Source, scan};

const KEYS: usize = 2_000;
const BYTES: usize = 480 << 20;
const FILE: usize = 16 << 10;
const RUNS: usize = 3;

/// Numbers that look random and are the same in every run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }
}

const WORDS: &[&str] = &[
    "order", "payment", "checkout", "customer", "request", "response", "handler", "context", "service",
    "client", "return", "const", "value", "status", "error", "result", "items", "total", "price", "logger",
];

fn key(number: usize) -> String {
    format!("{}-{}-{number}", WORDS[number % WORDS.len()], WORDS[(number / 7) % WORDS.len()])
}

/// A file of about [`FILE`] bytes; one in twenty reads a flag.
fn source(random: &mut Numbers, number: usize) -> String {
    let mut text = String::with_capacity(FILE + 200);
    text.push_str("import { client } from './flags';\n\n");
    while text.len() < FILE {
        let mut word = || WORDS[random.below(WORDS.len())];
        let (a, b, c, d) = (word(), word(), word(), word());
        let _ = write!(
            text,
            "export function {a}{b}{number}({c}: string) {{\n  // {a} of the {d}, as the {b} says\n  const {d}{a} = {c} + '{b} {a}';\n  \
             return {d}{a}.length > {} ? {c} : '{c}-{d}';\n}}\n\n",
            text.len()
        );
    }
    if number.is_multiple_of(20) {
        let _ = writeln!(
            text,
            "export const on = () => client.getBooleanValue('{}', false);",
            key(number % KEYS)
        );
    }
    text
}

fn generate(folder: &Path) -> usize {
    let mut random = Numbers(42);
    let (mut bytes, mut number) = (0, 0);
    while bytes < BYTES {
        let text = source(&mut random, number);
        bytes += text.len();
        let place = folder.join(format!("src/area{}", number % 200));
        std::fs::create_dir_all(&place).unwrap();
        std::fs::write(place.join(format!("file{number}.ts")), text).unwrap();
        number += 1;
    }
    number
}

fn least(mut run: impl FnMut() -> Duration) -> f64 {
    (0..RUNS).map(|_| run()).min().unwrap().as_secs_f64()
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let files = generate(folder.path());
    let keys: Vec<String> = (0..KEYS).map(key).collect();
    let names: Vec<&str> = keys.iter().map(String::as_str).collect();
    let patterns = folder.path().join("keys");
    std::fs::write(&patterns, keys.join("\n")).unwrap();
    let source =
        Source { service: "shop".to_owned(), shown: "src".to_owned(), path: folder.path().join("src") };
    let ours = least(|| {
        let start = Instant::now();
        let found = scan(std::slice::from_ref(&source), &names, Path::new("/nowhere")).unwrap();
        assert!(found.references.len() >= files / 20);
        start.elapsed()
    });
    println!("{KEYS} keys, {files} files, {} MB; seconds, least of {RUNS}", BYTES >> 20);
    println!("flagc, with classes {ours:6.2}");
    let ripgrep = || {
        let start = Instant::now();
        let status = Command::new("rg")
            .args(["--fixed-strings", "--line-number", "--file"])
            .arg(&patterns)
            .arg(folder.path().join("src"))
            .stdout(Stdio::null())
            .status();
        status.map(|_| start.elapsed())
    };
    match ripgrep() {
        Ok(_) => {
            let theirs = least(|| ripgrep().unwrap());
            println!("rg -F -f            {theirs:6.2}   flagc takes {:4.2} of it", ours / theirs);
        }
        Err(_) => println!("ripgrep is not here"),
    }
}
