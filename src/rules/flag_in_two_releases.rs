//! A flag that more than one release names.

use std::collections::BTreeMap;

use crate::finding::{Finding, RuleId};
use crate::rule::{Check, Context, Group, Level, Rule};
use crate::source::Place;

pub(super) const RULE: Rule = Rule {
    id: RuleId("flag-in-two-releases"),
    group: Group::Coordination,
    level: Level::Warning,
    summary: "a flag is named by two releases, or twice by one",
    page: PAGE,
    check: Check::Workspace(check),
};

const PAGE: &str = "\
Two releases name the same flag. The flags of a release go together or not at all, so with one flag in both, neither
can go without the other: they are one release in two files.

```toml
# releases/new-checkout.toml               # releases/receipts.toml
flags = [\"new-checkout\", \"new-receipts\"]   flags = [\"new-receipts\", \"pdf\"]   # flag-in-two-releases
```

Name the flag in one of them, or make one release of both. A flag that one release names twice is reported as well.
";

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut firsts: BTreeMap<&str, (&str, Place)> = BTreeMap::new();
    for release in &context.workspace.releases {
        for flag in &release.flags {
            let (key, place) = (flag.value.as_str(), Place { file: release.file, span: flag.span });
            let Some((first, there)) = firsts.get(key) else {
                firsts.insert(key, (&release.name, place));
                continue;
            };
            let (message, help) = if *first == release.name {
                (format!("`{key}` is listed twice"), "take one of them out")
            } else {
                let both = format!(
                    "`{key}` is part of release `{first}` as well, so neither goes without the other"
                );
                (both, "name it in one of them, or make one release of both")
            };
            let finding = Finding::new(RULE.id, release.file, flag.span, message).flag(key).help(help);
            findings.push(finding.related(*there, format!("release `{first}` names it here")));
        }
    }
}
