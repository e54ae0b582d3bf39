//! The way of a flag to its answer, as indented lines for people (`flagc eval --explain`).

use std::fmt::Write as _;

use flagc::explain::{
    Decided, Identity, Interval, Location, Path, Required, Schedule, Seen, Step, Tested, Tree, Tried, Way,
};
use serde_json::Value;

/// A value that is longer is cut.
const LONGEST_VALUE: usize = 80;

/// The whole way, one step a line.
pub(super) fn shown(path: &Path) -> String {
    let mut lines = Lines { text: String::new(), depth: 1 };
    lines.path(path);
    lines.text
}

struct Lines {
    text: String,
    depth: usize,
}

impl Lines {
    fn line(&mut self, text: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{:indent$}{text}", "", indent = 2 * self.depth);
    }

    fn line_at(&mut self, text: &str, location: &Location) {
        self.line(&format!("{text}   ({}:{})", location.file, location.line));
    }

    fn deeper(&mut self, write: impl FnOnce(&mut Self)) {
        self.depth += 1;
        write(self);
        self.depth -= 1;
    }

    fn path(&mut self, path: &Path) {
        for required in &path.requires {
            self.required(required);
        }
        for tried in &path.rules {
            self.rule(tried);
            if let (true, Some(way)) = (tried.holds, &path.way) {
                self.deeper(|lines| lines.way(way));
            }
        }
        match &path.decided {
            Decided::Kill { location } => {
                self.line_at(&format!("killed: everybody gets `{}`", path.variant), location);
            }
            Decided::Requirement { .. } => {
                self.line(&format!("not all requirements are met, so no rule is tried: `{}`", path.variant));
            }
            Decided::Rule { .. } => self.untried(path.untried),
            Decided::Serve { location } => {
                let none = if path.rules.is_empty() { "there are no rules" } else { "no rule holds" };
                self.line_at(&format!("{none}: `serve` decides"), location);
                if let Some(way) = &path.way {
                    self.deeper(|lines| lines.way(way));
                }
            }
        }
    }

    fn untried(&mut self, count: usize) {
        match count {
            0 => {}
            1 => self.line("1 more rule is not tried"),
            _ => self.line(&format!("{count} more rules are not tried")),
        }
    }

    fn required(&mut self, required: &Required) {
        let wanted: Vec<String> = required.wanted.iter().map(|variant| format!("`{variant}`")).collect();
        let outcome = match (&required.serves, required.met) {
            (Some(variant), true) => format!("met, it serves `{variant}`"),
            (Some(variant), false) => format!("not met, it serves `{variant}`"),
            (None, _) => "not met".to_owned(),
        };
        let above = if required.shown_above { ", as shown above" } else { "" };
        let text = format!("requires `{}` to serve {}: {outcome}{above}", required.flag, wanted.join(" or "));
        self.line_at(&text, &required.location);
        self.deeper(|lines| match (&required.problem, &required.path) {
            (Some(problem), _) => lines.line(problem),
            (None, Some(path)) => lines.path(path),
            (None, None) if required.shown_above => {}
            (None, None) => lines.line("too deep to be shown here: ask for that flag itself"),
        });
    }

    fn rule(&mut self, tried: &Tried) {
        let name = tried.name.as_ref().map(|name| format!(", {name}")).unwrap_or_default();
        let holds = match (tried.holds, &tried.condition) {
            (true, None) => "takes everybody",
            (true, Some(_)) => "holds",
            (false, _) => "does not hold",
        };
        self.line_at(&format!("rule {}{name}: {holds}", tried.index + 1), &tried.location);
        if let Some(condition) = &tried.condition {
            self.deeper(|lines| lines.inside(condition));
        }
    }

    /// A condition without a line of its own where all of its parts are asked.
    fn inside(&mut self, tree: &Tree) {
        match &tree.tested {
            // What holds is shown whole; of what does not, the first part that failed is enough.
            Tested::All { parts } if tree.holds => parts.iter().for_each(|part| self.tree(part)),
            Tested::All { parts } => {
                parts.iter().filter(|part| !part.holds).take(1).for_each(|part| self.tree(part));
            }
            Tested::Any { .. } | Tested::Not { .. } | Tested::Segment { .. } | Tested::Clause { .. } => {
                self.tree(tree);
            }
        }
    }

    fn tree(&mut self, tree: &Tree) {
        let yes = if tree.holds { "yes" } else { "no" };
        match &tree.tested {
            Tested::All { .. } => {
                self.line(&format!("all of these: {yes}"));
                self.deeper(|lines| lines.inside(tree));
            }
            Tested::Any { parts } => {
                self.line(&format!("any of these: {yes}"));
                // One that holds is enough; where none does, each is to blame.
                let count = if tree.holds { 1 } else { parts.len() };
                let shown = parts.iter().filter(|part| part.holds == tree.holds).take(count);
                self.deeper(|lines| shown.for_each(|part| lines.tree(part)));
            }
            Tested::Not { part } => {
                self.line(&format!("not the following: {yes}"));
                self.deeper(|lines| lines.tree(part));
            }
            Tested::Segment { name, location, part } => {
                let above = if part.is_none() { ", as shown above" } else { "" };
                self.line_at(&format!("in segment `{name}`: {yes}{above}"), location);
                if let Some(part) = part {
                    self.deeper(|lines| lines.inside(part));
                }
            }
            Tested::Clause { attribute, kind, text, seen, location } => {
                let seen = seen_as(seen, kind);
                self.line_at(&format!("`{attribute}` {text}: {yes}, it is {seen}"), location);
            }
        }
    }

    fn way(&mut self, way: &Way) {
        if let Some(schedule) = &way.schedule {
            self.schedule(schedule);
        }
        match &way.identity {
            None => self.line(&format!("everybody gets `{}`", way.variant)),
            Some(identity) => self.split(way, identity),
        }
    }

    fn schedule(&mut self, schedule: &Schedule) {
        let step = |step: &Step| format!("{}: {}", step.at, step.serve);
        match &schedule.now {
            Some(now) => {
                self.line_at(&format!("the schedule is at its step of {}", step(now)), &now.location);
            }
            None => self.line("the first step of the schedule has not come yet"),
        }
        match &schedule.next {
            Some(next) => self.line_at(&format!("the next step comes at {}", step(next)), &next.location),
            None => self.line("it is the last step"),
        }
    }

    fn split(&mut self, way: &Way, identity: &Identity) {
        let Identity { attribute, kind, seen, seed, bucket, total } = identity;
        let user = seen_as(seen, kind);
        match bucket {
            Some(bucket) => {
                let (bucket, total) = (grouped(*bucket), grouped(u64::from(*total)));
                self.line(&format!(
                    "`{attribute}` is {user}; with the seed {} that is bucket {bucket} of {total}",
                    Value::from(seed.as_str())
                ));
            }
            // One share of 100 % needs no hash, only somebody.
            None if way.intervals.len() == 1 && is_served(&way.intervals, &way.variant) => {
                self.line(&format!("everybody who has a `{attribute}`; it is {user}"));
            }
            None => {
                self.line(&format!(
                    "a split needs to know the user, and `{attribute}` is {user}: the off variant, `{}`",
                    way.variant
                ));
                return;
            }
        }
        for interval in &way.intervals {
            let Interval { variant, from, to } = interval;
            let here = bucket.is_some_and(|bucket| (u64::from(*from)..u64::from(*to)).contains(&bucket));
            let mark = if here { "   <- here" } else { "" };
            let (from, last) = (grouped(u64::from(*from)), grouped(u64::from(*to) - 1));
            self.deeper(|lines| lines.line(&format!("`{variant}` has {from} - {last}{mark}")));
        }
    }
}

fn is_served(intervals: &[Interval], variant: &str) -> bool {
    intervals.iter().any(|interval| interval.variant == variant)
}

/// What the context has, to be read behind `it is`.
fn seen_as(seen: &Seen, kind: &str) -> String {
    match seen {
        Seen::Missing => "missing".to_owned(),
        Seen::Null => "null, which counts as missing".to_owned(),
        Seen::Given(value) => short(value),
        Seen::OtherType(value) => format!("{}, which is not of the declared type {kind}", short(value)),
    }
}

/// A value as JSON, cut where it is long.
fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(LONGEST_VALUE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// A number with a comma between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
