//! Numbers that JSON readers disagree on.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("number-out-of-range"),
    group: Group::Syntax,
    level: Level::Fixed,
    summary: "a number that not every JSON reader keeps exactly",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
Bundles are JSON, and not all JSON readers keep every number: integers beyond 2^53 − 1 are rounded by some, and NaN
and the infinities cannot be written at all. The services would disagree on the value.

```toml
[variants]
limit = 9007199254740993     # number-out-of-range: JavaScript reads 9007199254740992
```

Use a number between -9007199254740991 and 9007199254740991, or a string where it is an identifier.
";
