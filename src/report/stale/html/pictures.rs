//! The pictures of the page, as SVG: what each flag served when, who has how many stale flags, how old flags are.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::escape;
use crate::constancy::{FlagHistory, Period, Serves};
use crate::model::Flag;
use crate::report::stale::Report;
use crate::staleness::day;

const DAY: i64 = 86_400;

/// The width of a timeline and of the other pictures, in pixels.
const WIDTH: i64 = 320;

/// The height of one environment's bar, and the distance to the next.
const BAR: usize = 10;
const STEP: usize = 14;

/// What the bars mean; the pattern that they share.
pub(super) const LEGEND: &str = "<ul class=\"legend\" aria-label=\"what the bars mean\">\
<li><svg width=\"22\" height=\"10\" aria-hidden=\"true\"><defs><pattern id=\"hatch\" width=\"6\" height=\"6\" \
patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><line class=\"hatch\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\"/>\
</pattern></defs><rect class=\"varying\" width=\"22\" height=\"10\"/></svg>not everybody gets the same</li>\
<li><svg width=\"22\" height=\"10\" aria-hidden=\"true\"><rect class=\"constant\" width=\"22\" height=\"10\"/></svg>everybody \
gets one variant</li>\
<li><svg width=\"22\" height=\"10\" aria-hidden=\"true\"><rect class=\"off\" y=\"3\" width=\"22\" height=\"4\"/></svg>everybody \
gets the off variant</li>\
<li><svg width=\"22\" height=\"10\" aria-hidden=\"true\"><rect class=\"unknown\" x=\"1\" y=\"1\" width=\"20\" \
height=\"8\"/></svg>not known</li></ul>\n";

/// When the timelines begin: with the oldest flag.
pub(super) fn start(report: &Report<'_>) -> i64 {
    let added = report.shown.iter().filter_map(|id| report.of(*id).2.added.as_ref().map(|since| since.time));
    added.min().unwrap_or(report.as_of - DAY)
}

/// What a flag served in each environment, from the start to now.
pub(super) fn timeline(report: &Report<'_>, flag: &Flag, history: &FlagHistory, start: i64) -> String {
    let whole = (report.as_of - start).max(1);
    let place = |time: i64| ((time - start).clamp(0, whole) * WIDTH) / whole;
    let off = &flag.variant(flag.off_variant).name.value;
    let environments = report.workspace.config.environments.iter().zip(&history.standings);
    let mut bars = String::new();
    let mut told = Vec::new();
    for (index, (environment, standing)) in environments.enumerate() {
        let top = index * STEP;
        let name = escape(&environment.name.value);
        let mut until = report.as_of;
        for period in &standing.periods {
            let (class, words) = look(period, off);
            let (left, right) = (place(period.since.time), place(until));
            let (y, height) = if class == "off" { (top + 3, BAR - 6) } else { (top, BAR) };
            let width = (right - left).max(1);
            let least = if period.since.at_least { " or before" } else { "" };
            let title = format!("{name}: {words} from {}{least} to {}", day(period.since.time), day(until));
            let _ = write!(
                bars,
                "<rect class=\"{class}\" x=\"{left}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"><title>{title}</title></rect>"
            );
            until = period.since.time;
        }
        let _ = write!(bars, "<text x=\"{}\" y=\"{}\">{name}</text>", WIDTH + 6, top + BAR - 1);
        let now =
            standing.periods.first().map_or_else(|| "not known".to_owned(), |period| look(period, off).1);
        told.push(format!("{name}: {now}"));
    }
    let height = history.standings.len() * STEP;
    format!(
        "<svg width=\"{}\" height=\"{height}\" viewBox=\"0 0 {} {height}\" role=\"img\" aria-label=\"{}\">{bars}</svg>",
        WIDTH + 90,
        WIDTH + 90,
        told.join("; ")
    )
}

/// How a period looks, and what it is called.
fn look(period: &Period, off: &str) -> (&'static str, String) {
    match &period.serves {
        Serves::Constant(variant) if variant == off => ("off", escape(variant)),
        Serves::Constant(variant) => ("constant", escape(variant)),
        Serves::Varying => ("varying", "varying".to_owned()),
        Serves::Unknown | Serves::Absent => ("unknown", "not known".to_owned()),
    }
}

/// How many stale flags each owner has.
pub(super) fn debt(report: &Report<'_>) -> String {
    let mut owners: BTreeMap<&str, i64> = BTreeMap::new();
    for (flag, staleness, _) in report.shown.iter().map(|id| report.of(*id)) {
        *owners.entry(&flag.owner.value).or_default() += i64::from(staleness.state.is_stale());
    }
    let mut owners: Vec<(&str, i64)> = owners.into_iter().filter(|(_, count)| *count > 0).collect();
    owners.sort_by_key(|(owner, count)| (-count, *owner));
    let mut text = "<section>\n<h2>Stale flags by owner</h2>\n".to_owned();
    if owners.is_empty() {
        text.push_str("<p class=\"quiet\">Nobody has any.</p>\n</section>\n");
        return text;
    }
    let most = owners.iter().map(|(_, count)| *count).max().unwrap_or(1).max(1);
    let height = owners.len() * 22;
    let _ = write!(
        text,
        "<svg width=\"420\" height=\"{height}\" viewBox=\"0 0 420 {height}\" role=\"img\" aria-label=\"stale flags by owner\">"
    );
    for (index, (owner, count)) in owners.iter().enumerate() {
        let (top, width) = (index * 22, (count * 200 / most).max(2));
        let _ = write!(
            text,
            "<text class=\"ink\" x=\"0\" y=\"{}\">{}</text><rect class=\"debt\" x=\"150\" y=\"{}\" width=\"{width}\" \
             height=\"12\"/><text class=\"ink\" x=\"{}\" y=\"{}\">{count}</text>",
            top + 14,
            escape(owner),
            top + 4,
            150 + width + 6,
            top + 14
        );
    }
    text.push_str("</svg>\n</section>\n");
    text
}

/// How many flags are at least so old: all of them, and the stale ones.
pub(super) fn ages(report: &Report<'_>) -> String {
    let mut all = Vec::new();
    let mut stale = Vec::new();
    for (_, staleness, history) in report.shown.iter().map(|id| report.of(*id)) {
        let Some(added) = &history.added else { continue };
        let age = ((report.as_of - added.time) / DAY).max(0);
        all.push(age);
        if staleness.state.is_stale() {
            stale.push(age);
        }
    }
    let mut text = "<section>\n<h2>How old flags are</h2>\n".to_owned();
    let oldest = all.iter().copied().max().unwrap_or(0).max(1);
    if all.is_empty() {
        text.push_str("<p class=\"quiet\">Not known without a history.</p>\n</section>\n");
        return text;
    }
    let (width, height) = (340, 150);
    let count = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let line = |ages: &mut Vec<i64>| {
        ages.sort_unstable();
        let mut left = i64::try_from(ages.len()).unwrap_or(i64::MAX);
        let y = |number: i64| height - number * height / count;
        let mut path = format!("M0 {}", y(left));
        for age in ages.iter() {
            let x = age * width / oldest;
            left -= 1;
            let _ = write!(path, "H{x}V{}", y(left));
        }
        path
    };
    let (every, done) = (line(&mut all), line(&mut stale));
    let _ = write!(
        text,
        "<svg width=\"420\" height=\"190\" viewBox=\"-30 -10 420 190\" role=\"img\" aria-label=\"{count} flags, {} of them \
         stale, the oldest {oldest} days old\"><path class=\"axis\" fill=\"none\" d=\"M0 0V{height}H{width}\"/><path class=\"all\" \
         d=\"{every}\"/><path class=\"done\" d=\"{done}\"/><text x=\"-8\" y=\"4\" text-anchor=\"end\">{count}</text><text \
         x=\"-8\" y=\"{height}\" text-anchor=\"end\">0</text><text x=\"0\" y=\"{}\">new</text><text x=\"{width}\" y=\"{}\" \
         text-anchor=\"end\">{oldest} days</text></svg>\n<p class=\"quiet\">Flags that are at least so old: all (solid), stale \
         (dashed).</p>\n</section>\n",
        stale.len(),
        height + 16,
        height + 16
    );
    text
}
