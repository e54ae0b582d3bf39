//! A key of the flag that slipped into a table.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("misplaced-key"),
    group: Group::Schema,
    level: Level::Fixed,
    summary: "a key of the flag stands below a table",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
A key of the flag itself stands below a `[table]`. In TOML a header holds until the next one, so the key belongs to
that table: what looks like the flag's `serve` is a variant with the name `serve`.

```toml
[variants]
off = false
on = true

serve = \"off\"        # misplaced-key: this is `variants.serve`
```

Move the key up, above the first `[table]` of the file.
";
