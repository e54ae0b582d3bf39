//! Version ranges: `">=5.2.0, <6.0.0"`. Plain SemVer order, prereleases included; `^` and `~` are spelled out, so
//! that nothing behind this module has to know what they mean.

use semver::{BuildMetadata, Prerelease, Version};

/// The largest number in a version that every JSON reader keeps exactly: 2^53 − 1.
const MAX_NUMBER: u64 = (1 << 53) - 1;

/// Comparators that must all hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRange {
    /// At least one.
    pub comparators: Box<[Comparator]>,
}

impl VersionRange {
    /// Whether a version lies in it, by SemVer's order; build metadata plays no part.
    pub fn contains(&self, version: &Version) -> bool {
        self.comparators.iter().all(|comparator| {
            let order = version.cmp_precedence(&comparator.version);
            match comparator.operator {
                Operator::Equal => order.is_eq(),
                Operator::Greater => order.is_gt(),
                Operator::GreaterOrEqual => order.is_ge(),
                Operator::Less => order.is_lt(),
                Operator::LessOrEqual => order.is_le(),
            }
        })
    }
}

/// A comparison with one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparator {
    /// How.
    pub operator: Operator,
    /// With what; without build metadata, which plays no part in the order.
    pub version: Version,
}

/// How two versions are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operator {
    /// `=`
    Equal,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
}

impl Operator {
    /// As it is written in a range.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
        }
    }
}

/// Why a text is not a range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
    /// Nothing between two commas, or nothing at all.
    #[error("a range needs a version, such as `>=1.2.0`")]
    Empty,
    /// An operator that the format does not know.
    #[error("`{0}` is not an operator of version ranges; they are `= > >= < <= ^ ~`, joined by commas")]
    Operator(String),
    /// Not a full version.
    #[error("`{0}` is not a full version; ranges are written with all three numbers, such as `{1}`")]
    Partial(String, String),
    /// Not a version.
    #[error("`{0}` is not a semantic version such as `1.2.0` or `2.0.0-rc.1`")]
    Version(String),
    /// A number that is not exact everywhere.
    #[error("`{0}` has a number beyond 9007199254740990, which not every SDK reads exactly")]
    Number(String),
    /// `+build`.
    #[error("`{0}` has build metadata, which plays no part in comparisons")]
    Build(String),
}

/// Reads a range.
///
/// # Errors
/// A [`RangeError`] for the first comparator that is not one.
pub fn parse_range(text: &str) -> Result<VersionRange, RangeError> {
    if let Some(comparator) = plain_comparator(text) {
        return Ok(VersionRange { comparators: [comparator].into() });
    }
    let mut comparators = Vec::with_capacity(text.split(',').count());
    for part in text.split(',') {
        let part = part.trim_matches(' ');
        let start = part.find(|c: char| !"=<>^~!*|&".contains(c)).unwrap_or(part.len());
        let (operator, version) = part.split_at(start);
        let version = parse_version(version.trim_start_matches(' '))?;
        let from = |operator| Comparator { operator, version: version.clone() };
        let below = |version| Comparator { operator: Operator::Less, version };
        match operator {
            "" | "=" => comparators.push(from(Operator::Equal)),
            ">" => comparators.push(from(Operator::Greater)),
            ">=" => comparators.push(from(Operator::GreaterOrEqual)),
            "<" => comparators.push(from(Operator::Less)),
            "<=" => comparators.push(from(Operator::LessOrEqual)),
            "^" => comparators.extend([from(Operator::GreaterOrEqual), below(caret_limit(&version))]),
            "~" => comparators.extend([from(Operator::GreaterOrEqual), below(tilde_limit(&version))]),
            other => return Err(RangeError::Operator(other.to_owned())),
        }
    }
    Ok(VersionRange { comparators: comparators.into() })
}

/// Whether a text is a range.
///
/// # Errors
/// Those of [`parse_range`].
pub fn check_range(text: &str) -> Result<(), RangeError> {
    if plain_comparator(text).is_some() {
        return Ok(());
    }
    parse_range(text).map(|_| ())
}

/// `>=1.2.0` and the like, as nearly all ranges are: one operator, but for `^` and `~`, and three plain numbers.
fn plain_comparator(text: &str) -> Option<Comparator> {
    let (operator, numbers) = match text.as_bytes() {
        [b'>', b'=', rest @ ..] => (Operator::GreaterOrEqual, rest),
        [b'<', b'=', rest @ ..] => (Operator::LessOrEqual, rest),
        [b'>', rest @ ..] => (Operator::Greater, rest),
        [b'<', rest @ ..] => (Operator::Less, rest),
        [b'=', rest @ ..] | rest => (Operator::Equal, rest),
    };
    let (major, rest) = plain_number(numbers)?;
    let (minor, rest) = plain_number(rest.strip_prefix(b".")?)?;
    let (patch, rest) = plain_number(rest.strip_prefix(b".")?)?;
    rest.is_empty().then(|| Comparator { operator, version: Version::new(major, minor, patch) })
}

/// The number that a text begins with, and what comes after; `None` for one with zeros in front or more than nine digits.
fn plain_number(text: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0;
    let mut rest = text;
    while let [digit @ b'0'..=b'9', after @ ..] = rest {
        number = number * 10 + u64::from(digit - b'0');
        rest = after;
        if text.len() - rest.len() > 9 {
            return None;
        }
    }
    let length = text.len() - rest.len();
    (length == 1 || (length > 1 && text[0] != b'0')).then_some((number, rest))
}

fn parse_version(text: &str) -> Result<Version, RangeError> {
    if text.is_empty() {
        return Err(RangeError::Empty);
    }
    let plain = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let version = Version::parse(plain).map_err(|_| {
        let numbers: Vec<&str> = plain.split('.').collect();
        let partial = numbers.len() < 3 && numbers.iter().all(|number| number.parse::<u64>().is_ok());
        if partial {
            let full = [numbers.first().copied(), numbers.get(1).copied(), None];
            let full: Vec<&str> = full.into_iter().map(|number| number.unwrap_or("0")).collect();
            RangeError::Partial(text.to_owned(), full.join("."))
        } else {
            RangeError::Version(text.to_owned())
        }
    })?;
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let numbers = version.pre.split('.').filter(is_number).map(|part| part.parse().unwrap_or(u64::MAX));
    // One more than any of them is still exact: `^` and `~` count one up.
    let too_large =
        [version.major, version.minor, version.patch].into_iter().chain(numbers).any(|n| n >= MAX_NUMBER);
    if text != plain {
        return Err(RangeError::Version(text.to_owned()));
    }
    if too_large {
        return Err(RangeError::Number(text.to_owned()));
    }
    if !version.build.is_empty() {
        return Err(RangeError::Build(text.to_owned()));
    }
    Ok(version)
}

/// The first version that `^version` leaves out: the next one that may break, and its prereleases.
fn caret_limit(version: &Version) -> Version {
    match (version.major, version.minor) {
        (0, 0) => limit(0, 0, version.patch + 1),
        (0, minor) => limit(0, minor + 1, 0),
        (major, _) => limit(major + 1, 0, 0),
    }
}

/// The first version that `~version` leaves out: the next minor one, and its prereleases.
fn tilde_limit(version: &Version) -> Version {
    limit(version.major, version.minor + 1, 0)
}

/// `x.y.z-0`, the lowest prerelease there is.
fn limit(major: u64, minor: u64, patch: u64) -> Version {
    // "0" is a valid prerelease by SemVer 2.0.0, item 9; should the crate ever disagree, the release itself is the
    // next best limit.
    let pre = Prerelease::new("0").unwrap_or(Prerelease::EMPTY);
    Version { major, minor, patch, pre, build: BuildMetadata::EMPTY }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(text: &str) -> String {
        match parse_range(text) {
            Ok(range) => {
                let parts = range.comparators.iter().map(|c| format!("{}{}", c.operator.as_str(), c.version));
                parts.collect::<Vec<_>>().join(", ")
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn caret_and_tilde_are_spelled_out_with_cargo_s_bounds() {
        assert_eq!(spelled("^1.2.3"), ">=1.2.3, <2.0.0-0");
        assert_eq!(spelled("^0.2.3"), ">=0.2.3, <0.3.0-0");
        assert_eq!(spelled("^0.0.3"), ">=0.0.3, <0.0.4-0");
        assert_eq!(spelled("~1.2.3"), ">=1.2.3, <1.3.0-0");
        assert_eq!(spelled("^2.0.0-rc.1"), ">=2.0.0-rc.1, <3.0.0-0");
    }

    #[test]
    fn plain_comparators_are_what_the_crate_reads() {
        let numbers =
            ["0", "1", "42", "999999999", "00", "01", "1234567890", "", "x", "-1", "1-rc.1", "1+b", "1 "];
        for operator in ["", "=", ">", ">=", "<", "<=", "==", "^", "~", " ", ">= "] {
            for (one, other) in numbers.iter().flat_map(|one| numbers.iter().map(move |other| (one, other))) {
                let text = format!("{operator}{one}.{other}.{one}");
                let Some(plain) = plain_comparator(&text) else { continue };
                let version = Version::parse(text.trim_start_matches(['=', '<', '>']));
                assert_eq!(version.ok().as_ref(), Some(&plain.version), "{text}");
                assert_eq!(
                    plain.operator.as_str(),
                    if operator.is_empty() { "=" } else { operator },
                    "{text}"
                );
            }
        }
        assert!(plain_comparator(">=1.2.0").is_some() && plain_comparator("2.3.7").is_some());
    }

    #[test]
    fn a_bare_version_means_equal_and_commas_mean_and() {
        assert_eq!(spelled("2.3.7"), "=2.3.7");
        assert_eq!(spelled(">=5.2.0, <6.0.0"), ">=5.2.0, <6.0.0");
        assert_eq!(spelled(">= 5.2.0,<6.0.0"), ">=5.2.0, <6.0.0");
    }

    #[test]
    fn what_is_not_a_range_says_why() {
        assert_eq!(spelled(""), "a range needs a version, such as `>=1.2.0`");
        assert!(spelled(">=5.2").contains("`5.2` is not a full version"), "{}", spelled(">=5.2"));
        assert!(spelled(">=5.2").contains("`5.2.0`"));
        assert!(spelled("!=1.0.0").contains("`!=` is not an operator"));
        assert!(spelled(">=1.0.0 <2.0.0").contains("is not a semantic version"));
        assert!(spelled("1.0.0+b").contains("build metadata"));
        assert!(spelled(">=9007199254740991.0.0").contains("beyond 9007199254740990"));
        assert!(spelled("<1.0.0-9007199254740992").contains("beyond 9007199254740990"));
        assert!(spelled("1.2.x").contains("is not a semantic version"));
    }
}
