//! Steps of a schedule that are out of order.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("schedule-order"),
    group: Group::Meaning,
    level: Level::Fixed,
    summary: "the steps of a schedule are not in the order of time",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
A step of a schedule does not come later than the one before it. The last step that has passed decides, so a step out
of order reads as if it came next and never does.

```toml
[[schedule]]
at = 2026-12-15T09:00:00Z
serve = \"on\"
[[schedule]]
at = 2026-12-01T09:00:00Z      # schedule-order: before the step above it
serve = { on = 50 }
```

Put the steps in the order of time, and correct the dates.
";
