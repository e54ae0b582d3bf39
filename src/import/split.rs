//! flagd's `fractional` as a split in percent: only where every hash falls to the same variant as before.
//!
//! Buckets lie one behind the other in both. Here they stand in the order of `[variants]` with `off_variant` last, so
//! the order of the variants, and which of them is `off_variant`, follow from the splits of the flag.

use super::json::Json;
use super::operand::attribute;
use crate::format::Generation;

/// A whole in the unit of [`Share::weight`]: thousandths of a percent.
const WHOLE: u64 = 100_000;

/// The largest sum of weights that flagd accepts.
const MAX_TOTAL: u64 = 0x7fff_ffff;

/// A split.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Split {
    /// The attribute that identifies a user.
    pub(super) by: String,
    /// What goes before it into the hash.
    pub(super) seed: String,
    /// In the order of their buckets; each variant once, none empty, together a whole.
    pub(super) shares: Vec<Share>,
    /// Without a bucket expression flagd answers `null` for a user without `targetingKey`: the default variant.
    pub(super) shorthand: bool,
}

/// A variant's part of a split.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Share {
    pub(super) variant: String,
    /// In thousandths of a percent.
    pub(super) weight: u64,
}

/// Reads a `fractional`.
pub(super) fn read(arguments: &[Json], key: &str, generation: Generation) -> Result<Split, String> {
    let (by, seed, buckets, shorthand) = match arguments {
        [first, buckets @ ..] if !matches!(first, Json::List(_)) => {
            let (by, seed) = identity(first, key)?;
            (by, seed, buckets, false)
        }
        buckets if generation == Generation::Two => {
            ("targetingKey".to_owned(), key.to_owned(), buckets, true)
        }
        _ => {
            return Err(
                "a split without a bucket expression hashes a pair of texts in bucketing generation 3, \
                        which seed and identity cannot say"
                    .to_owned(),
            );
        }
    };
    let graphic = seed.bytes().all(|byte| byte.is_ascii_graphic());
    if seed.is_empty() || seed.len() > 128 || !graphic {
        return Err(format!("a split is seeded with `{seed}`; a seed has 1 to 128 visible ASCII characters"));
    }
    Ok(Split { by, seed, shares: shares(buckets)?, shorthand })
}

/// `{"cat": [SEED…, {"var": ATTRIBUTE}]}`.
fn identity(expression: &Json, key: &str) -> Result<(String, String), String> {
    let other =
        || format!("a split divides users by `{expression}`, which is not a seed and then an attribute");
    let Some(("cat", [seeds @ .., last])) = expression.as_operation() else { return Err(other()) };
    let Some(("var", [Json::Text(path)])) = last.as_operation() else { return Err(other()) };
    let mut seed = String::new();
    for part in seeds {
        match (part, part.as_operation()) {
            (Json::Text(text), _) => seed.push_str(text),
            (_, Some(("var", [Json::Text(path)]))) if path == "$flagd.flagKey" => seed.push_str(key),
            _ => return Err(other()),
        }
    }
    Ok((attribute(path)?.to_owned(), seed))
}

fn shares(buckets: &[Json]) -> Result<Vec<Share>, String> {
    let weighted: Vec<(String, u64)> = buckets.iter().map(bucket).collect::<Result<_, _>>()?;
    let total = weighted.iter().fold(0, |sum: u64, (_, weight)| sum.saturating_add(*weight));
    if total == 0 || total > MAX_TOTAL {
        return Err(format!("the weights of a split add up to {total}"));
    }
    let mut shares: Vec<Share> = Vec::new();
    let (mut upper, mut placed) = (0, 0);
    for (variant, weight) in weighted.into_iter().filter(|(_, weight)| *weight > 0) {
        upper += weight;
        if !(upper * WHOLE).is_multiple_of(total) {
            return Err(format!("{weight} of {total} for `{variant}` is no percentage with three decimals"));
        }
        let end = upper * WHOLE / total;
        let weight = end - placed;
        match shares.iter().position(|share| share.variant == variant) {
            None => shares.push(Share { variant, weight }),
            Some(index) if index + 1 == shares.len() => shares[index].weight += weight,
            Some(_) => return Err(format!("`{variant}` has two parts of a split that do not touch")),
        }
        placed = end;
    }
    Ok(shares)
}

fn bucket(bucket: &Json) -> Result<(String, u64), String> {
    let Json::List(parts) = bucket else { return Err(format!("`{bucket}` is not a bucket of a split")) };
    let variant = parts.first().and_then(super::targeting::variant_name);
    let variant = variant.ok_or_else(|| format!("the bucket `{bucket}` names no variant"))?;
    let weight = match parts.as_slice() {
        [_] => 1,
        [_, Json::Number(weight)] if weight.whole => {
            let weight = weight.integer().ok_or_else(|| format!("the weight in `{bucket}` is too large"))?;
            u64::try_from(weight).unwrap_or(0)
        }
        _ => return Err(format!("the weight in `{bucket}` is not a whole number")),
    };
    Ok((variant, weight))
}

/// The order of a flag's variants and its off variant.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Arrangement {
    /// Indices into the variants of the document.
    pub(super) order: Vec<usize>,
    /// The off variant, and why if it was not obvious.
    pub(super) off: String,
    pub(super) note: Option<String>,
}

/// Arranges the variants so that all splits keep their buckets.
///
/// The off variant is the one named `off`; without one the default variant; and where the splits rule that out, the
/// variant that all of them have last.
pub(super) fn arrange(variants: &[&str], default: &str, splits: &[&Split]) -> Result<Arrangement, String> {
    let fits = |off: &str| {
        let has = |split: &Split| split.shares.iter().any(|share| share.variant == off);
        splits.iter().filter(|split| has(split)).all(|split| last(split) == Some(off))
    };
    let lasts = splits.iter().filter_map(|split| last(split)).find(|off| fits(off));
    let (off, note) = if variants.contains(&"off") {
        if !fits("off") {
            return Err(
                "a split has `off` before another variant; here `off_variant` has the last buckets, \
                        so users would change places"
                    .to_owned(),
            );
        }
        ("off", None)
    } else if fits(default) {
        (default, Some(format!("no variant is named `off`: the default `{default}` is what a kill serves")))
    } else if let Some(last) = lasts {
        (last, Some(format!("`{last}`, last in the split, is what a kill serves: say if it is another")))
    } else {
        return Err("its splits have no variant in common that comes last in all of them".to_owned());
    };
    let order = order(variants, off, splits)?;
    Ok(Arrangement { order, off: off.to_owned(), note })
}

fn last(split: &Split) -> Option<&str> {
    split.shares.last().map(|share| share.variant.as_str())
}

/// The variants so that those of each split follow each other as they do in it; otherwise as in the document.
fn order(variants: &[&str], off: &str, splits: &[&Split]) -> Result<Vec<usize>, String> {
    let position = |name: &str| variants.iter().position(|variant| *variant == name);
    let mut before: Vec<(usize, usize)> = Vec::new();
    for split in splits {
        let kept: Vec<usize> = split
            .shares
            .iter()
            .filter(|share| share.variant != off)
            .filter_map(|s| position(&s.variant))
            .collect();
        before.extend(kept.windows(2).map(|pair| (pair[0], pair[1])));
    }
    let mut left: Vec<usize> = (0..variants.len()).collect();
    let mut order = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let free = |index: &usize| !before.iter().any(|(first, then)| then == index && left.contains(first));
        let Some(place) = left.iter().position(free) else {
            return Err(
                "its splits have variants in different orders, so users would change places".to_owned()
            );
        };
        order.push(left.remove(place));
    }
    Ok(order)
}
