//! A service that calls itself.

use crate::finding::{Finding, RuleId};
use crate::rule::{Check, Context, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("self-call"),
    group: Group::Coordination,
    level: Level::Warning,
    summary: "a service lists itself in `calls`",
    page: PAGE,
    check: Check::Workspace(check),
};

const PAGE: &str = "\
A service lists itself in `calls`. The list says which services go out before this one, and none goes out before
itself. Often another service was meant.

```toml
# services/orders.toml
calls = [\"orders\", \"payments\"]      # self-call
```

Take it out. Services that call each other in a circle are no finding: a plan takes them as one step.
";

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for service in &context.workspace.services {
        for called in service.calls.iter().filter(|called| called.value == service.name) {
            let message = format!("`{}` calls itself", service.name);
            let finding = Finding::new(RULE.id, service.file, called.span, message);
            findings.push(finding.help("take it out: `calls` says what goes out before this service"));
        }
    }
}
