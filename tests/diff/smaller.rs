//! Makes a failing pair of workspaces small enough to read.

use super::shop::{Cond, Flag, Part, Shop};

/// Takes away what can be taken away while `fails` holds.
pub fn smallest(mut pair: (Shop, Shop), fails: &dyn Fn(&Shop, &Shop) -> bool) -> (Shop, Shop) {
    loop {
        let smaller = candidates(&pair).into_iter().find(|(base, head)| {
            *base != pair.0 && fails(base, head) || *head != pair.1 && fails(base, head)
        });
        match smaller {
            Some(smaller) => pair = smaller,
            None => return pair,
        }
    }
}

fn candidates((base, head): &(Shop, Shop)) -> Vec<(Shop, Shop)> {
    let mut candidates = Vec::new();
    let keys: std::collections::BTreeSet<_> =
        base.flags.iter().chain(&head.flags).map(|flag| flag.key.clone()).collect();
    for key in keys {
        let without = |shop: &Shop| {
            let mut shop = shop.clone();
            shop.flags.retain(|flag| flag.key != key);
            shop.flags.iter_mut().for_each(|flag| {
                flag.requires.remove(&key);
            });
            shop
        };
        candidates.push((without(base), without(head)));
        for edit in 0..200 {
            let edited = |shop: &Shop| {
                let mut shop = shop.clone();
                let flag = shop.flags.iter_mut().find(|flag| flag.key == key)?;
                edit_flag(flag, edit).then_some(shop)
            };
            let (one, two) = (edited(base), edited(head));
            if let (Some(one), Some(two)) = (&one, &two) {
                candidates.push((one.clone(), two.clone()));
            }
            candidates.extend(one.map(|one| (one, head.clone())));
            candidates.extend(two.map(|two| (base.clone(), two)));
        }
    }
    candidates
}

/// The edit with this number; false where there is nothing to take away.
fn edit_flag(flag: &mut Flag, edit: usize) -> bool {
    match edit {
        0 => !std::mem::take(&mut flag.requires).is_empty(),
        1 => flag.seed.take().is_some(),
        2 => flag.bucket_by.take().is_some(),
        3 => flag.environments.remove("dev").is_some(),
        4 => flag.environments.remove("production").is_some(),
        _ => {
            let (part, edit) = ((edit - 5) % 3, (edit - 5) / 3);
            let part = match part {
                0 => Some(&mut flag.own),
                1 => flag.environments.get_mut("dev"),
                _ => flag.environments.get_mut("production"),
            };
            part.is_some_and(|part| edit_part(part, edit))
        }
    }
}

fn edit_part(part: &mut Part, edit: usize) -> bool {
    if edit == 0 {
        return std::mem::take(&mut part.killed);
    }
    if edit < 5 {
        let index = edit - 1;
        return index < part.schedule.len() && {
            part.schedule.remove(index);
            true
        };
    }
    let Some(rules) = &mut part.rules else { return false };
    let (index, edit) = ((edit - 5) % 6, (edit - 5) / 6);
    if index >= rules.len() {
        return false;
    }
    if edit == 0 {
        rules.remove(index);
        return true;
    }
    let inner = match &rules[index].cond {
        Some(Cond::All(parts) | Cond::Any(parts)) => parts.get(edit - 1).cloned(),
        Some(Cond::Not(inner)) if edit == 1 => Some((**inner).clone()),
        Some(Cond::Not(_) | Cond::Ask(..) | Cond::Segment(_)) | None => None,
    };
    let is_smaller = inner.is_some();
    if is_smaller {
        rules[index].cond = inner;
    }
    is_smaller
}
