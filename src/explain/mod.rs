//! How a flag came to its answer for one user: what it requires, each rule that was tried, the conditions with the values
//! they saw, and the split that decided. Every yes and no in it is the runtime's ([`Probe`]); this only walks the flag.

mod condition;
mod serve;
mod words;

use std::collections::BTreeSet;

use flagc_runtime::{At, Context};
use serde::Serialize;

pub use condition::{Seen, Tested, Tree};
pub use serve::{Identity, Interval, Schedule, Step, Way};

use crate::compile::{self, Obstacle, Probe, Reason, Segments};
use crate::model::{EnvironmentId, Flag, FlagId, Requirement, Rule, SegmentId, Workspace};
use crate::source::{FileId, Sources, Span};

/// Requirements of requirements are followed so far; each of them can be asked for its own path.
const MAX_DEPTH: usize = 24;

/// A place that a person can open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Location {
    /// Relative to the workspace.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

/// The way of one flag to what it serves. Steps that were not reached are not there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Path {
    /// The flag.
    pub flag: String,
    /// The variant at the end of the way.
    pub variant: String,
    /// What decided.
    pub decided: Decided,
    /// What the flag requires; empty for a killed flag.
    pub requires: Vec<Required>,
    /// The rules that were tried, in their order; the last one may have decided.
    pub rules: Vec<Tried>,
    /// How many rules stand behind the last one that was tried.
    pub untried: usize,
    /// What was served where a rule or the flag's own `serve` decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub way: Option<Way>,
}

/// What decided, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "by", rename_all = "lowercase")]
pub enum Decided {
    /// The kill switch.
    Kill {
        /// Where it is thrown.
        location: Location,
    },
    /// A requirement that is not met; the first of them.
    Requirement {
        /// The required flag.
        flag: String,
    },
    /// A rule.
    Rule {
        /// From 0.
        index: usize,
    },
    /// No rule: the flag's `serve`, or the step of its schedule that is in force.
    Serve {
        /// Where it stands.
        location: Location,
    },
}

/// A requirement, and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Required {
    /// The required flag.
    pub flag: String,
    /// It must serve one of these.
    pub wanted: Vec<String>,
    /// What it serves; `None` where that cannot be known.
    pub serves: Option<String>,
    /// Whether that is one of the wanted.
    pub met: bool,
    /// Where it is required.
    pub location: Location,
    /// How it came to that; `None` where it is shown above, or too deep to be shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<Box<Path>>,
    /// Whether its path is shown above.
    pub shown_above: bool,
    /// Why it is not known what it serves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// A rule that was tried.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tried {
    /// From 0.
    pub index: usize,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Whether it takes this user.
    pub holds: bool,
    /// Where it stands.
    pub location: Location,
    /// What it asks; `None` for a rule that takes everybody.
    #[serde(rename = "if")]
    pub condition: Option<Tree>,
}

/// What is asked: a flag in an environment, by a user at a time.
#[derive(Clone, Copy, Debug)]
pub struct Question<'q> {
    /// The flags.
    pub workspace: &'q Workspace,
    /// Their files.
    pub sources: &'q Sources,
    /// The environment.
    pub environment: EnvironmentId,
    /// The user.
    pub context: &'q Context,
    /// The time.
    pub at: At,
}

/// The way of a flag to what it serves.
///
/// # Errors
/// What keeps the flag, or a part of it that is looked at, from being compiled.
pub fn explain(question: &Question<'_>, flag: &Flag) -> Result<Path, Obstacle> {
    let segments = compile::segments(question.workspace);
    let probe = Probe {
        config: &question.workspace.config,
        segments: &segments,
        context: question.context,
        at: question.at,
    };
    let mut walk = Walk {
        question,
        probe,
        segments: &segments,
        segments_shown: BTreeSet::new(),
        flags_shown: BTreeSet::new(),
    };
    walk.flag(flag, 0)
}

/// A walk along one way. What stands in many places is shown once.
struct Walk<'w> {
    question: &'w Question<'w>,
    probe: Probe<'w>,
    segments: &'w Segments,
    segments_shown: BTreeSet<SegmentId>,
    flags_shown: BTreeSet<FlagId>,
}

impl Walk<'_> {
    fn location(&self, file: FileId, span: Span) -> Location {
        let file = self.question.sources.file(file);
        let position = file.position(span.start);
        Location { file: file.path.clone(), line: position.line, column: position.column }
    }

    fn flag(&mut self, flag: &Flag, depth: usize) -> Result<Path, Obstacle> {
        let obstacle = |reason| Obstacle { flag: flag.key.to_string(), reason };
        let environment = self.question.environment;
        if flag.broken_in(environment) {
            return Err(obstacle(Reason::Broken));
        }
        let mut path = Path {
            flag: flag.key.to_string(),
            variant: flag.variant(flag.off_variant).name.value.to_string(),
            decided: Decided::Kill { location: self.kill(flag) },
            requires: Vec::new(),
            rules: Vec::new(),
            untried: 0,
            way: None,
        };
        if flag.killed_in(environment) {
            return Ok(path);
        }
        path.requires = flag.requires.iter().map(|required| self.required(flag, required, depth)).collect();
        if let Some(unmet) = path.requires.iter().find(|required| !required.met) {
            path.decided = Decided::Requirement { flag: unmet.flag.clone() };
            return Ok(path);
        }
        self.rules(flag, &mut path).map_err(obstacle)?;
        Ok(path)
    }

    /// The rules up to the one that holds, and what it serves; else the flag's own `serve`.
    fn rules(&mut self, flag: &Flag, path: &mut Path) -> Result<(), Reason> {
        let rules = flag.rules_in(self.question.environment);
        let mut decider: Option<&Rule> = None;
        for (index, rule) in rules.iter().enumerate() {
            let condition =
                rule.condition.as_ref().map(|written| self.tree(written, flag.file)).transpose()?;
            let holds = condition.as_ref().is_none_or(|tree| tree.holds);
            path.rules.push(Tried {
                index,
                name: rule.name.as_ref().map(|name| name.value.to_string()),
                holds,
                location: self.location(flag.file, rule.span),
                condition,
            });
            if holds {
                path.decided = Decided::Rule { index };
                decider = Some(rule);
                break;
            }
        }
        path.untried = rules.len() - path.rules.len();
        let way = if let Some(rule) = decider {
            self.way(flag, &rule.serve, None)?
        } else {
            let (serve, schedule) = self.schedule(flag)?;
            let location = self.location(flag.file, serve::span(serve));
            path.decided = Decided::Serve { location };
            self.way(flag, serve, schedule)?
        };
        path.variant.clone_from(&way.variant);
        path.way = Some(way);
        Ok(())
    }

    fn required(&mut self, flag: &Flag, requirement: &Requirement, depth: usize) -> Required {
        let mut required = Required {
            flag: requirement.flag.value.to_string(),
            wanted: requirement.variants.iter().map(|variant| variant.value.to_string()).collect(),
            serves: None,
            met: false,
            location: self.location(flag.file, requirement.flag.span),
            path: None,
            shown_above: false,
            problem: None,
        };
        let workspace = self.question.workspace;
        let Some(id) = workspace.flag_id(&requirement.flag.value) else {
            required.problem = Some(format!("there is no flag `{}`", required.flag));
            return required;
        };
        match self.serves(workspace.flag(id)) {
            Ok(variant) => {
                required.met = required.wanted.contains(&variant);
                required.serves = Some(variant);
            }
            Err(obstacle) => required.problem = Some(obstacle.to_string()),
        }
        required.shown_above = self.flags_shown.contains(&id);
        if !required.shown_above && required.problem.is_none() && depth < MAX_DEPTH {
            self.flags_shown.insert(id);
            match self.flag(workspace.flag(id), depth + 1) {
                Ok(path) => required.path = Some(Box::new(path)),
                Err(obstacle) => required.problem = Some(obstacle.to_string()),
            }
        }
        required
    }

    /// What a required flag serves this user: the whole flag, as it stands in a bundle.
    fn serves(&self, flag: &Flag) -> Result<String, Obstacle> {
        let Question { workspace, environment, context, at, .. } = *self.question;
        let compiled = compile::standalone(workspace, flag, environment, self.segments)?;
        let details = compiled.evaluator.resolve(&flag.key, context, at);
        let rejected = || details.error_message.as_deref().unwrap_or_default().to_owned();
        details
            .variant
            .map(str::to_owned)
            .ok_or_else(|| Obstacle { flag: flag.key.to_string(), reason: Reason::Rejected(rejected()) })
    }

    /// Where `enabled = false` is written: on the flag, or in the environment.
    fn kill(&self, flag: &Flag) -> Location {
        let text = &self.question.sources.file(flag.file).text;
        let tree = crate::syntax::parse(text);
        let name = &self.question.workspace.config.environment(self.question.environment).name.value;
        let here = tree.root().get("environments").and_then(|all| all.get(name)?.get("enabled"));
        let on_flag = tree.root().get("enabled").filter(|_| flag.killed.is_some());
        let span = on_flag.or(here).map_or_else(Span::default, crate::syntax::Item::key_span);
        self.location(flag.file, span)
    }
}
