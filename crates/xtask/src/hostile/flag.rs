//! Flags of a hostile workspace: all variant types, splits, kills, schedules and requirements up to three deep.

use std::fmt::Write as _;

use super::attribute::Kind;
use super::boundary::Split;
use super::{World, condition, palette};
use crate::text::{array, instant, quote};

/// What later flags need to know of an earlier one.
struct Written {
    key: String,
    others: Vec<String>,
    depth: usize,
}

/// What the serves of one flag choose from.
struct Variants {
    names: Vec<String>,
    off: String,
    bucket_by: &'static str,
    seed: String,
}

const KEYS: [&str; 12] = [
    "flag-a",
    "checkout.v2",
    "constructor",
    "toString",
    "X_1",
    "hasOwnProperty",
    "new-receipts",
    "Zeta",
    "b",
    "valueOf",
    "search.ranking.v1",
    "true",
];
const NAMES: [&str; 12] =
    ["on", "off", "a", "b", "control", "v2", "1", "true", "null", "blue-green", "Length", "x_y"];
const FOLDERS: [&str; 4] = ["", "team-a", "team-b/deep", "x"];

/// Paths and texts of `count` flags.
pub(super) fn draw(world: &mut World, count: usize) -> Vec<(String, String)> {
    let mut keys = KEYS;
    world.random.shuffle(&mut keys);
    let mut written: Vec<Written> = Vec::new();
    let mut files = Vec::new();
    for key in keys.iter().take(count) {
        let folder = world.random.pick(&FOLDERS);
        let slash = if folder.is_empty() { "" } else { "/" };
        let text = flag(world, key, &mut written);
        files.push((format!("{folder}{slash}{key}.toml"), text));
    }
    files
}

fn flag(world: &mut World, key: &str, written: &mut Vec<Written>) -> String {
    let (names, off, table) = variants(world);
    let bucket_by = if world.random.chance(40) { identity(world) } else { "targetingKey" };
    let seeds = ["s", "shared-seed", "{\"var\":\"targetingKey\"}", "\"", "1", "~!@#$%^&*()"];
    let seed = if world.random.chance(40) { world.random.pick(&seeds) } else { key }.to_owned();
    let variants = Variants { names, off, bucket_by, seed };
    let kind = world.random.pick(&["release", "experiment", "ops", "permission"]);
    let mut text = format!("description = \"drawn\"\nkind = {}\nowner = \"team-x\"\n", quote(kind));
    let _ = writeln!(text, "serve = {}", serve(world, &variants));
    if variants.off != "off" || world.random.chance(30) {
        let _ = writeln!(text, "off_variant = {}", quote(&variants.off));
    }
    if bucket_by != "targetingKey" || world.random.chance(20) {
        let _ = writeln!(text, "bucket_by = {}", quote(bucket_by));
    }
    if variants.seed != key {
        let _ = writeln!(text, "seed = {}", quote(&variants.seed));
    }
    if world.random.chance(6) {
        text.push_str("enabled = false\n");
    }
    text.push_str(&table);
    if world.random.chance(60) {
        text.push_str(&rules(world, "rules", &variants));
    }
    if world.random.chance(15) {
        text.push_str(&schedule(world, "schedule", &variants));
    }
    for environment in world.environments.clone() {
        if world.random.chance(60) {
            text.push_str(&in_environment(world, environment, &variants));
        }
    }
    let depth = requires(world, &mut text, written);
    let others = variants.names.into_iter().filter(|name| *name != variants.off).collect();
    written.push(Written { key: key.to_owned(), others, depth });
    text
}

fn identity(world: &mut World) -> &'static str {
    let usable = |kind| matches!(kind, Kind::String | Kind::Integer);
    let names: Vec<&'static str> = world
        .attributes
        .iter()
        .filter(|attribute| usable(attribute.kind))
        .map(|attribute| attribute.name)
        .collect();
    world.random.pick(&names)
}

/// Names, the off variant, and the table that declares them.
fn variants(world: &mut World) -> (Vec<String>, String, String) {
    if world.random.chance(25) {
        let off = if world.random.chance(20) { "on" } else { "off" }.to_owned();
        return (vec!["on".to_owned(), "off".to_owned()], off, String::new());
    }
    let mut names = NAMES;
    world.random.shuffle(&mut names);
    let names: Vec<String> =
        names[..world.random.between(2, 5)].iter().map(|&name| name.to_owned()).collect();
    let kind = world.random.below(4);
    let mut table = String::from("[variants]\n");
    for name in &names {
        let value = value(world, kind);
        let _ = writeln!(table, "{} = {value}", quote(name));
    }
    let off = if names.iter().any(|name| name == "off") && world.random.chance(70) {
        "off".to_owned()
    } else {
        world.random.one(&names).clone()
    };
    (names, off, table)
}

/// A variant's value: boolean, string, number or table, falsy ones among them.
fn value(world: &mut World, kind: usize) -> String {
    let random = &mut world.random;
    match kind {
        0 => random.pick(&["true", "false"]).to_owned(),
        1 => quote(random.pick(&palette::STRINGS)),
        2 if random.chance(50) => random.pick(&palette::INTEGERS).to_owned(),
        2 => random.pick(&palette::NUMBERS).to_owned(),
        _ => random
            .pick(&[
                "{}",
                "{ a = 1 }",
                "{ var = \"country\" }",
                "{ if = [true, \"on\", \"off\"] }",
                "{ title = \"Grüße 😀\", nested = { list = [1, \"x\", true, []], empty = {} }, ratio = 0.5 }",
                "{ \"\" = \"\", \"a.b\" = { c = 5.0 } }",
            ])
            .to_owned(),
    }
}

fn serve(world: &mut World, variants: &Variants) -> String {
    if world.random.chance(45) {
        return quote(world.random.one(&variants.names).as_str());
    }
    let mut names = variants.names.clone();
    world.random.shuffle(&mut names);
    names.truncate(world.random.between(1, 4));
    let mut left = 100_000;
    let weights: Vec<(String, usize)> =
        names.into_iter().map(|name| (name, weight(world, &mut left))).collect();
    note_split(world, variants, &weights);
    let parts: Vec<String> = weights
        .iter()
        .map(|(name, weight)| format!("{} = {}", quote(name), percent(world, *weight)))
        .collect();
    format!("{{ {} }}", parts.join(", "))
}

fn weight(world: &mut World, left: &mut usize) -> usize {
    let weight = match world.random.below(6) {
        0 => 0,
        1 => *left,
        2 => world.random.between(0, 9).min(*left),
        3 => (world.random.between(1, 99) * 1000).min(*left),
        _ => world.random.below(*left + 1),
    };
    *left -= weight;
    weight
}

fn note_split(world: &mut World, variants: &Variants, weights: &[(String, usize)]) {
    let mut end = 0;
    let mut ends = Vec::new();
    for name in variants.names.iter().filter(|name| **name != variants.off) {
        end += weights.iter().find(|(weighed, _)| weighed == name).map_or(0, |&(_, weight)| weight);
        ends.push(u32::try_from(end).unwrap_or(0));
    }
    world.splits.push(Split { attribute: variants.bucket_by, seed: variants.seed.clone(), ends });
}

/// Thousandths of a percent as TOML: `5`, `5.0`, `33.333`, `0.001`.
fn percent(world: &mut World, weight: usize) -> String {
    let (whole, rest) = (weight / 1000, weight % 1000);
    if rest == 0 {
        return if world.random.chance(30) { format!("{whole}.0") } else { whole.to_string() };
    }
    let decimals = format!("{rest:03}");
    format!("{whole}.{}", decimals.trim_end_matches('0'))
}

fn rules(world: &mut World, header: &str, variants: &Variants) -> String {
    let mut text = String::new();
    let count = world.random.between(1, 4);
    for index in 0..count {
        let _ = writeln!(text, "[[{header}]]\nname = \"rule {index}\"");
        // A rule without a condition takes everybody, so it stands last.
        if index + 1 < count || world.random.chance(80) {
            let _ = writeln!(text, "if = {}", condition::draw(world, 2));
        }
        let _ = writeln!(text, "serve = {}", serve(world, variants));
    }
    text
}

fn schedule(world: &mut World, header: &str, variants: &Variants) -> String {
    let mut text = String::new();
    let mut at: u64 = *world.random.one(&[978_307_200, 1_700_000_000, 1_796_115_600, 4_102_444_800]);
    for _ in 0..world.random.between(1, 3) {
        world.instants.push(at);
        let offset = *world.random.one(&[0, 0, 2, -5]);
        let serve = serve(world, variants);
        let _ = writeln!(text, "[[{header}]]\nat = {}\nserve = {serve}", instant(at, offset));
        at += *world.random.one(&[1, 60, 86_400, 31_536_000]);
    }
    text
}

fn in_environment(world: &mut World, environment: &str, variants: &Variants) -> String {
    let header = format!("environments.{}", quote(environment));
    let mut text = format!("[{header}]\n");
    if world.random.chance(60) {
        let _ = writeln!(text, "serve = {}", serve(world, variants));
    }
    if world.random.chance(10) {
        text.push_str("enabled = false\n");
    } else if world.random.chance(5) {
        text.push_str("enabled = true\n");
    }
    if world.random.chance(40) {
        text.push_str(&rules(world, &format!("{header}.rules"), variants));
    }
    if world.random.chance(30) {
        text.push_str(&schedule(world, &format!("{header}.schedule"), variants));
    }
    text
}

/// Adds requirements on earlier flags and returns how deep this flag's chain of them is.
fn requires(world: &mut World, text: &mut String, written: &[Written]) -> usize {
    let mut usable: Vec<&Written> =
        written.iter().filter(|flag| flag.depth < 3 && !flag.others.is_empty()).collect();
    if usable.is_empty() || !world.random.chance(45) {
        return 0;
    }
    world.random.shuffle(&mut usable);
    usable.truncate(world.random.between(1, 2));
    text.push_str("[requires]\n");
    for required in &usable {
        let mut wanted: Vec<String> = required.others.iter().map(|name| quote(name)).collect();
        world.random.shuffle(&mut wanted);
        wanted.truncate(world.random.between(1, 3));
        let wanted = if wanted.len() == 1 { wanted.remove(0) } else { array(&wanted) };
        let _ = writeln!(text, "{} = {wanted}", quote(&required.key));
    }
    1 + usable.iter().map(|flag| flag.depth).max().unwrap_or(0)
}
