//! Policies, judged on what changes for users. What could not be compared breaks a policy: nobody knows what it does.

use super::{Change, Diff, Incomparable};
use crate::model::{Config, Policy};
use crate::source::Span;

/// Shares are rounded; a step may be this much over.
const NOTHING: f64 = 1e-6;

/// What became of a policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Its name.
    pub name: String,
    /// Where its name stands in `flagc.toml`.
    pub span: Span,
    /// Whose `flagc.toml`.
    pub revision: Revision,
    /// What breaks it; it holds where nothing does.
    pub broken: Vec<Breach>,
}

/// Which state of the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revision {
    /// The one that is compared with.
    Base,
    /// What it became.
    Head,
}

/// What breaks a policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Breach {
    /// The environment, where the change has one.
    pub environment: Option<String>,
    /// The flag; empty where the whole environment is concerned.
    pub flag: String,
    /// Why, in words.
    pub reason: String,
}

/// Judges the policies of both states: those of the base, so that no change loosens its own, and those of the head that
/// are new or say something else. Each list is judged by itself. `approved` are the teams that have approved.
pub fn judge(base: &Config, head: &Config, diff: &Diff, approved: &[String]) -> Vec<Verdict> {
    let mut verdicts = list(&base.policies, Revision::Base, head, diff, approved);
    let own: Vec<Policy> = head
        .policies
        .iter()
        .filter(|policy| !base.policies.iter().any(|known| known.says_the_same(policy)))
        .cloned()
        .collect();
    verdicts.extend(list(&own, Revision::Head, head, diff, approved));
    verdicts
}

fn list(
    policies: &[Policy],
    revision: Revision,
    head: &Config,
    diff: &Diff,
    approved: &[String],
) -> Vec<Verdict> {
    let mut verdicts: Vec<Verdict> = policies
        .iter()
        .map(|policy| Verdict {
            name: policy.name.value.to_string(),
            span: policy.name.span,
            revision,
            broken: Vec::new(),
        })
        .collect();
    let now = diff.changes.iter().map(|change| (change, None));
    let later = diff.scheduled.iter().map(|scheduled| (&scheduled.change, Some(scheduled.at)));
    for (change, at) in now.chain(later) {
        let concerned = |policy: &&Policy| concerns(policy, change, head);
        if policies.iter().filter(concerned).any(|policy| policy.allow) {
            continue;
        }
        for (policy, verdict) in policies.iter().zip(&mut verdicts).filter(|(policy, _)| concerned(policy)) {
            let reasons = breaches(policy, change, at, diff, approved);
            verdict.broken.extend(reasons.into_iter().map(|reason| Breach {
                environment: change.environment.clone(),
                flag: change.flag.to_string(),
                reason,
            }));
        }
    }
    for environment in &diff.environments_removed {
        for (policy, verdict) in policies.iter().zip(&mut verdicts).filter(|(policy, _)| !policy.allow) {
            if policy.environments.is_empty()
                || policy.environments.iter().any(|name| name.value == *environment)
            {
                verdict.broken.push(Breach {
                    environment: Some(environment.clone()),
                    flag: String::new(),
                    reason:
                        "there is no such environment any more; one that is renamed says so in `renamed_from`"
                            .to_owned(),
                });
            }
        }
    }
    for Incomparable { environment, flag, reason } in &diff.incomparable {
        let asking = policies.iter().zip(&mut verdicts).filter(|(policy, _)| !policy.allow);
        for (_, verdict) in asking.filter(|(policy, _)| is_in(policy, environment, head)) {
            verdict.broken.push(Breach {
                environment: Some(environment.clone()),
                flag: flag.to_string(),
                reason: format!("it could not be compared: {reason}"),
            });
        }
    }
    verdicts
}

fn concerns(policy: &Policy, change: &Change, head: &Config) -> bool {
    let fits = |environment: &Option<String>| match environment {
        Some(environment) => is_in(policy, environment, head),
        None => policy.environments.is_empty(),
    };
    fits(&change.environment) && (policy.classes.is_empty() || policy.classes.contains(&change.class))
}

/// Whether a policy is about an environment of the head, by its name or one that it bore before.
fn is_in(policy: &Policy, environment: &str, head: &Config) -> bool {
    let former = head.environment_id(environment).map(|id| &head.environment(id).renamed_from);
    let former = former.into_iter().flatten().map(|name| name.value.as_str());
    let mut names = former.chain([environment]);
    policy.environments.is_empty()
        || names.any(|name| policy.environments.iter().any(|wanted| wanted.value == name))
}

fn breaches(
    policy: &Policy,
    change: &Change,
    at: Option<i64>,
    diff: &Diff,
    approved: &[String],
) -> Vec<String> {
    let mut reasons = Vec::new();
    if let Some(most) = policy.max_step {
        for region in &change.regions {
            let start = step_before(change, at, &region.when, diff).unwrap_or(&region.before);
            for (variant, share) in region.after.iter().filter(|(variant, _)| **variant != change.off) {
                let step = share - start.get(variant).copied().unwrap_or(0.0);
                if step > most + NOTHING {
                    let step = (step * 1e4).round() / 1e4;
                    reasons.push(format!(
                        "`{variant}` grows by {step} points for {}; the policy allows {most}",
                        region.when
                    ));
                }
            }
        }
    }
    if policy.owners && !approved.iter().any(|team| is_same_team(team, &change.owner)) {
        reasons.push(format!("`{}`, who owns it, has not approved", change.owner));
    }
    reasons
}

/// What the users of a region got before a scheduled step: what the step before gave them.
fn step_before<'d>(
    change: &Change,
    at: Option<i64>,
    when: &str,
    diff: &'d Diff,
) -> Option<&'d super::Shares> {
    let at = at?;
    let same = |other: &&Change| other.flag == change.flag && other.environment == change.environment;
    let steps = diff.scheduled.iter().filter(|step| step.at < at).rev().map(|step| &step.change);
    let mut before = steps.chain(&diff.changes).filter(same);
    let last = before.next()?;
    last.regions.iter().find(|region| region.when == when).map(|region| &region.after)
}

/// `@acme/team-checkout` is `team-checkout`.
fn is_same_team(one: &str, other: &str) -> bool {
    let plain = |name: &str| {
        let name = name.trim().trim_start_matches('@');
        name.rsplit('/').next().unwrap_or(name).to_lowercase()
    };
    plain(one) == plain(other)
}
