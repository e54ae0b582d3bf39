//! Text that TOML and JSON read alike, and files written below a folder.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// A string as a TOML basic string, which is also a JSON string.
pub(crate) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{0}'..='\u{1f}' | '\u{7f}' => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// `[a, b]`, which is an array in TOML and in JSON.
pub(crate) fn array<T: AsRef<str>>(items: &[T]) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    format!("[{}]", items.join(", "))
}

/// Writes a file, the folders above it included.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Box<dyn Error>> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)
            .map_err(|error| format!("cannot create `{}`: {error}", folder.display()))?;
    }
    fs::write(path, text).map_err(|error| format!("cannot write `{}`: {error}", path.display()).into())
}

/// Seconds since 1970 as an RFC 3339 date-time, shown at an offset of whole hours.
pub(crate) fn instant(seconds: u64, offset_hours: i8) -> String {
    let local = seconds.saturating_add_signed(i64::from(offset_hours) * 3600);
    let (year, month, day) = date(local / 86_400);
    let of_day = local % 86_400;
    let offset = match offset_hours {
        0 => "Z".to_owned(),
        hours if hours > 0 => format!("+{hours:02}:00"),
        hours => format!("-{:02}:00", hours.unsigned_abs()),
    };
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}{offset}",
        of_day / 3600,
        of_day / 60 % 60,
        of_day % 60
    )
}

/// Year, month and day of a day since 1970-01-01 (Hinnant, "chrono-compatible low-level date algorithms").
fn date(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let of_era = shifted % 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_calendar_dates() {
        assert_eq!(instant(0, 0), "1970-01-01T00:00:00Z");
        assert_eq!(instant(951_782_400, 0), "2000-02-29T00:00:00Z");
        assert_eq!(instant(1_796_115_600, 2), "2026-12-01T11:00:00+02:00");
        assert_eq!(instant(4_102_444_799, -5), "2099-12-31T18:59:59-05:00");
    }

    #[test]
    fn quoted_text_escapes_what_toml_and_json_cannot_hold() {
        assert_eq!(quote("a\"\\\n\u{7f}é"), "\"a\\\"\\\\\\u000a\\u007fé\"");
    }
}
