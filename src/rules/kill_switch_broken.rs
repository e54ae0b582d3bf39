//! Flags that can no longer be killed: something live has lost the off variant.

use super::service_not_ready::{is_same_question, with_live};
use crate::finding::{Finding, RuleId};
use crate::readiness::{Outcome, Verdict, words};
use crate::rule::{Check, Context, Group, Level, Rule};

pub(super) const RULE: Rule = Rule {
    id: RuleId("kill-switch-broken"),
    group: Group::Coordination,
    level: Level::Error,
    summary: "a live version of a service can no longer serve a flag's off variant",
    page: PAGE,
    check: Check::Readiness(check),
};

const PAGE: &str = "\
A version of a service that is live lies outside of the range that the flag's `[services]` gives for the off variant:
the old path is gone. Everybody who is outside of a rollout, and everybody once the flag is killed, gets what that
version cannot serve.

```toml
# deployments/production.toml      # the flag
[[live]]                           [services]
service = \"payments\"               payments = { off = \"<3.0.0\" }   # kill-switch-broken
version = \"3.0.0\"
```

Ship the removal of the old path after the flag is gone: take the flag out first, or roll the service back.
`flagc can-deploy SERVICE VERSION` says this before the deploy.
";

fn check(context: &Context<'_>, verdicts: &[Verdict<'_>], findings: &mut Vec<Finding>) {
    for asked in verdicts.chunk_by(is_same_question) {
        let [first, ..] = asked else { continue };
        let off = context.workspace.flag(first.flag).off_variant;
        if first.variant == off && asked.iter().any(|verdict| verdict.outcome == Outcome::Blocked) {
            findings.push(finding(context, asked, first));
        }
    }
}

fn finding(context: &Context<'_>, asked: &[Verdict<'_>], first: &Verdict<'_>) -> Finding {
    let workspace = context.workspace;
    let flag = workspace.flag(first.flag);
    let service = &flag.services[first.service].service.value;
    let environment = &workspace.config.environment(first.environment).name.value;
    let off = &flag.variant(first.variant).name.value;
    let blocked =
        || asked.iter().filter(|verdict| verdict.outcome == Outcome::Blocked).filter_map(|v| v.live);
    let names = words::versions(blocked());
    let message = if flag.killed_in(first.environment) {
        format!(
            "`{}` is killed in `{environment}`, and `{service}` {names}, live there, cannot serve `{off}`",
            flag.key
        )
    } else {
        format!(
            "`{}` cannot be killed in `{environment}`: `{service}` {names}, live there, cannot serve `{off}`",
            flag.key
        )
    };
    let place = words::needs_place(flag, first.service, first.variant);
    let finding = Finding::new(RULE.id, place.file, place.span, message)
        .flag(flag.key.as_str())
        .environment(environment.as_str())
        .label(format!("what `{off}` needs of `{service}`"))
        .help(format!("roll `{service}` back, or take the flag out of the code and of the workspace"));
    with_live(finding, blocked(), environment)
}
