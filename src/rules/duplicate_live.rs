//! The same instances, recorded as live twice.

use std::collections::HashMap;

use crate::finding::{Finding, RuleId};
use crate::rule::{Check, Context, Group, Level, Rule};
use crate::source::Place;

pub(super) const RULE: Rule = Rule {
    id: RuleId("duplicate-live"),
    group: Group::Meaning,
    level: Level::Error,
    summary: "a deployment lists the same version of a service, in the same instance, twice",
    page: PAGE,
    check: Check::Workspace(check),
};

const PAGE: &str = "\
A deployment has two entries for the same version of a service in the same instance. Where one of them names
capabilities and the other does not, nobody can say what that version was built with.

```toml
[[live]]
service = \"orders\"
version = \"1.8.2\"
[[live]]                      # duplicate-live
service = \"orders\"
version = \"1.8.2\"
```

Remove one of the two. Two versions in one instance are a rolling deploy, and one version in two instances are two
groups of instances: both are fine.
";

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for deployment in &context.workspace.deployments {
        let mut firsts = HashMap::with_capacity(deployment.live.len());
        for live in &deployment.live {
            let instance = live.instance.as_ref().map(|instance| instance.value.as_str());
            let key = (live.service.value.as_str(), live.version.value.as_str(), instance);
            let Some(first) = firsts.get(&key) else {
                firsts.insert(key, live.version.span);
                continue;
            };
            let (service, version, _) = key;
            let place = instance.map(|instance| format!(" in `{instance}`")).unwrap_or_default();
            let message = format!("`{service}` {version} is listed as live{place} twice");
            let first = Place { file: deployment.file, span: *first };
            findings.push(
                Finding::new(RULE.id, deployment.file, live.version.span, message)
                    .label("again here")
                    .help("remove one of the two entries")
                    .related(first, "first listed here"),
            );
        }
    }
}
