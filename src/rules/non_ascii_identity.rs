//! Identities that SDKs hash differently.

use crate::finding::{Finding, RuleId};
use crate::format::{AttributeType, Generation};
use crate::model::{EnvironmentId, Flag, Serve, Service};
use crate::rule::{Check, Context, Group, Level, Rule};
use crate::sdk;
use crate::source::{Place, Span, Spanned};

pub(super) const RULE: Rule = Rule {
    id: RuleId("non-ascii-identity"),
    group: Group::Behaviour,
    level: Level::Warning,
    summary: "a split by an identity that JavaScript hashes differently if it is not ASCII",
    page: PAGE,
    check: Check::Flag(check),
};

const PAGE: &str = "\
The flag is split by an identity that may have characters beyond ASCII, and it is evaluated in JavaScript as well as
in another language. The two hash such an identity differently (bucketing generation 2), so one user can be in the
rollout in one service and out of it in the next.

```toml
serve = { on = 25 }      # non-ascii-identity: `jürgen` falls into different buckets

[services]
frontend = {}            # sdk = \"flagd-node 0.16.0\"
orders = {}              # sdk = \"flagd-java 0.14.0\"
```

If the identities are plain ASCII, as numbers and UUIDs are, promise it in `flagc.toml`: `ascii = true` below
`[context.targetingKey]`. Otherwise split by an attribute that is.
";

fn check(context: &Context<'_>, flag: &Flag, findings: &mut Vec<Finding>) {
    let config = &context.workspace.config;
    let identity = config.attribute(flag.bucket_by.value);
    let at_risk = config.bucketing.generation == Generation::Two
        && identity.kind == AttributeType::String
        && !identity.ascii;
    if !at_risk {
        return;
    }
    let Some(split) = config.environment_ids().find_map(|environment| first_split(flag, environment)) else {
        return;
    };
    let sdks: Vec<(&Service, &Spanned<ecow::EcoString>)> =
        flag.services.iter().filter_map(|support| sdk_of(context, &support.service.value)).collect();
    let in_javascript = |(_, sdk): &&(_, &Spanned<ecow::EcoString>)| sdk::is_javascript(&sdk.value);
    let Some((script, script_sdk)) = sdks.iter().find(in_javascript) else { return };
    let Some((other, other_sdk)) = sdks.iter().find(|found| !in_javascript(found)) else { return };
    let name = &identity.name.value;
    let message = format!(
        "`{}` and `{}` put users into different buckets where `{name}` is not ASCII",
        script.name, other.name
    );
    let finding = Finding::new(RULE.id, flag.file, split, message)
        .flag(flag.key.as_str())
        .label(format!("split by `{name}`"))
        .help(format!("if it always is, say so in `flagc.toml`: `ascii = true` in [context.{name}]"))
        .related(
            Place { file: script.file, span: script_sdk.span },
            format!("`{}` is JavaScript", script.name),
        )
        .related(Place { file: other.file, span: other_sdk.span }, format!("`{}` is not", other.name));
    findings.push(finding);
}

fn sdk_of<'c>(context: &Context<'c>, name: &str) -> Option<(&'c Service, &'c Spanned<ecow::EcoString>)> {
    let services = &context.workspace.services;
    let index = services.binary_search_by(|service| service.name.as_str().cmp(name)).ok()?;
    let service = services.get(index)?;
    Some((service, service.sdk.as_ref()?))
}

/// Where a flag first divides its users in an environment, if it does.
fn first_split(flag: &Flag, environment: EnvironmentId) -> Option<Span> {
    if flag.killed_in(environment) {
        return None;
    }
    let rules = flag.rules_in(environment).iter().map(|rule| &rule.serve);
    let steps = flag.schedule_in(environment).iter().map(|step| &step.serve);
    let mut serves = std::iter::once(flag.serve_in(environment)).chain(rules).chain(steps);
    serves.find_map(|serve| match serve {
        Serve::Split(split) if split.shares.len() > 1 => Some(split.span),
        Serve::Split(_) | Serve::Variant(_) => None,
    })
}
