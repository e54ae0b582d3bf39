//! Rules for Polyglot Piranha, which rewrites code: calls of OpenFeature that ask for the flag become the value that
//! stays. The rules are files in its own format; the key and the value are given to it as substitutions.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Plan, Serves, Use};

/// A language that there are rules for.
struct Language {
    /// Piranha's name for it.
    name: &'static str,
    extension: &'static str,
    rules: &'static str,
    edges: Option<&'static str>,
}

const LANGUAGES: [Language; 5] = [
    Language {
        name: "go",
        extension: "go",
        rules: include_str!("go.rules.toml"),
        edges: Some(include_str!("go.edges.toml")),
    },
    Language {
        name: "java",
        extension: "java",
        rules: include_str!("java.rules.toml"),
        edges: Some(include_str!("java.edges.toml")),
    },
    Language {
        name: "kotlin",
        extension: "kt",
        rules: include_str!("kotlin.rules.toml"),
        edges: Some(include_str!("kotlin.edges.toml")),
    },
    Language { name: "ruby", extension: "rb", rules: include_str!("ruby.rules.toml"), edges: None },
    Language {
        name: "swift",
        extension: "swift",
        rules: include_str!("swift.rules.toml"),
        edges: Some(include_str!("swift.edges.toml")),
    },
];

const CLEAN: &str = include_str!("clean.py");

/// Why there are no rules.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not everybody gets the same for good.
    #[error("no rules are written: `{flag}` is not at its end in {}", environments.join(", "))]
    NotFinished {
        /// The flag.
        flag: String,
        /// Where.
        environments: Vec<String>,
    },
    /// Environments do not have the same value.
    #[error("no rules are written: environments do not serve the same of `{flag}`: {}", values.join(", "))]
    Differs {
        /// The flag.
        flag: String,
        /// What each serves: `dev on`.
        values: Vec<String>,
    },
    /// The value is no boolean.
    #[error("no rules are written: `{flag}` is not boolean")]
    NotBoolean {
        /// The flag.
        flag: String,
    },
    /// The services' code is known, and is in none of the languages.
    #[error("no rules are written: `{flag}` is read in none of the languages that there are rules for")]
    NoLanguage {
        /// The flag.
        flag: String,
    },
}

impl Refusal {
    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::NotFinished { .. } => "let every environment serve one variant to everybody first",
            Self::Differs { .. } => "let all environments serve what stays, or change the code by hand",
            Self::NotBoolean { .. } => "only `true` and `false` lead to code that can be cleaned up",
            Self::NoLanguage { .. } => "there are rules for Go, Java, Kotlin, Ruby and Swift",
        }
    }
}

/// Rules as files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Where, with `/` between folders, and what.
    pub files: Vec<(String, String)>,
    /// What the rules do not do.
    pub notes: Vec<String>,
}

/// Writes the rules for the languages in which the flag is read; for all of them where nobody has looked.
///
/// # Errors
/// A [`Refusal`].
pub fn rules(plan: &Plan) -> Result<Rules, Refusal> {
    let value = value(plan)?;
    let seen: BTreeSet<&str> = plan.reads().filter_map(extension).collect();
    let wanted = |language: &&Language| seen.is_empty() || seen.contains(language.extension);
    let languages: Vec<&Language> = LANGUAGES.iter().filter(wanted).collect();
    if languages.is_empty() {
        return Err(Refusal::NoLanguage { flag: plan.flag.clone() });
    }
    let pattern = plan.flag.replace('.', "[.]");
    let clean = CLEAN
        .replace("<key>", &plan.flag)
        .replace("<pattern>", &pattern)
        .replace("<value>", if value { "true" } else { "false" });
    let mut files = vec![("clean.py".to_owned(), clean)];
    for language in &languages {
        files.push((format!("{}/rules.toml", language.name), language.rules.to_owned()));
        let edges = language.edges.map(|edges| (format!("{}/edges.toml", language.name), edges.to_owned()));
        files.extend(edges);
    }
    let mut notes = Vec::new();
    if languages.iter().any(|language| language.name == "go") {
        notes.push(
            "Go: calls of `Boolean` are replaced; `BooleanValue` returns an error besides, and what becomes of that \
             is for a person to decide"
                .to_owned(),
        );
    }
    let others: BTreeSet<&str> =
        seen.into_iter().filter(|seen| !LANGUAGES.iter().any(|one| one.extension == *seen)).collect();
    if !others.is_empty() {
        let files: Vec<String> = others.into_iter().map(|extension| format!("`.{extension}`")).collect();
        notes.push(format!("there are no rules for files that end in {}", files.join(", ")));
    }
    Ok(Rules { files, notes })
}

/// The one value that stays everywhere.
fn value(plan: &Plan) -> Result<bool, Refusal> {
    let flag = plan.flag.clone();
    let open: Vec<String> =
        plan.stays.iter().filter(|stay| !stay.is_final()).map(|stay| stay.environment.clone()).collect();
    if !open.is_empty() || plan.stays.is_empty() {
        return Err(Refusal::NotFinished { flag, environments: open });
    }
    match plan.value() {
        Some(Value::Bool(value)) => Ok(*value),
        Some(_) => Err(Refusal::NotBoolean { flag }),
        None => {
            let values = plan.stays.iter().map(|stay| match &stay.serves {
                Serves::Constant(variant) => format!("{} {variant}", stay.environment),
                Serves::Varying | Serves::Unknown | Serves::Absent => stay.environment.clone(),
            });
            Err(Refusal::Differs { flag, values: values.collect() })
        }
    }
}

fn extension(one: &Use) -> Option<&str> {
    one.file.rsplit_once('.').map(|(_, extension)| extension)
}
