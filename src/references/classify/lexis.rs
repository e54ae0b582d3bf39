//! Where comments and texts stand in code, read without a grammar. Whatever cannot be told that way for certain ends the
//! reading: a grammar has to be asked then.

use std::ops::Range;

use super::language::Language;

/// A comment, a text or a character, with its marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) is_comment: bool,
    pub(super) range: Range<usize>,
    /// How long the quotes of a text are on each side, in bytes; 0 where it is none.
    pub(super) quotes: usize,
}

/// The comments and texts of a file, in order, that begin before `until`; `None` where that is not certain.
pub(super) fn regions(language: Language, text: &str, until: usize) -> Option<Vec<Region>> {
    let bytes = text.as_bytes();
    let marks = marks(language);
    let mut regions = Vec::new();
    let mut at = 0;
    while let Some(found) = bytes.get(at..until.min(bytes.len())).and_then(|rest| next(rest, &marks)) {
        at += found;
        at = match read(language, bytes, at)? {
            Read::Sign(length) => at + length,
            Read::Region(region) => {
                let end = region.range.end;
                regions.push(region);
                end
            }
        };
    }
    Some(regions)
}

/// What stands where a comment or a text might begin.
enum Read {
    /// Something else, of this length.
    Sign(usize),
    Region(Region),
}

fn next(bytes: &[u8], marks: &[bool; 256]) -> Option<usize> {
    bytes.iter().position(|byte| marks[usize::from(*byte)])
}

/// The bytes at which something may begin.
fn marks(language: Language) -> [bool; 256] {
    let marks: &[u8] = match language {
        Language::CSharp | Language::Rust => b"\"'/",
        Language::TypeScript | Language::Tsx => b"\"'/`",
        Language::Java | Language::Kotlin | Language::Go => b"\"'/`#",
        Language::Python => b"\"'#",
        Language::Ruby => b"\"'#/`%<?=_",
    };
    let mut table = [false; 256];
    for mark in marks {
        table[usize::from(*mark)] = true;
    }
    table
}

fn read(language: Language, bytes: &[u8], at: usize) -> Option<Read> {
    match bytes[at] {
        b'/' => slash(language, bytes, at),
        b'#' => {
            matches!(language, Language::Python | Language::Ruby).then(|| comment(at, line_end(bytes, at)))
        }
        b'\'' => quote(language, bytes, at),
        b'"' => text(language, bytes, at),
        b'`' => backtick(language, bytes, at),
        _ => ruby(bytes, at),
    }
}

fn comment(start: usize, end: usize) -> Read {
    Read::Region(Region { is_comment: true, range: start..end, quotes: 0 })
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |length| at + length)
}

pub(super) fn of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// A comment or a division. Expressions of patterns, and markup, are not read.
fn slash(language: Language, bytes: &[u8], at: usize) -> Option<Read> {
    let after = bytes.get(at + 1).copied();
    if language == Language::Ruby {
        let is_division = at > 0 && bytes[at - 1] == b' ' && after == Some(b' ');
        return is_division.then_some(Read::Sign(1));
    }
    match after {
        Some(b'/') => return Some(comment(at, line_end(bytes, at))),
        Some(b'*') => {
            let end = at + 2 + memchr::memmem::find(&bytes[at + 2..], b"*/")?;
            let nests = matches!(language, Language::Rust | Language::Kotlin);
            let is_nested = nests && memchr::memmem::find(&bytes[at + 2..end], b"/*").is_some();
            return (!is_nested).then(|| comment(at, end + 2));
        }
        Some(_) | None => {}
    }
    if !matches!(language, Language::TypeScript | Language::Tsx) {
        return Some(Read::Sign(1));
    }
    let before = bytes[..at].trim_ascii_end();
    let word = before.iter().rev().take_while(|byte| of_name(**byte)).count();
    let is_value = match &before[before.len() - word..] {
        b"" => before.ends_with(b")") || before.ends_with(b"]"),
        b"return" | b"typeof" | b"case" | b"in" | b"of" | b"do" | b"else" | b"void" | b"delete"
        | b"throw" | b"new" | b"await" | b"yield" => false,
        _ => true,
    };
    (is_value && after != Some(b'>')).then_some(Read::Sign(1))
}

/// A text, a character, or the name of a lifetime.
fn quote(language: Language, bytes: &[u8], at: usize) -> Option<Read> {
    match language {
        Language::Python | Language::Ruby | Language::TypeScript | Language::Tsx => text(language, bytes, at),
        Language::Java | Language::Kotlin | Language::Go | Language::CSharp => character(bytes, at),
        Language::Rust => match bytes.get(at + 1..)? {
            [b'\\', ..] => character(bytes, at),
            [b'\'' | b'\n', ..] | [] => None,
            [first, rest @ ..] => {
                let more = rest.iter().take_while(|byte| (0x80..0xc0).contains(*byte)).count();
                let is_character = rest.get(if first.is_ascii() { 0 } else { more }) == Some(&b'\'');
                if is_character { character(bytes, at) } else { Some(Read::Sign(1)) }
            }
        },
    }
}

/// The longest character: `'\u{10ffff}'`.
const CHARACTER: usize = 12;

fn character(bytes: &[u8], at: usize) -> Option<Read> {
    let end = closing(bytes, at + 1, bytes[at], false)?;
    (end - at <= CHARACTER).then(|| Read::Region(Region { is_comment: false, range: at..end + 1, quotes: 0 }))
}

/// Where a text ends: the place of its closing quote.
fn closing(bytes: &[u8], from: usize, quote: u8, is_multiline: bool) -> Option<usize> {
    let mut at = from;
    loop {
        match *bytes.get(at)? {
            b'\\' => at += 2,
            byte if byte == quote => return Some(at),
            b'\n' if !is_multiline => return None,
            _ => at += 1,
        }
    }
}

/// A text between quotes of one kind. A text with code in it has to have whole braces, so that it does not end in there.
fn text(language: Language, bytes: &[u8], at: usize) -> Option<Read> {
    let quote = bytes[at];
    let mut has_code = None;
    match at.checked_sub(1).map(|before| bytes[before]) {
        Some(b'$') if language == Language::CSharp => has_code = Some("{"),
        Some(b'@' | b'$' | b'?') => return None,
        Some(b'#') if language == Language::Rust => return None,
        Some(byte) if of_name(byte) => {
            let prefix = bytes[..at].iter().rev().take(3).take_while(|byte| of_name(**byte)).count();
            let prefix = &bytes[at - prefix..at];
            let is_prefix = prefix.len() < 3 && prefix.iter().all(|byte| b"rRbBuUfF".contains(byte));
            if language != Language::Python || !is_prefix {
                return None;
            }
            has_code = prefix.iter().any(|byte| b"fF".contains(byte)).then_some("{");
        }
        Some(_) | None => {}
    }
    let is_triple = bytes[at..].starts_with(&[quote; 3]);
    let (quotes, end) = if is_triple && language == Language::Python {
        let mut end = at + 3;
        while !bytes.get(end..)?.starts_with(&[quote; 3]) {
            end += if *bytes.get(end)? == b'\\' { 2 } else { 1 };
        }
        (3, end + 3)
    } else if is_triple && matches!(language, Language::Java | Language::Kotlin | Language::CSharp) {
        return None;
    } else {
        let is_multiline = matches!(language, Language::Rust | Language::Ruby);
        (1, closing(bytes, at + 1, quote, is_multiline)? + 1)
    };
    let has_code = match language {
        Language::Kotlin => Some("${"),
        Language::Ruby => Some("#{"),
        Language::Java
        | Language::Go
        | Language::Python
        | Language::TypeScript
        | Language::Tsx
        | Language::Rust
        | Language::CSharp => has_code,
    };
    region(bytes, at..end, quotes, has_code)
}

fn region(bytes: &[u8], range: Range<usize>, quotes: usize, code: Option<&str>) -> Option<Read> {
    let inner = &bytes[range.start + quotes..range.end - quotes];
    let count = |brace: u8| memchr::memchr_iter(brace, inner).count();
    let has_code = code.is_some_and(|code| memchr::memmem::find(inner, code.as_bytes()).is_some());
    let is_whole = !has_code || count(b'{') == count(b'}');
    is_whole.then_some(Read::Region(Region { is_comment: false, range, quotes }))
}

fn backtick(language: Language, bytes: &[u8], at: usize) -> Option<Read> {
    match language {
        Language::Go => {
            let end = at + 2 + memchr::memchr(b'`', &bytes[at + 1..])?;
            region(bytes, at..end, 1, None)
        }
        Language::TypeScript | Language::Tsx => {
            region(bytes, at..closing(bytes, at + 1, b'`', true)? + 1, 1, Some("${"))
        }
        // A name.
        Language::Kotlin => Some(Read::Sign(closing(bytes, at + 1, b'`', false)? + 1 - at)),
        Language::Java | Language::Python | Language::Rust | Language::CSharp | Language::Ruby => None,
    }
}

/// What else can begin a text, or end the code, in Ruby.
fn ruby(bytes: &[u8], at: usize) -> Option<Read> {
    let after = bytes.get(at + 1).copied().unwrap_or(b'\n');
    let is_line = at == 0 || bytes[at - 1] == b'\n';
    let begins = match bytes[at] {
        b'%' => !matches!(after, b' ' | b'=' | b'0'..=b'9'),
        b'<' if after == b'<' => {
            bytes.get(at + 2).is_some_and(|third| b"~-\"'`".contains(third) || third.is_ascii_uppercase())
        }
        b'?' => b"\"'#`/%<".contains(&after),
        b'=' => is_line,
        b'_' => is_line && bytes[at..].starts_with(b"__END__"),
        _ => false,
    };
    (!begins).then_some(Read::Sign(1))
}
