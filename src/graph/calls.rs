//! The order in which services go out: who is called goes before who calls.

use std::collections::BTreeSet;

use petgraph::algo::condensation;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::{Incoming, Outgoing};

use super::{Edge, Node, calls};
use crate::model::{ServiceId, Workspace};

/// The services in groups, each after those that it calls, directly or through services that are not among them.
/// Services that call each other in a circle are one group, sorted by name. Where calls leave a choice, the name
/// decides. Every service is named once, however often it was given.
pub fn call_order(workspace: &Workspace, services: &[ServiceId]) -> Vec<Vec<ServiceId>> {
    let wanted: BTreeSet<ServiceId> = services.iter().copied().collect();
    // Circles become one node, on the whole graph: two services may be in a circle through a third.
    let circles = condensation(calls(workspace).inner, true).map_owned(
        |_, nodes| {
            let mut group: Vec<ServiceId> = nodes.into_iter().filter_map(service).collect();
            group.retain(|id| wanted.contains(id));
            // Services are sorted by name, so their ids are, too.
            group.sort_unstable();
            group
        },
        |_, edge| edge,
    );
    callees_first(&circles)
}

/// The groups in an order of the calls between them; those with nobody in them only hand the order on.
fn callees_first(groups: &DiGraph<Vec<ServiceId>, Edge>) -> Vec<Vec<ServiceId>> {
    let mut waits_for: Vec<usize> =
        groups.node_indices().map(|group| groups.neighbors_directed(group, Outgoing).count()).collect();
    // `None` comes before every service, so that a group with nobody in it never holds up the choice by name.
    let entry = |group: NodeIndex| (groups[group].first().copied(), group);
    let mut ready: BTreeSet<(Option<ServiceId>, NodeIndex)> =
        groups.node_indices().filter(|group| waits_for[group.index()] == 0).map(entry).collect();
    let mut order = Vec::new();
    while let Some((_, next)) = ready.pop_first() {
        if !groups[next].is_empty() {
            order.push(groups[next].clone());
        }
        for caller in groups.neighbors_directed(next, Incoming) {
            waits_for[caller.index()] -= 1;
            if waits_for[caller.index()] == 0 {
                ready.insert(entry(caller));
            }
        }
    }
    order
}

fn service(node: Node) -> Option<ServiceId> {
    match node {
        Node::Service(id) => Some(id),
        Node::Flag(_) | Node::Segment(_) | Node::Release(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Service;
    use crate::source::{FileId, Span, Spanned};

    fn workspace(calls: &[(&str, &[&str])]) -> Workspace {
        let service = |(name, calls): &(&str, &[&str])| Service {
            name: (*name).into(),
            file: FileId(0),
            images: Vec::new(),
            calls: calls.iter().map(|called| Spanned::new((*called).into(), Span::default())).collect(),
            code: Vec::new(),
            provides: None,
            sdk: None,
        };
        Workspace { services: calls.iter().map(service).collect(), ..Workspace::default() }
    }

    /// The groups by name: services of a group joined with `+`.
    fn ordered(workspace: &Workspace, asked: &[&str]) -> Vec<String> {
        let asked: Vec<ServiceId> = asked.iter().filter_map(|name| workspace.service_id(name)).collect();
        let name = |id: &ServiceId| workspace.service(*id).name.to_string();
        let group = |group: &Vec<ServiceId>| group.iter().map(name).collect::<Vec<_>>().join("+");
        call_order(workspace, &asked).iter().map(group).collect()
    }

    #[test]
    fn who_is_called_goes_before_who_calls_and_names_decide_the_rest() {
        let shop =
            workspace(&[("a", &["z", "m"]), ("b", &[]), ("m", &["z", "nobody"]), ("y", &["b"]), ("z", &[])]);
        assert_eq!(ordered(&shop, &["y", "a", "z", "m", "b", "a"]), ["b", "y", "z", "m", "a"]);
    }

    #[test]
    fn a_circle_is_one_group_also_through_a_service_that_is_not_asked_for() {
        let shop =
            workspace(&[("a", &["b"]), ("b", &["c"]), ("c", &["a", "d"]), ("d", &["d"]), ("e", &["a"])]);
        assert_eq!(ordered(&shop, &["e", "d", "c", "b", "a"]), ["d", "a+b+c", "e"]);
        assert_eq!(ordered(&shop, &["e", "c", "a"]), ["a+c", "e"]);
    }

    #[test]
    fn services_that_are_not_asked_for_hand_the_order_on() {
        let shop = workspace(&[("a", &["x"]), ("b", &[]), ("x", &["z"]), ("z", &[])]);
        assert_eq!(ordered(&shop, &["a", "z", "b"]), ["b", "z", "a"]);
    }

    #[test]
    fn a_chain_of_a_hundred_thousand_does_not_exhaust_the_stack() {
        let names: Vec<String> = (0..100_000).map(|index| format!("s{index:06}")).collect();
        let chain: Vec<[&str; 1]> = names.iter().skip(1).map(|next| [next.as_str()]).collect();
        let last: (&str, &[&str]) = ("s099999", &[]);
        let calls: Vec<(&str, &[&str])> = names
            .iter()
            .zip(&chain)
            .map(|(name, next)| (name.as_str(), next.as_slice()))
            .chain([last])
            .collect();
        let shop = workspace(&calls);
        let order = call_order(&shop, &[ServiceId(0), ServiceId(99_999)]);
        assert_eq!(order, [[ServiceId(99_999)], [ServiceId(0)]]);
    }
}
