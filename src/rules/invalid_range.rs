//! A version range that cannot be read.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("invalid-range"),
    group: Group::Meaning,
    level: Level::Fixed,
    summary: "a version range that cannot be read",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
A version range is not one. Ranges are full versions behind one of `= > >= < <= ^ ~`, joined by commas; SDKs differ in
what they make of anything shorter, so nothing shorter is accepted.

```toml
if = { appVersion = \">=5.2\" }              # invalid-range: write `>=5.2.0`
if = { appVersion = \">=5.2.0 <6.0.0\" }     # invalid-range: a comma means and
```

Write it like `>=5.2.0, <6.0.0`, `^1.4.0` or `2.3.7`; a list means any of them.
";
