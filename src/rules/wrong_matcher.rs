//! A test that the attribute's type does not have.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("wrong-matcher"),
    group: Group::Meaning,
    level: Level::Fixed,
    summary: "a condition asks something that the attribute's type does not have",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
A condition compares an attribute with a value of another type, or asks something that its type does not have. It
would never hold, and the rule would look as if it worked.

```toml
# flagc.toml: [context.age] type = \"integer\"
if = { age = \"18\" }                     # wrong-matcher: never equal to a string
if = { age = { starts_with = \"1\" } }    # wrong-matcher: a number has no beginning
```

Ask what the type can answer; the help shows how. `exists` works on every type, and stands alone.
";
