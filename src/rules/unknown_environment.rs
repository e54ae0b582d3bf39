//! An environment that the workspace does not have.

use crate::finding::{Finding, RuleId};
use crate::model::Config;
use crate::rule::{Check, Context, Group, Level, Rule};
use crate::source::Span;
use crate::workspace::did_you_mean;

pub(super) const RULE: Rule = Rule {
    id: RuleId("unknown-environment"),
    group: Group::Names,
    level: Level::Fixed,
    summary: "an environment that the workspace does not have",
    page: PAGE,
    check: Check::Workspace(check),
};

const PAGE: &str = "\
A flag, a test or a deployment names an environment that `flagc.toml` does not list. What was meant for it would be
compiled for none, and the environment that was meant would get the flag's own `serve`.

```toml
[environments.prodution]     # unknown-environment: did you mean `production`?
serve = \"off\"
```

Correct the name, or add the environment to `environments` in `flagc.toml`.
";

/// Deployments, whose files are named after environments; those in flags are looked up while these are loaded.
fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let config = &context.workspace.config;
    for deployment in &context.workspace.deployments {
        let name = deployment.environment.as_str();
        if config.environment_id(name).is_some() {
            continue;
        }
        let message = format!("there is no environment `{name}`");
        let mut finding = Finding::new(RULE.id, deployment.file, Span::default(), message);
        finding.help = help(config, name);
        findings.push(finding);
    }
}

fn help(config: &Config, name: &str) -> Option<String> {
    let renamed = config
        .environments
        .iter()
        .find(|environment| environment.renamed_from.iter().any(|before| before.value == name));
    if let Some(environment) = renamed {
        let now = &environment.name.value;
        return Some(format!("it is called `{now}` now: rename the file to `deployments/{now}.toml`"));
    }
    did_you_mean(name, config.environments.iter().map(|environment| environment.name.value.as_str()))
}
