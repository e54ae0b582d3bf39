//! Two things of one kind that bear the same name.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("duplicate-name"),
    group: Group::Names,
    level: Level::Fixed,
    summary: "two segments, services, releases, deployments or environments have one name",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
Two segments, services, releases, deployments or environments bear the same name, so a file that uses the name does
not say which of them it means. Upper and lower case are the same here.

```toml
environments = [
  { name = \"production\" },
  { name = \"Production\" },     # duplicate-name
]
```

Rename one of the two, or remove it.
";
