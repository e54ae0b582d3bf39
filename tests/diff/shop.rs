//! A workspace as a tree that can be drawn, changed and written down as TOML.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use flagc::workspace::{Given, GivenContent, Loaded, load_given};

pub const ENVIRONMENTS: [&str; 2] = ["dev", "production"];
/// When diffs are asked for; schedules have steps around it.
pub const NOW: i64 = 1_800_000_000;

#[derive(Clone, Debug, PartialEq)]
pub enum Cond {
    /// An attribute and its matcher, as it is written.
    Ask(&'static str, String),
    All(Vec<Cond>),
    Any(Vec<Cond>),
    Not(Box<Cond>),
    Segment(usize),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Serve {
    One(&'static str),
    /// Thousandths of a percent.
    Split(Vec<(&'static str, u32)>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    pub cond: Option<Cond>,
    pub serve: Serve,
}

/// What the flag or one of its environments says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Part {
    pub killed: bool,
    pub serve: Option<Serve>,
    pub rules: Option<Vec<Rule>>,
    /// Seconds after [`NOW`], rising.
    pub schedule: Vec<(i64, Serve)>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Flag {
    pub key: String,
    pub owner: &'static str,
    /// Names with values, in their order.
    pub variants: Vec<(&'static str, u32)>,
    pub off: &'static str,
    pub seed: Option<String>,
    pub bucket_by: Option<&'static str>,
    pub own: Part,
    pub environments: BTreeMap<&'static str, Part>,
    pub requires: BTreeMap<String, Vec<&'static str>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Shop {
    pub countries: Vec<&'static str>,
    pub by: &'static str,
    pub generation: u8,
    pub segments: Vec<Cond>,
    pub flags: Vec<Flag>,
}

impl Shop {
    pub fn flag(&self, key: &str) -> Option<&Flag> {
        self.flags.iter().find(|flag| flag.key == key)
    }

    /// The files, by path.
    pub fn files(&self) -> Vec<(String, String)> {
        let mut settings = String::from(
            "project = \"shop\"\nenvironments = [{ name = \"dev\" }, { name = \"production\" }]\n",
        );
        let countries: Vec<String> = self.countries.iter().map(|value| format!("\"{value}\"")).collect();
        for (name, kind) in [
            ("targetingKey", "string"),
            ("country", "string"),
            ("tier", "string"),
            ("email", "string"),
            ("age", "integer"),
            ("account", "integer"),
            ("score", "number"),
            ("appVersion", "version"),
            ("beta", "boolean"),
            ("groups", "list"),
        ] {
            write!(settings, "[context.{name}]\ntype = \"{kind}\"\n").unwrap();
            match name {
                "country" => writeln!(settings, "values = [{}]", countries.join(", ")).unwrap(),
                "tier" => settings.push_str("values = [\"free\", \"pro\"]\n"),
                _ => {}
            }
        }
        write!(settings, "[bucketing]\nby = \"{}\"\ngeneration = {}\n", self.by, self.generation).unwrap();
        let mut files = vec![("flagc.toml".to_owned(), settings)];
        for (index, cond) in self.segments.iter().enumerate() {
            let text = format!("description = \"s\"\nowner = \"a\"\nif = {}\n", table(cond));
            files.push((format!("segments/s{index}.toml"), text));
        }
        files.extend(self.flags.iter().map(|flag| (format!("{}.toml", flag.key), flag.text())));
        files
    }

    /// The workspace as flagc understands it.
    pub fn load(&self) -> Loaded {
        let given = self
            .files()
            .into_iter()
            .map(|(path, text)| Given { path, content: GivenContent::Bytes(text.into_bytes()) });
        load_given(given.collect(), &Loaded::default())
    }

    /// The attributes that decide about a flag.
    pub fn asked(&self, key: &str, asked: &mut Vec<&'static str>) {
        let Some(flag) = self.flag(key) else { return };
        let mut note = |name| {
            if !asked.contains(&name) {
                asked.push(name);
            }
        };
        note(flag.bucket_by.unwrap_or(self.by));
        for part in flag.environments.values().chain([&flag.own]) {
            for cond in part.rules.iter().flatten().filter_map(|rule| rule.cond.as_ref()) {
                self.asked_by(cond, &mut note);
            }
        }
        for required in flag.requires.keys() {
            self.asked(required, asked);
        }
    }

    fn asked_by(&self, cond: &Cond, note: &mut impl FnMut(&'static str)) {
        match cond {
            Cond::Ask(name, _) => note(name),
            Cond::All(parts) | Cond::Any(parts) => parts.iter().for_each(|part| self.asked_by(part, note)),
            Cond::Not(inner) => self.asked_by(inner, note),
            Cond::Segment(index) => self.asked_by(&self.segments[*index], note),
        }
    }
}

impl Flag {
    fn text(&self) -> String {
        let mut text = format!("description = \"f\"\nkind = \"ops\"\nowner = \"{}\"\n", self.owner);
        writeln!(text, "off_variant = \"{}\"", self.off).unwrap();
        if let Some(seed) = &self.seed {
            writeln!(text, "seed = \"{seed}\"").unwrap();
        }
        if let Some(by) = self.bucket_by {
            writeln!(text, "bucket_by = \"{by}\"").unwrap();
        }
        text.push_str(&self.own.keys());
        text.push_str("[variants]\n");
        for (name, value) in &self.variants {
            writeln!(text, "{name} = \"{name}-{value}\"").unwrap();
        }
        text.push_str(&self.own.tables(""));
        for (environment, part) in &self.environments {
            write!(text, "[environments.{environment}]\n{}", part.keys()).unwrap();
            text.push_str(&part.tables(&format!("environments.{environment}.")));
        }
        if !self.requires.is_empty() {
            text.push_str("[requires]\n");
        }
        for (key, wanted) in &self.requires {
            writeln!(
                text,
                "{key} = [{}]",
                wanted.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
            )
            .unwrap();
        }
        text
    }
}

impl Part {
    fn keys(&self) -> String {
        let mut text = String::new();
        if self.killed {
            text.push_str("enabled = false\n");
        }
        if let Some(serve) = &self.serve {
            writeln!(text, "serve = {}", serve.text()).unwrap();
        }
        if self.rules.as_ref().is_some_and(Vec::is_empty) {
            text.push_str("rules = []\n");
        }
        text
    }

    fn tables(&self, prefix: &str) -> String {
        let mut text = String::new();
        for rule in self.rules.iter().flatten() {
            writeln!(text, "[[{prefix}rules]]").unwrap();
            if let Some(cond) = &rule.cond {
                writeln!(text, "if = {}", table(cond)).unwrap();
            }
            writeln!(text, "serve = {}", rule.serve.text()).unwrap();
        }
        for (after, serve) in &self.schedule {
            let at = jiff::Timestamp::from_second(NOW + after).unwrap();
            write!(text, "[[{prefix}schedule]]\nat = {at}\nserve = {}\n", serve.text()).unwrap();
        }
        text
    }
}

impl Serve {
    fn text(&self) -> String {
        match self {
            Self::One(name) => format!("\"{name}\""),
            Self::Split(shares) => {
                let shares = shares
                    .iter()
                    .map(|(name, weight)| format!("{name} = {}.{:03}", weight / 1000, weight % 1000));
                format!("{{ {} }}", shares.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// A condition as an inline table.
fn table(cond: &Cond) -> String {
    let list = |parts: &[Cond]| parts.iter().map(table).collect::<Vec<_>>().join(", ");
    match cond {
        Cond::Ask(name, matcher) => format!("{{ {name} = {matcher} }}"),
        Cond::All(parts) => format!("{{ all = [{}] }}", list(parts)),
        Cond::Any(parts) => format!("{{ any = [{}] }}", list(parts)),
        Cond::Not(inner) => format!("{{ not = {} }}", table(inner)),
        Cond::Segment(index) => format!("{{ segment = \"s{index}\" }}"),
    }
}
