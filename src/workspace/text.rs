//! What can be wrong with a text before it is TOML, and how the parser's problems become findings.

use crate::finding::{Finding, RuleId};
use crate::source::{FileId, Place, Span};
use crate::syntax::{Problem, ProblemKind};

/// The finding for a text with merge-conflict markers: nothing else can be said about such a file.
pub fn merge_conflict(text: &str, file: FileId) -> Option<Finding> {
    // Nearly no file has one: this is quicker than to look at every line.
    let has = |sign: &[u8]| memchr::memmem::find(text.as_bytes(), sign).is_some();
    if !has(b"<<<<<<< ") && !has(b">>>>>>> ") {
        return None;
    }
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ") {
            let span = Span::new(offset, offset + line.trim_end().len());
            let finding = Finding::new(
                RuleId("merge-conflict"),
                file,
                span,
                "the file has an unresolved merge conflict",
            );
            return Some(
                finding.label("left by a merge").help("resolve the conflict and remove the marker lines"),
            );
        }
        offset += line.len();
    }
    None
}

/// Findings for characters that change how a text looks without changing what it says.
pub fn bidi_controls(text: &str, file: FileId) -> Vec<Finding> {
    if text.is_ascii() {
        return Vec::new();
    }
    let controls = text.char_indices().filter(|(_, c)| is_bidi_control(*c));
    let findings = controls.map(|(offset, c)| {
        let span = Span::new(offset, offset + c.len_utf8());
        let message =
            format!("an invisible character (U+{:04X}) changes the direction of the text", u32::from(c));
        Finding::new(RuleId("bidi-control"), file, span, message)
            .label("here")
            .help("remove it: a reviewer sees another text than the compiler")
    });
    findings.collect()
}

fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// The finding for a problem of the parser.
pub fn problem(problem: &Problem, file: FileId, text: &str) -> Finding {
    let span = problem.span;
    match &problem.kind {
        ProblemKind::Syntax { message, expected, .. } => {
            let finding = Finding::new(RuleId("syntax-error"), file, visible(span, text), message.clone());
            let finding = match expected {
                Some(expected) => finding.label(format!("expected {expected}")),
                None => finding.label("here"),
            };
            match syntax_help(message) {
                Some(help) => finding.help(help),
                None => finding,
            }
        }
        ProblemKind::Duplicate { key, first } => {
            Finding::new(RuleId("duplicate-key"), file, span, format!("`{key}` is defined twice"))
                .label("again here")
                .help("keep one of the two")
                .related(Place { file, span: *first }, "first defined here")
        }
        ProblemKind::NumberRange { text } => {
            let message = format!("`{text}` is not a number that every JSON reader keeps exactly");
            Finding::new(RuleId("number-out-of-range"), file, span, message).help(
                "use a finite number; an integer between -9007199254740991 and 9007199254740991, or a string",
            )
        }
        ProblemKind::Newer { what } => {
            let message = format!("{what} is TOML 1.1, which many editors and tools do not read yet");
            Finding::new(RuleId("newer-toml"), file, visible(span, text), message)
                .help("write it the TOML 1.0 way")
        }
    }
}

/// What to do about the parser's most frequent complaints, by its words; others have their label alone.
fn syntax_help(message: &str) -> Option<&'static str> {
    match message {
        "string values must be quoted" => {
            Some("put text in quotes; numbers, dates, `true` and `false` stand without")
        }
        "a value is missing" => Some("write a value behind the `=`"),
        "invalid basic string" | "invalid literal string" => Some("close the quote on the same line"),
        "invalid unquoted key" | "key with no value" | "unquoted keys cannot be empty" => {
            Some("a line is written `key = value`")
        }
        "unclosed table" | "unclosed array of tables" => Some("close the header's bracket"),
        "unclosed array" => Some("close the list with `]`"),
        "missing key for inline table element" => Some("close the table with `}` where it ends"),
        "unexpected key or value" => Some("write one key on a line; only a comment may follow, behind `#`"),
        "invalid boolean" => Some("write `true` or `false`, in lower case"),
        "missing escaped value" => Some("write `\\\\` for a backslash, or put the text in single quotes"),
        _ => None,
    }
}

/// An empty span, or one of a line break, is moved onto the character before it, so that something can be underlined.
fn visible(span: Span, text: &str) -> Span {
    let covered = text.get(span.range()).unwrap_or_default();
    if !covered.trim().is_empty() {
        return span;
    }
    let before = text.get(..span.start as usize).unwrap_or_default();
    match before.char_indices().next_back() {
        Some((start, c)) if c != '\n' => Span::new(start, start + c.len_utf8()),
        Some(_) | None => span,
    }
}
