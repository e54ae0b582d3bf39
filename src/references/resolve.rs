//! Names that stand for keys, followed one hop through a service: `NEW_CHECKOUT = "new-checkout"` in one file, its uses in
//! others. A name that several things bear is told apart by the class, enum or module in front of it; where that does not
//! help, every key that it may stand for counts as mentioned.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::classify::{Call, Declaration, Key, Language, Use, is_generated, uses};
use super::file::{Lines, read, text};
use super::scan::{Gathered, place};
use super::search::{Kind, Words};
use super::standing::Names;
use super::walk::Searched;
use super::{Class, Reference, Scan, Undefined};

/// Names that say nothing of what they stand for: every table of flags has an entry of this name.
const PLAIN: &[&str] = &[
    "key", "Key", "KEY", "name", "Name", "value", "Value", "id", "flag", "Flag", "flagKey", "flag_key",
    "default", "type", "FLAG", "Stringer", "string", "String", "this", "self",
];

/// A file in which names are used.
struct Named {
    file: Searched,
    text: String,
    uses: Vec<Use>,
    declarations: Vec<Declaration>,
}

/// Follows the names of one service's keys, and what its calls ask for; adds what it finds to the scan.
pub(super) fn resolve(service: &str, keys: &[&str], gathered: &Gathered, scan: &mut Scan) {
    let known: BTreeSet<&str> = keys.iter().copied().collect();
    let wanted = names(gathered, &known);
    let named = if wanted.is_empty() { Vec::new() } else { named(&gathered.files, &wanted) };
    let mut all = Names::default();
    for (file, facts) in &gathered.facts {
        all.add(&file.shown, &facts.declarations);
    }
    for file in &named {
        all.add(&file.file.shown, &file.declarations);
    }
    follow_uses(service, &known, &named, &all, scan);
    follow_calls(service, &known, gathered, &all, scan);
    // A place that reads a flag by a name is found as a use of the name and as a call.
    let reads: BTreeSet<_> = scan
        .references
        .iter()
        .filter(|reference| reference.class == Class::Read)
        .map(|reference| (reference.place.file.clone(), reference.place.line, reference.flag.clone()))
        .collect();
    scan.references.retain(|reference| {
        let at = (reference.place.file.clone(), reference.place.line, reference.flag.clone());
        reference.class != Class::Unknown || !reads.contains(&at)
    });
    one_a_line(scan);
}

/// Where names are used that stand for keys.
fn follow_uses(service: &str, known: &BTreeSet<&str>, named: &[Named], all: &Names<'_>, scan: &mut Scan) {
    for file in named {
        let lines = Lines::new(&file.text);
        let generated = is_generated(&file.file.shown, &file.text);
        for used in &file.uses {
            for declaration in all.stand_for(&used.path, &file.file.shown, &used.scopes) {
                let Some(flag) = declaration.value.as_deref().filter(|value| known.contains(value)) else {
                    continue;
                };
                let class = match used.class {
                    // One generated function calls another.
                    _ if generated => Class::Declared,
                    Class::Test => Class::Test,
                    _ if declaration.is_accessor => Class::Read,
                    class => class,
                };
                let place = place(service, &file.file.shown, &lines, used.start);
                scan.references.push(Reference { place, flag: flag.to_owned(), class });
            }
        }
    }
}

/// What calls ask for.
fn follow_calls(
    service: &str,
    known: &BTreeSet<&str>,
    gathered: &Gathered,
    all: &Names<'_>,
    scan: &mut Scan,
) {
    for (file, facts) in gathered.facts.iter().filter(|(_, facts)| !facts.calls.is_empty()) {
        let mut buffer = Vec::new();
        if read(&file.path, &mut buffer).is_err() {
            continue;
        }
        let text = text(&buffer);
        let lines = Lines::new(&text);
        for call in &facts.calls {
            let place = place(service, &file.shown, &lines, call.start);
            let Some(asked) = asked(call, &file.shown, all) else {
                scan.dynamic.push(place);
                continue;
            };
            for key in asked {
                if known.contains(key.as_str()) {
                    let rest = text.get(call.start..).unwrap_or_default();
                    let is_said = matches!(call.key, Key::Literal(_)) && starts_with(rest, &key);
                    let place = place.clone();
                    if !is_said {
                        scan.references.push(Reference { place, flag: key, class: Class::Read });
                    }
                } else {
                    scan.undefined.push(Undefined { place: place.clone(), key });
                }
            }
        }
    }
}

/// Of the reads of one flag on one line, found by its name and by its call, the first is told.
fn one_a_line(scan: &mut Scan) {
    scan.references.sort();
    scan.references.dedup_by(|later, earlier| {
        later.class == Class::Read
            && earlier.class == Class::Read
            && later.flag == earlier.flag
            && (&later.place.file, later.place.line) == (&earlier.place.file, earlier.place.line)
    });
}

/// Whether a literal at the beginning of a text says a key in one piece, which then is a mention of its own.
fn starts_with(text: &str, key: &str) -> bool {
    let quoted = text.get(..text.len().min(key.len() + 16));
    quoted.is_none_or(|quoted| quoted.contains(key))
}

/// The keys that a call may ask for; `None` where nobody knows.
fn asked(call: &Call, file: &str, names: &Names<'_>) -> Option<BTreeSet<String>> {
    match &call.key {
        Key::Literal(key) => Some(BTreeSet::from([key.clone()])),
        Key::Dynamic => None,
        Key::Name(path) => {
            let found = names.stand_for(path, file, &call.scopes);
            let values: Option<BTreeSet<String>> =
                found.iter().map(|declaration| declaration.value.clone()).collect();
            values.filter(|values| !values.is_empty())
        }
    }
}

/// The names worth following: those of keys that can be seen elsewhere, and those that calls ask for.
fn names<'g>(gathered: &'g Gathered, known: &BTreeSet<&str>) -> BTreeSet<&'g str> {
    let mut names = BTreeSet::new();
    for (_, facts) in &gathered.facts {
        let of_keys = facts.declarations.iter().filter(|declaration| {
            declaration.value.as_deref().is_some_and(|value| known.contains(value))
                && declaration.scope.is_none()
        });
        names.extend(of_keys.map(|declaration| declaration.name.as_str()));
        names.extend(facts.calls.iter().filter_map(|call| match &call.key {
            Key::Name(path) => Some(path.name.as_str()),
            Key::Literal(_) | Key::Dynamic => None,
        }));
    }
    names.retain(|name| name.len() > 2 && !PLAIN.contains(name));
    names
}

/// The uses and the declarations of names in the files of a service.
fn named(files: &[Searched], names: &BTreeSet<&str>) -> Vec<Named> {
    let words: Vec<&str> = names.iter().copied().collect();
    let Ok(search) = Words::new(Kind::Name, &words) else { return Vec::new() };
    let one = |file: &Searched| {
        let language = Language::of(&file.shown)?;
        let mut buffer = Vec::new();
        read(&file.path, &mut buffer).ok()?;
        let mut found = search.find(&buffer)?;
        if found.is_empty() {
            return None;
        }
        let text = text(&buffer).into_owned();
        // Where bytes were replaced, everything stands elsewhere.
        if text.len() != buffer.len() {
            found = search.find(text.as_bytes())?;
        }
        let at: Vec<usize> = found.iter().map(|found| found.start).collect();
        let (uses, declarations) = uses(language, &text, names, &at);
        Some(Named { file: file.clone(), text, uses, declarations })
    };
    files.par_iter().filter_map(one).collect()
}
