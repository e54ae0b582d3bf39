//! What each flag served when: a bar for each environment, on one scale for the whole table.

use std::fmt::Write as _;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::escape;
use crate::constancy::{FlagHistory, Period, Serves};
use crate::model::{EnvironmentId, Flag};
use crate::report::stale::Report;
use crate::staleness::day;

const DAY: i64 = 86_400;

/// The height of one environment's bar, and the distance to the next, in pixels.
const BAR: usize = 10;
const STEP: usize = 18;

/// At most so many dates stand above the bars, and so wide is one, in hundredths of a percent of the bars' width.
const LABELS: i64 = 4;
const LABEL: i64 = 2_500;

/// What the bars mean.
pub(super) const LEGEND: &str = "<ul class=\"key\" aria-label=\"what the bars mean\">\
<li><svg width=\"22\" height=\"10\" aria-hidden=\"true\"><rect class=\"constant\" width=\"22\" height=\"10\"/></svg>everybody \
gets one variant</li>\
<li><svg width=\"22\" height=\"10\" aria-hidden=\"true\"><rect class=\"off\" y=\"3\" width=\"22\" height=\"4\"/></svg>everybody \
gets the off variant</li>\
<li><svg width=\"22\" height=\"10\" aria-hidden=\"true\"><rect class=\"varying\" width=\"22\" height=\"10\"/></svg>not everybody \
gets the same</li>\
<li><svg width=\"22\" height=\"10\" aria-hidden=\"true\"><rect class=\"unknown\" width=\"22\" height=\"10\"/></svg>not \
known</li><li><b>bold</b> environments decide</li></ul>\n";

/// The time that the bars cover.
pub(super) struct Axis {
    start: i64,
    end: i64,
    /// Times with a line through the bars, and what stands above it.
    ticks: Vec<(i64, String)>,
}

impl Axis {
    /// From the oldest flag to now.
    pub(super) fn of(report: &Report<'_>) -> Self {
        let added =
            report.shown.iter().filter_map(|id| report.of(*id).2.added.as_ref().map(|since| since.time));
        let end = report.as_of;
        match added.min() {
            Some(oldest) => {
                let start = oldest.min(end - DAY);
                Self { start, end, ticks: ticks(start, end) }
            }
            // Outside of Git there are no bars.
            None => Self { start: end - DAY, end, ticks: Vec::new() },
        }
    }

    /// Where a time stands, in percent of the width with two decimals.
    fn place(&self, time: i64) -> Percent {
        let part = i128::from((time - self.start).clamp(0, self.end - self.start)) * 10_000;
        Percent(i64::try_from(part / i128::from(self.end - self.start)).unwrap_or_default())
    }

    /// What all the bars share: the pattern, and the lines through them.
    pub(super) fn shared(&self) -> String {
        let mut lines = String::new();
        for (time, _) in &self.ticks {
            let x = self.place(*time);
            let _ = write!(lines, "<line class=\"tick\" x1=\"{x}\" x2=\"{x}\" y1=\"0\" y2=\"100%\"/>");
        }
        format!(
            "<svg class=\"defs\" aria-hidden=\"true\"><defs><pattern id=\"hatch\" width=\"6\" height=\"6\" \
             patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><line class=\"hatch\" x1=\"0\" y1=\"0\" x2=\"0\" \
             y2=\"6\"/></pattern><g id=\"ticks\">{lines}</g></defs></svg>\n"
        )
    }

    /// The dates above the bars.
    pub(super) fn labels(&self) -> String {
        let mut text = "<svg class=\"axis\" height=\"15\" aria-hidden=\"true\">".to_owned();
        let mut free = 0;
        for (time, label) in &self.ticks {
            let x = self.place(*time);
            let (anchor, left) = if x.0 > 10_000 - LABEL { ("end", x.0 - LABEL) } else { ("start", x.0) };
            if left < free {
                continue;
            }
            free = left + LABEL;
            let _ = write!(text, "<text x=\"{x}\" y=\"12\" text-anchor=\"{anchor}\">{label}</text>");
        }
        text.push_str("</svg>");
        text
    }
}

/// A hundredth of a percent.
#[derive(Clone, Copy)]
struct Percent(i64);

impl std::fmt::Display for Percent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.0 / 100, self.0 % 100) {
            (whole, 0) => write!(f, "{whole}%"),
            (whole, part) => write!(f, "{whole}.{part:02}%"),
        }
    }
}

/// The first days of months or years between two times: so many that they can be read.
fn ticks(start: i64, end: i64) -> Vec<(i64, String)> {
    let months = (end - start) / (30 * DAY);
    let step = [1, 2, 3, 6, 12, 24, 60, 120].into_iter().find(|step| months / step < LABELS).unwrap_or(240);
    let Ok(first) = jiff::Timestamp::from_second(start) else { return Vec::new() };
    let first = first.to_zoned(TimeZone::UTC).date();
    let mut month = (i64::from(first.year()) * 12 + i64::from(first.month()) - 1).div_euclid(step) * step;
    let mut ticks = Vec::new();
    loop {
        let Some((time, label)) = month_start(month, step) else { return ticks };
        if time > end {
            return ticks;
        }
        if time >= start {
            ticks.push((time, label));
        }
        month += step;
    }
}

/// When a month begins, counted from the year 0, and its name: the year where only years are told apart.
fn month_start(month: i64, step: i64) -> Option<(i64, String)> {
    let year = i16::try_from(month.div_euclid(12)).ok()?;
    let date = Date::new(year, i8::try_from(month.rem_euclid(12)).ok()? + 1, 1).ok()?;
    let time = date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second();
    let label = if step % 12 == 0 { date.year().to_string() } else { date.strftime("%Y-%m").to_string() };
    Some((time, label))
}

/// What a flag serves in each environment, and what it served before, from the start to now.
pub(super) fn life(
    report: &Report<'_>,
    flag: &Flag,
    history: &FlagHistory,
    axis: &Axis,
    deciding: &[EnvironmentId],
) -> String {
    let off = &flag.variant(flag.off_variant).name.value;
    let config = &report.workspace.config;
    let (mut names, mut bars) = (String::new(), String::new());
    for (index, (id, standing)) in config.environment_ids().zip(&history.standings).enumerate() {
        let name = escape(&config.environment(id).name.value);
        let class = if deciding.contains(&id) { " class=\"decides\"" } else { "" };
        let now = words(&standing.serves);
        let long = name.len() + now.len() > 18;
        let title = if long { format!(" title=\"{name}: {now}\"") } else { String::new() };
        let _ = write!(names, "<li{class}{title}><span>{name}</span> <b>{now}</b></li>");
        let mut until = axis.end;
        for period in &standing.periods {
            bar(&mut bars, axis, period, until, index * STEP + (STEP - BAR) / 2, off, &name);
            until = period.since.time;
        }
    }
    let height = history.standings.len() * STEP;
    format!(
        "<div class=\"life\"><ul>{names}</ul><svg height=\"{height}\" aria-hidden=\"true\"><use \
         href=\"#ticks\"/>{bars}</svg></div>"
    )
}

fn bar(bars: &mut String, axis: &Axis, period: &Period, until: i64, top: usize, off: &str, name: &str) {
    let class = match &period.serves {
        Serves::Constant(variant) if variant == off => "off",
        Serves::Constant(_) => "constant",
        Serves::Varying => "varying",
        Serves::Unknown => "unknown",
        Serves::Absent => return,
    };
    let (y, height) = if class == "off" { (top + 3, BAR - 6) } else { (top, BAR) };
    let left = axis.place(period.since.time);
    // A day among years is still seen.
    let width = Percent((axis.place(until).0 - left.0).max(50));
    let title = format!("{name}: {} from {} to {}", words(&period.serves), from(period), day(until));
    let _ = write!(
        bars,
        "<rect class=\"{class}\" x=\"{left}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"><title>{title}</title></rect>"
    );
}

/// The same as the bars, in words, where there is more to tell than the present.
pub(super) fn changes(report: &Report<'_>, history: &FlagHistory) -> String {
    let changes: usize =
        history.standings.iter().map(|standing| standing.periods.len().saturating_sub(1)).sum();
    if changes == 0 {
        return String::new();
    }
    let mut text =
        format!("<details><summary>{changes} change{}</summary><ul>", if changes == 1 { "" } else { "s" });
    for (environment, standing) in report.workspace.config.environments.iter().zip(&history.standings) {
        let periods = standing.periods.iter();
        let told: Vec<String> =
            periods.map(|period| format!("{} from {}", words(&period.serves), from(period))).collect();
        let _ = write!(text, "<li><b>{}</b> {}</li>", escape(&environment.name.value), told.join(", "));
    }
    text.push_str("</ul></details>");
    text
}

fn from(period: &Period) -> String {
    let least = if period.since.at_least { " or before" } else { "" };
    format!("{}{least}", day(period.since.time))
}

fn words(serves: &Serves) -> String {
    match serves {
        Serves::Constant(variant) => escape(variant),
        Serves::Varying => "varying".to_owned(),
        Serves::Unknown => "not known".to_owned(),
        Serves::Absent => "absent".to_owned(),
    }
}
