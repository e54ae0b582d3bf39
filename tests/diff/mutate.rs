//! Changes a workspace in one or two places, as a pull request does; some changes are refactorings.

use super::generate::Drawer;
use super::random::Random;
use super::shop::{Cond, ENVIRONMENTS, Flag, Part, Serve, Shop};

/// The changed workspace, and whether nothing in it means something else.
pub fn mutation(base: &Shop, random: &mut Random) -> (Shop, bool) {
    let mut shop = base.clone();
    if random.percent(20) {
        for _ in 0..3 {
            refactor(&mut shop, random);
        }
        return (shop, true);
    }
    for _ in 0..=random.below(2) {
        change(&mut shop, random);
    }
    (shop, false)
}

fn change(shop: &mut Shop, random: &mut Random) {
    let attributes = (0..3).map(|_| random.below(8)).collect();
    let mut drawer = Drawer { random, attributes };
    match drawer.random.below(16) {
        0 => {
            let flag = drawer.flag(shop.flags.len() + 5, shop);
            shop.flags.push(flag);
        }
        1 if shop.flags.len() > 1 => {
            // Another flag may require it.
            let gone = shop.flags.remove(drawer.random.below(shop.flags.len())).key;
            shop.flags.iter_mut().for_each(|flag| {
                flag.requires.remove(&gone);
            });
        }
        2 if !shop.segments.is_empty() => {
            let index = drawer.random.below(shop.segments.len());
            shop.segments[index] = drawer.cond(2, index);
        }
        3 => shop.generation = 5 - shop.generation,
        4 => shop.by = if shop.by == "account" { "targetingKey" } else { "account" },
        5 => shop.countries.push("FR"),
        _ if shop.flags.is_empty() => {}
        _ => {
            let index = drawer.random.below(shop.flags.len());
            let others = Shop { flags: shop.flags[..index].to_vec(), ..shop.clone() };
            change_flag(&mut shop.flags[index], &others, &mut drawer);
        }
    }
}

fn change_flag(flag: &mut Flag, before: &Shop, drawer: &mut Drawer<'_>) {
    let variants = flag.variants.clone();
    let segments = before.segments.len();
    match drawer.random.below(11) {
        0 => flag.seed = Some((*drawer.random.of(&["shared", "other", "third"])).to_owned()),
        1 => flag.bucket_by = if flag.bucket_by.is_some() { None } else { Some("account") },
        2 => {
            let redrawn = drawer.flag(7, before);
            flag.requires = redrawn.requires;
        }
        3 => {
            let last = flag.variants.pop().unwrap();
            flag.variants.insert(0, last);
        }
        4 => flag.variants[0].1 += 1,
        5 => flag.owner = "b",
        6 => flag.off = drawer.random.of(&variants).0,
        _ => {
            let name = *drawer.random.of(&ENVIRONMENTS);
            let is_own = drawer.random.percent(50);
            let part = if is_own { &mut flag.own } else { flag.environments.entry(name).or_default() };
            change_part(part, &variants, segments, drawer);
        }
    }
}

fn change_part(part: &mut Part, variants: &[(&'static str, u32)], segments: usize, drawer: &mut Drawer<'_>) {
    let count = part.rules.as_ref().map_or(0, Vec::len);
    match drawer.random.below(9) {
        0 => part.killed = !part.killed,
        1 | 2 => part.serve = Some(drawer.serve(variants)),
        3 => part.schedule = drawer.schedule(variants),
        4 if count > 0 => {
            let index = drawer.random.below(count);
            part.rules.as_mut().unwrap().remove(index);
        }
        5 if count > 1 => part.rules.as_mut().unwrap().swap(0, count - 1),
        6 if count > 0 => {
            let serve = drawer.serve(variants);
            let index = drawer.random.below(count);
            part.rules.as_mut().unwrap()[index].serve = serve;
        }
        7 if count > 0 => {
            let cond = Some(drawer.cond(2, segments));
            let index = drawer.random.below(count);
            part.rules.as_mut().unwrap()[index].cond = cond;
        }
        _ => {
            let rule = drawer.rule(variants, segments);
            let place = drawer.random.below(count + 1);
            part.rules.get_or_insert_default().insert(place, rule);
        }
    }
}

/// Says the same in other words.
fn refactor(shop: &mut Shop, random: &mut Random) {
    let Some(index) = (!shop.flags.is_empty()).then(|| random.below(shop.flags.len())) else { return };
    let flag = &mut shop.flags[index];
    let choice = random.below(7);
    match choice {
        0 => {
            flag.seed.get_or_insert_with(|| flag.key.clone());
        }
        1 => flag.bucket_by = Some(flag.bucket_by.unwrap_or(shop.by)),
        2 => {
            for name in ENVIRONMENTS {
                spell_out(flag, name);
            }
        }
        3 => {
            for serve in flag
                .own
                .serve
                .iter_mut()
                .chain(flag.own.rules.iter_mut().flatten().map(|rule| &mut rule.serve))
            {
                if let Serve::Split(shares) = serve {
                    shares.reverse();
                }
            }
        }
        _ => {
            for rule in flag.own.rules.iter_mut().flatten() {
                let Some(cond) = rule.cond.take() else { continue };
                rule.cond = Some(match choice {
                    4 => Cond::Not(Box::new(Cond::Not(Box::new(cond)))),
                    5 => de_morgan(cond),
                    _ => {
                        shop.segments.push(cond);
                        Cond::Segment(shop.segments.len() - 1)
                    }
                });
            }
        }
    }
}

/// An environment that says for itself what it has from the flag.
fn spell_out(flag: &mut Flag, name: &'static str) {
    let own = flag.own.clone();
    let part = flag.environments.entry(name).or_default();
    if part.rules.is_none() {
        part.rules = own.rules;
    }
    if part.serve.is_none() {
        part.serve = own.serve;
        if part.schedule.is_empty() {
            part.schedule = own.schedule;
        }
    }
}

fn de_morgan(cond: Cond) -> Cond {
    let negated =
        |parts: Vec<Cond>| parts.into_iter().map(|part| Cond::Not(Box::new(de_morgan(part)))).collect();
    match cond {
        Cond::All(parts) => Cond::Not(Box::new(Cond::Any(negated(parts)))),
        Cond::Any(parts) => Cond::Not(Box::new(Cond::All(negated(parts)))),
        Cond::Not(inner) => Cond::Not(Box::new(de_morgan(*inner))),
        asked @ (Cond::Ask(..) | Cond::Segment(_)) => asked,
    }
}
