//! Flags of one release that do not reach the same users.

use ecow::EcoString;
use rayon::prelude::*;

use super::too_complex;
use crate::diff::shares;
use crate::exposure::{self, BranchId, row, serve_span};
use crate::finding::{Finding, RuleId};
use crate::format::Instant;
use crate::model::{EnvironmentId, Flag, Release};
use crate::release::{Difference, Setting, difference, members};
use crate::rule::{Check, Context, Group, Level, Rule};
use crate::source::{Place, Spanned};
use crate::workspace::listed;

pub(super) const RULE: Rule = Rule {
    id: RuleId("release-split"),
    group: Group::Coordination,
    level: Level::Error,
    summary: "flags of one release do not reach the same users",
    page: PAGE,
    check: Check::Workspace(check),
};

const PAGE: &str = "\
The flags of a release go together or not at all: whoever gets one gets all of them, in every environment and at every
time, now and after each step of a schedule. Here somebody gets one of them while another is off; or both flags know
the same variants and serve different ones.

```toml
# new-checkout-flow.toml           # new-receipts.toml
seed = \"new-checkout\"              seed = \"new-checkout\"
serve = { on = 5 }                 serve = { on = 10 }      # release-split: 5 % get new receipts alone
```

Write the same rules, percentages and instants in all of them, one `bucket_by` and one `seed`: flags with different
seeds divide their users differently, whatever the percentages. A flag that is killed is exempt, and so is one that
requires a killed one: a kill never waits. Variants may have different names; then it counts whether they are off.

Without a schedule services switch when they next poll; with the same `at` in all flags they switch at one instant, as
far as their clocks agree.
";

/// Two flags of a release with their names there, the first one of the release first.
struct Pair<'w> {
    release: &'w Release,
    flags: [(&'w Flag, &'w Spanned<EcoString>); 2],
    /// Where they are compared: environments in which both say the same.
    environments: Vec<EnvironmentId>,
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let releases = context.workspace.releases.par_iter();
    findings.extend(releases.flat_map_iter(|release| of_release(context, release)).collect::<Vec<_>>());
}

fn of_release(context: &Context<'_>, release: &Release) -> Vec<Finding> {
    let setting = |environment| Setting {
        workspace: context.workspace,
        segments: context.segments,
        environment,
        from: context.as_of,
    };
    let compared = pairs(context, release).into_iter().filter_map(|pair| {
        let [(first, _), (other, _)] = pair.flags;
        match difference(setting(*pair.environments.first()?), first, other) {
            Ok(None) => None,
            Ok(Some(difference)) => Some(split(context, &pair, &difference)),
            Err(_) => Some(unknown(context, &pair)),
        }
    });
    compared.collect()
}

/// What is to be compared: every flag with the first one, in every environment, those that say the same taken together.
fn pairs<'w>(context: &Context<'w>, release: &'w Release) -> Vec<Pair<'w>> {
    let workspace = context.workspace;
    let mut pairs: Vec<Pair<'w>> = Vec::new();
    for environment in workspace.config.environment_ids() {
        let setting = Setting { workspace, segments: context.segments, environment, from: context.as_of };
        let members = members(setting, release);
        let Some(((first, name), others)) = members.split_first() else { continue };
        let first = workspace.flag(*first);
        for (other, written) in others {
            let other = workspace.flag(*other);
            let known = pairs.iter_mut().find(|pair| {
                let is_pair = std::ptr::eq(pair.flags[0].0, first) && std::ptr::eq(pair.flags[1].0, other);
                let same = |flag, one| exposure::same_text(workspace, flag, one, environment);
                is_pair && pair.environments.first().is_some_and(|one| same(first, *one) && same(other, *one))
            });
            if let Some(pair) = known {
                pair.environments.push(environment);
            } else {
                let flags = [(first, *name), (other, *written)];
                pairs.push(Pair { release, flags, environments: vec![environment] });
            }
        }
    }
    pairs
}

impl Pair<'_> {
    /// The environments in words, and the one where it is only one.
    fn place(&self, context: &Context<'_>) -> (String, Option<String>) {
        let config = &context.workspace.config;
        let names: Vec<&str> =
            self.environments.iter().map(|id| config.environment(*id).name.value.as_str()).collect();
        (listed(&names), (names.len() == 1).then(|| names.concat()))
    }
}

fn unknown(context: &Context<'_>, pair: &Pair<'_>) -> Finding {
    let (names, only) = pair.place(context);
    let [(first, _), (other, written)] = pair.flags;
    let message = format!(
        "nobody knows whether `{}` and `{}` reach the same users in {names}: they are too complex to be compared",
        first.key, other.key
    );
    let finding = Finding::new(too_complex::RULE.id, pair.release.file, written.span, message)
        .flag(other.key.as_str())
        .help("write fewer or simpler rules, the same ones in both");
    Finding { environment: only, ..finding }
}

fn split(context: &Context<'_>, pair: &Pair<'_>, difference: &Difference) -> Finding {
    let (names, only) = pair.place(context);
    let environment = pair.environments.first().copied().unwrap_or(EnvironmentId(0));
    let [(first, _), (other, written)] = pair.flags;
    let region = &difference.region;
    let since = difference.at.map_or_else(String::new, |at| format!(" from {} on", Instant(at)));
    let message = format!(
        "`{}` and `{}` of release `{}` reach different users in {names}{since}",
        first.key, other.key, pair.release.name
    );
    let label = |program: usize, flag: &Flag| {
        let served = shares(&region.joint, program, |_| true);
        let served: Vec<String> =
            served.iter().map(|(variant, share)| format!("{share} % `{variant}`")).collect();
        let seed = if region.joint.len() > 1 && first.seed != other.seed {
            format!(", by seed `{}`", flag.seed)
        } else {
            String::new()
        };
        format!("`{}`, {}: {}{seed}", flag.key, region.when, row(&served))
    };
    let place = |program: usize, flag: &Flag| Place {
        file: flag.file,
        span: match region.branches.get(program) {
            Some(BranchId::Rule(rule)) => serve_span(&flag.rules_in(environment)[*rule].serve),
            Some(BranchId::Step(step)) => serve_span(&flag.schedule_in(environment)[*step].serve),
            Some(BranchId::Serve | BranchId::Killed) | None => serve_span(flag.serve_in(environment)),
        },
    };
    let here = place(1, other);
    let finding = Finding::new(RULE.id, here.file, here.span, message)
        .flag(other.key.as_str())
        .label(label(1, other))
        .related(place(0, first), label(0, first))
        .related(Place { file: pair.release.file, span: written.span }, "released together");
    let finding = Finding { environment: only, ..finding };
    let advice = advice(pair, difference);
    match &region.witness {
        Some((user, outcomes)) => {
            let user = serde_json::Value::Object(user.clone());
            let gets = outcomes
                .iter()
                .zip(&pair.flags)
                .map(|(outcome, (flag, _))| format!("`{outcome}` of `{}`", flag.key));
            finding.help(format!("for example `{user}` gets {}; {advice}", row(&gets.collect::<Vec<_>>())))
        }
        None => finding.help(advice),
    }
}

/// What to do: the first thing that is sure to tell the users of the two apart.
fn advice(pair: &Pair<'_>, difference: &Difference) -> String {
    let [(first, _), (other, _)] = pair.flags;
    let is_divided = difference.region.joint.len() > 1;
    if is_divided && first.bucket_by.value != other.bucket_by.value {
        "divide both by one attribute: `bucket_by`".to_owned()
    } else if is_divided && first.seed != other.seed {
        format!("give both one seed, such as `seed = \"{}\"`", first.seed)
    } else if difference.at.is_some() {
        "write the same steps at the same instants in both".to_owned()
    } else {
        "write the same rules and percentages in both".to_owned()
    }
}
