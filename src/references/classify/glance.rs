//! What can be told of a file at a glance: mentions in comments, and calls of an SDK with a literal key. To parse a file
//! takes a hundred times as long as to search it, and most files that mention a flag do no more than this.
//! Whatever else there is in a file is left to its grammar, and so is all that looks odd.

use super::calls::{KEY_ARGUMENTS, is_client, is_evaluation, speaks_of_settings};
use super::facts::{is_generated, short_calls, speaks_of_openfeature};
use super::language::Language;
use super::lexis::{Region, of_name, regions};
use super::{Call, Class, FileFacts, Hit, Key};

/// How far behind its name a call's key is looked for, in bytes.
const REACH: usize = 512;

/// What a file says, if that can be told at a glance. Names are not among it, nor are the scopes of calls: no call that
/// is told here asks by a name, and names are looked for wherever they are used.
pub(super) fn glance(
    language: Language,
    file: &str,
    text: &str,
    hits: &[Hit],
    markers: &[usize],
) -> Option<FileFacts> {
    let has_tests = language == Language::Rust && (text.contains("cfg(test)") || text.contains("test]"));
    if has_tests || is_generated(file, text) || !short_calls(language, text).is_empty() {
        return None;
    }
    let last = hits.iter().map(|hit| hit.end).chain(markers.iter().copied()).max()?;
    let regions = regions(language, text, last + REACH)?;
    let glance = Glance { language, text, regions };
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
            let is_code = !region.is_comment && self.text.get(region.range.clone())?.contains('{');
            return (!is_code).then_some(Asks::Nothing);
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
        let key = self.first_key(end + 1)?;
        let asks = name.starts_with("use") || self.is_about_flags(start)?;
        let literal = self.literal(key)?.to_owned();
        let call = Call { start: key.range.start, key: Key::Literal(literal), scopes: Vec::new() };
        Some(if asks { Asks::For(call) } else { Asks::Nothing })
    }

    /// The literal in the place of the key, with something behind it, in a call whose arguments begin here.
    fn first_key(&self, from: usize) -> Option<&Region> {
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
        let region = self.region(self.text.len() - rest.len())?;
        let is_literal = !region.is_comment && region.range.start == self.text.len() - rest.len();
        let after = self.text.get(region.range.end..)?.trim_start().strip_prefix(',')?.trim_start();
        (is_literal && !after.starts_with([')', '/', '#'])).then_some(region)
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
