//! Variants that reach production without having been anywhere before.

use crate::exposure::{Analysis, Reach, Setting, serve_span};
use crate::finding::{Finding, RuleId};
use crate::model::{EnvironmentId, VariantId};
use crate::rule::{Check, Context, Group, Level, Rule};
use crate::source::{Place, Span};

pub(super) const RULE: Rule = Rule {
    id: RuleId("wider-than-earlier-environment"),
    group: Group::Behaviour,
    level: Level::Warning,
    summary: "a critical environment serves a variant that the one before it never does",
    page: PAGE,
    check: Check::Exposure(check),
};

const PAGE: &str = "\
A critical environment (`critical = true`; the last one where none is) can serve a variant that the environment just
before it never serves to anybody. What people get there, nobody has tried before.

```toml
[environments.staging]
serve = \"off\"
[environments.production]
serve = { on = 5 }      # wider-than-earlier-environment: `staging` never serves `on`
```

Serve it in the earlier environment first.
";

fn check(_: &Context<'_>, analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let config = &analysis.workspace.config;
    let ids: Vec<EnvironmentId> = config.environment_ids().collect();
    let none_critical = !config.environments.iter().any(|environment| environment.critical);
    for pair in ids.windows(2) {
        let &[earlier, critical] = pair else { continue };
        let is_last = ids.last() == Some(&critical);
        if config.environment(critical).critical || (none_critical && is_last) {
            compare(analysis, earlier, critical, findings);
        }
    }
}

fn compare(
    analysis: &Analysis<'_>,
    earlier: EnvironmentId,
    critical: EnvironmentId,
    findings: &mut Vec<Finding>,
) {
    let flag = analysis.flag;
    let Some(setting) = analysis.setting_in(critical) else { return };
    let before = analysis.setting_in(earlier);
    // Of an environment in which the flag is broken nothing is known; a killed one serves the off variant alone.
    if before.is_none() && flag.kill_in(earlier).is_none() {
        return;
    }
    for (index, reach) in setting.reach.iter().enumerate() {
        let (Some(reach), Ok(id)) = (reach, u16::try_from(index)) else { continue };
        let served_before = before.is_some_and(|before| before.reach[index].is_some());
        if VariantId(id) != flag.off_variant && !served_before {
            findings.push(finding(analysis, setting, reach, VariantId(id), [earlier, critical]));
        }
    }
}

fn finding(
    analysis: &Analysis<'_>,
    setting: &Setting<'_>,
    reach: &Reach,
    variant: VariantId,
    [earlier, critical]: [EnvironmentId; 2],
) -> Finding {
    let (flag, config) = (analysis.flag, &analysis.workspace.config);
    let variant = &flag.variant(variant).name.value;
    let [before, name] = [earlier, critical].map(|id| &config.environment(id).name.value);
    let message = format!("`{name}` can serve `{variant}`, which `{before}` never serves to anybody");
    let user = analysis.user(&reach.domains);
    let example = if user.is_empty() { String::new() } else { format!("for example `{user}` gets it; ") };
    let finding = Finding::new(RULE.id, flag.file, place_of(analysis, setting, reach), message)
        .flag(flag.key.as_str())
        .environment(name.as_str())
        .label(format!("serves `{variant}` in `{name}`"))
        .help(format!("{example}serve it in `{before}` first"));
    let (span, what) = match flag.kill_in(earlier) {
        Some(span) => (span, format!("killed in `{before}`")),
        None => (serve_span(flag.serve_in(earlier)), format!("what `{before}` serves")),
    };
    finding.related(Place { file: flag.file, span }, what)
}

/// Where the branch says what it serves.
fn place_of(analysis: &Analysis<'_>, setting: &Setting<'_>, reach: &Reach) -> Span {
    let rules = analysis.lists.get(setting.list).map(|list| list.rules).unwrap_or_default();
    let rule = reach.branch.and_then(|branch| rules.get(branch));
    let last = || setting.moments.get(reach.moment).map(|moment| moment.serve);
    rule.map(|rule| &rule.serve).or_else(last).map(serve_span).unwrap_or_default()
}
