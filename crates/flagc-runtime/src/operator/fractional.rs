//! `fractional`: hashes a value and serves the variant in whose interval the hash falls.
//!
//! bucket = (hash × total weight) >> 32, compared with the running sum of weights; in all arithmetic of integers, so
//! that every SDK of the same generation agrees.

use std::ops::Range;

use serde_json::Value;

use super::{Env, Expr, Place, Plain, Rules, Run, Scope, eval, plain};
use crate::bucket::{self, Generation, Murmur3, TextLength};
use crate::choice::Choice;
use crate::context::TARGETING_KEY;
use crate::evaluate::BucketTrace;
use crate::value::{Number, Val};

/// The largest sum of weights: the largest `i32`.
const MAX_TOTAL: u64 = 0x7fff_ffff;

/// A compiled `fractional`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fractional {
    /// The first argument, where it is not itself a bucket.
    pub(crate) bucket_by: Option<Expr>,
    pub(crate) buckets: Buckets,
    /// Where the seed and an attribute are hashed: the hash after the seed, for generation 2, and the attribute.
    pub(crate) seeded: Option<(Murmur3, Place)>,
}

/// The weighted variants.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Buckets {
    /// Variants and weights are constant: the upper end of each interval is computed once.
    Constant { variants: Run, total: u32 },
    /// At least one variant or weight is a rule.
    Computed(Run),
    /// Constant, and not well-formed: `null` whatever is asked.
    Malformed,
}

/// Buckets from the end of the one before it, or from 0, up to `end`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Interval {
    pub(crate) variant: Expr,
    pub(crate) end: u32,
    /// What is decided here; known where a rule answers with the split.
    pub(crate) choice: Choice,
}

impl Fractional {
    /// The intervals of constant weights, where a seed and an attribute are hashed.
    pub(crate) fn intervals(&self) -> Option<Run> {
        match (self.buckets, self.seeded) {
            (Buckets::Constant { variants, .. }, Some(_)) => Some(variants),
            _ => None,
        }
    }
}

/// The interval in which the hash of a seed and an attribute falls; `None` where [`fractional`] has to say what comes of it.
#[inline]
pub(crate) fn interval<'a>(rule: &Fractional, env: &Env<'a>) -> Option<&'a Interval> {
    let Buckets::Constant { variants, total } = rule.buckets else { return None };
    landed(variants, total, seeded_hash(rule, env)?, env)
}

#[inline]
fn landed<'a>(intervals: Run, total: u32, hash: u32, env: &Env<'a>) -> Option<&'a Interval> {
    let ends = env.rules.intervals(intervals).iter().map(|interval| (interval, u64::from(interval.end)));
    pick(ends, u64::from(total), hash, env)
}

#[inline]
fn seeded_hash(rule: &Fractional, env: &Env) -> Option<u32> {
    let (Some((mut hash, name)), Generation::Two) = (rule.seeded, env.generation) else { return None };
    let Some(Value::String(identity)) = env.attribute(name) else { return None };
    hash.write(identity.as_bytes());
    Some(hash.finish())
}

/// `fractional`; `null` where the value to hash or the weights are not what they must be.
pub(crate) fn fractional<'a>(rule: &'a Fractional, env: &Env<'a>, scope: Scope<'_, 'a>) -> Val<'a> {
    if let Some(hash) = seeded_hash(rule, env) {
        return choose(&rule.buckets, None, hash, env, scope);
    }
    let mut hash = Murmur3::default();
    let mut first = None;
    let hashed = match &rule.bucket_by {
        // Most rules hash a seed and an attribute: no text is built for it.
        Some(Expr::Cat(parts)) => hash_cat(env.rules.exprs(*parts), env, scope, &mut hash),
        Some(expr) => {
            let value = eval(expr, env, scope);
            match (&value, env.generation) {
                (Val::Text(text), Generation::Two) => {
                    hash.write(text.as_bytes());
                    true
                }
                (Val::List(_), _) => {
                    first = Some(value);
                    hash_targeting_key(env, &mut hash)
                }
                (Val::Null, _) | (_, Generation::Two) => false,
                (value, Generation::Three) => bucket::write_cbor(value, &mut hash),
            }
        }
        None => hash_targeting_key(env, &mut hash),
    };
    if !hashed {
        return Val::Null;
    }
    choose(&rule.buckets, first.as_ref(), hash.finish(), env, scope)
}

fn hash_cat<'a>(parts: &'a [Expr], env: &Env<'a>, scope: Scope<'_, 'a>, hash: &mut Murmur3) -> bool {
    if env.generation == Generation::Three {
        let mut length = TextLength::default();
        let measured = parts.iter().all(|part| eval(part, env, scope).write_text(&mut length).is_ok());
        if !measured {
            return false;
        }
        bucket::write_cbor_text_head(length.0, hash);
    }
    parts.iter().all(|part| match plain(part, env) {
        Some(Plain::Text(text)) => {
            hash.write(text.as_bytes());
            true
        }
        _ => eval(part, env, scope).write_text(hash).is_ok(),
    })
}

/// Without a bucket value, flag key and targeting key are hashed.
fn hash_targeting_key(env: &Env, hash: &mut Murmur3) -> bool {
    let Some(key) = env.context.get(TARGETING_KEY).and_then(Value::as_str).filter(|key| !key.is_empty())
    else {
        return false;
    };
    match env.generation {
        Generation::Two => {
            hash.write(env.flag.as_bytes());
            hash.write(key.as_bytes());
        }
        Generation::Three => {
            bucket::write_cbor_list_head(2, hash);
            bucket::write_cbor_text(env.flag, hash);
            bucket::write_cbor_text(key, hash);
        }
    }
    true
}

fn choose<'a>(
    buckets: &'a Buckets,
    first: Option<&Val<'a>>,
    hash: u32,
    env: &Env<'a>,
    scope: Scope<'_, 'a>,
) -> Val<'a> {
    match (buckets, first) {
        (Buckets::Constant { variants, total }, None) => landed(*variants, *total, hash, env)
            .map_or(Val::Null, |interval| eval(&interval.variant, env, scope)),
        (Buckets::Malformed, _) => Val::Null,
        (Buckets::Constant { variants, .. }, Some(first)) => {
            let mut start = 0;
            let rest = env.rules.intervals(*variants).iter().map(|Interval { variant, end, .. }| {
                let weight = end - start;
                start = *end;
                Some((eval(variant, env, scope), u64::from(weight)))
            });
            computed(std::iter::once(weighted(first)).chain(rest), hash, env)
        }
        (Buckets::Computed(exprs), first) => {
            let rest = env.rules.exprs(*exprs).iter().map(|expr| weighted(&eval(expr, env, scope)));
            computed(first.map(weighted).into_iter().chain(rest), hash, env)
        }
    }
}

fn computed<'a>(weighted: impl Iterator<Item = Option<(Val<'a>, u64)>>, hash: u32, env: &Env) -> Val<'a> {
    let mut total = 0;
    let mut ends = Vec::new();
    for bucket in weighted {
        let Some((variant, weight)) = bucket else { return Val::Null };
        total += weight;
        if total > MAX_TOTAL {
            return Val::Null;
        }
        ends.push((variant, total));
    }
    pick(ends.into_iter(), total, hash, env).unwrap_or(Val::Null)
}

#[inline]
fn pick<T>(ends: impl Iterator<Item = (T, u64)>, total: u64, hash: u32, env: &Env) -> Option<T> {
    let bucket = (u64::from(hash) * total) >> 32;
    let mut start = 0;
    for (variant, end) in ends {
        if bucket < end {
            record(env, hash, bucket, total, start..end);
            return Some(variant);
        }
        start = end;
    }
    None
}

fn record(env: &Env, hash: u32, bucket: u64, total_weight: u64, interval: Range<u64>) {
    if let Some(trace) = env.trace {
        trace.borrow_mut().buckets.push(BucketTrace { hash, bucket, total_weight, interval });
    }
}

/// A bucket: a variant and its weight, 1 where none is given, 0 where it is negative. `None` where it is malformed.
pub(crate) fn weighted<'a>(value: &Val<'a>) -> Option<(Val<'a>, u64)> {
    let Val::List(list) = value else { return None };
    let variant = list.get(0).filter(|v| !matches!(v, Val::List(_) | Val::Object(_)))?;
    let weight = match (list.len(), list.get(1)) {
        (1, _) => 1,
        (2, Some(Val::Number(weight))) => whole_weight(weight)?,
        _ => return None,
    };
    Some((variant, weight))
}

/// A weight that is a whole number; one above the largest sum is left to the check of the sum.
pub(crate) fn whole_weight(weight: Number) -> Option<u64> {
    let weight = weight.as_f64();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole; clamped on both sides"
    )]
    (weight.fract() == 0.0).then(|| weight.clamp(0.0, 4_294_967_296.0) as u64)
}

/// What is hashed first, and the attribute that is hashed then: most rules bucket by the text of both.
pub(crate) fn seeded(bucket_by: Option<Expr>, rules: &Rules) -> Option<(Murmur3, Place)> {
    let Some(Expr::Cat(parts)) = bucket_by else { return None };
    let [Expr::Text(seed), Expr::Attribute(name)] = rules.exprs(parts) else { return None };
    let mut hash = Murmur3::default();
    hash.write(rules.bytes(*seed));
    Some((hash, *name))
}

/// Compiles the buckets of a rule whose other arguments are `buckets`.
pub(crate) fn compile_buckets(buckets: &[Expr], rules: &mut Rules) -> Result<Buckets, String> {
    if !buckets.iter().all(is_constant) {
        return rules.add_exprs(buckets.iter().copied()).map(Buckets::Computed);
    }
    let mut constants = Vec::with_capacity(buckets.len());
    for bucket in buckets {
        let Some((variant, weight)) = constant(*bucket, rules) else { return Ok(Buckets::Malformed) };
        constants.push((Expr::Literal(rules.add_value(variant)?), weight));
    }
    constant_buckets(constants.into_iter().map(Some), rules)
}

/// Buckets of constant variants and weights; `None` stands for one that is malformed.
pub(crate) fn constant_buckets(
    buckets: impl Iterator<Item = Option<(Expr, u64)>>,
    rules: &mut Rules,
) -> Result<Buckets, String> {
    let (mut total, mut malformed) = (0, false);
    let intervals = buckets.map_while(|bucket| {
        let end =
            bucket.map(|(variant, weight)| (variant, total + weight)).filter(|(_, end)| *end <= MAX_TOTAL);
        let interval = end.and_then(|(variant, end)| {
            Some(Interval { variant, end: u32::try_from(end).ok()?, choice: Choice::REFUSED })
        });
        malformed |= interval.is_none();
        total = interval.map_or(total, |interval| u64::from(interval.end));
        interval
    });
    let variants = rules.add_intervals(intervals)?;
    let total = u32::try_from(total).unwrap_or(0);
    Ok(if malformed { Buckets::Malformed } else { Buckets::Constant { variants, total } })
}

/// A constant bucket: a variant and its weight.
fn constant(bucket: Expr, rules: &Rules) -> Option<(Value, u64)> {
    let value = rules.literal(bucket).filter(|_| !matches!(bucket, Expr::Text(_)))?;
    let (_, weight) = weighted(&Val::from(&value))?;
    let Value::Array(parts) = value else { return None };
    Some((parts.into_iter().next()?, weight))
}

fn is_constant(expr: &Expr) -> bool {
    matches!(expr, Expr::Text(_) | Expr::Texts(_) | Expr::Literal(_))
}
