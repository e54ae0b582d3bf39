//! A key that the format does not know.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("unknown-key"),
    group: Group::Schema,
    level: Level::Fixed,
    summary: "a key that the format does not know",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
A key stands in a file that the format does not know. Nothing is skipped: a misspelt `enabled = false` would otherwise
leave a feature on while everybody believes that it is off.

```toml
enabeld = false      # unknown-key: did you mean `enabled`?
```

Correct the spelling, or remove the key. `flagc schema flag` prints all keys of a flag, and editors complete them
through the `#:schema` line.
";
