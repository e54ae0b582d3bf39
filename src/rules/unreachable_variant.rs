//! Variants that nobody can get.

use crate::exposure::Analysis;
use crate::finding::{Finding, RuleId};
use crate::model::VariantId;
use crate::rule::{Check, Context, Group, Level, Rule};
use crate::source::Span;

pub(super) const RULE: Rule = Rule {
    id: RuleId("unreachable-variant"),
    group: Group::Behaviour,
    level: Level::Warning,
    summary: "a variant that no environment ever serves",
    page: PAGE,
    check: Check::Exposure(check),
};

const PAGE: &str = "\
`[variants]` names a variant that no environment serves to anybody, at no time of a schedule. The code that handles it
never runs. A flag that serves its `off_variant` alone everywhere is simply dark, and not meant here.

```toml
serve = { new = 50 }
off_variant = \"old\"
[variants]
old = \"v1\"
new = \"v2\"
beta = \"v2-beta\"      # unreachable-variant: nobody gets `beta`
```

Serve it to somebody, or remove it, with the code for it.
";

fn check(_: &Context<'_>, analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let flag = analysis.flag;
    if analysis.too_complex || !flag.broken.is_empty() {
        return;
    }
    let is_reached = |variant: usize| {
        analysis.settings.iter().any(|setting| setting.reach.get(variant).is_some_and(Option::is_some))
    };
    let off = usize::from(flag.off_variant.0);
    let is_dark = (0..flag.variants.len()).all(|variant| variant == off || !is_reached(variant));
    if is_dark {
        return;
    }
    for (index, variant) in flag.variants.iter().enumerate() {
        let Ok(id) = u16::try_from(index) else { return };
        // A flag without `[variants]` has not written any.
        if VariantId(id) == flag.off_variant || variant.name.span == Span::default() || is_reached(index) {
            continue;
        }
        let name = &variant.name.value;
        let message = format!("no environment ever serves `{name}` of `{}`", flag.key);
        findings.push(
            Finding::new(RULE.id, flag.file, variant.name.span, message)
                .flag(flag.key.as_str())
                .label("nobody gets it")
                .help("serve it to somebody, or remove it, with the code for it"),
        );
    }
}
