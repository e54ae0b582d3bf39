//! Names that stand for keys, followed one hop through a service: `NEW_CHECKOUT = "new-checkout"` in one file, its uses in
//! others. A name that several things bear is told apart by the class, enum or module in front of it; where that does not
//! help, every key that it may stand for counts as mentioned.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;
use rayon::prelude::*;

use super::classify::{Call, Declaration, Key, Language, Path, Use, uses};
use super::file::{Lines, read, text};
use super::scan::{Gathered, place};
use super::walk::Searched;
use super::{Class, Reference, Scan, Undefined};

/// Names that say nothing of what they stand for: every table of flags has an entry of this name.
const PLAIN: &[&str] = &[
    "key", "Key", "KEY", "name", "Name", "value", "Value", "id", "flag", "Flag", "flagKey", "flag_key",
    "default", "type", "FLAG",
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
    let mut declared: Vec<(&str, &Declaration)> = Vec::new();
    for (file, facts) in &gathered.facts {
        declared.extend(facts.declarations.iter().map(|declaration| (file.shown.as_str(), declaration)));
    }
    for file in &named {
        declared.extend(file.declarations.iter().map(|declaration| (file.file.shown.as_str(), declaration)));
    }
    let mut by_name: BTreeMap<&str, Vec<(&str, &Declaration)>> = BTreeMap::new();
    for (file, declaration) in declared {
        by_name.entry(&declaration.name).or_default().push((file, declaration));
    }
    let candidates = |path: &Path, file: &str| {
        by_name.get(path.name.as_str()).map(|found| stands_for(path, file, found)).unwrap_or_default()
    };
    for file in &named {
        let lines = Lines::new(&file.text);
        for used in &file.uses {
            for declaration in candidates(&used.path, &file.file.shown) {
                let Some(flag) = declaration.value.as_deref().filter(|value| known.contains(value)) else {
                    continue;
                };
                let class = if used.reads || declaration.is_accessor { Class::Read } else { Class::Unknown };
                let place = place(service, &file.file.shown, &lines, used.start);
                scan.references.push(Reference { place, flag: flag.to_owned(), class });
            }
        }
    }
    for (file, facts) in gathered.facts.iter().filter(|(_, facts)| !facts.calls.is_empty()) {
        let mut buffer = Vec::new();
        if read(&file.path, &mut buffer).is_err() {
            continue;
        }
        let text = text(&buffer);
        let lines = Lines::new(&text);
        for call in &facts.calls {
            let place = place(service, &file.shown, &lines, call.start);
            let asked = asked(call, |path| candidates(path, &file.shown));
            let Some(asked) = asked else {
                scan.dynamic.push(place);
                continue;
            };
            for key in asked {
                if known.contains(key.as_str()) {
                    if matches!(call.key, Key::Name(_)) {
                        let place = place.clone();
                        scan.references.push(Reference { place, flag: key, class: Class::Read });
                    }
                } else {
                    scan.undefined.push(Undefined { place: place.clone(), key });
                }
            }
        }
    }
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

/// The keys that a call may ask for; `None` where nobody knows.
fn asked<'d>(call: &Call, candidates: impl Fn(&Path) -> Vec<&'d Declaration>) -> Option<BTreeSet<String>> {
    match &call.key {
        Key::Literal(key) => Some(BTreeSet::from([key.clone()])),
        Key::Dynamic => None,
        Key::Name(path) => {
            let found = candidates(path);
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
            declaration.value.as_deref().is_some_and(|value| known.contains(value)) && !declaration.is_local
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
    let Ok(search) = AhoCorasick::new(names) else { return Vec::new() };
    let one = |file: &Searched| {
        let language = Language::of(&file.shown)?;
        let mut buffer = Vec::new();
        read(&file.path, &mut buffer).ok()?;
        search.find(&buffer)?;
        let text = text(&buffer).into_owned();
        let bytes = text.as_bytes();
        let of_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii();
        let stands_alone = |found: &aho_corasick::Match| {
            let before = found.start().checked_sub(1).is_some_and(|at| of_name(bytes[at]));
            !before && !bytes.get(found.end()).is_some_and(|byte| of_name(*byte))
        };
        let at: Vec<usize> =
            search.find_overlapping_iter(bytes).filter(stands_alone).map(|found| found.start()).collect();
        if at.is_empty() {
            return None;
        }
        let (uses, declarations) = uses(language, &text, names, &at);
        Some(Named { file: file.clone(), text, uses, declarations })
    };
    files.par_iter().filter_map(one).collect()
}

/// What a name may stand for in a file, of all that bears it.
fn stands_for<'d>(path: &Path, file: &str, all: &[(&'d str, &'d Declaration)]) -> Vec<&'d Declaration> {
    let visible: Vec<(&str, &Declaration)> =
        all.iter().filter(|(other, declaration)| *other == file || !declaration.is_local).copied().collect();
    let fits = |declaration: &Declaration| match &path.qualifier {
        Some(qualifier) => declaration.container.as_ref() == Some(qualifier),
        None => true,
    };
    let fitting: Vec<_> = visible.iter().filter(|(_, declaration)| fits(declaration)).collect();
    let here = fitting.iter().filter(|(other, _)| *other == file).map(|(_, declaration)| *declaration);
    let here: Vec<&Declaration> = here.collect();
    if !here.is_empty() {
        return here;
    }
    if !fitting.is_empty() {
        return fitting.into_iter().map(|(_, declaration)| *declaration).collect();
    }
    // A package or a module in front of what stands in no class, or an alias of the only one there is.
    let loose: Vec<&Declaration> = visible
        .iter()
        .map(|(_, declaration)| *declaration)
        .filter(|declaration| declaration.container.is_none())
        .collect();
    if !loose.is_empty() {
        return loose;
    }
    let containers: BTreeSet<_> = visible.iter().map(|(_, declaration)| &declaration.container).collect();
    if containers.len() == 1 {
        visible.iter().map(|(_, declaration)| *declaration).collect()
    } else {
        Vec::new()
    }
}
