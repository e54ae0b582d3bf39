//! One walk over a tree that stops at the places of interest, each with all nodes around it. A grammar's own way from a
//! node to the one around it begins at the root; in a deeply nested file that would take the square of the time.

use std::ops::Range;

use tree_sitter::{Node, Tree};

/// How far outward anything is looked for, in nodes. What a mention is for is said nearby.
const REACH: usize = 512;

/// A node and what is around it.
#[derive(Clone, Copy)]
pub(super) struct Trail<'a, 'n> {
    /// From the root to the node.
    nodes: &'a [Node<'n>],
}

impl<'a, 'n> Trail<'a, 'n> {
    /// The node itself; `None` for an empty tree.
    pub(super) fn node(&self) -> Option<Node<'n>> {
        self.nodes.last().copied()
    }

    /// How many nodes it is from the root to the node, with both.
    pub(super) fn depth(&self) -> usize {
        self.nodes.len()
    }

    /// What is around the node: 0 is the node itself.
    pub(super) fn up(&self, levels: usize) -> Option<Node<'n>> {
        self.nodes.len().checked_sub(levels + 1).map(|at| self.nodes[at])
    }

    /// The same, as the node so many levels up sees it.
    pub(super) fn outer(self, levels: usize) -> Self {
        Self { nodes: &self.nodes[..self.nodes.len().saturating_sub(levels)] }
    }

    /// The node and what is around it, from the inside out.
    pub(super) fn upward(&self) -> impl Iterator<Item = Node<'n>> + use<'a, 'n> {
        self.nodes.iter().rev().take(REACH).copied()
    }

    /// What is around the node so many levels up that fits.
    pub(super) fn find(self, levels: usize, fits: impl Fn(Node<'n>) -> bool) -> Option<Self> {
        self.upward().take(levels).position(fits).map(|at| self.outer(at))
    }
}

/// Who is told of a walk.
pub(super) trait Visitor<'n> {
    /// A node, with the name that it has in the node around it, before what is inside.
    fn enter(&mut self, trail: Trail<'_, 'n>, field: Option<&str>);
    /// After what is inside: how many nodes are still open, with this one.
    fn leave(&mut self, open: usize);
    /// The smallest node around a place.
    fn place(&mut self, index: usize, trail: Trail<'_, 'n>);
}

/// Which nodes a walk goes into.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// All.
    Whole,
    /// Those around a place; the others beside them are entered, and not what is inside.
    Places,
}

/// Walks over a tree; `places` are sorted by where they begin.
pub(super) fn walk<'n>(
    tree: &'n Tree,
    places: &[Range<usize>],
    extent: Extent,
    visitor: &mut impl Visitor<'n>,
) {
    let mut cursor = tree.walk();
    let mut nodes: Vec<Node<'n>> = Vec::new();
    let mut next = 0;
    loop {
        let node = cursor.node();
        nodes.push(node);
        visitor.enter(Trail { nodes: &nodes }, cursor.field_name());
        let holds_one = || places.get(next).is_some_and(|place| place.start < node.end_byte());
        if (extent == Extent::Whole || holds_one()) && cursor.goto_first_child() {
            continue;
        }
        loop {
            let end = cursor.node().end_byte();
            while let Some(place) = places.get(next).filter(|place| place.start < end) {
                let holds =
                    |node: &Node<'_>| node.start_byte() <= place.start && place.end <= node.end_byte();
                let inside = nodes.iter().rposition(holds).map_or(0, |at| at + 1);
                visitor.place(next, Trail { nodes: &nodes[..inside] });
                next += 1;
            }
            visitor.leave(nodes.len());
            nodes.pop();
            if extent == Extent::Places && next == places.len() {
                return;
            }
            if cursor.goto_next_sibling() {
                break;
            }
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}
