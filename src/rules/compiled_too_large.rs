//! A flag whose segments and requirements grow past what a service should load.

use crate::compile::{self, MAX_SIZE, Reason};
use crate::finding::{Finding, RuleId};
use crate::model::{Flag, FlagId, Workspace};
use crate::rule::{Check, Context, Group, Level, Rule};
use crate::source::{Place, Span};

pub(super) const RULE: Rule = Rule {
    id: RuleId("compiled-too-large"),
    group: Group::Meaning,
    level: Level::Fixed,
    summary: "a flag compiles to more than a service should load",
    page: PAGE,
    check: Check::Flag(check),
};

const PAGE: &str = "\
Segments and requirements are compiled into every flag that uses them. Nested deeply and used often, they multiply: this
flag would be larger than all others together, and slow in every service.

```toml
[requires]
platform-v2 = \"on\"      # compiled-too-large: platform-v2 brings 40 rules of its own, and requires three more flags
```

Require fewer flags, let a segment stand in for repeated conditions only where it is small, or split the flag.
";

fn check(context: &Context<'_>, flag: &Flag, findings: &mut Vec<Finding>) {
    let workspace = context.workspace;
    if compile::is_surely_small(workspace, flag, context.segments) {
        return;
    }
    for environment in workspace.config.environment_ids() {
        let Err(obstacle) = compile::check_flag(workspace, flag, environment, context.segments) else {
            continue;
        };
        if let Reason::TooLarge(size) = obstacle.reason {
            let name = workspace.config.environment(environment).name.value.as_str();
            findings.push(finding(workspace, flag, size).environment(name));
        }
    }
}

fn finding(workspace: &Workspace, flag: &Flag, size: u64) -> Finding {
    let message =
        format!("`{}` compiles to {size} nodes, more than the {MAX_SIZE} a service should load", flag.key);
    let mut finding = Finding::new(RULE.id, flag.file, Span::default(), message)
        .flag(flag.key.as_str())
        .help("require fewer flags, or make the segments and rules that are compiled in smaller");
    // The chain: what is required, directly and through others, in the order of its discovery.
    let mut seen: Vec<FlagId> = Vec::new();
    let mut open = vec![flag];
    while let Some(dependent) = open.pop() {
        for requirement in &dependent.requires {
            let Some(id) = workspace.flag_id(&requirement.flag.value).filter(|id| !seen.contains(id)) else {
                continue;
            };
            seen.push(id);
            if seen.len() <= 8 {
                let place = Place { file: dependent.file, span: requirement.flag.span };
                finding = finding.related(place, format!("brings in `{}`", requirement.flag.value));
                open.push(workspace.flag(id));
            }
        }
    }
    finding
}
