//! A name in `[lints]` that no rule and no group has.

use crate::finding::{Finding, RuleId};
use crate::rule::{Check, Context, Group, Level, Rule};
use crate::workspace::did_you_mean;

pub(super) const RULE: Rule = Rule {
    id: RuleId("unknown-rule"),
    group: Group::Names,
    level: Level::Error,
    summary: "`[lints]` names a rule that does not exist",
    page: PAGE,
    check: Check::Workspace(check),
};

const PAGE: &str = "\
`[lints]` gives a level to something that is neither a rule nor a group of rules. The rule that was meant keeps its
own level.

```toml
[lints]
newer-tolm = \"allow\"      # unknown-rule: did you mean `newer-toml`?
```

Correct the name. `flagc explain` lists all rules; the groups are `syntax`, `schema`, `names`, `meaning`,
`behaviour`, `coordination` and `lifecycle`.
";

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let config = &context.workspace.config;
    let rules = context.rules.iter().map(|rule| rule.id.0);
    let known: Vec<&str> = rules.chain(Group::ALL.map(Group::as_str)).collect();
    for (name, _) in &config.lints {
        if known.contains(&name.value.as_str()) {
            continue;
        }
        let message = format!("there is no rule and no group of rules `{}`", name.value);
        let help = did_you_mean(&name.value, known.iter().copied())
            .unwrap_or_else(|| "`flagc explain` lists all rules".to_owned());
        findings.push(Finding::new(RULE.id, config.file, name.span, message).help(help));
    }
}
