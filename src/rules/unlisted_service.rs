//! A service that reads a flag without being listed.

use std::collections::BTreeSet;

use crate::finding::{Finding, RuleId};
use crate::references::Class;
use crate::references::Code;
use crate::rule::{Check, Group, Level, Rule};
use crate::source::Span;

pub(super) const RULE: Rule = Rule {
    id: RuleId("unlisted-service"),
    group: Group::Lifecycle,
    level: Level::Error,
    summary: "a service reads a flag that does not list it",
    page: PAGE,
    check: Check::Code(check),
};

const PAGE: &str = "\
The code of a service reads a flag, and the flag's `[services]` does not name the service. What depends on that list is
wrong then: whether a release is ready, the order of deployments, who has to take the flag out.

```toml
[services]
frontend = {}      # unlisted-service: the code of `orders` reads the flag as well
```

Add the service to `[services]`, with the versions that can serve each variant.
";

fn check(code: &Code<'_>, findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    for reference in code.scan.references.iter().filter(|reference| reference.class == Class::Read) {
        let Some(id) = code.workspace.flag_id(&reference.flag) else { continue };
        let (flag, service) = (code.workspace.flag(id), &reference.place.service);
        let is_listed = flag.services.iter().any(|support| support.service.value == service.as_str());
        if is_listed || !seen.insert((id, service)) {
            continue;
        }
        let place = &reference.place;
        let message = format!(
            "`{service}` reads `{}` and is not in its `[services]`: {}:{}",
            flag.key, place.file, place.line
        );
        let help =
            format!("add `{service} = {{}}` to `[services]`, with the versions that can serve each variant");
        findings.push(
            Finding::new(RULE.id, flag.file, Span::default(), message).flag(flag.key.as_str()).help(help),
        );
    }
}
