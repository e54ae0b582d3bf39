//! An edit as a person would see it: the lines that go and the lines that come, with some around them.

use similar::TextDiff;

/// A unified diff of a file with three lines of context; empty where nothing changes.
pub fn unified(path: &str, before: &str, after: &str) -> String {
    let diff = TextDiff::from_lines(before, after);
    diff.unified_diff().context_radius(3).header(path, path).to_string()
}
