//! Contexts: values around the workspace's own literals, values of the right type, and values of every wrong one.

use std::fmt::Write as _;

use super::attribute::{Attribute, Kind};
use super::{World, boundary, palette};
use crate::random::Random;
use crate::text::quote;

/// `count` lines of `{"at": UNIX_SECONDS, "context": {…}}`.
pub(super) fn draw(world: &mut World, count: usize) -> String {
    let mut lines = String::new();
    let edges = boundary::identities(&mut world.random, &world.splits, 1 + count / 10);
    for _ in 0..count {
        let at = at(world);
        let bucketed: Vec<&str> = world.splits.iter().map(|split| split.attribute).collect();
        let random = &mut world.random;
        let entries: Vec<String> = world
            .attributes
            .iter()
            .filter_map(|attribute| {
                Some(format!("{}: {}", quote(attribute.name), value(random, attribute, &bucketed, &edges)?))
            })
            .collect();
        // Writing to a String cannot fail.
        let _ = writeln!(lines, "{{\"at\": {at}, \"context\": {{{}}}}}", entries.join(", "));
    }
    lines
}

/// A schedule's instant, one second beside it, or some other time.
fn at(world: &mut World) -> u64 {
    if world.instants.is_empty() || world.random.chance(20) {
        return *world.random.one(&[1, 1_750_000_000, 4_200_000_000]);
    }
    let instant = *world.random.one(&world.instants);
    *world.random.one(&[instant - 1, instant, instant + 1])
}

/// JSON, or nothing where the attribute is missing.
fn value(
    random: &mut Random,
    attribute: &Attribute,
    bucketed: &[&str],
    edges: &[(&str, String)],
) -> Option<String> {
    let mine: Vec<&String> =
        edges.iter().filter(|(name, _)| *name == attribute.name).map(|(_, edge)| edge).collect();
    if !mine.is_empty() && random.chance(30) {
        return Some((*random.one(&mine)).clone());
    }
    if attribute.kind == Kind::Integer && bucketed.contains(&attribute.name) && random.chance(40) {
        return Some(random.pick(&palette::INTEGER_IDENTITIES).to_owned());
    }
    if random.chance(if attribute.name == "targetingKey" { 8 } else { 18 }) {
        return None;
    }
    if attribute.name == "targetingKey" {
        // SDKs' typed contexts take no targeting key but a string.
        return Some(identity(random, attribute));
    }
    Some(match random.below(100) {
        0..45 if !attribute.literals.is_empty() => around(random, attribute),
        0..75 => of_its_type(random, attribute),
        _ => (*random.one(&palette::ANYTHING)).to_owned(),
    })
}

fn identity(random: &mut Random, attribute: &Attribute) -> String {
    match random.below(100) {
        0..6 => "\"\"".to_owned(),
        6..9 => quote(random.pick(&palette::NON_ASCII_IDENTITIES)),
        9..20 => quote(random.pick(&palette::IDENTITIES)),
        20..35 if !attribute.literals.is_empty() => random.one(&attribute.literals).clone(),
        _ => format!("\"u-{}\"", random.below(100_000)),
    }
}

/// A literal of a condition, or something next to it.
fn around(random: &mut Random, attribute: &Attribute) -> String {
    let literal = random.one(&attribute.literals).clone();
    if random.chance(50) {
        return literal;
    }
    match attribute.kind {
        Kind::Integer | Kind::Number => {
            let number: f64 = literal.parse().unwrap_or(0.0);
            let moved = number + *random.one(&[-1.0, 1.0, 0.5, 0.0]);
            if random.chance(30) { quote(&literal) } else { format!("{moved:?}") }
        }
        Kind::Version => {
            let text = literal.trim_matches('"').to_owned();
            match random.below(5) {
                0 => format!("\"v{text}\""),
                1 => format!("\"{text}-0\""),
                2 => format!("\"{text}+build.7\""),
                3 => format!("\"{}\"", text.split('-').next().unwrap_or("1")),
                _ => format!("\"{text}9\""),
            }
        }
        Kind::String => match random.below(4) {
            0 => format!("[{literal}]"),
            1 => literal.to_uppercase().replace("\\U", "\\u").replace("\\N", "\\n"),
            2 => literal.replacen('"', "\" ", 1),
            _ => literal.replacen('"', "\"x", 1),
        },
        Kind::List if !literal.contains(',') => literal.trim_matches(['[', ']']).to_owned(),
        Kind::Boolean | Kind::List => format!("[{literal}]"),
    }
}

fn of_its_type(random: &mut Random, attribute: &Attribute) -> String {
    match attribute.kind {
        Kind::String if !attribute.values.is_empty() => quote(random.pick(&attribute.values)),
        Kind::String => quote(random.pick(&palette::STRINGS)),
        Kind::Boolean => random.pick(&["true", "false"]).to_owned(),
        Kind::Integer if random.chance(30) => random.below(100_000).to_string(),
        Kind::Integer => random.pick(&palette::INTEGERS).to_owned(),
        Kind::Number => random.pick(&palette::NUMBERS).to_owned(),
        Kind::Version if random.chance(50) => quote(random.pick(&palette::VERSIONS)),
        Kind::Version if random.chance(60) => random.pick(&palette::VERSION_LIKE).to_owned(),
        Kind::Version => {
            let count = random.between(1, 8);
            let parts: String = (0..count).map(|_| random.pick(&palette::VERSION_PARTS)).collect();
            quote(&parts)
        }
        Kind::List => {
            let count = random.below(4);
            let items: Vec<String> = (0..count).map(|_| quote(random.pick(&palette::STRINGS))).collect();
            crate::text::array(&items)
        }
    }
}
