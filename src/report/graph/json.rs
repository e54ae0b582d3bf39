//! The graph as versioned JSON for programs: one document, one line. Keys may be added to version 1, none goes away.

use serde::Serialize;

use super::Report;
use super::words::id;
use crate::graph::{self, Link, Selected};
use crate::report::lines::LineTable;
use crate::report::{Location, location};

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    focus: Option<String>,
    environment: Option<&'a str>,
    nodes: Vec<NodeJson<'a>>,
    edges: Vec<EdgeJson<'a>>,
}

#[derive(Serialize)]
struct NodeJson<'a> {
    id: String,
    #[serde(rename = "type")]
    kind: &'a str,
    name: &'a str,
    file: &'a str,
    /// In how many steps the focus depends on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    dependency: Option<usize>,
    /// In how many steps it depends on the focus.
    #[serde(skip_serializing_if = "Option::is_none")]
    dependent: Option<usize>,
}

#[derive(Serialize)]
struct EdgeJson<'a> {
    from: String,
    to: String,
    kind: &'a str,
    locations: Vec<Location<'a>>,
}

pub(super) fn render(report: &Report<'_>) -> String {
    let workspace = report.workspace;
    let table = LineTable::new(report.sources);
    let node = |shown: &Selected| NodeJson {
        id: id(workspace, shown.node),
        kind: shown.node.type_name(),
        name: graph::name(workspace, shown.node),
        file: table.file(graph::file(workspace, shown.node)).0,
        dependency: shown.dependency,
        dependent: shown.dependent,
    };
    let edge = |link: &Link| EdgeJson {
        from: id(workspace, link.from),
        to: id(workspace, link.to),
        kind: link.kind.as_str(),
        locations: link.places.iter().map(|place| location(*place, &table)).collect(),
    };
    crate::report::to_json_line(&Document {
        version: 1,
        focus: report.selection.focus.map(|node| id(workspace, node)),
        environment: report
            .environment
            .map(|environment| workspace.config.environment(environment).name.value.as_str()),
        nodes: report.selection.nodes.iter().map(node).collect(),
        edges: report.selection.links.iter().map(edge).collect(),
    })
}
