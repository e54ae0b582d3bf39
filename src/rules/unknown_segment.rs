//! A segment that does not exist.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("unknown-segment"),
    group: Group::Names,
    level: Level::Fixed,
    summary: "a segment that does not exist",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
A condition names a segment that no file in `segments/` defines. Nobody would belong to it.

```toml
if = { segment = \"stafff\" }     # unknown-segment: did you mean `staff`?
```

Correct the name, or make `segments/NAME.toml` with a `description`, an `owner` and an `if`.
";
