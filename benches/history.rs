//! How long it takes to find out since when flags serve what they serve: a repository of 2,000 flags and 20,000 commits,
//! with flags in folders of a hundred and with all of them in one. `cargo bench --bench history` prints the least of
//! five runs beside the least that Git needs to read the same: `git log --raw --first-parent`, and the changed files
//! through `git cat-file --batch`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use flagc::constancy::Extent;
use flagc::ops::past::{AsOf, past};

const FLAGS: usize = 2_000;
const COMMITS: usize = 20_000;
const RUNS: usize = 5;

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

const SETTINGS: &str = "project = \"bench\"\nenvironments = [{ name = \"dev\" }, { name = \"staging\" }, { name = \
                        \"production\", critical = true }]\n[context.tier]\ntype = \"string\"\nvalues = [\"free\", \
                        \"pro\"]\n[context.country]\ntype = \"string\"\n";

/// A flag of about a kilobyte; `version` moves its words, `state` what it serves.
fn flag(number: usize, version: usize, state: usize) -> String {
    let serve = ["\"off\"", "{ on = 25 }", "\"on\""][state % 3];
    let rules = if number.is_multiple_of(3) {
        "[[environments.production.rules]]\nname = \"paying users first\"\nif = { tier = \"pro\", country = [\"AU\", \
         \"DE\", \"US\"] }\nserve = \"on\"\n[[environments.production.rules]]\nname = \"friends\"\nif = { segment = \
         \"staff\" }\nserve = { on = 50 }\n"
    } else {
        ""
    };
    let requires =
        if number % 10 == 9 { format!("[requires]\nflag-{} = \"on\"\n", number - 1) } else { String::new() };
    format!(
        "#:schema ../../schemas/flag.schema.json\ndescription = \"Change number {number} of the shop, in its version \
         {version}\"\nkind = \"release\"\nowner = \"team-{}\"\ncreated = 2024-05-{:02}\nlinks = \
         [\"https://issues.example.com/SHOP-{number}\"]\n\nserve = \"off\"\n\n[environments.dev]\nserve = \
         \"on\"\n\n[environments.production]\nserve = {serve}\n{rules}{requires}[services]\nfrontend = {{ on = \
         \">=5.{}.0\" }}\norders = {{ on = \">=1.8.0\" }}\n",
        number % 12,
        number % 28 + 1,
        number % 9,
    )
}

fn generate(folder: &Path, path_of: &dyn Fn(usize) -> String) {
    git(folder, &["init", "-q", "-b", "main"]);
    let mut import = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["fast-import", "--quiet"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = std::io::BufWriter::new(import.stdin.take().unwrap());
    let (mut random, mut time) = (Numbers(42), 1_500_000_000);
    let mut alive: Vec<(usize, usize)> = Vec::new();
    for commit in 0..COMMITS {
        let mut files = Vec::new();
        if commit == 0 {
            files.push(("flagc.toml".to_owned(), SETTINGS.to_owned()));
        }
        if commit % 400 == 0 {
            let staff =
                format!("# {commit}\ndescription = \"Staff\"\nowner = \"it\"\n[if]\ncountry = \"DE\"\n");
            files.push(("segments/staff.toml".to_owned(), staff));
        }
        if alive.len() < FLAGS && (commit % (COMMITS / FLAGS) == 0) {
            alive.push((0, 0));
            files.push((path_of(alive.len() - 1), flag(alive.len() - 1, 0, 0)));
        }
        for _ in 0..=usize::from(random.below(4) == 0) {
            let number = random.below(alive.len());
            let (version, state) = &mut alive[number];
            *version += 1;
            *state += usize::from(random.below(3) == 0);
            files.push((path_of(number), flag(number, *version, *state)));
        }
        time += 600 + random.below(30_000);
        write!(pipe, "commit refs/heads/main\ncommitter t <t@example.com> {time} +0000\ndata 1\nx\n")
            .unwrap();
        for (path, text) in files {
            write!(pipe, "M 100644 inline {path}\ndata {}\n{text}\n", text.len()).unwrap();
        }
    }
    pipe.flush().unwrap();
    drop(pipe);
    assert!(import.wait().unwrap().success());
    git(folder, &["checkout", "-q", "main"]);
    git(folder, &["gc", "-q"]);
}

fn git(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("git").arg("-C").arg(folder).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// What Git needs to name all changes and to hand out every changed file once.
fn read_with_git(folder: &Path) -> Duration {
    let start = Instant::now();
    let log = git(folder, &["log", "--raw", "--first-parent", "--no-abbrev", "--format=%H", "--", "."]);
    let named = start.elapsed();
    let text = String::from_utf8(log).unwrap();
    let changes = text.lines().filter_map(|line| line.strip_prefix(':'));
    let blobs: BTreeSet<&str> = changes.filter_map(|line| line.split(' ').nth(3)).collect();
    let asked = blobs.into_iter().collect::<Vec<_>>().join("\n") + "\n";
    let start = Instant::now();
    let mut child = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || pipe.write_all(asked.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.stdout.len() > 1_000_000);
    named + start.elapsed()
}

fn forget(folder: &Path) {
    let _ = std::fs::remove_dir_all(folder.join(".git/flagc"));
}

fn ask(folder: &Path, extent: Extent) -> Duration {
    let start = Instant::now();
    let past = past(folder, &AsOf::Now(2_000_000_000), extent).unwrap();
    assert_eq!(past.histories.len(), FLAGS);
    start.elapsed()
}

fn least(mut run: impl FnMut() -> Duration) -> f64 {
    (0..RUNS).map(|_| run()).min().unwrap().as_secs_f64() * 1e3
}

fn main() {
    println!(
        "{FLAGS} flags, {COMMITS} commits; milliseconds, least of {RUNS}; in brackets: times what Git needs"
    );
    for (name, folders) in [("folders of 100", 20), ("one folder", 1)] {
        let folder = tempfile::tempdir().unwrap();
        generate(folder.path(), &|number| match folders {
            1 => format!("flag-{number}.toml"),
            _ => format!("team-{}/flag-{number}.toml", number % folders),
        });
        let floor = least(|| read_with_git(folder.path()));
        let first = least(|| {
            forget(folder.path());
            ask(folder.path(), Extent::Present)
        });
        let again = least(|| ask(folder.path(), Extent::Present));
        println!("{name:15} git {floor:6.0}   first {first:6.0} ({:4.2})   again {again:6.0}", first / floor);
    }
}
