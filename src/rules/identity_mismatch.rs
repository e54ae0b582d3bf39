//! Flags that divide their users by another identity than a flag that they require.

use std::collections::BTreeSet;

use crate::contract::{Readings, Step, split_place};
use crate::finding::{Finding, RuleId};
use crate::model::{EnvironmentId, FlagId};
use crate::rule::{Check, Context, Group, Level, Rule};
use crate::source::Place;

pub(super) const RULE: Rule = Rule {
    id: RuleId("identity-mismatch"),
    group: Group::Coordination,
    level: Level::Warning,
    summary: "a flag divides its users by another identity than a flag that it requires",
    page: PAGE,
    check: Check::Contract(check),
};

const PAGE: &str = "\
A flag divides its users by one identity, and a flag that it requires, directly or through others, divides them by
another. The buckets of the two have nothing to do with each other: with 20 % of each, 4 % get the flag, and one user
gets it in one store and not in the next.

```toml
# new-checkout.toml                        # new-payments.toml
serve = { on = 20 }                        serve = { on = 20 }
                                           bucket_by = \"storeId\"
[requires]
new-payments = \"on\"      # identity-mismatch
```

Divide both by the same attribute, and give both the same `seed`, so that the smaller share lies within the larger
one. If it is meant, say so for the workspace: `[lints]` `identity-mismatch = \"allow\"`.
";

fn check(context: &Context<'_>, readings: &Readings<'_>, findings: &mut Vec<Finding>) {
    let workspace = context.workspace;
    for (index, flag) in workspace.flags.iter().enumerate().filter(|(_, flag)| !flag.requires.is_empty()) {
        let Ok(id) = u32::try_from(index).map(FlagId) else { continue };
        let mut reported = BTreeSet::new();
        for environment in workspace.config.environment_ids() {
            let Some(own) = split_place(flag, environment) else { continue };
            // Most flags and all that they require know one identity.
            let by = flag.bucket_by.value;
            let Some(reads) = readings.in_environment(id, environment) else { continue };
            if !reads.identities.has_others(by) {
                continue;
            }
            for (required, way) in readings.other_identities(id, environment) {
                if reported.insert(required) {
                    findings.push(finding(context, (id, own), environment, required, &way));
                }
            }
        }
    }
}

fn finding(
    context: &Context<'_>,
    (id, own): (FlagId, Place),
    environment: EnvironmentId,
    required: FlagId,
    way: &[Step],
) -> Finding {
    let workspace = context.workspace;
    let (flag, other) = (workspace.flag(id), workspace.flag(required));
    let by = |flag: &crate::model::Flag| &workspace.config.attribute(flag.bucket_by.value).name.value;
    let message = format!(
        "`{}` divides its users by `{}`, but `{}`, which it requires, divides them by `{}`",
        flag.key,
        by(flag),
        other.key,
        by(other)
    );
    let mut places = way.iter().map(|step| match step {
        Step::Requires(flag, place) => (*place, format!("requires `{}`", workspace.flag(*flag).key)),
        Step::Uses(segment, place) => (*place, format!("uses `{}`", workspace.segment(*segment).name)),
    });
    let (place, label) = places.next().unwrap_or((own, String::new()));
    let mut finding = Finding::new(RULE.id, place.file, place.span, message)
        .flag(flag.key.as_str())
        .label(label)
        .help("divide both by one identity, and give both the same `seed`")
        .related(own, format!("divides by `{}`", by(flag)));
    for (place, what) in places {
        finding = finding.related(place, what);
    }
    match split_place(other, environment) {
        Some(place) => finding.related(place, format!("divides by `{}`", by(other))),
        None => finding,
    }
}
