//! An attribute that the context does not have.

use crate::finding::{Finding, RuleId};
use crate::rule::{Check, Context, Group, Level, Rule};
use crate::workspace::nearest;

pub(super) const RULE: Rule = Rule {
    id: RuleId("unknown-attribute"),
    group: Group::Names,
    level: Level::Fixed,
    summary: "an attribute that the context does not have",
    page: PAGE,
    check: Check::Workspace(check),
};

const PAGE: &str = "\
A rule, a test, `bucket_by` or a service names an attribute that `flagc.toml` does not declare. At run time it would
be missing for everybody: the rule would never match, and nobody would be told.

```toml
if = { contry = \"DE\" }      # unknown-attribute: did you mean `country`?
```

Correct the name, or declare it in `flagc.toml`: `[context.country]` with its `type`. The context is one contract for
all services.
";

/// What services provide; the attributes in flags and segments are looked up while these are loaded.
fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let config = &context.workspace.config;
    for service in &context.workspace.services {
        for name in service.provides.iter().flat_map(|provides| &provides.value) {
            if config.attribute_id(&name.value).is_some() {
                continue;
            }
            let message = format!("`{}` is not an attribute of the context", name.value);
            let names = config.context.iter().map(|attribute| attribute.name.value.as_str());
            let help = match nearest(&name.value, names) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => format!("declare it in `flagc.toml`: [context.{}]", name.value),
            };
            findings.push(Finding::new(RULE.id, service.file, name.span, message).help(help));
        }
    }
}
