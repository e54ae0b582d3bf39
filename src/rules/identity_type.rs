//! An identity that identifies nobody.

use crate::finding::RuleId;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("identity-type"),
    group: Group::Meaning,
    level: Level::Fixed,
    summary: "users are to be told apart by an attribute that cannot do it",
    page: PAGE,
    check: Check::Load,
};

const PAGE: &str = "\
Users are divided into buckets by an attribute that cannot tell them apart in every SDK alike: only strings and
integers are spelled the same everywhere. And `targetingKey` is a string in OpenFeature, whatever is declared.

```toml
# flagc.toml: [context.age] type = \"number\"
bucket_by = \"age\"      # identity-type: a number identifies nobody
```

Name a string or an integer that stays with the user, such as `targetingKey`.
";
