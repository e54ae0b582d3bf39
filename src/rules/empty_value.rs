//! A value with nothing in it.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("empty-value"),
    group: Group::Schema,
    level: Level::Fixed,
    summary: "a text, a list or a table is empty",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
A text, a list or a table is there but has nothing in it. An empty `if` could mean everybody or nobody, an empty list
of values all or none: which one was meant is not guessed.

```toml
[[rules]]
if = {}              # empty-value: everybody? nobody?
serve = \"on\"
```

Write something in it, or leave the key out: a rule without `if` takes everybody.
";
