//! A name that means something else already.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("reserved-name"),
    group: Group::Schema,
    level: Level::Fixed,
    summary: "a name that means something else already",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
An attribute bears a name that means something else in a condition (`segment`, `any`, `all`, `not`), or an attribute
or a variant has the name of something that every JavaScript object is born with, such as `constructor`: the SDKs for
JavaScript would find it where nobody has set it.

```toml
[context.segment]        # reserved-name: `if = { segment = \"staff\" }` asks for a segment
type = \"string\"
```

Give it another name.
";
