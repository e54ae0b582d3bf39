//! A flag: what it can serve, to whom, where, and on what it depends.

use std::sync::Arc;

use ecow::EcoString;
use serde_json::Value;
use smallvec::SmallVec;

use super::{AttributeId, Condition, Config, EnvironmentId, Lifetime};
use crate::format::{Date, FlagKind, Instant, Text};
use crate::source::{FileId, Span, Spanned};

/// A flag, by its position among the flags sorted by key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlagId(pub u32);

/// A variant, by its position in the flag's `[variants]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VariantId(pub u16);

/// 100 % in the unit of [`Share::weight`].
pub const WHOLE: u32 = 100_000;

/// A flag.
#[derive(Clone, Debug)]
pub struct Flag {
    /// Its key: the stem of its file.
    pub key: EcoString,
    /// Its file.
    pub file: FileId,
    /// What it is for.
    pub kind: FlagKind,
    /// Who answers for it.
    pub owner: Text,
    /// Keys it bore before.
    pub previous_keys: Box<[Text]>,
    /// When it was made, if it says so.
    pub created: Option<Spanned<Date>>,
    /// The last day on which it should be needed.
    pub expires: Option<Spanned<Date>>,
    /// What else it says of its own life; nothing for most.
    pub lifetime: Option<Box<Lifetime>>,
    /// What it can serve, in the order of the file; `off`, `on`, which many flags share, where the file has no `[variants]`.
    pub variants: Arc<[Variant]>,
    /// What a killed flag, an unmet requirement and an unidentified user get.
    pub off_variant: VariantId,
    /// Where `enabled = false` stands on the flag itself.
    pub killed: Option<Span>,
    /// The attribute that identifies a user for splits, and where it is said (empty: by the workspace).
    pub bucket_by: Spanned<AttributeId>,
    /// Goes before the identity into the hash.
    pub seed: EcoString,
    /// What holds where an environment says nothing.
    pub behaviour: Behaviour,
    /// What environments say, in the order of the file.
    pub environments: Box<[Override]>,
    /// Its prerequisites.
    pub requires: Box<[Requirement]>,
    /// The services that evaluate it.
    pub services: Box<[Support]>,
    /// Its tests.
    pub expectations: Box<[Expectation]>,
    /// The environments in which an error keeps it from being compiled.
    pub broken: Box<[EnvironmentId]>,
}

/// A value a flag can have.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Its name; an empty span where the file has no `[variants]`.
    pub name: Text,
    /// The value as it stands in documents: canonical JSON (RFC 8785), which takes far less room than a [`Value`].
    pub json: EcoString,
}

impl Variant {
    /// The value.
    pub fn value(&self) -> Value {
        // INVARIANT: it was written from a value.
        serde_json::from_str(&self.json).unwrap_or_default()
    }
}

/// What is served to whom.
#[derive(Clone, Debug)]
pub struct Behaviour {
    /// What is served when no rule matches and no step has come.
    pub serve: Serve,
    /// The first that matches decides.
    pub rules: Box<[Rule]>,
    /// Changes of `serve`, in the order of the file, which is the order of time.
    pub schedule: Box<[Step]>,
}

/// What an environment says of its own.
#[derive(Clone, Debug)]
pub struct Override {
    /// Which one, and where its name stands.
    pub environment: Spanned<EnvironmentId>,
    /// Where `enabled = false` stands for it.
    pub killed: Option<Span>,
    /// Replaces the flag's `serve`, and its schedule with it.
    pub serve: Option<Serve>,
    /// Replaces the flag's rules.
    pub rules: Option<Box<[Rule]>>,
    /// Replaces the flag's schedule.
    pub schedule: Option<Box<[Step]>>,
}

/// A variant for everyone, or a split.
#[derive(Clone, Debug, PartialEq)]
pub enum Serve {
    /// The same for everyone.
    Variant(Spanned<VariantId>),
    /// By bucket.
    Split(Split),
}

/// Who gets which variant, by bucket.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// In bucket order: the order of `[variants]`, `off_variant` last with what is left. No weight is 0, and
    /// together they are [`WHOLE`].
    pub shares: Box<[Share]>,
    /// Where it is written.
    pub span: Span,
}

/// One variant's part of a split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The variant.
    pub variant: VariantId,
    /// Thousandths of a percent, from 1 to [`WHOLE`].
    pub weight: u32,
}

/// A rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name, if it has one.
    pub name: Option<Text>,
    /// Who it is for; `None` is everybody.
    pub condition: Option<Condition>,
    /// What they get.
    pub serve: Serve,
    /// Its header.
    pub span: Span,
}

/// A step of a schedule.
#[derive(Clone, Debug)]
pub struct Step {
    /// From when on.
    pub at: Spanned<Instant>,
    /// What is served then when no rule matches.
    pub serve: Serve,
}

/// A prerequisite.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// The key of the required flag; whether it exists is a rule's business.
    pub flag: Text,
    /// One of these must be served.
    pub variants: Box<[Text]>,
}

/// A service that evaluates the flag.
#[derive(Clone, Debug)]
pub struct Support {
    /// Its name; whether it exists is a rule's business.
    pub service: Text,
    /// Which of its versions can serve which variant: any of the ranges, all of which [`super::parse_range`] reads. A
    /// variant that is not named is served by all. Nearly all name one variant with one range.
    pub variants: SmallVec<[(VariantId, SmallVec<[Text; 1]>); 1]>,
}

/// A test in the flag's file.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// Where.
    pub environment: EnvironmentId,
    /// The context, as JSON values.
    pub context: Box<[(AttributeId, Value)]>,
    /// When; before every step of a schedule if it is not said.
    pub at: Option<Instant>,
    /// What must be served.
    pub serve: Spanned<VariantId>,
}

impl Flag {
    /// All that it may serve somewhere, at some time.
    pub fn serves(&self) -> impl Iterator<Item = &Serve> {
        let plain = self.environments.iter().filter_map(|over| over.serve.as_ref());
        let others = self.environments.iter().filter_map(|over| over.schedule.as_deref());
        let steps = std::iter::once(&*self.behaviour.schedule).chain(others).flatten();
        let rules = self.rules().map(|rule| &rule.serve);
        let steps = steps.map(|step| &step.serve);
        std::iter::once(&self.behaviour.serve).chain(plain).chain(rules).chain(steps)
    }

    /// All its rules in all environments.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        let others = self.environments.iter().filter_map(|over| over.rules.as_deref());
        std::iter::once(&*self.behaviour.rules).chain(others).flatten()
    }

    /// The id of the variant with this name.
    pub fn variant_id(&self, name: &str) -> Option<VariantId> {
        let index = self.variants.iter().position(|variant| variant.name.value == name)?;
        u16::try_from(index).ok().map(VariantId)
    }

    /// The ids of its variants, in the order of the file.
    pub fn variant_ids(&self) -> impl Iterator<Item = VariantId> + use<> {
        (0..u16::try_from(self.variants.len()).unwrap_or(u16::MAX)).map(VariantId)
    }

    /// The variant behind an id.
    pub fn variant(&self, id: VariantId) -> &Variant {
        &self.variants[usize::from(id.0)]
    }

    fn override_in(&self, environment: EnvironmentId) -> Option<&Override> {
        self.environments.iter().find(|over| over.environment.value == environment)
    }

    /// Whether the kill switch is thrown, on the flag or in this environment.
    pub fn killed_in(&self, environment: EnvironmentId) -> bool {
        self.kill_in(environment).is_some()
    }

    /// Where the kill switch is thrown, if it is.
    pub fn kill_in(&self, environment: EnvironmentId) -> Option<Span> {
        self.killed.or_else(|| self.override_in(environment).and_then(|over| over.killed))
    }

    /// What is served in this environment when no rule matches and no step has come.
    pub fn serve_in(&self, environment: EnvironmentId) -> &Serve {
        self.override_in(environment).and_then(|over| over.serve.as_ref()).unwrap_or(&self.behaviour.serve)
    }

    /// The rules that hold in this environment.
    pub fn rules_in(&self, environment: EnvironmentId) -> &[Rule] {
        self.override_in(environment).and_then(|over| over.rules.as_ref()).unwrap_or(&self.behaviour.rules)
    }

    /// The schedule that holds in this environment: an environment that gives `serve` inherits none.
    pub fn schedule_in(&self, environment: EnvironmentId) -> &[Step] {
        match self.override_in(environment) {
            Some(Override { schedule: Some(schedule), .. }) => schedule,
            Some(Override { serve: Some(_), .. }) => &[],
            Some(_) | None => &self.behaviour.schedule,
        }
    }

    /// Whether an error keeps it from being compiled for this environment.
    pub fn broken_in(&self, environment: EnvironmentId) -> bool {
        self.broken.contains(&environment)
    }

    /// Marks it as broken: in one environment, or in all of them.
    pub fn mark_broken(&mut self, environment: Option<EnvironmentId>, config: &Config) {
        match environment {
            Some(environment) if !self.broken.contains(&environment) => {
                self.broken = self.broken.iter().copied().chain([environment]).collect();
            }
            Some(_) => {}
            None => self.broken = config.environment_ids().collect(),
        }
    }
}
