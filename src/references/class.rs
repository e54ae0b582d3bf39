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
        let folders = folders.split('/').map(str::to_ascii_lowercase);
        let in_tests = folders.into_iter().any(|folder| {
            matches!(
                folder.as_str(),
                "test"
                    | "tests"
                    | "__tests__"
                    | "__mocks__"
                    | "spec"
                    | "specs"
                    | "testdata"
                    | "androidtest"
                    | "e2e"
                    | "fixtures"
            ) || folder.rsplit_once('.').is_some_and(|(_, end)| end == "tests")
                || folder.ends_with("-tests")
        });
        let marks = ["_test", ".test", ".spec", "_spec", "Test", "Tests", "IT", "Spec", ".cy", ".e2e"];
        let named_so =
            stem.starts_with("test_") || stem == "conftest" || marks.iter().any(|mark| stem.ends_with(mark));
        match extension.to_ascii_lowercase().as_str() {
            "md" | "mdx" | "rst" | "adoc" | "txt" => Some(Self::Doc),
            _ if in_tests || named_so => Some(Self::Test),
            "json" | "jsonc" | "json5" | "yaml" | "yml" | "toml" | "xml" | "ini" | "cfg" | "conf" | "env"
            | "properties" | "tf" | "hcl" => Some(Self::Config),
            _ if name.starts_with(".env") => Some(Self::Config),
            _ => None,
        }
    }
}
