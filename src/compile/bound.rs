//! How large a flag can become, without compiling it: an upper bound that is cheap enough to ask of every flag.

use super::Segments;
use super::logic::Logic;
use super::requirement::demands;
use crate::model::{Condition, Flag, Matcher, Rule, Workspace};

/// More than the nodes of any clause's guards: a version's are the most.
const CLAUSE: u64 = 80;
/// More than the nodes that one value, or one comparator of a range, adds to a clause.
const VALUE: u64 = 16;
/// More than the nodes of a split, a step or a decision, its variants aside.
const SERVE: u64 = 100;

/// At least as many nodes as the flag compiles to in any environment; `u64::MAX` where its requirements are unsound.
pub(super) fn size(workspace: &Workspace, flag: &Flag, segments: &Segments) -> u64 {
    let Ok(demands) = demands(workspace, flag) else { return u64::MAX };
    let required = demands.keys().map(|id| own_size(workspace.flag(*id), segments));
    required.fold(own_size(flag, segments), u64::saturating_add)
}

/// Of the flag itself: the sum over all environments bounds each of them.
fn own_size(flag: &Flag, segments: &Segments) -> u64 {
    let variants = count(flag.variants.len());
    let serve = SERVE.saturating_add(variants.saturating_mul(VALUE));
    let overrides = flag.environments.iter();
    let steps =
        overrides.clone().filter_map(|over| over.schedule.as_ref()).map(|steps| steps.len()).sum::<usize>();
    let served = count(2 + flag.behaviour.schedule.len() + steps + flag.environments.len());
    let rules = overrides.filter_map(|over| over.rules.as_ref()).flatten().chain(&flag.behaviour.rules);
    rules.fold(served.saturating_mul(serve), |sum, rule| {
        sum.saturating_add(serve).saturating_add(rule_size(rule, segments))
    })
}

fn rule_size(rule: &Rule, segments: &Segments) -> u64 {
    rule.condition.as_ref().map_or(0, |condition| condition_size(condition, segments))
}

fn condition_size(condition: &Condition, segments: &Segments) -> u64 {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => {
            parts.iter().map(|part| condition_size(part, segments)).fold(1, u64::saturating_add)
        }
        Condition::Not(inner) => condition_size(inner, segments).saturating_add(1),
        Condition::Segment(segment) => segments.get(segment.value).map_or(0, Logic::size),
        Condition::Clause(clause) => CLAUSE.saturating_add(values(&clause.matcher).saturating_mul(VALUE)),
    }
}

fn values(matcher: &Matcher) -> u64 {
    match matcher {
        Matcher::Exists(_) => 0,
        Matcher::OneOf(texts)
        | Matcher::StartsWith(texts)
        | Matcher::EndsWith(texts)
        | Matcher::Contains(texts)
        | Matcher::ListContains(texts) => count(texts.len()),
        Matcher::Boolean(values) => count(values.len()),
        Matcher::NumberOneOf(numbers) => count(numbers.len()),
        Matcher::Within(_) => 4,
        Matcher::Version(ranges) => ranges.iter().map(|range| count(range.comparators.len()) + 1).sum(),
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

#[cfg(test)]
#[expect(clippy::expect_used, reason = "a test that fails here fails")]
mod tests {
    use super::*;
    use crate::compile;
    use crate::workspace::load;

    #[test]
    fn no_flag_of_the_sample_workspace_is_larger_than_its_bound() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("flags");
        let workspace = load(&root).workspace;
        let segments = compile::segments(&workspace);
        for flag in &workspace.flags {
            let bound = size(&workspace, flag, &segments);
            for environment in workspace.config.environment_ids() {
                let (logic, _) =
                    compile::outcome(&workspace, flag, environment, &segments).expect("it compiles");
                assert!(logic.size() <= bound, "{}: {} > {bound}", flag.key, logic.size());
            }
        }
    }
}
