//! Notations of TOML 1.1.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("newer-toml"),
    group: Group::Syntax,
    level: Level::Warning,
    summary: "a notation that only TOML 1.1 has",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
TOML 1.1 allows a few notations more than TOML 1.0. flagc reads them, but many editors, formatters and pipelines do
not yet: they would call the file broken.

```toml
serve = { on = 25, }                  # newer-toml: a comma at the end of an inline table
at = 2026-12-01T09:00Z                # newer-toml: a time without seconds
```

Write it the TOML 1.0 way. If all your tools read TOML 1.1: `[lints]` `newer-toml = \"allow\"`.
";
