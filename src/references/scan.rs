//! One pass over all files for all keys and for the methods of the SDKs, files in parallel, in an order that does not
//! depend on threads; then the names that stand for keys are followed, one hop, through each service.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use aho_corasick::BuildError;

use super::classify::{CAMEL, FileFacts, Hit, Language, SNAKE, may_ask_in_short, understand};
use super::file::{Lines, has_long_lines, read, text};
use super::resolve::resolve;
use super::search::{Found, Kind, Parts, Words};
use super::walk::{Searched, shown, skip, walk};
use super::{Class, Place, Reason, Reference, Scan, Skipped, Source};

/// The keys are more than a search can hold.
#[derive(Debug, thiserror::Error)]
#[error("the keys cannot be searched for: {0}")]
pub struct ScanError(#[from] BuildError);

thread_local! {
    /// What a thread reads into.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// A service's code that was gone through.
#[derive(Default)]
pub(super) struct Gathered {
    /// Everything in a language that is understood, for the names that are followed; not tests.
    pub(super) files: Vec<Searched>,
    /// What files with mentions or calls say.
    pub(super) facts: Vec<(Searched, FileFacts)>,
    /// How many files were searched.
    count: usize,
}

/// Finds all mentions of the keys. Files that Git ignores are left out, and so is `workspace`, where flags are defined.
///
/// # Errors
/// More keys than a search can hold.
pub fn scan(sources: &[Source], keys: &[&str], workspace: &Path) -> Result<Scan, ScanError> {
    let search = Search::new(keys)?;
    let skipped = Mutex::new(Vec::new());
    let mut all = Scan::default();
    let mut services: BTreeMap<&str, Vec<&Source>> = BTreeMap::new();
    for source in sources {
        services.entry(&source.service).or_default().push(source);
    }
    for (service, sources) in services {
        let gathered = Mutex::new((Scan::default(), Gathered::default()));
        for source in sources {
            walk(source, workspace, &skipped, &|path, below| {
                one(source, path, below, &search, keys, &skipped, &gathered);
            });
        }
        let (mut scan, mut gathered) = gathered.into_inner().unwrap_or_else(PoisonError::into_inner);
        gathered.files.sort();
        gathered.facts.sort_by(|one, other| one.0.cmp(&other.0));
        resolve(service, keys, &gathered, &mut scan);
        if gathered.count > 0 {
            scan.files.insert(service.to_owned(), gathered.count);
        }
        all.join(scan);
    }
    all.skipped.extend(skipped.into_inner().unwrap_or_else(PoisonError::into_inner));
    all.sort();
    Ok(all)
}

/// What is looked for.
struct Search<'k> {
    keys: Words<'k>,
    /// Words of the SDKs' methods.
    camel: Parts<'static>,
    snake: Parts<'static>,
}

impl<'k> Search<'k> {
    fn new(keys: &[&'k str]) -> Result<Self, BuildError> {
        let keys = Words::new(Kind::Key, keys)?;
        Ok(Self { keys, camel: Parts::new(b"VDF", CAMEL), snake: Parts::new(b"_", SNAKE) })
    }

    /// The keys in a file; `None` for what is no text.
    fn keys(&self, bytes: &[u8]) -> Option<Vec<Hit>> {
        let hit = |found: Found| Hit {
            start: found.start,
            end: found.end,
            flag: u32::try_from(found.word).unwrap_or(u32::MAX),
        };
        Some(self.keys.find(bytes)?.into_iter().map(hit).collect())
    }

    /// Where words of an SDK's methods stand in code.
    fn markers(&self, bytes: &[u8], language: Option<Language>) -> Vec<usize> {
        let mut markers = language.map(|_| self.camel.find(bytes)).unwrap_or_default();
        if language.is_some_and(Language::writes_snakes) {
            markers.extend(self.snake.find(bytes));
        }
        markers
    }
}

fn one(
    source: &Source,
    path: &Path,
    below: &str,
    search: &Search<'_>,
    keys: &[&str],
    skipped: &Mutex<Vec<Skipped>>,
    gathered: &Mutex<(Scan, Gathered)>,
) {
    BUFFER.with_borrow_mut(|buffer| {
        let file = shown(source, below);
        if let Err(reason) = read(path, buffer) {
            skip(skipped, source, &file, reason);
            return;
        }
        let Some(hits) = search.keys(buffer) else {
            skip(skipped, source, &file, Reason::Binary);
            return;
        };
        let is_long = has_long_lines(buffer);
        if is_long {
            skip(skipped, source, &file, Reason::LongLines);
        }
        let by_path = Class::by_path(if below.is_empty() { &file } else { below });
        let language = Language::of(&file).filter(|_| by_path.is_none() && !is_long);
        let markers = search.markers(buffer, language);
        let searched = || Searched { shown: file.clone(), below: below.to_owned(), path: path.to_path_buf() };
        let mut references = Vec::new();
        let mut facts = None;
        let may_ask = || language.is_some_and(|language| may_ask_in_short(language, buffer));
        if !hits.is_empty() || !markers.is_empty() || may_ask() {
            let text = text(buffer);
            // Where bytes were replaced, everything stands elsewhere.
            let replaced = matches!(text, std::borrow::Cow::Owned(_));
            let (hits, markers) = if replaced {
                let bytes = text.as_bytes();
                (search.keys(bytes).unwrap_or_default(), search.markers(bytes, language))
            } else {
                (hits, markers)
            };
            let understood = if let Some(language) = language {
                understand(language, &file, &text, &hits, &markers)
            } else {
                let class = by_path.unwrap_or(Class::Unknown);
                let references = hits.iter().map(|hit| (*hit, class)).collect();
                FileFacts { references, ..FileFacts::default() }
            };
            if let Some(why) = understood.unread {
                skip(skipped, source, &file, why);
            }
            let lines = Lines::new(&text);
            references.extend(understood.references.iter().map(|(hit, class)| Reference {
                place: place(&source.service, &file, &lines, hit.start),
                flag: keys[hit.flag as usize].to_owned(),
                class: *class,
            }));
            facts = language.map(|_| (searched(), understood));
        }
        let mut gathered = gathered.lock().unwrap_or_else(PoisonError::into_inner);
        gathered.0.references.extend(references);
        gathered.1.count += 1;
        gathered.1.facts.extend(facts);
        if language.is_some() {
            gathered.1.files.push(searched());
        }
    });
}

pub(super) fn place(service: &str, file: &str, lines: &Lines<'_>, at: usize) -> Place {
    let (line, column) = lines.position(at);
    Place { service: service.to_owned(), file: file.to_owned(), line, column }
}
