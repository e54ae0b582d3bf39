//! A key that stands twice.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("duplicate-key"),
    group: Group::Syntax,
    level: Level::Fixed,
    summary: "a key or a table is defined twice",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
A key, or a table, is defined twice. TOML has no rule for which of the two would win, and a reader who finds the first
one does not look for a second.

```toml
serve = \"off\"
owner = \"team-checkout\"
serve = \"on\"       # duplicate-key: `serve` is defined twice
```

Keep one of the two. It often happens when two branches that add the same key are merged.
";
