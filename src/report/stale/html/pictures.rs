//! The pictures above the table: who has how many stale flags, how old flags are.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::escape;
use crate::report::stale::Report;

const DAY: i64 = 86_400;

/// So many owners are shown at once; the others are folded.
const OWNERS: usize = 12;

/// An owner, how many stale flags they have, how many they may have.
type Debt<'r> = (&'r str, i64, Option<i64>);

/// How many stale flags each owner has, beside what they may have.
pub(super) fn debt(report: &Report<'_>) -> String {
    let mut counted: BTreeMap<&str, i64> = BTreeMap::new();
    for (flag, staleness, _) in report.shown.iter().map(|id| report.of(*id)) {
        *counted.entry(&flag.owner.value).or_default() += i64::from(staleness.state.is_stale());
    }
    let budget = |owner: &str| report.workspace.config.stale.budget_of(owner).map(i64::from);
    let debts = counted.into_iter().filter(|(_, count)| *count > 0);
    let mut debts: Vec<Debt<'_>> = debts.map(|(owner, count)| (owner, count, budget(owner))).collect();
    debts.sort_by_key(|(owner, count, _)| (-count, *owner));
    let mut text = "<section>\n<h2>Stale flags by owner</h2>\n".to_owned();
    if debts.is_empty() {
        text.push_str("<p class=\"quiet\">Nobody has any.</p>\n</section>\n");
        return text;
    }
    let most = debts.iter().map(|(_, count, budget)| budget.unwrap_or(0).max(*count)).max().unwrap_or(1);
    let (first, rest) = debts.split_at(debts.len().min(OWNERS));
    owners(&mut text, first, most);
    if !rest.is_empty() {
        let _ = writeln!(text, "<details><summary>{} more</summary>", rest.len());
        owners(&mut text, rest, most);
        text.push_str("</details>\n");
    }
    text.push_str("</section>\n");
    text
}

fn owners(text: &mut String, debts: &[Debt<'_>], most: i64) {
    text.push_str(
        "<table class=\"debts\"><thead class=\"told\"><tr><th scope=\"col\">Owner</th><th scope=\"col\">Share</th><th \
         scope=\"col\">Stale flags</th></tr></thead>\n<tbody>\n",
    );
    for (owner, count, budget) in debts {
        let percent = |number: i64| number * 100 / most.max(1);
        let mark = budget.map(|budget| {
            let x = percent(budget);
            format!("<line class=\"budget\" x1=\"{x}%\" x2=\"{x}%\" y1=\"-2\" y2=\"14\"/>")
        });
        let told = match budget {
            Some(budget) if count > budget => {
                format!("<span class=\"over\">{count}, {budget} allowed</span>")
            }
            Some(budget) => format!("{count}, {budget} allowed"),
            None => count.to_string(),
        };
        let _ = writeln!(
            text,
            "<tr><th scope=\"row\">{}</th><td><svg height=\"12\" aria-hidden=\"true\"><rect class=\"debt\" width=\"{}%\" \
             height=\"12\"/>{}</svg></td><td>{told}</td></tr>",
            escape(owner),
            percent(*count).max(1),
            mark.unwrap_or_default()
        );
    }
    text.push_str("</tbody></table>\n");
}

/// How many flags are at least so old: all of them, and the stale ones.
pub(super) fn ages(report: &Report<'_>) -> String {
    let (mut all, mut stale) = (Vec::new(), Vec::new());
    for (_, staleness, history) in report.shown.iter().map(|id| report.of(*id)) {
        let Some(added) = &history.added else { continue };
        let age = ((report.as_of - added.time) / DAY).max(0);
        all.push(age);
        if staleness.state.is_stale() {
            stale.push(age);
        }
    }
    let mut text = "<section>\n<h2>How old flags are</h2>\n".to_owned();
    if all.is_empty() {
        text.push_str("<p class=\"quiet\">Not known without a history.</p>\n</section>\n");
        return text;
    }
    all.sort_unstable();
    stale.sort_unstable();
    let oldest = all.last().copied().unwrap_or(0).max(1);
    let count = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let _ = write!(
        text,
        "<svg height=\"{}\" role=\"img\" aria-label=\"{}\">",
        HEIGHT + 20,
        in_words(&all, &stale, oldest)
    );
    let _ = write!(
        text,
        "<svg height=\"{HEIGHT}\" viewBox=\"0 0 {SCALE} {SCALE}\" preserveAspectRatio=\"none\"><path class=\"area\" \
         d=\"{}\"/><path class=\"done\" d=\"{}\"/></svg>",
        steps(&all, oldest, count),
        steps(&stale, oldest, count)
    );
    scales(&mut text, oldest, count);
    text.push_str(
        "</svg>\n<ul class=\"key\"><li><svg width=\"22\" height=\"10\" aria-hidden=\"true\"><rect class=\"area\" width=\"22\" \
         height=\"10\"/></svg>flags that are at least so many days old</li><li><svg width=\"22\" height=\"10\" \
         aria-hidden=\"true\"><rect class=\"done\" width=\"22\" height=\"10\"/></svg>those of them that are stale</li></ul>\n\
         </section>\n",
    );
    text
}

/// The height of the curve in pixels, and the side of the square in which it is drawn before it is stretched.
const HEIGHT: i64 = 160;
const SCALE: i64 = 1_000;

/// Lines and numbers over the curve.
fn scales(text: &mut String, oldest: i64, count: i64) {
    let _ = write!(text, "<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"{HEIGHT}\" y2=\"{HEIGHT}\"/>");
    let step = round(count, 3);
    for number in (1..).map(|times| times * step).take_while(|number| *number <= count) {
        let y = HEIGHT - number * HEIGHT / count;
        let _ = write!(
            text,
            "<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"{y}\" y2=\"{y}\"/><text x=\"100%\" dx=\"-6\" y=\"{}\" \
             text-anchor=\"end\">{number}</text>",
            y - 3
        );
    }
    let step = round(oldest, 4);
    let below = HEIGHT + 15;
    let _ = write!(text, "<text x=\"0\" y=\"{below}\">new</text>");
    for age in (1..).map(|times| times * step).take_while(|age| *age <= oldest) {
        let x = age * 100 / oldest;
        let anchor = if x > 92 { "end" } else { "middle" };
        let _ = write!(text, "<text x=\"{x}%\" y=\"{below}\" text-anchor=\"{anchor}\">{age} d</text>");
    }
}

/// A round number that goes into another about so many times: 1, 2 or 5 and zeros.
fn round(whole: i64, times: i64) -> i64 {
    let mut size = 1;
    loop {
        for step in [size, size * 2, size * 5] {
            if whole / step <= times {
                return step;
            }
        }
        size *= 10;
    }
}

/// A staircase down from all of them at age nothing, with the ground under it.
fn steps(ages: &[i64], oldest: i64, count: i64) -> String {
    let y = |number: i64| SCALE - number * SCALE / count;
    let mut left = i64::try_from(ages.len()).unwrap_or(i64::MAX);
    let mut path = format!("M0 {SCALE}V{}", y(left));
    for same in ages.chunk_by(|one, other| one == other) {
        left -= i64::try_from(same.len()).unwrap_or_default();
        let _ = write!(path, "H{}V{}", same.first().unwrap_or(&0) * SCALE / oldest, y(left));
    }
    path
}

fn in_words(all: &[i64], stale: &[i64], oldest: i64) -> String {
    let middle = all.get(all.len() / 2).copied().unwrap_or_default();
    format!(
        "{} flags, {} of them stale; half of them are at least {middle} days old, the oldest {oldest}",
        all.len(),
        stale.len()
    )
}
