//! From JSON to flags, in one pass over the text: one flag after the other is read into the same tape and compiled. What
//! flagd's Go and JavaScript cores refuse as a whole is refused as a whole here.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;
use serde_json::Value;

use super::compile::Compiler;
use super::halves;
use super::index::Index;
use super::references::Evaluators;
use super::{Document, DocumentError, Flag, Metadata, Targeting, Variant};
use crate::bucket::Generation;
use crate::choice::Choice;
use crate::json::{Node, Reader, Stop, Tape, View};
use crate::operator::Rules;
use crate::operator::program::program;

/// Reads a document, and the text of its `flagc`, which says where it comes from.
pub(crate) fn document<'a>(
    reader: &mut Reader<'a>,
) -> Result<(Result<Document, DocumentError>, &'a str), Stop> {
    let start = reader.clone();
    let mut rules = Tape::new();
    let parts = parts(reader, &mut rules, None)?;
    // Evaluators may stand behind the flags that name them.
    if parts.unresolved {
        *reader = start;
        let evaluators = rules;
        let parts = self::parts(reader, &mut Tape::new(), Some(&evaluators))?;
        return Ok((assemble(parts.read, &evaluators), parts.flagc));
    }
    Ok((assemble(parts.read, &rules), parts.flagc))
}

/// Reads the text of a document's `flagc`, and the rest as JSON alone.
pub(crate) fn flagc<'a>(reader: &mut Reader<'a>) -> Result<&'a str, Stop> {
    let (mut tape, mut keys, mut flagc) = (Tape::new(), Vec::new(), "");
    if reader.peek() != b'{' {
        reader.value(&mut tape)?;
        return Ok(flagc);
    }
    reader.entries(|reader, key| {
        tape.clear();
        let place = reader.place();
        reader.value(&mut tape)?;
        if key == "flagc" {
            flagc = reader.since(place);
        }
        keys.push(key);
        Ok(())
    })?;
    reader.refuse_twice(keys.iter().map(AsRef::as_ref))?;
    Ok(flagc)
}

/// A document's parts, as far as they have been read.
#[derive(Default)]
struct Read {
    is_object: bool,
    bucketing: Option<Value>,
    metadata: Option<Value>,
    flags: Option<Result<Compiled, DocumentError>>,
}

struct Parts<'a> {
    read: Read,
    flagc: &'a str,
    /// Whether there are evaluators that were not known when flags were compiled.
    unresolved: bool,
}

/// Flags, and what their rules are made of.
struct Compiled {
    flags: Vec<Unfinished>,
    rules: Vec<Rules>,
}

/// A flag, and what it says of itself, which stands over what the flag set says.
struct Unfinished {
    flag: Flag,
    metadata: Option<Metadata>,
}

fn parts<'a>(
    reader: &mut Reader<'a>,
    rules: &mut Tape<'a>,
    known: Option<&Tape<'a>>,
) -> Result<Parts<'a>, Stop> {
    let mut tape = Tape::new();
    let mut parts = Parts { read: Read::default(), flagc: "", unresolved: false };
    if reader.peek() != b'{' {
        reader.value(&mut tape)?;
        return Ok(parts);
    }
    parts.read.is_object = true;
    let mut keys = Vec::new();
    reader.entries(|reader, key| {
        tape.clear();
        match &*key {
            "flags" => {
                let evaluators = Evaluators::new(View::of(known.unwrap_or(rules)));
                // Of flags that stand there twice, only the last count: no room for them is made, and no middle sought.
                let is_first = parts.read.flags.is_none();
                let flags =
                    if is_first { Flags::with_room(halves::length(reader)) } else { Flags::default() };
                parts.read.flags = Some(Flags { evaluators, ..flags }.read(reader, is_first)?);
            }
            "$evaluators" => {
                reader.value(rules)?;
                let has_rules = View::of(rules).entries().next().is_some();
                parts.unresolved = has_rules && known.is_none() && parts.read.flags.is_some();
            }
            "flagc" => {
                let place = reader.place();
                reader.value(&mut tape)?;
                parts.flagc = reader.since(place);
                parts.read.bucketing = View::of(&tape).get("bucketing").map(View::to_value);
            }
            "metadata" => {
                reader.value(&mut tape)?;
                parts.read.metadata = Some(View::of(&tape).to_value());
            }
            _ => reader.value(&mut tape)?,
        }
        keys.push(key);
        Ok(())
    })?;
    reader.refuse_twice(keys.iter().map(AsRef::as_ref))?;
    Ok(parts)
}

/// Puts a document together, or says what is wrong with the first of its parts.
fn assemble(read: Read, rules: &Tape) -> Result<Document, DocumentError> {
    let shape = |what, expected| DocumentError::Shape { what, expected };
    if !read.is_object {
        return Err(shape("the document", "an object"));
    }
    let generation = match read.bucketing {
        None => Generation::default(),
        Some(bucketing) => {
            bucketing.as_u64().and_then(Generation::from_number).ok_or(DocumentError::Bucketing(bucketing))?
        }
    };
    let metadata = Arc::new(match read.metadata {
        None | Some(Value::Null) => Metadata::new(),
        Some(Value::Object(metadata)) => metadata,
        Some(_) => return Err(shape("`metadata`", "an object")),
    });
    if !matches!(View::of(rules).node(), Node::Null | Node::Object { .. }) {
        return Err(shape("`$evaluators`", "an object"));
    }
    let compiled = read.flags.ok_or(shape("`flags`", "an object or a list"))??;
    let flags: Vec<Flag> = compiled.flags.into_iter().map(|flag| flag.over(&metadata)).collect();
    let index = Index::of(&flags);
    Ok(Document { flags, index, rules: compiled.rules, metadata, generation })
}

impl Unfinished {
    fn over(self, set: &Arc<Metadata>) -> Flag {
        let metadata = match self.metadata {
            None => Arc::clone(set),
            Some(own) => {
                let mut merged = Metadata::clone(set);
                merged.extend(own);
                Arc::new(merged)
            }
        };
        Flag { metadata, ..self.flag }
    }
}

/// The flags while they are read.
#[derive(Default)]
pub(super) struct Flags<'t, 'a> {
    pub(super) evaluators: Evaluators<'t, 'a>,
    compiler: Compiler<'a>,
    /// The variants of flags as they stand in the document: most flags have those of others.
    variants: HashMap<Box<[Node<'a>]>, Arc<[Variant]>, RandomState>,
    tape: Tape<'a>,
    /// What flags have until that of the flag set is known.
    no_metadata: Arc<Metadata>,
    read: Vec<Unfinished>,
    /// What is wrong with the first flag that is refused; the others are read as JSON alone.
    refused: Option<DocumentError>,
    /// The keys of all flags that are refused.
    refused_keys: Vec<String>,
    /// The rules of flags that were read elsewhere.
    other_rules: Vec<Rules>,
}

impl<'a> Flags<'_, 'a> {
    /// With room for the flags in a text of that many bytes.
    pub(super) fn with_room(bytes: usize) -> Self {
        Self { compiler: Compiler::with_room(bytes), ..Self::default() }
    }

    /// Takes flags that stand behind these and were read elsewhere.
    pub(super) fn append(&mut self, rest: Self) {
        let part = self.other_rules.len() + 1;
        let moved = rest.read.into_iter().map(|mut read| {
            read.flag.part = part;
            read
        });
        self.read.extend(moved);
        self.other_rules.push(rest.compiler.rules);
        self.refused = self.refused.take().or(rest.refused);
        self.refused_keys.extend(rest.refused_keys);
    }

    /// Reads flags with their keys: an object, or a list whose items name their `key`. They are sorted by key.
    fn read(
        mut self,
        reader: &mut Reader<'a>,
        in_halves: bool,
    ) -> Result<Result<Compiled, DocumentError>, Stop> {
        let mut in_object = false;
        match reader.peek() {
            b'{' => {
                in_object = true;
                halves::read(&mut self, reader, in_halves)?;
            }
            b'[' => {
                let mut number = 0..;
                reader.items(|reader| self.flag(reader, None, number.next().unwrap_or(0)))?;
            }
            _ => {
                reader.value(&mut self.tape)?;
                let (what, expected) = ("`flags`", "an object or a list");
                self.refused = Some(DocumentError::Shape { what, expected });
            }
        }
        let in_order = self.read.is_sorted_by(|a, b| a.flag.key < b.flag.key);
        if in_object && !(in_order && self.refused_keys.is_empty()) {
            let keys = self.read.iter().map(|read| &*read.flag.key);
            reader.refuse_twice(keys.chain(self.refused_keys.iter().map(AsRef::as_ref)))?;
        }
        if !in_order {
            self.read.sort_by(|a, b| a.flag.key.cmp(&b.flag.key));
            // Of a list, the last flag of a key counts.
            self.read.reverse();
            self.read.dedup_by(|a, b| a.flag.key == b.flag.key);
            self.read.reverse();
        }
        let rules = std::iter::once(self.compiler.rules).chain(self.other_rules).collect();
        Ok(self.refused.map_or(Ok(Compiled { flags: self.read, rules }), Err))
    }

    pub(super) fn flag(
        &mut self,
        reader: &mut Reader<'a>,
        key: Option<&str>,
        number: usize,
    ) -> Result<(), Stop> {
        let place = reader.place();
        reader.recognise = self.evaluators.is_empty();
        reader.guards = 0;
        self.compiler.guards = 0;
        let before = self.compiler.rules.extent();
        let mut compiled = self.compiled(reader, key, number)?;
        if reader.guards != self.compiler.guards {
            reader.return_to(place);
            reader.recognise = false;
            self.compiler.rules.shorten(before);
            compiled = self.compiled(reader, key, number)?;
        }
        reader.recognise = false;
        match compiled {
            Ok(flag) => self.read.push(flag),
            Err(error) => {
                self.refused_keys.extend(key.map(str::to_owned));
                self.refused.get_or_insert(error);
            }
        }
        Ok(())
    }

    fn compiled(
        &mut self,
        reader: &mut Reader<'a>,
        key: Option<&str>,
        number: usize,
    ) -> Result<Result<Unfinished, DocumentError>, Stop> {
        let mut tape = std::mem::take(&mut self.tape);
        tape.clear();
        reader.value(&mut tape)?;
        let value = View::of(&tape);
        let named = || value.get("key").as_ref().and_then(View::as_text).map(AsRef::as_ref);
        let compiled = match key.or_else(named) {
            Some(key) => self
                .finish(key, value)
                .map_err(|problem| DocumentError::Flag { flag: key.to_owned(), problem }),
            None => Err(DocumentError::Flag {
                flag: format!("number {number}"),
                problem: "has no `key`, which a list of flags needs".to_owned(),
            }),
        };
        self.tape = tape;
        Ok(compiled)
    }

    fn finish(&mut self, key: &str, value: View<'_, 'a>) -> Result<Unfinished, String> {
        if !matches!(value.node(), Node::Object { .. }) {
            return Err("must be an object".to_owned());
        }
        let enabled = match value.get("state").as_ref().and_then(View::as_text).map(AsRef::as_ref) {
            Some("ENABLED") => true,
            Some("DISABLED") => false,
            _ => return Err("`state` must be `ENABLED` or `DISABLED`".to_owned()),
        };
        let variants = self.variants(value.get("variants"))?;
        let default = default_variant(value.get("defaultVariant"), &variants)?;
        let metadata = match value.get("metadata").map(|own| (own, own.node())) {
            None | Some((_, Node::Null)) => None,
            Some((own, Node::Object { .. })) => Some(own.to_map()),
            Some(_) => return Err("`metadata` must be an object".to_owned()),
        };
        let set = Arc::clone(&self.no_metadata);
        let mut flag = Flag {
            key: key.into(),
            enabled,
            variants,
            default,
            targeting: Targeting::None,
            settled: None,
            part: 0,
            metadata: set,
        };
        flag.targeting = self.targeting(value.get("targeting"), &flag);
        flag.settled = Choice::settled(&flag);
        Ok(Unfinished { flag, metadata })
    }

    fn variants(&mut self, variants: Option<View<'_, 'a>>) -> Result<Arc<[Variant]>, String> {
        let Some((view, Node::Object { .. })) = variants.map(|view| (view, view.node())) else {
            return Err("`variants` must be an object".to_owned());
        };
        if let Some(known) = self.variants.get(view.all()) {
            return Ok(Arc::clone(known));
        }
        let variant = |(name, value): (&Cow<str>, View)| Variant {
            name: name.as_ref().into(),
            value: value.to_value(),
        };
        let mut variants: Vec<Variant> = view.entries().map(variant).collect();
        variants.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        let variants: Arc<[Variant]> = variants.into();
        self.variants.insert(view.all().into(), Arc::clone(&variants));
        Ok(variants)
    }

    fn targeting(&mut self, rule: Option<View<'_, 'a>>, flag: &Flag) -> Targeting {
        let rule = match rule.map(|rule| (rule, rule.node())) {
            None | Some((_, Node::Null | Node::Object { keys: 0, .. })) => return Targeting::None,
            Some((rule, Node::Object { .. })) => rule,
            Some(_) => return Targeting::Invalid("`targeting` must be an object".to_owned()),
        };
        let compiled = if self.evaluators.is_empty() {
            self.compiler.rule(rule)
        } else {
            let resolved = self.evaluators.resolve(rule);
            resolved.and_then(|resolved| self.compiler.rule(View::of(&resolved)))
        };
        compiled
            .and_then(|rule| program(rule, flag, &mut self.compiler.rules))
            .map_or_else(Targeting::Invalid, Targeting::Rule)
    }
}

/// Absent, `null` and `""` mean the caller's own default.
fn default_variant(name: Option<View>, variants: &[Variant]) -> Result<Option<u32>, String> {
    match name.as_ref().map(View::node) {
        None | Some(Node::Null) => Ok(None),
        Some(Node::Text(name)) if name.is_empty() => Ok(None),
        Some(Node::Text(name)) => match (0..).zip(variants).find(|(_, variant)| *variant.name == **name) {
            Some((place, _)) => Ok(Some(place)),
            None => Err(format!("`defaultVariant` names `{name}`, which is not among the variants")),
        },
        Some(_) => Err("`defaultVariant` must be a variant's name or null".to_owned()),
    }
}
