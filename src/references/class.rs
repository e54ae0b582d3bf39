//! What kind of mention of a flag a reference is.

/// What kind of mention a reference is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Code that asks for the flag.
    Read,
    /// Code that gives the key a name: a constant, an entry of an enum or of a table.
    Declared,
    /// In a test.
    Test,
    /// In a settings file.
    Config,
    /// In documentation.
    Doc,
    /// In a comment or a docstring.
    Comment,
    /// In code, without it being clear what for; or in a file of a kind that is not known.
    Unknown,
}

impl Class {
    /// All classes, in the order of reports.
    pub const ALL: [Self; 7] =
        [Self::Read, Self::Declared, Self::Test, Self::Config, Self::Doc, Self::Comment, Self::Unknown];

    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Declared => "declared",
            Self::Test => "test",
            Self::Config => "config",
            Self::Doc => "doc",
            Self::Comment => "comment",
            Self::Unknown => "unknown",
        }
    }

    /// The class of this word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == word)
    }

    /// Whether code may need the flag because of it: what is not clear counts.
    pub fn needs_the_flag(self) -> bool {
        match self {
            Self::Read | Self::Declared | Self::Unknown => true,
            Self::Test | Self::Config | Self::Doc | Self::Comment => false,
        }
    }

    /// The class of every mention in a file as far as its path, relative to the service's code, decides it.
    pub(super) fn by_path(path: &str) -> Option<Self> {
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        match extension.to_ascii_lowercase().as_str() {
            "md" | "rst" | "adoc" | "txt" => Some(Self::Doc),
            "" if DOCUMENTS.contains(&name) => Some(Self::Doc),
            extension if is_of_tests(folders, stem, extension) => Some(Self::Test),
            "json" | "jsonc" | "json5" | "yaml" | "yml" | "toml" | "xml" | "ini" | "cfg" | "conf" | "env"
            | "properties" | "tf" | "hcl" => Some(Self::Config),
            _ if name.starts_with(".env") => Some(Self::Config),
            _ => None,
        }
    }
}

/// Documents that bear no ending.
const DOCUMENTS: &[&str] = &["README", "CHANGELOG", "LICENSE", "NOTICE", "COPYING", "AUTHORS"];

/// Folders that hold nothing but tests and what they need, whatever is around them.
const TEST_FOLDERS: &[&str] = &["__tests__", "__mocks__", "__fixtures__", "testdata", "testfixtures", "e2e"];

/// Where specifications are tests: elsewhere they may be anything that is specified.
const OF_SPECS: &[&str] = &["rb", "js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts"];

/// Ends of file names that say the file is a test.
const TEST_MARKS: &[&str] =
    &["_test", "_tests", ".test", ".spec", "_spec", "Test", "Tests", "TestCase", ".cy", ".e2e"];

/// Whether folders or the file's name without its ending say that a file is a test. What Maven and Gradle build into the
/// program (`src/main`) is none, whatever it is called.
fn is_of_tests(folders: &str, stem: &str, extension: &str) -> bool {
    if format!("/{folders}/").contains("/src/main/") {
        return false;
    }
    let has_specs = OF_SPECS.contains(&extension);
    let in_tests = folders.split('/').any(|folder| {
        let lower = folder.to_ascii_lowercase();
        TEST_FOLDERS.contains(&lower.as_str())
            || (has_specs && matches!(lower.as_str(), "spec" | "specs"))
            || speaks_of_tests(folder)
    });
    // `CheckoutIT`, but not `AUDIT`.
    let of_integration =
        stem.strip_suffix("IT").is_some_and(|rest| rest.ends_with(|c: char| c.is_ascii_lowercase()));
    let marked = TEST_MARKS.iter().any(|mark| stem.ends_with(mark)) && !tries_variants(&words(stem));
    let bare = matches!(stem, "test" | "tests" | "conftest")
        || (stem == "spec" && has_specs)
        || stem.starts_with("test_");
    in_tests || marked || of_integration || bare
}

/// Whether a folder is one of tests: `tests`, `commonTest`, `integration-tests`, `Shop.Tests.Unit`.
fn speaks_of_tests(folder: &str) -> bool {
    let words = words(folder);
    let is_test = |word: &String| word == "test" || word == "tests";
    let at_end = words.last().is_some_and(is_test);
    // The parts of a name in .NET.
    let as_part =
        folder.split('.').any(|part| matches!(part, "Test" | "Tests" | "UnitTests" | "IntegrationTests"));
    (at_end && !tries_variants(&words)) || as_part
}

/// An experiment in production is called a test as well.
fn tries_variants(words: &[String]) -> bool {
    let Some(before) = words.len().checked_sub(2).and_then(|at| words.get(at)) else { return false };
    matches!(before.as_str(), "ab" | "b" | "split" | "variant" | "multivariate")
}

/// The words that a name is made of, in lower case: `abTest`, `ABTest` and `ab-test` are two each.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    let mut letters = name.chars().peekable();
    while let Some(c) = letters.next() {
        let is_letter = c.is_alphanumeric();
        let begins =
            c.is_uppercase() && (!before.is_uppercase() || letters.peek().is_some_and(|c| c.is_lowercase()));
        if !is_letter || begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| is_letter) {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::Class;

    #[test]
    fn tests_are_told_by_their_paths() {
        for path in [
            "shop/tests.py",
            "src/tests.rs",
            "src/checkout/test.js",
            "lib/src/commonTest/kotlin/Payload.kt",
            "src/androidUnitTest/A.kt",
            "src/integrationTest/java/A.java",
            "src/testFixtures/java/A.java",
            "Shop.UnitTests/A.cs",
            "Shop.Tests.Unit/B.cs",
            "integration_test/a.py",
            "perf/load-test/a.js",
            "web/__fixtures__/a.ts",
            "CheckoutIT.java",
            "LoginTestCase.java",
            "Test/a.rb",
            "spec/flags/checkout.rb",
            "web/specs/checkout.ts",
        ] {
            assert_eq!(Class::by_path(path), Some(Class::Test), "{path}");
        }
    }

    #[test]
    fn what_only_sounds_like_a_test_is_none() {
        for path in [
            "src/main/java/com/acme/AbTest.java",
            "src/main/java/com/acme/test/Runner.java",
            "experiments/ABTest.kt",
            "experiments/split_test.py",
            "ab-test/engine.ts",
            "src/latest/a.go",
            "contest/Contest.go",
            "AUDIT.java",
            "TestDrive.java",
            "shop/spec.py",
            "spec/openapi.go",
            "src/ProductSpec.java",
            "db/fixtures/seed.rb",
        ] {
            assert_eq!(Class::by_path(path), None, "{path}");
        }
        assert_eq!(Class::by_path("packages/a/LICENSE"), Some(Class::Doc));
    }
}
