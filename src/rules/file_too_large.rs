//! A file beyond the size limit.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("file-too-large"),
    group: Group::Syntax,
    level: Level::Fixed,
    summary: "a file is larger than 1 MiB",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
A file of the workspace is larger than 1 MiB. Flags are some hundred lines; a file of that size is generated or has
data in it that belongs elsewhere, and no reviewer would read it.

```toml
[variants]
list = { ids = [ 1, 2, 3 ] }     # file-too-large, with some hundred thousand ids
```

Take out what is not a flag. Long lists of users belong into an attribute that the services provide (`tier = \"pro\"`),
not into a flag.
";
