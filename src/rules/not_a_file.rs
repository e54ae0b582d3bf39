//! A name that ends in `.toml` but is no plain file.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("not-a-file"),
    group: Group::Syntax,
    level: Level::Fixed,
    summary: "a name that ends in `.toml` is a link, a folder or a pipe",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
Something ends in `.toml` but is a symbolic link, a folder, a pipe or a device. Links are not followed: what a review
showed would depend on a file that the review did not show.

```toml
# checkout/new-checkout.toml -> ../../elsewhere/flag.toml     # not-a-file: a symbolic link
```

Put a plain file there, or rename what is no flag.
";
