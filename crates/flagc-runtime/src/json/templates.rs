//! The guards that `flagc build` writes, as text: some items of an `and` that together ask one thing of one attribute.
//! Most of a bundle is made of them, so they are recognised before they are read.

use crate::operator::guard::Guard;

/// What stands before the attribute's name each time, and at last behind it.
struct Template {
    guard: Guard,
    pieces: &'static [&'static str],
}

/// None is the beginning of another.
const TEMPLATES: [Template; 3] = [
    Template {
        guard: Guard::FilledText,
        pieces: &[r#"{"starts_with":[{"var":""#, r#""},""]},{"!==":[{"var":""#, r#""},""]}"#],
    },
    Template {
        guard: Guard::Number,
        pieces: &[
            r#"{"!==":[{"var":""#,
            r#""},null]},{"!":[{"starts_with":[{"var":""#,
            r#""},""]}]},{"!":[{"in":[{"cat":[{"var":""#,
            r#""}]},["true","True","false","False"]]}]},{"in":[{"var":""#,
            r#""},{"merge":[{"var":""#,
            r#""}]}]},{"!":[{"in":["object",{"cat":[{"var":""#,
            r#""}]}]}]}"#,
        ],
    },
    Template {
        guard: Guard::Version,
        pieces: &[
            r#"{"starts_with":[{"var":""#,
            r#""},""]},{"===":[{"substr":[{"var":""#,
            // The longest version: `guard::MAX_VERSION_LENGTH`.
            r#""},250]},""]},{"sem_ver":[{"cat":["0.0.0-",{"var":""#,
            r#""},"x"]},">=","0.0.0-0"]},{"!":[{"or":[{"starts_with":[{"var":""#,
            r#""},"V"]},{"starts_with":[{"var":""#,
            r#""},"vv"]},{"and":[{"or":[{"in":["-",{"var":""#,
            r#""}]},{"in":["+",{"var":""#,
            r#""}]}]},{"or":[{"sem_ver":[{"cat":["0.",{"var":""#,
            r#""}]},">=","0.0.0-0"]},{"sem_ver":[{"cat":["0.",{"substr":[{"var":""#,
            r#""},1]}]},">=","0.0.0-0"]}]}]}]}]}"#,
        ],
    },
];

/// The guard that a text begins with, the name of its attribute, and its length in bytes.
pub(super) fn guard_at(text: &str) -> Option<(Guard, &str, usize)> {
    TEMPLATES.iter().find_map(|template| {
        let [first, pieces @ ..] = template.pieces else { return None };
        let mut rest = text.strip_prefix(first)?;
        let name = attribute(rest)?;
        for piece in pieces {
            rest = rest.strip_prefix(name)?.strip_prefix(piece)?;
        }
        Some((template.guard, name, text.len() - rest.len()))
    })
}

/// The name of a top-level attribute, up to its quote: no path, nothing that would have to be decoded, no property of
/// flagd.
fn attribute(text: &str) -> Option<&str> {
    let end = text.bytes().position(|b| matches!(b, b'"' | b'\\' | b'.' | b'$' | 0..0x20))?;
    text.get(..end).filter(|name| !name.is_empty() && text[end..].starts_with('"'))
}
