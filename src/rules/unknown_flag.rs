//! A flag that is named but does not exist.

use crate::finding::{Finding, RuleId};
use crate::rule::{Check, Context, Group, Level, Rule};
use crate::source::{FileId, Spanned};
use crate::workspace::did_you_mean;

pub(super) const RULE: Rule = Rule {
    id: RuleId("unknown-flag"),
    group: Group::Names,
    level: Level::Fixed,
    summary: "a requirement or a release names a flag that does not exist",
    page: PAGE,
    check: Check::Workspace(check),
};

const PAGE: &str = "\
`[requires]` or a release names a flag that no file defines. The flag that requires it could never be served.

```toml
[requires]
new-payment-api = \"on\"      # unknown-flag: did you mean `new-payments-api`?
```

Correct the key, or remove the requirement if that flag has been retired.
";

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let workspace = context.workspace;
    for flag in &workspace.flags {
        for requirement in &flag.requires {
            report(context, &requirement.flag, flag.file, Some(&flag.key), findings);
        }
    }
    for release in &workspace.releases {
        for flag in &release.flags {
            report(context, flag, release.file, None, findings);
        }
    }
}

fn report(
    context: &Context<'_>,
    name: &Spanned<ecow::EcoString>,
    file: FileId,
    flag: Option<&str>,
    findings: &mut Vec<Finding>,
) {
    let workspace = context.workspace;
    let key = name.value.as_str();
    // A flag whose file cannot be read exists all the same; its own findings say what is wrong.
    if workspace.flag_id(key).is_some()
        || workspace.unreadable_flags.iter().any(|unreadable| unreadable == key)
    {
        return;
    }
    let mut finding = Finding::new(RULE.id, file, name.span, format!("there is no flag `{key}`"));
    finding.help = did_you_mean(key, workspace.flags.iter().map(|flag| flag.key.as_str()));
    finding.flag = flag.map(str::to_owned);
    findings.push(finding);
}
