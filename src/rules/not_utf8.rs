//! A file whose bytes are no text.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("not-utf8"),
    group: Group::Syntax,
    level: Level::Fixed,
    summary: "a file is not UTF-8 text",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
TOML is UTF-8 by definition. A file in another encoding, or one with damaged bytes, could be read in several ways, and
the names in it would differ from one machine to the next.

```toml
owner = \"team-münchen\"     # not-utf8, if the editor saved the file as Latin-1
```

Save the file as UTF-8. `iconv -f latin1 -t utf-8 FILE` converts one that an old editor wrote.
";
