//! Text of strangers in Markdown: it is shown, never obeyed.

use super::visible;

/// Text of files in code in a table, where a bar would end the cell.
pub(super) fn code_in_table(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// Text of files in code: a backtick in it ends nothing.
pub(super) fn code(text: &str) -> String {
    let fence = "`".repeat(1 + longest_run(text));
    let (open, close) = if fence.len() > 1 { (" ", " ") } else { ("", "") };
    format!("{fence}{open}{}{close}{fence}", visible(&text.replace(['\n', '\r'], " ")))
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// Text of files as text: nothing in it is markup, and nobody is notified.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in visible(&text.replace(['\n', '\r'], " ")).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '@' => escaped.push_str("&#64;"),
            '|' | '*' | '_' | '[' | ']' | '`' | '\\' | '#' | '~' => escaped.extend(['\\', c]),
            _ => escaped.push(c),
        }
    }
    escaped
}
