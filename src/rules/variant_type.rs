//! Variants of different types.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("variant-type"),
    group: Group::Meaning,
    level: Level::Fixed,
    summary: "the variants of a flag have different types",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
The values of a flag's variants have different types. Code asks for a boolean, a string, a number or an object: the
variant of the other type would be an error for everybody who gets it.

```toml
[variants]
off = false
on = \"true\"      # variant-type: `on` is a string, but `off` is a boolean
```

Give all variants values of one type.
";
