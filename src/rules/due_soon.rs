//! A flag that will be stale before long.

use crate::finding::{Finding, RuleId};
use crate::rule::{Check, Group, Level, Life, Rule};
use crate::source::Span;
use crate::staleness::{State, day, days_until, left};

pub(super) const RULE: Rule = Rule {
    id: RuleId("due-soon"),
    group: Group::Lifecycle,
    level: Level::Warning,
    summary: "the flag becomes stale within the next days unless something changes",
    page: PAGE,
    check: Check::Life(check),
};

const PAGE: &str = "\
If nothing changes, the flag will be expired, launched, abandoned, overdue or due for a review within so many days.

```toml
[stale]
due_within = \"14d\"      # the default: so long before, due-soon warns
```

Plan to take it out, or say why it stays.
";

fn check(life: &Life<'_>, findings: &mut Vec<Finding>) {
    let Some(as_of) = life.as_of else { return };
    let within = i64::from(life.workspace.config.stale.due_within.0);
    for staleness in life.staleness {
        let Some(due) = staleness.due else { continue };
        let days = days_until(due, as_of);
        if days > within {
            continue;
        }
        let flag = life.workspace.flag(staleness.flag);
        let what = match due.state {
            State::Expired => "expires",
            State::Launched => "counts as launched",
            State::Abandoned => "counts as abandoned",
            State::Overdue => "is overdue",
            State::ReviewDue => "is due for a review",
            State::Snoozed | State::Permanent | State::Active => continue,
        };
        let least = if due.at_least { " or before" } else { "" };
        let message = format!("`{}` {what} {}, on {}{least}", flag.key, left(due, as_of), day(due.at));
        let span =
            flag.expires.filter(|_| due.state == State::Expired).map_or(Span::default(), |date| date.span);
        findings.push(
            Finding::new(RULE.id, flag.file, span, message)
                .flag(flag.key.as_str())
                .help(format!("plan its end: `flagc retire {}` says how to take it out", flag.key)),
        );
    }
}
