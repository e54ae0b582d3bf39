//! What is kept of a manifest: of the values only those that can say which image runs where. So a manifest of many
//! megabytes takes little memory, and aliases that unfold without end are counted, not unfolded.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// The most values that one input may unfold to, aliases included.
const MAX_NODES: usize = 2_000_000;

/// The deepest nesting, aliases included. The deepest real manifests are custom resource schemas with about thirty.
const MAX_DEPTH: usize = 128;

/// The keys whose values are kept, sorted. What they hold beside texts is kept under any key.
const KEYS: &[&str] = &[
    "apiVersion",
    "desiredNumberScheduled",
    "digest",
    "generation",
    "image",
    "kind",
    "name",
    "namespace",
    "newName",
    "newTag",
    "observedGeneration",
    "phase",
    "registry",
    "replicas",
    "repository",
    "restartPolicy",
    "suspend",
    "tag",
    "tagSuffix",
    "updatedNumberScheduled",
    "updatedReplicas",
];

/// A value of a manifest, as far as it matters.
#[derive(Debug)]
pub(super) enum Node {
    /// Text.
    Text(Box<str>),
    /// A number, a boolean or null, as it is written.
    Plain(Box<str>),
    /// A list of what matters in it.
    List(Vec<Rc<Node>>, Extent),
    /// A table of what matters in it.
    Map(Vec<(Box<str>, Rc<Node>)>, Extent),
}

/// How far a value reaches with all its aliases unfolded.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Extent {
    nodes: usize,
    depth: usize,
}

impl Node {
    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|(name, _)| **name == *key).map(|(_, node)| &**node)
    }

    /// The value at the end of a path of keys.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The text of a key, where it is one.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        match self.get(key)? {
            Self::Text(text) => Some(text),
            Self::Plain(_) | Self::List(..) | Self::Map(..) => None,
        }
    }

    /// The whole number at the end of a path.
    pub(super) fn number(&self, path: &[&str]) -> Option<u64> {
        match self.at(path)? {
            Self::Plain(text) => text.parse().ok(),
            Self::Text(_) | Self::List(..) | Self::Map(..) => None,
        }
    }

    /// The entries of a table; none of anything else.
    pub(super) fn entries(&self) -> &[(Box<str>, Rc<Node>)] {
        match self {
            Self::Map(entries, _) => entries,
            Self::Text(_) | Self::Plain(_) | Self::List(..) => &[],
        }
    }

    /// The elements of a list; none of anything else.
    pub(super) fn elements(&self) -> &[Rc<Node>] {
        match self {
            Self::List(elements, _) => elements,
            Self::Text(_) | Self::Plain(_) | Self::Map(..) => &[],
        }
    }

    fn extent(&self) -> Extent {
        match self {
            Self::Text(_) | Self::Plain(_) => Extent { nodes: 1, depth: 1 },
            Self::List(_, extent) | Self::Map(_, extent) => *extent,
        }
    }

    fn is_scalar(&self) -> bool {
        matches!(self, Self::Text(_) | Self::Plain(_))
    }
}

/// Puts a document together from its events, whichever language it is written in.
#[derive(Default)]
pub(super) struct Builder {
    open: Vec<Open>,
    anchors: HashMap<usize, Option<Rc<Node>>>,
    /// The document, once it is closed.
    done: Option<Rc<Node>>,
    /// How much all documents so far unfold to.
    spent: usize,
}

/// A list or a table whose end has not come.
struct Open {
    /// 0 for none.
    anchor: usize,
    extent: Extent,
    content: Content,
}

enum Content {
    List(Vec<Rc<Node>>),
    Map {
        entries: Vec<(Box<str>, Rc<Node>)>,
        seen: HashSet<Box<str>>,
        key: Option<Box<str>>,
        merged: Vec<Rc<Node>>,
    },
}

/// Why a document is not taken.
pub(super) type Refusal = String;

impl Builder {
    /// The document that is complete; the next one begins.
    pub(super) fn take(&mut self) -> Option<Rc<Node>> {
        self.open.clear();
        self.anchors.clear();
        self.done.take()
    }

    /// Opens a list.
    pub(super) fn list(&mut self, anchor: usize) -> Result<(), Refusal> {
        self.open(anchor, Content::List(Vec::new()))
    }

    /// Opens a table.
    pub(super) fn map(&mut self, anchor: usize) -> Result<(), Refusal> {
        let (entries, merged) = (Vec::new(), Vec::new());
        self.open(anchor, Content::Map { entries, seen: HashSet::new(), key: None, merged })
    }

    fn open(&mut self, anchor: usize, content: Content) -> Result<(), Refusal> {
        if self.awaits_key() {
            return Err("a key is a list or a table; of a template, give what it is rendered to".to_owned());
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(format!("it nests more than {MAX_DEPTH} levels deep"));
        }
        self.open.push(Open { anchor, extent: Extent { nodes: 1, depth: 1 }, content });
        Ok(())
    }

    /// Closes the innermost list or table.
    pub(super) fn end(&mut self) -> Result<(), Refusal> {
        let Some(Open { anchor, mut extent, content }) = self.open.pop() else { return Ok(()) };
        let node = match content {
            Content::List(elements) if elements.is_empty() => None,
            Content::List(elements) => Some(Node::List(elements, extent)),
            Content::Map { mut entries, mut seen, merged, .. } => {
                for node in &merged {
                    for (key, value) in node.entries() {
                        // What the table says itself wins over what it takes from elsewhere.
                        if seen.insert(key.clone()) {
                            extent.add(value.extent())?;
                            self.spend(1)?;
                            entries.push((key.clone(), Rc::clone(value)));
                        }
                    }
                }
                if entries.is_empty() { None } else { Some(Node::Map(entries, extent)) }
            }
        };
        let node = node.map(Rc::new);
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        self.place(node)
    }

    /// Takes a scalar. `is_text` is whether it means text rather than a number, a boolean or null.
    pub(super) fn scalar(&mut self, text: &str, is_text: bool, anchor: usize) -> Result<(), Refusal> {
        if self.awaits_key() {
            if anchor != 0 {
                self.anchors.insert(anchor, Some(Rc::new(Node::Text(text.into()))));
            }
            return self.key(text);
        }
        let matters = self.keeps_scalars();
        let node = || Rc::new(if is_text { Node::Text(text.into()) } else { Node::Plain(text.into()) });
        let kept = (matters || anchor != 0).then(node);
        if anchor != 0 {
            self.anchors.insert(anchor, kept.clone());
        }
        self.place(kept.filter(|_| matters))
    }

    /// Takes what was anchored before.
    pub(super) fn alias(&mut self, anchor: usize) -> Result<(), Refusal> {
        let Some(node) = self.anchors.get(&anchor).cloned() else {
            return Err("an alias stands inside of what it stands for".to_owned());
        };
        if self.awaits_key() {
            return match node.as_deref() {
                Some(Node::Text(text)) => self.key(&text.clone()),
                _ => Err("a key is no text".to_owned()),
            };
        }
        let matters = self.keeps_scalars();
        self.place(node.filter(|node| matters || !node.is_scalar()))
    }

    fn awaits_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { content: Content::Map { key: None, .. }, .. }))
    }

    fn keeps_scalars(&self) -> bool {
        match self.open.last() {
            Some(Open { content: Content::Map { key: Some(key), .. }, .. }) => {
                KEYS.binary_search(&&**key).is_ok()
            }
            Some(_) | None => false,
        }
    }

    fn key(&mut self, text: &str) -> Result<(), Refusal> {
        if let Some(Open { content: Content::Map { seen, key, .. }, .. }) = self.open.last_mut() {
            if text != MERGE && !seen.insert(text.into()) {
                return Err(format!("`{text}` stands twice in one table"));
            }
            *key = Some(text.into());
        }
        Ok(())
    }

    /// Puts a value where it belongs; `None` is one that does not matter.
    fn place(&mut self, node: Option<Rc<Node>>) -> Result<(), Refusal> {
        let Some(open) = self.open.last_mut() else {
            if let Some(node) = &node {
                self.spend(node.extent().nodes)?;
            }
            self.done = node;
            return Ok(());
        };
        let key = match &mut open.content {
            Content::Map { key, .. } => key.take(),
            Content::List(_) => None,
        };
        let Some(node) = node else { return Ok(()) };
        if key.as_deref() == Some(MERGE) {
            if let Content::Map { merged, .. } = &mut open.content {
                let is_list = !node.elements().is_empty();
                merged.extend(if is_list { node.elements().to_vec() } else { vec![node] });
            }
            return Ok(());
        }
        open.extent.add(node.extent())?;
        match &mut open.content {
            Content::List(elements) => elements.push(node),
            Content::Map { entries, .. } => entries.extend(key.map(|key| (key, node))),
        }
        Ok(())
    }

    fn spend(&mut self, nodes: usize) -> Result<(), Refusal> {
        self.spent = self.spent.saturating_add(nodes);
        if self.spent > MAX_NODES { Err(too_much()) } else { Ok(()) }
    }
}

/// The key under which YAML takes over the entries of another table.
const MERGE: &str = "<<";

impl Extent {
    fn add(&mut self, inner: Self) -> Result<(), Refusal> {
        self.nodes = self.nodes.saturating_add(inner.nodes);
        self.depth = self.depth.max(inner.depth + 1);
        if self.nodes > MAX_NODES {
            return Err(too_much());
        }
        if self.depth > MAX_DEPTH {
            return Err(format!("its aliases nest more than {MAX_DEPTH} levels deep"));
        }
        Ok(())
    }
}

fn too_much() -> Refusal {
    format!("it unfolds to more than {MAX_NODES} values")
}
