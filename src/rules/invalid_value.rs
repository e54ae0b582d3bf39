//! A value that its key does not take.

use crate::finding::{Finding, RuleId};
use crate::rule::{Check, Context, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("invalid-value"),
    group: Group::Schema,
    level: Level::Fixed,
    summary: "a value that its key does not take",
    page: PAGE,
    check: Check::Workspace(check),
};

const PAGE: &str = "\
A value has the right type but is none that its key takes: a number beyond its bounds, a word that is not in the
choice, a text that does not have the form it needs.

```toml
serve = { on = 120 }          # invalid-value: a share is 100 percent at most
seed = \"new checkout\"         # invalid-value: a seed has no spaces
```

The help says which values there are or what form is needed.
";

/// What the schema cannot say: the form of a capability. Everything else is found while loading.
fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for deployment in &context.workspace.deployments {
        for capability in deployment.live.iter().flat_map(|live| &live.capabilities) {
            let parts = capability.value.split_once(':');
            if parts.is_some_and(|(flag, variant)| !flag.is_empty() && !variant.is_empty()) {
                continue;
            }
            let message = format!("`{}` is not a capability", capability.value);
            let finding = Finding::new(RULE.id, deployment.file, capability.span, message)
                .help("write the flag and the variant, such as `new-checkout-flow:on`");
            findings.push(finding);
        }
    }
}
