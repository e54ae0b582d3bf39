//! A value of another type than its key takes.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("wrong-type"),
    group: Group::Schema,
    level: Level::Fixed,
    summary: "a value of another type than its key takes",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
A value has another type than its key takes. Nothing is converted: `\"false\"` is a text that is not empty, and what a
reader makes of it is anybody's guess.

```toml
enabled = \"false\"            # wrong-type: `enabled` takes a boolean, not a string
expires = \"2026-12-31\"       # wrong-type: dates stand without quotes
```

Write a value of the type that the message names.
";
