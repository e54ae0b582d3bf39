//! Numbers fall into intervals. Every float has a next one, so each bound is "from here on": `> a` begins at the float
//! after `a`, and on an integer at the next whole number.

use crate::format::AttributeType;
use crate::model::Bounds;

/// Beyond ±(2^53 − 1) an integer is no identity: the intervals of identities begin at the first and end at the second.
pub(super) const IDENTITIES: [f64; 2] = [-9_007_199_254_740_991.0, 9_007_199_254_740_992.0];

/// From 2^53 on every float is a whole number.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The first value that is at least `bound`.
fn from(bound: f64, kind: AttributeType) -> f64 {
    // Adding zero makes -0 a plain 0.
    (if kind == AttributeType::Integer { bound.ceil() } else { bound }) + 0.0
}

/// The first value that is greater than `bound`; infinite where there is none.
fn after(bound: f64, kind: AttributeType) -> f64 {
    let next = if kind == AttributeType::Integer && bound.abs() < EXACT {
        bound.floor() + 1.0
    } else {
        (bound + 0.0).next_up()
    };
    from(next, kind)
}

/// The interval of a single number: where it begins and where the next begins.
pub(super) fn equal(number: f64, kind: AttributeType) -> [f64; 2] {
    [from(number, kind), after(number, kind)]
}

/// The interval within bounds; infinite where there is no bound.
pub(super) fn within(bounds: Bounds, kind: AttributeType) -> (f64, f64) {
    let starts = [bounds.gte.map(|bound| from(bound, kind)), bounds.gt.map(|bound| after(bound, kind))];
    let ends = [bounds.lt.map(|bound| from(bound, kind)), bounds.lte.map(|bound| after(bound, kind))];
    let start = starts.into_iter().flatten().fold(f64::NEG_INFINITY, f64::max);
    let end = ends.into_iter().flatten().fold(f64::INFINITY, f64::min);
    (start, end)
}

/// Sorts the places where intervals begin. Infinity begins none, and at the lowest number begins the first anyway.
pub(super) fn settle(starts: &mut Vec<f64>) {
    starts.retain(|start| start.is_finite() && *start > f64::MIN);
    starts.sort_by(f64::total_cmp);
    starts.dedup();
}

/// Gives every whole number of the narrow intervals one of its own, narrowest first, until `most` were added: an identity
/// among few numbers has the buckets of those, and no others.
pub(super) fn single_out(starts: &mut Vec<f64>, most: u32) {
    let mut narrow: Vec<(f64, f64)> = starts.windows(2).map(|pair| (pair[1] - pair[0], pair[0])).collect();
    narrow.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1)));
    let mut left = f64::from(most);
    for (width, start) in narrow {
        let mut number = start + 1.0;
        if width - 1.0 > left {
            break;
        }
        left -= width - 1.0;
        while number < start + width {
            starts.push(number);
            number += 1.0;
        }
    }
    settle(starts);
}

/// The intervals from one place to another, as positions: 0 is what lies before the first start.
pub(super) fn intervals(starts: &[f64], start: f64, end: f64) -> std::ops::Range<usize> {
    let position = |place: f64| {
        if place <= f64::MIN { 0 } else { starts.partition_point(|start| *start < place) + 1 }
    };
    let end = if end == f64::INFINITY { starts.len() + 1 } else { position(end) };
    position(start)..end
}

/// A number of an interval that a person would write, if one lies in it.
pub(super) fn example(starts: &[f64], interval: usize, kind: AttributeType) -> f64 {
    let low = interval.checked_sub(1).map_or(f64::MIN, |before| starts[before]);
    let high = starts.get(interval).copied().unwrap_or(f64::INFINITY);
    let whole = low.ceil();
    if low <= 0.0 && high > 0.0 {
        0.0
    } else if interval == 0 {
        // Below all that are named.
        let below = (high - 1.0).floor();
        if below < high { below } else { high.next_down() }
    } else if kind == AttributeType::Integer || whole < high {
        whole
    } else {
        low
    }
}
