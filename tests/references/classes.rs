//! The classes, on code in eight languages. What is expected stands in the code itself, written by hand: `//@ read A` at
//! the end of a line, where A to E are the keys below.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use flagc::references::{Source, scan};

const KEYS: [(&str, &str); 5] = [
    ("A", "new-checkout"),
    ("B", "new-checkout-flow"),
    ("C", "dark_mode"),
    ("D", "pricing.tier"),
    ("E", "ads"),
];

/// Language, file, line, class, key (empty for calls).
type Mention = (String, String, usize, String, String);

fn code() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/references/code")
}

fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

fn expected(language: &str) -> BTreeSet<Mention> {
    let root = code().join(language);
    let mut paths = Vec::new();
    files(&root, &mut paths);
    let mut mentions = BTreeSet::new();
    for path in paths {
        let file = path.strip_prefix(&root).unwrap().display().to_string();
        for (index, line) in std::fs::read_to_string(&path).unwrap().lines().enumerate() {
            let Some((_, mark)) = line.rsplit_once("/@ ").or_else(|| line.rsplit_once("#@ ")) else {
                continue;
            };
            let words: Vec<&str> = mark.trim_end_matches(" */}").split_whitespace().collect();
            let mut rest = &words[..];
            while let Some((class, after)) = rest.split_first() {
                rest = after;
                let mut key = String::new();
                if !matches!(*class, "dynamic" | "undefined") {
                    let letter = rest[0];
                    rest = &rest[1..];
                    KEYS.iter().find(|(name, _)| *name == letter).unwrap().1.clone_into(&mut key);
                }
                mentions.insert((language.to_owned(), file.clone(), index + 1, (*class).to_owned(), key));
            }
        }
    }
    mentions
}

fn found(language: &str) -> BTreeSet<Mention> {
    let source = Source { service: language.to_owned(), shown: String::new(), path: code().join(language) };
    let keys: Vec<&str> = KEYS.iter().map(|(_, key)| *key).collect();
    let scan = scan(&[source], &keys, Path::new("/nowhere")).unwrap();
    let mention = |place: &flagc::references::Place, class: &str, key: &str| {
        let file = place.file.trim_start_matches('/').to_owned();
        (language.to_owned(), file, place.line, class.to_owned(), key.to_owned())
    };
    let references =
        scan.references.iter().map(|found| mention(&found.place, found.class.as_str(), &found.flag));
    let undefined = scan.undefined.iter().map(|found| mention(&found.place, "undefined", ""));
    let dynamic = scan.dynamic.iter().map(|place| mention(place, "dynamic", ""));
    references.chain(undefined).chain(dynamic).collect()
}

#[test]
fn every_mention_in_eight_languages_has_its_class() {
    let languages = ["csharp", "go", "java", "kotlin", "python", "ruby", "rust", "typescript"];
    let expected: BTreeSet<Mention> = languages.iter().flat_map(|language| expected(language)).collect();
    let found: BTreeSet<Mention> = languages.iter().flat_map(|language| found(language)).collect();
    let mut classes: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    for mention in expected.union(&found) {
        let counts = classes.entry(&mention.3).or_default();
        counts.0 += usize::from(expected.contains(mention) && found.contains(mention));
        counts.1 += usize::from(found.contains(mention));
        counts.2 += usize::from(expected.contains(mention));
    }
    for (class, (right, found, expected)) in &classes {
        println!("{class:<10} precision {right}/{found}   recall {right}/{expected}");
    }
    let missed: Vec<_> = expected.difference(&found).collect();
    let wrong: Vec<_> = found.difference(&expected).collect();
    assert!(expected.len() > 90, "{}", expected.len());
    assert!(missed.is_empty() && wrong.is_empty(), "missed:\n{missed:#?}\nwrong:\n{wrong:#?}");
}
