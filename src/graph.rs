//! What depends on what: flags on the flags they require, segments on the segments they use. A way round is an error
//! that prints every step of it.

use std::collections::VecDeque;

use petgraph::algo::{kosaraju_scc, toposort};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef as _;

use crate::model::{Condition, FlagId, SegmentId, Workspace};
use crate::source::{Place, Span};

/// Who depends on whom, and where it is written.
pub type Dependencies = DiGraph<(), Place>;

/// A way round: each step leads from a node to the next, the last one back to the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// The node a step starts at, and where the step is written.
    pub steps: Vec<(usize, Place)>,
}

/// Nodes are flags by [`FlagId`]; an edge leads from a flag to one it requires. Requirements of flags that do not
/// exist are left out.
pub fn requirements(workspace: &Workspace) -> Dependencies {
    let mut graph = nodes(workspace.flags.len());
    for (index, flag) in workspace.flags.iter().enumerate() {
        for requirement in &flag.requires {
            if let Some(FlagId(required)) = workspace.flag_id(&requirement.flag.value) {
                let place = Place { file: flag.file, span: requirement.flag.span };
                graph.add_edge(NodeIndex::new(index), NodeIndex::new(required as usize), place);
            }
        }
    }
    graph
}

/// Nodes are segments by [`SegmentId`]; an edge leads from a segment to one it uses.
pub fn segment_uses(workspace: &Workspace) -> Dependencies {
    let mut graph = nodes(workspace.segments.len());
    for (index, segment) in workspace.segments.iter().enumerate() {
        let Some(condition) = &segment.condition else { continue };
        for (SegmentId(used), span) in segments_in(condition) {
            let place = Place { file: segment.file, span };
            graph.add_edge(NodeIndex::new(index), NodeIndex::new(used as usize), place);
        }
    }
    graph
}

/// The segments a condition names, and where.
pub fn segments_in(condition: &Condition) -> Vec<(SegmentId, Span)> {
    let mut segments = Vec::new();
    condition.for_each_leaf(&mut |leaf| {
        if let Condition::Segment(segment) = leaf {
            segments.push((segment.value, segment.span));
        }
    });
    segments
}

fn nodes(count: usize) -> Dependencies {
    let mut graph = Dependencies::with_capacity(count, count);
    for _ in 0..count {
        graph.add_node(());
    }
    graph
}

/// The nodes such that everything a node depends on comes before it, or the ways round that rule that out: the
/// shortest one of each tangle.
///
/// # Errors
/// The cycles, by their smallest node.
pub fn order(graph: &Dependencies) -> Result<Vec<usize>, Vec<Cycle>> {
    // `toposort` first: it is iterative and right for nearly all inputs; the components only matter on a cycle.
    if let Ok(mut order) = toposort(graph, None) {
        order.reverse();
        return Ok(order.into_iter().map(NodeIndex::index).collect());
    }
    let mut cycles: Vec<Cycle> = kosaraju_scc(graph)
        .iter()
        .filter_map(|component| component.iter().min().and_then(|start| shortest_cycle(graph, *start)))
        .collect();
    cycles.sort_by_key(|cycle| cycle.steps.first().map(|step| step.0));
    Err(cycles)
}

/// The shortest way from a node back to itself, by breadth-first search.
fn shortest_cycle(graph: &Dependencies, start: NodeIndex) -> Option<Cycle> {
    let mut reached_by = vec![None; graph.node_count()];
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        let mut edges: Vec<_> = graph.edges(node).collect();
        edges.sort_by_key(|edge| (*edge.weight(), edge.target()));
        for edge in edges {
            let target = edge.target();
            if target == start {
                return Some(Cycle { steps: way_back(&reached_by, node, (node.index(), *edge.weight())) });
            }
            if reached_by[target.index()].is_none() {
                reached_by[target.index()] = Some((node, *edge.weight()));
                queue.push_back(target);
            }
        }
    }
    None
}

fn way_back(
    reached_by: &[Option<(NodeIndex, Place)>],
    mut node: NodeIndex,
    last: (usize, Place),
) -> Vec<(usize, Place)> {
    let mut steps = vec![last];
    while let Some((previous, place)) = reached_by[node.index()] {
        steps.push((previous.index(), place));
        node = previous;
    }
    steps.reverse();
    steps
}

#[cfg(test)]
#[expect(clippy::expect_used, reason = "a test that fails here fails")]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn graph(count: usize, edges: &[(usize, usize)]) -> Dependencies {
        let mut graph = nodes(count);
        for (line, (from, to)) in edges.iter().enumerate() {
            let place = Place { file: FileId(0), span: Span::new(line, line + 1) };
            graph.add_edge(NodeIndex::new(*from), NodeIndex::new(*to), place);
        }
        graph
    }

    #[test]
    fn what_is_depended_on_comes_first() {
        let order = order(&graph(4, &[(0, 1), (1, 2), (3, 1)])).expect("no cycle");
        let position = |node| order.iter().position(|other| *other == node);
        assert!(position(2) < position(1) && position(1) < position(0) && position(1) < position(3));
    }

    #[test]
    fn a_cycle_is_told_with_every_step_and_the_shortest_way_wins() {
        let cycles =
            order(&graph(5, &[(0, 1), (1, 2), (2, 0), (1, 0), (3, 3), (4, 0)])).expect_err("two cycles");
        let nodes: Vec<Vec<usize>> =
            cycles.iter().map(|cycle| cycle.steps.iter().map(|step| step.0).collect()).collect();
        assert_eq!(nodes, [vec![0, 1], vec![3]]);
    }

    #[test]
    fn a_chain_of_a_hundred_thousand_does_not_exhaust_the_stack() {
        let mut edges: Vec<(usize, usize)> = (0..99_999).map(|node| (node, node + 1)).collect();
        assert!(order(&graph(100_000, &edges)).is_ok());
        edges.push((99_999, 0));
        assert_eq!(order(&graph(100_000, &edges)).expect_err("one cycle")[0].steps.len(), 100_000);
    }
}
