//! Two files that define the same flag.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("duplicate-flag"),
    group: Group::Names,
    level: Level::Fixed,
    summary: "two files define the same flag",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
Two files have the same name, and a file's name is the key of its flag; folders do not count. Only one of the two
could be served. Names that differ in upper and lower case alone are the same name: some file systems cannot tell them
apart, and neither can people.

```toml
# checkout/one-click.toml
# payments/One-Click.toml     # duplicate-flag: `one-click` exists already
```

Rename one of the two files.
";
