//! What can be told of a file at a glance: mentions in comments, and calls of an SDK with a literal key or a constant of
//! some class, module or table. To parse a file takes a hundred times as long as to search it, and most files that mention
//! a flag do no more than this. Whatever else there is in a file is left to its grammar, and so is all that looks odd.

use super::calls::{KEY_ARGUMENTS, is_client, is_evaluation, speaks_of_settings};
use super::facts::{is_generated, short_calls, speaks_of_openfeature};
use super::language::Language;
use super::lexis::{Region, of_name, regions};
use super::literal::path;
use super::{Call, Class, FileFacts, Hit, Key, Path, Use};

/// How far behind its name a call's key is looked for, in bytes.
const REACH: usize = 512;

/// Where there is more to tell, the grammar is faster: each name is looked for in the whole file.
const MOST: usize = 256;

/// What a file says, if that can be told at a glance. What it gives names to is not among it, nor are the scopes of calls:
/// the names by which calls ask here have something else in front wherever they stand in the file, so that it gives none
/// of them to anything.
pub(super) fn glance(
    language: Language,
    file: &str,
    text: &str,
    hits: &[Hit],
    markers: &[usize],
) -> Option<FileFacts> {
    if markers.len() > MOST || is_generated(file, text) || !short_calls(language, text).is_empty() {
        return None;
    }
    let last = hits.iter().map(|hit| hit.end).chain(markers.iter().copied()).max()?;
    let glance = Glance::new(language, text, last)?;
    let classes = hits.iter().map(|hit| Some((*hit, glance.class(*hit)?)));
    let references = classes.collect::<Option<Vec<_>>>()?;
    let mut calls = Vec::new();
    for marker in markers {
        match glance.call(*marker)? {
            Asks::Nothing => {}
            Asks::For(call) => calls.push(call),
        }
    }
    calls.sort();
    calls.dedup();
    Some(FileFacts { references, calls, ..FileFacts::default() })
}

/// Where names are used that are looked for, if that can be told at a glance: each is the key of a call, with something
/// else in front. `at` is where they stand, in bytes, in order.
pub(super) fn glance_at_uses(language: Language, text: &str, at: &[usize]) -> Option<Vec<Use>> {
    let glance = Glance::new(language, text, *at.last().filter(|_| at.len() <= MOST)?)?;
    let mut uses = Vec::new();
    for start in at {
        match glance.region(*start) {
            Some(region) if region.is_comment => {}
            // A name in quotes may be that of an entry.
            Some(_) => return None,
            None => uses.push(glance.used(*start)?),
        }
    }
    Some(uses)
}

/// What there is at a word of an SDK's methods.
enum Asks {
    Nothing,
    For(Call),
}

struct Glance<'t> {
    language: Language,
    text: &'t str,
    regions: Vec<Region>,
}

impl<'t> Glance<'t> {
    fn new(language: Language, text: &'t str, last: usize) -> Option<Self> {
        let has_tests = language == Language::Rust && (text.contains("cfg(test)") || text.contains("test]"));
        let regions = regions(language, text, last + REACH).filter(|_| !has_tests)?;
        Some(Self { language, text, regions })
    }

    /// What a mention is for.
    fn class(&self, hit: Hit) -> Option<Class> {
        let region = self.region(hit.start)?;
        if region.is_comment {
            return Some(Class::Comment);
        }
        let is_key = self.literal(region)? == self.text.get(hit.start..hit.end)?;
        let called = self.called_before(region.range.start)?;
        (is_key && is_evaluation(called)).then_some(Class::Read)
    }

    /// The call whose name holds a marker; `None` where that cannot be told.
    fn call(&self, marker: usize) -> Option<Asks> {
        if let Some(region) = self.region(marker) {
            return (!self.has_code(region)).then_some(Asks::Nothing);
        }
        let bytes = self.text.as_bytes();
        let start = marker - bytes[..marker].iter().rev().take_while(|byte| of_name(**byte)).count();
        let end = marker + bytes[marker..].iter().take_while(|byte| of_name(**byte)).count();
        let name = self.text.get(start..end)?;
        if !is_evaluation(name) {
            return Some(Asks::Nothing);
        }
        if bytes.get(end) != Some(&b'(') {
            let next = self.text[end..].trim_start().chars().next().unwrap_or(';');
            let is_named =
                self.language != Language::Ruby && matches!(next, ',' | ';' | ')' | '}' | '.' | '=');
            return is_named.then_some(Asks::Nothing);
        }
        let (start_of_key, key) = self.first_key(end + 1)?;
        let asks = name.starts_with("use") || self.is_about_flags(start)?;
        let call = Call { start: start_of_key, key, scopes: Vec::new() };
        Some(if asks { Asks::For(call) } else { Asks::Nothing })
    }

    /// Whether there may be code in a text.
    fn has_code(&self, region: &Region) -> bool {
        !region.is_comment && self.text.get(region.range.clone()).is_none_or(|text| text.contains('{'))
    }

    /// The use of a name that stands here.
    fn used(&self, start: usize) -> Option<Use> {
        let before = &self.text[..start];
        let path = self.path(start - simple_end(before).len())?;
        let begins = start - simple_end(before).len();
        let is_it = begins + path_length(&self.text[begins..]) == start + path.name.len();
        let called = self.called_before(begins)?;
        let used = Use { start, path, class: Class::Read, scopes: Vec::new() };
        (is_it && is_evaluation(called)).then_some(used)
    }

    /// A path of names, the last of which is given to nothing in this file: wherever it stands, something else stands in
    /// front, and it is handed to a call.
    fn path(&self, start: usize) -> Option<Path> {
        let written = &self.text[start..][..path_length(&self.text[start..])];
        let path = path(written)?;
        let is_whole = written.ends_with(path.name.as_str()) && written.is_ascii();
        let is_entry = path.qualifier.is_some() && !path.is_own() && is_whole;
        let bytes = self.text.as_bytes();
        let is_handed = |at: usize| {
            let after = self.text[at + path.name.len()..].trim_start();
            bytes[..at].ends_with(b".") && after.starts_with([',', ')'])
        };
        let is_word = |at: &usize| {
            let end = at + path.name.len();
            !at.checked_sub(1).is_some_and(|before| of_name(bytes[before]))
                && !bytes.get(end).is_some_and(|byte| of_name(*byte))
        };
        let mut places = memchr::memmem::find_iter(bytes, path.name.as_bytes()).filter(is_word);
        let is_said = |at: usize| self.region(at).is_some_and(|region| region.is_comment);
        (is_entry && places.all(|at| is_said(at) || is_handed(at))).then_some(path)
    }

    /// What is in the place of the key, with something behind it, in a call whose arguments begin here; and where it
    /// begins.
    fn first_key(&self, from: usize) -> Option<(usize, Key)> {
        let mut rest = self.text.get(from..)?.trim_start();
        if self.language == Language::Go {
            let (context, after) = rest.split_once(',')?;
            if !is_simple(context.trim_end()) {
                return None;
            }
            rest = after.trim_start();
        }
        let named = sign_of_names(self.language).and_then(|sign| rest.split_once(sign));
        if let Some((_, after)) = named.filter(|(name, _)| is_key_argument(name)) {
            rest = after.trim_start();
        }
        let start = self.text.len() - rest.len();
        let (end, key) = match self.region(start) {
            Some(region) if region.range.start == start => {
                (region.range.end, Key::Literal(self.literal(region)?.to_owned()))
            }
            Some(_) => return None,
            None => (start + path_length(rest), Key::Name(self.path(start)?)),
        };
        let after = self.text.get(end..)?.trim_start().strip_prefix(',')?.trim_start();
        (!after.starts_with([')', '/', '#'])).then_some((start, key))
    }

    /// Whether what stands before a method's name is a client, or the file speaks of the SDK; `None` where more stands
    /// there than a path of names.
    fn is_about_flags(&self, name: usize) -> Option<bool> {
        let before = &self.text[..name];
        let receiver = simple_end(before);
        let around = before[..before.len() - receiver.len()].chars().next_back();
        let is_path =
            receiver.is_empty() || (receiver.ends_with('.') && !receiver.starts_with(['.', '(', ')']));
        if !is_path || around == Some(':') || (receiver.is_empty() && around == Some('.')) {
            return None;
        }
        let receiver = receiver.trim_end_matches('.');
        Some(is_client(receiver) || (speaks_of_openfeature(self.text) && !speaks_of_settings(receiver)))
    }

    /// The name of the call in whose arguments a literal is the key.
    fn called_before(&self, literal: usize) -> Option<&'t str> {
        let mut before = self.text[..literal].trim_end();
        if let Some(named) = sign_of_names(self.language).and_then(|sign| before.strip_suffix(sign)) {
            let named = named.trim_end();
            let name = named.len() - named.bytes().rev().take_while(|byte| of_name(*byte)).count();
            if !is_key_argument(&named[name..]) {
                return None;
            }
            before = named[..name].trim_end();
        }
        if self.language == Language::Go {
            let context = before.strip_suffix(',')?.trim_end();
            before = context[..context.len() - simple_end(context).len()].trim_end();
        }
        let called = before.strip_suffix('(')?;
        let name = called.len() - called.bytes().rev().take_while(|byte| of_name(*byte)).count();
        Some(&called[name..])
    }

    /// The content of a text that says no more than it shows.
    fn literal(&self, region: &Region) -> Option<&'t str> {
        let before = region.range.start.checked_sub(1).map(|before| self.text.as_bytes()[before]);
        let is_prefixed = before.is_some_and(|byte| of_name(byte) || matches!(byte, b'$' | b':' | b'@'));
        let written = self.text.get(region.range.clone())?;
        let is_plain = !written.contains(['\\', '`', '$', '{', '#', '\n']) && region.quotes == 1;
        let content = written.get(1..written.len() - 1)?;
        (is_plain && !is_prefixed && !content.is_empty()).then_some(content)
    }

    fn region(&self, at: usize) -> Option<&Region> {
        let index = self.regions.partition_point(|region| region.range.end <= at);
        self.regions.get(index).filter(|region| region.range.contains(&at))
    }
}

/// What stands between an argument's name and its value.
fn sign_of_names(language: Language) -> Option<char> {
    match language {
        Language::Kotlin | Language::Python => Some('='),
        Language::CSharp | Language::Ruby => Some(':'),
        Language::Java | Language::Go | Language::TypeScript | Language::Tsx | Language::Rust => None,
    }
}

fn is_key_argument(name: &str) -> bool {
    KEY_ARGUMENTS.contains(&name.trim().to_ascii_lowercase().as_str())
}

/// How long the path of names is with which a text begins.
fn path_length(text: &str) -> usize {
    text.bytes().take_while(|byte| of_name(*byte) || *byte == b'.').count()
}

/// Whether an expression is a path of names and of calls without arguments.
fn is_simple(text: &str) -> bool {
    !text.is_empty() && simple_end(text).len() == text.len()
}

/// The end of a text that is a path of names and of calls without arguments.
fn simple_end(text: &str) -> &str {
    let mut rest = text;
    loop {
        rest = match rest.as_bytes() {
            [.., b'(', b')'] => &rest[..rest.len() - 2],
            [.., byte] if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'$' | b'@') => {
                &rest[..rest.len() - 1]
            }
            _ => return &text[rest.len()..],
        };
    }
}
