//! Invisible characters that turn the text around.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("bidi-control"),
    group: Group::Syntax,
    level: Level::Error,
    summary: "an invisible character changes the direction of the text",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
The file has a character that you cannot see and that changes the order in which editors and review pages show the
text around it. A reviewer sees another flag than the one that is compiled.

```toml
serve = \"off\" # \"no\" = evres      # bidi-control: with U+202E in it, this can look like something else
```

Remove the character. Text in Arabic or Hebrew needs none of these controls: it is shown from right to left by itself.
";
