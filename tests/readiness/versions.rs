//! Versions and ranges, read and compared once more, by SemVer 2.0.0 and the page on the format alone.

use std::cmp::Ordering;

/// Three numbers and the prerelease.
type Version = ([u64; 3], Vec<String>);

/// A full version, with an optional `v`; anything else is a label.
pub fn read(text: &str) -> Option<Version> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let text = text.split('+').next()?;
    let (numbers, pre) = text.split_once('-').unwrap_or((text, ""));
    let numbers: Vec<u64> = numbers.split('.').map(number).collect::<Option<_>>()?;
    let pre = if pre.is_empty() { Vec::new() } else { pre.split('.').map(str::to_owned).collect() };
    Some((numbers.try_into().ok()?, pre))
}

fn number(text: &str) -> Option<u64> {
    let has_leading_zero = text.len() > 1 && text.starts_with('0');
    if has_leading_zero { None } else { text.parse().ok() }
}

fn compare(one: &Version, other: &Version) -> Ordering {
    let part = |a: &String, b: &String| match (a.parse::<u64>(), b.parse::<u64>()) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => a.cmp(b),
    };
    one.0.cmp(&other.0).then_with(|| match (one.1.is_empty(), other.1.is_empty()) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => {
            let parts = one.1.iter().zip(&other.1).map(|(a, b)| part(a, b));
            parts.fold(Ordering::Equal, Ordering::then).then(one.1.len().cmp(&other.1.len()))
        }
    })
}

/// Whether a version lies in a range: comparisons that must all hold.
pub fn within(version: &Version, range: &str) -> bool {
    range.split(',').all(|comparison| {
        let comparison = comparison.trim();
        let start = comparison.find(|c: char| c.is_ascii_digit()).unwrap();
        let (operator, bound) = comparison.split_at(start);
        let bound = read(bound).unwrap();
        let order = compare(version, &bound);
        let below = |numbers: [u64; 3]| compare(version, &(numbers, vec!["0".to_owned()])) == Ordering::Less;
        let [major, minor, patch] = bound.0;
        match operator {
            "" | "=" => order == Ordering::Equal,
            ">" => order == Ordering::Greater,
            ">=" => order != Ordering::Less,
            "<" => order == Ordering::Less,
            "<=" => order != Ordering::Greater,
            "~" => order != Ordering::Less && below([major, minor + 1, 0]),
            "^" if major > 0 => order != Ordering::Less && below([major + 1, 0, 0]),
            "^" if minor > 0 => order != Ordering::Less && below([0, minor + 1, 0]),
            "^" => order != Ordering::Less && below([0, 0, patch + 1]),
            other => panic!("{other}"),
        }
    })
}
