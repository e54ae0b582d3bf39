//! The attributes of a hostile workspace: every type, and names that trip languages with prototypes.

use super::palette;
use crate::random::Random;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    String,
    Boolean,
    Integer,
    Number,
    Version,
    List,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Version => "version",
            Self::List => "list",
        }
    }
}

/// A declared attribute.
pub(super) struct Attribute {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// The closed set; empty where the attribute is open.
    pub(super) values: Vec<&'static str>,
    /// What conditions compare it with, as JSON: contexts are drawn around these.
    pub(super) literals: Vec<String>,
}

const NAMES: [(&str, Kind); 13] = [
    ("country", Kind::String),
    ("email", Kind::String),
    ("city", Kind::String),
    ("beta", Kind::Boolean),
    ("admin", Kind::Boolean),
    ("age", Kind::Integer),
    ("accountId", Kind::Integer),
    ("score", Kind::Number),
    ("_price2", Kind::Number),
    ("appVersion", Kind::Version),
    ("os", Kind::Version),
    ("roles", Kind::List),
    ("groups", Kind::List),
];

/// Legal names that arrays have in JavaScript, or that `JSONLogic` and its engines know as something else.
const AWKWARD: [&str; 6] = ["length", "var", "if", "get", "map", "accumulator"];

const KINDS: [Kind; 6] =
    [Kind::String, Kind::Boolean, Kind::Integer, Kind::Number, Kind::Version, Kind::List];

pub(super) fn draw(random: &mut Random) -> Vec<Attribute> {
    let mut drawn = vec![("targetingKey", Kind::String)];
    let mut names = NAMES;
    random.shuffle(&mut names);
    drawn.extend(&names[..random.between(4, 10)]);
    if random.chance(15) {
        drawn.push((random.pick(&AWKWARD), *random.one(&KINDS)));
    }
    let with_values =
        |(name, kind)| Attribute { name, kind, values: closed(random, name, kind), literals: Vec::new() };
    drawn.into_iter().map(with_values).collect()
}

fn closed(random: &mut Random, name: &str, kind: Kind) -> Vec<&'static str> {
    if kind != Kind::String || name == "targetingKey" || !random.chance(30) {
        return Vec::new();
    }
    let mut values: Vec<&str> = palette::STRINGS.into_iter().filter(|value| !value.is_empty()).collect();
    random.shuffle(&mut values);
    values.truncate(random.between(2, 5));
    values
}
