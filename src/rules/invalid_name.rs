//! A name with characters that names do not have.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("invalid-name"),
    group: Group::Schema,
    level: Level::Fixed,
    summary: "a name has characters that it may not have",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
The name of a flag, a service, a segment, a release, an environment or an attribute has characters that would have to
be escaped somewhere: in a URL, a shell, a metric, a JSON path. The name of a file is the name of what it defines.

```toml
[context.app-version]     # invalid-name: attributes have no hyphen
type = \"version\"
```

Flags begin with a letter, services, segments, releases and environments with a letter or a digit; letters, digits,
`.`, `_` and `-` follow. Attributes have letters, digits and `_`. Rename the file, or the key.
";
