//! What no grammar is given. The grammars of Python and Ruby keep what is open at a place in 1,024 bytes, and end the
//! process where that is not enough; nobody writes such code, and what is not understood is said to be unknown.

use super::language::Language;

/// Python itself takes no more levels of indentation.
const MOST_LEVELS: usize = 100;

/// Ruby: how many texts may be begun inside of texts, and how many here-documents on one line.
const MOST_TEXTS: usize = 64;
const MOST_HERE: usize = 8;

/// Ruby: the longest word that ends a here-document, in bytes.
const MOST_WORD: usize = 100;

/// Whether a text can be given to its grammar.
pub(super) fn is_safe(language: Language, text: &str) -> bool {
    match language {
        Language::Python => is_safe_python(text),
        Language::Ruby => is_safe_ruby(text),
        Language::Java
        | Language::Kotlin
        | Language::Go
        | Language::TypeScript
        | Language::Tsx
        | Language::Rust
        | Language::CSharp => true,
    }
}

fn is_safe_python(text: &str) -> bool {
    let mut levels = Vec::new();
    for line in text.lines() {
        let code = line.trim_start();
        if code.is_empty() {
            continue;
        }
        let indent = line.len() - code.len();
        while levels.last().is_some_and(|level| *level >= indent) {
            levels.pop();
        }
        levels.push(indent);
        if levels.len() > MOST_LEVELS {
            return false;
        }
    }
    true
}

fn is_safe_ruby(text: &str) -> bool {
    let (mut depth, mut nested) = (0_usize, 0);
    for line in text.lines() {
        let words: Vec<usize> = line.split("<<").skip(1).filter_map(here_document).collect();
        if words.len() > MOST_HERE || words.iter().any(|length| *length > MOST_WORD) {
            return false;
        }
        let is_inside = line.contains("#{");
        nested += usize::from(is_inside && !words.is_empty());
        if is_inside || depth > 0 {
            let mut before = ' ';
            for character in line.chars() {
                match character {
                    '{' if before == '#' => depth += 1,
                    '}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                if depth > MOST_TEXTS {
                    return false;
                }
                before = character;
            }
        }
        if nested > MOST_TEXTS {
            return false;
        }
    }
    true
}

/// How long the word is that ends a here-document, if what follows `<<` begins one.
fn here_document(after: &str) -> Option<usize> {
    let word = after.trim_start_matches(['~', '-']);
    let (quoted, word) = match word.strip_prefix(['"', '\'', '`']) {
        Some(rest) => (true, rest),
        None => (false, word),
    };
    let of_word = |c: char| c.is_alphanumeric() || c == '_' || (quoted && !matches!(c, '"' | '\'' | '`'));
    let length = word.find(|c: char| !of_word(c)).unwrap_or(word.len());
    (length > 0).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::{Language, is_safe};

    #[test]
    fn code_that_people_write_is_safe() {
        let python = format!(
            "def f():\n{}    return x(\n            1,\n    )\n",
            "    if x:\n        y()\n".repeat(900)
        );
        assert!(is_safe(Language::Python, &python));
        let ruby = "x = <<~SQL\n  select #{y} << 1\nSQL\nlist << \"#{z}\"\nclass << self\nend\n".repeat(900);
        assert!(is_safe(Language::Ruby, &ruby));
    }

    #[test]
    fn what_ends_the_process_is_not() {
        let deep: String = (0..1500).flat_map(|level| [" ".repeat(level), "if x:\n".to_owned()]).collect();
        assert!(!is_safe(Language::Python, &deep));
        assert!(!is_safe(Language::Ruby, &format!("x = <<{}\n", "A".repeat(300))));
        assert!(!is_safe(Language::Ruby, &"x(<<A, ".repeat(300)));
        assert!(!is_safe(Language::Ruby, &"\"#{\n".repeat(300)));
        assert!(!is_safe(Language::Ruby, &"#{<<~A}\n".repeat(300)));
    }
}
