//! The part of a graph that is shown: all of it, or what one node depends on and what depends on it.

use std::collections::BTreeMap;

use super::{Direction, EdgeKind, Graph, Node, reach};
use crate::source::Place;

/// The part of a graph that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// What it is about; `None` is the whole graph.
    pub focus: Option<Node>,
    /// Sorted.
    pub nodes: Vec<Selected>,
    /// Sorted by their ends and kinds.
    pub links: Vec<Link>,
}

/// A node that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selected {
    /// Which one.
    pub node: Node,
    /// In how many steps the focus depends on it; 0 is the focus itself.
    pub dependency: Option<usize>,
    /// In how many steps it depends on the focus.
    pub dependent: Option<usize>,
}

impl Selected {
    /// In how many steps it is reached from the focus, if it is.
    pub fn steps(&self, direction: Direction) -> Option<usize> {
        match direction {
            Direction::Dependencies => self.dependency,
            Direction::Dependents => self.dependent,
        }
    }
}

/// All edges of one kind from one node to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What depends.
    pub from: Node,
    /// What it depends on.
    pub to: Node,
    /// What the one has to do with the other.
    pub kind: EdgeKind,
    /// Everywhere it is written, in the order of the files.
    pub places: Vec<Place>,
}

/// Selects everything, or what lies on the ways from and to the focus.
pub fn select(graph: &Graph, focus: Option<Node>) -> Selection {
    let Some(focus) = focus else {
        let selected = |node| Selected { node, dependency: None, dependent: None };
        return Selection {
            focus: None,
            nodes: graph.nodes().map(selected).collect(),
            links: links(graph, |_, _| true),
        };
    };
    let dependencies = reach(graph, &[focus], Direction::Dependencies);
    let dependents = reach(graph, &touched(graph, focus), Direction::Dependents);
    let is_on_a_way = |from: &Node, to: &Node| {
        let both_in =
            |reached: &BTreeMap<Node, usize>| reached.contains_key(from) && reached.contains_key(to);
        both_in(&dependencies) || both_in(&dependents)
    };
    let nodes = graph.nodes().filter_map(|node| {
        let (dependency, dependent) = (dependencies.get(&node).copied(), dependents.get(&node).copied());
        (dependency.is_some() || dependent.is_some()).then_some(Selected { node, dependency, dependent })
    });
    Selection { focus: Some(focus), nodes: nodes.collect(), links: links(graph, is_on_a_way) }
}

/// What changes when something does: it; and with a release, the flags that it holds together.
fn touched(graph: &Graph, focus: Node) -> Vec<Node> {
    let mut touched = vec![focus];
    if let Node::Release(_) = focus {
        touched.extend(graph.inner.neighbors(graph.index(focus)).map(|flag| graph.inner[flag]));
    }
    touched
}

fn links(graph: &Graph, is_shown: impl Fn(&Node, &Node) -> bool) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    for (from, to, edge) in graph.edges() {
        match links.last_mut() {
            Some(last) if (last.from, last.to, last.kind) == (from, to, edge.kind) => {
                last.places.push(edge.place);
            }
            _ if is_shown(&from, &to) => {
                links.push(Link { from, to, kind: edge.kind, places: vec![edge.place] });
            }
            _ => {}
        }
    }
    links
}
