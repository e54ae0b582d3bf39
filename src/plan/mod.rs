//! The whole way to a flag that is on: services first, those that are called before those that call, then the flags, step
//! by step; and the way back. Every state on the way is asked what it cannot serve.

mod moves;
mod rollout;
mod serve;
mod state;
mod versions;
mod walk;
mod words;

pub use walk::{NoPlan, Request, plan};

use crate::model::{FlagId, VariantId};

/// A way from what is live and served now, and the way back.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The flags that are turned on, in the order in which that happens, and what they serve in the end.
    pub flags: Vec<Goal>,
    /// The way.
    pub steps: Vec<Step>,
    /// The way back from its end.
    pub back: Vec<Step>,
    /// What holds while the flags are on.
    pub pins: Vec<Pin>,
    /// What else is to be known.
    pub notes: Vec<String>,
}

impl Plan {
    /// Whether every state on the way and on the way back is safe.
    pub fn is_safe(&self) -> bool {
        self.steps.iter().chain(&self.back).all(|step| step.danger.is_none())
    }
}

/// What becomes of a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Goal {
    /// The flag.
    pub flag: FlagId,
    /// What is rolled out.
    pub variant: VariantId,
    /// To how many, in thousandths of a percent.
    pub weight: u32,
}

/// A step. Those with one number happen together: in one commit, or in any order among themselves.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// From 1.
    pub number: usize,
    /// What is done.
    pub action: Action,
    /// The services that call each other in a circle, of which this is one; else empty.
    pub circle: Vec<String>,
    /// Why the state behind it is not safe; `None` where it is.
    pub danger: Option<String>,
}

/// What is done.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// A version goes out, beside what is live.
    Deploy {
        /// The service.
        service: String,
        /// The version.
        version: String,
        /// Which of several groups of instances gets it, where it is known.
        instance: Option<String>,
        /// Whether a later one will do as well.
        or_later: bool,
        /// What is live and stays until it is waited for.
        beside: Vec<String>,
    },
    /// Versions are gone.
    Gone {
        /// The service.
        service: String,
        /// The versions.
        versions: Vec<String>,
    },
    /// Everybody whom no rule takes gets a variant.
    Set {
        /// The flag.
        flag: String,
        /// The variant.
        variant: String,
    },
    /// The kill switch is thrown: everybody gets the off variant.
    Kill {
        /// The flag.
        flag: String,
        /// The off variant.
        variant: String,
    },
    /// A part of those whom no rule takes gets a variant.
    Ramp {
        /// The flag.
        flag: String,
        /// All shares but the off variant's, in percent.
        shares: Vec<(String, f64)>,
    },
    /// People look at what it does.
    Watch,
}

/// While a flag is on, versions of a service must keep to a range: what lies outside must not come back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// The service.
    pub service: String,
    /// The flag.
    pub flag: String,
    /// The variant.
    pub variant: String,
    /// The range.
    pub needs: String,
    /// The versions that were live and lie outside.
    pub out: Vec<String>,
}

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// A flag with several variants besides the off variant.
    #[error("`{flag}` can be rolled out as {}", crate::workspace::listed(&variants.iter().map(String::as_str).collect::<Vec<_>>()))]
    SeveralVariants {
        /// The flag.
        flag: String,
        /// The variants.
        variants: Vec<String>,
    },
    /// The off variant is nothing to roll out.
    #[error("`{variant}` is what `{flag}` serves when it is killed")]
    OffVariant {
        /// The flag.
        flag: String,
        /// The variant.
        variant: String,
    },
    /// The ranges of a service exclude each other.
    #[error("no version of `{service}` can serve all of {needs}")]
    NoVersion {
        /// The service.
        service: String,
        /// What it would have to serve.
        needs: String,
    },
}

impl PlanError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::SeveralVariants { variants, .. } => {
                let first = variants.first().map_or("VARIANT", String::as_str);
                format!("say which one: `--serve {first}`")
            }
            Self::OffVariant { .. } => "`enabled = false` kills a flag; that needs no plan".to_owned(),
            Self::NoVersion { .. } => {
                "correct the ranges in the flags' `[services]`: they exclude each other".to_owned()
            }
        }
    }

    /// Whether it answers the question: there is no way.
    pub fn is_answer(&self) -> bool {
        match self {
            Self::NoVersion { .. } => true,
            Self::SeveralVariants { .. } | Self::OffVariant { .. } => false,
        }
    }
}
