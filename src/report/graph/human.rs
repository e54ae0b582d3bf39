//! The graph for a terminal: every edge is a sentence with the place where it is written.

use std::fmt::Write as _;

use super::Report;
use super::words::{counts, places, remark, sentence, sentence_name, title};
use crate::graph::{self, Direction, Link, Node, Selected, Selection};
use crate::report::escape::visible;
use crate::report::lines::LineTable;

/// Sentences are padded up to here, so that the places stand below each other.
const WIDEST: usize = 72;

pub(super) fn render(report: &Report<'_>) -> String {
    let table = LineTable::new(report.sources);
    let mut text = String::new();
    match report.selection.focus {
        Some(focus) => around(&mut text, report, &table, focus),
        None => whole(&mut text, report, &table),
    }
    text
}

fn whole(text: &mut String, report: &Report<'_>, table: &LineTable<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}: {}", visible(&title(report)), counts(&report.selection.nodes));
    let links: Vec<&Link> = report.selection.links.iter().collect();
    section(text, report, table, "what depends on what", &links);
    let is_linked = |node| links.iter().any(|link| link.from == node || link.to == node);
    let alone: Vec<String> = report
        .selection
        .nodes
        .iter()
        .filter(|shown| !is_linked(shown.node))
        .map(|shown| sentence_name(report.workspace, shown.node))
        .collect();
    if !alone.is_empty() {
        let _ = writeln!(text, "\nby themselves\n  {}", alone.join("\n  "));
    }
}

fn around(text: &mut String, report: &Report<'_>, table: &LineTable<'_>, focus: Node) {
    let workspace = report.workspace;
    let remark = remark(workspace, focus, report.environment);
    let file = table.file(graph::file(workspace, focus)).0;
    let parts: Vec<&str> = [remark.as_str(), file].into_iter().filter(|part| !part.is_empty()).collect();
    let _ = writeln!(text, "{}   {}", visible(&title(report)), visible(&parts.join(", ")));
    for (name, direction) in
        [("what it depends on", Direction::Dependencies), ("what depends on it", Direction::Dependents)]
    {
        let others: Vec<Selected> = report
            .selection
            .nodes
            .iter()
            .filter(|shown| shown.steps(direction).is_some_and(|steps| steps > 0))
            .copied()
            .collect();
        let links = on_the_way(report.selection, direction);
        section(text, report, table, &format!("{name}: {}", counts(&others)), &links);
    }
}

/// The edges in one direction, near ones first: what the focus has to do with itself, then what that has to do with.
fn on_the_way(selection: &Selection, direction: Direction) -> Vec<&Link> {
    let steps = |node: Node| {
        let index = selection.nodes.binary_search_by_key(&node, |shown| shown.node).ok()?;
        selection.nodes[index].steps(direction)
    };
    let mut links: Vec<(usize, usize, &Link)> = selection
        .links
        .iter()
        .filter_map(|link| {
            let (from, to) = (steps(link.from)?, steps(link.to)?);
            // A release and its flags are where the way begins, not a step of it.
            (from.max(to) > 0).then(|| (from.min(to), from.max(to), link))
        })
        .collect();
    links.sort_by_key(|(near, far, _)| (*near, *far));
    links.into_iter().map(|(_, _, link)| link).collect()
}

fn section(text: &mut String, report: &Report<'_>, table: &LineTable<'_>, title: &str, links: &[&Link]) {
    let _ = writeln!(text, "\n{title}");
    let sentences: Vec<String> = links.iter().map(|link| sentence(report.workspace, link)).collect();
    let width = sentences.iter().map(|sentence| sentence.chars().count()).max().unwrap_or(0).min(WIDEST);
    for (sentence, link) in sentences.iter().zip(links) {
        let _ = writeln!(text, "  {sentence:width$}   {}", visible(&places(table, link)));
    }
}
