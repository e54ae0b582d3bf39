//! A flag that is older than its kind allows, or should have been looked at again.

use crate::finding::{Finding, RuleId};
use crate::rule::{Check, Group, Level, Life, Rule};
use crate::source::Span;
use crate::staleness::{Signal, State, day_since, signal};

pub(super) const RULE: Rule = Rule {
    id: RuleId("overdue-flag"),
    group: Group::Lifecycle,
    level: Level::Warning,
    summary: "the flag is older than its kind allows, or is due for a review",
    page: PAGE,
    check: Check::Life(check),
};

const PAGE: &str = "\
The flag is older than the `max_age` of its kind, counted from `created` or else from the commit that added it; or it
has stayed as it is for longer than the `review_every` of its kind.

```toml
[kinds.release]
max_age = \"60d\"          # the default; an older one is an overdue-flag
[kinds.ops]
review_every = \"180d\"    # ops flags may stay, if somebody looks at them
```

Bring it to its end: serve one variant to everybody, then take it out. After a review that changes nothing, or if it
needs more time: `snooze = { until = 2027-01-15, reason = \"…\" }`.
";

fn check(life: &Life<'_>, findings: &mut Vec<Finding>) {
    let Some(as_of) = life.as_of else { return };
    for staleness in life.staleness {
        let flag = life.workspace.flag(staleness.flag);
        let message = match staleness.state {
            State::Overdue => {
                let age = staleness.signals.iter().find(|seen| matches!(seen, Signal::Age { .. }));
                let age = age.map(|age| signal(age, as_of).text).unwrap_or_default();
                format!("`{}` is overdue: {age}", flag.key)
            }
            State::ReviewDue => {
                let since = day_since(staleness).unwrap_or_default();
                format!("`{}` is due for a review since {since}", flag.key)
            }
            State::Expired
            | State::Launched
            | State::Abandoned
            | State::Snoozed
            | State::Permanent
            | State::Active => continue,
        };
        let created = flag.created;
        findings.push(
            Finding::new(RULE.id, flag.file, created.map_or(Span::default(), |date| date.span), message)
                .flag(flag.key.as_str())
                .help("bring it to its end; or give it time: `snooze = { until = …, reason = \"…\" }`"),
        );
    }
}
