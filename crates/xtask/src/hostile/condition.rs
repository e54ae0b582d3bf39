//! Conditions: every matcher of every type, nested, with literals kept for the contexts to be drawn around.

use super::World;
use super::attribute::{Attribute, Kind};
use super::palette;
use crate::random::Random;
use crate::text::{array, quote};

/// An inline table; `depth` bounds how far `any`, `all` and `not` nest.
pub(super) fn draw(world: &mut World, depth: usize) -> String {
    let mut entries: Vec<String> = Vec::new();
    let mut order: Vec<usize> = (0..world.attributes.len()).collect();
    world.random.shuffle(&mut order);
    order.truncate([1, 1, 2, 3][world.random.below(4)]);
    for index in order {
        let World { random, attributes, .. } = world;
        let matcher = matcher(random, &mut attributes[index]);
        entries.push(format!("{} = {matcher}", attributes[index].name));
    }
    if !world.segments.is_empty() && world.random.chance(25) {
        entries.push(format!("segment = {}", segments(world)));
    }
    if depth > 0 {
        for key in ["any", "all"] {
            if world.random.chance(20) {
                let count = world.random.between(1, 3);
                let parts: Vec<String> = (0..count).map(|_| draw(world, depth - 1)).collect();
                entries.push(format!("{key} = {}", array(&parts)));
            }
        }
        if world.random.chance(25) {
            entries.push(format!("not = {}", draw(world, depth - 1)));
        }
        // Half of the nested conditions stand without an attribute beside them.
        if entries.len() > 1 && world.random.chance(50) {
            entries.remove(0);
        }
    }
    world.random.shuffle(&mut entries);
    format!("{{ {} }}", entries.join(", "))
}

fn segments(world: &mut World) -> String {
    let mut names: Vec<String> = world.segments.iter().map(|name| quote(name)).collect();
    world.random.shuffle(&mut names);
    names.truncate(world.random.between(1, 2));
    if names.len() == 1 && world.random.chance(70) { names.remove(0) } else { array(&names) }
}

fn matcher(random: &mut Random, attribute: &mut Attribute) -> String {
    if random.chance(8) {
        return format!("{{ exists = {} }}", random.chance(60));
    }
    match attribute.kind {
        Kind::String => string(random, attribute),
        Kind::Boolean => boolean(random),
        Kind::Integer => number(random, attribute, &palette::INTEGERS),
        Kind::Number => {
            let pool = if random.chance(50) { &palette::NUMBERS[..] } else { &palette::INTEGERS };
            number(random, attribute, pool)
        }
        Kind::Version => version(random, attribute),
        Kind::List => list(random, attribute),
    }
}

fn boolean(random: &mut Random) -> String {
    random.pick(&["true", "false", "[true]", "[false]", "true"]).to_owned()
}

fn string(random: &mut Random, attribute: &mut Attribute) -> String {
    if attribute.values.is_empty() && random.chance(40) {
        return parts(random, attribute);
    }
    let pool = if attribute.values.is_empty() { &palette::STRINGS[..] } else { &attribute.values };
    let drawn = one_or_more(random, |random| quote(random.pick(pool)));
    attribute.literals.extend(drawn.iter().cloned());
    one_or_list(random, &drawn)
}

/// A `starts_with`, `ends_with` or `contains`, or two of them.
fn parts(random: &mut Random, attribute: &mut Attribute) -> String {
    let mut tests = ["starts_with", "ends_with", "contains"];
    random.shuffle(&mut tests);
    let count = if random.chance(20) { 2 } else { 1 };
    let entries: Vec<String> = tests[..count]
        .iter()
        .map(|test| {
            let wanted = one_or_more(random, |random| random.pick(&palette::PARTS).to_owned());
            for text in &wanted {
                attribute.literals.push(quote(&format!("{text}u-")));
                attribute.literals.push(quote(&format!("x{text}")));
            }
            let quoted: Vec<String> = wanted.iter().map(|text| quote(text)).collect();
            format!("{test} = {}", one_or_list(random, &quoted))
        })
        .collect();
    format!("{{ {} }}", entries.join(", "))
}

fn number(random: &mut Random, attribute: &mut Attribute, pool: &[&str]) -> String {
    if random.chance(40) {
        let drawn = one_or_more(random, |random| random.pick(pool).to_owned());
        attribute.literals.extend(drawn.iter().cloned());
        return one_or_list(random, &drawn);
    }
    let low = random.pick(pool).to_owned();
    let high = random.pick(pool).to_owned();
    attribute.literals.extend([low.clone(), high.clone()]);
    let (above, below) = (random.pick(&["gt", "gte"]), random.pick(&["lt", "lte"]));
    match random.below(3) {
        0 => format!("{{ {above} = {low} }}"),
        1 => format!("{{ {below} = {low} }}"),
        _ if less(&low, &high) => format!("{{ {above} = {low}, {below} = {high} }}"),
        _ if less(&high, &low) => format!("{{ {below} = {low}, {above} = {high} }}"),
        _ => format!("{{ gte = {low}, lte = {low} }}"),
    }
}

fn less(left: &str, right: &str) -> bool {
    let read = |text: &str| text.parse::<f64>().unwrap_or(0.0);
    read(left) < read(right)
}

fn version(random: &mut Random, attribute: &mut Attribute) -> String {
    let drawn = one_or_more(random, |random| {
        let comparator = |random: &mut Random, operators: &[&str]| {
            let version = random.pick(&palette::VERSIONS);
            (format!("{}{version}", random.pick(operators)), quote(version))
        };
        let mut literals = Vec::new();
        let (mut range, literal) = comparator(random, &["", "=", ">", ">=", "<", "<=", "^", "~", ">= "]);
        literals.push(literal);
        if range.starts_with('>') && random.chance(50) {
            let (bound, literal) = comparator(random, &["<", "<="]);
            range = format!("{range}, {bound}");
            literals.push(literal);
        }
        (range, literals)
    });
    attribute.literals.extend(drawn.iter().flat_map(|(_, literals)| literals.clone()));
    let ranges: Vec<String> = drawn.iter().map(|(range, _)| quote(range)).collect();
    one_or_list(random, &ranges)
}

fn list(random: &mut Random, attribute: &mut Attribute) -> String {
    let drawn = one_or_more(random, |random| quote(random.pick(&palette::STRINGS)));
    attribute.literals.extend(drawn.iter().map(|item| format!("[{item}]")));
    attribute.literals.push(array(&drawn));
    one_or_list(random, &drawn)
}

fn one_or_more<T: PartialEq>(random: &mut Random, mut one: impl FnMut(&mut Random) -> T) -> Vec<T> {
    let count = [1, 1, 1, 2, 3][random.below(5)];
    let mut drawn: Vec<T> = (0..count).map(|_| one(random)).collect();
    drawn.dedup();
    drawn
}

fn one_or_list(random: &mut Random, items: &[String]) -> String {
    match items {
        [only] if random.chance(80) => only.clone(),
        many => array(many),
    }
}
