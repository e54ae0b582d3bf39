//! Marker lines that a merge left behind.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("merge-conflict"),
    group: Group::Syntax,
    level: Level::Fixed,
    summary: "a file has an unresolved merge conflict",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
Git wrote both sides of a conflict into the file, and nobody has chosen. Nothing else is said about such a file: what
is wrong with it can be told when it is one text again.

```toml
\u{3c}<<<<<< HEAD                # merge-conflict
serve = { on = 25 }
\u{3d}======
serve = { on = 5 }
\u{3e}>>>>>> lower-the-rollout
```

Choose the lines that should stay and remove the markers; `git status` lists the other files in conflict.
";
