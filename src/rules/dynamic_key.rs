//! A key that code makes while it runs.

use crate::finding::{Finding, RuleId};
use crate::references::Code;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("dynamic-key"),
    group: Group::Lifecycle,
    level: Level::Warning,
    summary: "code makes the key of a flag at run time",
    page: PAGE,
    check: Check::Code(check),
};

const PAGE: &str = "\
Code hands something to an OpenFeature method that is no text and no constant: nobody can say which flags it reads, so
no flag can be said to be unused.

```toml
# services/frontend.toml
code = [\"../apps/frontend\"]    # dynamic-key: getBooleanValue(\"checkout-\" + step, false)
```

Write the keys out, or as constants. Where that is not possible, allow the rule: the flags stay blocked all the same.
";

fn check(code: &Code<'_>, findings: &mut Vec<Finding>) {
    for place in &code.scan.dynamic {
        let (file, span) = code.at(place);
        let message = format!("`{}` makes a key at run time{}", place.service, code.words(place));
        findings.push(
            Finding::new(RULE.id, file, span, message)
                .help("write the key out, or as a constant: as it is, no flag can be said to be unused"),
        );
    }
}
