//! Draws a workspace: everything that readiness depends on, in all combinations that are allowed.

use std::fmt::Write as _;

use crate::random::Random;

/// Files by path, and what the judge has to know of them.
pub struct Drawn {
    pub files: Vec<(String, String)>,
    pub environments: Vec<String>,
    pub flags: Vec<DrawnFlag>,
    /// By environment; `None` is no file.
    pub deployments: Vec<Option<DrawnDeployment>>,
    /// Now, in seconds since 1970.
    pub as_of: Option<i64>,
    /// In seconds.
    pub max_age: Option<i64>,
    /// All instants of schedules.
    pub instants: Vec<i64>,
}

pub struct DrawnFlag {
    pub key: String,
    pub off: &'static str,
    pub variants: &'static [&'static str],
    /// Service, variant, ranges.
    pub needs: Vec<(&'static str, &'static str, Vec<&'static str>)>,
    pub services: Vec<&'static str>,
}

pub struct DrawnDeployment {
    pub recorded_at: i64,
    pub broken: bool,
    pub live: Vec<DrawnLive>,
}

#[derive(Clone)]
pub struct DrawnLive {
    pub service: &'static str,
    pub version: &'static str,
    pub capabilities: Vec<String>,
}

const SERVICES: [&str; 2] = ["orders", "payments"];
const BASE: i64 = 1_767_225_600; // 2026-01-01T00:00:00Z
const DAY: i64 = 86_400;
const VERSIONS: [&str; 15] = [
    "1.0.0",
    "1.5.0-rc.1",
    "1.5.0",
    "v2.0.0",
    "2.3.0",
    "2.3.0+build.5",
    "3.0.0",
    "2024.11.3",
    "1.5",
    "latest",
    "8f3c2e1",
    "0.9.0-alpha",
    "2.0.0-rc.1",
    "2.4.0-alpha.1",
    "1.05.0",
];
const RANGES: [&str; 13] = [
    ">=1.5.0",
    ">=1.5.0-rc.1",
    "<3.0.0",
    "=2.3.0",
    "2.0.0",
    ">1.5.0",
    "<=2.0.0",
    "^1.0.0",
    "~2.3.0",
    ">=1.0.0, <2.0.0",
    "^0.9.0",
    "<1.0.0",
    ">=0.0.0",
];
const CONDITIONS: [&str; 8] = [
    "{ country = \"DE\" }",
    "{ country = [\"DE\", \"US\"] }",
    "{ tier = \"pro\" }",
    "{ segment = \"pro\" }",
    "{ segment = \"germans\", tier = \"pro\" }",
    "{ not = { country = \"DE\" } }",
    "{ country = \"DE\", not = { country = [\"DE\", \"US\"] } }",
    "{ tier = { exists = false } }",
];

fn instant(day: i64) -> String {
    jiff::Timestamp::from_second(BASE + day * DAY).unwrap().to_string()
}

/// What is drawn besides.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Records {
    /// Records that are old or have errors as well.
    All,
    /// Records that can be believed, and services that call each other.
    Believable,
}

/// The workspace of a number.
pub fn workspace(number: u64, records: Records) -> Drawn {
    let random = &mut Random::new(number);
    let environments: Vec<String> = (0..=random.below(3)).map(|index| format!("env{index}")).collect();
    let max_age = (random.chance(40) && records == Records::All).then_some(7 * DAY);
    let mut files = vec![("flagc.toml".to_owned(), settings(&environments, max_age))];
    for (name, condition) in
        [("pro", "{ tier = \"pro\" }"), ("germans", "{ country = \"DE\", segment = \"pro\" }")]
    {
        files.push((
            format!("segments/{name}.toml"),
            format!("description = \"it\"\nowner = \"it\"\nif = {condition}\n"),
        ));
    }
    for (service, other) in SERVICES.iter().zip(SERVICES.iter().rev()) {
        let calls = if random.chance(50) { format!("calls = [\"{other}\"]\n") } else { String::new() };
        files.push((
            format!("services/{service}.toml"),
            format!("description = \"it\"\nowner = \"it\"\n{calls}"),
        ));
    }
    let mut days = Vec::new();
    let mut flags: Vec<DrawnFlag> = Vec::new();
    for index in 0..=random.below(4) {
        let (flag, text) = flag(random, index, &flags, &environments, &mut days);
        files.push((format!("{}.toml", flag.key), text));
        flags.push(flag);
    }
    let mut deployments = Vec::new();
    for environment in &environments {
        let drawn = random.chance(90).then(|| deployment(random, &flags, records));
        if let Some(deployment) = &drawn {
            files.push((format!("deployments/{environment}.toml"), deployment_text(deployment)));
        }
        deployments.push(drawn);
    }
    // On the second of a step or of an age limit, or one past it.
    let as_of =
        random.chance(80).then(|| BASE + i64::try_from(random.below(40) * 86_400 + random.below(2)).unwrap());
    let instants = days.into_iter().map(|day| BASE + day * DAY).collect();
    Drawn { files, environments, flags, deployments, as_of, max_age, instants }
}

fn settings(environments: &[String], max_age: Option<i64>) -> String {
    let names: Vec<String> = environments.iter().map(|name| format!("{{ name = \"{name}\" }}")).collect();
    let mut text = format!("project = \"shop\"\nenvironments = [{}]\n", names.join(", "));
    text.push_str("[context.country]\ntype = \"string\"\nvalues = [\"DE\", \"US\"]\n[context.tier]\ntype = \"string\"\n");
    if max_age.is_some() {
        text.push_str("[deployments]\nmax_age = \"7d\"\n");
    }
    text
}

fn flag(
    random: &mut Random,
    index: usize,
    earlier: &[DrawnFlag],
    environments: &[String],
    days: &mut Vec<i64>,
) -> (DrawnFlag, String) {
    let three = random.chance(40);
    let (off, variants): (_, &'static [&'static str]) =
        if three { ("none", &["none", "some", "all"]) } else { ("off", &["off", "on"]) };
    let mut text = String::from("description = \"it\"\nkind = \"ops\"\nowner = \"it\"\n");
    let draw_serve = |random: &mut Random| serve(random, off, variants);
    writeln!(text, "off_variant = \"{off}\"\nserve = {}", draw_serve(random)).unwrap();
    if random.chance(30) {
        text.push_str("seed = \"shared\"\n");
    }
    if random.chance(5) {
        text.push_str("enabled = false\n");
    }
    if three {
        text.push_str("[variants]\nnone = 0\nsome = 1\nall = 2\n");
    }
    body(random, "", &draw_serve, days, &mut text);
    for environment in environments {
        if random.chance(50) {
            writeln!(text, "[environments.{environment}]").unwrap();
            if random.chance(15) {
                text.push_str("enabled = false\n");
            }
            if random.chance(70) {
                writeln!(text, "serve = {}", draw_serve(random)).unwrap();
            }
            body(random, &format!("environments.{environment}."), &draw_serve, days, &mut text);
        }
    }
    requires(random, earlier, &mut text);
    let (mut needs, mut services) = (Vec::new(), Vec::new());
    text.push_str("[services]\n");
    for service in SERVICES {
        if random.chance(75) {
            services.push(service);
            let mut entries = Vec::new();
            for variant in variants {
                if random.chance(60) {
                    let count = 1 + random.below(2);
                    let ranges = random.some(RANGES.to_vec(), count);
                    let quoted: Vec<String> = ranges.iter().map(|range| format!("\"{range}\"")).collect();
                    let list = if ranges.len() == 1 {
                        quoted[0].clone()
                    } else {
                        format!("[{}]", quoted.join(", "))
                    };
                    entries.push(format!("{variant} = {list}"));
                    needs.push((service, *variant, ranges));
                }
            }
            writeln!(text, "{service} = {{ {} }}", entries.join(", ")).unwrap();
        }
    }
    (DrawnFlag { key: format!("flag{index}"), off, variants, needs, services }, text)
}

/// Rules and a schedule.
fn body(
    random: &mut Random,
    prefix: &str,
    serve: &impl Fn(&mut Random) -> String,
    days: &mut Vec<i64>,
    text: &mut String,
) {
    for _ in 0..random.below(3) {
        let condition = random.pick(&CONDITIONS);
        writeln!(text, "[[{prefix}rules]]\nif = {condition}\nserve = {}", serve(random)).unwrap();
    }
    let mut day = 0;
    for _ in 0..random.below(3) {
        day += 1 + i64::try_from(random.below(20)).unwrap();
        days.push(day);
        writeln!(text, "[[{prefix}schedule]]\nat = {}\nserve = {}", instant(day), serve(random)).unwrap();
    }
}

/// Everything or halves: few identities hit every bucket of several flags.
fn serve(random: &mut Random, off: &str, variants: &[&str]) -> String {
    let others: Vec<&str> = variants.iter().copied().filter(|variant| *variant != off).collect();
    match random.below(10) {
        0..=3 => format!("\"{off}\""),
        4..=6 => format!("\"{}\"", random.pick(&others)),
        7 if others.len() > 1 => format!("{{ {} = 50, {} = 50 }}", others[0], others[1]),
        8 => format!("{{ {} = {} }}", random.pick(&others), random.pick(&["0", "100"])),
        _ => format!("{{ {} = 50 }}", random.pick(&others)),
    }
}

fn requires(random: &mut Random, earlier: &[DrawnFlag], text: &mut String) {
    if earlier.is_empty() || !random.chance(50) {
        return;
    }
    text.push_str("[requires]\n");
    let count = if random.chance(30) { 2 } else { 1 };
    let required = random.some(earlier.iter().collect(), count);
    for flag in required {
        let others: Vec<&str> =
            flag.variants.iter().copied().filter(|variant| *variant != flag.off).collect();
        if random.chance(30) {
            let quoted: Vec<String> = others.iter().map(|variant| format!("\"{variant}\"")).collect();
            writeln!(text, "{} = [{}]", flag.key, quoted.join(", ")).unwrap();
        } else {
            writeln!(text, "{} = \"{}\"", flag.key, random.pick(&others)).unwrap();
        }
    }
}

fn deployment(random: &mut Random, flags: &[DrawnFlag], records: Records) -> DrawnDeployment {
    let mut live = Vec::new();
    for service in SERVICES {
        for _ in 0..random.below(4) {
            let version = VERSIONS[random.below(VERSIONS.len())];
            let mut capabilities = Vec::new();
            if random.chance(40) {
                for flag in flags {
                    for variant in flag.variants {
                        if random.chance(40) {
                            capabilities.push(format!("{}:{variant}", flag.key));
                        }
                    }
                }
            }
            live.push(DrawnLive { service, version, capabilities });
        }
    }
    let recorded_at = BASE + i64::try_from(random.below(40)).unwrap() * DAY;
    DrawnDeployment { recorded_at, broken: random.chance(5) && records == Records::All, live }
}

fn deployment_text(deployment: &DrawnDeployment) -> String {
    let at = jiff::Timestamp::from_second(deployment.recorded_at).unwrap();
    let mut text = format!("recorded_at = {at}\n");
    for (index, live) in deployment.live.iter().enumerate() {
        let capabilities: Vec<String> = live.capabilities.iter().map(|name| format!("\"{name}\"")).collect();
        write!(text, "[[live]]\nservice = \"{}\"\nversion = \"{}\"\n", live.service, live.version).unwrap();
        // Several groups of one version are told apart by their names.
        writeln!(text, "instance = \"i{index}\"\ncapabilities = [{}]", capabilities.join(", ")).unwrap();
    }
    if deployment.broken {
        text.push_str("[[live]]\nservice = \"orders\"\n");
    }
    text
}
