//! A flag that everybody gets the same of, and has for long.

use crate::finding::{Finding, RuleId};
use crate::rule::{Check, Group, Level, Life, Rule};
use crate::source::Span;
use crate::staleness::{Signal, State, day_since, seen};

pub(super) const RULE: Rule = Rule {
    id: RuleId("stale-flag"),
    group: Group::Lifecycle,
    level: Level::Warning,
    summary: "everybody has been getting one and the same variant for longer than the flag's kind allows",
    page: PAGE,
    check: Check::Life(check),
};

const PAGE: &str = "\
In every environment that decides (the critical ones, else the last), everybody has been getting one and the same
variant for longer than `[kinds]` allows: the flag is launched (a variant that is not the off variant) or abandoned
(the off variant). Since when is read from Git, by what each old state of the workspace served: reformatted, moved and
renamed files are no change.

```toml
[kinds.release]
launched_after = \"30d\"      # the default of release and experiment flags; then stale-flag
abandoned_after = \"30d\"
```

Take the flag out: `flagc retire FLAG` says how. If it has to stay, say why: `permanent = \"reason\"`, or
`snooze = { until = 2027-01-15, reason = \"…\" }`; if it is an operational switch, its kind is `ops`.

In `check`, this is judged as of the commit that is checked out, and weighs no more than a warning on files that the
change does not touch: nobody's pull request fails for somebody else's old flag.
";

fn check(life: &Life<'_>, findings: &mut Vec<Finding>) {
    let Some(as_of) = life.as_of else { return };
    for staleness in life.staleness {
        let how = match staleness.state {
            State::Launched => "launched",
            State::Abandoned => "abandoned",
            State::Expired
            | State::Overdue
            | State::ReviewDue
            | State::Snoozed
            | State::Permanent
            | State::Active => continue,
        };
        let flag = life.workspace.flag(staleness.flag);
        let since = day_since(staleness).map(|since| format!(" since {since}")).unwrap_or_default();
        let constant: Vec<Signal> = staleness
            .signals
            .iter()
            .filter(|seen| matches!(seen, Signal::Constant { .. }))
            .cloned()
            .collect();
        let message = format!("`{}` counts as {how}{since}: {}", flag.key, seen(&constant, as_of).join("; "));
        findings.push(
            Finding::new(RULE.id, flag.file, Span::default(), message).flag(flag.key.as_str()).help(format!(
                "take it out: `flagc retire {}` says how; or say why it stays: `permanent = \"…\"`",
                flag.key
            )),
        );
    }
}
