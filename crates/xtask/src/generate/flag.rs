//! One flag of a generated workspace: about forty lines, as a team writes them.

use std::fmt::Write as _;

use super::shop::{COUNTRIES, SEGMENTS, TEAMS, TIERS, service};
use crate::random::Random;
use crate::text::{array, instant, quote};

/// A kind of variants: the table's lines, what a killed flag serves, and the others.
struct Shape {
    off: &'static str,
    others: &'static [&'static str],
    table: &'static str,
}

const SHAPES: [Shape; 6] = [
    Shape { off: "off", others: &["on"], table: "" },
    Shape { off: "off", others: &["on"], table: "off = false\non = true\n" },
    Shape {
        off: "control",
        others: &["short", "long"],
        table: "control = \"Order\"\nshort = \"Buy\"\nlong = \"Place your order now\"\n",
    },
    Shape {
        off: "standard",
        others: &["raised", "tripled"],
        table: "standard = 10\nraised = 20\ntripled = 30\n",
    },
    Shape { off: "plain", others: &["eager"], table: "plain = 0.25\neager = 0.75\n" },
    Shape {
        off: "off",
        others: &["compact"],
        table: "off = { columns = 4, banner = false }\ncompact = { columns = 6, banner = true, texts = { title = \"Today\" } }\n",
    },
];

/// Which one flag `index` has. A requirement names the variants of a flag written before, so it must be known by position.
fn shape(index: usize) -> &'static Shape {
    // Two thirds of real flags are plain switches.
    &SHAPES[[0, 1, 0, 2, 1, 0, 3, 0, 4, 1, 0, 5][index % 12]]
}

const THINGS: [&str; 12] = [
    "protocol",
    "summary",
    "ranking",
    "wallet",
    "receipts",
    "suggestions",
    "labels",
    "reminders",
    "invoices",
    "pickup",
    "gifts",
    "filters",
];

fn team(index: usize) -> &'static str {
    TEAMS[index * 7 / 3 % TEAMS.len()]
}

/// The key of the flag at a position.
pub(crate) fn key(index: usize) -> String {
    format!("{}-{}-{index:05}", team(index), THINGS[index % THINGS.len()])
}

fn killed_in_production(index: usize) -> bool {
    index % 29 == 17
}

/// The path and the text of flag `index`.
pub(super) fn draw(random: &mut Random, index: usize, services: usize) -> (String, String) {
    let shape = shape(index);
    let key = key(index);
    let requires = requires(random, index);
    let mut text = head(random, index, shape);
    environments(random, index, shape, &mut text);
    if !requires.is_empty() {
        let _ = write!(text, "\n[requires]\n{requires}");
    }
    text.push_str(&services_table(random, shape, services));
    text.push_str(&expect(index, shape, requires.is_empty()));
    (format!("{}/{key}.toml", team(index)), text)
}

fn head(random: &mut Random, index: usize, shape: &Shape) -> String {
    let team = team(index);
    let thing = THINGS[index % THINGS.len()];
    let kind = *["release", "release", "experiment", "release", "ops", "permission"]
        .get(index % 6)
        .unwrap_or(&"release");
    // Writing to a String cannot fail, here and below.
    let mut text = format!(
        "#:schema ../../schemas/flag.schema.json\ndescription = \"New {thing} across {team} and its neighbours\"\n"
    );
    let _ = writeln!(text, "kind = \"{kind}\"\nowner = \"team-{team}\"");
    let _ = writeln!(text, "created = 2026-{:02}-{:02}", random.between(9, 10), random.between(1, 28));
    let _ = writeln!(text, "links = [\"https://issues.example.com/SHOP-{}\"]\n", 1000 + index);
    let _ = writeln!(text, "serve = {}", quote(shape.off));
    if shape.off != "off" {
        let _ = writeln!(text, "off_variant = {}", quote(shape.off));
    }
    if index % 11 == 5 {
        let _ = writeln!(text, "seed = \"{team}-{}\"", index / 2);
    }
    if !shape.table.is_empty() {
        let _ = write!(text, "\n[variants]\n{}", shape.table);
    }
    text
}

/// dev serves everything there is, staging too, production by rules and a ramp.
fn environments(random: &mut Random, index: usize, shape: &Shape, text: &mut String) {
    let even = 100 / (shape.others.len() + 1);
    let _ = write!(text, "\n[environments.dev]\nserve = {}\n", split(shape, even));
    let _ = write!(text, "\n[environments.staging]\nserve = {}\n", split(shape, even));
    if killed_in_production(index) {
        text.push_str("\n[environments.production]\nenabled = false\n");
        return;
    }
    // Each rule serves another percentage than the one below it: none is redundant.
    let base = random.between(1, 5);
    let _ = write!(text, "\n[environments.production]\nserve = {}\n", split(shape, base));
    let (segment, ..) = SEGMENTS[index % SEGMENTS.len()];
    rule(
        text,
        &format!("{segment} first"),
        &format!("{{ segment = {} }}", quote(segment)),
        &quote(shape.others[0]),
    );
    let (name, condition) = market(random);
    rule(text, &name, &condition, &split(shape, random.between(10, 14)));
    let (name, condition) = people(random);
    let percent = random.between(20, 24);
    if index.is_multiple_of(2) {
        rule(text, name, &condition, &split(shape, percent));
    }
    if index % 4 == 1 {
        let at = 1_796_115_600 + 86_400 * u64::try_from(index % 300).unwrap_or(0);
        for (step, percent) in [(0, random.between(6, 9)), (7, random.between(25, 30))] {
            let serve = split(shape, percent);
            let at = instant(at + step * 86_400, 0);
            let _ = write!(text, "[[environments.production.schedule]]\nat = {at}\nserve = {serve}\n");
        }
    }
}

fn rule(text: &mut String, name: &str, condition: &str, serve: &str) {
    let _ = write!(
        text,
        "[[environments.production.rules]]\nname = {}\nif = {condition}\nserve = {serve}\n",
        quote(name)
    );
}

/// `percent` for each variant but the off variant, some with a fraction.
fn split(shape: &Shape, percent: usize) -> String {
    let parts: Vec<String> = shape.others.iter().map(|variant| format!("{variant} = {percent}")).collect();
    format!("{{ {} }}", parts.join(", "))
}

fn market(random: &mut Random) -> (String, String) {
    let mut countries = COUNTRIES;
    random.shuffle(&mut countries);
    let count = random.between(1, 4);
    let listed: Vec<String> = countries[..count].iter().map(|country| quote(country)).collect();
    let tier = random.pick(&TIERS);
    let version = format!(">={}.{}.0", random.between(3, 6), random.between(0, 9));
    // Most flags are for services, whose versions are the deployment's business; one in four is for an app.
    if random.below(4) > 0 {
        let condition = format!("{{ country = {}, tier = {} }}", array(&listed), quote(tier));
        return (format!("{tier} users of these markets"), condition);
    }
    let condition = format!(
        "{{ country = {}, tier = {}, appVersion = {} }}",
        array(&listed),
        quote(tier),
        quote(&version)
    );
    (format!("{tier} users on a current app"), condition)
}

fn people(random: &mut Random) -> (&'static str, String) {
    match random.below(4) {
        0 => (
            "grown-ups",
            format!("{{ age = {{ gte = {}, lt = {} }} }}", random.between(18, 25), random.between(60, 75)),
        ),
        1 => ("low risk", format!("{{ score = {{ lte = 0.{} }} }}", random.between(1, 9))),
        2 => (
            "owners who are no guests",
            "{ roles = [\"owner\", \"admin\"], not = { roles = \"guest\" } }".to_owned(),
        ),
        _ => {
            let prefix = random.pick(&["px-", "sm-", "ip-"]);
            let condition = format!(
                "{{ any = [{{ deviceModel = {{ starts_with = {} }} }}, {{ age = {{ gte = 65 }} }}] }}",
                quote(prefix)
            );
            ("known devices and seniors", condition)
        }
    }
}

/// A requirement on an earlier flag of the same team, or nothing. Chains end with their hundred: none grows for ever.
fn requires(random: &mut Random, index: usize) -> String {
    if index % 6 != 4 || index % 100 < 12 {
        return String::new();
    }
    let near = index - random.between(1, 8);
    // A killed flag meets no requirement: what needs it would be as good as killed.
    if killed_in_production(near) || near / 100 != index / 100 {
        return String::new();
    }
    let wanted: Vec<String> = shape(near).others.iter().map(|variant| quote(variant)).collect();
    let wanted = if wanted.len() == 1 { wanted[0].clone() } else { array(&wanted) };
    format!("{} = {wanted}\n", key(near))
}

fn services_table(random: &mut Random, shape: &Shape, services: usize) -> String {
    let mut text = String::from("\n[services]\n");
    let first = random.below(services);
    for step in 0..random.between(2, 5).min(services) {
        let name = service((first + step) % services);
        let versions: Vec<String> = shape
            .others
            .iter()
            .map(|variant| format!("{variant} = \">={}.{}.0\"", random.between(1, 8), random.between(0, 9)))
            .collect();
        let _ = writeln!(text, "{name} = {{ {} }}", versions.join(", "));
    }
    text
}

/// Only what follows at a glance: a killed flag, and staff before everybody else.
fn expect(index: usize, shape: &Shape, requires_nothing: bool) -> String {
    let (context, serve) = if killed_in_production(index) {
        ("{ targetingKey = \"u-1\" }", shape.off)
    } else if SEGMENTS[index % SEGMENTS.len()].0 == "staff" && requires_nothing {
        ("{ targetingKey = \"u-1\", email = \"jo@acme.example\" }", shape.others[0])
    } else {
        return String::new();
    };
    format!("\n[[expect]]\nenvironment = \"production\"\ncontext = {context}\nserve = {}\n", quote(serve))
}
