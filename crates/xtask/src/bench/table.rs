//! The one table that a run prints.

use std::fmt::Write as _;
use std::time::Duration;

use super::measure::Times;

/// One thing that was measured, or why it was not.
pub(super) struct Row {
    pub(super) what: String,
    /// What it was done on: "10000 flags".
    pub(super) size: String,
    pub(super) times: Option<Times>,
    /// The ratio, in words.
    pub(super) note: String,
    /// In bytes.
    pub(super) peak: Option<u64>,
}

/// `8.3 × the floor`, of medians.
pub(super) fn ratio(times: Option<Times>, base: Option<Times>, name: &str) -> String {
    match (times, base) {
        (Some(times), Some(base)) if !base.median.is_zero() => {
            format!("{:.1} × {name}", times.median.as_secs_f64() / base.median.as_secs_f64())
        }
        _ => String::new(),
    }
}

/// The table in Markdown.
pub(super) fn render(rows: &[Row]) -> String {
    let mut text = String::from(
        "| what | on | min | median | ratio of medians | peak memory |\n| --- | --- | --: | --: | --- | --: |\n",
    );
    for row in rows {
        let (min, median) =
            row.times.map_or((String::new(), String::new()), |times| (time(times.min), time(times.median)));
        let peak = row.peak.map_or_else(String::new, mebibytes);
        // Writing to a String cannot fail.
        let _ = writeln!(text, "| {} | {} | {min} | {median} | {} | {peak} |", row.what, row.size, row.note);
    }
    text
}

fn time(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 1e-5 {
        format!("{:.0} ns", seconds * 1e9)
    } else if seconds < 1e-3 {
        format!("{:.1} µs", seconds * 1e6)
    } else if seconds < 1e-2 {
        format!("{:.2} ms", seconds * 1e3)
    } else {
        format!("{:.0} ms", seconds * 1e3)
    }
}

/// With one decimal, rounded down.
fn mebibytes(bytes: u64) -> String {
    let tenths = bytes * 10 / (1024 * 1024);
    format!("{}.{} MiB", tenths / 10, tenths % 10)
}
