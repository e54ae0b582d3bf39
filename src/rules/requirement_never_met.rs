//! Requirements that nobody meets.

use super::dead_rule::wanted;
use crate::exposure::{Analysis, Setting, serve_span};
use crate::finding::{Finding, RuleId};
use crate::model::{EnvironmentId, Requirement, Serve};
use crate::rule::{Check, Context, Group, Level, Rule};
use crate::source::Place;

pub(super) const RULE: Rule = Rule {
    id: RuleId("requirement-never-met"),
    group: Group::Behaviour,
    level: Level::Warning,
    summary: "a requirement that nobody meets, so the flag is off for everybody",
    page: PAGE,
    check: Check::Exposure(check),
};

const PAGE: &str = "\
In some environment the flag would serve something, but a flag that it requires serves none of the variants that are
asked for, to anybody, at any time. So everybody gets the `off_variant` there.

```toml
serve = \"on\"
[requires]
new-payments-api = \"on\"      # requirement-never-met: `new-payments-api` serves `off` to all in `production`
```

Roll the required flag out first, or wait with this one: `serve = \"off\"` in that environment.
";

fn check(_: &Context<'_>, analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    for scene in &analysis.scenes {
        let Some(setting) = analysis.settings.get(scene.setting).filter(|setting| setting.unmet) else {
            continue;
        };
        if would_serve(analysis, setting) {
            report(analysis, scene.environment, setting, findings);
        }
    }
}

/// Whether the flag by itself would serve something else than its off variant.
pub(super) fn would_serve(analysis: &Analysis<'_>, setting: &Setting<'_>) -> bool {
    let flag = analysis.flag;
    let Some(list) = analysis.lists.get(setting.list) else { return false };
    let gives = |serve: &Serve| match serve {
        Serve::Variant(variant) => variant.value != flag.off_variant,
        Serve::Split(split) => split.shares.iter().any(|share| share.variant != flag.off_variant),
    };
    list.models.iter().enumerate().filter(|(_, model)| model.is_some()).any(|(branch, _)| {
        match list.rules.get(branch) {
            Some(rule) => gives(&rule.serve),
            None => setting.moments.iter().any(|moment| gives(moment.serve)),
        }
    })
}

fn report(
    analysis: &Analysis<'_>,
    environment: EnvironmentId,
    setting: &Setting<'_>,
    findings: &mut Vec<Finding>,
) {
    let flag = analysis.flag;
    let name = &analysis.workspace.config.environment(environment).name.value;
    let off = &flag.variant(flag.off_variant).name.value;
    let is_unmet = |requirement: &&Requirement| analysis.can_be_met(setting, requirement, &[]) == Ok(false);
    let unmet: Vec<&Requirement> = flag.requires.iter().filter(is_unmet).collect();
    let finding = |requirement: &Requirement, why: String| {
        let message = format!("everybody gets `{off}` in `{name}`: {why}");
        Finding::new(RULE.id, flag.file, requirement.flag.span, message)
            .flag(flag.key.as_str())
            .environment(name.as_str())
            .help("roll the required flag out first, or wait with this one")
    };
    for requirement in &unmet {
        let key = &requirement.flag.value;
        let why = format!("`{key}`, which this flag requires, never serves {} there", wanted(requirement));
        findings.push(there(
            analysis,
            requirement,
            environment,
            finding(requirement, why).label("never met"),
        ));
    }
    if unmet.is_empty()
        && let Some((first, others)) = flag.requires.split_first()
    {
        let why = "nobody meets all requirements of this flag at once".to_owned();
        let together = finding(first, why).label("met by some …");
        findings.push(others.iter().fold(together, |finding, other| {
            let place = Place { file: flag.file, span: other.flag.span };
            finding.related(place, "… but not by those who meet this")
        }));
    }
}

/// Adds what the required flag does there.
fn there(
    analysis: &Analysis<'_>,
    requirement: &Requirement,
    environment: EnvironmentId,
    finding: Finding,
) -> Finding {
    let workspace = analysis.workspace;
    let Some(id) = workspace.flag_id(&requirement.flag.value) else { return finding };
    let required = workspace.flag(id);
    let name = &workspace.config.environment(environment).name.value;
    let (span, what) = match required.kill_in(environment) {
        Some(span) => (span, format!("killed in `{name}`")),
        None => (serve_span(required.serve_in(environment)), format!("what it serves in `{name}`")),
    };
    finding.related(Place { file: required.file, span }, what)
}
