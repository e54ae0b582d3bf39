//! The words that all formats share.

use std::collections::BTreeSet;

use super::Report;
use crate::graph::{self, Link, Node, Selected};
use crate::model::{EnvironmentId, Flag, Serve, Workspace};
use crate::report::counted;
use crate::report::diff::percent;
use crate::report::lines::LineTable;

/// What the graph is about: `acme-shop`, `flag new-checkout-flow in production`.
pub(super) fn title(report: &Report<'_>) -> String {
    let workspace = report.workspace;
    let what = match report.selection.focus {
        Some(node) => sentence_name(workspace, node),
        None => workspace.config.project.to_string(),
    };
    match report.environment {
        Some(environment) => format!("{what} in {}", workspace.config.environment(environment).name.value),
        None => what,
    }
}

/// How many there are of each type: `12 flags, 2 segments, 4 services, 1 release`.
pub(super) fn counts(nodes: &[Selected]) -> String {
    let types =
        [["flag", "flags"], ["segment", "segments"], ["service", "services"], ["release", "releases"]];
    let texts: Vec<String> = types
        .iter()
        .map(|[noun, _]| (nodes.iter().filter(|shown| shown.node.type_name() == *noun).count(), noun))
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| counted(count, noun))
        .collect();
    if texts.is_empty() { "nothing".to_owned() } else { texts.join(", ") }
}

/// `flag new-checkout-flow`.
pub(super) fn sentence_name(workspace: &Workspace, node: Node) -> String {
    format!("{} {}", node.type_name(), graph::name(workspace, node))
}

/// `service orders evaluates flag new-checkout-flow`.
pub(super) fn sentence(workspace: &Workspace, link: &Link) -> String {
    let (from, to) = (sentence_name(workspace, link.from), sentence_name(workspace, link.to));
    format!("{from} {} {to}", link.kind.verb())
}

/// `flag:new-checkout-flow`: one name for each node of a workspace.
pub(super) fn id(workspace: &Workspace, node: Node) -> String {
    format!("{}:{}", node.type_name(), graph::name(workspace, node))
}

/// Where an edge is written: `checkout/new-checkout-flow.toml:12, 30`.
pub(super) fn places(table: &LineTable<'_>, link: &Link) -> String {
    let Some(first) = link.places.first() else { return String::new() };
    // All places of a link are in the file that the link leads from, or, for who evaluates a flag, in the flag's.
    let numbers: BTreeSet<usize> = link.places.iter().map(|place| table.region(*place).start.line).collect();
    let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    format!("{}:{}", table.file(first.file).0, numbers.join(", "))
}

/// What a node is like, in a few words: a flag's kind, or what it serves in the environment; the versions of a service
/// that are live there.
pub(super) fn remark(workspace: &Workspace, node: Node, environment: Option<EnvironmentId>) -> String {
    match (node, environment) {
        (Node::Flag(id), None) => workspace.flag(id).kind.as_str().to_owned(),
        (Node::Flag(id), Some(environment)) => served(workspace.flag(id), environment),
        (Node::Service(id), Some(environment)) => {
            let service = workspace.service(id);
            live(workspace, &service.name, environment)
        }
        (Node::Service(_), None) | (Node::Segment(_) | Node::Release(_), _) => String::new(),
    }
}

/// `on 5 %, 2 rules, scheduled`: what is left of a split gets the off variant.
fn served(flag: &Flag, environment: EnvironmentId) -> String {
    if flag.killed_in(environment) {
        return "killed".to_owned();
    }
    let name = |variant| flag.variant(variant).name.value.to_string();
    let mut texts = match flag.serve_in(environment) {
        Serve::Variant(variant) => vec![name(variant.value)],
        Serve::Split(split) => {
            let share = |weight: u32| percent(f64::from(weight) / 1000.0);
            let shares = split.shares.iter().filter(|part| part.variant != flag.off_variant);
            shares.map(|part| format!("{} {}", name(part.variant), share(part.weight))).collect()
        }
    };
    match flag.rules_in(environment).len() {
        0 => {}
        rules => texts.push(counted(rules, "rule")),
    }
    if !flag.schedule_in(environment).is_empty() {
        texts.push("scheduled".to_owned());
    }
    texts.join(", ")
}

/// `1.8.2, 1.8.3`: each once, as the deployment lists them.
fn live(workspace: &Workspace, service: &str, environment: EnvironmentId) -> String {
    let name = &workspace.config.environment(environment).name.value;
    let deployments = workspace.deployments.iter().filter(|deployment| deployment.environment == *name);
    let mut versions: Vec<&str> = Vec::new();
    for live in deployments.flat_map(|deployment| &deployment.live) {
        if live.service.value == service && !versions.contains(&live.version.value.as_str()) {
            versions.push(&live.version.value);
        }
    }
    if versions.is_empty() { "not deployed".to_owned() } else { versions.join(", ") }
}
