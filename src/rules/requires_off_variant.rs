//! A requirement that is met by a flag that is off.

use crate::finding::{Finding, RuleId};
use crate::model::{Flag, Requirement};
use crate::rule::{Check, Context, Group, Level, Rule};
use crate::source::Place;

pub(super) const RULE: Rule = Rule {
    id: RuleId("requires-off-variant"),
    group: Group::Meaning,
    level: Level::Fixed,
    summary: "a requirement asks for the off variant of another flag",
    page: PAGE,
    check: Check::Workspace(check),
};

const PAGE: &str = "\
A requirement asks for the variant that the other flag serves when it is killed. Killing that flag would then switch
this one on: a kill must only ever take away.

```toml
[requires]
old-payments-api = \"off\"      # requires-off-variant: killing `old-payments-api` would switch this flag on
```

Turn the other flag around, so that its `off_variant` is the state in which this flag may not run; or write a
condition.
";

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for flag in &context.workspace.flags {
        for requirement in &flag.requires {
            findings.extend(report(context, flag, requirement));
        }
    }
}

fn report(context: &Context<'_>, flag: &Flag, requirement: &Requirement) -> Option<Finding> {
    let workspace = context.workspace;
    let key = &requirement.flag.value;
    let required = workspace.flag(workspace.flag_id(key)?);
    // A flag with errors everywhere may not have said what its off variant is.
    if workspace.config.environment_ids().all(|environment| required.broken_in(environment)) {
        return None;
    }
    let off = &required.variant(required.off_variant).name;
    let written = requirement.variants.iter().find(|variant| variant.value == off.value)?;
    let message = format!("`{}` is what `{key}` serves when it is killed", off.value);
    let finding = Finding::new(RULE.id, flag.file, written.span, message)
        .flag(flag.key.as_str())
        .label("met by killing the other flag")
        .help(format!("require another variant: killing `{key}` would switch `{}` on", flag.key));
    Some(finding.related(Place { file: required.file, span: off.span }, "its off variant"))
}
