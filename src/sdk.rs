//! Which generation of flagd's `fractional` hash an OpenFeature provider runs: a table, kept as data. A new release that
//! changes the buckets is one more row of `since`; one that does not raises `known`.
//!
//! Generation 2 came to all providers in April 2026 (flagd pull request 1909 lists them), generation 3, which hashes the
//! CBOR of the value, is in some since then. Sources are the change logs of the providers and the versions of flagd's core
//! that their manifests ask for.

use semver::Version;

/// How users are put into buckets where an SDK evaluates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bucketing {
    /// By this generation.
    Generation(u8),
    /// By the one that the bundle names.
    AsBundle,
    /// It asks a flagd daemon, and the daemon's version decides.
    Asks,
    /// The table knows the name, but no version as new as this; the newest that it knows.
    Newer(&'static str),
    /// The table does not know the name, or there is no version to go by.
    Unknown,
}

/// A row of the table.
struct Entry {
    /// The names that people write: short ones, and those of the package registries.
    names: &'static [&'static str],
    /// Whether it hashes in JavaScript.
    javascript: bool,
    rule: Rule,
}

enum Rule {
    /// Versions from which on a generation holds, rising from the first one there was; and the newest version that was
    /// looked at. One that breaks with it by Cargo's reading may hash otherwise.
    Since(&'static [(&'static str, u8)], &'static str),
    AsBundle,
    Asks,
}

const TABLE: &[Entry] = &[
    // open-feature/flagd, flagd/CHANGELOG.md: 0.15.0 "fractional pseudorandom assignments will change".
    Entry {
        names: &["flagd"],
        javascript: false,
        rule: Rule::Since(&[("0.0.0", 1), ("0.15.0", 2)], "0.16.2"),
    },
    // open-feature/flagd, core/CHANGELOG.md.
    Entry {
        names: &["flagd-core-go", "github.com/open-feature/flagd/core"],
        javascript: false,
        rule: Rule::Since(&[("0.0.0", 1), ("0.15.0", 2)], "0.16.1"),
    },
    // open-feature/go-sdk-contrib, providers/flagd: 0.4.0 asks for core 0.14.0, 0.5.0 for 0.15.0, 0.6.0 for 0.16.0.
    Entry {
        names: &["flagd-go", "github.com/open-feature/go-sdk-contrib/providers/flagd"],
        javascript: false,
        rule: Rule::Since(&[("0.0.0", 1), ("0.5.0", 2)], "0.6.0"),
    },
    // open-feature/java-sdk-contrib, providers/flagd/CHANGELOG.md. Kotlin on a server uses the same.
    Entry {
        names: &[
            "flagd-java",
            "flagd-kotlin",
            "flagd-jvm",
            "dev.openfeature.contrib.providers:flagd",
            "dev.openfeature.contrib.providers.flagd",
        ],
        javascript: false,
        rule: Rule::Since(&[("0.0.0", 1), ("0.13.0", 2)], "0.14.0"),
    },
    // open-feature/java-sdk-contrib, tools/flagd-core/CHANGELOG.md.
    Entry {
        names: &["flagd-core-java", "dev.openfeature.contrib.tools:flagd-core"],
        javascript: false,
        rule: Rule::Since(&[("0.0.0", 1), ("0.2.0", 2)], "2.0.0"),
    },
    // open-feature/dotnet-sdk-contrib; the package was renamed with 0.6.0.
    Entry {
        names: &[
            "flagd-dotnet",
            "flagd-csharp",
            "openfeature.providers.flagd",
            "openfeature.contrib.providers.flagd",
        ],
        javascript: false,
        rule: Rule::Since(&[("0.0.0", 1), ("0.5.0", 2)], "0.7.2"),
    },
    // open-feature/js-sdk-contrib, libs/shared/flagd-core/CHANGELOG.md.
    Entry {
        names: &["flagd-core", "flagd-core-js", "@openfeature/flagd-core"],
        javascript: true,
        rule: Rule::Since(&[("0.0.0", 1), ("3.0.0", 2)], "4.0.1"),
    },
    // open-feature/js-sdk-contrib, libs/providers/flagd: 0.14.0 asks for core 2, 0.15.0 for 3, 0.16.0 for 4.
    Entry {
        names: &["flagd-node", "flagd-nodejs", "flagd-js", "@openfeature/flagd-provider"],
        javascript: true,
        rule: Rule::Since(&[("0.0.0", 1), ("0.15.0", 2)], "0.16.1"),
    },
    // open-feature/python-sdk-contrib, providers/openfeature-provider-flagd: 0.5.2 asks for core 1, 0.6.0 for core 2.
    Entry {
        names: &["flagd-python", "flagd-py", "openfeature-provider-flagd"],
        javascript: false,
        rule: Rule::Since(&[("0.0.0", 1), ("0.4.0", 2), ("0.6.0", 3)], "0.6.1"),
    },
    // open-feature/python-sdk-contrib, tools/openfeature-flagd-core: taken out of the provider with its generation 2.
    Entry {
        names: &["flagd-core-python", "openfeature-flagd-core"],
        javascript: false,
        rule: Rule::Since(&[("0.0.0", 2), ("2.0.0", 3)], "2.0.0"),
    },
    // open-feature/rust-sdk-contrib, crates/flagd: it had no part in the change of April 2026; 0.3.0 asks for engine 0.1.0.
    Entry {
        names: &["flagd-rust", "open-feature-flagd"],
        javascript: false,
        rule: Rule::Since(&[("0.0.0", 1), ("0.3.0", 3)], "0.3.0"),
    },
    Entry {
        names: &["flagd-evaluation-engine"],
        javascript: false,
        rule: Rule::Since(&[("0.0.0", 1), ("0.1.0", 3)], "0.1.0"),
    },
    // These evaluate nothing themselves.
    Entry {
        names: &[
            "flagd-web",
            "@openfeature/flagd-web-provider",
            "flagd-ruby",
            "openfeature-flagd-provider",
            "flagd-php",
            "open-feature/flagd-provider",
            "ofrep",
            "@openfeature/ofrep-provider",
            "@openfeature/ofrep-web-provider",
            "openfeature-provider-ofrep",
            "open-feature-ofrep",
        ],
        javascript: false,
        rule: Rule::Asks,
    },
    // Our own: it reads the generation from the bundle.
    Entry { names: &["flagc-runtime"], javascript: false, rule: Rule::AsBundle },
];

/// Words in a name that is not in the table which tell that it runs in JavaScript.
const JAVASCRIPT: [&str; 7] = ["js", "node", "nodejs", "web", "react", "angular", "nestjs"];

/// What an SDK, written as `NAME VERSION`, does.
pub fn bucketing(written: &str) -> Bucketing {
    let Some(entry) = entry(name(written)) else { return Bucketing::Unknown };
    let (since, known) = match entry.rule {
        Rule::AsBundle => return Bucketing::AsBundle,
        Rule::Asks => return Bucketing::Asks,
        Rule::Since(since, known) => (since, known),
    };
    let (Some(version), Some(newest)) = (written.split(' ').nth(1).and_then(version), version(known)) else {
        return Bucketing::Unknown;
    };
    if version > newest && breaks(&newest, &version) {
        return Bucketing::Newer(known);
    }
    let holds = since.iter().rev().find(|(from, _)| self::version(from).is_some_and(|from| from <= version));
    holds.map_or(Bucketing::Unknown, |(_, generation)| Bucketing::Generation(*generation))
}

/// The versions of an SDK that are of a generation, if any are: the first one, and the first one after them.
pub fn versions_of(name: &str, generation: u8) -> Option<(&'static str, Option<&'static str>)> {
    let Rule::Since(since, _) = entry(name)?.rule else { return None };
    let position = since.iter().position(|(_, from)| *from == generation)?;
    Some((since[position].0, since.get(position + 1).map(|(next, _)| *next)))
}

/// The name of an SDK that is written as `NAME VERSION`.
pub fn name(written: &str) -> &str {
    written.split(' ').next().unwrap_or_default()
}

/// Names that the table knows.
pub fn names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().flat_map(|entry| entry.names.iter().copied())
}

/// Whether an SDK hashes in JavaScript; as far as its name tells where the table does not know it.
pub fn is_javascript(written: &str) -> bool {
    let name = name(written);
    let by_name =
        || name.to_ascii_lowercase().split(['-', '.', '_', '/']).any(|word| JAVASCRIPT.contains(&word));
    entry(name).map_or_else(by_name, |entry| entry.javascript)
}

fn entry(name: &str) -> Option<&'static Entry> {
    TABLE.iter().find(|entry| entry.names.iter().any(|known| known.eq_ignore_ascii_case(name)))
}

/// A version with an optional leading `v`; minor and patch may be left out.
fn version(text: &str) -> Option<Version> {
    let plain = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let dots = plain.split(['-', '+']).next().unwrap_or_default().matches('.').count();
    match dots {
        0 | 1 if plain.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') => {
            Version::parse(&format!("{plain}{}", ".0".repeat(2 - dots))).ok()
        }
        _ => Version::parse(plain).ok(),
    }
}

/// Whether a newer version may break what an older one promises.
fn breaks(older: &Version, newer: &Version) -> bool {
    (newer.major, if older.major == 0 { newer.minor } else { 0 })
        != (older.major, if older.major == 0 { older.minor } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generation_holds_from_its_version_on() {
        for (written, generation) in [
            ("flagd-java 0.12.0", 1),
            ("flagd-java 0.13.0", 2),
            ("dev.openfeature.contrib.providers:flagd 0.14.7", 2),
            ("flagd-go v0.4.0", 1),
            ("flagd-go v0.6", 2),
            ("OpenFeature.Contrib.Providers.Flagd 0.4.0", 1),
            ("OpenFeature.Providers.Flagd 0.7.2", 2),
            ("@openfeature/flagd-core 2.0.0", 1),
            ("@openfeature/flagd-core 4.9.9", 2),
            ("flagd-node 0.16.0", 2),
            ("openfeature-provider-flagd 0.5.2", 2),
            ("openfeature-provider-flagd 0.6.1", 3),
            ("open-feature-flagd 0.2.2", 1),
            ("open-feature-flagd 0.3.0", 3),
            ("flagd 0.16.1", 2),
        ] {
            assert_eq!(bucketing(written), Bucketing::Generation(generation), "{written}");
        }
    }

    #[test]
    fn nothing_is_guessed_of_names_and_versions_that_the_table_does_not_know() {
        for written in ["flagd-cobol 1.0.0", "flagd-java latest", "flagd-java", "flagd-java 1.2.3.4", ""] {
            assert_eq!(bucketing(written), Bucketing::Unknown, "{written}");
        }
        assert_eq!(bucketing("flagd-java 0.15.0"), Bucketing::Newer("0.14.0"));
        assert_eq!(bucketing("flagd-core 5.0.0"), Bucketing::Newer("4.0.1"));
        assert_eq!(bucketing("flagd-web 0.7.4"), Bucketing::Asks);
        assert_eq!(bucketing("flagc-runtime 0.1.0"), Bucketing::AsBundle);
    }

    #[test]
    fn the_table_is_in_order() {
        let mut all: Vec<&str> = names().collect();
        all.sort_unstable();
        assert!(
            all.windows(2).all(|two| two[0] != two[1]) && all.iter().all(|name| *name == name.to_lowercase())
        );
        for entry in TABLE {
            if let Rule::Since(since, known) = entry.rule {
                let versions: Vec<_> =
                    since.iter().map(|(from, _)| version(from)).chain([version(known)]).collect();
                assert!(versions.iter().all(Option::is_some) && versions.is_sorted(), "{:?}", entry.names);
                assert!(since.windows(2).all(|two| two[0].1 < two[1].1), "{:?}", entry.names);
            }
        }
    }

    #[test]
    fn what_hashes_in_javascript_is_known_by_its_table_or_its_name() {
        assert!(is_javascript("@openfeature/flagd-core 4.0.1") && is_javascript("acme-node 1.0.0"));
        assert!(!is_javascript("openfeature-flagd-core 1.0.0") && !is_javascript("flagd-web 0.7.4"));
    }
}
