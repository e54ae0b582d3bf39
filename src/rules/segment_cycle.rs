//! Segments that use each other in a circle.

use crate::finding::{Finding, RuleId};
use crate::graph;
use crate::rule::{Check, Context, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("segment-cycle"),
    group: Group::Meaning,
    level: Level::Fixed,
    summary: "segments use each other in a circle",
    page: PAGE,
    check: Check::Workspace(check),
};

const PAGE: &str = "\
Segments use each other in a circle, so who belongs to them cannot be told.

```toml
# segments/beta.toml                # segments/staff.toml
[if]                                [if]
segment = \"staff\"                   segment = \"beta\"      # segment-cycle: beta → staff → beta
```

Take one of the uses out: write its condition where it is needed, or make a third segment that both use.
";

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let workspace = context.workspace;
    let Err(cycles) = graph::order(&graph::segment_uses(workspace)) else { return };
    for cycle in cycles {
        let name = |node| graph::name(workspace, node);
        let Some((first, place)) = cycle.steps.first().copied() else { continue };
        let way: Vec<&str> = cycle.steps.iter().map(|step| name(step.0)).chain([name(first)]).collect();
        let message = format!("segments use each other in a circle: {}", way.join(" → "));
        let mut finding =
            Finding::new(RULE.id, place.file, place.span, message).help("take one of these uses out");
        for (step, next) in cycle.steps.iter().zip(way.iter().skip(1)).skip(1) {
            finding = finding.related(step.1, format!("`{}` uses `{next}`", name(step.0)));
        }
        findings.push(finding);
    }
}
