//! From parser events to the tree, with TOML's rules on what may be defined twice.

mod events;
mod quick;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use toml_parser::decoder::Encoding;
use toml_parser::lexer::Token;
use toml_parser::parser::{RecursionGuard, parse_document};
use toml_parser::{Raw, Source};

use super::problems::{Errors, drop_echoes, to_span};
use super::{Children, MAX_DEPTH, Node, Origin, Problem, ProblemKind, Tree, Value, tag};
use crate::source::Span;

/// Tables with more entries than this are looked up through a hash map.
const LINEAR_LIMIT: u32 = 16;

/// Room that reading needs besides the tree: kept from one file to the next, it is not asked of the system ten thousand
/// times.
#[derive(Debug, Default)]
pub struct Scratch {
    tokens: Vec<Token>,
    nodes: Vec<Node<'static>>,
}

impl Scratch {
    /// Takes the room of a tree that is of no more use.
    pub fn reclaim(&mut self, tree: Tree<'_>) {
        self.nodes = emptied(tree.nodes);
    }
}

/// The same list without its elements, for elements of another life: collecting in place keeps the room.
#[expect(clippy::unnecessary_filter_map, reason = "a filter's elements are of the same life")]
fn emptied<'s>(nodes: Vec<Node<'_>>) -> Vec<Node<'s>> {
    nodes.into_iter().filter_map(|_| None).collect()
}

/// Reads TOML text. Never fails: see [`Tree::problems`].
pub fn parse(text: &str) -> Tree<'_> {
    parse_with(text, &mut Scratch::default())
}

/// Reads TOML text, as [`parse`] does, with the room of an earlier call.
pub fn parse_with<'s>(text: &'s str, scratch: &mut Scratch) -> Tree<'s> {
    let mut builder = Builder::new(Source::new(text), emptied(std::mem::take(&mut scratch.nodes)));
    match quick::read(text, &mut builder) {
        Some(()) => builder.tree,
        None => parse_fully(text, scratch),
    }
}

/// Reads TOML text with `toml_parser`.
fn parse_fully<'s>(text: &'s str, scratch: &mut Scratch) -> Tree<'s> {
    let source = Source::new(text);
    let tokens = &mut scratch.tokens;
    tokens.clear();
    tokens.extend(source.lex());
    let mut builder = Builder::new(source, Vec::new());
    let mut errors = Errors::default();
    parse_document(tokens, &mut RecursionGuard::new(&mut builder, MAX_DEPTH), &mut errors);
    let mut tree = builder.tree;
    tree.problems.append(&mut errors.problems);
    tree.problems.sort_by_key(|problem| problem.span);
    let structural = |problem: &Problem| matches!(problem.kind, ProblemKind::Syntax { structural: true, .. });
    tree.is_partial = tree.problems.iter().any(structural);
    drop_echoes(text, &mut tree.problems);
    tree
}

type Key<'s> = (Cow<'s, str>, Span);

/// Where the next key or value goes.
struct Builder<'s> {
    source: Source<'s>,
    tree: Tree<'s>,
    /// The table that plain `key = value` lines go into; `None` behind a header that could not be read, whose
    /// body would otherwise land in the wrong table.
    body: Option<u32>,
    /// How many keys lead to that table.
    body_depth: usize,
    /// A `[header]` that is being read.
    header: Option<Header>,
    /// The dotted key that is being read.
    path: Vec<Key<'s>>,
    /// Open arrays and inline tables.
    open: Vec<Open>,
    /// Whether the last event but white space was a comma.
    after_comma: bool,
}

/// An array or an inline table that is being read.
#[derive(Clone, Copy)]
struct Open {
    /// Its node; 0 for one that went nowhere and swallows what it holds.
    id: u32,
    /// How many keys, arrays and tables lead to it.
    depth: usize,
    /// Whether a line break in it was told: one is enough.
    broken_line: bool,
}

struct Header {
    is_array: bool,
    span: Span,
}

impl<'s> Builder<'s> {
    /// Builds in the room of `nodes`, which is empty.
    fn new(source: Source<'s>, mut nodes: Vec<Node<'s>>) -> Self {
        let root = Node {
            key: Cow::Borrowed(""),
            key_span: Span::default(),
            span: Span::default(),
            value: Value::Table(Children { first: 0, last: 0, len: 0, origin: Origin::Header }),
            next: 0,
            tag: 0,
        };
        // A key and its value, or an element, take some 12 bytes of text: room for all of them at once.
        nodes.reserve(source.input().len() / 12 + 8);
        nodes.push(root);
        let tree = Tree { nodes, ..Tree::default() };
        Self {
            source,
            tree,
            body: Some(0),
            body_depth: 0,
            header: None,
            path: Vec::new(),
            open: Vec::new(),
            after_comma: false,
        }
    }

    fn problem(&mut self, kind: ProblemKind, span: Span) {
        self.tree.problems.push(Problem { kind, span });
    }

    fn duplicate(&mut self, key: &Key<'s>, first: u32) {
        let first = self.tree.nodes[first as usize].key_span;
        self.problem(ProblemKind::Duplicate { key: key.0.to_string(), first }, key.1);
    }

    fn lookup(&self, parent: u32, key: &str) -> Option<u32> {
        self.tree.root_at(parent).get(key).map(|item| item.id)
    }

    fn children(&mut self, parent: u32) -> Option<&mut Children> {
        match &mut self.tree.nodes[parent as usize].value {
            Value::Array(children) | Value::Table(children) => Some(children),
            _ => None,
        }
    }

    /// Adds a node as the last child of `parent`, which must be a table or an array.
    fn append(&mut self, parent: u32, key: Key<'s>, span: Span, value: Value<'s>) -> u32 {
        let id = u32::try_from(self.tree.nodes.len()).unwrap_or(u32::MAX);
        let Some(children) = self.children(parent) else { return 0 };
        let last = std::mem::replace(&mut children.last, id);
        if last == 0 {
            children.first = id;
        }
        children.len += 1;
        let len = children.len;
        if last != 0 {
            self.tree.nodes[last as usize].next = id;
        }
        let is_table = matches!(self.tree.nodes[parent as usize].value, Value::Table(_));
        let tag = tag(&key.0);
        self.tree.nodes.push(Node { key: key.0, key_span: key.1, span, value, next: 0, tag });
        if is_table && len > LINEAR_LIMIT {
            self.index(parent, id);
        }
        id
    }

    fn index(&mut self, parent: u32, id: u32) {
        let nodes = &self.tree.nodes;
        if let Some(index) = self.tree.index.get_mut(&parent) {
            index.insert(nodes[id as usize].key.clone(), id);
            return;
        }
        let all =
            self.tree.root_at(parent).children().map(|item| (nodes[item.id as usize].key.clone(), item.id));
        let index = all.collect();
        self.tree.index.insert(parent, index);
    }

    /// Walks one key of a header's path down from `parent`; creates what is missing.
    fn descend_header(&mut self, parent: u32, key: Key<'s>) -> Option<u32> {
        let Some(found) = self.lookup(parent, &key.0) else {
            let span = key.1;
            return Some(self.append(parent, key, span, empty_table(Origin::Implicit)));
        };
        match &self.tree.nodes[found as usize].value {
            Value::Table(children) if children.origin != Origin::Inline => Some(found),
            Value::Array(children) if children.origin == Origin::ArrayOfTables => Some(children.last),
            _ => {
                self.duplicate(&key, found);
                None
            }
        }
    }

    /// Defines the table that a complete header names.
    fn define_table(&mut self, header: &Header) -> Option<u32> {
        // The list is emptied and given back: there is one for all headers of a file.
        let mut path = std::mem::take(&mut self.path);
        let defined = self.define_table_at(&mut path, header);
        path.clear();
        self.path = path;
        defined
    }

    fn define_table_at(&mut self, path: &mut Vec<Key<'s>>, header: &Header) -> Option<u32> {
        self.body_depth = path.len();
        if self.is_too_deep(0, path) {
            return None;
        }
        let last = path.pop()?;
        let parent = path.drain(..).try_fold(0, |parent, key| self.descend_header(parent, key))?;
        if header.is_array {
            self.define_element(parent, &last, header)
        } else {
            self.define_header(parent, last, header)
        }
    }

    fn define_header(&mut self, parent: u32, key: Key<'s>, header: &Header) -> Option<u32> {
        let Some(found) = self.lookup(parent, &key.0) else {
            return Some(self.append(parent, key, header.span, empty_table(Origin::Header)));
        };
        let node = &mut self.tree.nodes[found as usize];
        if let Value::Table(children) = &mut node.value
            && children.origin == Origin::Implicit
        {
            children.origin = Origin::Header;
            node.span = header.span;
            node.key_span = key.1;
            return Some(found);
        }
        self.duplicate(&key, found);
        None
    }

    fn define_element(&mut self, parent: u32, key: &Key<'s>, header: &Header) -> Option<u32> {
        let found = self.lookup(parent, &key.0);
        let list = match found {
            None => {
                let list =
                    Value::Array(Children { first: 0, last: 0, len: 0, origin: Origin::ArrayOfTables });
                self.append(parent, key.clone(), header.span, list)
            }
            Some(found) => match &self.tree.nodes[found as usize].value {
                Value::Array(children) if children.origin == Origin::ArrayOfTables => found,
                _ => {
                    self.duplicate(key, found);
                    return None;
                }
            },
        };
        let element = (Cow::Borrowed(""), key.1);
        Some(self.append(list, element, header.span, empty_table(Origin::Header)))
    }

    /// Puts a value where the events say it goes: into the open array, or behind the dotted key just read.
    fn insert(&mut self, span: Span, value: Value<'s>) -> Option<u32> {
        let (target, depth) = match (self.open.last(), self.body) {
            (Some(Open { id: 0, .. }), _) => return None,
            (Some(open), _) => (open.id, open.depth),
            (None, Some(body)) => (body, self.body_depth),
            (None, None) => {
                self.path.clear();
                return None;
            }
        };
        if matches!(self.tree.nodes[target as usize].value, Value::Array(_)) {
            return Some(self.append(target, (Cow::Borrowed(""), span), span, value));
        }
        // The list is emptied and given back: there is one for all keys of a file.
        let mut path = std::mem::take(&mut self.path);
        let inserted = self.insert_at(target, depth, &mut path, span, value);
        path.clear();
        self.path = path;
        inserted
    }

    fn insert_at(
        &mut self,
        target: u32,
        depth: usize,
        path: &mut Vec<Key<'s>>,
        span: Span,
        value: Value<'s>,
    ) -> Option<u32> {
        if self.is_too_deep(depth, path) {
            return None;
        }
        let last = path.pop()?;
        let parent = path.drain(..).try_fold(target, |parent, key| self.descend_dotted(parent, key))?;
        if let Some(found) = self.lookup(parent, &last.0) {
            self.duplicate(&last, found);
            return None;
        }
        Some(self.append(parent, last, span, value))
    }

    /// Whether a path leads deeper than [`MAX_DEPTH`], which is reported: the parser counts brackets alone, but dotted
    /// keys nest as well, and whoever walks the tree has only so much stack.
    fn is_too_deep(&mut self, depth: usize, path: &[Key<'s>]) -> bool {
        let limit = usize::try_from(MAX_DEPTH).unwrap_or(usize::MAX).saturating_sub(depth);
        let Some((_, span)) = path.get(limit) else { return false };
        let message = format!("tables nest deeper than {MAX_DEPTH} levels here");
        self.problem(ProblemKind::Syntax { message, expected: None, structural: true }, *span);
        true
    }

    /// Walks one key of a dotted path; only tables that dotted keys made, or that no header has defined yet, may be
    /// extended so.
    fn descend_dotted(&mut self, parent: u32, key: Key<'s>) -> Option<u32> {
        let Some(found) = self.lookup(parent, &key.0) else {
            let span = key.1;
            return Some(self.append(parent, key, span, empty_table(Origin::Dotted)));
        };
        match &mut self.tree.nodes[found as usize].value {
            Value::Table(children) if matches!(children.origin, Origin::Dotted | Origin::Implicit) => {
                // From here on it is defined, and no `[header]` may define it again.
                children.origin = Origin::Dotted;
                Some(found)
            }
            _ => {
                self.duplicate(&key, found);
                None
            }
        }
    }

    fn raw(&self, span: toml_parser::Span, encoding: Option<Encoding>) -> Raw<'s> {
        let text = self.source.input().get(span.start()..span.end()).unwrap_or_default();
        Raw::new_unchecked(text, encoding, span)
    }

    /// A header that never closed: its body is not read, since it would land in the wrong table.
    fn abandon_header(&mut self) {
        if self.header.take().is_some() {
            self.path.clear();
            self.body = None;
        }
    }

    fn innermost_is_inline_table(&self) -> bool {
        self.open.last().is_some_and(|open| {
            open.id != 0 && matches!(self.tree.nodes[open.id as usize].value, Value::Table(_))
        })
    }

    fn open_container(&mut self, span: toml_parser::Span, value: Value<'s>) {
        self.after_comma = false;
        let around = self.open.last().map_or(self.body_depth, |open| open.depth);
        let depth = around + self.path.len().max(1);
        let id = self.insert(to_span(span), value).unwrap_or(0);
        self.open.push(Open { id, depth, broken_line: false });
    }

    fn close_container(&mut self, span: toml_parser::Span) {
        self.path.clear();
        self.after_comma = false;
        if let Some(Open { id, .. }) = self.open.pop()
            && id != 0
        {
            let node = &mut self.tree.nodes[id as usize];
            let whole = node.span.to(to_span(span));
            if node.key.is_empty() && node.key_span == node.span {
                node.key_span = whole;
            }
            node.span = whole;
        }
    }

    fn close_header(&mut self, span: toml_parser::Span) {
        if let Some(mut header) = self.header.take() {
            header.span = header.span.to(to_span(span));
            self.body = self.define_table(&header);
        }
    }
}

fn empty_table<'s>(origin: Origin) -> Value<'s> {
    Value::Table(Children { first: 0, last: 0, len: 0, origin })
}
