//! Flags with rules and splits that serve one variant to everybody.

use super::requirement_never_met::would_serve;
use crate::exposure::{Analysis, Setting, rule_span, serve_span};
use crate::finding::{Finding, RuleId};
use crate::model::{Serve, VariantId};
use crate::rule::{Check, Context, Group, Level, Rule};
use crate::source::Span;

pub(super) const RULE: Rule = Rule {
    id: RuleId("constant-flag"),
    group: Group::Behaviour,
    level: Level::Warning,
    summary: "rules or a split, and yet everybody gets the same variant",
    page: PAGE,
    check: Check::Exposure(check),
};

const PAGE: &str = "\
The flag has rules or a split in the environment, but whoever asks, at whatever time, gets one and the same variant.

```toml
serve = \"off\"
[[rules]]
if = { tier = \"pro\" }
serve = \"off\"      # constant-flag: everybody gets `off`, `pro` or not
```

Correct what the rules serve. If the variant is meant for everybody, say so with `serve` alone.
";

fn check(_: &Context<'_>, analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let flag = analysis.flag;
    let config = &analysis.workspace.config;
    let constant: Vec<_> = analysis
        .scenes
        .iter()
        .filter_map(|scene| {
            let setting = analysis.settings.get(scene.setting)?;
            Some((scene.environment, the_only(analysis, setting)?))
        })
        .collect();
    let Some((_, (first, span))) = constant.first() else { return };
    let finding = |variant: VariantId, span: Span, place: &str| {
        let name = &flag.variant(variant).name.value;
        let message = format!("everybody gets `{name}` in {place}, whatever the rules and splits say");
        Finding::new(RULE.id, flag.file, span, message)
            .flag(flag.key.as_str())
            .label("makes no difference")
            .help(format!("correct what they serve, or say `serve = \"{name}\"` alone"))
    };
    if constant.len() == config.environments.len()
        && constant.iter().all(|(_, (variant, _))| variant == first)
    {
        findings.push(finding(*first, *span, "every environment"));
        return;
    }
    for (environment, (variant, span)) in &constant {
        let name = &config.environment(*environment).name.value;
        findings.push(finding(*variant, *span, &format!("`{name}`")).environment(name.as_str()));
    }
}

/// The variant that everybody gets although it looks otherwise, and where it does.
fn the_only(analysis: &Analysis<'_>, setting: &Setting<'_>) -> Option<(VariantId, Span)> {
    if setting.unmet && would_serve(analysis, setting) {
        // `requirement-never-met` says why.
        return None;
    }
    let divides = |serve: &Serve| matches!(serve, Serve::Split(split) if split.shares.len() > 1);
    let list = analysis.lists.get(setting.list)?;
    let split = setting.moments.iter().find(|moment| divides(moment.serve));
    let span = list.rules.first().map(rule_span).or_else(|| split.map(|moment| serve_span(moment.serve)))?;
    let mut reached = setting.reach.iter().enumerate().filter(|(_, reach)| reach.is_some());
    let (variant, _) = reached.next()?;
    let is_only = reached.next().is_none();
    is_only.then_some((VariantId(u16::try_from(variant).ok()?), span))
}
