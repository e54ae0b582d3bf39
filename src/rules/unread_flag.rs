//! A service that is listed and does not read the flag.

use std::collections::BTreeSet;

use crate::finding::{Finding, RuleId};
use crate::references::Code;
use crate::rule::{Check, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("unread-flag"),
    group: Group::Lifecycle,
    level: Level::Warning,
    summary: "a service is listed by a flag and does not read it",
    page: PAGE,
    check: Check::Code(check),
};

const PAGE: &str = "\
A flag's `[services]` names a service, and its code was wholly looked at and does not name the flag, not even in a
table of constants. A service that makes keys at run time is never said not to read a flag.

```toml
[services]
orders = { on = \">=1.8.0\" }      # unread-flag: nothing in the code of `orders` names the flag
```

Take the service out of `[services]`; if none is left, take the flag out: `flagc retire FLAG` says how.
";

fn check(code: &Code<'_>, findings: &mut Vec<Finding>) {
    let needs: BTreeSet<(&str, &str)> = code
        .scan
        .references
        .iter()
        .filter(|reference| reference.class.needs_the_flag())
        .map(|reference| (reference.flag.as_str(), reference.place.service.as_str()))
        .collect();
    let dynamic: BTreeSet<&str> = code.scan.dynamic.iter().map(|place| place.service.as_str()).collect();
    for flag in &code.workspace.flags {
        for support in &flag.services {
            let service = support.service.value.as_str();
            let is_known = code.scan.knows(service, &flag.key)
                && !code.unsearched.contains_key(service)
                && !dynamic.contains(service);
            if !is_known || needs.contains(&(flag.key.as_str(), service)) {
                continue;
            }
            let message = format!("the code of `{service}` does not read `{}`", flag.key);
            findings.push(
                Finding::new(RULE.id, flag.file, support.service.span, message)
                    .flag(flag.key.as_str())
                    .help(format!("take `{service}` out of `[services]`")),
            );
        }
    }
}
