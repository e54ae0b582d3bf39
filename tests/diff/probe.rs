//! What of a flag must be known to ask about it: its boundaries, and a flag that tells which rule decides.

use flagc::model::{EnvironmentId, Flag, Serve, Variant, VariantId, WHOLE, Workspace};
use flagc::source::{Span, Spanned};

use super::grid::Buckets;

/// The flag's conditions alone: each rule serves its own number.
pub fn deciding(flag: &Flag, environment: EnvironmentId) -> Flag {
    let mut flag = flag.clone();
    let spanned = |index: usize, like: Span| {
        Serve::Variant(Spanned { value: VariantId(u16::try_from(index).unwrap()), span: like })
    };
    let span = flag.bucket_by.span;
    let mut rules = flag.rules_in(environment).to_vec();
    let mut variants = Vec::new();
    for index in 0..=rules.len() {
        let name = if index == rules.len() { "none".to_owned() } else { format!("rule-{index}") };
        let json = format!("\"{name}\"").into();
        variants.push(Variant { json, name: Spanned { value: name.into(), span } });
    }
    for (index, rule) in rules.iter_mut().enumerate() {
        rule.serve = spanned(index, span);
    }
    flag.off_variant = VariantId(u16::try_from(rules.len()).unwrap());
    flag.behaviour.serve = spanned(rules.len(), span);
    flag.behaviour.rules = rules.into();
    flag.behaviour.schedule = Box::default();
    flag.environments = Box::default();
    flag.requires = Box::default();
    flag.killed = None;
    flag.variants = variants.into();
    flag
}

/// Adds where the buckets of a flag's splits begin.
pub fn note_buckets(
    workspace: &Workspace,
    flag: &Flag,
    environment: EnvironmentId,
    buckets: &mut Vec<Buckets>,
) {
    let serves = flag.rules_in(environment).iter().map(|rule| &rule.serve);
    let steps = flag.schedule_in(environment).iter().map(|step| &step.serve);
    for serve in serves.chain(steps).chain([flag.serve_in(environment)]) {
        let Serve::Split(split) = serve else { continue };
        let attribute = workspace.config.attribute(flag.bucket_by.value).name.value.to_string();
        let (seed, generation) = (flag.seed.to_string(), workspace.config.bucketing.generation);
        let known = buckets
            .iter()
            .position(|one| one.attribute == attribute && one.seed == seed && one.generation == generation);
        let index = known.unwrap_or_else(|| {
            buckets.push(Buckets { attribute, seed, generation, starts: Vec::new() });
            buckets.len() - 1
        });
        let mut end = 0;
        for share in &split.shares {
            end += share.weight;
            if end < WHOLE {
                buckets[index].starts.push(end);
            }
        }
        buckets[index].starts.sort_unstable();
        buckets[index].starts.dedup();
    }
}
