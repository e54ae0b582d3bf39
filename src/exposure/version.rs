//! Versions fall into intervals. In SemVer's order every version has a next one (`1.0.0` is followed by `1.0.1-0`, a
//! prerelease by itself with `.0` behind it), so each comparison is "from here on".

use std::collections::BTreeSet;

use semver::{BuildMetadata, Prerelease, Version};

use crate::model::{Comparator, Operator};

/// Where the versions of a comparison begin, and where they end; `None` is the first of all, or no end.
pub(super) fn range(comparator: &Comparator) -> (Option<Version>, Option<Version>) {
    let version = || Some(comparator.version.clone());
    let next = || Some(next(&comparator.version));
    match comparator.operator {
        Operator::Equal => (version(), next()),
        Operator::Greater => (next(), None),
        Operator::GreaterOrEqual => (version(), None),
        Operator::Less => (None, version()),
        Operator::LessOrEqual => (None, next()),
    }
}

/// The version right behind: nothing lies between.
fn next(version: &Version) -> Version {
    let mut next = Version { build: BuildMetadata::EMPTY, ..version.clone() };
    let pre = if version.pre.is_empty() {
        next.patch += 1;
        "0".to_owned()
    } else {
        format!("{}.0", version.pre)
    };
    // Both are prereleases by SemVer 2.0.0, item 9; should the crate ever disagree, the release is the nearest.
    next.pre = Prerelease::new(&pre).unwrap_or(Prerelease::EMPTY);
    next
}

/// The intervals of a comparison, as positions: 0 is what lies before the first start.
pub(super) fn intervals(starts: &[Version], comparator: &Comparator) -> std::ops::Range<usize> {
    let position = |place: &Version| starts.partition_point(|start| start < place) + 1;
    let (start, end) = range(comparator);
    start.as_ref().map_or(0, position)..end.as_ref().map_or(starts.len() + 1, position)
}

/// The interval where a text lies, if it is a version by the rules of the format.
pub(super) fn interval_of(starts: &[Version], text: &str) -> Option<usize> {
    let plain = text.strip_prefix('v').unwrap_or(text);
    let filled = match (plain.matches('.').count(), plain.contains(['-', '+'])) {
        (0, false) => format!("{plain}.0.0"),
        (1, false) => format!("{plain}.0"),
        _ => plain.to_owned(),
    };
    let version = Version::parse(&filled).ok()?;
    let version = Version { build: BuildMetadata::EMPTY, ..version };
    Some(starts.partition_point(|start| *start <= version))
}

/// A version of an interval: a release, if there is one near its beginning.
pub(super) fn example(starts: &[Version], interval: usize) -> Version {
    let high = starts.get(interval);
    let fits = |version: &Version| high.is_none_or(|high| version < high);
    let Some(low) = interval.checked_sub(1).map(|before| &starts[before]) else {
        let usual = [Version::new(1, 0, 0), Version::new(0, 0, 0)].into_iter().find(fits);
        return usual.unwrap_or_else(|| {
            let pre = Prerelease::new("0").unwrap_or(Prerelease::EMPTY);
            Version { pre, ..Version::new(0, 0, 0) }
        });
    };
    let release = Version::new(low.major, low.minor, low.patch);
    if fits(&release) { release } else { low.clone() }
}

/// Whether the first interval, below all that are named, holds no version at all.
pub(super) fn begins_at_the_first(starts: &BTreeSet<Version>) -> bool {
    let first = Prerelease::new("0").map(|pre| Version { pre, ..Version::new(0, 0, 0) });
    first.is_ok_and(|first| starts.first() == Some(&first))
}
