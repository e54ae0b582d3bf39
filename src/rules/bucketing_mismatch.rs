//! Services whose SDKs put the users of a split into other buckets than the workspace does.

use rayon::prelude::*;

use crate::contract::{Reading, Readings, Step};
use crate::exposure;
use crate::finding::{Finding, RuleId};
use crate::model::{Flag, FlagId, Service};
use crate::rule::{Check, Context, Group, Level, Rule};
use crate::sdk::{self, Bucketing};
use crate::source::{Place, Spanned};

pub(super) const RULE: Rule = Rule {
    id: RuleId("bucketing-mismatch"),
    group: Group::Coordination,
    level: Level::Error,
    summary: "a service's SDK puts the users of a split into other buckets than the workspace",
    page: PAGE,
    check: Check::Contract(check),
};

const PAGE: &str = "\
Flagd's SDKs divide users by a hash that exists in incompatible generations. A service of this flag runs an SDK of
another generation than the workspace's `[bucketing]`, so its users fall into other buckets: somebody in the 5 % of one
service is not in the 5 % of the next, nor in those that `flagc eval`, the flag's own tests and `flagc diff` speak of.

```toml
# services/orders.toml             # the flag
sdk = \"flagd-java 0.12.0\"          serve = { on = 5 }      # bucketing-mismatch: generation 1, not 2

                                   [services]
                                   orders = {}
```

Upgrade the SDK; or, if the whole fleet runs the other generation, say so: `[bucketing]` `generation`. A flag that
divides nobody is harmless in any generation: only those are reported that serve two variants by bucket to somebody, at
some time, in some environment, by themselves or through a flag that they require.
";

/// A service of a flag, and what its SDK does.
pub(super) struct Evaluator<'w> {
    pub(super) service: &'w Service,
    pub(super) sdk: &'w Spanned<ecow::EcoString>,
    pub(super) bucketing: Bucketing,
}

fn check(context: &Context<'_>, readings: &Readings<'_>, findings: &mut Vec<Finding>) {
    let workspace = context.workspace;
    let wanted = workspace.config.bucketing.generation.number();
    let all = sdks(context);
    let differs = |one: &Evaluator<'_>| matches!(one.bucketing, Bucketing::Generation(own) if own != wanted);
    if !all.iter().flatten().any(differs) {
        return;
    }
    let by_flag = workspace.flags.par_iter().enumerate().map(|(index, flag)| {
        let evaluators: Vec<&Evaluator<'_>> = evaluators(context, &all, flag).collect();
        let differing: Vec<&&Evaluator<'_>> = evaluators.iter().filter(|one| differs(one)).collect();
        let id = u32::try_from(index).ok().map(FlagId).filter(|_| !differing.is_empty());
        let split = id.and_then(|id| divided(context, readings, id));
        let found = split.map(|split| {
            differing.iter().map(|one| finding(context, flag, &split, one, &evaluators)).collect::<Vec<_>>()
        });
        found.unwrap_or_default()
    });
    findings.extend(by_flag.flatten_iter().collect::<Vec<_>>());
}

/// The services and what their SDKs do, by position; `None` for one whose file says nothing of it.
pub(super) fn sdks<'w>(context: &Context<'w>) -> Vec<Option<Evaluator<'w>>> {
    let services = context.workspace.services.iter().map(|service| {
        let sdk = service.sdk.as_ref()?;
        Some(Evaluator { service, sdk, bucketing: sdk::bucketing(&sdk.value) })
    });
    services.collect()
}

/// The services that evaluate a flag and of which an SDK is known.
pub(super) fn evaluators<'e, 'w>(
    context: &'e Context<'w>,
    all: &'e [Option<Evaluator<'w>>],
    flag: &'e Flag,
) -> impl Iterator<Item = &'e Evaluator<'w>> {
    flag.services.iter().filter_map(|support| {
        let services = &context.workspace.services;
        let index = services.binary_search_by(|service| service.name.cmp(&support.service.value)).ok()?;
        all.get(index)?.as_ref()
    })
}

/// Where a flag divides its users by bucket, if it does so for anybody. Where that is too complex to be decided, what is
/// written counts.
pub(super) fn divided(context: &Context<'_>, readings: &Readings<'_>, id: FlagId) -> Option<Reading> {
    if !readings.asks_who(id) {
        return None;
    }
    let workspace = context.workspace;
    workspace.config.environment_ids().find_map(|environment| {
        let split = readings.split(id, environment)?;
        let flag = workspace.flag(id);
        exposure::divides(workspace, flag, environment, context.segments).unwrap_or(true).then_some(split)
    })
}

fn finding(
    context: &Context<'_>,
    flag: &Flag,
    split: &Reading,
    one: &Evaluator<'_>,
    all: &[&Evaluator<'_>],
) -> Finding {
    let wanted = context.workspace.config.bucketing.generation.number();
    let of = |evaluator: &Evaluator<'_>| match evaluator.bucketing {
        Bucketing::Generation(generation) => Some(generation),
        Bucketing::AsBundle => Some(wanted),
        Bucketing::Asks | Bucketing::Newer(_) | Bucketing::Unknown => None,
    };
    let others = || all.iter().filter(|other| of(other).is_some_and(|other| Some(other) != of(one)));
    // Rather one that the workspace is about.
    let other = others().find(|other| of(other) == Some(wanted)).or_else(|| others().next());
    let message = match other {
        Some(other) => format!(
            "`{}` and `{}` put the users of `{}` into different buckets",
            one.service.name, other.service.name, flag.key
        ),
        None => format!(
            "`{}` puts the users of `{}` into other buckets than this workspace, which is of generation {wanted}",
            one.service.name, flag.key
        ),
    };
    let name = sdk::name(&one.sdk.value);
    let help = match sdk::versions_of(name, wanted) {
        Some((first, None)) => {
            format!("`{name}` is of generation {wanted}, as this workspace, from {first} on")
        }
        Some((first, Some(next))) => {
            format!("`{name}` is of generation {wanted}, as this workspace, from {first} up to {next}")
        }
        None => format!("use an SDK of generation {wanted}, or serve the flag undivided"),
    };
    let mut finding = Finding::new(RULE.id, split.place.file, split.place.span, message)
        .flag(flag.key.as_str())
        .label("divides its users by bucket")
        .help(help);
    for step in &split.steps {
        if let Step::Requires(required, place) = step {
            finding =
                finding.related(*place, format!("requires `{}`", context.workspace.flag(*required).key));
        }
    }
    for evaluator in std::iter::once(one).chain(other.copied()) {
        let what = match of(evaluator) {
            Some(generation) => format!("`{}`: bucketing generation {generation}", evaluator.service.name),
            None => continue,
        };
        let place = Place { file: evaluator.service.file, span: evaluator.sdk.span };
        finding = finding.related(place, what);
    }
    finding
}
