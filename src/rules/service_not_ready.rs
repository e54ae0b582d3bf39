//! Variants that are served where something live cannot serve them.

use crate::finding::{Finding, RuleId};
use crate::readiness::{Fact, Outcome, Verdict, words};
use crate::rule::{Check, Context, Group, Level, Rule};
use crate::workspace::listed;

pub(super) const RULE: Rule = Rule {
    id: RuleId("service-not-ready"),
    group: Group::Coordination,
    level: Level::Error,
    summary: "a flag serves a variant that a live version of a service cannot serve",
    page: PAGE,
    check: Check::Readiness(check),
};

const PAGE: &str = "\
A flag serves a variant, now or by a step of its schedule, and a version of a service that is live in that environment
lies outside of the range that the flag's `[services]` gives for it. That version answers as if the flag were off, or
breaks what another service has begun. During a rolling deploy both versions are live, so both count.

```toml
# deployments/production.toml      # the flag
[[live]]                           [services]
service = \"orders\"                 orders = { on = \">=1.8.0\" }
version = \"1.7.3\"                  [environments.production]
                                   serve = { on = 5 }      # service-not-ready
```

Serve it to nobody there until the deploy is done. `flagc ready FLAG -e ENV` says what is missing,
`flagc plan FLAG -e ENV` the whole way. If the facts are old, `flagc deployed` records new ones. A kill never waits for
this: `flagc build` writes bundles all the same.
";

fn check(context: &Context<'_>, verdicts: &[Verdict<'_>], findings: &mut Vec<Finding>) {
    for asked in verdicts.chunk_by(is_same_question) {
        let [first, ..] = asked else { continue };
        let off = context.workspace.flag(first.flag).off_variant;
        if first.variant != off && asked.iter().any(|verdict| verdict.outcome == Outcome::Blocked) {
            findings.push(finding(context, asked, first));
        }
    }
}

/// Whether two verdicts are of live versions that were asked the same.
pub(super) fn is_same_question(one: &Verdict<'_>, other: &Verdict<'_>) -> bool {
    (one.environment, one.flag, one.service, one.variant)
        == (other.environment, other.flag, other.service, other.variant)
}

/// Adds where each of these versions is recorded.
pub(super) fn with_live<'f>(
    finding: Finding,
    facts: impl Iterator<Item = &'f Fact>,
    environment: &str,
) -> Finding {
    facts.fold(finding, |finding, fact| match fact.place {
        Some(place) => finding.related(place, format!("{} is live in `{environment}`", words::version(fact))),
        None => finding,
    })
}

fn finding(context: &Context<'_>, asked: &[Verdict<'_>], first: &Verdict<'_>) -> Finding {
    let workspace = context.workspace;
    let flag = workspace.flag(first.flag);
    let service = &flag.services[first.service].service.value;
    let environment = &workspace.config.environment(first.environment).name.value;
    let variant = &flag.variant(first.variant).name.value;
    let blocked =
        || asked.iter().filter(|verdict| verdict.outcome == Outcome::Blocked).filter_map(|v| v.live);
    let all = context.facts.live(service, first.environment);
    let others = words::versions(all.iter().filter(|fact| !blocked().any(|blocked| blocked == *fact)));
    let beside = if others.is_empty() { String::new() } else { format!(" beside {others}") };
    let names = words::versions(blocked());
    let message = format!(
        "`{service}` {names} is live in `{environment}`{beside} and cannot serve `{variant}`, which `{}` serves there",
        flag.key
    );
    let place = words::needs_place(flag, first.service, first.variant);
    let capability = format!("{}:{variant}", flag.key);
    let help = if blocked().all(|fact| fact.semantic.is_some()) {
        let needs = words::needs(flag, first.service, first.variant);
        format!("serve it to nobody in `{environment}` until `{service}` is at {needs} everywhere")
    } else {
        format!(
            "serve it to nobody in `{environment}` until `{service}` is built with {}",
            listed(&[&capability])
        )
    };
    let finding = Finding::new(RULE.id, place.file, place.span, message)
        .flag(flag.key.as_str())
        .environment(environment.as_str())
        .label(format!("what `{variant}` needs of `{service}`"))
        .help(help);
    let finding = with_live(finding, blocked(), environment);
    match words::served_at(flag, first.environment, first.variant) {
        Some(place) => finding.related(place, format!("serves `{variant}` in `{environment}`")),
        None => finding,
    }
}
