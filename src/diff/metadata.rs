//! What is said of a flag beside what it serves.

use ecow::EcoString;

use super::Revalued;
use crate::model::{Flag, Support};

/// What differs, in words.
pub(super) fn notes(base: &Flag, head: &Flag) -> Vec<String> {
    let mut notes = Vec::new();
    if base.kind != head.kind {
        notes.push(format!("kind {} → {}", base.kind.as_str(), head.kind.as_str()));
    }
    if base.owner.value != head.owner.value {
        notes.push(format!("owner {} → {}", base.owner.value, head.owner.value));
    }
    let [before, after] = [base, head].map(|flag| flag.expires.map(|expires| expires.value.0.to_string()));
    if before != after {
        let shown = |date: Option<String>| date.unwrap_or_else(|| "never".to_owned());
        notes.push(format!("expires {} → {}", shown(before), shown(after)));
    }
    let [before, after] = [base, head].map(|flag| &flag.variant(flag.off_variant).name.value);
    if before != after {
        notes.push(format!("off variant {before} → {after}: what a kill serves"));
    }
    let names =
        |flag: &Flag| flag.variants.iter().map(|variant| variant.name.value.clone()).collect::<Vec<_>>();
    listed("variant", &names(base), &names(head), &mut notes);
    let names =
        |flag: &Flag| flag.services.iter().map(|support| support.service.value.clone()).collect::<Vec<_>>();
    listed("service", &names(base), &names(head), &mut notes);
    for support in &head.services {
        let before = base.services.iter().find(|other| other.service.value == support.service.value);
        if before.is_some_and(|before| supported(before, base) != supported(support, head)) {
            notes.push(format!("what versions of {} can serve", support.service.value));
        }
    }
    notes
}

fn listed(what: &str, before: &[EcoString], after: &[EcoString], notes: &mut Vec<String>) {
    let new = after.iter().filter(|name| !before.contains(name));
    notes.extend(new.map(|name| format!("new {what} {name}")));
    let gone = before.iter().filter(|name| !after.contains(name));
    notes.extend(gone.map(|name| format!("no {what} {name} any more")));
}

/// Which ranges can serve which variant, by name.
fn supported(support: &Support, flag: &Flag) -> Vec<(EcoString, Vec<EcoString>)> {
    let mut supported: Vec<_> = support
        .variants
        .iter()
        .map(|(variant, ranges)| {
            let ranges = ranges.iter().map(|range| range.value.clone()).collect();
            (flag.variant(*variant).name.value.clone(), ranges)
        })
        .collect();
    supported.sort();
    supported
}

/// The variants whose value is another.
pub(super) fn values(base: &Flag, head: &Flag) -> Vec<Revalued> {
    let mut values = Vec::new();
    for variant in &*head.variants {
        let before = base.variant_id(&variant.name.value).map(|id| base.variant(id));
        if let Some(before) = before.filter(|before| before.json != variant.json) {
            values.push(Revalued {
                variant: variant.name.value.clone(),
                before: before.value(),
                after: variant.value(),
            });
        }
    }
    values
}
