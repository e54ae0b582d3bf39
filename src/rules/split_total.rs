//! Shares that add up to more than everybody.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("split-total"),
    group: Group::Meaning,
    level: Level::Fixed,
    summary: "the shares of a split add up to more than 100",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
The shares of a split are percentages of everybody, and together they are more than that.

```toml
serve = { blue = 60, green = 60 }      # split-total: 120 %
```

Make them add up to 100 at most. What is left goes to `off_variant`, so `{ on = 25 }` needs no `off = 75`.
";
