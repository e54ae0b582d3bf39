//! A file or a folder that cannot be opened.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("unreadable-file"),
    group: Group::Syntax,
    level: Level::Fixed,
    summary: "a file or a folder cannot be read",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
The system does not let flagc read a file or a folder of the workspace, or the file vanished during the run. What it
says is unknown, so a bundle without it would be a bundle with flags missing.

```toml
# checkout/new-checkout.toml has the mode 0000     # unreadable-file: permission denied
```

Give the user that runs flagc the right to read the file. In CI, look at how the repository was checked out.
";
