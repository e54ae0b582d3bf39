//! A service that does not exist.

use crate::finding::{Finding, RuleId};
use crate::rule::{Check, Context, Group, Level, Rule};
use crate::source::{FileId, Spanned};
use crate::workspace::nearest;

pub(super) const RULE: Rule = Rule {
    id: RuleId("unknown-service"),
    group: Group::Names,
    level: Level::Error,
    summary: "a service that does not exist",
    page: PAGE,
    check: Check::Workspace(check),
};

const PAGE: &str = "\
A flag's `[services]`, a service's `calls` or a deployment names a service that no file in `services/` defines.
Whether it is ready for a variant, and what it would be called after, cannot be known.

```toml
[services]
oders = { on = \">=1.8.0\" }      # unknown-service: did you mean `orders`?
```

Correct the name, or make `services/NAME.toml`. It does not change what is compiled, so a workspace that does not
describe its services yet can lower it: `[lints]` `unknown-service = \"warn\"`.
";

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let workspace = context.workspace;
    for flag in &workspace.flags {
        for support in &flag.services {
            let finding = report(context, &support.service, flag.file);
            findings.extend(finding.map(|finding| finding.flag(flag.key.as_str())));
        }
    }
    for service in &workspace.services {
        findings.extend(service.calls.iter().filter_map(|called| report(context, called, service.file)));
    }
    for deployment in &workspace.deployments {
        findings.extend(
            deployment.live.iter().filter_map(|live| report(context, &live.service, deployment.file)),
        );
    }
}

fn report(context: &Context<'_>, name: &Spanned<ecow::EcoString>, file: FileId) -> Option<Finding> {
    let services = &context.workspace.services;
    if services.binary_search_by(|service| service.name.cmp(&name.value)).is_ok() {
        return None;
    }
    let message = format!("there is no service `{}`", name.value);
    let help = match nearest(&name.value, services.iter().map(|service| service.name.as_str())) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("make `services/{}.toml`", name.value),
    };
    Some(Finding::new(RULE.id, file, name.span, message).help(help))
}
