//! A value outside the closed set of an attribute.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("unknown-value"),
    group: Group::Names,
    level: Level::Fixed,
    summary: "a value outside the closed set of an attribute",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
The attribute has a closed set of values, and the condition asks for one that is not in it. The rule would never match
because of a typo.

```toml
# flagc.toml: [context.plan] values = [\"private\", \"business\"]
if = { plan = \"bussiness\" }      # unknown-value: did you mean `business`?
```

Correct the value, or add it to `values` in `flagc.toml` if it is a new one.
";
