//! A share that buckets cannot divide.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("invalid-weight"),
    group: Group::Meaning,
    level: Level::Fixed,
    summary: "a share finer than a thousandth of a percent",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
A share of a split has more than three decimals. Users are divided into 100,000 buckets, in every SDK alike: a finer
share would be rounded, and not everywhere in the same way.

```toml
serve = { on = 33.33333 }      # invalid-weight: use 33.333
```

Use three decimals at most. What is left of 100 goes to `off_variant`.
";
