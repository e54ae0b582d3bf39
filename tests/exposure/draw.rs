//! Workspaces drawn from a number, as the files people write. Few literals, so that they meet: equal and adjacent
//! bounds, patterns that overlap, seeds that are shared.

use std::fmt::Write as _;

use crate::random::Random;

/// The instants of schedules, with their seconds since 1970.
pub const INSTANTS: [(&str, i64); 2] =
    [("2026-01-01T00:00:00Z", 1_767_225_600), ("2026-02-01T00:00:00Z", 1_769_904_000)];

const WHOLE: [&str; 9] = ["a", "ab", "ba", "", "aba", "x-a", "u-1", "u-2", "é"];
const PATTERNS: [&str; 7] = ["a", "ab", "ba", "aba", "x", "bb", "é"];
const INTEGERS: [&str; 8] = ["0", "1", "2", "-1", "17", "18", "9007199254740991", "-9007199254740991"];
const NUMBERS: [&str; 10] = ["0", "1", "0.5", "1.5", "-0.5", "1e-7", "17", "18.25", "1e300", "5e-324"];
const VERSIONS: [&str; 11] = [
    "1.0.0",
    "1.0.1",
    "1.0.0-rc.1",
    "1.0.0-rc.1.0",
    "1.0.1-0",
    "2.0.0",
    "2.0.0-0",
    "0.0.0",
    "0.0.0-0",
    "0.2.3",
    "1.2.3-a",
];
const ELEMENTS: [&str; 4] = ["a", "b", "ab", ""];
// No smaller shares: an identity for three of them at once is hardly ever found.
const PERCENTAGES: [&str; 10] = ["0", "2", "5", "10", "25", "33.333", "50", "75", "98", "100"];

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    String,
    Boolean,
    Integer,
    Number,
    Version,
    List,
}

struct Attribute {
    name: &'static str,
    kind: Kind,
    closed: &'static [&'static str],
}

const fn attribute(name: &'static str, kind: Kind, closed: &'static [&'static str]) -> Attribute {
    Attribute { name, kind, closed }
}

struct World {
    random: Random,
    attributes: Vec<Attribute>,
    segments: usize,
    flags: Vec<Vec<&'static str>>,
}

/// The files of the workspace with this number. Flags `f0`, `f1`, … require each other; `p0`, `p1`, … serve `on` where a
/// condition holds and `off` where it does not.
pub fn workspace(case: u64) -> Vec<(String, String)> {
    let mut random = Random::new(case);
    let attributes = attributes(&mut random);
    let mut world = World { random, attributes, segments: 0, flags: Vec::new() };
    let mut files = vec![("flagc.toml".to_owned(), settings(&mut world))];
    for index in 0..world.random.below(4) {
        let condition = condition(&mut world, 2);
        let text = format!("description = \"d\"\nowner = \"t\"\nif = {condition}\n");
        files.push((format!("segments/s{index}.toml"), text));
        world.segments += 1;
    }
    for index in 0..=world.random.below(4) {
        let (text, served) = flag(&mut world);
        files.push((format!("f{index}.toml"), text));
        world.flags.push(served);
    }
    for index in 0..2 {
        let condition = condition(&mut world, 3);
        let text = format!("{HEAD}serve = \"off\"\nrules = [{{ if = {condition}, serve = \"on\" }}]\n");
        files.push((format!("p{index}.toml"), text));
    }
    files
}

const HEAD: &str = "description = \"d\"\nkind = \"release\"\nowner = \"t\"\n";

fn attributes(random: &mut Random) -> Vec<Attribute> {
    let key = if random.chance(15) { &["u-1", "u-2", "u-3", "u-4"][..] } else { &[] };
    let roles = if random.chance(30) { &["a", "b", "ab"][..] } else { &[] };
    let others = vec![
        attribute("country", Kind::String, &["AU", "DE", "US", "UK"]),
        attribute("email", Kind::String, &[]),
        attribute("tag", Kind::String, &[]),
        attribute("beta", Kind::Boolean, &[]),
        attribute("age", Kind::Integer, &[]),
        attribute("account", Kind::Integer, &[]),
        attribute("score", Kind::Number, &[]),
        attribute("release", Kind::Version, &[]),
        attribute("roles", Kind::List, roles),
    ];
    let count = 1 + random.below(4);
    let mut attributes = random.some(others, count);
    attributes.push(attribute("targetingKey", Kind::String, key));
    attributes
}

fn settings(world: &mut World) -> String {
    let mut text = String::from(
        "project = \"drawn\"\nenvironments = [{ name = \"dev\" }, { name = \"production\" }]\n[bucketing]\nby = \"targetingKey\"\n",
    );
    let generation = if world.random.chance(80) { 2 } else { 3 };
    writeln!(text, "generation = {generation}").unwrap();
    for Attribute { name, kind, closed } in &world.attributes {
        let kind = match kind {
            Kind::String => "string",
            Kind::Boolean => "boolean",
            Kind::Integer => "integer",
            Kind::Number => "number",
            Kind::Version => "version",
            Kind::List => "list",
        };
        writeln!(text, "[context.{name}]\ntype = \"{kind}\"").unwrap();
        if !closed.is_empty() {
            writeln!(text, "values = {closed:?}").unwrap();
        }
    }
    text
}

fn flag(world: &mut World) -> (String, Vec<&'static str>) {
    let three = world.random.chance(40);
    let served: Vec<&str> = if three { vec!["a", "b"] } else { vec!["on"] };
    let mut text = String::from(HEAD);
    if world.random.chance(40) {
        text.push_str("seed = \"shared\"\n");
    }
    if world.random.chance(5) {
        text.push_str("enabled = false\n");
    }
    let identities: Vec<&str> = world
        .attributes
        .iter()
        .filter(|attribute| matches!(attribute.kind, Kind::String | Kind::Integer))
        .map(|attribute| attribute.name)
        .collect();
    if world.random.chance(35) {
        writeln!(text, "bucket_by = \"{}\"", world.random.pick(&identities)).unwrap();
    }
    if three {
        text.push_str("variants = { a = \"1\", off = \"0\", b = \"2\" }\n");
    }
    let behaviour = behaviour(world, &served, "\n");
    writeln!(text, "{behaviour}").unwrap();
    let mut requires = Vec::new();
    let known: Vec<usize> = (0..world.flags.len()).collect();
    let count = [0, 1, 1, 2][world.random.below(4)];
    for index in world.random.some(known, count) {
        let variants = world.flags[index].clone();
        let wanted = 1 + world.random.below(variants.len());
        requires.push(format!("f{index} = {:?}", world.random.some(variants, wanted)));
    }
    if !requires.is_empty() {
        writeln!(text, "requires = {{ {} }}", requires.join(", ")).unwrap();
    }
    if world.random.chance(40) {
        let over = match world.random.below(5) {
            0 => "enabled = false".to_owned(),
            1 => format!("serve = {}", serve(world, &served)),
            _ => self::behaviour(world, &served, ", "),
        };
        writeln!(text, "environments = {{ production = {{ {over} }} }}").unwrap();
    }
    (text, served)
}

/// `serve`, and perhaps rules and a schedule.
fn behaviour(world: &mut World, served: &[&str], between: &str) -> String {
    let mut entries = vec![format!("serve = {}", serve(world, served))];
    let rules: Vec<String> = (0..world.random.below(4))
        .map(|_| {
            let serve = serve(world, served);
            if world.random.chance(4) {
                return format!("{{ serve = {serve} }}");
            }
            format!("{{ if = {}, serve = {serve} }}", condition(world, 2))
        })
        .collect();
    if !rules.is_empty() {
        entries.push(format!("rules = [{}]", rules.join(", ")));
    }
    let steps = [0, 0, 1, 2][world.random.below(4)];
    if steps > 0 {
        let steps: Vec<String> = INSTANTS[..steps]
            .iter()
            .map(|(at, _)| format!("{{ at = {at}, serve = {} }}", serve(world, served)))
            .collect();
        entries.push(format!("schedule = [{}]", steps.join(", ")));
    }
    entries.join(between)
}

fn serve(world: &mut World, served: &[&str]) -> String {
    let random = &mut world.random;
    if random.chance(45) {
        let variants: Vec<&str> = served.iter().copied().chain(["off"]).collect();
        return format!("{:?}", random.pick(&variants));
    }
    let mut left = 100.0;
    let mut shares = Vec::new();
    for variant in served {
        let percent = random.pick(&PERCENTAGES);
        let weight: f64 = percent.parse().unwrap();
        if weight <= left {
            left -= weight;
            shares.push(format!("{variant} = {percent}"));
        }
    }
    format!("{{ {} }}", shares.join(", "))
}

/// An inline table; `depth` bounds how far `any`, `all` and `not` nest.
fn condition(world: &mut World, depth: usize) -> String {
    let mut entries = Vec::new();
    let count = [1, 1, 2][world.random.below(3)];
    let indexes: Vec<usize> = (0..world.attributes.len()).collect();
    for index in world.random.some(indexes, count) {
        let matcher = matcher(&mut world.random, &world.attributes[index]);
        entries.push(format!("{} = {matcher}", world.attributes[index].name));
    }
    if world.segments > 0 && world.random.chance(20) {
        let names: Vec<String> = (0..world.segments).map(|index| format!("s{index}")).collect();
        let count = 1 + world.random.below(2);
        entries.push(format!("segment = {:?}", world.random.some(names, count)));
    }
    if depth > 0 {
        for key in ["any", "all"] {
            if world.random.chance(25) {
                let parts: Vec<String> =
                    (0..=world.random.below(3)).map(|_| condition(world, depth - 1)).collect();
                entries.push(format!("{key} = [{}]", parts.join(", ")));
            }
        }
        if world.random.chance(25) {
            entries.push(format!("not = {}", condition(world, depth - 1)));
        }
        if entries.len() > 1 && world.random.chance(50) {
            entries.remove(0);
        }
    }
    format!("{{ {} }}", entries.join(", "))
}

fn matcher(random: &mut Random, attribute: &Attribute) -> String {
    if random.chance(8) {
        return format!("{{ exists = {} }}", random.chance(60));
    }
    match attribute.kind {
        Kind::String => string(random, attribute),
        Kind::Boolean => random.pick(&["true", "false", "[true, false]"]).to_owned(),
        Kind::Integer => number(random, &INTEGERS, true),
        Kind::Number => number(random, &NUMBERS, false),
        Kind::Version => version(random),
        Kind::List if attribute.closed.is_empty() => values(random, &ELEMENTS),
        Kind::List => values(random, attribute.closed),
    }
}

fn string(random: &mut Random, attribute: &Attribute) -> String {
    if random.chance(55) {
        let mut entries = Vec::new();
        let tests = random.some(vec!["starts_with", "ends_with", "contains"], 3);
        for test in &tests[..[1, 1, 1, 2, 3][random.below(5)]] {
            let pool: &[&str] = match attribute.name {
                "country" => &["A", "U", "S", "D", "zz"],
                "targetingKey" => &["u-", "u", "1", "-", "zz"],
                _ => &PATTERNS,
            };
            entries.push(format!("{test} = {}", values(random, pool)));
        }
        return format!("{{ {} }}", entries.join(", "));
    }
    values(random, if attribute.closed.is_empty() { &WHOLE } else { attribute.closed })
}

/// One text, or a list of them.
fn values(random: &mut Random, pool: &[&str]) -> String {
    let count = [1, 1, 2, 3][random.below(4)];
    let picked = random.some(pool.to_vec(), count);
    if picked.len() == 1 && random.chance(70) { format!("{:?}", picked[0]) } else { format!("{picked:?}") }
}

fn number(random: &mut Random, pool: &[&str], whole: bool) -> String {
    if random.chance(40) {
        let count = 1 + random.below(2);
        return format!("[{}]", random.some(pool.to_vec(), count).join(", "));
    }
    let mut bounds = Vec::new();
    for pair in [["gt", "gte"], ["lt", "lte"]] {
        if bounds.is_empty() || random.chance(60) {
            // Bounds between two integers are allowed on integers.
            let pool = if whole && random.chance(15) { &NUMBERS[..6] } else { pool };
            bounds.push(format!("{} = {}", random.pick(&pair), random.pick(pool)));
        }
    }
    format!("{{ {} }}", bounds.join(", "))
}

fn version(random: &mut Random) -> String {
    let ranges: Vec<String> = (0..=random.below(2))
        .map(|_| {
            let comparators: Vec<String> = (0..=random.below(2))
                .map(|_| {
                    let operator = random.pick(&["", "=", ">", ">=", "<", "<=", "^", "~"]);
                    format!("{operator}{}", random.pick(&VERSIONS))
                })
                .collect();
            comparators.join(", ")
        })
        .collect();
    format!("{ranges:?}")
}
