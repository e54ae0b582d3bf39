//! A kind of flag that does not exist.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("unknown-kind"),
    group: Group::Schema,
    level: Level::Fixed,
    summary: "a kind of flag that does not exist",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
The kind of a flag decides how long it may live and what is expected of it. There are four: `release` brings a change
to everybody step by step, `experiment` compares variants, `ops` is a switch for operations, `permission` decides who
may use something.

```toml
kind = \"relase\"      # unknown-kind: did you mean `release`?
```

Write one of the four.
";
