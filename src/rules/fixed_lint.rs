//! A level for a rule that has only one.

use crate::finding::{Finding, RuleId};
use crate::format::LintLevel;
use crate::rule::{Check, Context, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("fixed-lint"),
    group: Group::Meaning,
    level: Level::Error,
    summary: "`[lints]` lowers a rule that cannot be lowered",
    page: PAGE,
    check: Check::Workspace(check),
};

const PAGE: &str = "\
`[lints]` lowers a rule whose findings have no meaning that could be compiled. It stays an error whatever the
workspace says, and a line that has no effect should not look as if it had one.

```toml
[lints]
unknown-variant = \"warn\"      # fixed-lint: `unknown-variant` is always an error
```

Remove the line and correct what the rule finds. A group can be lowered: it then means those of its rules that can be.
";

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let config = &context.workspace.config;
    for (name, level) in &config.lints {
        let rule = context.rules.iter().find(|rule| rule.id.0 == name.value);
        let fixed = rule.is_some_and(|rule| rule.level == Level::Fixed);
        if !fixed || *level == LintLevel::Error {
            continue;
        }
        let message = format!("`{}` is always an error", name.value);
        let finding = Finding::new(RULE.id, config.file, name.span, message)
            .help("remove the line: what this rule finds cannot be compiled or read");
        findings.push(finding);
    }
}
