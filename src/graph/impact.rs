//! What can be reached: forward what something depends on, backward what depends on it and is touched by its changes.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};

use super::{Graph, Node};

/// Which way to go along the edges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To what something depends on.
    Dependencies,
    /// To what depends on it: its impact.
    Dependents,
}

/// The nodes that can be reached from some, and in how many steps at least; the first ones in none. In a circle a node
/// is reached once.
pub fn reach(graph: &Graph, from: &[Node], direction: Direction) -> BTreeMap<Node, usize> {
    let along = match direction {
        Direction::Dependencies => petgraph::Outgoing,
        Direction::Dependents => petgraph::Incoming,
    };
    let mut reached: BTreeMap<Node, usize> = from.iter().map(|node| (*node, 0)).collect();
    let mut queue: VecDeque<(Node, usize)> = from.iter().map(|node| (*node, 0)).collect();
    while let Some((node, steps)) = queue.pop_front() {
        for next in graph.inner.neighbors_directed(graph.index(node), along) {
            let next = graph.inner[next];
            if let Entry::Vacant(vacant) = reached.entry(next) {
                vacant.insert(steps + 1);
                queue.push_back((next, steps + 1));
            }
        }
    }
    reached
}
