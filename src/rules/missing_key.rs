//! A key that the format requires.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("missing-key"),
    group: Group::Schema,
    level: Level::Fixed,
    summary: "a required key is missing",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
A key is missing that the format requires. A flag must say what it is for, who answers for it and what it serves: what
is not asked for on the day a flag is made is never written.

```toml
description = \"New checkout\"
kind = \"release\"
serve = \"off\"
# missing-key: the file has no `owner`
```

Add the key; the help says what belongs into it.
";
