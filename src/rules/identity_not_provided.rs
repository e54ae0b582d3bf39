//! Identities that a flag splits by and a service that evaluates it does not hand over.

use super::context_not_provided::{explained, through};
use crate::contract::{Purpose, Readings};
use crate::finding::{Finding, RuleId};
use crate::rule::{Check, Context, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("identity-not-provided"),
    group: Group::Coordination,
    level: Level::Error,
    summary: "a split by an identity that a service does not hand over when it evaluates the flag",
    page: PAGE,
    check: Check::Contract(check),
};

const PAGE: &str = "\
A flag, or one that it requires, divides its users by an attribute that a service does not hand over when it evaluates
the flag. Whoever cannot be identified gets the off variant, so in this service the split reaches nobody, whatever its
percentage, while other services serve it.

```toml
# services/inventory.toml                  # the flag
provides = [\"storeId\"]                     serve = { on = 25 }      # identity-not-provided: by `targetingKey`

                                           [services]
                                           inventory = {}
```

Let the service hand the identity over, then add it to `provides` in its file; or divide by one that all services of
the flag have: `bucket_by`. A flag that never splits needs no identity. A service whose file has no `provides` is not
looked at.
";

fn check(context: &Context<'_>, readings: &Readings<'_>, findings: &mut Vec<Finding>) {
    for missing in readings.missing.iter().filter(|missing| missing.purpose == Purpose::Identity) {
        let Some(reading) = readings.trace(missing.flag, missing.attribute, missing.purpose) else {
            continue;
        };
        let workspace = context.workspace;
        let flag = workspace.flag(missing.flag);
        let service = &workspace.service(missing.service).name;
        let attribute = &workspace.config.attribute(missing.attribute).name.value;
        let message = format!(
            "`{service}` does not provide `{attribute}`, by which `{}` divides its users{}",
            flag.key,
            through(context, &reading)
        );
        let off = &flag.variant(flag.off_variant).name.value;
        let finding = Finding::new(RULE.id, reading.place.file, reading.place.span, message)
            .flag(flag.key.as_str())
            .label(format!("in `{service}` everybody gets `{off}`"))
            .help(format!(
                "let `{service}` hand it over and add it to `provides`, or divide by another identity: `bucket_by`"
            ));
        findings.push(explained(context, missing, &reading, finding));
    }
}
