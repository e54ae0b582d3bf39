//! The graph in the language of Mermaid, which code hosts draw within Markdown.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Report;
use super::words::remark;
use crate::graph::{self, EdgeKind, Node};
use crate::report::escape::visible;

pub(super) fn render(report: &Report<'_>) -> String {
    let workspace = report.workspace;
    let mut text = String::from("flowchart LR\n");
    // Names are given to nodes by their order: a key such as `end` would mean something else to Mermaid.
    let names: BTreeMap<Node, String> = report
        .selection
        .nodes
        .iter()
        .enumerate()
        .map(|(index, shown)| (shown.node, format!("n{index}")))
        .collect();
    let name = |node: Node| names.get(&node).map_or("", String::as_str);
    for shown in &report.selection.nodes {
        let mut label = escaped(graph::name(workspace, shown.node));
        let remark = remark(workspace, shown.node, report.environment);
        if !remark.is_empty() {
            label = format!("{label}<br/>{}", escaped(&remark));
        }
        let (open, close) = match shown.node {
            Node::Flag(_) => ("(", ")"),
            Node::Segment(_) => ("([", "])"),
            Node::Service(_) => ("{{", "}}"),
            Node::Release(_) => ("[[", "]]"),
        };
        let class = shown.node.type_name();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {}{open}\"{label}\"{close}:::{class}", name(shown.node));
    }
    for link in &report.selection.links {
        let arrow = match link.kind {
            EdgeKind::Requires => "==>|requires|",
            EdgeKind::UsesSegment => "-.->|uses|",
            EdgeKind::Evaluates => "-->|evaluates|",
            EdgeKind::Calls => "-.->|calls|",
            EdgeKind::Groups => "---|groups|",
        };
        let _ = writeln!(text, "  {} {arrow} {}", name(link.from), name(link.to));
    }
    // Fill, line and text are given together, so that the words can be read on light and on dark pages.
    text.push_str("  classDef flag fill:#dbeafe,stroke:#1d4ed8,color:#111827\n");
    text.push_str("  classDef segment fill:#dcfce7,stroke:#15803d,color:#111827\n");
    text.push_str("  classDef service fill:#fef3c7,stroke:#b45309,color:#111827\n");
    text.push_str("  classDef release fill:#f3e8ff,stroke:#7e22ce,color:#111827\n");
    if let Some(focus) = report.selection.focus {
        let _ = writeln!(text, "  style {} stroke-width:4px", name(focus));
    }
    text
}

/// Text that Mermaid shows and does not read: all but the plainest characters are given by number.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in visible(text).chars() {
        match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' | '-' | '_' | '.' | ',' | '%' | '+' => {
                escaped.push(character);
            }
            other => {
                let _ = write!(escaped, "#{};", u32::from(other));
            }
        }
    }
    escaped
}
