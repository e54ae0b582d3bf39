//! A variant that the flag does not have.

use crate::finding::{Finding, RuleId};
use crate::model::Flag;
use crate::rule::{Check, Context, Group, Level, Rule};
use crate::source::{FileId, Spanned};
use crate::workspace::did_you_mean;

pub(super) const RULE: Rule = Rule {
    id: RuleId("unknown-variant"),
    group: Group::Names,
    level: Level::Fixed,
    summary: "a variant that the flag does not have",
    page: PAGE,
    check: Check::Workspace(check),
};

const PAGE: &str = "\
`serve`, a split, `off_variant`, a service, a test, a requirement or a deployment names a variant that the flag does
not have. A provider that met it would fall back to the code's default, in each service its own.

```toml
serve = { onn = 5 }      # unknown-variant: did you mean `on`?

[variants]
off = false
on = true
```

Correct the name, or add the variant to `[variants]`. A flag without `[variants]` has `on` and `off`.
";

/// Variants of other flags; a flag's own are looked up while it is loaded.
fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let workspace = context.workspace;
    for flag in &workspace.flags {
        for requirement in &flag.requires {
            for variant in &requirement.variants {
                let finding = report(context, &requirement.flag.value, &variant.value, flag.file, variant);
                findings.extend(finding.map(|finding| finding.flag(flag.key.as_str())));
            }
        }
    }
    for deployment in &workspace.deployments {
        for capability in deployment.live.iter().flat_map(|live| &live.capabilities) {
            // What runs may be older than a flag's retirement: a capability of a flag that is gone is no mistake.
            let Some((flag, variant)) = capability.value.split_once(':') else { continue };
            findings.extend(report(context, flag, variant, deployment.file, capability));
        }
    }
}

fn report(
    context: &Context<'_>,
    key: &str,
    variant: &str,
    file: FileId,
    written: &Spanned<ecow::EcoString>,
) -> Option<Finding> {
    let workspace = context.workspace;
    let flag = workspace.flag(workspace.flag_id(key)?);
    if variant.is_empty() || flag.variant_id(variant).is_some() || is_in_doubt(context, flag) {
        return None;
    }
    let message = format!("`{variant}` is not a variant of `{key}`");
    let mut finding = Finding::new(RULE.id, file, written.span, message);
    finding.help = did_you_mean(variant, flag.variants.iter().map(|variant| variant.name.value.as_str()));
    Some(finding)
}

/// A flag with errors everywhere may lack a variant because of one of them; those are told first.
fn is_in_doubt(context: &Context<'_>, flag: &Flag) -> bool {
    context.workspace.config.environment_ids().all(|environment| flag.broken_in(environment))
}
