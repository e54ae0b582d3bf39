//! A flag that does not say what it serves when it is killed.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("missing-off-variant"),
    group: Group::Meaning,
    level: Level::Fixed,
    summary: "a flag does not say what it serves when it is killed",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
A killed flag, an unmet requirement and a user without an identity get the `off_variant`. It is the variant named
`off`; where no variant has that name, the flag must say which one is the safe one.

```toml
serve = \"blue\"
# missing-off-variant: add off_variant = \"blue\"

[variants]
blue = \"#0000ff\"
green = \"#00ff00\"
```

Add `off_variant` above the first table: the variant that nobody can be hurt by.
";
