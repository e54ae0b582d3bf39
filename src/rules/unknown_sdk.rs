//! SDKs of which nobody knows how they divide users.

use super::bucketing_mismatch::{Evaluator, divided, evaluators, sdks};
use crate::contract::Readings;
use crate::finding::{Finding, RuleId};
use crate::model::{FlagId, Service};
use crate::rule::{Check, Context, Group, Level, Rule};
use crate::sdk::{self, Bucketing};
use crate::source::Place;
use crate::workspace::nearest;

pub(super) const RULE: Rule = Rule {
    id: RuleId("unknown-sdk"),
    group: Group::Coordination,
    level: Level::Warning,
    summary: "a service evaluates splits with an SDK of which nobody knows how it divides users",
    page: PAGE,
    check: Check::Contract(check),
};

const PAGE: &str = "\
A service evaluates a flag that divides its users, and its `sdk` does not tell into which buckets they fall: its name is
not known, its version is newer than all that are known, or it asks a flagd daemon, so that the daemon's version
decides. Whether its users are the same as those of other services cannot be told.

```toml
sdk = \"flagd-jaba 0.14.0\"      # unknown-sdk: did you mean `flagd-java`?
```

Correct the name, or name what evaluates: the daemon, as in `sdk = \"flagd 0.16.1\"`, or the provider of the language,
such as `flagd-java`, `flagd-go`, `flagd-dotnet`, `flagd-node`, `flagd-python` or `flagd-rust`, by these names or by
those of their registries. A service whose file has no `sdk` is not looked at.
";

fn check(context: &Context<'_>, readings: &Readings<'_>, findings: &mut Vec<Finding>) {
    let workspace = context.workspace;
    let all = sdks(context);
    let is_open = |one: &Evaluator<'_>| {
        matches!(one.bucketing, Bucketing::Asks | Bucketing::Newer(_) | Bucketing::Unknown)
    };
    let mut open = all.iter().flatten().filter(|one| is_open(one)).count();
    let mut reported: Vec<&Service> = Vec::new();
    for (index, flag) in workspace.flags.iter().enumerate() {
        if open == 0 {
            return;
        }
        let is_new = |one: &&Evaluator<'_>| {
            is_open(one) && !reported.iter().any(|service| std::ptr::eq(*service, one.service))
        };
        let new: Vec<&Evaluator<'_>> = evaluators(context, &all, flag).filter(is_new).collect();
        let Some(id) = u32::try_from(index).ok().map(FlagId).filter(|_| !new.is_empty()) else { continue };
        let Some(split) = divided(context, readings, id) else { continue };
        for one in new {
            open -= 1;
            reported.push(one.service);
            let finding = finding(one);
            findings.push(finding.related(split.place, format!("divides the users of `{}`", flag.key)));
        }
    }
}

fn finding(one: &Evaluator<'_>) -> Finding {
    let (written, service) = (&one.sdk.value, &one.service.name);
    let name = sdk::name(written);
    let (message, help) = match one.bucketing {
        Bucketing::Asks => (
            format!("`{name}` asks a flagd daemon, and nobody knows which one divides the users of `{service}`"),
            "name the daemon that answers, such as `flagd 0.16.1`".to_owned(),
        ),
        Bucketing::Newer(known) => (
            format!("`{written}` is newer than what is known of it, so nobody knows how `{service}` divides its users"),
            format!("known up to {known}; see in its change log whether `fractional` changed, or update flagc"),
        ),
        Bucketing::Unknown | Bucketing::AsBundle | Bucketing::Generation(_) => (
            format!("nobody knows how `{written}` divides the users of `{service}`"),
            match nearest(name, sdk::names()) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => "known names are such as `flagd-java`, `flagd-go` or `@openfeature/flagd-core`, each with a full version".to_owned(),
            },
        ),
    };
    let place = Place { file: one.service.file, span: one.sdk.span };
    Finding::new(RULE.id, place.file, place.span, message).help(help)
}
