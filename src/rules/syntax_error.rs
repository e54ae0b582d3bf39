//! Text that is not TOML.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("syntax-error"),
    group: Group::Syntax,
    level: Level::Fixed,
    summary: "a file is not valid TOML",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
The text is not TOML at this place, so nobody can know what was meant. The rest of the file is read all the same, and
what is wrong elsewhere in it is reported in the same run.

```toml
description = \"New checkout     # syntax-error: the quote never closes
kind = \"release\"
```

Correct the place that is marked, or the line before it: an unclosed quote or bracket is often noticed a line too
late.
";
