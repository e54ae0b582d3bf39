//! Readiness that nobody knows.

use std::collections::BTreeMap;

use crate::finding::{Finding, RuleId};
use crate::model::EnvironmentId;
use crate::readiness::{Doubt, Outcome, RecordState, Verdict, words};
use crate::rule::{Check, Context, Group, Level, Rule};
use crate::source::Place;
use crate::workspace::listed;

pub(super) const RULE: Rule = Rule {
    id: RuleId("readiness-unknown"),
    group: Group::Coordination,
    level: Level::Warning,
    summary: "nobody knows whether what is live can serve what a flag serves",
    page: PAGE,
    check: Check::Readiness(check),
};

const PAGE: &str = "\
A flag's `[services]` says which versions can serve a variant, and what is live is not known: the environment has no
file in `deployments/`, or one that is older than `[deployments]` `max_age`, or has errors, or does not list the
service; or the live version is no full semantic version (a commit, `latest`, `1.2`) and names no `capabilities`. Or the
flag is too complex to say whether anybody gets the variant. What is not known is never taken for ready.

```toml
# deployments/production.toml
[[live]]
service = \"payments\"
version = \"8f3c2e1\"                       # readiness-unknown: a commit says nothing about what it can serve
capabilities = [\"new-checkout-flow:on\"]   # this would
```

`flagc deployed set SERVICE VERSION -e ENV` records what is live; `flagc deployed import` reads it from what delivery
writes. A workspace that does not record it can say so: `[lints]` `readiness-unknown = \"allow\"`.
";

/// What stands behind doubts, so that each is told once, whatever depends on it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cause {
    /// The environment is not recorded.
    Environment(EnvironmentId),
    /// The record cannot be believed.
    Record(EnvironmentId, Place),
    /// The record does not list the flag's service.
    Service(EnvironmentId, Place, usize),
    /// The version says nothing.
    Version(EnvironmentId, Place),
    /// The flag is too complex.
    Flag(EnvironmentId, Place),
}

fn check(context: &Context<'_>, verdicts: &[Verdict<'_>], findings: &mut Vec<Finding>) {
    let mut doubts: BTreeMap<Cause, Vec<&Verdict<'_>>> = BTreeMap::new();
    let mut services: Vec<&str> = Vec::new();
    for verdict in verdicts {
        let Outcome::Unknown(doubt) = verdict.outcome else { continue };
        let flag = context.workspace.flag(verdict.flag);
        let environment = verdict.environment;
        let place = words::needs_place(flag, verdict.service, verdict.variant);
        let cause = match doubt {
            Doubt::NoRecord => Cause::Environment(environment),
            Doubt::Unbelievable(record) => Cause::Record(environment, record.place),
            Doubt::NotListed(record) => {
                let name = flag.services[verdict.service].service.value.as_str();
                let known = services.iter().position(|known| *known == name).unwrap_or_else(|| {
                    services.push(name);
                    services.len() - 1
                });
                Cause::Service(environment, record.place, known)
            }
            Doubt::Opaque => {
                Cause::Version(environment, verdict.live.and_then(|fact| fact.place).unwrap_or(place))
            }
            Doubt::TooComplex => Cause::Flag(environment, place),
        };
        doubts.entry(cause).or_default().push(verdict);
    }
    findings.extend(doubts.iter().filter_map(|(cause, asked)| finding(context, *cause, asked)));
}

fn finding(context: &Context<'_>, cause: Cause, asked: &[&Verdict<'_>]) -> Option<Finding> {
    let first = asked.first()?;
    let (config, flag) = (&context.workspace.config, context.workspace.flag(first.flag));
    let service = &flag.services[first.service].service.value;
    let name = &config.environment(first.environment).name;
    let environment = name.value.as_str();
    let record = format!("`flagc deployed set {service} VERSION -e {environment}` records it");
    let (place, help) = match cause {
        Cause::Environment(_) => (Place { file: config.file, span: name.span }, record),
        Cause::Record(_, place) => (place, "record anew what is live: `flagc deployed`".to_owned()),
        Cause::Service(_, place, _) => (place, record),
        Cause::Version(_, place) => {
            let variant = &flag.variant(first.variant).name.value;
            let capability = format!("capabilities = [\"{}:{variant}\"]", flag.key);
            (
                place,
                format!("record a full version such as `1.8.0`, or what it was built with: `{capability}`"),
            )
        }
        Cause::Flag(_, place) => (place, "split the flag into several, or make its rules simpler".to_owned()),
    };
    let reason = match cause {
        Cause::Environment(_) => format!("nothing records what is live in `{environment}`"),
        _ => words::reason(context.workspace, first),
    };
    let message = format!("{reason}: nobody knows whether {} ready", waiting(context, asked));
    let mut finding =
        Finding::new(RULE.id, place.file, place.span, message).environment(environment).help(help);
    if matches!(cause, Cause::Record(..) if is_stale(first))
        && let Some(limit) = config.max_fact_age
    {
        finding = finding.related(Place { file: config.file, span: limit.span }, "how old a record may be");
    }
    if matches!(cause, Cause::Flag(..)) {
        finding = finding.flag(flag.key.as_str());
    }
    Some(finding)
}

fn is_stale(verdict: &Verdict<'_>) -> bool {
    matches!(verdict.outcome, Outcome::Unknown(Doubt::Unbelievable(record)) if record.state == RecordState::Stale)
}

/// The flags that depend on it: some by name, the rest by number.
fn waiting(context: &Context<'_>, asked: &[&Verdict<'_>]) -> String {
    const NAMED: usize = 3;
    let mut keys: Vec<&str> =
        asked.iter().map(|verdict| context.workspace.flag(verdict.flag).key.as_str()).collect();
    keys.dedup();
    match keys.as_slice() {
        [only] => format!("`{only}` is"),
        keys if keys.len() <= NAMED => format!("{} are", listed(keys)),
        keys => {
            let named: Vec<String> = keys[..NAMED - 1].iter().map(|key| format!("`{key}`")).collect();
            format!("{} and {} more flags are", named.join(", "), keys.len() - named.len())
        }
    }
}
