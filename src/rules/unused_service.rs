//! A service that nothing in the workspace names.

use std::collections::BTreeSet;

use crate::finding::{Finding, RuleId};
use crate::rule::{Check, Context, Group, Level, Rule};
use crate::source::Span;
use crate::workspace::nearest;

pub(super) const RULE: Rule = Rule {
    id: RuleId("unused-service"),
    group: Group::Coordination,
    level: Level::Warning,
    summary: "a service that no flag names and no other service calls",
    page: PAGE,
    check: Check::Workspace(check),
};

const PAGE: &str = "\
A file in `services/` describes a service that evaluates no flag and that no other service calls. Either it can go, or
a flag forgets to name it: then nobody asks whether that service is ready before the flag goes on.

```toml
# services/reports.toml           # unused-service: no flag has `reports` in its `[services]`
description = \"Sums up the day\"
owner = \"team-finance\"
```

Name it in the `[services]` of the flags that it evaluates, or remove the file. What is live in `deployments/` alone
does not count as a use. Nothing is reported before the first flag names its services.
";

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let workspace = context.workspace;
    let mut evaluating =
        workspace.flags.iter().flat_map(|flag| &flag.services).map(|support| &support.service).peekable();
    // A flag that cannot be read may be the one that names it. And where no flag has `[services]` yet, all are unused.
    if !workspace.unreadable_flags.is_empty() || evaluating.peek().is_none() {
        return;
    }
    let called = workspace
        .services
        .iter()
        .flat_map(|service| service.calls.iter().filter(|called| called.value != service.name));
    let mut named: BTreeSet<&str> = BTreeSet::new();
    // One by one: collecting would put every mention into a list first, and sort that.
    for name in evaluating.chain(called) {
        named.insert(&name.value);
    }
    // A misspelt name is one mistake: `unknown-service` says what was meant.
    let known = || workspace.services.iter().map(|service| service.name.as_str());
    let misspelt = named.iter().filter(|name| workspace.service_id(name).is_none());
    let meant = misspelt.filter_map(|name| nearest(name, known()));
    let used: BTreeSet<&str> = named.iter().copied().chain(meant).collect();
    for service in &workspace.services {
        if !used.contains(service.name.as_str()) {
            let message = format!("no flag names `{}`, and no other service calls it", service.name);
            let help = "name it in the `[services]` of the flags that it evaluates, or remove this file";
            findings.push(Finding::new(RULE.id, service.file, Span::default(), message).help(help));
        }
    }
}
