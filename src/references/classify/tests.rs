//! What is told at a glance is what the grammar says.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;

use proptest::prelude::*;

use super::calls::{CAMEL, SNAKE};
use super::facts::study;
use super::glance::{glance, glance_at_uses};
use super::language::Language;
use super::node::parse;
use super::uses::study_uses;
use super::{Call, Class, FileFacts, Hit, Key};

const LANGUAGES: [(Language, &str); 9] = [
    (Language::Java, "a.java"),
    (Language::Kotlin, "a.kt"),
    (Language::Go, "a.go"),
    (Language::Python, "a.py"),
    (Language::TypeScript, "a.ts"),
    (Language::Tsx, "a.tsx"),
    (Language::Rust, "a.rs"),
    (Language::CSharp, "a.cs"),
    (Language::Ruby, "a.rb"),
];

/// References and calls, without the scopes, which only matter to names.
fn told(facts: &FileFacts) -> (Vec<(Hit, Class)>, Vec<Call>) {
    let mut references = facts.references.clone();
    references.sort();
    let calls = facts.calls.iter().map(|call| Call { scopes: Vec::new(), ..call.clone() }).collect();
    (references, calls)
}

fn markers(text: &str) -> Vec<usize> {
    let mut markers: Vec<usize> =
        CAMEL.iter().chain(SNAKE).flat_map(|marker| text.match_indices(marker).map(|(at, _)| at)).collect();
    markers.sort_unstable();
    markers
}

/// Compares both ways of reading one mention, and of all; whether a glance was enough.
fn agrees(language: Language, file: &str, text: &str, hits: &[Hit]) -> bool {
    let markers = markers(text);
    let Some(glanced) = glance(language, file, text, hits, &markers) else { return false };
    let studied = study(language, file, text, hits, &markers);
    assert_eq!(told(&glanced), told(&studied), "{file}: {text}");
    for call in &glanced.calls {
        let Key::Name(path) = &call.key else { continue };
        assert!(studied.declarations.iter().all(|declared| declared.name != path.name), "{file}: {text}");
    }
    true
}

/// Compares both ways of reading where a name is used.
fn agrees_on_uses(language: Language, file: &str, text: &str, name: &str) {
    let wanted = BTreeSet::from([name]);
    let at: Vec<usize> = text.match_indices(name).map(|(at, _)| at).collect();
    let Some(mut glanced) = glance_at_uses(language, text, &at) else { return };
    let (mut studied, declared) = study_uses(language, text, &wanted, &at);
    for used in glanced.iter_mut().chain(&mut studied) {
        used.scopes.clear();
    }
    assert_eq!((glanced, Vec::new()), (studied, declared), "{file}: {text}");
}

/// Whatever is between quotes, and the words of comments, taken for keys.
fn mentions(text: &str) -> Vec<Hit> {
    let of_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut hits = Vec::new();
    let mut at = 0;
    for piece in text.split_inclusive(|c: char| !of_key(c)) {
        let word = piece.trim_end_matches(|c: char| !of_key(c));
        if word.len() > 2 && word.starts_with(|c: char| c.is_ascii_alphabetic()) {
            hits.push(Hit { start: at, end: at + word.len(), flag: 0 });
        }
        at += piece.len();
    }
    hits
}

/// One word after the other is taken for a key: how many were, and of how many a glance told.
fn compare(folder: &Path, seen: &mut (usize, usize)) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() && !path.is_symlink() {
            compare(&path, seen);
            continue;
        }
        let name = path.to_str().unwrap_or_default();
        let (Some(language), Ok(text)) = (Language::of(name), std::fs::read_to_string(&path)) else {
            continue;
        };
        let whole = parse(language, &text).is_some_and(|parsed| !parsed.tree.root_node().has_error());
        if !whole || text.len() > 100_000 {
            continue;
        }
        for name in text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect::<BTreeSet<_>>() {
            // Such a name is part of no longer one, here.
            let is_alone = |(at, _): (usize, &str)| {
                let of_name = |c: char| c.is_alphanumeric() || c == '_';
                !text[..at].ends_with(of_name) && !text[at + name.len()..].starts_with(of_name)
            };
            if name.len() > 3 && text.match_indices(name).all(is_alone) {
                agrees_on_uses(language, path.to_str().unwrap_or_default(), &text, name);
            }
        }
        // Each is asked about on its own, and all at once of the grammar, which takes longer.
        let hits = mentions(&text);
        let markers = markers(&text);
        let (classes, calls) = told(&study(language, name, &text, &hits, &markers));
        for hit in hits {
            // The rest is words of code, which a glance says nothing of.
            let is_quoted = text[..hit.start].ends_with(['"', '\'', '`', ' ']);
            let glanced = glance(language, name, &text, &[hit], &markers).filter(|_| is_quoted);
            seen.0 += usize::from(is_quoted);
            if let Some(facts) = glanced {
                seen.1 += 1;
                let class = classes.iter().find(|(known, _)| *known == hit).map(|(_, class)| (hit, *class));
                let expected = (class.into_iter().collect(), calls.clone());
                assert_eq!(told(&facts), expected, "{name}: {}", &text[hit.start..hit.end]);
            }
        }
    }
}

#[test]
fn a_glance_says_what_the_grammar_says_of_the_samples() {
    let mut seen = (0, 0);
    compare(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/references/code"), &mut seen);
    assert!(seen.1 > 20, "{seen:?}");
}

#[test]
#[ignore = "reads what code there is in target/code"]
fn a_glance_says_what_the_grammar_says_of_real_code() {
    let mut seen = (0, 0);
    compare(&Path::new(env!("CARGO_MANIFEST_DIR")).join("target/code"), &mut seen);
    assert!(seen.1 > 0, "{seen:?}");
}

const PIECES: &[&str] = &[
    "client.getBooleanValue(\"a-key\", false)",
    "client.getBooleanValue('a-key', false)",
    "ofClient.BooleanValue(ctx, \"a-key\", false, x)",
    "client.get_boolean_value(flag_key=\"a-key\", default_value=False)",
    "client.fetch_boolean_value(flag_key: 'a-key', default_value: false)",
    "client.getStringValue(\"other\", \"a-key\")",
    "client.getStringValue(\"a-key\" + x, y)",
    "client.getStringValue(Flags.NAME, x)",
    "client.getBooleanValue(a.Flags.NAME, false)",
    "client.getBooleanValue(this.NAME, false)",
    "client.getBooleanValue(NAME, false)",
    "client.getBooleanValue(Flags.NAME.key, false)",
    "ofClient.BooleanValue(ctx, flags.NAME, false, x)",
    "client.get_boolean_value(Flags.NAME, False)",
    "client.fetch_boolean_value(flag_key: Flags.NAME, default_value: false)",
    "Flags.NAME = x",
    "NAME = y",
    "log(Flags.NAME)",
    "log(\"NAME ${Flags.NAME}\")",
    "// NAME",
    "client.getStringValue(name, \"a-key\")",
    "client\n  .getStringValue(\"a-key\", x)",
    "useBooleanFlagValue('a-key', true)",
    "getBooleanValue(\"a-key\", x)",
    "row.getStringValue(\"a-key\", x)",
    "log(\"a-key\")",
    "x = \"a-key\"",
    "x = 'c'",
    "x = '\"'",
    "x = '\\''",
    "x = '\\\"'",
    "x = \"//\"",
    "x = \"/*\"",
    "x = \"#\"",
    "x = \"\\\"\"",
    "x = `a \" b`",
    "x = `${y} a-key`",
    "x = \"${y(\"a-key\")}\"",
    "x = $\"{y[\"a-key\"]}\"",
    "x = f\"{y} a-key\"",
    "x = r\"\\\"",
    "x = r#\"\"a-key\"#",
    "x = @\"\\\"",
    "x = \"\"\"a \" a-key\"\"\"",
    "x = \"#{y[\"a-key\"]}\"",
    "x = %w[a-key \" ]",
    "x = <<~A\n  \" a-key\nA\n",
    "x = /[\"']/",
    "x = y / z",
    "<p>Don't a-key</p>",
    "// a-key isn't",
    "# a-key isn't",
    "/* a-key isn't */",
    "/* /* a-key */",
    "f::<'a>(x)",
    "import openfeature",
    ";",
    "\n",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn a_glance_says_what_the_grammar_says(
        pieces in proptest::collection::vec((0..PIECES.len(), prop_oneof![Just("\n"), Just("\n"), Just(" "), Just(";\n")]), 1..6),
    ) {
        let text: String = pieces.iter().flat_map(|(piece, end)| [PIECES[*piece], end]).collect();
        let hits: Vec<Hit> =
            text.match_indices("a-key").map(|(at, _)| Hit { start: at, end: at + 5, flag: 0 }).collect();
        for (language, file) in LANGUAGES {
            let is_whole = parse(language, &text).is_some_and(|parsed| !parsed.tree.root_node().has_error());
            if is_whole {
                for hit in &hits {
                    agrees(language, file, &text, &[*hit]);
                }
                agrees(language, file, &text, &hits);
                agrees_on_uses(language, file, &text, "NAME");
            }
        }
    }
}
