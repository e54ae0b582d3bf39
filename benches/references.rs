//! How long it takes to find 2,000 keys in 480 MB of source: `cargo bench --bench references` prints the least of three runs
//! of the whole scan, classes included, beside `rg -F -f KEYS` (ripgrep) on the same tree, if it is there. Keys that begin
//! in few ways are easier for ripgrep. Keys that are read by constants take a second look at every file here, and a second
//! run of ripgrep, for the constants' names, to find as much.

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

/// How the keys look, and how they are read.
#[derive(Clone, Copy)]
struct Shape {
    name: &'static str,
    begins_alike: bool,
    in_camel_case: bool,
    by_constants: bool,
}

const MANY: Shape = Shape {
    name: "keys that begin in many ways",
    begins_alike: false,
    in_camel_case: false,
    by_constants: false,
};

const SHAPES: [Shape; 4] = [
    Shape { name: "keys that begin with one of twenty words", begins_alike: true, ..MANY },
    MANY,
    Shape { name: "keys in camel case", begins_alike: true, in_camel_case: true, ..MANY },
    Shape { name: "keys that begin in many ways, read by constants", by_constants: true, ..MANY },
];

fn key(shape: Shape, number: usize) -> String {
    let (first, second) = (WORDS[number % WORDS.len()], WORDS[(number / 7) % WORDS.len()]);
    if shape.in_camel_case {
        return format!("{first}{}{}{number}", second[..1].to_uppercase(), &second[1..]);
    }
    if shape.begins_alike {
        return format!("{first}-{second}-{number}");
    }
    let letter = |at: usize| char::from(b'a' + u8::try_from(at % 26).unwrap());
    format!("{}{}{first}-{second}-{number}", letter(number), letter(number / 26))
}

/// A file of about [`FILE`] bytes; one in twenty reads a flag.
fn source(shape: Shape, random: &mut Numbers, number: usize) -> String {
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
        let key = key(shape, number % KEYS);
        let key = if shape.by_constants { format!("Flags.{}", constant(&key)) } else { format!("'{key}'") };
        let _ = writeln!(text, "export const on = () => client.getBooleanValue({key}, false);");
    }
    text
}

fn constant(key: &str) -> String {
    key.to_uppercase().replace('-', "_")
}

fn generate(shape: Shape, folder: &Path) -> usize {
    let mut random = Numbers(42);
    let (mut bytes, mut number) = (0, 0);
    std::fs::create_dir_all(folder.join("src")).unwrap();
    if shape.by_constants {
        let entry = |number| (constant(&key(shape, number)), key(shape, number));
        let entries = (0..KEYS).map(entry).map(|(name, key)| format!("  {name}: '{key}',\n"));
        let table = format!("export const Flags = {{\n{}}};\n", entries.collect::<String>());
        std::fs::write(folder.join("src/flags.ts"), table).unwrap();
    }
    while bytes < BYTES {
        let text = source(shape, &mut random, number);
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
    for shape in SHAPES {
        measure(shape);
    }
}

fn measure(shape: Shape) {
    let folder = tempfile::tempdir().unwrap();
    let files = generate(shape, folder.path());
    let keys: Vec<String> = (0..KEYS).map(|number| key(shape, number)).collect();
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
    println!("{}: {KEYS} keys, {files} files, {} MB; seconds, least of {RUNS}", shape.name, BYTES >> 20);
    println!("flagc, with classes {ours:6.2}");
    if ripgrep(&patterns, folder.path()).is_err() {
        println!("ripgrep is not here");
        return;
    }
    let theirs = least(|| ripgrep(&patterns, folder.path()).unwrap());
    println!("rg -F -f            {theirs:6.2}   flagc takes {:4.2} of it", ours / theirs);
    if shape.by_constants {
        let constants: Vec<String> = keys.iter().map(|key| constant(key)).collect();
        std::fs::write(&patterns, constants.join("\n")).unwrap();
        let both = theirs + least(|| ripgrep(&patterns, folder.path()).unwrap());
        println!("and for the names   {both:6.2}   flagc takes {:4.2} of it", ours / both);
    }
}

fn ripgrep(patterns: &Path, folder: &Path) -> std::io::Result<Duration> {
    let start = Instant::now();
    let status = Command::new("rg")
        .args(["--fixed-strings", "--line-number", "--file"])
        .arg(patterns)
        .arg(folder.join("src"))
        .stdout(Stdio::null())
        .status();
    status.map(|_| start.elapsed())
}
