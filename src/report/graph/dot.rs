//! The graph in the language of Graphviz.

use std::fmt::Write as _;

use super::Report;
use super::words::{id, places, remark, sentence, title};
use crate::graph::{self, EdgeKind, Link, Node};
use crate::report::escape::visible;
use crate::report::lines::LineTable;

pub(super) fn render(report: &Report<'_>) -> String {
    let table = LineTable::new(report.sources);
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "digraph {} {{", quoted(&title(report)));
    text.push_str("  rankdir=LR\n");
    text.push_str("  node [fontname=\"Helvetica\", fontsize=11, style=filled, color=\"#333333\"]\n");
    text.push_str("  edge [color=\"#555555\", arrowsize=0.7]\n");
    for shown in &report.selection.nodes {
        node(&mut text, report, &table, shown.node);
    }
    for link in &report.selection.links {
        edge(&mut text, report, &table, link);
    }
    text.push_str("}\n");
    text
}

fn node(text: &mut String, report: &Report<'_>, table: &LineTable<'_>, node: Node) {
    let workspace = report.workspace;
    let mut label = graph::name(workspace, node).to_owned();
    let remark = remark(workspace, node, report.environment);
    if !remark.is_empty() {
        label = format!("{label}\n{remark}");
    }
    let mut look = match node {
        Node::Flag(_) => "shape=box, style=\"filled,rounded\", fillcolor=\"#dbeafe\"",
        Node::Segment(_) => "shape=ellipse, fillcolor=\"#dcfce7\"",
        Node::Service(_) => "shape=hexagon, fillcolor=\"#fef3c7\"",
        Node::Release(_) => "shape=folder, fillcolor=\"#f3e8ff\"",
    }
    .to_owned();
    if report.selection.focus == Some(node) {
        look.push_str(", penwidth=3");
    }
    let tooltip = format!("{}: {}", node.type_name(), table.file(graph::file(workspace, node)).0);
    let _ = writeln!(
        text,
        "  {} [label={}, tooltip={}, {look}]",
        quoted(&id(workspace, node)),
        quoted(&label),
        quoted(&tooltip)
    );
}

fn edge(text: &mut String, report: &Report<'_>, table: &LineTable<'_>, link: &Link) {
    let look = match link.kind {
        EdgeKind::Requires => "style=bold",
        EdgeKind::UsesSegment => "style=dotted",
        EdgeKind::Evaluates => "style=solid",
        EdgeKind::Calls => "style=dashed",
        EdgeKind::Groups => "style=solid, arrowhead=none",
    };
    let tooltip = format!("{}\n{}", sentence(report.workspace, link), places(table, link));
    let _ = writeln!(
        text,
        "  {} -> {} [class={}, tooltip={}, {look}]",
        quoted(&id(report.workspace, link.from)),
        quoted(&id(report.workspace, link.to)),
        quoted(link.kind.as_str()),
        quoted(&tooltip)
    );
}

/// A quoted string that is shown as it is: Graphviz reads `\N` and `&lt;` in it, so these are taken out of its hands.
fn quoted(text: &str) -> String {
    let lines = text.split('\n').map(|line| {
        visible(line).replace('&', "&amp;").replace('<', "&lt;").replace('\\', "\\\\").replace('"', "\\\"")
    });
    format!("\"{}\"", lines.collect::<Vec<_>>().join("\\n"))
}
