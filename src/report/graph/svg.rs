//! The graph as a picture that every browser draws: light or dark as the reader has it, types told apart by shape and
//! by colour, kinds of edges by the pattern of their line, and everything explained by a legend and by titles.

use std::fmt::Write as _;

use super::Report;
use super::layout::{Item, Layout, Stretch, layout, real};
use super::words::{counts, places, remark, sentence, title};
use crate::graph::{self, EdgeKind, Node};
use crate::model::{FlagId, ReleaseId, SegmentId, ServiceId};
use crate::report::escape::visible;
use crate::report::lines::LineTable;

/// The height of a box with one line of text, and of one with a remark below it.
const LOW: f64 = 30.0;
const HIGH: f64 = 44.0;
/// Around the picture.
const MARGIN: f64 = 24.0;
/// What title and legend take up.
const HEAD: f64 = 76.0;
/// The least width, for the legend.
const LEAST_WIDTH: f64 = 1000.0;
/// A remark that is longer is cut; the whole one is in the title.
const LONGEST_REMARK: usize = 34;

/// Looks that need no variables, which not every program that draws SVG knows.
const STYLE: &str = "\
text{font:13px ui-sans-serif,system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif;fill:#111827}\
.title{font-size:17px;font-weight:600}.note{font-size:11px;fill:#4b5563}.mid{text-anchor:middle}\
.paper{fill:#ffffff}.shape{stroke-width:1.5}.focus .shape{stroke-width:4}.focus text{font-weight:700}\
.flag .shape{fill:#dbeafe;stroke:#1d4ed8}.segment .shape{fill:#dcfce7;stroke:#15803d}\
.service .shape{fill:#fef3c7;stroke:#b45309}.release .shape{fill:#f3e8ff;stroke:#7e22ce}\
.edge{fill:none;stroke:#6b7280;stroke-width:1.3}.head{fill:#6b7280}\
.requires{stroke:#1d4ed8;stroke-width:2.4}.uses-segment{stroke:#15803d;stroke-dasharray:2 4}\
.calls{stroke:#b45309;stroke-dasharray:8 4}.groups{stroke:#7e22ce;stroke-dasharray:10 3 2 3}\
@media (prefers-color-scheme:dark){text{fill:#f3f4f6}.note{fill:#d1d5db}.paper{fill:#0d1117}\
.flag .shape{fill:#1e3a8a;stroke:#93c5fd}.segment .shape{fill:#14532d;stroke:#86efac}\
.service .shape{fill:#713f12;stroke:#fcd34d}.release .shape{fill:#581c87;stroke:#d8b4fe}\
.edge{stroke:#9ca3af}.head{fill:#9ca3af}.requires{stroke:#93c5fd}.uses-segment{stroke:#86efac}\
.calls{stroke:#fcd34d}.groups{stroke:#d8b4fe}}";

pub(super) fn render(report: &Report<'_>) -> String {
    let selection = report.selection;
    let table = LineTable::new(report.sources);
    let items: Vec<Item> = selection.nodes.iter().map(|shown| item(report, shown.node)).collect();
    // INVARIANT: the nodes of a selection are sorted, and hold both ends of every link.
    let index = |node: Node| selection.nodes.partition_point(|shown| shown.node < node);
    let ends: Vec<(usize, usize)> =
        selection.links.iter().map(|link| (index(link.from), index(link.to))).collect();
    let layout = layout(&items, &ends);
    let mut text = String::new();
    head(&mut text, report, &layout);
    let (dx, dy) = (MARGIN, HEAD + MARGIN);
    // Writing to a string cannot fail.
    let _ = writeln!(text, "<g transform=\"translate({dx} {dy})\">");
    for (link, route) in selection.links.iter().zip(&layout.routes) {
        let tooltip = format!("{}\n{}", sentence(report.workspace, link), places(&table, link));
        edge(&mut text, link.kind, &path(route), &tooltip);
    }
    for ((shown, item), (left, y)) in selection.nodes.iter().zip(&items).zip(&layout.lefts) {
        node(&mut text, report, &table, (shown.node, item), (*left, *y));
    }
    text.push_str("</g>\n</svg>\n");
    text
}

/// The size of a node, by the length of its text.
fn item(report: &Report<'_>, node: Node) -> Item {
    let remark = short_remark(report, node);
    let name = real(graph::name(report.workspace, node).chars().count()) * 7.6;
    let width = name.max(real(remark.chars().count()) * 6.4) + 36.0;
    Item { node, width, height: if remark.is_empty() { LOW } else { HIGH } }
}

fn short_remark(report: &Report<'_>, node: Node) -> String {
    let remark = remark(report.workspace, node, report.environment);
    if remark.chars().count() <= LONGEST_REMARK {
        return remark;
    }
    remark.chars().take(LONGEST_REMARK - 1).chain(['…']).collect()
}

fn head(text: &mut String, report: &Report<'_>, layout: &Layout) {
    let width = (layout.width + 2.0 * MARGIN).max(LEAST_WIDTH);
    let height = layout.height + 2.0 * MARGIN + HEAD;
    let (name, counts) = (escaped(&title(report)), escaped(&counts(&report.selection.nodes)));
    let _ = writeln!(
        text,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
         height=\"{height:.0}\" role=\"img\">\n<title>{name}: what depends on what</title>\n<desc>{counts}</desc>\n\
         <style>{STYLE}</style>\n\
         <rect class=\"paper\" width=\"{width:.0}\" height=\"{height:.0}\"/>\n\
         <text class=\"title\" x=\"{MARGIN}\" y=\"34\">{name}</text>"
    );
    legend(text);
}

/// A sample of every shape and of every line, whether the picture has it or not: pictures can then be compared.
fn legend(text: &mut String) {
    let mut x = MARGIN;
    let y = 62.0;
    let samples = [
        Node::Service(ServiceId(0)),
        Node::Flag(FlagId(0)),
        Node::Segment(SegmentId(0)),
        Node::Release(ReleaseId(0)),
    ];
    for sample in samples {
        let name = sample.type_name();
        let item = Item { node: sample, width: 32.0, height: 16.0 };
        let _ = writeln!(
            text,
            "<g class=\"{name}\">{}<text x=\"{:.0}\" y=\"{:.0}\">{name}</text></g>",
            shape(&item, (x, y)),
            x + 38.0,
            y + 4.5
        );
        x += 38.0 + 7.0 * real(name.len()) + 20.0;
    }
    for kind in EdgeKind::ALL {
        let name = kind.verb();
        let end = Stretch { enters: x + 40.0, leaves: x + 40.0, y };
        let start = Stretch { enters: x, leaves: x, y };
        edge(text, kind, &path(&[start, end]), "");
        let _ = writeln!(text, "<text x=\"{:.0}\" y=\"{:.1}\">{name}</text>", x + 46.0, y + 4.5);
        x += 46.0 + 7.0 * real(name.len()) + 20.0;
    }
}

fn node(
    text: &mut String,
    report: &Report<'_>,
    table: &LineTable<'_>,
    (node, item): (Node, &Item),
    at: (f64, f64),
) {
    let workspace = report.workspace;
    let (short, whole) = (short_remark(report, node), remark(workspace, node, report.environment));
    let name = graph::name(workspace, node);
    let mut tooltip = format!("{} {name}", node.type_name());
    for more in [whole.as_str(), table.file(graph::file(workspace, node)).0] {
        if !more.is_empty() {
            tooltip = format!("{tooltip}\n{more}");
        }
    }
    let focus = if report.selection.focus == Some(node) { " focus" } else { "" };
    let (x, y) = (at.0 + item.width / 2.0, at.1);
    let _ = write!(
        text,
        "<g class=\"{}{focus}\"><title>{}</title>{}",
        node.type_name(),
        escaped(&tooltip),
        shape(item, at)
    );
    let baseline = if short.is_empty() { y + 4.5 } else { y - 2.5 };
    let _ = write!(text, "<text class=\"mid\" x=\"{x:.1}\" y=\"{baseline:.1}\">{}</text>", escaped(name));
    if !short.is_empty() {
        let _ = write!(
            text,
            "<text class=\"mid note\" x=\"{x:.1}\" y=\"{:.1}\">{}</text>",
            y + 13.0,
            escaped(&short)
        );
    }
    text.push_str("</g>\n");
}

/// The outline of a node, from the middle of its left side on.
fn shape(item: &Item, (left, y): (f64, f64)) -> String {
    let Item { width, height, .. } = *item;
    let (top, right, bottom) = (y - height / 2.0, left + width, y + height / 2.0);
    let rounded = |radius: f64| {
        format!(
            "<rect class=\"shape\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" \
             rx=\"{radius:.1}\"/>"
        )
    };
    match item.node {
        Node::Flag(_) => rounded(6.0),
        Node::Segment(_) => rounded(height / 2.0),
        Node::Service(_) => {
            let (a, b) = (left + height / 3.0, right - height / 3.0);
            format!(
                "<path class=\"shape\" d=\"M{left:.1} {y:.1}L{a:.1} {top:.1}H{b:.1}L{right:.1} {y:.1}L{b:.1} \
                 {bottom:.1}H{a:.1}Z\"/>"
            )
        }
        Node::Release(_) => {
            let (a, b) = (left + 6.0, right - 6.0);
            format!(
                "{}<path class=\"shape\" d=\"M{a:.1} {top:.1}V{bottom:.1}M{b:.1} {top:.1}V{bottom:.1}\"/>",
                rounded(0.0)
            )
        }
    }
}

fn edge(text: &mut String, kind: EdgeKind, path: &Path, tooltip: &str) {
    let title =
        if tooltip.is_empty() { String::new() } else { format!("<title>{}</title>", escaped(tooltip)) };
    let class = kind.as_str();
    let _ = write!(text, "<g>{title}<path class=\"edge {class}\" d=\"{}\"/>", path.line);
    match kind {
        EdgeKind::Groups => {}
        EdgeKind::Requires | EdgeKind::UsesSegment | EdgeKind::Evaluates | EdgeKind::Calls => {
            let (x, y) = path.end;
            let back = x - 8.0 * path.towards;
            let (upper, lower) = (y - 3.5, y + 3.5);
            let _ =
                write!(text, "<path class=\"head\" d=\"M{x:.1} {y:.1}L{back:.1} {upper:.1}V{lower:.1}Z\"/>");
        }
    }
    text.push_str("</g>\n");
}

/// A drawn line, the point it ends at, and whether it comes there from the left (1) or from the right (-1).
struct Path {
    line: String,
    end: (f64, f64),
    towards: f64,
}

/// A line through all stretches, level where it meets them.
fn path(route: &[Stretch]) -> Path {
    let mut line = String::new();
    let mut end = (0.0, 0.0);
    let mut towards = 1.0;
    for (index, stretch) in route.iter().enumerate() {
        let Stretch { enters, leaves, y } = *stretch;
        if index == 0 {
            let _ = write!(line, "M{enters:.1} {y:.1}");
        } else {
            let (x, from) = end;
            let level = (enters - x).abs() < 1.0;
            // Both ends on one side of a column: the line goes out and comes back; to itself, in a loop.
            let bow = if level { 44.0 } else { (enters - x) / 2.0 };
            towards = if level || enters < x { -1.0 } else { 1.0 };
            let lift = if level && (y - from).abs() < 1.0 { 18.0 } else { 0.0 };
            let (a, b) = if level { (x + bow, enters + bow) } else { (x + bow, enters - bow) };
            let (up, down) = (from - lift, y + lift);
            let _ = write!(line, "C{a:.1} {up:.1} {b:.1} {down:.1} {enters:.1} {y:.1}");
        }
        if (leaves - enters).abs() > 0.0 {
            let _ = write!(line, "H{leaves:.1}");
        }
        end = (leaves, y);
    }
    Path { line, end, towards }
}

/// Text in XML: what would be markup is not, and what XML cannot hold is written out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            escaped.push('\n');
        }
        for character in visible(line).chars() {
            match character {
                '&' => escaped.push_str("&amp;"),
                '<' => escaped.push_str("&lt;"),
                '>' => escaped.push_str("&gt;"),
                '"' => escaped.push_str("&quot;"),
                '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
                other => escaped.push(other),
            }
        }
    }
    escaped
}
