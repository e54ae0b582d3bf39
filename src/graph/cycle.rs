//! The order in which everything comes after what it depends on, and the ways round that rule it out.

use std::collections::VecDeque;

use petgraph::algo::{kosaraju_scc, toposort};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef as _;

use super::{Edge, Graph, Node};
use crate::source::Place;

/// A way round: each step leads from a node to the next, the last one back to the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// The node a step starts at, and where the step is written.
    pub steps: Vec<(Node, Place)>,
}

/// The nodes such that everything a node depends on comes before it, or the ways round that rule that out: the
/// shortest one of each tangle.
///
/// # Errors
/// The cycles, by their smallest node.
pub fn order(graph: &Graph) -> Result<Vec<Node>, Vec<Cycle>> {
    let graph = &graph.inner;
    // `toposort` first: it is iterative and right for nearly all inputs; the components only matter on a cycle.
    if let Ok(mut order) = toposort(graph, None) {
        order.reverse();
        return Ok(order.into_iter().map(|index| graph[index]).collect());
    }
    let mut cycles: Vec<Cycle> = kosaraju_scc(graph)
        .iter()
        .filter_map(|component| component.iter().min().and_then(|start| shortest_cycle(graph, *start)))
        .collect();
    cycles.sort_by_key(|cycle| cycle.steps.first().map(|step| step.0));
    Err(cycles)
}

/// The shortest way from a node back to itself, by breadth-first search.
fn shortest_cycle(graph: &DiGraph<Node, Edge>, start: NodeIndex) -> Option<Cycle> {
    let mut reached_by = vec![None; graph.node_count()];
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        let mut edges: Vec<_> = graph.edges(node).collect();
        edges.sort_by_key(|edge| (edge.weight().place, edge.target()));
        for edge in edges {
            let target = edge.target();
            if target == start {
                return Some(Cycle { steps: way_back(graph, &reached_by, node, edge.weight().place) });
            }
            if reached_by[target.index()].is_none() {
                reached_by[target.index()] = Some((node, edge.weight().place));
                queue.push_back(target);
            }
        }
    }
    None
}

fn way_back(
    graph: &DiGraph<Node, Edge>,
    reached_by: &[Option<(NodeIndex, Place)>],
    mut node: NodeIndex,
    last: Place,
) -> Vec<(Node, Place)> {
    let mut steps = vec![(graph[node], last)];
    while let Some((previous, place)) = reached_by[node.index()] {
        steps.push((graph[previous], place));
        node = previous;
    }
    steps.reverse();
    steps
}

#[cfg(test)]
#[expect(clippy::expect_used, reason = "a test that fails here fails")]
mod tests {
    use super::*;
    use crate::graph::{EdgeKind, edge};
    use crate::model::FlagId;
    use crate::source::{FileId, Span};

    fn flag(id: u32) -> Node {
        Node::Flag(FlagId(id))
    }

    fn graph(count: usize, edges: &[(u32, u32)]) -> Graph {
        let mut graph = Graph::default();
        graph.add_nodes(count, flag);
        for (line, (from, to)) in edges.iter().enumerate() {
            let edge = edge(EdgeKind::Requires, FileId(0), Span::new(line, line + 1));
            graph.add_edge(flag(*from), flag(*to), edge);
        }
        graph
    }

    #[test]
    fn what_is_depended_on_comes_first() {
        let order = order(&graph(4, &[(0, 1), (1, 2), (3, 1)])).expect("no cycle");
        let position = |node| order.iter().position(|other| *other == flag(node));
        assert!(position(2) < position(1) && position(1) < position(0) && position(1) < position(3));
    }

    #[test]
    fn a_cycle_is_told_with_every_step_and_the_shortest_way_wins() {
        let cycles =
            order(&graph(5, &[(0, 1), (1, 2), (2, 0), (1, 0), (3, 3), (4, 0)])).expect_err("two cycles");
        let nodes: Vec<Vec<Node>> =
            cycles.iter().map(|cycle| cycle.steps.iter().map(|step| step.0).collect()).collect();
        assert_eq!(nodes, [vec![flag(0), flag(1)], vec![flag(3)]]);
    }

    #[test]
    fn a_chain_of_a_hundred_thousand_does_not_exhaust_the_stack() {
        let mut edges: Vec<(u32, u32)> = (0..99_999).map(|node| (node, node + 1)).collect();
        assert!(order(&graph(100_000, &edges)).is_ok());
        edges.push((99_999, 0));
        assert_eq!(order(&graph(100_000, &edges)).expect_err("one cycle")[0].steps.len(), 100_000);
    }
}
