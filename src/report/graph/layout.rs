//! Where the nodes of a picture stand and how its lines run: services left, flags in the middle, segments and releases
//! right, each after what depends on it. Columns are ordered so that few lines cross (Sugiyama's method: barycentres,
//! and stations of long lines that are placed like nodes). Time grows with the lines alone, so any workspace is drawn.

use std::collections::BTreeMap;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::graph::Node;

/// A box to be placed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub(super) node: Node,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Where everything is, in pixels from the upper left corner.
#[derive(Debug)]
pub(super) struct Layout {
    /// The middle of each item's left side, in the order of the items.
    pub(super) lefts: Vec<(f64, f64)>,
    /// For each line, the stretches it runs on straight, from its start to its end.
    pub(super) routes: Vec<Vec<Stretch>>,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A level part of a line: from one side of a column to the other, or one point at an end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stretch {
    pub(super) enters: f64,
    pub(super) leaves: f64,
    pub(super) y: f64,
}

/// Between the boxes of a column.
const GAP: f64 = 12.0;
/// The height of a line's station in a column.
const STATION: f64 = 4.0;
/// A picture of more stations than these has no use for them: lines then run behind the boxes.
const MOST_STATIONS: usize = 20_000;
/// How often the columns are gone through, from left to right and back.
const SWEEPS: usize = 12;

/// Something that takes up room in a column: an item, or a station of a line that passes.
struct Place {
    column: usize,
    height: f64,
    y: f64,
    neighbours: Vec<usize>,
}

/// Places items and the lines between them, given by the indices of their ends.
pub(super) fn layout(items: &[Item], lines: &[(usize, usize)]) -> Layout {
    let columns = columns(items, lines);
    let mut places: Vec<Place> = items
        .iter()
        .zip(&columns)
        .map(|(item, column)| Place { column: *column, height: item.height, y: 0.0, neighbours: Vec::new() })
        .collect();
    let stations = add_lines(&mut places, lines, &columns);
    let order = arrange(&mut places);
    let widths = widths(items, &columns, order.len());
    let height = places.iter().map(|place| place.y + place.height / 2.0).fold(0.0, f64::max);
    let gutter = gutter(height);
    let lefts_of_columns: Vec<f64> = widths
        .iter()
        .scan(0.0, |left, width| {
            let at = *left;
            *left += width + gutter;
            Some(at)
        })
        .collect();
    let span = |column: usize| (lefts_of_columns[column], lefts_of_columns[column] + widths[column]);
    let lefts: Vec<(f64, f64)> = items
        .iter()
        .zip(&places)
        .map(|(item, place)| {
            let (left, right) = span(place.column);
            (f64::midpoint(left, right) - item.width / 2.0, place.y)
        })
        .collect();
    let route = |((from, to), stations): (&(usize, usize), &Vec<usize>)| {
        let rightward = columns[*from] <= columns[*to];
        let (start, end) = ((lefts[*from], items[*from].width), (lefts[*to], items[*to].width));
        let side =
            |((left, _), width): ((f64, f64), f64), right: bool| if right { left + width } else { left };
        let at = |x: f64, y: f64| Stretch { enters: x, leaves: x, y };
        let mut stretches = vec![at(side(start, rightward), start.0.1)];
        stretches.extend(stations.iter().map(|station| {
            let (left, right) = span(places[*station].column);
            let (enters, leaves) = if rightward { (left, right) } else { (right, left) };
            Stretch { enters, leaves, y: places[*station].y }
        }));
        let within = columns[*from] == columns[*to];
        stretches.push(at(side(end, !rightward || within), end.0.1));
        if let (true, [first, last]) = (within, stretches.as_mut_slice()) {
            // Within a column a line comes back on the side where it left, and bends outside of the column.
            let (_, right) = span(columns[*from]);
            (first.leaves, last.enters) = (right, right);
        }
        stretches
    };
    Layout {
        routes: lines.iter().zip(&stations).map(route).collect(),
        lefts,
        width: widths.iter().sum::<f64>() + gutter * real(widths.len().saturating_sub(1)),
        height,
    }
}

/// The column of each item: types stand side by side, and within a type everything stands right of what depends on it.
fn columns(items: &[Item], lines: &[(usize, usize)]) -> Vec<usize> {
    let band = |item: &Item| match item.node {
        Node::Service(_) => 0,
        Node::Flag(_) => 1,
        Node::Segment(_) | Node::Release(_) => 2,
    };
    let mut graph: DiGraph<usize, ()> = DiGraph::with_capacity(items.len(), lines.len());
    for index in 0..items.len() {
        graph.add_node(index);
    }
    for (from, to) in lines {
        if band(&items[*from]) == band(&items[*to]) {
            graph.add_edge(NodeIndex::new(*from), NodeIndex::new(*to), ());
        }
    }
    // Components come callee first, so they are gone through backward; a circle stands in one column.
    let mut depths = vec![0_usize; items.len()];
    let components = kosaraju_scc(&graph);
    let mut circle_of = vec![0; items.len()];
    for (circle, component) in components.iter().enumerate() {
        for node in component {
            circle_of[node.index()] = circle;
        }
    }
    for component in components.iter().rev() {
        let depth = component.iter().map(|node| depths[node.index()]).max().unwrap_or(0);
        for node in component {
            depths[node.index()] = depth;
            for target in graph.neighbors(*node) {
                if circle_of[target.index()] != circle_of[node.index()] {
                    depths[target.index()] = depths[target.index()].max(depth + 1);
                }
            }
        }
    }
    let mut widest = BTreeMap::new();
    for (item, depth) in items.iter().zip(&depths) {
        let columns = widest.entry(band(item)).or_insert(0);
        *columns = (depth + 1).max(*columns);
    }
    let first = |item: &Item| widest.range(..band(item)).map(|(_, columns)| columns).sum::<usize>();
    items.iter().zip(&depths).map(|(item, depth)| first(item) + depth).collect()
}

/// Adds a station for each column that a line passes, and tells neighbours of each other; each line's stations.
fn add_lines(places: &mut Vec<Place>, lines: &[(usize, usize)], columns: &[usize]) -> Vec<Vec<usize>> {
    let passed = |(from, to): &(usize, usize)| columns[*from].abs_diff(columns[*to]).saturating_sub(1);
    let has_stations = lines.iter().map(passed).sum::<usize>() <= MOST_STATIONS;
    let join = |places: &mut Vec<Place>, one: usize, other: usize| {
        if places[one].column != places[other].column {
            places[one].neighbours.push(other);
            places[other].neighbours.push(one);
        }
    };
    let mut stations = Vec::with_capacity(lines.len());
    for (from, to) in lines {
        let mut on_the_way = Vec::new();
        let mut last = *from;
        if has_stations {
            let (start, end) = (columns[*from], columns[*to]);
            let between: Vec<usize> =
                if start < end { (start + 1..end).collect() } else { (end + 1..start).rev().collect() };
            for column in between {
                places.push(Place { column, height: STATION, y: 0.0, neighbours: Vec::new() });
                join(places, last, places.len() - 1);
                last = places.len() - 1;
                on_the_way.push(last);
            }
        }
        join(places, last, *to);
        stations.push(on_the_way);
    }
    stations
}

/// Gives every place its height in its column; the places of each column from top to bottom.
fn arrange(places: &mut [Place]) -> Vec<Vec<usize>> {
    let count = places.iter().map(|place| place.column + 1).max().unwrap_or(0);
    let mut order: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (index, place) in places.iter().enumerate() {
        order[place.column].push(index);
    }
    for column in &order {
        stack(places, column);
    }
    for sweep in 0..SWEEPS {
        for step in 0..count {
            let column = &mut order[if sweep % 2 == 0 { step } else { count - 1 - step }];
            let wishes: BTreeMap<usize, f64> =
                column.iter().map(|index| (*index, wish(places, *index))).collect();
            // Stable, and the wishes are computed alike everywhere: so is the order.
            column.sort_by(|a, b| wishes[a].total_cmp(&wishes[b]));
            settle(places, column, &wishes);
        }
    }
    let top = places.iter().map(|place| place.y - place.height / 2.0).fold(f64::INFINITY, f64::min);
    if top.is_finite() {
        for place in places.iter_mut() {
            place.y -= top;
        }
    }
    order
}

/// The first guess: one below the other.
fn stack(places: &mut [Place], column: &[usize]) {
    let mut top = 0.0;
    for index in column {
        places[*index].y = top + places[*index].height / 2.0;
        top += places[*index].height + GAP;
    }
}

/// Where a place would like to be: in the middle of its neighbours, or where it is.
fn wish(places: &[Place], index: usize) -> f64 {
    let neighbours = &places[index].neighbours;
    if neighbours.is_empty() {
        return places[index].y;
    }
    neighbours.iter().map(|other| places[*other].y).sum::<f64>() / real(neighbours.len())
}

/// Puts the places of a column, in their order and without overlaps, as near to their wishes as can be (least squares:
/// places that push each other become a block that stands at the mean of what its members want).
fn settle(places: &mut [Place], column: &[usize], wishes: &BTreeMap<usize, f64>) {
    struct Block {
        /// The sum of what the members want of the block's first.
        sum: f64,
        members: usize,
    }
    let mut offsets = Vec::with_capacity(column.len());
    let mut offset = 0.0;
    for (position, index) in column.iter().enumerate() {
        if let Some(above) = position.checked_sub(1) {
            offset += f64::midpoint(places[column[above]].height, places[*index].height) + GAP;
        }
        offsets.push(offset);
    }
    let mut blocks: Vec<Block> = Vec::new();
    for (index, offset) in column.iter().zip(&offsets) {
        let mut block = Block { sum: wishes[index] - offset, members: 1 };
        while let Some(above) =
            blocks.pop_if(|above| above.sum / real(above.members) >= block.sum / real(block.members))
        {
            block = Block { sum: above.sum + block.sum, members: above.members + block.members };
        }
        blocks.push(block);
    }
    let firsts =
        blocks.iter().flat_map(|block| std::iter::repeat_n(block.sum / real(block.members), block.members));
    for ((index, offset), first) in column.iter().zip(&offsets).zip(firsts) {
        places[*index].y = first + offset;
    }
}

fn widths(items: &[Item], columns: &[usize], count: usize) -> Vec<f64> {
    let mut widths = vec![0.0_f64; count];
    for (item, column) in items.iter().zip(columns) {
        widths[*column] = widths[*column].max(item.width);
    }
    widths
}

/// Between columns, where lines bend: the higher the picture, the more room they need to be told apart.
fn gutter(height: f64) -> f64 {
    (height / 48.0).clamp(90.0, 360.0)
}

/// A count as a number to reckon with.
pub(super) fn real(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FlagId, SegmentId, ServiceId};

    fn items(services: u32, flags: u32, segments: u32) -> Vec<Item> {
        let services = (0..services).map(|id| Node::Service(ServiceId(id)));
        let flags = (0..flags).map(|id| Node::Flag(FlagId(id)));
        let segments = (0..segments).map(|id| Node::Segment(SegmentId(id)));
        let nodes = services.chain(flags).chain(segments);
        nodes.map(|node| Item { node, width: 100.0, height: 30.0 }).collect()
    }

    #[test]
    fn what_depends_stands_left_and_boxes_do_not_overlap() {
        // Two services that call each other, six flags of which some require others, two segments.
        let items = items(2, 6, 2);
        let lines =
            [(0, 1), (1, 0), (0, 2), (0, 3), (1, 3), (1, 4), (2, 5), (5, 6), (3, 6), (4, 8), (6, 8), (8, 9)];
        let layout = layout(&items, &lines);
        for (from, to) in lines.iter().skip(2) {
            assert!(layout.lefts[*from].0 < layout.lefts[*to].0, "{from} is not left of {to}");
        }
        assert!((layout.lefts[0].0 - layout.lefts[1].0).abs() < 0.1, "a circle stands in one column");
        for (index, one) in layout.lefts.iter().enumerate() {
            assert!(one.0 >= 0.0 && one.0 + 100.0 <= layout.width + 0.1, "{one:?} lies outside");
            assert!(one.1 >= 15.0 - 0.1 && one.1 + 15.0 <= layout.height + 0.1, "{one:?} lies outside");
            for other in &layout.lefts[index + 1..] {
                let apart = (one.0 - other.0).abs() >= 100.0 || (one.1 - other.1).abs() >= 30.0 + GAP - 0.1;
                assert!(apart, "{one:?} and {other:?} overlap");
            }
        }
    }

    #[test]
    fn a_long_line_has_a_station_in_every_column_that_it_passes() {
        // A flag that requires a flag that requires a flag; the service evaluates the last one as well.
        let items = items(1, 3, 0);
        let layout = layout(&items, &[(0, 1), (1, 2), (2, 3), (0, 3)]);
        let stations: Vec<usize> = layout.routes.iter().map(|route| route.len() - 2).collect();
        assert_eq!(stations, [0, 0, 0, 2]);
        for stretch in &layout.routes[3] {
            assert!(layout.routes[3][0].enters <= stretch.enters && stretch.enters <= stretch.leaves);
        }
    }

    #[test]
    fn a_chain_of_a_hundred_thousand_is_drawn() {
        let chain: Vec<(usize, usize)> = (0..99_999).map(|index| (index, index + 1)).collect();
        let layout = layout(&items(0, 100_000, 0), &chain);
        assert!(layout.lefts[99_999].0 > layout.lefts[99_998].0);
        assert!(layout.height < 31.0, "a chain is level");
    }
}
