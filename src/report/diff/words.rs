//! The words that all formats share.

use super::{Judged, Told};
use crate::diff::{Breach, Change, ChangedRegion, Diff, Revision, Shares};

/// A share in percent, as short as it can be said.
pub(in crate::report) fn percent(share: f64) -> String {
    let text = format!("{share:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "0" && share > 0.0 { "< 0.0001 %".to_owned() } else { format!("{text} %") }
}

/// All shares: `on 25 %, off 75 %`.
pub fn shares(shares: &Shares, off: &str) -> String {
    let others = shares.iter().filter(|(variant, _)| *variant != off);
    let last = shares.iter().filter(|(variant, _)| *variant == off);
    let texts: Vec<String> =
        others.chain(last).map(|(variant, share)| format!("{variant} {}", percent(*share))).collect();
    if texts.is_empty() { "no such flag".to_owned() } else { texts.join(", ") }
}

/// What changes: `on 25 % → 100 %`; the off variant gets what is left, and is left out where that is clear.
pub(super) fn before_after(region: &ChangedRegion, off: &str) -> String {
    let of = |shares: &Shares, variant: &str| shares.get(variant).copied().unwrap_or(0.0);
    let mut variants: Vec<&str> =
        region.before.keys().chain(region.after.keys()).map(AsRef::as_ref).filter(|v| *v != off).collect();
    variants.sort_unstable();
    variants.dedup();
    if region.before.is_empty() || region.after.is_empty() || variants.is_empty() {
        return format!("{} → {}", shares(&region.before, off), shares(&region.after, off));
    }
    let is_moved = |variant: &&&str| {
        (of(&region.before, variant) - of(&region.after, variant)).abs() > 1e-9
            || region.gain.contains_key(**variant)
            || region.lose.contains_key(**variant)
    };
    let texts = variants.iter().filter(is_moved).map(|variant| {
        let (before, after) = (of(&region.before, variant), of(&region.after, variant));
        format!("{variant} {} → {}", percent(before), percent(after))
    });
    texts.collect::<Vec<_>>().join(", ")
}

/// Who gains and who loses: `75 % gain on, nobody loses it`.
pub(super) fn gain_and_loss(region: &ChangedRegion, off: &str) -> String {
    let mut variants: Vec<&str> =
        region.gain.keys().chain(region.lose.keys()).map(AsRef::as_ref).filter(|v| *v != off).collect();
    variants.sort_unstable();
    variants.dedup();
    let texts = variants.iter().map(|variant| match (region.gain.get(*variant), region.lose.get(*variant)) {
        (Some(gain), None) => format!("{} gain {variant}, nobody loses it", percent(*gain)),
        (None, Some(loss)) => format!("{} lose {variant}", percent(*loss)),
        (Some(gain), Some(loss)) => format!("{} gain {variant}, {} lose it", percent(*gain), percent(*loss)),
        (None, None) => String::new(),
    });
    texts.collect::<Vec<_>>().join("; ")
}

/// Users who get a variant while others lose it: the buckets are others.
pub(super) fn other_buckets(region: &ChangedRegion) -> Option<String> {
    let moved: f64 = region.gain.values().sum();
    region.is_reshuffled().then(|| format!("with other buckets: {} change sides", percent(moved)))
}

/// One line that says how much changes.
pub(super) fn summary(diff: &Diff) -> String {
    let changed: Vec<&Change> = diff.changes.iter().filter(|change| !is_metadata(change)).collect();
    if changed.is_empty() && !(diff.environments_added.is_empty() && diff.environments_removed.is_empty()) {
        return "environments are not the same; nothing changes for anybody in the others".to_owned();
    }
    if changed.is_empty() {
        return if diff.incomparable.is_empty() {
            "nothing changes for anybody".to_owned()
        } else {
            "nothing changes as far as could be compared".to_owned()
        };
    }
    let mut flags: Vec<&str> = changed.iter().map(|change| change.flag.as_str()).collect();
    flags.sort_unstable();
    flags.dedup();
    let mut environments: Vec<&str> = Vec::new();
    for change in &changed {
        let name = change.environment.as_deref().unwrap_or_default();
        if !environments.contains(&name) {
            environments.push(name);
        }
    }
    let count = flags.len();
    let noun = if count == 1 { "flag changes" } else { "flags change" };
    format!("{count} {noun} for somebody, in {}", environments.join(", "))
}

/// Whether nobody gets anything else.
pub(super) fn is_metadata(change: &Change) -> bool {
    change.regions.is_empty() && change.values.is_empty()
}

/// What a policy says of one flag: `production new-checkout-flow: …`.
pub(super) fn breach(breach: &Breach) -> String {
    let environment = breach.environment.as_deref().unwrap_or("everywhere");
    match breach.flag.as_str() {
        "" => format!("{environment}: {}", breach.reason),
        flag => format!("{environment} {flag}: {}", breach.reason),
    }
}

/// Where a policy stands.
pub(super) fn place(judged: &Judged<'_>) -> String {
    let whose = match judged.verdict.revision {
        Revision::Base => " of the base",
        Revision::Head => "",
    };
    format!("{}:{}{whose}", judged.file, judged.start)
}

/// Which rule speaks, and of which place: `removed-while-varying, checkout/new.toml:7:9`.
pub(super) fn told(told: &Told<'_>) -> String {
    format!("{}, {}:{}", told.finding.rule, told.file, told.start)
}

/// A side by its name and commit: `main (05f0492)`.
pub(super) fn side((name, commit): (&str, Option<&str>)) -> String {
    match commit.and_then(|commit| commit.get(..7)) {
        Some(short) if !name.starts_with(short) => format!("{name} ({short})"),
        _ => name.to_owned(),
    }
}

/// An instant, as RFC 3339.
pub(super) fn instant(at: i64) -> String {
    crate::format::Instant(at).to_string()
}
