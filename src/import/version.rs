//! flagd's `sem_ver` as ranges of this format, exactly for every version and prerelease.

use semver::Version;

use crate::model::parse_range;

/// The ranges, any of which must hold, that mean the same as `value OPERATOR version` in flagd. There `^` compares the
/// major number alone and `~` major and minor, so their ranges begin with the lowest prerelease.
pub(super) fn ranges(operator: &str, version: &str) -> Result<Vec<String>, String> {
    let exact = full(version).ok_or_else(|| format!("`{version}` is not a semantic version"))?;
    let next = |number: u64| number.saturating_add(1);
    let ranges = match operator {
        "=" | "<" | "<=" | ">" | ">=" => vec![format!("{operator}{exact}")],
        "!=" => vec![format!("<{exact}"), format!(">{exact}")],
        "^" => vec![format!(">={0}.0.0-0, <{1}.0.0-0", exact.major, next(exact.major))],
        "~" => {
            let (major, minor) = (exact.major, exact.minor);
            vec![format!(">={major}.{minor}.0-0, <{major}.{}.0-0", next(minor))]
        }
        other => return Err(format!("`{other}` is not an operator of `sem_ver`")),
    };
    match ranges.iter().find_map(|range| parse_range(range).err()) {
        Some(error) => Err(error.to_string()),
        None => Ok(ranges),
    }
}

/// A version as flagd reads it: without a leading `v`, with zeros for what is missing; build metadata does not count.
fn full(text: &str) -> Option<Version> {
    let plain = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let numbers: Vec<&str> = plain.split('.').collect();
    let digits = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let filled = match numbers.as_slice() {
        [major] if digits(major) => format!("{major}.0.0"),
        [major, minor] if digits(major) && digits(minor) => format!("{major}.{minor}.0"),
        _ => plain.to_owned(),
    };
    let mut version = Version::parse(&filled).ok()?;
    version.build = semver::BuildMetadata::EMPTY;
    Some(version)
}
