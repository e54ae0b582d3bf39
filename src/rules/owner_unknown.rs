//! A flag whose owner nobody knows.

use crate::finding::{Finding, RuleId};
use crate::rule::{Check, Group, Level, Life, Rule};
use crate::workspace::did_you_mean;

pub(super) const RULE: Rule = Rule {
    id: RuleId("owner-unknown"),
    group: Group::Lifecycle,
    level: Level::Warning,
    summary: "neither `[owners]` nor `CODEOWNERS` knows the flag's owner",
    page: PAGE,
    check: Check::Life(check),
};

const PAGE: &str = "\
A flag's `owner` is somebody whom neither `[owners]` of `flagc.toml` nor the repository's `CODEOWNERS` (GitHub's or
GitLab's) names: nobody will take the flag out. `team-checkout`, `@acme/team-checkout` and
`team-checkout@acme.example` are the same owner. Where neither of the two names anybody, nothing is said.

```toml
owner = \"team-chekout\"      # owner-unknown: did you mean `team-checkout`?
```

Name who answers for the flag now, or make them known:

```toml
# flagc.toml
[owners]
team-checkout = { contact = \"#checkout\", aliases = [\"@acme/checkout\"] }
```
";

fn check(life: &Life<'_>, findings: &mut Vec<Finding>) {
    if life.owners.is_empty() {
        return;
    }
    for flag in &life.workspace.flags {
        let owner = &flag.owner;
        if owner.value.is_empty() || life.owners.know(&owner.value) {
            continue;
        }
        let message = format!("nobody knows the owner `{}`", owner.value);
        let help = did_you_mean(&owner.value, life.owners.names()).unwrap_or_else(|| {
            "name who answers for the flag, or add them to `[owners]` of `flagc.toml`".to_owned()
        });
        findings
            .push(Finding::new(RULE.id, flag.file, owner.span, message).flag(flag.key.as_str()).help(help));
    }
}
