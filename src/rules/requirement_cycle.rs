//! Flags that require each other in a circle.

use crate::finding::{Finding, RuleId};
use crate::graph;
use crate::rule::{Check, Context, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("requirement-cycle"),
    group: Group::Meaning,
    level: Level::Fixed,
    summary: "flags require each other in a circle",
    page: PAGE,
    check: Check::Workspace(check),
};

const PAGE: &str = "\
Flags require each other in a circle, so none of them could ever be the first to go on.

```toml
# a.toml                      # b.toml
[requires]                    [requires]
b = \"on\"                      a = \"on\"      # requirement-cycle: a → b → a
```

Take one of the requirements out: a prerequisite must be able to stand alone.
";

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let workspace = context.workspace;
    let Err(cycles) = graph::order(&graph::requirements(workspace)) else { return };
    for cycle in cycles {
        let key = |node| graph::name(workspace, node);
        let Some((first, place)) = cycle.steps.first().copied() else { continue };
        let way: Vec<&str> = cycle.steps.iter().map(|step| key(step.0)).chain([key(first)]).collect();
        let message = format!("flags require each other in a circle: {}", way.join(" → "));
        let mut finding = Finding::new(RULE.id, place.file, place.span, message)
            .flag(key(first))
            .help("take one of these requirements out");
        for (step, next) in cycle.steps.iter().zip(way.iter().skip(1)).skip(1) {
            finding = finding.related(step.1, format!("`{}` requires `{next}`", key(step.0)));
        }
        findings.push(finding);
    }
}
