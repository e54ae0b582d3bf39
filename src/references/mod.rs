//! Where code names flags: one scan of the services' code for all keys, what each mention is for, and calls that ask for
//! keys which no flag has. What was not looked at is part of the answer, so that nobody takes silence for "unused".

mod class;
mod classify;
mod code;
mod file;
mod report;
mod resolve;
mod scan;
mod search;
mod signs;
mod standing;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

pub use class::Class;
pub use code::Code;
pub use report::{Committed, Document, Header, Report, ReportError, document, parse};
pub use scan::{ScanError, scan};

/// Code of a service.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// The service.
    pub service: String,
    /// How its folder is shown; files are shown below it.
    pub shown: String,
    /// Its folder, or one file.
    pub path: PathBuf,
}

/// A place in code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The service whose code it is.
    pub service: String,
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// A place that names a flag.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// Where.
    pub place: Place,
    /// The flag.
    pub flag: String,
    /// What for.
    pub class: Class,
}

/// A call that asks for a key which no flag has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Undefined {
    /// Where.
    pub place: Place,
    /// The key.
    pub key: String,
}

/// Why something was not searched, or not wholly understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// A byte that no text has.
    Binary,
    /// A file over 2 MiB.
    Large,
    /// Lines over 64 KiB: the file was searched, what its mentions are for is not known.
    LongLines,
    /// Nested beyond what anybody writes: the same holds.
    Nested,
    /// In a language whose grammar this flagc was built without: what its mentions are for is not known.
    NoGrammar,
    /// A symbolic link to what is searched anyway, or to nothing. Links are not followed.
    Link,
    /// A symbolic link to something outside of the code that is searched.
    LinkOut,
    /// No regular file: a pipe, a device.
    Special,
    /// A file or a folder that could not be read.
    Unreadable,
}

impl Reason {
    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::Large => "large",
            Self::LongLines => "long-lines",
            Self::Nested => "nested",
            Self::NoGrammar => "no-grammar",
            Self::Link => "link",
            Self::LinkOut => "link-out",
            Self::Special => "special",
            Self::Unreadable => "unreadable",
        }
    }

    /// The reason of this word.
    pub fn named(word: &str) -> Option<Self> {
        let all = [
            Self::Binary,
            Self::Large,
            Self::LongLines,
            Self::Nested,
            Self::NoGrammar,
            Self::Link,
            Self::LinkOut,
            Self::Special,
            Self::Unreadable,
        ];
        all.into_iter().find(|reason| reason.as_str() == word)
    }

    /// Whether a mention may have been missed because of it. Pictures and archives hold none.
    pub fn hides(self) -> bool {
        match self {
            Self::Large | Self::NoGrammar | Self::LinkOut | Self::Unreadable => true,
            Self::Binary | Self::LongLines | Self::Nested | Self::Link | Self::Special => false,
        }
    }
}

/// Something that was not searched.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// The service whose code it is.
    pub service: String,
    /// The file.
    pub file: String,
    /// Why.
    pub reason: Reason,
}

/// What a scan found, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// The places that name flags.
    pub references: Vec<Reference>,
    /// Calls that ask for keys which no flag has.
    pub undefined: Vec<Undefined>,
    /// Calls whose key is made at run time.
    pub dynamic: Vec<Place>,
    /// What was not searched.
    pub skipped: Vec<Skipped>,
    /// How many files of each service were searched; a service of which there was none is not here.
    pub files: BTreeMap<String, usize>,
    /// Flags that nobody looked for in a service's code: they are younger than its report.
    pub unasked: BTreeSet<(String, String)>,
}

impl Scan {
    /// The places that name a flag.
    pub fn references_of<'s>(&'s self, flag: &'s str) -> impl Iterator<Item = &'s Reference> {
        self.references.iter().filter(move |reference| reference.flag == flag)
    }

    /// Whether a service's code was looked at, and no mention can have been missed.
    pub fn is_complete(&self, service: &str) -> bool {
        self.files.contains_key(service)
            && !self.skipped.iter().any(|skipped| skipped.service == service && skipped.reason.hides())
    }

    /// Whether all mentions of a flag in a service's code are known.
    pub fn knows(&self, service: &str, flag: &str) -> bool {
        self.is_complete(service) && !self.unasked.contains(&(service.to_owned(), flag.to_owned()))
    }

    /// Adds what another scan found.
    pub fn join(&mut self, other: Self) {
        self.references.extend(other.references);
        self.undefined.extend(other.undefined);
        self.dynamic.extend(other.dynamic);
        self.skipped.extend(other.skipped);
        self.unasked.extend(other.unasked);
        for (service, files) in other.files {
            *self.files.entry(service).or_default() += files;
        }
        self.sort();
    }

    /// Reads what was found in the light of these keys: what was asked for before there was a flag of that key is a read
    /// of it. Other mentions of keys that are not among `asked`, those that were looked for, are not known.
    #[must_use]
    pub fn with_keys(mut self, keys: &[&str], asked: Option<&BTreeSet<String>>) -> Self {
        let unasked = keys.iter().filter(|key| asked.is_some_and(|asked| !asked.contains(**key)));
        for key in unasked {
            self.unasked.extend(self.files.keys().map(|service| (service.clone(), (*key).to_owned())));
        }
        let (known, undefined) = std::mem::take(&mut self.undefined)
            .into_iter()
            .partition(|undefined| keys.contains(&undefined.key.as_str()));
        self.undefined = undefined;
        let known: Vec<Undefined> = known;
        self.references.extend(known.into_iter().map(|asked| Reference {
            place: asked.place,
            flag: asked.key,
            class: Class::Read,
        }));
        self.sort();
        self
    }

    fn sort(&mut self) {
        self.references.sort();
        self.references.dedup();
        self.undefined.sort();
        self.undefined.dedup();
        self.dynamic.sort();
        self.dynamic.dedup();
        self.skipped.sort();
        self.skipped.dedup();
    }
}
