//! A flag whose last day has passed.

use crate::finding::{Finding, RuleId};
use crate::rule::{Check, Group, Level, Life, Rule};
use crate::staleness::State;

pub(super) const RULE: Rule = Rule {
    id: RuleId("expired-flag"),
    group: Group::Lifecycle,
    level: Level::Warning,
    summary: "the day on which the flag was to be gone has passed",
    page: PAGE,
    check: Check::Life(check),
};

const PAGE: &str = "\
`expires` names the last day on which a flag should be needed. It ends at 24:00 UTC, and has passed.

```toml
expires = 2026-12-31      # expired-flag from 2027-01-01T00:00:00Z on
```

Take the flag out: `flagc retire FLAG` says how. If it is needed for longer, write a later day, and in a comment why.
";

fn check(life: &Life<'_>, findings: &mut Vec<Finding>) {
    for staleness in life.staleness.iter().filter(|staleness| staleness.state == State::Expired) {
        let flag = life.workspace.flag(staleness.flag);
        let Some(expires) = flag.expires else { continue };
        let message = format!("`{}` expired on {}", flag.key, expires.value.0);
        findings.push(
            Finding::new(RULE.id, flag.file, expires.span, message)
                .flag(flag.key.as_str())
                .help(format!("take it out: `flagc retire {}` says how; or write a later day", flag.key)),
        );
    }
}
